//! Broken answer files: every error with its line and key, all at once, and nothing stored.

use hourzero_intake::{Answer, Answers, parse_acts_file, parse_done_file};
use hourzero_model::{ActionTime, Timestamp};

fn now() -> Timestamp {
    Timestamp::parse("2026-03-06T16:40:00Z").unwrap()
}

/// The errors of a file as `line key`.
fn errors(text: &str) -> Vec<String> {
    match Answers::parse(text, "answers.toml", now()) {
        Ok(_) => Vec::new(),
        Err(errors) => errors
            .iter()
            .map(|error| format!("{} {}", error.line, error.key))
            .collect(),
    }
}

/// A file, and its errors as `line key`.
const BROKEN: &[(&str, &[&str])] = &[
    ("[payment]\nstaet = \"sent\"\n", &["2 payment.staet"]),
    ("[paymnt]\nstate = \"sent\"\n", &["1 paymnt"]),
    ("colour = 1\n", &["1 colour"]),
    ("payment = 3\n", &["1 payment"]),
    (
        "[noticed]\n\nat = \"2026-03-06T15:00:00\"\n",
        &["3 noticed.at"],
    ),
    ("[noticed]\nat = 2026-03-06T15:00:00\n", &["2 noticed.at"]),
    ("[noticed]\nat = 2026-03-06\n", &["2 noticed.at"]),
    (
        "[noticed]\nat = \"2026-02-30T15:00:00Z\"\n",
        &["2 noticed.at"],
    ),
    (
        "[noticed]\nat = \"2026-03-06T15:00:00+01\"\n",
        &["2 noticed.at"],
    ),
    ("[noticed]\nat = \"yesterday\"\n", &["2 noticed.at"]),
    ("[noticed]\nat = true\n", &["2 noticed.at"]),
    ("[payment]\nstate = \"gone\"\n", &["2 payment.state"]),
    ("[payment]\nstate = true\n", &["2 payment.state"]),
    ("[payment]\namount = 0\n", &["2 payment.amount"]),
    ("[payment]\namount = -5.00\n", &["2 payment.amount"]),
    ("[payment]\namount = inf\n", &["2 payment.amount"]),
    ("[payment]\namount = nan\n", &["2 payment.amount"]),
    ("[payment]\namount = \"much\"\n", &["2 payment.amount"]),
    ("[payment]\ncurrency = \"euro\"\n", &["2 payment.currency"]),
    ("[payment]\nkind = \"cheque\"\n", &["2 payment.kind"]),
    ("[client]\nzone = \"Europe/Atlantis\"\n", &["2 client.zone"]),
    (
        "[client]\njurisdictions = [\"Germany\"]\n",
        &["2 client.jurisdictions"],
    ),
    (
        "[client]\njurisdictions = [\"US-XX\"]\n",
        &["2 client.jurisdictions"],
    ),
    (
        "[client]\njurisdictions = \"DE\"\n",
        &["2 client.jurisdictions"],
    ),
    (
        "[client]\nregulated = [\"hippa\"]\n",
        &["2 client.regulated"],
    ),
    (
        "[client]\nengaged_by = \"friend\"\n",
        &["2 client.engaged_by"],
    ),
    ("[tenant]\nentra = \"p3\"\n", &["2 tenant.entra"]),
    (
        "[credentials]\nuser_did = [\"clicked\", \"slept\"]\n",
        &["2 credentials.user_did"],
    ),
    ("[accounts]\nknown = [1]\n", &["2 accounts.known"]),
    (
        "[accounts]\nadmin_involved = \"maybe\"\n",
        &["2 accounts.admin_involved"],
    ),
    ("[[done]]\naction = \"nuked\"\n", &["2 done.action"]),
    (
        "[[done]]\naction = \"other\"\nwhen = \"now\"\n",
        &["3 done.when"],
    ),
    (
        "[[done]]\naction = \"password-reset\"\nchannel = \"fax\"\n",
        &["3 done.channel"],
    ),
    (
        "[[done]]\naction = \"other\"\nat = \"+3d4h\"\n",
        &["3 done.at"],
    ),
    ("[done]\naction = \"other\"\n", &["1 done"]),
    // An act after the call, in the second of two tables.
    (
        "[[done]]\naction = \"other\"\n[[done]]\naction = \"other\"\nby = \"IT\"\nat = \"2026-03-06T18:00:00+01:00\"\n",
        &["6 done.at"],
    ),
    (
        "[call]\nat = \"2026-03-01T00:00:00Z\"\n[[done]]\naction = \"other\"\nat = \"2026-03-01T00:00:01Z\"\n",
        &["5 done.at"],
    ),
    (
        "[payment]\nstate = \"sent\"\nat = \"2026-03-07T00:00:00Z\"\n",
        &["3 payment.at"],
    ),
    (
        "[payment]\nstate = \"instructed\"\nat = \"2026-03-06T10:00:00Z\"\nexecutes_at = \"2026-03-06T09:00:00Z\"\n",
        &["4 payment.executes_at"],
    ),
    (
        "[payment]\nstate = \"none\"\namount = 5\n",
        &["3 payment.amount"],
    ),
    (
        "[noticed]\nat = \"2026-03-07T00:00:00Z\"\n",
        &["2 noticed.at"],
    ),
    (
        "[noticed]\nat = \"2026-03-05T00:00:00Z\"\nsince = \"2026-03-05T00:00:01Z\"\n",
        &["3 noticed.since"],
    ),
    (
        "[noticed]\nconfirmed_at = \"2026-03-04T00:00:00Z\"\nat = \"2026-03-05T00:00:00Z\"\n",
        &["2 noticed.confirmed_at"],
    ),
    (
        "[payment]\nstate = \"sent\"\nstate = \"none\"\n",
        &["3 payment.state"],
    ),
    ("[payment]\nstate = sent\n", &["2 payment.state"]),
    ("[payment\nstate = \"sent\"\n", &["1 payment"]),
];

