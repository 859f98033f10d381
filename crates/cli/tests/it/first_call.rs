//! The first call as a user makes it: from a file, in the terminal, stopped and gone on with, changed later.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{first_look, run, run_typing};

/// The answers of an engagement that `intake` is tested with.
fn engagement(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../intake/tests/engagements");
    let path = PathBuf::from(folder).join(name).join("answers.toml");
    path.to_string_lossy().into_owned()
}

/// A file with this text.
fn file(folder: &Path, text: impl AsRef<[u8]>) -> String {
    let path = folder.join("answers.toml");
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

fn out(case: &Path, name: &str) -> String {
    std::fs::read_to_string(case.join("out").join(name)).unwrap_or_default()
}

fn journal(case: &Path) -> usize {
    let text = std::fs::read_to_string(case.join("journal.jsonl")).unwrap_or_default();
    text.lines().count()
}

fn ids<'a>(assessment: &'a Value, list: &str) -> Vec<&'a str> {
    let entries = assessment[list].as_array().unwrap();
    entries
        .iter()
        .map(|entry| entry["id"].as_str().unwrap())
        .collect()
}

#[expect(
    clippy::too_many_lines,
    reason = "one engagement, told from its start to its end"
)]
#[test]
fn a_file_gives_the_contracts_object_and_the_pages() {
    for (name, orders, packet) in [
        (
            "friday-wire",
            &["bank-recall", "law-enforcement", "voice-verify"][..],
            true,
        ),
        ("nothing-known", &["confirm-first", "preserve-first"], false),
        (
            "only-administrator-locked-out",
            &["regain-control", "admin-first", "out-of-band"],
            false,
        ),
        (
            "letter-after-the-purge",
            &["preserve-first", "counsel", "insurer-notice"],
            false,
        ),
    ] {
        let root = tempfile::tempdir().unwrap();
        let case = root.path().join("case");
        let done = run(&case, &["intake", "--from", &engagement(name), "--json"]);
        assert_eq!(done.status, 0, "{name}: {}", done.err);
        let [assessment] = done.lines().try_into().unwrap();
        let keys: Vec<&String> = assessment.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 6, "{keys:?}");
        for (list, members) in [
            (
                "orders",
                &["id", "title", "who", "now", "due", "why", "sources"][..],
            ),
            ("not_yet", &["id", "why", "sources"]),
            (
                "clocks",
                &[
                    "id", "state", "trigger", "starts", "ends", "horizon", "assumes", "source",
                ],
            ),
            ("lost", &["by", "target", "what", "instead", "until"]),
            ("requests", &["source", "vanishes", "how"]),
        ] {
            for entry in assessment[list].as_array().unwrap() {
                let keys = entry.as_object().unwrap();
                assert_eq!(keys.len(), members.len(), "{name} {list}: {entry}");
                assert!(
                    members.iter().all(|member| keys.contains_key(*member)),
                    "{entry}"
                );
            }
        }
        assert!(
            assessment["unanswered"]
                .as_array()
                .unwrap()
                .iter()
                .all(Value::is_string)
        );
        assert_eq!(
            &ids(&assessment, "orders")[..orders.len()],
            orders,
            "{name}"
        );
        assert_eq!(
            out(&case, "recall-packet.html").contains("Recall of a payment"),
            packet
        );
        let sheet = out(&case, "first-call.html");
        assert!(
            sheet.contains("size:A4 landscape") && !sheet.contains("http://"),
            "{sheet}"
        );
        assert!(out(&case, "evidence-request.md").contains("- [ ] **Unified audit log**"));
        assert!(out(&case, "no-incident.html").is_empty());
        for path in done
            .err
            .lines()
            .filter_map(|line| line.strip_prefix("written: "))
        {
            assert!(Path::new(path).is_file(), "{path}");
        }
        let before = (journal(&case), sheet);
        let again = run(&case, &["intake", "--from", &engagement(name), "--json"]);
        assert_eq!(again.out, done.out);
        assert_eq!(
            (journal(&case), out(&case, "first-call.html")),
            before,
            "{name}"
        );
        assert_eq!(run(&case, &["evidence", "verify"]).status, 0);
    }
}

