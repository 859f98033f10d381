//! Correlations: windows, bursts, order, references.

mod common;

use std::fmt::Write as _;

use common::{BASES, findings, pack, record};
use hourzero_model::{Log, Outcome, Record};

/// A sign-in: minute, `F` or `S`, account, address.
fn sign_ins(rows: &[(i64, char, &str, &str)]) -> Vec<Record> {
    let number = |at: usize| u64::try_from(at).unwrap_or(0) + 1;
    rows.iter()
        .enumerate()
        .map(|(at, (minute, result, account, ip))| {
            let mut row = record(Log::SignIn, number(at), *minute);
            row.operation = "Sign-in activity".to_owned();
            row.result = if *result == 'F' {
                Outcome::Failure
            } else {
                Outcome::Success
            };
            row.actor.upn = Some(format!("{account}@contoso.example"));
            row.ip = ip.parse().ok();
            row
        })
        .collect()
}

/// The findings of a correlation as `count: records`, one a line.
fn shown(correlation: &str, rows: &[(i64, char, &str, &str)]) -> String {
    let text = format!("{BASES}title: c\nlevel: high\ncorrelation:\n{correlation}");
    let pack = pack(&[("spray/many/rule.yml", &text)]);
    assert_eq!(pack.failed, Vec::new());
    let mut lines = String::new();
    // A base rule that the correlation does not take is reported for itself.
    let found = findings(&pack, &sign_ins(rows));
    for finding in found.iter().filter(|finding| finding.rule == "spray/many") {
        let mut records: Vec<u64> = finding
            .evidence
            .iter()
            .map(|evidence| evidence.position)
            .collect();
        records.sort_unstable();
        writeln!(lines, "{}: {records:?}", finding.count).unwrap_or_default();
    }
    lines
}

#[test]
fn an_event_count_slides_and_overlapping_windows_are_one_burst() {
    let rows = [
        (0, 'F', "a", "192.0.2.1"),
        (8, 'F', "a", "192.0.2.1"),
        (16, 'F', "a", "192.0.2.1"),
        (24, 'F', "a", "192.0.2.1"),
        (60, 'F', "a", "192.0.2.1"),
        (16, 'F', "b", "192.0.2.1"),
        (90, 'S', "a", "192.0.2.1"),
        (200, 'F', "a", "192.0.2.1"),
        (201, 'F', "a", "192.0.2.1"),
        (202, 'F', "a", "192.0.2.1"),
    ];
    let correlation = "  type: event_count\n  rules: [failed]\n  group-by: [actor]\n  timespan: 20m\n  condition: {gte: 3}\n";
    insta::assert_snapshot!(shown(correlation, &rows), @r"
    4: [1, 2, 3, 4]
    3: [8, 9, 10]
    ");
}

#[test]
fn an_upper_bound_does_not_hold_for_a_part_of_a_larger_burst() {
    let rows = [
        (0, 'F', "a", "192.0.2.1"),
        (1, 'F', "a", "192.0.2.1"),
        (2, 'F', "a", "192.0.2.1"),
        (300, 'F', "a", "192.0.2.1"),
        (301, 'F', "a", "192.0.2.1"),
    ];
    let correlation = "  type: event_count\n  rules: [failed]\n  group-by: [actor]\n  timespan: 20m\n  condition: {eq: 2}\n";
    insta::assert_snapshot!(shown(correlation, &rows), @"2: [4, 5]");
}

#[test]
fn a_value_count_counts_distinct_values_without_case() {
    let rows = [
        (0, 'F', "a", "192.0.2.1"),
        (1, 'F', "A", "192.0.2.1"),
        (2, 'F', "b", "192.0.2.1"),
        (3, 'F', "c", "192.0.2.1"),
        (3, 'F', "d", "192.0.2.2"),
    ];
    let correlation = "  type: value_count\n  rules: [failed]\n  group-by: [ip]\n  timespan: 1h\n  condition: {field: actor, gte: 3}\n";
    insta::assert_snapshot!(shown(correlation, &rows), @"4: [1, 2, 3, 4]");
}

#[test]
fn an_order_must_be_kept_within_the_span() {
    let rows = [
        (0, 'S', "a", "192.0.2.1"),
        (1, 'F', "a", "192.0.2.1"),
        (100, 'F', "b", "192.0.2.1"),
        (101, 'S', "b", "192.0.2.1"),
        (200, 'F', "c", "192.0.2.1"),
        (261, 'S', "c", "192.0.2.1"),
    ];
    let ordered = "  type: temporal_ordered\n  rules: [failed, succeeded]\n  group-by: [actor]\n  timespan: 1h\n";
    insta::assert_snapshot!(shown(ordered, &rows), @"2: [3, 4]");
    let temporal = ordered.replace("temporal_ordered", "temporal");
    insta::assert_snapshot!(shown(&temporal, &rows), @r"
    2: [1, 2]
    2: [3, 4]
    ");
    let without = format!("{temporal}  condition: failed and not succeeded\n");
    insta::assert_snapshot!(shown(&without, &rows), @r"
    1: [3]
    1: [5]
    ");
}

#[test]
fn correlations_chain_and_take_the_whole_burst_along() {
    let text = format!(
        "{BASES}title: many\nname: many\ncorrelation: {{type: event_count, rules: [failed], group-by: [ip], timespan: 10m, condition: {{gte: 3}}}}\n---\n\
         title: c\nlevel: high\ncorrelation: {{type: temporal_ordered, rules: [many, succeeded], group-by: [ip], timespan: 10m}}\n"
    );
    let pack = pack(&[("spray/then_in/rule.yml", &text)]);
    assert_eq!(pack.failed, Vec::new());
    let rows = [
        (0, 'F', "a", "192.0.2.1"),
        (1, 'F', "b", "192.0.2.1"),
        (2, 'F', "c", "192.0.2.1"),
        (3, 'S', "d", "192.0.2.1"),
        (3, 'S', "d", "192.0.2.9"),
    ];
    let found = findings(&pack, &sign_ins(&rows));
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].rule.as_str(), found[0].count),
        ("spray/then_in", 4)
    );
}

