//! `report`, `report check`, `report diff`: what is written can be checked, and a change is found.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{audit, first_look, run};

/// A case of the first look, investigated.
fn case() -> (tempfile::TempDir, PathBuf) {
    let work = tempfile::tempdir().unwrap();
    let case = work.path().join("case");
    let done = run(&case, &["investigate", &first_look()]);
    assert!(done.status <= 1, "{}", done.err);
    (work, case)
}

fn facts(case: &Path) -> Value {
    let done = run(case, &["report", "--format", "json"]);
    assert_eq!(done.status, 0, "{}", done.err);
    serde_json::from_slice(&std::fs::read(case.join("out/report-full.json")).unwrap()).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).unwrap()
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn every_statement_has_a_ground_and_its_records_are_in_the_files() {
    let (_work, case) = case();
    let facts = facts(&case);
    let statements = list(&facts, "statements");
    assert!(statements.len() > 30);
    let ids: BTreeSet<&str> = statements.iter().map(|one| word(one, "id")).collect();
    assert_eq!(ids.len(), statements.len());
    let mut read = 0;
    for one in statements {
        let evidence = list(one, "evidence");
        let grounded =
            !evidence.is_empty() || one["decision"].is_string() || one["coverage"].is_string();
        assert!(grounded, "{one}");
        for record in evidence {
            let text = std::fs::read(Path::new(&first_look()).join(word(record, "file"))).unwrap();
            let text = String::from_utf8_lossy(&text);
            let id = word(record, "record_id");
            // An id of our own names the artefact and the position; one of Microsoft's stands in the file, in the
            // message trace joined with the recipient.
            let own = format!(
                "{}:{}",
                word(record, "sha256").get(..12).unwrap(),
                record["position"].as_u64().unwrap()
            );
            assert!(
                id == own || id.split(':').all(|part| text.contains(part)),
                "{record}"
            );
            read += 1;
        }
    }
    assert!(read > 30, "{read} records");
}

#[test]
fn figures_agree_with_the_lists() {
    let (_work, case) = case();
    let facts = facts(&case);
    let figure = |name: &str| facts["figures"][name].as_u64().unwrap();
    let out = |name: &str| std::fs::read_to_string(case.join("out").join(name)).unwrap();
    let scope: Value = serde_json::from_str(&out("scope.json")).unwrap();
    let called = |verdict: &str| {
        let all = scope["answers"]["compromised"].as_array().unwrap();
        all.iter()
            .filter(|one| word(one, "verdict") == verdict)
            .count() as u64
    };
    assert_eq!(figure("accounts_compromised"), called("compromised"));
    assert_eq!(figure("accounts_likely"), called("likely"));
    assert_eq!(
        figure("findings"),
        out("findings.jsonl").lines().count() as u64
    );
    assert_eq!(
        figure("timeline_events"),
        out("timeline.jsonl").lines().count() as u64
    );
    assert_eq!(
        figure("events_attacker"),
        scope["counts"]["attacker"].as_u64().unwrap_or(0)
    );
    assert_eq!(
        figure("records"),
        figure("events") + figure("states") + figure("duplicates") + figure("rejects")
    );
    for audience in ["full", "insurer", "counsel"] {
        let made = run(&case, &["report", "--audience", audience]);
        assert_eq!(made.status, 0, "{}", made.err);
        let page = out(&format!("report-{audience}.html"));
        let sentence = list(&facts, "statements")
            .iter()
            .find(|one| word(one, "id") == "manifest-1")
            .unwrap();
        assert!(page.contains(word(sentence, "text")), "{audience}");
    }
}

#[test]
fn documents_come_out_the_same_twice_and_hold() {
    let (work, case) = case();
    let beside = work.path().join("elsewhere/board.html");
    let path = beside.to_string_lossy().into_owned();
    for args in [
        vec!["report"],
        vec!["report", "--audience", "insurer"],
        vec!["report", "--audience", "leadership", "--out", &path],
    ] {
        let first = run(&case, &args);
        assert_eq!(first.status, 0, "{}", first.err);
        assert_eq!(run(&case, &args).out, first.out);
    }
    let checked = run(&case, &["report", "check", "--json"]);
    assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
    let documents: Vec<Value> = checked
        .lines()
        .into_iter()
        .filter(|one| word(one, "check") == "document")
        .collect();
    let audiences: Vec<&str> = documents
        .iter()
        .map(|one| word(&one["document"], "audience"))
        .collect();
    assert_eq!(audiences.len(), 4, "{audiences:?}");
    for audience in ["full", "insurer", "recommendations", "leadership"] {
        assert!(audiences.contains(&audience), "{audiences:?}");
    }
    assert!(
        documents
            .iter()
            .all(|one| word(&one["document"], "sha256").len() == 64)
    );
}