#[test]
fn a_broken_file_is_refused_with_line_and_key_and_nothing_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let call = "[call]\nat = \"2026-03-06T17:40:00+01:00\"\n";
    for (text, line, key) in [
        (
            format!("{call}[payment]\nstat = \"sent\"\n"),
            4,
            "payment.stat",
        ),
        (
            format!("{call}[payments]\nstate = \"sent\"\n"),
            3,
            "payments",
        ),
        (
            "[noticed]\n\nat = \"2026-03-06T15:00:00\"\n".to_owned(),
            3,
            "noticed.at",
        ),
        (
            format!("{call}[payment]\nstate = \"maybe\"\n"),
            4,
            "payment.state",
        ),
        (
            format!("{call}[payment]\nstate = \"sent\"\nat = \"2026-03-07T10:00:00+01:00\"\n"),
            5,
            "payment.at",
        ),
        (
            format!(
                "{call}[[done]]\naction = \"mail-purged\"\nat = \"2026-03-06T18:00:00+01:00\"\n"
            ),
            5,
            "done.at",
        ),
        (
            format!("{call}[[done]]\naction = \"prayer\"\n"),
            4,
            "done.action",
        ),
        (format!("{call}[client\nzone = \"UTC\"\n"), 3, "client"),
        (
            format!("{call}[payment]\namount = -5\n"),
            4,
            "payment.amount",
        ),
    ] {
        let from = file(folder.path(), &text);
        let case = folder.path().join("case");
        let done = run(&case, &["intake", "--from", &from, "--json"]);
        assert_eq!(done.status, 2, "{text}\n{}", done.err);
        assert!(done.out.is_empty(), "{}", done.out);
        assert!(
            done.err.contains(&format!("line {line}: {key}: ")),
            "{text}\n{}",
            done.err
        );
        assert!(done.err.contains("nothing was stored"), "{}", done.err);
        assert!(!case.exists(), "{text}: a case was made");
    }
    // A case that exists is left as it was.
    let case = folder.path().join("case");
    run(&case, &["intake", "--from", &engagement("friday-wire")]);
    let before = (journal(&case), out(&case, "first-call.html"));
    let from = file(folder.path(), "[payment]\nstate = \"maybe\"\n");
    assert_eq!(run(&case, &["intake", "--from", &from]).status, 2);
    assert_eq!(
        run(&case, &["intake", "--set", "payment.state=maybe"]).status,
        2
    );
    let at = "payment.at=2099-01-01T00:00:00Z";
    assert_eq!(
        run(
            &case,
            &["intake", "--set", "payment.state=sent", "--set", at]
        )
        .status,
        2
    );
    assert_eq!((journal(&case), out(&case, "first-call.html")), before);
}

#[test]
fn what_cannot_be_read_at_all_makes_no_case_either() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let missing = run(&case, &["intake", "--from", "no-such-answers.toml"]);
    assert_eq!(missing.status, 3, "{}", missing.err);
    assert!(
        missing.err.contains("no-such-answers.toml"),
        "{}",
        missing.err
    );
    let latin = file(folder.path(), b"[call]\nby = \"Bj\xf6rn\"\n");
    let done = run(&case, &["intake", "--from", &latin]);
    assert_eq!(done.status, 2);
    assert!(
        done.err.contains("line 2") && done.err.contains("UTF-8"),
        "{}",
        done.err
    );
    let long = file(folder.path(), "# x\n".repeat(300_000));
    assert_eq!(run(&case, &["intake", "--from", &long]).status, 2);
    assert_eq!(
        run(&case, &["intake", "--set", "payment.stat=sent"]).status,
        2
    );
    assert!(!case.exists());
    // The mark that editors on Windows write is no part of the first key.
    let marked = file(folder.path(), "\u{feff}[call]\r\nby = \"x\"\r\n");
    assert_eq!(run(&case, &["intake", "--from", &marked]).status, 0);
}

/// What is typed at each prompt that has these words; elsewhere nothing.
const TALK: &[(&str, &str)] = &[
    ("on the line", "office manager"),
    ("is there a payment", "sent"),
    ("Whose money", "us"),
    ("How was it paid", "wire"),
    ("When was it ordered", "2026-03-06 10:00"),
    ("How much", "180000 EUR"),
    ("sign in as an administrator", "y"),
    ("an administrator's", "n"),
];

