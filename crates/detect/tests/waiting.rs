//! Rules that wait give the findings of all hits.

mod common;

use std::collections::BTreeMap;
use std::convert::Infallible;

use common::{BASES, hit, lean, pack, record};
use hourzero_detect::ir::{Expr, Field};
use hourzero_detect::{Count, Detection, Evaluator, Hit, Needs, RuleIndex, RulePack, Waiting};
use hourzero_model::{ArtefactId, Finding, Log, Outcome, Record};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// Beside [`BASES`].
const SCRIPTED: &str = "
title: A sign-in by curl
name: scripted
logsource: {product: hourzero, service: sign-in}
detection: {selection: {user_agent: curl}, condition: selection}
";

/// Of every kind; those with a name may be steps of the last ones.
const CORRELATIONS: [&str; 14] = [
    "name: many\ncorrelation: {type: event_count, rules: [failed], group-by: [ip], timespan: 10m, condition: {gte: 3}}",
    "name: both\ncorrelation: {type: event_count, rules: [failed, scripted], group-by: [actor, ip], timespan: 20m, condition: {gt: 3}}",
    "name: wide\ncorrelation: {type: value_count, rules: [failed], group-by: [ip], timespan: 1h, condition: {field: actor, gte: 2}}",
    "name: few\ncorrelation: {type: event_count, rules: [succeeded], group-by: [actor], timespan: 20m, condition: {lte: 2}}",
    "name: all\ncorrelation: {type: temporal, rules: [failed, succeeded, scripted], group-by: [actor], timespan: 30m}",
    "name: order\ncorrelation: {type: temporal_ordered, rules: [scripted, succeeded], group-by: [actor, ip], timespan: 30m}",
    "name: either\ncorrelation: {type: temporal, rules: [failed, succeeded, scripted], group-by: [ip], timespan: 30m, condition: succeeded and (failed or scripted)}",
    "name: without\ncorrelation: {type: temporal, rules: [failed, scripted], group-by: [ip], timespan: 30m, condition: scripted and not failed}",
    "name: two\ncorrelation: {type: temporal, rules: [failed, succeeded, scripted], group-by: [ip], timespan: 15m, condition: {gte: 2}}",
    "name: alias\ncorrelation: {type: temporal_ordered, rules: [scripted, succeeded], group-by: [who], timespan: 1h, aliases: {who: {scripted: owner, succeeded: actor}}}",
    "name: nobody\ncorrelation: {type: temporal, rules: [scripted, succeeded], timespan: 5m}",
    "correlation: {type: temporal_ordered, rules: [many, succeeded], group-by: [ip], timespan: 30m}",
    "correlation: {type: temporal, rules: [many, wide, succeeded], group-by: [ip], timespan: 30m, condition: succeeded and (many or wide)}",
    "correlation: {type: temporal, rules: [order, failed], group-by: [actor], timespan: 2h}",
];

fn rows() -> impl Strategy<Value = Vec<Record>> {
    let row = (
        0_i64..240,
        any::<bool>(),
        select(vec![
            "",
            "a@x.example",
            "A@x.example",
            "b@x.example",
            "Σ@x.example",
        ]),
        select(vec!["", "192.0.2.1", "192.0.2.2", "2001:db8::1"]),
        select(vec![None, Some("curl"), Some("Edge")]),
        select(vec![None, Some("a@x.example"), Some("b@x.example")]),
        prop::option::weighted(0.2, 1_u64..20),
    );
    prop::collection::vec(row, 0..80).prop_map(|rows| {
        let mut records = Vec::new();
        for (number, row) in (1..).zip(rows) {
            let (minute, failed, actor, ip, agent, owner, same_as) = row;
            let mut made = record(Log::SignIn, number, minute);
            made.operation = "Sign-in activity".to_owned();
            made.result = if failed {
                Outcome::Failure
            } else {
                Outcome::Success
            };
            made.actor.upn = Some(actor.to_owned());
            made.ip = ip.parse().ok();
            made.user_agent = agent.map(str::to_owned);
            made.owner = owner.map(str::to_owned);
            // Where set, the record tells the happening of another.
            made.provenance.offset = same_as.unwrap_or(number);
            records.push(made);
        }
        records
    })
}

