//! What the command says: help, mistakes and what to do about them, as a user reads it.

use std::fmt::Write as _;

use crate::support::{Run, first_look, run};

/// Standard error without the folder of the test.
fn said(done: &Run, root: &std::path::Path) -> String {
    let text = done.err.replace(&*root.to_string_lossy(), "[case]");
    format!("exit {}\n{text}", done.status)
}

#[test]
fn every_help_text() {
    let root = tempfile::tempdir().unwrap();
    let mut all = String::new();
    for command in [
        &[][..],
        &["investigate"],
        &["new"],
        &["intake"],
        &["log"],
        &["log", "note"],
        &["log", "decision"],
        &["log", "call"],
        &["log", "hours"],
        &["log", "cost"],
        &["log", "list"],
        &["import"],
        &["findings"],
        &["timeline"],
        &["coverage"],
        &["query"],
        &["evidence"],
        &["evidence", "verify"],
        &["evidence", "list"],
        &["evidence", "export"],
        &["evidence", "seal"],
        &["rules"],
        &["rules", "list"],
        &["rules", "test"],
        &["rules", "check"],
        &["enrich", "add"],
        &["completions"],
        &["manual"],
    ] {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        let help = run(root.path(), &arguments);
        assert_eq!(help.status, 0, "{command:?}");
        assert!(!help.out.contains('\u{1b}'), "{command:?}: coloured");
        writeln!(all, "$ hourzero {}\n{}", arguments.join(" "), help.out).unwrap();
    }
    insta::assert_snapshot!("help", all);
}

#[test]
fn every_mistake_is_said_with_what_to_do() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["investigate", &first_look()]);
    let mut all = String::new();
    for arguments in [
        &["query", "SELECT actr, ip FROM events"][..],
        &["query", "SELECT actor FROM evnts"],
        &["query", "SELECT"],
        &["query", "DELETE FROM events"],
        &["query", "SELECT 1; SELECT 2"],
        &["query", "SELECT levenstein(actor, 'x') FROM events"],
        &["evidence", "export", "ffffffffffff", "--out", "nowhere.csv"],
        &["rules", "check", "no-such-folder"],
        &["enrich", "add", "no-such-file.mmdb"],
        &["import", "no-such-export.csv"],
        &["findings", "--at-least", "grave"],
    ] {
        let done = run(root.path(), arguments);
        assert_ne!(done.status, 0, "{arguments:?}");
        let text = said(&done, root.path());
        writeln!(all, "$ hourzero {}\n{text}", arguments.join(" ")).unwrap();
    }
    let none = root.path().join("none");
    for arguments in [&["findings"][..], &["new", "--zone", "Mars/Olympus"]] {
        let text = said(&run(&none, arguments), root.path());
        writeln!(all, "$ hourzero {} (no case)\n{text}", arguments.join(" ")).unwrap();
    }
    insta::assert_snapshot!("mistakes", all);
}

#[test]
fn rules_check_prints_the_fields_of_the_contract() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["import", &first_look()]);
    let folder = tempfile::tempdir().unwrap();
    let rule = |id: &str, detection: &str| {
        format!(
            "title: T\nid: {id}\nstatus: test\nlogsource: {{product: azure, service: signinlogs}}\ndetection:\n  s:\n    {detection}\n  condition: s\nlevel: low\n"
        )
    };
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "live.yml",
        &rule("00000000-0000-4000-8000-000000000001", "ResultType: 0"),
    );
    write(
        "dead.yml",
        &rule("00000000-0000-4000-8000-000000000002", "NoSuchField: 1"),
    );
    write("broken.yml", "title: [");
    let checked = run(
        root.path(),
        &["rules", "check", &folder.path().to_string_lossy(), "--json"],
    );
    assert_eq!(checked.status, 1, "{}", checked.err);
    let lines = checked.lines();
    let of = |file: &str| {
        lines
            .iter()
            .find(|line| line["file"] == file)
            .unwrap_or_else(|| panic!("{file}: {}", checked.out))
    };
    for line in &lines {
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 8, "{line}");
        for key in [
            "id",
            "title",
            "file",
            "compiled",
            "reason",
            "live",
            "dead_fields",
            "hits",
        ] {
            assert!(line.get(key).is_some(), "{key}: {line}");
        }
    }
    assert_eq!(of("live.yml")["live"], "columnar");
    assert!(of("live.yml")["hits"].as_u64().unwrap() > 0);
    assert_eq!(of("dead.yml")["live"], "dead");
    assert_eq!(of("dead.yml")["dead_fields"][0], "NoSuchField");
    assert_eq!(of("broken.yml")["compiled"], false);
    assert!(!of("broken.yml")["reason"].as_str().unwrap().is_empty());
}