/// What `report check` says does not hold, after something was done to a case.
fn broken(spoil: impl FnOnce(&Path)) -> Vec<Value> {
    let (_work, case) = case();
    assert_eq!(run(&case, &["report"]).status, 0);
    assert_eq!(run(&case, &["report", "check"]).status, 0);
    spoil(&case);
    let checked = run(&case, &["report", "check", "--json"]);
    assert_eq!(checked.status, 1, "{}{}", checked.out, checked.err);
    checked
        .lines()
        .into_iter()
        .filter(|one| one["holds"] == Value::Bool(false))
        .collect()
}

fn change(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "{from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_changed_document_is_found() {
    let found = broken(|case| {
        change(
            &case.join("out/report-full.html"),
            "compromised",
            "untouched",
        );
    });
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(word(&found[0], "object"), "out/report-full.html");
    assert!(word(&found[0], "found").contains("changed"));
}

#[test]
fn a_document_that_is_gone_is_found() {
    let found = broken(|case| std::fs::remove_file(case.join("out/report-full.html")).unwrap());
    assert!(
        word(&found[0], "found").contains("not where it was"),
        "{found:?}"
    );
}

#[test]
fn a_changed_figure_is_found() {
    let found = broken(|case| {
        let path = case.join("out/fact-base.json");
        let mut base: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        base["figures"]["findings"] = 1.into();
        std::fs::write(&path, serde_json::to_string_pretty(&base).unwrap()).unwrap();
    });
    assert!(
        found
            .iter()
            .any(|one| word(one, "object") == "out/fact-base.json"),
        "{found:?}"
    );
}

#[test]
fn a_statement_whose_record_is_another_is_found() {
    let found = broken(|case| {
        let path = case.join("out/fact-base.json");
        let mut base: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let cited = base["statements"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .find(|one| !one["evidence"].as_array().unwrap().is_empty())
            .unwrap();
        cited["evidence"][0]["position"] = 999_999.into();
        std::fs::write(&path, serde_json::to_string_pretty(&base).unwrap()).unwrap();
    });
    let of = |check: &str| found.iter().any(|one| word(one, "check") == check);
    assert!(of("statement") && of("derived"), "{found:?}");
}

#[test]
fn evidence_that_was_taken_away_is_found() {
    let (_work, case) = case();
    assert_eq!(run(&case, &["report"]).status, 0);
    let objects = std::fs::read_dir(case.join("evidence")).unwrap();
    let object = objects
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "zst"))
        .unwrap();
    std::fs::remove_file(object).unwrap();
    let checked = run(&case, &["report", "check", "--json"]);
    assert_ne!(checked.status, 0, "{}", checked.out);
}

#[test]
fn what_comes_later_makes_a_document_out_of_date() {
    let (_work, case) = case();
    let before = case.join("before.json");
    let path = before.to_string_lossy().into_owned();
    assert_eq!(run(&case, &["report"]).status, 0);
    assert_eq!(
        run(&case, &["report", "--format", "json", "--out", &path]).status,
        0
    );
    let noted = run(
        &case,
        &[
            "log",
            "note",
            "--text",
            "The bank was called.",
            "--by",
            "A. Analyst",
        ],
    );
    assert_eq!(noted.status, 0, "{}", noted.err);
    assert_eq!(run(&case, &["report", "check"]).status, 1);
    // A new document has it, and the comparison of the two says so.
    let after = case.join("after.json");
    let later = after.to_string_lossy().into_owned();
    assert_eq!(
        run(&case, &["report", "--format", "json", "--out", &later]).status,
        0
    );
    let differ = run(&case, &["report", "diff", &path, &later]);
    assert_eq!(differ.status, 1);
    assert!(
        differ.out.contains("The bank was called."),
        "{}",
        differ.out
    );
    let same = run(&case, &["report", "diff", &later, &later]);
    assert_eq!((same.status, same.out.as_str()), (0, ""));
}