/// The hit on a record whose offset names the record that speaks.
fn told(record: &Record) -> Hit<'_> {
    let speaker = (ArtefactId::from_bytes([7; 32]), record.provenance.offset);
    Hit {
        speaker,
        ..hit(record)
    }
}

/// The hits of rules that wait, by the plain evaluator.
struct Plain<'a> {
    records: &'a [Record],
    rules: BTreeMap<RuleIndex, (Evaluator, Needs)>,
    given: usize,
}

impl Plain<'_> {
    fn of(&self, rule: RuleIndex) -> impl Iterator<Item = &Record> {
        let evaluator = self.rules.get(&rule).map(|(evaluator, _)| evaluator);
        let holds = move |record: &&Record| evaluator.is_some_and(|one| one.holds(record, None));
        self.records.iter().filter(holds)
    }
}

impl Waiting for Plain<'_> {
    type Error = Infallible;

    fn count(
        &mut self,
        counts: &[Count],
        on: &mut dyn FnMut(usize, &str, i64, u64),
    ) -> Result<(), Infallible> {
        for (place, count) in counts.iter().enumerate() {
            for record in self.of(count.rule) {
                let value = |fields: &Vec<Field>| {
                    let mut values = fields.iter().filter_map(|field| match field {
                        Field::Column(column) => column.of(record),
                        _ => None,
                    });
                    let value = values.find(|value| !value.is_empty());
                    value.map(|value| value.to_lowercase())
                };
                let key: Option<Vec<String>> = count.by.iter().map(value).collect();
                if let Some(key) = key {
                    let stretch = record.event_time.micros().div_euclid(count.stretch);
                    on(place, &key.join("\u{1f}"), stretch, 1);
                }
            }
        }
        Ok(())
    }

    fn hits(
        &mut self,
        wanted: &[(RuleIndex, Expr)],
        on: &mut dyn FnMut(RuleIndex, &Hit<'_>),
    ) -> Result<(), Infallible> {
        let mut given = 0;
        for (rule, expr) in wanted {
            let further = Evaluator::new(expr);
            let needs = self.rules.get(rule).map(|(_, needs)| needs);
            for record in self.of(*rule).filter(|record| further.holds(record, None)) {
                let lean = lean(record, needs.unwrap_or(&Needs::Whole));
                on(*rule, &told(&lean));
                given += 1;
            }
        }
        self.given += given;
        Ok(())
    }
}

/// The findings, hits of rules that may wait being kept back or not; and how many hits were looked at.
fn findings(pack: &RulePack, records: &[Record], keeps_back: bool) -> (Vec<Finding>, usize) {
    let mut detection = Detection::new(pack);
    let mut plain = Plain {
        records,
        rules: BTreeMap::new(),
        given: 0,
    };
    let mut given = 0;
    for (index, expr) in pack.predicates() {
        let rule = Evaluator::new(expr);
        let needs = detection.needs(index);
        if keeps_back && detection.may_wait(index) {
            plain.rules.insert(index, (rule, needs));
            continue;
        }
        for record in records.iter().filter(|record| rule.holds(record, None)) {
            let mut lean = lean(record, &needs);
            lean.provenance = record.provenance;
            detection.hit(index, &told(&lean));
            given += 1;
        }
    }
    let count = |rule: &RuleIndex| (*rule, plain.of(*rule).count() as u64);
    let numbers = plain.rules.keys().map(count).collect();
    match detection.gather(numbers, &mut plain) {
        Ok(()) => {}
        Err(never) => match never {},
    }
    (detection.finish(records), given + plain.given)
}

