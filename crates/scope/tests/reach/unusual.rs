//! Contradictions, each with the twin that is none.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{ActionKind, Attribution, EvidenceRef, Log, Outcome, Record};
use hourzero_scope::{
    ContainmentRow, Coverage, CoverageRange, DayState, Event, Held, LogSpan, RuleSeen,
    UnusualInput, unusual,
};

use crate::common::{PAT, at, attacker, of, record, with};

#[derive(Default)]
struct Case {
    events: Vec<Event>,
    done: Vec<ContainmentRow>,
    ranges: Vec<CoverageRange>,
    networks: BTreeMap<String, BTreeSet<String>>,
    countries: BTreeMap<String, String>,
    rules: Vec<RuleSeen>,
}

fn check(case: &Case, expected: &[&str]) {
    let coverage = Coverage {
        ranges: case.ranges.clone(),
        holes: Vec::new(),
        horizons: Vec::new(),
        start_unknown: None,
        pulls: Vec::new(),
    };
    let spans = [Log::SignIn, Log::UnifiedAudit].map(|log| LogSpan {
        log,
        first: at("01T00:00:00"),
        last: at("30T00:00:00"),
    });
    let told: Vec<String> = unusual(&UnusualInput {
        events: &case.events,
        accounts: &[PAT.to_owned()],
        spans: &spans,
        done: &case.done,
        coverage: &coverage,
        networks: &case.networks,
        countries: &case.countries,
        rules: &case.rules,
    })
    .into_iter()
    .map(|finding| {
        assert!(!finding.evidence.is_empty() && !finding.innocent.is_empty());
        format!("{} {}", finding.rule, finding.count)
    })
    .collect();
    assert_eq!(told, expected);
}

fn row(log: Log, operation: &str, time: &str, session: &str) -> Event {
    let mut record: Record = record(log, operation, at(time));
    record.session_id = Some(session.to_owned());
    record.provenance.position = u64::try_from(record.event_time.micros()).unwrap();
    attacker(record)
}

fn act(time: &str, session: &str) -> Event {
    row(Log::UnifiedAudit, "Send", time, session)
}

fn sign_in(time: &str, session: &str) -> Event {
    row(Log::SignIn, "Sign-in activity", time, session)
}

#[test]
fn acts_before_the_first_sign_in_of_their_session() {
    let case = |act_at: &str| Case {
        events: vec![act(act_at, "s"), sign_in("20T08:00:00", "s")],
        ..Case::default()
    };
    check(&case("20T06:00:00"), &["unusual/act-before-sign-in 2"]);
    check(&case("20T07:58:00"), &[]);
    check(&case("20T09:00:00"), &[]);
    // Before the log can have had the sign-in.
    check(&case("01T20:00:00"), &[]);
}

#[test]
fn a_session_without_any_sign_in() {
    let other = sign_in("02T08:00:00", "other");
    let case = |events: Vec<Event>| Case {
        events,
        ..Case::default()
    };
    check(
        &case(vec![act("20T08:00:00", "s"), other.clone()]),
        &["unusual/session-without-sign-in 1"],
    );
    check(&case(vec![act("01T08:00:00", "s"), other]), &[]);
    // The sign-ins of this export have no sessions at all.
    let mut bare = sign_in("02T08:00:00", "");
    bare.record.session_id = None;
    check(&case(vec![act("20T08:00:00", "s"), bare]), &[]);
}

#[test]
fn a_session_from_before_a_cut_that_is_used_long_after_it() {
    let done = vec![ContainmentRow {
        time: at("20T08:00:00"),
        action: ActionKind::SessionsRevoked,
        operation: "Update StsRefreshTokenValidFrom Timestamp".to_owned(),
        target: PAT.to_owned(),
        target_id: String::new(),
        by: String::new(),
        attribution: "administrator".to_owned(),
        held: Held::Quiet,
        acts_after: 0,
        last_act_after: None,
        refusals_after: 0,
        first_refusal: None,
        evidence: Vec::new(),
    }];
    let case = |began: &str, used: &str| Case {
        events: vec![sign_in(began, "s"), act(used, "s")],
        done: done.clone(),
        ..Case::default()
    };
    check(
        &case("20T07:00:00", "20T12:00:00"),
        &["unusual/session-after-revocation 1"],
    );
    check(&case("20T07:00:00", "20T09:00:00"), &[]);
    check(&case("20T08:30:00", "20T12:00:00"), &[]);
    let mut owners = case("20T07:00:00", "20T12:00:00");
    for event in &mut owners.events {
        *event = of(Attribution::Owner, event.record.clone());
    }
    check(&owners, &[]);
}

#[test]
fn networks_and_countries_that_contradict_what_is_known() {
    let from = |asn: u32, country: &str, class: Option<&'static str>| {
        let mut event = sign_in("20T08:00:00", "s");
        event.record.asn = Some(asn);
        event.record.ip = Some("198.51.100.7".parse().unwrap());
        event.record.country = Some(country.to_owned());
        event.network_class = class;
        Case {
            events: vec![event],
            networks: BTreeMap::from([(PAT.to_owned(), BTreeSet::from(["AS1".to_owned()]))]),
            countries: BTreeMap::from([("198.51.100.7".to_owned(), "DE".to_owned())]),
            ..Case::default()
        }
    };
    check(&from(1, "de", None), &[]);
    check(&from(2, "DE", None), &["unusual/new-network 1"]);
    check(&from(2, "DE", Some("service")), &[]);
    check(&from(1, "NG", None), &["unusual/other-country 1"]);
    let mut refused = from(2, "DE", None);
    refused.events[0].record.result = Outcome::Failure;
    check(&refused, &[]);
    let mut without_baseline = from(2, "DE", None);
    without_baseline.networks.clear();
    check(&without_baseline, &[]);
}

#[test]
fn a_hole_that_another_log_contradicts() {
    let case = |day: &str, from: &str| Case {
        events: vec![sign_in(day, "s")],
        ranges: vec![CoverageRange {
            source: "unified-audit".to_owned(),
            account: String::new(),
            from: from.to_owned(),
            to: "2026-10-21".to_owned(),
            state: DayState::Absent,
            records: 0,
        }],
        ..Case::default()
    };
    check(&case("20T08:00:00", "2026-10-20"), &["unusual/hole 1"]);
    check(&case("22T08:00:00", "2026-10-20"), &[]);
    // Before the log's first record there is no hole, only an end.
    check(&case("20T08:00:00", "2026-09-20"), &[]);
}

#[test]
fn a_rule_of_which_no_record_tells_that_it_was_made() {
    let rules = vec![RuleSeen {
        account: PAT.to_owned(),
        name: "..".to_owned(),
        as_of: Some(at("25T00:00:00")),
        evidence: EvidenceRef {
            record_id: "rule".to_owned(),
            file: "rules.json".to_owned(),
            sha256: act("20T08:00:00", "s").evidence.sha256,
            position: 1,
        },
    }];
    check(
        &Case {
            rules: rules.clone(),
            ..Case::default()
        },
        &["unusual/rule-without-creation 1"],
    );
    let made = attacker(with(
        record(Log::UnifiedAudit, "New-InboxRule", at("20T08:00:00")),
        &[("Name", "..")],
    ));
    check(
        &Case {
            rules,
            events: vec![made],
            ..Case::default()
        },
        &[],
    );
}
