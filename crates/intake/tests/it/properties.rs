//! What holds for any answers at all.

use std::collections::BTreeMap;

use hourzero_intake::{AnswerSet, Answers, Playbook, assess, next_question, sheet};
use hourzero_model::{ActionKind, Channel, Timestamp};
use proptest::prelude::*;

const ORDERS: [&str; 17] = [
    "bank-recall",
    "law-enforcement",
    "voice-verify",
    "warn-counterparties",
    "regain-control",
    "out-of-band",
    "counsel",
    "insurer-notice",
    "admin-first",
    "contain-now",
    "revoke-sessions",
    "second-reset",
    "keep-devices",
    "restore-deleted",
    "extend-retention",
    "confirm-first",
    "preserve-first",
];
const NOT_YET: [&str; 7] = [
    "reset-without-revoke",
    "wipe",
    "delete-rules",
    "delete-accounts-or-apps",
    "purge-mail",
    "notify-before-scope",
    "tell-by-mail",
];
const GROUPS: [&[&str]; 7] = [
    &[
        "bank-recall",
        "law-enforcement",
        "voice-verify",
        "warn-counterparties",
    ],
    &["regain-control"],
    &["confirm-first"],
    &["admin-first", "out-of-band"],
    &["preserve-first"],
    &["contain-now", "revoke-sessions"],
    &[
        "counsel",
        "insurer-notice",
        "second-reset",
        "keep-devices",
        "restore-deleted",
        "extend-retention",
    ],
];

fn line(key: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::option::of(prop::sample::select(values))
        .prop_map(move |value| value.map_or_else(String::new, |value| format!("{key} = {value}\n")))
}

const YES_NO: &[&str] = &["\"yes\"", "\"no\"", "\"unknown\""];
const TIMES: &[&str] = &[
    "\"2026-03-06T15:00:00+01:00\"",
    "\"2026-02-27T00:00:00Z\"",
    "\"2025-08-01T00:00:00Z\"",
];

fn act() -> impl Strategy<Value = String> {
    (
        prop::sample::select(ActionKind::ALL),
        prop::sample::select(Channel::ALL),
        line("at", TIMES),
        line("target", &["\"pat@example.com\"", "\"all\""]),
    )
        .prop_map(|(kind, channel, at, target)| {
            format!("[[done]]\naction = \"{kind}\"\nchannel = \"{channel}\"\n{at}{target}")
        })
}