fn with(correlations: &[&str]) -> RulePack {
    let parts = correlations
        .iter()
        .map(|text| format!("---\ntitle: c\nlevel: high\n{text}\n"));
    let text = format!("{BASES}{SCRIPTED}{}", parts.collect::<String>());
    // A step that was left out takes those above it along.
    pack(&[("spray/many/rule.yml", &text)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_that_wait_give_the_findings_of_all_hits(
        records in rows(),
        correlations in subsequence(CORRELATIONS.to_vec(), 1..=6),
    ) {
        let pack = with(&correlations);
        let (expected, all) = findings(&pack, &records, false);
        let (found, looked_at) = findings(&pack, &records, true);
        prop_assert_eq!(found, expected);
        prop_assert!(looked_at <= all, "{} of {}", looked_at, all);
    }
}

#[test]
fn common_hits_are_read_only_where_the_rare_step_was_seen() {
    let pack = with(&[CORRELATIONS[0], CORRELATIONS[5], CORRELATIONS[11]]);
    assert_eq!(pack.failed, Vec::new());
    let row = |number: u64, minute: i64, account: u64, result: Outcome| {
        let mut made = record(Log::SignIn, number, minute);
        made.operation = "Sign-in activity".to_owned();
        made.result = result;
        made.actor.upn = Some(format!("u{account}@x.example"));
        made.ip = format!("192.0.2.{account}").parse().ok();
        made.provenance.offset = number;
        made
    };
    // Fifty people who sign in, two of whom fail once, and one address that fails three times.
    let mut records: Vec<Record> = (0..50)
        .map(|at| row(at + 1, 5, at, Outcome::Success))
        .collect();
    for (number, minute, account) in [(51, 0, 3), (52, 1, 4), (53, 1, 7), (54, 2, 7), (55, 3, 7)] {
        records.push(row(number, minute, account, Outcome::Failure));
    }
    let (expected, all) = findings(&pack, &records, false);
    let (found, looked_at) = findings(&pack, &records, true);
    assert_eq!(found, expected);
    assert_eq!(found.len(), 1, "{found:?}");
    // The three failures that a count can hold for, and the one success beside them.
    assert_eq!((all, looked_at), (55, 4));
}

/// Two findings that begin with the same records and end with different ones stand in one order, however they were found.
#[test]
fn findings_that_begin_alike_have_one_order() {
    let pack = with(&[
        CORRELATIONS[0],
        CORRELATIONS[2],
        CORRELATIONS[3],
        CORRELATIONS[12],
    ]);
    assert_eq!(pack.failed, Vec::new());
    let address = "2001:db8::1";
    let rows = [
        (184, "", address, Outcome::Success),
        (109, "", address, Outcome::Success),
        (0, "", "", Outcome::Success),
        (0, "", "", Outcome::Success),
        (0, "", "", Outcome::Success),
        (93, "a@x.example", address, Outcome::Failure),
        (93, "b@x.example", address, Outcome::Failure),
        (150, "", address, Outcome::Failure),
        (150, "a@x.example", address, Outcome::Failure),
        (154, "b@x.example", address, Outcome::Failure),
    ];
    let made = (1..)
        .zip(rows)
        .map(|(number, (minute, account, from, result))| {
            let mut made = record(Log::SignIn, number, minute);
            made.operation = "Sign-in activity".to_owned();
            made.result = result;
            made.actor.upn = Some(account.to_owned());
            made.ip = from.parse().ok();
            made.provenance.offset = number;
            made
        });
    let records: Vec<Record> = made.collect();
    let (expected, _) = findings(&pack, &records, false);
    let (found, _) = findings(&pack, &records, true);
    assert_eq!(found, expected);
    let alike = |pair: &[Finding]| pair[0].id == pair[1].id;
    assert!(expected.windows(2).any(alike), "{expected:?}");
}