#[test]
fn each_audience_gets_what_is_meant_for_it() {
    let (_work, case) = case();
    let page = |audience: &str| {
        let made = run(&case, &["report", "--audience", audience]);
        assert_eq!(made.status, 0, "{}", made.err);
        std::fs::read_to_string(case.join(format!("out/report-{audience}.html"))).unwrap()
    };
    let (full, insurer, counsel) = (page("full"), page("insurer"), page("counsel"));
    let (leadership, client) = (page("leadership"), page("client"));
    let advice = "class=\"s advice\"";
    assert!(full.contains(advice) && client.contains(advice) && counsel.contains(advice));
    assert!(!insurer.contains(advice) && !insurer.contains("id=\"recommendations\""));
    let beside =
        std::fs::read_to_string(case.join("out/report-insurer-recommendations.html")).unwrap();
    assert!(beside.contains(advice));
    assert!(counsel.contains("id=\"scope-opinion\"") && !full.contains("id=\"scope-opinion\""));
    assert!(full.contains("id=\"certificate\"") && !leadership.contains("id=\"manifest\""));
    assert!(leadership.len() < full.len() / 3);
    let refused = run(&case, &["report", "--audience", "no-incident"]);
    assert_eq!(refused.status, 2, "{}", refused.err);
    assert!(refused.err.contains("--no-incident"), "{}", refused.err);
}

#[test]
fn what_an_attacker_wrote_stays_text() {
    let work = tempfile::tempdir().unwrap();
    let case = work.path().join("case");
    let exports = work.path().join("audit.jsonl");
    let hostile = "<script>alert(1)</script>=HYPERLINK(1)\\u202etxt.exe@contoso.example";
    std::fs::write(
        &exports,
        audit("11111111-2222-3333-4444-555555555555", hostile),
    )
    .unwrap();
    let done = run(
        &case,
        &["investigate", &exports.to_string_lossy(), "--json"],
    );
    assert!(done.status <= 1, "{}", done.err);
    let name = "<img src=x onerror=alert(1)>\u{202e}";
    let note = run(&case, &["log", "note", "--text", name, "--by", name]);
    assert_eq!(note.status, 0, "{}", note.err);
    assert_eq!(run(&case, &["report"]).status, 0);
    let page = std::fs::read_to_string(case.join("out/report-full.html")).unwrap();
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'));
    assert!(page.contains("U+202E"), "a hidden sign is shown");
}

#[test]
fn an_analysts_words_are_in_every_document_and_marked_as_his() {
    let (_work, case) = case();
    let words = [
        "--by",
        "A. Analyst",
        "--text",
        "The owner remembers the page.",
    ];
    let mut args = vec!["report", "text", "--section", "entry"];
    args.extend(words);
    assert_eq!(run(&case, &args).status, 0);
    let facts = facts(&case);
    let said = list(&facts, "statements")
        .iter()
        .find(|one| word(one, "text") == "A. Analyst adds: The owner remembers the page.")
        .unwrap();
    assert_eq!(
        (word(said, "section"), word(said, "kind")),
        ("entry", "told")
    );
    assert!(word(said, "decision").starts_with("report-text/"));
    let mut args = vec!["report", "text", "--section", "no-such"];
    args.extend(words);
    assert_eq!(run(&case, &args).status, 2);
}

#[test]
fn a_final_document_needs_a_seal_that_covers_everything() {
    let (work, case) = case();
    assert_eq!(run(&case, &["report", "--final"]).status, 2);
    let key = work.path().join("key.pem");
    let key = key.to_string_lossy().into_owned();
    let seal = ["evidence", "seal", "--key", &key, "--make-key"];
    assert_eq!(run(&case, &seal).status, 0);
    let made = run(&case, &["report", "--final"]);
    assert_eq!(made.status, 0, "{}", made.err);
    let page = std::fs::read_to_string(case.join("out/report-full.html")).unwrap();
    assert!(page.contains("Ed25519 key") && !page.contains("class=\"draft\""));
    assert_eq!(run(&case, &["report", "check"]).status, 0);
    let note = [
        "log",
        "note",
        "--text",
        "One more call.",
        "--by",
        "A. Analyst",
    ];
    assert_eq!(run(&case, &note).status, 0);
    assert_eq!(run(&case, &["report", "--final"]).status, 2);
}

