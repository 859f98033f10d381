//! The simulated tenant at the command line, and the demo that strings everything together.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::run;

fn stdout(case: &Path, args: &[&str]) -> String {
    let run = run(case, args);
    assert_eq!(run.status, 0, "{args:?}: {}", run.err);
    run.out
}

#[test]
fn scenarios_have_names_and_an_unknown_one_is_wrong_usage() {
    let work = tempfile::tempdir().unwrap();
    let case = work.path().join("case");
    let names = stdout(&case, &["simulate", "list"]);
    assert!(names.lines().count() >= 28, "{names}");
    assert!(names.lines().any(|name| name.starts_with("clean")));
    let out = work.path().join("out");
    let refused = run(
        &case,
        &[
            "simulate",
            "export",
            "--scenario",
            "no-such",
            "--out",
            &out.to_string_lossy(),
        ],
    );
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("simulate list"), "{}", refused.err);
    assert!(!out.exists());
}

#[test]
fn clean_evidence_has_the_four_logs_and_the_truth_lies_beside() {
    let work = tempfile::tempdir().unwrap();
    let (out, truth) = (work.path().join("out"), work.path().join("truth.jsonl"));
    let (out_path, truth_path) = (out.to_string_lossy(), truth.to_string_lossy());
    let small = ["--forms", "clean", "--accounts", "8", "--days", "5"];
    let mut args = vec!["simulate", "export", "--json"];
    args.extend(small);
    args.extend(["--out", &out_path, "--truth", &truth_path]);
    let files = stdout(&work.path().join("case"), &args);
    for name in [
        "ual.jsonl",
        "signins.jsonl",
        "directory-audits.jsonl",
        "message-trace.jsonl",
    ] {
        assert!(files.contains(name), "{name}: {files}");
        assert!(out.join(name).metadata().unwrap().len() > 0);
    }
    let truth = std::fs::read_to_string(truth).unwrap();
    assert!(
        truth
            .lines()
            .next()
            .unwrap()
            .contains("\"kind\":\"tenant\"")
    );
    assert!(
        truth
            .lines()
            .last()
            .unwrap()
            .contains("\"kind\":\"outcome\"")
    );
}

#[test]
fn a_demo_loses_no_record_finds_the_attack_and_puts_him_out() {
    let work = tempfile::tempdir().unwrap();
    let case = work.path().join("case");
    let mut losses = Vec::new();
    for (seed, holes) in [("3", false), ("4", true)] {
        let mut args = vec!["demo", "--json", "--no-serve", "--seed", seed];
        args.extend(["--accounts", "10", "--days", "8"]);
        if holes {
            args.push("--holes");
        }
        let row: Value = serde_json::from_str(stdout(&case.join(seed), &args).trim()).unwrap();
        assert_eq!(row["accounts"]["missed"], 0, "{row}");
        assert_eq!(row["accounts"]["wrong"], 0, "{row}");
        assert!(row["events"]["precision"].as_f64().unwrap() > 0.9, "{row}");
        assert!(row["exposure"]["precision"].is_number(), "{row}");
        assert_eq!(row["entry"][0]["ranked_first"], true, "{row}");
        assert_eq!(row["evicted"], true, "{row}");
        assert_eq!(row["footholds_left"], json!([]), "{row}");
        assert_eq!(row["innocents_cut"], 0, "{row}");
        assert_eq!(row["locked_out"], 0, "{row}");
        assert!(row["seconds_to_eviction"].is_number(), "{row}");
        assert_eq!(row.get("gate"), Some(&Value::Null), "{row}");
        assert_eq!(row["uncited_statements"], 0, "{row}");
        assert_eq!(row["scenario"], "aitm-invoice-fraud");
        assert!(row["records"]["given"].as_u64().unwrap() > 1_000, "{row}");
        losses.push(row["records"].clone());
        let report = row["report"].as_str().unwrap();
        assert!(std::fs::metadata(report).unwrap().len() > 10_000);
        let checked = run(&case.join(seed), &["report", "check"]);
        assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
    }
    for records in losses {
        assert_eq!(records["lost"], 0, "{records}");
        assert_eq!(records["ledger_false"], 0, "{records}");
    }
}

#[test]
fn the_worksheet_of_a_case_can_be_played_back() {
    let work = tempfile::tempdir().unwrap();
    let (case, out) = (work.path().join("case"), work.path().join("out"));
    let path = |name: &str| work.path().join(name).to_string_lossy().into_owned();
    let size = ["--accounts", "12", "--days", "10", "--seed", "3"];
    let mut export = vec!["simulate", "export", "--forms", "clean"];
    export.extend(size);
    let first = path("out");
    export.extend(["--out", &first]);
    stdout(&case, &export);
    run(&case, &["investigate", &out.to_string_lossy()]);
    let verdicts = stdout(&case, &["scope", "--format", "jsonl"]);
    let verdicts: Vec<Value> = verdicts
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    // Others may be named as attacked; one was entered, and the gravest comes first.
    let entered = |one: &&Value| one["verdict"] == "compromised" || one["verdict"] == "likely";
    assert_eq!(verdicts.iter().filter(entered).count(), 1, "{verdicts:?}");
    let verdict = &verdicts[0];
    assert_eq!(verdict["verdict"], "compromised");
    let sheet = stdout(&case, &["contain", "show"]);
    assert!(
        sheet.contains(verdict["account"].as_str().unwrap()),
        "{sheet}"
    );
    let done = path("done.toml");
    stdout(&case, &["contain", "plan", "--as-done", &done]);
    let tables = std::fs::read_to_string(&done).unwrap();
    let order = |action: &str| tables.find(&format!("action = \"{action}\""));
    assert!(
        order("account-disabled") < order("sessions-revoked"),
        "{tables}"
    );
    assert!(
        order("sessions-revoked") < order("password-reset"),
        "{tables}"
    );
    let mut again = vec!["simulate", "export", "--forms", "clean"];
    again.extend(size);
    let second = path("again");
    again.extend(["--out", &second, "--intervene", &done]);
    stdout(&case, &again);
    let wrong = run(
        &case,
        &["contain", "plan", "--as-done", &done, "--at", "noon"],
    );
    assert_eq!(wrong.status, 2, "{}", wrong.err);
}
