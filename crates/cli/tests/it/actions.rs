//! What IT and responders did: told by a file, kept in the case, seen in the timeline.

use std::path::Path;

use serde_json::Value;

use crate::support::{first_look, run};

const PAT: &str = "pat@contoso.example";

/// The reset of Pat's password by an administrator whom no other record names.
const RESET: &str = r#"{"CreationTime":"2026-03-05T16:00:00","Id":"8f1c1f2e-0000-4000-8000-000000000001","Operation":"Reset user password.","OrganizationId":"o","RecordType":8,"ResultStatus":"Success","UserKey":"k","UserType":0,"Version":1,"Workload":"AzureActiveDirectory","ObjectId":"pat@contoso.example","UserId":"it@contoso.example"}"#;

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

fn act(at: &str) -> String {
    format!(
        "[[done]]\naction = \"password-reset\"\ntarget = \"{PAT}\"\nat = \"{at}\"\nby = \"IT\"\n"
    )
}

fn reset(case: &Path) -> Value {
    let rows = run(case, &["timeline", "--json"]).lines();
    let of = |row: &&Value| row["operation"] == "Reset user password";
    let mut resets = rows.iter().filter(of);
    let row = resets
        .next()
        .expect("an act on a compromised account")
        .clone();
    assert!(resets.next().is_none(), "{rows:?}");
    row
}

fn scope(case: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(case.join("out/scope.json")).unwrap()).unwrap()
}

#[test]
fn told_acts_change_what_is_lost_and_what_is_ordered() {
    let files = tempfile::tempdir().unwrap();
    let call = "[call]\nat = \"2026-03-06T17:40:00+01:00\"\n[noticed]\nat = \"2026-03-06T15:00:00+01:00\"\n[accounts]\nknown = [\"pat@contoso.example\"]\n";
    let call = write(files.path(), "call.toml", call);
    let purged = "[[done]]\naction = \"mail-purged\"\ntarget = \"pat@contoso.example\"\nat = \"2026-03-06T16:00:00+01:00\"\nby = \"IT\"\n";
    let told = write(files.path(), "done.toml", purged);
    let root = tempfile::tempdir().unwrap();
    let asked = run(root.path(), &["intake", "--from", &call, "--json"]).lines();
    let mut lost = asked[0]["lost"].as_array().unwrap().iter();
    assert!(lost.all(|one| one["by"] == "time"), "{}", asked[0]);
    let sheet = || std::fs::read_to_string(root.path().join("out/first-call.md")).unwrap();
    let before = sheet();
    run(
        root.path(),
        &["investigate", &first_look(), "--actions", &told],
    );
    assert_ne!(sheet(), before);
    let with = run(root.path(), &["intake", "--from", &call, "--json"]).lines();
    let has = |list: &str, key: &str, word: &str| {
        let list = with[0][list].as_array().unwrap();
        list.iter().any(|one| one[key] == word)
    };
    assert!(has("lost", "by", "IT"), "{}", with[0]);
    assert!(has("orders", "id", "extend-retention"), "{}", with[0]);
    let facts = std::fs::read_to_string(root.path().join("out/fact-base.json")).unwrap();
    assert!(facts.contains("What was done has cost evidence (by IT"));
    // Without the file's word nothing is lost any more.
    let nothing = write(files.path(), "nothing.toml", "");
    run(root.path(), &["scope", "--actions", &nothing]);
    assert_eq!(sheet(), before);
}

#[test]
fn told_acts_are_the_responders_and_another_file_takes_their_place() {
    let files = tempfile::tempdir().unwrap();
    let exports = write(files.path(), "reset.json", RESET);
    let told = write(files.path(), "done.toml", &act("2026-03-05T17:05:00+01:00"));
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["investigate", &first_look(), &exports, "--actions", &told],
    );
    assert_eq!(done.status, 0, "{}", done.err);
    let row = reset(root.path());
    assert_eq!(row["attribution"], "responder", "{row}");
    assert_eq!(row["confidence"], "confirmed", "{row}");
    assert_eq!(
        row["reason"],
        "told as done: password-reset of pat@contoso.example at 2026-03-05T17:05:00+01:00 by IT"
    );
    let with = scope(root.path());
    assert_eq!(with["counts"]["responder"], 1, "{}", with["counts"]);
    assert_eq!(with["contained"][0]["attribution"], "responder", "{with}");
    let situation = std::fs::read_to_string(root.path().join("out/situation.json")).unwrap();
    let situation: Value = serde_json::from_str(&situation).unwrap();
    assert_eq!(situation["done"][0]["in_logs"], true, "{situation}");

    let again = run(root.path(), &["scope", "--actions", &told]);
    assert_eq!(again.status, 0, "{}", again.err);
    assert!(again.err.contains("1 acts held already"), "{}", again.err);
    assert!(again.out.contains(PAT), "{}", again.out);
    assert_eq!(scope(root.path()), with);

    // Without anybody's word it is still an act against the attacker, and less is sure.
    let nothing = write(files.path(), "nothing.toml", "");
    assert_eq!(
        run(root.path(), &["scope", "--actions", &nothing]).status,
        0
    );
    let row = reset(root.path());
    assert_eq!(row["attribution"], "responder", "{row}");
    assert_eq!(row["confidence"], "likely", "{row}");
    assert_eq!(run(root.path(), &["evidence", "verify"]).status, 0);
}

#[test]
fn counts_are_of_every_event_and_owners_are_at_home() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["investigate", &first_look()]);
    let counts = scope(root.path())["counts"].clone();
    let total: u64 = counts
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    let all = run(
        root.path(),
        &["query", "--json", "SELECT count(*) AS n FROM events"],
    );
    assert_eq!(all.lines()[0]["n"], total, "{counts}");
    let rows = run(root.path(), &["timeline", "--all", "--json"]).lines();
    for (who, count) in counts.as_object().unwrap() {
        let labelled = rows.iter().filter(|row| row["attribution"] == who.as_str());
        assert_eq!(
            labelled.count() as u64,
            count.as_u64().unwrap(),
            "{who}: {counts}"
        );
    }
    assert!(counts["owner"].as_u64() > Some(0), "{counts}");
}

#[test]
fn a_file_that_does_not_hold_together_makes_no_case() {
    let files = tempfile::tempdir().unwrap();
    for (text, place) in [
        (act("+3d4h"), "line 4: done.at"),
        (
            "[[done]]\naction = \"reset\"\n".to_owned(),
            "line 2: done.action",
        ),
        (
            format!("[call]\n{}", act("2026-03-05T17:05:00+01:00")),
            "line 1: call",
        ),
    ] {
        let told = write(files.path(), "done.toml", &text);
        let case = files.path().join("case");
        let done = run(&case, &["investigate", &first_look(), "--actions", &told]);
        assert_eq!(done.status, 2, "{}", done.err);
        assert!(done.err.contains(place), "{place}: {}", done.err);
        assert!(!case.exists());
    }
}
