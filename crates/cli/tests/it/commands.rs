//! What each command prints and how it ends.

use crate::support::{first_look, run};

#[test]
fn the_first_look_is_investigated_and_every_list_is_written() {
    let root = tempfile::tempdir().unwrap();
    let done = run(root.path(), &["investigate", &first_look()]);
    assert_eq!(done.status, 0, "{}", done.err);
    assert!(
        done.out.contains("A phishing kit signed in as the user"),
        "{}",
        done.out
    );
    for name in [
        "findings.jsonl",
        "timeline.jsonl",
        "timeline.csv",
        "scope.json",
        "indicators.csv",
        "footholds.csv",
        "recipients.csv",
        "exposure.csv",
        "actions.md",
        "actions.csv",
        "report.html",
        "first-hour.html",
    ] {
        assert!(root.path().join("out").join(name).is_file(), "{name}");
    }
    let scope: serde_json::Value =
        serde_json::from_slice(&std::fs::read(root.path().join("out/scope.json")).unwrap())
            .unwrap();
    assert_eq!(scope["answers"]["entry"][0]["id"], "aitm");
    assert!(scope["answers"]["active"]["horizon"].is_string());
    let compromised = scope["answers"]["compromised"].as_array().unwrap();
    assert_eq!(compromised.len(), 1, "{compromised:?}");
    assert_eq!(compromised[0]["account"], "pat@contoso.example");
    assert_eq!(compromised[0]["verdict"], "compromised");
    assert!(scope["counts"]["attacker"].as_u64() > Some(0));
    let worksheet = std::fs::read_to_string(root.path().join("out/actions.md")).unwrap();
    assert!(worksheet.contains("pat@contoso.example"), "{worksheet}");
    let report = std::fs::read_to_string(root.path().join("out/report.html")).unwrap();
    assert!(
        !report.contains("http://") && !report.contains("src="),
        "the page loads something"
    );
    let recipients = std::fs::read_to_string(root.path().join("out/recipients.csv")).unwrap();
    assert!(recipients.contains("ann@fabrikam.example"), "{recipients}");
    let exposure = std::fs::read_to_string(root.path().join("out/exposure.csv")).unwrap();
    assert!(exposure.contains("<inv88@fabrikam.example>"), "{exposure}");
    let first_hour = std::fs::read_to_string(root.path().join("out/first-hour.html")).unwrap();
    for part in [
        "pat@contoso.example",
        "Next steps",
        "The money thread",
        "directory-audit",
    ] {
        assert!(first_hour.contains(part), "{part}: {first_hour}");
    }
    let accessed = &scope["answers"]["accessed"][0];
    assert_eq!(accessed["account"], "pat@contoso.example", "{scope}");
    let ids: std::collections::BTreeSet<&str> = exposure
        .lines()
        .filter(|line| line.contains(",bind,") && line.ends_with(",attacker"))
        .filter_map(|line| line.split(',').nth(3))
        .collect();
    assert_eq!(accessed["messages"], ids.len(), "{accessed}");
    let batches = root
        .path()
        .join("out/exposure/mailbox-pat_at_contoso.example.txt");
    let batches = std::fs::read_to_string(batches).unwrap();
    for id in ids {
        assert!(
            batches.contains(&format!("internetmessageid:\"{id}\"")),
            "{id}"
        );
    }
    let footholds = std::fs::read_to_string(root.path().join("out/footholds.csv")).unwrap();
    assert!(
        footholds.contains("inbox-rule") && footholds.contains("forwarding"),
        "{footholds}"
    );
}

#[test]
fn json_lines_add_up_and_end_with_the_answers() {
    let root = tempfile::tempdir().unwrap();
    let done = run(root.path(), &["investigate", &first_look(), "--json"]);
    let lines = done.lines();
    let (last, files) = lines.split_last().unwrap();
    assert!(last.get("answers").is_some());
    assert_eq!(files.len(), 3);
    for file in files {
        let number = |key: &str| file[key].as_u64().unwrap();
        let parts = number("events") + number("states") + number("duplicates") + number("rejects");
        assert_eq!(number("records"), parts);
        assert_eq!(file["held"], false);
    }
    let again = run(root.path(), &["import", &first_look(), "--json"]);
    assert!(again.lines().iter().all(|file| file["held"] == true));
}