#[test]
fn aliases_tie_different_fields_together() {
    let rows = [(0, 'F', "a", "192.0.2.1"), (1, 'S', "a", "192.0.2.1")];
    let correlation = "  type: temporal\n  rules: [failed, succeeded]\n  group-by: [who]\n  timespan: 1h\n  aliases: {who: {failed: actor, succeeded: actor}}\n";
    insta::assert_snapshot!(shown(correlation, &rows), @"2: [1, 2]");
}

/// One record that two base rules hit, grouped by another field in each.
#[test]
fn a_record_may_stand_in_two_groups() {
    let text = "
title: From
name: from
logsource: {product: hourzero, service: unified-audit}
detection: {s: {operation: Send}, condition: s}
---
title: To
name: to
logsource: {product: hourzero, service: unified-audit}
detection: {s: {operation: Send}, condition: s}
---
title: c
correlation:
  type: temporal_ordered
  rules: [to, from]
  group-by: [who]
  timespan: 1h
  aliases: {who: {from: actor, to: owner}}
";
    let pack = pack(&[("chain/rule.yml", text)]);
    assert_eq!(pack.failed, Vec::new());
    let mail = |number: u64, minute: i64, from: &str, to: &str| {
        let mut mail = record(Log::UnifiedAudit, number, minute);
        mail.operation = "Send".to_owned();
        mail.actor.upn = Some(from.to_owned());
        mail.owner = Some(to.to_owned());
        mail
    };
    let rows = [
        mail(1, 0, "a@contoso.example", "b@contoso.example"),
        mail(2, 5, "b@contoso.example", "c@contoso.example"),
        mail(3, 5, "d@contoso.example", "e@contoso.example"),
    ];
    let found = findings(&pack, &rows);
    let records: Vec<u64> = found
        .iter()
        .flat_map(|finding| &finding.evidence)
        .map(|one| one.position)
        .collect();
    assert_eq!((found.len(), records), (1, vec![1, 2]));
}

#[test]
fn an_old_aggregation_is_a_correlation() {
    let text = "
title: c
id: 0e95725d-7320-415d-80f7-004da920fc12
logsource: {product: azure, service: signinlogs}
detection:
  selection: {ResultType: 50126}
  timeframe: 10m
  condition: selection | count(userPrincipalName) by ipAddress > 1
";
    let pack = pack(&[("old.yml", text)]);
    assert_eq!(pack.failed, Vec::new());
    let mut rows = sign_ins(&[
        (0, 'F', "a", "192.0.2.1"),
        (1, 'F', "b", "192.0.2.1"),
        (2, 'F', "b", "192.0.2.3"),
    ]);
    for row in &mut rows {
        row.result_code = Some("50126".to_owned());
    }
    let found = findings(&pack, &rows);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].rule.as_str(), found[0].count),
        ("0e95725d-7320-415d-80f7-004da920fc12", 2)
    );
}

#[test]
fn what_cannot_be_linked_says_why() {
    let head = "title: c\ncorrelation:\n";
    let cases = [
        "  type: event_count\n  rules: [nowhere]\n  timespan: 1h\n  condition: {gte: 3}\n",
        "  type: value_avg\n  rules: [failed]\n  timespan: 1h\n  condition: {gte: 3}\n",
        "  type: event_count\n  rules: [failed]\n  timespan: soon\n  condition: {gte: 3}\n",
        "  type: event_count\n  rules: [failed]\n  timespan: 1h\n",
        "  type: value_count\n  rules: [failed]\n  timespan: 1h\n  condition: {gte: 3}\n",
        "  type: event_count\n  rules: [failed]\n  group-by: [colour]\n  timespan: 1h\n  condition: {gte: 3}\n",
    ];
    let mut reasons = String::new();
    for case in cases {
        let pack = pack(&[("c.yml", &format!("{BASES}{head}{case}"))]);
        for failed in pack.failed {
            writeln!(reasons, "{}", failed.reason).unwrap_or_default();
        }
    }
    insta::assert_snapshot!(reasons);
}