/// A talk through pipes: answers each prompt until the command ends, or `limit` prompts are answered, and
/// then kills it with the next prompt on the screen. Gives what stood on standard error and output.
fn converse(case: &Path, limit: usize) -> (String, String) {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("hourzero"))
        .args(["intake", "--case"])
        .arg(case)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut shown = String::new();
    let mut answered = 0;
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        let line = line.unwrap();
        shown.push_str(&line);
        shown.push('\n');
        // Every prompt ends with what the keys mean, or with the question itself where there are no choices.
        let is_prompt = line.contains("[empty") || line.contains("on the line");
        if !is_prompt {
            continue;
        }
        if answered == limit {
            child.kill().unwrap();
            break;
        }
        let question = shown.rsplit("\n> ").next().unwrap().to_owned();
        let typed = TALK.iter().find(|(words, _)| question.contains(words));
        let typed = typed.map_or("", |(_, typed)| typed);
        shown.push_str(&format!("\n> {typed}\n"));
        // A command that has ended reads no more; its exit status is looked at by the caller.
        writeln!(input, "{typed}").unwrap_or_default();
        answered += 1;
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    (shown, String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_terminal_run_from_new_to_the_sheet() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("contoso");
    let opened = run(
        &case,
        &[
            "new",
            "--name",
            "Contoso",
            "--tenant",
            "contoso.com",
            "--zone",
            "Europe/Berlin",
        ],
    );
    assert_eq!(opened.status, 0, "{}", opened.err);
    let (shown, sheet) = converse(&case, 60);
    for words in [
        "# First orders",
        "contoso.com",
        "recall 180000 EUR",
        "## Finance",
        "## Not yet",
        "## Clocks",
        "wire-recall",
    ] {
        assert!(sheet.contains(words), "{words}\n{sheet}\n{shown}");
    }
    assert!(
        shown.contains("= 2026-03-06T09:00:00Z"),
        "the time is not shown in UTC: {shown}"
    );
    assert!(
        !shown.contains("Which time zone"),
        "the case says the zone: {shown}"
    );
    let asked = shown
        .matches("[empty: not known · ? why · back · done]")
        .count();
    assert!((7..=15).contains(&asked), "{asked} questions\n{shown}");
    assert!(
        out(&case, "recall-packet.html")
            .contains("2026-03-06T10:00:00+01:00 (UTC 2026-03-06T09:00:00Z)")
    );
    assert!(case.join("out/first-call.html").is_file());
}

#[test]
fn a_killed_talk_loses_no_answer_and_goes_on_where_it_stopped() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("case");
    let (shown, _) = converse(&case, 5);
    let open = shown.trim_end().rsplit("\n> ").next().unwrap().to_owned();
    let kept = run(&case, &["intake", "--show", "--json"]).lines();
    let keys: Vec<&str> = kept
        .iter()
        .map(|row| row["key"].as_str().unwrap())
        .collect();
    assert_eq!(
        &keys[..4],
        ["call.by", "client.zone", "payment.state", "payment.payer"],
        "{shown}"
    );
    assert_eq!(keys.len(), 5, "{keys:?}");
    let (again, sheet) = converse(&case, 60);
    assert!(
        !again.contains("on the line") && !again.contains("is there a payment"),
        "{again}"
    );
    let question = open.lines().find(|line| line.contains(". ")).unwrap();
    let words = question.split_once(". ").unwrap().1;
    assert!(again.contains(words), "{words}\n{again}");
    assert!(sheet.contains("# First orders"), "{sheet}");
    assert_eq!(run(&case, &["evidence", "verify"]).status, 0);
}

#[test]
fn the_end_of_the_input_and_done_both_print_the_sheet() {
    let root = tempfile::tempdir().unwrap();
    for typed in [
        "someone\nEurope/Paris\nnone\n",
        "someone\nEurope/Paris\nnone\ndone\n",
    ] {
        let case = root.path().join(typed.len().to_string());
        let done = run_typing(&case, &["intake"], typed);
        assert_eq!(done.status, 0, "{}", done.err);
        assert!(done.out.contains("# First orders"), "{}", done.out);
        assert_eq!(run(&case, &["intake", "--show", "--json"]).lines().len(), 3);
    }
    let case = root.path().join("json");
    let done = run_typing(&case, &["intake", "--json", "--by", "IT"], "UTC\nsent\n");
    assert_eq!(ids(&done.lines()[0], "orders")[0], "bank-recall");
}