#[test]
fn findings_timeline_coverage_and_sql_read_the_case() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["investigate", &first_look()]);
    let findings = run(root.path(), &["findings", "--at-least", "high", "--json"]);
    assert!(
        findings
            .lines()
            .iter()
            .all(|finding| finding["severity"] != "medium")
    );
    assert!(!findings.lines().is_empty());
    let timeline = run(root.path(), &["timeline", "--format", "csv"]);
    assert!(
        timeline
            .out
            .starts_with("time,time_local,account,attribution"),
        "{}",
        timeline.out
    );
    let all = run(root.path(), &["timeline", "--all", "--json"]);
    assert_eq!(all.lines().len(), 82);
    let coverage = run(root.path(), &["coverage", "--json"]);
    assert_eq!(coverage.lines().len(), 3);
    let days = run(root.path(), &["coverage", "--days", "--json"]).lines();
    let of_pat = days
        .iter()
        .find(|row| row["account"] == "pat@contoso.example");
    assert!(
        of_pat.is_some_and(|row| row["from"].as_str() <= row["to"].as_str()),
        "{days:?}"
    );
    // No directory audits are among the first look's exports.
    let gaps = run(root.path(), &["coverage", "--gaps", "--json"]).lines();
    assert!(
        gaps.iter().any(|row| row["source"] == "directory-audit"),
        "{gaps:?}"
    );
    let query = run(
        root.path(),
        &[
            "query",
            "SELECT count(*) AS n FROM events WHERE source = 'sign-in'",
            "--json",
        ],
    );
    assert_eq!(query.lines()[0]["n"], 30);
    let wrong = run(root.path(), &["query", "DROP TABLE records"]);
    assert_eq!(wrong.status, 3);
    let wrong = run(root.path(), &["query", "SELECT actr FROM events"]);
    assert!(wrong.err.contains("actor"), "{}", wrong.err);
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    let none = run(&root.path().join("none"), &["findings"]);
    assert_eq!(none.status, 3);
    assert!(none.err.contains("hint:"), "{}", none.err);
    let usage = run(root.path(), &["investigate"]);
    assert_eq!(usage.status, 2);
    let zone = run(
        &root.path().join("zone"),
        &["new", "--zone", "Mars/Olympus"],
    );
    assert_eq!(zone.status, 3);
    assert!(zone.err.contains("Europe/Berlin"), "{}", zone.err);
    assert!(!root.path().join("zone/case.toml").exists());
}

#[test]
fn a_changed_byte_of_evidence_is_found_and_a_seal_holds() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["import", &first_look()]);
    let key = root.path().join("key.pem").to_string_lossy().into_owned();
    let sealed = run(
        root.path(),
        &["evidence", "seal", "--key", &key, "--make-key"],
    );
    assert_eq!(sealed.status, 0, "{}", sealed.err);
    std::fs::remove_file(&key).unwrap();
    let sound = run(root.path(), &["evidence", "verify", "--json"]);
    assert_eq!(sound.status, 0, "{}{}", sound.out, sound.err);
    let object = std::fs::read_dir(root.path().join("evidence"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = std::fs::read(&object).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let mut rights = std::fs::metadata(&object).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "the test plays the attacker"
    )]
    rights.set_readonly(false);
    std::fs::set_permissions(&object, rights).unwrap();
    std::fs::write(&object, bytes).unwrap();
    let broken = run(root.path(), &["evidence", "verify"]);
    assert_eq!(broken.status, 3);
    let name = object.file_name().unwrap().to_string_lossy().into_owned();
    assert!(broken.out.contains(&name), "{}", broken.out);
}

#[test]
fn an_artefact_comes_out_as_it_was_received() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["import", &first_look()]);
    let listed = run(root.path(), &["evidence", "list", "--json"]);
    let trace = listed
        .lines()
        .into_iter()
        .find(|artefact| artefact["names"][0] == "MessageTrace.csv")
        .unwrap();
    let short: String = trace["sha256"].as_str().unwrap().chars().take(12).collect();
    let to = root.path().join("copy.csv");
    let done = run(
        root.path(),
        &["evidence", "export", &short, "--out", &to.to_string_lossy()],
    );
    assert_eq!(done.status, 0, "{}", done.err);
    let original = std::path::Path::new(&first_look()).join("MessageTrace.csv");
    assert_eq!(std::fs::read(to).unwrap(), std::fs::read(original).unwrap());
}

#[test]
fn every_command_explains_itself_with_an_example() {
    let root = tempfile::tempdir().unwrap();
    for command in [
        &["investigate"][..],
        &["new"],
        &["import"],
        &["findings"],
        &["timeline"],
        &["coverage"],
        &["scope"],
        &["scope", "explain"],
        &["scope", "reject"],
        &["indicators", "export"],
        &["indicators", "import"],
        &["query"],
        &["evidence", "verify"],
        &["evidence", "seal"],
        &["rules", "check"],
        &["enrich", "add"],
    ] {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let help = run(root.path(), &arguments);
        assert_eq!(help.status, 0);
        assert!(help.out.contains("Example: hourzero"), "{command:?}");
    }
    assert!(run(root.path(), &["manual"]).out.contains(".TH hourzero"));
    assert!(
        run(root.path(), &["completions", "bash"])
            .out
            .contains("hourzero")
    );
}