fn file() -> impl Strategy<Value = String> {
    let client = (
        line("jurisdictions", &["[\"DE\"]", "[\"US-CA\", \"AU\"]", "[]"]),
        line("regulated", &["[\"hipaa\", \"sec\"]", "[\"nis2\"]"]),
        line("insurer", YES_NO),
    );
    let tenant = (
        line("licences", &["[\"m365-e3\"]", "[\"o365-e1\"]", "[\"odd\"]"]),
        line("hybrid", YES_NO),
    );
    let noticed = (
        line("at", &TIMES[..1]),
        line("since", TIMES),
        line("confirmed_at", &["\"2026-03-06T16:00:00+01:00\""]),
    );
    let credentials = (
        line("sessions_revoked", &["\"yes\"", "\"unknown\""]),
        line(
            "user_did",
            &["[]", "[\"clicked\"]", "[\"took-call\", \"entered-code\"]"],
        ),
    );
    let payment = (
        line(
            "state",
            &[
                "\"none\"",
                "\"suspected\"",
                "\"instructed\"",
                "\"sent\"",
                "\"unknown\"",
            ],
        ),
        line("kind", &["\"wire\"", "\"ach\"", "\"sepa\"", "\"payroll\""]),
        line("payer", &["\"us\"", "\"customer\"", "\"employee\""]),
    );
    let accounts = (
        line("known", &["[]", "[\"pat@example.com\"]"]),
        line("admin_involved", YES_NO),
        line("admin_reachable", YES_NO),
    );
    (client, tenant, noticed, (credentials, line("still", YES_NO)), payment, accounts, prop::collection::vec(act(), 0..5)).prop_map(
        |(client, tenant, noticed, (credentials, still), payment, accounts, acts)| {
            format!(
                "[client]\n{}{}{}[tenant]\n{}{}[noticed]\n{}{}{}[credentials]\n{}{}[activity]\n{still}[payment]\n{}{}{}[accounts]\n{}{}{}{}",
                client.0, client.1, client.2, tenant.0, tenant.1, noticed.0, noticed.1, noticed.2, credentials.0, credentials.1,
                payment.0, payment.1, payment.2, accounts.0, accounts.1, accounts.2, acts.concat()
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn orders_keep_the_contract_whatever_the_answers(text in file()) {
        let playbook = Playbook::built_in().unwrap();
        let now = Timestamp::parse("2026-03-06T16:40:00Z").unwrap();
        let Ok(answers) = Answers::parse(&text, "a.toml", now) else {
            return Err(TestCaseError::fail(format!("refused: {text}")));
        };
        let found = assess(&answers, &playbook, now);
        prop_assert_eq!(&found, &assess(&answers, &playbook, now));
        let mut urgent = BTreeMap::new();
        let mut last = 0;
        let urgent_logs = found.clocks.iter().any(|clock| {
            clock.horizon.is_some() && clock.ends.unwrap() <= now.plus_seconds(2 * 86_400)
        });
        for order in &found.orders {
            prop_assert!(ORDERS.contains(&order.id.as_str()), "{}", order.id);
            prop_assert!(!order.why.is_empty() && !order.title.is_empty() && !order.sources.is_empty());
            let blank = order.title.contains('{') || order.why.contains('{');
            prop_assert!(!blank, "a blank is left");
            *urgent.entry(order.who).or_insert(0) += usize::from(order.now);
            let in_flight = found.orders.iter().any(|one| one.id == "bank-recall");
            let group = match order.id.as_str() {
                "warn-counterparties" if !in_flight => GROUPS.len() - 1,
                id => GROUPS.iter().position(|group| group.contains(&id)).unwrap(),
            };
            let swapped = urgent_logs && order.id == "confirm-first";
            prop_assert!(group >= last || swapped, "{:?}", found.orders);
            last = if swapped { last } else { group };
        }
        prop_assert!(urgent.values().all(|count| *count <= 4));
        for one in &found.not_yet {
            prop_assert!(NOT_YET.contains(&one.id.as_str()));
            prop_assert!(!one.why.is_empty());
        }
        let sorted = found.requests.windows(2).all(|pair| pair[0].vanishes <= pair[1].vanishes);
        prop_assert!(sorted);
        let again = Answers::parse(&answers.to_toml(), "b.toml", now).unwrap();
        prop_assert_eq!(assess(&again, &playbook, now), found.clone());
        let replayed = Answers::replay(&[AnswerSet::of_file("a.toml".to_owned(), answers.entries("caller", now))]).unwrap();
        prop_assert_eq!(replayed.to_toml(), answers.to_toml());
        let page = sheet(&found, &answers, now);
        prop_assert!(page.starts_with("# First orders"));
    }

    #[test]
    fn no_file_makes_it_panic(text in "\\PC{0,200}", broken in file(), cut in 0usize..400) {
        let now = Timestamp::parse("2026-03-06T16:40:00Z").unwrap();
        let cut: String = broken.chars().take(cut).collect();
        for text in [text, cut] {
            match Answers::parse(&text, "a.toml", now) {
                Ok(answers) => {
                    let playbook = Playbook::built_in().unwrap();
                    let question = next_question(&answers, &playbook, now);
                    prop_assert!(question.is_none_or(|one| one.weight > 0));
                }
                Err(errors) => prop_assert!(errors.iter().all(|error| error.line > 0)),
            }
        }
    }
}