#[test]
fn a_redacted_document_has_no_address_and_the_case_keeps_the_key() {
    let (_work, case) = case();
    for format in ["html", "json"] {
        let made = run(&case, &["report", "--redact", "--format", format]);
        assert_eq!(made.status, 0, "{}", made.err);
        let path = case.join(format!("out/report-full-redacted.{format}"));
        let text = std::fs::read_to_string(path).unwrap();
        let key: Value =
            serde_json::from_slice(&std::fs::read(case.join("redaction-key.json")).unwrap())
                .unwrap();
        let words = key["words"].as_object().unwrap();
        assert!(words.len() > 3);
        for (address, word) in words {
            assert!(
                !text.to_lowercase().contains(address),
                "{address} in {format}"
            );
            assert!(word.as_str().unwrap().len() > 6);
        }
        assert!(text.contains("person-0001") || text.contains("outsider-0001"));
    }
    assert_eq!(run(&case, &["report", "check"]).status, 0);
}

/// The folder of real samples, where it can be had.
fn samples(name: &str) -> Option<PathBuf> {
    let near = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var_os("HOURZERO_SAMPLES").map_or_else(|| near.into(), PathBuf::from);
    let folder = folder.join(name);
    if !folder.is_dir() {
        println!("skipped: no samples at HOURZERO_SAMPLES");
        return None;
    }
    Some(folder)
}

#[test]
fn the_report_on_a_real_intrusion_leads_back_to_its_records() {
    let Some(folder) = samples("excytin_166") else {
        return;
    };
    let work = tempfile::tempdir().unwrap();
    let case = work.path().join("case");
    let done = run(&case, &["investigate", &folder.to_string_lossy()]);
    assert!(done.status <= 1, "{}", done.err);
    let facts = facts(&case);
    assert_eq!(facts["figures"]["accounts_compromised"], 1);
    let said = |section: &str, words: &str| {
        let all = list(&facts, "statements").iter();
        all.clone()
            .any(|one| word(one, "section") == section && word(one, "text").contains(words))
    };
    assert!(said("summary", "laylaw@vnevado.alpineskihouse.co"));
    assert!(
        said("footholds", "ITCleanup")
            && said("coverage", "message-trace log is not in the evidence")
    );
    let checked = run(&case, &["report", "check"]);
    assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
}

/// Plays a scenario in a small tenant; each statement of its report leads back to its records.
fn leads_back(scenario: &str) {
    let work = tempfile::tempdir().unwrap();
    let case = work.path().join("case");
    let mut args = vec!["demo", "--json", "--scenario", scenario];
    args.extend(["--accounts", "10", "--days", "8", "--seed", "5"]);
    let demo = run(&case, &args);
    assert_eq!(demo.status, 0, "{}", demo.err);
    let row: Value = serde_json::from_str(demo.out.trim()).unwrap();
    assert_eq!(row["uncited_statements"], 0, "{row}");
    let checked = run(&case, &["report", "check"]);
    assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
}

#[test]
fn the_report_on_a_simulated_consent_leads_back_to_its_records() {
    leads_back("consent-look-alike-app");
}

#[test]
fn the_report_on_simulated_invoice_fraud_leads_back_to_its_records() {
    leads_back("aitm-invoice-fraud");
}

#[test]
fn the_report_on_a_simulated_mass_download_leads_back_to_its_records() {
    leads_back("mass-download");
}

#[test]
fn every_form_is_made_and_holds() {
    let (_work, case) = case();
    for (format, ending, begins) in [
        ("html", "html", "<!DOCTYPE html>"),
        ("pdf", "pdf", "%PDF-"),
        ("docx", "docx", "PK"),
        ("xlsx", "xlsx", "PK"),
        ("csv", "csv", "id,section"),
        ("stix", "stix.json", "{"),
        ("misp", "misp.json", "{"),
        ("timesketch", "timesketch.jsonl", "{"),
        ("navigator", "navigator.json", "{"),
        ("kql", "kql", "//"),
        ("json", "json", "{"),
    ] {
        let made = run(&case, &["report", "--format", format]);
        assert_eq!(made.status, 0, "{format}: {}", made.err);
        let bytes = std::fs::read(case.join(format!("out/report-full.{ending}"))).unwrap();
        assert!(bytes.starts_with(begins.as_bytes()), "{format}");
    }
    let made = run(&case, &["report", "--format", "xlsx"]);
    let workbook = made.out.split_whitespace().next().unwrap();
    let page = std::fs::read_to_string(case.join("out/report-full.html")).unwrap();
    assert!(
        page.contains(workbook),
        "the page names the workbook's hash"
    );
    let checked = run(&case, &["report", "check"]);
    assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
}