#[test]
fn an_edit_keeps_the_earlier_answer() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("case");
    run(&case, &["intake", "--from", &engagement("friday-wire")]);
    assert!(case.join("out/recall-packet.md").is_file());
    let edited = run(
        &case,
        &[
            "intake",
            "--set",
            "payment.amount=20000",
            "--set",
            "client.insurer=y",
            "--by",
            "A. Controller",
        ],
    );
    assert_eq!(edited.status, 0, "{}", edited.err);
    assert!(edited.out.contains("20000 USD"), "{}", edited.out);
    let rows = run(&case, &["intake", "--show", "--json"]).lines();
    let of = |key: &str| -> Vec<String> {
        let rows = rows.iter().filter(|row| row["key"] == key);
        rows.map(|row| {
            format!(
                "{} {} {}",
                row["value"].as_str().unwrap(),
                row["by"].as_str().unwrap(),
                row["holds"]
            )
        })
        .collect()
    };
    assert_eq!(
        of("payment.amount"),
        ["180000.00 controller false", "20000 A. Controller true"]
    );
    assert_eq!(
        of("client.insurer"),
        ["unknown controller false", "yes A. Controller true"]
    );
    let act = "done=mail-purged; target=ap@fabrikam.example; at=2026-03-06 16:15; by=IT";
    let told = run(&case, &["intake", "--set", act, "--json"]);
    assert_eq!(
        told.lines()[0]["lost"][0]["by"],
        "IT",
        "{}{}",
        told.out,
        told.err
    );
    let none = run(&case, &["intake", "--set", "done=none", "--json"]);
    let lost = none.lines()[0]["lost"].as_array().unwrap().clone();
    assert!(lost.iter().all(|one| one["by"] == "time"), "{lost:?}");
    let shown = run(&case, &["intake", "--show"]);
    assert!(
        shown.out.contains("mail-purged") && shown.out.contains("180000.00"),
        "{}",
        shown.out
    );
}

#[test]
fn a_later_file_stands_for_itself_and_says_what_is_open_again() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("case");
    run(&case, &["intake", "--from", &engagement("friday-wire")]);
    let second = run(
        &case,
        &["intake", "--from", &engagement("nothing-known"), "--json"],
    );
    assert!(
        second.err.contains("open again") && second.err.contains("payment.state"),
        "{}",
        second.err
    );
    let fresh = run(
        &root.path().join("fresh"),
        &["intake", "--from", &engagement("nothing-known"), "--json"],
    );
    assert_eq!(second.out, fresh.out);
    assert!(
        !case.join("out/recall-packet.md").exists(),
        "a page that no longer applies is left"
    );
}

#[test]
fn what_has_been_imported_is_ticked_off() {
    let root = tempfile::tempdir().unwrap();
    let ticked = |case: &Path| -> Vec<String> {
        let request = out(case, "evidence-request.md");
        let lines = request
            .lines()
            .filter_map(|line| line.strip_prefix("- [x] **"));
        lines
            .map(|line| line.split("**").next().unwrap().to_owned())
            .collect()
    };
    let before = root.path().join("before");
    run(&before, &["intake", "--from", &engagement("friday-wire")]);
    assert!(ticked(&before).is_empty());
    run(&before, &["import", &first_look()]);
    let expected = [
        "Entra sign-ins: interactive, non-interactive, service principals",
        "Message trace",
        "Unified audit log",
    ];
    assert_eq!(ticked(&before), expected);
    assert!(out(&before, "evidence-request.md").contains("  - Arrived: message-trace, "));
    let after = root.path().join("after");
    run(&after, &["investigate", &first_look()]);
    assert!(
        !after.join("out/evidence-request.md").exists(),
        "nobody has answered yet"
    );
    run(&after, &["intake", "--from", &engagement("friday-wire")]);
    assert_eq!(
        out(&after, "evidence-request.md"),
        out(&before, "evidence-request.md")
    );
}

