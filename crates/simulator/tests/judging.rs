//! The judge knows right from wrong: a case that says the truth, one that says too much, one that is silent.

#![expect(
    clippy::unwrap_used,
    reason = "the tests make their own files; a failure is a failed test"
)]

use std::collections::BTreeSet;
use std::path::Path;

use hourzero_simulator::judge::{Ledger, Said, Score, score};
use hourzero_simulator::truth::Truth;
use hourzero_simulator::world::AccountKind;
use hourzero_simulator::{Request, Scenario, Size};

const TRUTH: &str = r#"{"kind":"tenant","scenario":"made","seed":"3"}
{"kind":"event","number":4,"at":"2026-03-06T10:00:00Z","actor":"attacker-1","account":"pat@contoso.com","act":"sign-in","logs":["signins"]}
{"kind":"event","number":5,"at":"2026-03-06T10:05:00Z","actor":"attacker-1","account":"pat@contoso.com","act":"mail read","logs":["ual"],"read":["<A1@fabrikam.com>"]}
{"kind":"event","number":8,"at":"2026-03-06T10:07:00Z","actor":"attacker-1","account":"cy@contoso.com","act":"sign-in refused with 50126","logs":["signins"]}
{"kind":"event","number":6,"at":"2026-03-06T10:06:00Z","actor":"attacker-1","account":"bo@contoso.com","act":"sign-in","logs":["signins"]}
{"kind":"event","number":9,"at":"2026-03-07T02:10:00Z","actor":"attacker-1","account":"pat@contoso.com","act":"sign-in","logs":["signins"]}
{"kind":"event","number":7,"at":"2026-03-06T11:06:00Z","actor":"responder","account":"it@contoso.com","act":"directory sessionsrevoked","logs":["ual"]}
{"kind":"record","number":1,"actor":"owner","log":"ual","id":"x1","file":"ual.jsonl","position":1}
{"kind":"record","number":4,"actor":"attacker-1","log":"signins","id":"s1","file":"signins.jsonl","position":1}
{"kind":"record","number":5,"actor":"attacker-1","log":"ual","id":"x2","file":"ual.jsonl","position":2}
{"kind":"record","number":6,"actor":"attacker-1","log":"signins","id":"s2","file":"signins.jsonl","position":2,"damaged":true}
{"kind":"record","number":8,"actor":"attacker-1","log":"signins","id":"s3","file":"signins.jsonl","position":3}
{"kind":"file","name":"ual.jsonl","records":2,"damaged":0}
{"kind":"file","name":"signins.jsonl","records":3,"damaged":1}
{"kind":"outcome","attackers":[{"entry":"aitm","account":"pat@contoso.com","compromised":[{"account":"pat@contoso.com"},{"account":"bo@contoso.com"}],"entry_given":true}]}
"#;

fn truth() -> Truth {
    Truth::read(TRUTH.as_bytes()).unwrap()
}

fn judged(scope: &str, timeline: &str, exposure: &str, ledger: &[(&str, u64, u64)]) -> Score {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("scope.json", scope);
    write("timeline.jsonl", timeline);
    write(
        "exposure.csv",
        &format!("time,account,proof,message_id,folder,file,attribution\n{exposure}"),
    );
    write(
        "recipients.csv",
        "time,account,kind,subject,internet_message_id,recipient,attribution\n",
    );
    let ledger = ledger
        .iter()
        .map(|(file, records, accounted)| Ledger {
            file: (*file).to_owned(),
            records: *records,
            accounted: *accounted,
        })
        .collect();
    score(
        &truth(),
        &Said::read(Path::new(folder.path()), ledger).unwrap(),
    )
}

#[test]
fn the_truth_keeps_what_judging_needs() {
    let truth = truth();
    assert_eq!((truth.scenario.as_str(), truth.seed), ("made", 3));
    assert_eq!(truth.events.len(), 5, "acts of attackers only");
    assert!(
        truth.events[&4].given && !truth.events[&6].given,
        "a damaged record gives nothing"
    );
    assert_eq!(
        truth.events[&5].gains,
        BTreeSet::from(["mail <a1@fabrikam.com>".to_owned()])
    );
    assert!(Truth::read("{\"kind\":\"rumour\"}\n".as_bytes()).is_err());
    assert!(Truth::read("no json\n".as_bytes()).is_err());
}