#[test]
fn each_kind_of_error_names_line_and_key() {
    for (text, expected) in BROKEN {
        assert_eq!(errors(text), *expected, "{text}");
    }
}

#[test]
fn all_errors_come_at_once_in_the_order_of_their_lines() {
    let text = "[payment]\nstate = \"gone\"\namount = 0\n[noticed]\nat = \"2026-03-06T15:00:00\"\nwho = \"x\"\n[[done]]\naction = \"nuked\"\nat = \"soon\"\n";
    assert_eq!(
        errors(text),
        [
            "2 payment.state",
            "3 payment.amount",
            "5 noticed.at",
            "6 noticed.who",
            "8 done.action",
            "9 done.at"
        ]
    );
    let first = Answers::parse(text, "answers.toml", now()).unwrap_err()[0].to_string();
    assert_eq!(
        first,
        "answers.toml: line 2: payment.state: `gone` is none of the values of this key; write one of none, suspected, instructed, sent"
    );
}

#[test]
fn every_key_may_be_unknown_and_a_list_too() {
    let text = "[call]\nat = \"unknown\"\n[client]\nzone = \"unknown\"\njurisdictions = \"unknown\"\nregulated = [\"unknown\"]\n[payment]\nstate = \"unknown\"\namount = \"unknown\"\ncurrency = \"unknown\"\n[[done]]\naction = \"unknown\"\nchannel = \"unknown\"\nat = \"unknown\"\n";
    assert_eq!(errors(text), Vec::<String>::new());
}

#[test]
fn a_refused_answer_stores_nothing_and_a_later_one_keeps_the_earlier() {
    let answer = |key: &str, value: &str| Answer {
        key: key.to_owned(),
        value: value.to_owned(),
        by: "controller".to_owned(),
        at: now(),
    };
    let mut answers = Answers::default();
    answers.set(answer("payment.state", "suspected")).unwrap();
    answers.set(answer("payment.state", "sent")).unwrap();
    let before = answers.clone();
    for (key, value) in [
        ("payment.at", "2026-03-07T00:00:00Z"),
        ("payment.state", "gone"),
        ("payment.stat", "sent"),
    ] {
        assert_eq!(answers.set(answer(key, value)).unwrap_err().key, key);
        assert_eq!(answers, before);
    }
    let said: Vec<&str> = answers
        .history()
        .iter()
        .map(|one| one.value.as_str())
        .collect();
    assert_eq!(said, ["suspected", "sent"]);
    answers
        .set(answer("credentials.user_did", "clicked, typed-password"))
        .unwrap();
    let again = Answers::parse(&answers.to_toml(), "answers.toml", now()).unwrap();
    assert_eq!(again.to_toml(), answers.to_toml());
}

#[test]
fn the_same_tables_are_read_alone_with_spans() {
    let acts = parse_done_file(
        "[[done]]\naction = \"mfa-removed\"\nat = \"+3d4h\"\n",
        "acts.toml",
    )
    .unwrap();
    assert!(matches!(
        acts[0].at,
        Some(ActionTime::AfterFirstSuccess {
            seconds: 273_600,
            ..
        })
    ));
    let errors = parse_done_file("[[done]]\naction = \"x\"\n[call]\n", "acts.toml").unwrap_err();
    let shown: Vec<String> = errors
        .iter()
        .map(|e| format!("{} {}", e.line, e.key))
        .collect();
    assert_eq!(shown, ["2 done.action", "3 call"]);
}

#[test]
fn acts_in_a_real_tenant_have_instants_and_nothing_stands_beside_them() {
    let text = "[[done]]\naction = \"mfa-removed\"\nat = \"+3d4h\"\n[[done]]\nactoin = \"other\"\n[payment]\nstate = \"sent\"\n";
    let shown: Vec<String> = parse_acts_file(text, "acts.toml")
        .unwrap_err()
        .iter()
        .map(|e| format!("{} {}", e.line, e.key))
        .collect();
    assert_eq!(shown, ["3 done.at", "5 done.actoin", "6 payment"]);
    let told = "[[done]]\naction = \"police\"\nat = \"2026-03-06T15:30:00+01:00\"\n";
    assert_eq!(parse_acts_file(told, "acts.toml").unwrap().len(), 1);
    assert_eq!(parse_acts_file("", "acts.toml"), Ok(Vec::new()));
}

#[test]
fn an_answer_about_all_may_stand_beside_an_act_on_one() {
    let text = "[credentials]\npasswords_changed = \"no\"\nsessions_revoked = \"no\"\n[accounts]\nknown = [\"pat@example.com\"]\n[[done]]\naction = \"password-reset\"\ntarget = \"pat@example.com\"\n[[done]]\naction = \"sessions-revoked\"\ntarget = \"pat@example.com\"\n";
    assert_eq!(errors(text), Vec::<String>::new());
}