#[test]
fn no_incident_is_an_outcome_with_a_page_that_says_why() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("case");
    run(&case, &["intake", "--from", &engagement("false-alarm")]);
    run(&case, &["import", &first_look()]);
    let decided = run(
        &case,
        &[
            "intake",
            "--no-incident",
            "The colleague was in Lisbon; the hotel's address fits",
            "--by",
            "A. Analyst",
        ],
    );
    assert_eq!(decided.status, 0, "{}", decided.err);
    let page = out(&case, "no-incident.html");
    for words in [
        "A. Analyst",
        "The colleague was in Lisbon",
        "sign-in: ",
        "The rules have not been run",
        "retention-signin",
    ] {
        assert!(page.contains(words), "{words}\n{page}");
    }
    let refused = run(
        &case,
        &["intake", "--set", "activity.still=yes", "--by", "IT"],
    );
    assert_eq!(refused.status, 0);
    let against = run(
        &case,
        &[
            "intake",
            "--no-incident",
            "all is well",
            "--by",
            "A. Analyst",
        ],
    );
    assert_eq!(against.status, 2, "{}", against.err);
    assert!(against.err.contains("activity.still"), "{}", against.err);
    run(
        &case,
        &["intake", "--reopen", "It goes on", "--by", "A. Analyst"],
    );
    assert!(!case.join("out/no-incident.html").exists());
}

#[test]
fn new_names_a_case_that_intake_made_and_changes_nothing_that_was_said() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("case");
    run(&case, &["intake", "--from", &engagement("monday-outbox")]);
    let named = run(
        &case,
        &[
            "new",
            "--name",
            "Contoso",
            "--analyst",
            "A. Analyst",
            "--json",
        ],
    );
    assert_eq!(named.status, 0, "{}", named.err);
    let settings = &named.lines()[0];
    assert_eq!(settings["name"], "Contoso");
    assert_eq!(settings["zone"], "Europe/Berlin");
    assert_eq!(settings["tenant"], "contoso.example");
    let other = run(&case, &["new", "--name", "Fabrikam"]);
    assert_eq!(other.status, 1);
    assert!(
        other.err.contains("name stays Contoso, not Fabrikam"),
        "{}",
        other.err
    );
    let sheet = out(&case, "first-call.md");
    run(&case, &["intake", "--from", &engagement("monday-outbox")]);
    assert_eq!(out(&case, "first-call.md"), sheet);
}

#[test]
fn hostile_answers_are_escaped_for_each_medium() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("case");
    let text = "[tenant]\ndomain = \"<script>alert(1)</script>\\u001b[31m\\u202eevil\"\n[noticed]\nby = \"=HYPERLINK(1)\"\nhow = \"*a* `b` <img src=x>\"\n[accounts]\nknown = [\"<b>pat</b>@example.com\\u001b]0;x\\u0007\"]\n[payment]\nstate = \"sent\"\n[[done]]\naction = \"other\"\ntarget = \"\\u001b[2J\"\n";
    let from = file(root.path(), text);
    let done = run(&case, &["intake", "--from", &from]);
    assert_eq!(done.status, 0, "{}", done.err);
    let shown = run(&case, &["intake", "--show"]);
    for screen in [&done.out, &done.err, &shown.out] {
        assert!(
            !screen.contains('\u{1b}') && !screen.contains('\u{202e}'),
            "{screen:?}"
        );
    }
    for page in ["first-call.html", "recall-packet.html"] {
        let html = out(&case, page);
        assert!(
            !html.contains("<script") && !html.contains("<img") && !html.contains("<b>pat"),
            "{html}"
        );
        assert!(
            !html.contains('\u{1b}') && !html.contains('\u{202e}'),
            "{page}"
        );
    }
    run(&case, &["investigate", &first_look()]);
    let report = out(&case, "report.html");
    assert!(
        report.contains("&lt;script&gt;") || report.contains("&#60;script&#62;"),
        "the answer is in the report"
    );
    assert!(!report.contains("<script") && !report.contains("<img src=x"));
}