#[test]
fn an_address_that_a_person_names_is_where_the_analysis_goes_on() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["investigate", &first_look()]);
    let decide = |word: &str, id: &str| {
        let why = [
            "--by",
            "A. Analyst",
            "--why",
            "the proxy of the phishing page",
        ];
        run(root.path(), &[&["scope", word, id][..], &why].concat())
    };
    assert_eq!(
        decide("accept", "203.0.113.254").status,
        2,
        "no record has it"
    );
    let sql = "SELECT ip, actor FROM events WHERE source = 'sign-in' AND actor <> 'pat@contoso.example' AND ip IS NOT NULL ORDER BY ip LIMIT 1";
    let row = run(root.path(), &["query", "--json", sql]).lines();
    let (ip, actor) = (row[0]["ip"].as_str().unwrap(), row[0]["actor"].clone());
    let found = || {
        let all = run(root.path(), &["scope", "--json"]).lines();
        all.into_iter().any(|one| {
            one["account"] == actor
                && matches!(one["verdict"].as_str(), Some("compromised" | "likely"))
        })
    };
    assert!(!found());
    let done = decide("accept", ip);
    assert_eq!(done.status, 0, "{}", done.err);
    assert!(found(), "{actor} at {ip}");
    let kept = run(root.path(), &["scope", "--links", "--json"]).lines();
    assert!(
        kept.iter()
            .any(|link| link["id"] == ip && link["kind"] == "address"),
        "{kept:?}"
    );
    let facts = std::fs::read_to_string(root.path().join("out/fact-base.json")).unwrap();
    assert!(facts.contains(&format!(
        "A. Analyst accepted that the address {ip} is the attacker's"
    )));
    assert_eq!(decide("reject", ip).status, 0);
    assert!(!found());
}

#[test]
fn a_person_can_refuse_a_link_and_take_it_back() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["investigate", &first_look()]);
    let links = run(root.path(), &["scope", "--links", "--json"]).lines();
    let link = links.first().expect("the first look has an attacker");
    assert_eq!(link["to"], "pat@contoso.example", "{links:?}");
    assert!(!link["evidence"].as_array().unwrap().is_empty(), "{link}");
    let explained = run(root.path(), &["scope", "explain", "pat@contoso.example"]);
    assert!(
        explained.out.contains(link["id"].as_str().unwrap()),
        "{}",
        explained.out
    );
    let nameless = run(
        root.path(),
        &[
            "scope",
            "reject",
            "pat@contoso.example",
            "--by",
            "",
            "--why",
            "hers",
        ],
    );
    assert_eq!(nameless.status, 2, "{}", nameless.err);
    let unknown = run(
        root.path(),
        &[
            "scope",
            "reject",
            "nobody",
            "--by",
            "A. Analyst",
            "--why",
            "hers",
        ],
    );
    assert_eq!(unknown.status, 2, "{}", unknown.err);
    let decide = |word: &str, id: &str| {
        let why = ["--by", "A. Analyst", "--why", "she was called: it was she"];
        let done = run(root.path(), &[&["scope", word, id][..], &why].concat());
        assert_eq!(done.status, 0, "{}", done.err);
    };
    for link in &links {
        decide("reject", link["id"].as_str().unwrap());
    }
    let refused = run(root.path(), &["scope", "--json"]).lines();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert_ne!(refused[0]["verdict"], "compromised", "{refused:?}");
    assert_ne!(refused[0]["verdict"], "likely", "{refused:?}");
    assert!(
        refused[0]
            .to_string()
            .contains("she was called: it was she"),
        "{refused:?}"
    );
    let worksheet = std::fs::read_to_string(root.path().join("out/actions.md")).unwrap();
    assert!(!worksheet.contains("Disable pat@"), "{worksheet}");
    let kept = run(root.path(), &["scope", "--links", "--json"]).lines();
    assert_eq!(kept.len(), links.len(), "{kept:?}");
    assert!(
        kept.iter()
            .all(|link| link["decision"]["by"] == "A. Analyst"
                && link["decision"]["accepted"] == false),
        "{kept:?}"
    );
    for link in &links {
        decide("accept", link["id"].as_str().unwrap());
    }
    let again = run(root.path(), &["scope", "--json"]).lines();
    assert_eq!(again[0]["account"], "pat@contoso.example", "{again:?}");
    assert_eq!(again[0]["confidence"], "confirmed", "{again:?}");
    assert_eq!(run(root.path(), &["evidence", "verify"]).status, 0);
}

#[test]
fn indicators_go_to_another_case_without_the_clients_accounts() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["investigate", &first_look()]);
    let file = root.path().join("handed-on.json").display().to_string();
    assert_eq!(run(root.path(), &["indicators", "export", &file]).status, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    let list = told["indicators"].as_array().unwrap();
    assert!(list.iter().any(|one| one["type"] == "ip"), "{text}");
    assert!(list.iter().all(|one| one["type"] != "session"), "{text}");
    assert!(!text.contains("pat@contoso.example"), "{text}");
    let other = tempfile::tempdir().unwrap();
    let taken = run(other.path(), &["indicators", "import", &file]);
    assert_eq!(taken.status, 0, "{}", taken.err);
    run(other.path(), &["investigate", &first_look()]);
    let explained = run(other.path(), &["scope", "explain", "pat@contoso.example"]);
    assert!(
        explained.out.contains("an address that another case knows"),
        "{}",
        explained.out
    );
    std::fs::write(&file, "{}").unwrap();
    let wrong = run(other.path(), &["indicators", "import", &file]);
    assert_eq!(wrong.status, 2, "{}", wrong.err);
    assert!(wrong.err.contains("indicators export"), "{}", wrong.err);
}
