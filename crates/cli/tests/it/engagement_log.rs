//! The engagement log: written once, listed in three forms, printed in the report.

use std::path::Path;

use crate::support::{first_look, run};

/// A case with one entry of each kind, at fixed times.
#[expect(
    clippy::too_many_lines,
    reason = "one engagement, told from its start to its end"
)]
fn with_log(case: &Path) {
    run(
        case,
        &["new", "--name", "Contoso", "--zone", "Europe/Berlin"],
    );
    for arguments in [
        &[
            "log",
            "hours",
            "--by",
            "A. Analyst",
            "--at",
            "2026-03-06T20:00:00+01:00",
            "--minutes",
            "135",
            "--text",
            "Triage",
        ][..],
        &[
            "log",
            "note",
            "--by",
            "A. Analyst",
            "--at",
            "2026-03-06 18:00",
            "--text",
            "The gateway has copies",
        ],
        &[
            "log",
            "decision",
            "--by",
            "B. Lead",
            "--at",
            "2026-03-06 18:05",
            "--text",
            "Cut at 18:30",
            "--why",
            "The bank holds the money",
        ],
        &[
            "log",
            "call",
            "--by",
            "B. Lead",
            "--at",
            "2026-03-06 17:55",
            "--with",
            "Fraud desk",
            "--number",
            "+49 30 1234",
            "--text",
            "Recall is running",
        ],
        &[
            "log",
            "cost",
            "--by",
            "A. Analyst",
            "--at",
            "2026-03-07T09:00:00Z",
            "--amount",
            "120.50",
            "--currency",
            "eur",
            "--text",
            "Disk",
        ],
        &[
            "log",
            "cost",
            "--by",
            "A. Analyst",
            "--at",
            "2026-03-07T10:00:00Z",
            "--amount",
            "0.70",
            "--currency",
            "EUR",
            "--text",
            "Paper",
        ],
    ] {
        let done = run(case, arguments);
        assert_eq!(done.status, 0, "{}", done.err);
    }
}

#[test]
fn entries_are_listed_by_time_with_their_sums() {
    let root = tempfile::tempdir().unwrap();
    with_log(root.path());
    let text = run(root.path(), &["log", "list"]);
    assert_eq!(text.status, 0);
    assert!(
        text.out.ends_with("In all: 2 h 15 min, 121.20 EUR\n"),
        "{}",
        text.out
    );
    let lines = run(root.path(), &["log", "list", "--format", "jsonl"]).lines();
    let kinds: Vec<&str> = lines
        .iter()
        .map(|line| line["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["call", "note", "decision", "hours", "cost", "cost"]);
    assert_eq!(lines[0]["at"], "2026-03-06T16:55:00Z");
    assert_eq!(lines[0]["at_original"], "2026-03-06T17:55:00+01:00");
    assert_eq!(lines[2]["beside"], "because: The bank holds the money");
    assert_eq!(lines[3]["minutes"], 135);
    assert_eq!(
        (&lines[4]["amount"], &lines[4]["currency"]),
        (&"120.50".into(), &"EUR".into())
    );
    let csv = run(root.path(), &["log", "list", "--format", "csv"]).out;
    assert!(
        csv.starts_with("at,at_original,kind,author,text,beside,minutes,amount,currency,"),
        "{csv}"
    );
    assert_eq!(csv.lines().count(), 7);
    assert_eq!(run(root.path(), &["evidence", "verify"]).status, 0);
}

#[test]
fn impossible_entries_are_refused_and_nothing_is_stored() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["new", "--zone", "Europe/Berlin"]);
    for (arguments, words) in [
        (
            &["log", "note", "--text", " "][..],
            "text: the text is empty",
        ),
        (&["log", "note", "--by", "", "--text", "x"], "by: "),
        (
            &["log", "note", "--at", "2099-01-01T00:00:00Z", "--text", "x"],
            "at: ",
        ),
        (
            &["log", "note", "--at", "2026-03-29 02:30", "--text", "x"],
            "+01:00 and +02:00",
        ),
        (
            &["log", "hours", "--minutes", "0", "--text", "x"],
            "minutes: ",
        ),
        (
            &[
                "log",
                "cost",
                "--amount",
                "ten",
                "--currency",
                "EUR",
                "--text",
                "x",
            ],
            "amount: ",
        ),
        (
            &[
                "log",
                "cost",
                "--amount",
                "10",
                "--currency",
                "euros",
                "--text",
                "x",
            ],
            "currency: ",
        ),
    ] {
        let done = run(root.path(), arguments);
        assert_eq!(done.status, 2, "{arguments:?} {}", done.err);
        assert!(
            done.err.contains(words) && done.err.contains("nothing was stored"),
            "{}",
            done.err
        );
    }
    assert!(
        run(root.path(), &["log", "list", "--json"])
            .lines()
            .is_empty()
    );
    let none = root.path().join("none");
    assert_eq!(run(&none, &["log", "note", "--text", "x"]).status, 3);
    assert!(!none.exists());
}

#[test]
fn the_report_prints_the_log_and_the_first_call_and_stays_the_same() {
    let answers = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../intake/tests/engagements/monday-outbox/answers.toml"
    );
    let report = |order: &[&[&str]]| {
        let root = tempfile::tempdir().unwrap();
        with_log(root.path());
        for arguments in order {
            run(root.path(), arguments);
        }
        std::fs::read_to_string(root.path().join("out/report.html")).unwrap()
    };
    let look = first_look();
    let intake = ["intake", "--from", answers];
    let investigate = ["investigate", look.as_str()];
    let one = report(&[&intake, &investigate]);
    for words in [
        "First call and engagement log",
        "Recall is running",
        "with Fraud desk, +49 30 1234",
        "2 h 15 min, 121.20 EUR",
        "office manager",
        "mails in the outbox that nobody sent",
    ] {
        assert!(one.contains(words), "{words}");
    }
    let other = report(&[&investigate, &intake, &investigate]);
    assert!(
        one == other,
        "the same evidence and the same decisions gave another report"
    );
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["investigate", &look]);
    let plain = std::fs::read_to_string(root.path().join("out/report.html")).unwrap();
    assert!(!plain.contains("First call and engagement log"));
}

#[test]
fn hostile_entries_are_escaped_for_each_medium() {
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["new"]);
    let text = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u{1b}[31m\u{202e}";
    for arguments in [
        &["log", "note", "--by", "@SUM(1)", "--text", text][..],
        &[
            "log",
            "call",
            "--with",
            "-2+3",
            "--number",
            "+49 30",
            "--text",
            "\u{1b}]0;x\u{7}",
        ],
    ] {
        assert_eq!(run(root.path(), arguments).status, 0);
    }
    let shown = run(root.path(), &["log", "list"]).out;
    assert!(
        !shown.contains('\u{1b}') && !shown.contains('\u{202e}'),
        "{shown:?}"
    );
    let csv = run(root.path(), &["log", "list", "--format", "csv"]).out;
    assert!(csv.contains("'=cmd") && csv.contains("'@SUM"), "{csv}");
    run(root.path(), &["investigate", &first_look()]);
    let report = std::fs::read_to_string(root.path().join("out/report.html")).unwrap();
    assert!(!report.contains("<script") && report.contains("alert(1)"));
}