#[test]
fn who_says_the_truth_gets_full_marks() {
    let score = judged(
        r#"{"answers":{"compromised":[{"account":"pat@contoso.com","verdict":"compromised"},{"account":"bo@contoso.com","verdict":"cleared"}],"entry":[{"id":"aitm","account":"pat@contoso.com"}]}}"#,
        concat!(
            r#"{"attribution":"attacker","record_id":"s1","file":"signins.jsonl","position":1}"#,
            "\n",
            r#"{"attribution":"attacker","record_id":"x2","file":"elsewhere.csv","position":9}"#,
            "\n",
            r#"{"attribution":"attacker","record_id":"s3","file":"signins.jsonl","position":3}"#,
            "\n",
            r#"{"attribution":"owner","record_id":"x1","file":"ual.jsonl","position":1}"#,
            "\n"
        ),
        "t,pat@contoso.com,bind,<A1@fabrikam.com>,,,attacker\n",
        &[("ual.jsonl", 2, 2), ("signins.jsonl", 3, 3)],
    );
    insta::assert_snapshot!(serde_json::to_string(&score).unwrap(), @r#"{"accounts":{"true":1,"found":1,"missed":0,"wrong":0,"unexplained":0},"events":{"attacker":3,"precision":1.0,"recall":1.0},"entry":[{"true":"aitm","ranked_first":true,"rank":1}],"exposure":{"precision":1.0,"recall":1.0},"records":{"given":5,"arrived":5,"lost":0,"ledger_false":0}}"#);
}

#[test]
fn who_says_too_much_or_too_little_does_not() {
    let score = judged(
        // Bo is his, though the only record of it is damaged; Kim is nobody's.
        r#"{"answers":{"compromised":[{"account":"bo@contoso.com","verdict":"likely"},{"account":"kim@contoso.com","verdict":"likely"}],"entry":[{"id":"device-code","account":""},{"id":"aitm","account":""}]}}"#,
        concat!(
            r#"{"attribution":"attacker","record_id":"x1","file":"ual.jsonl","position":1}"#,
            "\n",
            r#"{"attribution":"attacker","record_id":"s1","file":"signins.jsonl","position":1}"#,
            "\n"
        ),
        "t,pat@contoso.com,bind,<other@fabrikam.com>,,,attacker\n",
        &[("ual.jsonl", 1, 1), ("signins.jsonl", 3, 1)],
    );
    insta::assert_snapshot!(serde_json::to_string(&score).unwrap(), @r#"{"accounts":{"true":1,"found":2,"missed":1,"wrong":1,"unexplained":1},"events":{"attacker":3,"precision":0.5,"recall":0.3333},"entry":[{"true":"aitm","ranked_first":false,"rank":2}],"exposure":{"precision":0.0,"recall":0.0},"records":{"given":5,"arrived":4,"lost":1,"ledger_false":2}}"#);
}

#[test]
fn a_miss_is_explained_by_what_the_case_says_it_could_not_see() {
    let unexplained = |said: &str| {
        let scope = format!(r#"{{"answers":{{"compromised":[],"entry":[]}}{said}}}"#);
        judged(&scope, "", "", &[]).accounts.unwrap().unexplained
    };
    let range = |account: &str, day: &str, state: &str| {
        let range = format!(
            r#"{{"source":"sign-in","account":"{account}","from":"{day}","to":"{day}","state":"{state}","records":0}}"#
        );
        unexplained(&format!(r#","coverage":{{"ranges":[{range}]}}"#))
    };
    assert_eq!(unexplained(""), 1);
    assert_eq!(range("", "2026-03-07", "absent"), 0);
    assert_eq!(
        range("pat@contoso.com", "2026-03-07", "out-of-retention"),
        0
    );
    assert_eq!(range("", "2026-03-07", "present"), 1);
    // What is seen was seen there, and another's gap hides nothing of his.
    assert_eq!(range("", "2026-03-06", "absent"), 1);
    assert_eq!(range("bo@contoso.com", "2026-03-07", "absent"), 1);
    let hole = |from: &str, to: &str| {
        unexplained(&format!(
            r#","coverage":{{"holes":[{{"source":"sign-in","from":"{from}","to":"{to}","expected":30}}]}}"#
        ))
    };
    assert_eq!(hole("2026-03-07T02:00:00Z", "2026-03-07T05:00:00Z"), 0);
    assert_eq!(hole("2026-03-07T03:00:00Z", "2026-03-07T05:00:00Z"), 1);
    let open = r#"{"answers":{"compromised":[{"account":"pat@contoso.com","verdict":"not-assessable"}],"entry":[]}}"#;
    assert_eq!(judged(open, "", "", &[]).accounts.unwrap().unexplained, 0);
}

/// A mail that was handed in and carried is one happening, by whichever log it is told.
#[test]
fn a_mail_counts_once() {
    let truth = Truth::read(
        concat!(
            r#"{"kind":"event","number":1,"actor":"attacker-1","act":"mail sent","message":"<m@contoso.com>","sent":["<m@contoso.com>"]}"#,
            "\n",
            r#"{"kind":"event","number":2,"actor":"attacker-1","act":"mail transported","message":"<m@contoso.com>"}"#,
            "\n",
            r#"{"kind":"record","number":1,"actor":"attacker-1","id":"u","file":"ual.jsonl","position":1}"#,
            "\n",
            r#"{"kind":"record","number":2,"actor":"attacker-1","id":"t","file":"trace.jsonl","position":1}"#,
            "\n",
        )
        .as_bytes(),
    )
    .unwrap();
    for file in ["ual.jsonl", "trace.jsonl"] {
        let said = Said {
            attacker_rows: vec![(String::new(), file.to_owned(), 1)],
            ..Said::default()
        };
        let events = score(&truth, &said).events.unwrap();
        assert_eq!(
            (events.attacker, events.precision, events.recall),
            (1, 1.0, 1.0)
        );
    }
}

#[test]
fn unknown_is_right_where_nothing_tells_the_entry() {
    let ranked = |given: &str, first: &str| {
        let text = format!(
            r#"{{"kind":"outcome","attackers":[{{"entry":"aitm","account":"pat@contoso.com","entry_given":{given}}}]}}"#
        );
        let truth = Truth::read(text.as_bytes()).unwrap();
        let said = Said {
            entry: Some(vec![(first.to_owned(), "pat@contoso.com".to_owned())]),
            ..Said::default()
        };
        score(&truth, &said).entry.unwrap().remove(0).ranked_first
    };
    assert!(ranked("false", "unknown"));
    assert!(
        ranked("false", "aitm"),
        "who knows all the same is right as well"
    );
    assert!(ranked("true", "aitm"));
    assert!(!ranked("true", "unknown"));
    assert!(!ranked("false", "device-code"));
}

#[test]
fn who_has_not_answered_is_not_judged() {
    let score = judged(
        r#"{"answers":{"compromised":null,"entry":null}}"#,
        r#"{"attribution":"unknown","record_id":"s1","file":"signins.jsonl","position":1}"#,
        "",
        &[("ual.jsonl", 2, 2), ("signins.jsonl", 3, 3)],
    );
    assert_eq!(score.accounts, None);
    assert_eq!(score.events, None);
    assert_eq!(score.entry, None);
    assert_eq!(score.exposure, None);
    assert_eq!(score.records.lost, 0);
}

/// A tenant of thirty days with these acts of responders.
fn tenant(interventions: &str) -> Request {
    let size = Size {
        seed: 21,
        accounts: 40,
        days: 30,
    };
    Request::new(&Scenario::named("clean").unwrap(), size, interventions).unwrap()
}

#[test]
fn whose_owner_left_the_company_was_not_cut_off_by_responders() {
    let quiet = tenant("");
    let mut users = quiet.world().accounts_of(AccountKind::Member);
    let somebody = users.next().unwrap().1.upn_lower();
    assert_eq!(quiet.eviction().innocents_cut, [""; 0]);
    let done = format!(
        "[[done]]\naction = \"account-disabled\"\ntarget = \"{somebody}\"\nat = \"2026-10-20T10:00:00Z\"\n"
    );
    assert_eq!(tenant(&done).eviction().innocents_cut, [somebody]);
}
