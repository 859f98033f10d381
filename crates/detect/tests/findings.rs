//! Hits to findings, through the boundary of the crate.

mod common;

use common::{findings, pack, record};
use hourzero_model::{ActorKind, Attribution, Change, Finding, Log, Record, Severity};
use proptest::prelude::*;

const FORWARD: &str = "
title: An inbox rule forwards mail out
description: A rule that sends mail elsewhere.
logsource: {product: hourzero, service: unified-audit}
detection:
  made: {operation: New-InboxRule, param.ForwardTo|exists: true}
  condition: made
level: high
tags: [attack.t1114.003]
hourzero:
  innocent: Users forward mail to themselves.
  confirm: Ask the owner.
  confidence: likely
  title: '{account} forwards mail to {recipients}'
";

fn rule_made(number: u64, minute: i64, name: &str) -> Record {
    let mut made = record(Log::UnifiedAudit, number, minute);
    made.operation = "New-InboxRule".to_owned();
    made.workload = Some("Exchange".to_owned());
    made.actor.upn = Some("pat@contoso.example".to_owned());
    made.actor.kind = ActorKind::User;
    made.ip = "203.0.113.9".parse().ok();
    made.parameters = [
        ("Name", name),
        ("SubjectContainsWords", "invoice;wire"),
        ("ForwardTo", "smtp:away@fabrikam.example"),
        ("DeleteMessage", "True"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .to_vec();
    made
}

/// A finding as its line in `findings.jsonl`, spread out.
fn shown(finding: &Finding) -> String {
    serde_json::to_string_pretty(finding).unwrap_or_default()
}

fn series() -> Vec<Record> {
    (0..38)
        .map(|number| rule_made(number, i64::try_from(number).unwrap_or(0) / 3, "."))
        .collect()
}

#[test]
fn a_series_is_one_finding_with_its_parts() {
    let pack = pack(&[("inbox_rules/forward_outside/rule.yml", FORWARD)]);
    let mut records = series();
    records.push(rule_made(99, 600, "later"));
    let found = findings(&pack, &records);
    assert_eq!(found.len(), 2);
    let first = &found[0];
    assert_eq!((first.count, first.evidence.len()), (38, 38));
    assert_eq!(first.details["items"].as_array().map(Vec::len), Some(38));
    insta::assert_snapshot!(shown(&found[1]));
}

#[test]
fn witnesses_of_one_happening_count_once() {
    let pack = pack(&[("inbox_rules/forward_outside.yml", FORWARD)]);
    let mut detection = hourzero_detect::Detection::new(&pack);
    let records = [1, 2].map(|number| rule_made(number, 0, "."));
    for record in &records {
        let hit = hourzero_detect::Hit {
            speaker: (record.provenance.artefact, 1),
            ..common::hit(record)
        };
        detection.hit(hourzero_detect::RuleIndex(0), &hit);
    }
    let found = detection.finish(&records);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].count, found[0].evidence.len()), (1, 2));
}

#[test]
fn microsofts_own_acts_are_background() {
    let pack = pack(&[("r.yml", FORWARD)]);
    let mut by_system = rule_made(1, 0, ".");
    by_system.actor.upn = None;
    by_system.actor.kind = ActorKind::System;
    by_system.actor.name = Some("NT AUTHORITY\\SYSTEM (Microsoft.Exchange.ServiceHost)".to_owned());
    let found = findings(&pack, &[by_system]);
    assert_eq!(
        (found[0].severity, found[0].attribution),
        (Severity::Low, Attribution::Service)
    );

    // A stolen actor token shows a service's display name with a person's account.
    let mut stolen = rule_made(2, 0, ".");
    stolen.actor.name = Some("Office 365 Exchange Online".to_owned());
    assert_eq!(findings(&pack, &[stolen])[0].severity, Severity::High);

    let counting = FORWARD.replace(
        "confidence: likely",
        "confidence: likely\n  system_actors: true",
    );
    let pack = common::pack(&[("r.yml", &counting)]);
    let mut by_system = rule_made(1, 0, ".");
    by_system.actor.kind = ActorKind::System;
    by_system.actor.upn = None;
    assert_eq!(findings(&pack, &[by_system])[0].severity, Severity::High);
}

#[test]
fn roles_and_consents_have_the_names_of_the_contract() {
    let text = "
title: t
logsource: {product: hourzero}
detection: {any: {operation|exists: true}, condition: any}
";
    let pack = pack(&[("r.yml", text)]);
    let mut role = record(Log::DirectoryAudit, 1, 0);
    role.operation = "Add member to role".to_owned();
    role.target.kind = Some("user".to_owned());
    role.target.name = Some("eve@contoso.example".to_owned());
    role.changed = vec![Change {
        name: "Role.DisplayName".to_owned(),
        old: None,
        new: Some("Company Administrator".to_owned()),
    }];
    let mut consent = record(Log::DirectoryAudit, 2, 100);
    consent.operation = "Consent to application".to_owned();
    consent.target.kind = Some("service-principal".to_owned());
    consent.target.name = Some("Mail Sync".to_owned());
    consent.parameters = vec![(
        "AppId".into(),
        "0B7C9E4A-1111-4222-8333-444455556666".into(),
    )];
    consent.changed = vec![Change {
        name: "ConsentAction.Permissions".to_owned(),
        old: None,
        new: Some("[] => [[Id: x, ClientId: y, ConsentType: AllPrincipals, Scope: Mail.Read offline_access, CreatedDateTime: ]];".to_owned()),
    }];
    let found = findings(&pack, &[role, consent]);
    let details: Vec<_> = found.iter().map(|finding| &finding.details).collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&details).unwrap_or_default());
    assert_eq!(found[0].accounts, ["eve@contoso.example"]);
}

/// The same alert as a risk detection, in Sentinel's table and in Defender's.
fn alert_in_three_forms() -> Vec<Record> {
    let mut risk = record(Log::RiskDetection, 1, 0);
    risk.record_id = "22bb9c3d1d898eb7d45a87ae6e8f0d2a2142bbe8".to_owned();
    risk.operation = "anonymizedIPAddress".to_owned();
    risk.actor.upn = Some("pat@contoso.example".to_owned());
    risk.actor.kind = ActorKind::User;
    risk.parameters = vec![("RiskLevel".into(), "medium".into())];
    let mut sentinel = record(Log::Alert, 2, 5);
    sentinel.record_type = Some("SecurityAlert".to_owned());
    sentinel.workload = Some("Azure Active Directory Identity Protection".to_owned());
    sentinel.operation = "Anonymous IP address".to_owned();
    sentinel.target.kind = Some("alert".to_owned());
    sentinel.target.name = Some("Anonymous IP address".to_owned());
    sentinel.parameters = [
        (
            "VendorOriginalId",
            "22bb9c3d1d898eb7d45a87ae6e8f0d2a2142bbe8",
        ),
        ("AlertId", "ad4a2f955bbdcbcd479fece408fd4f786097d61b25"),
        ("Severity", "medium"),
        ("EndTime", "2026-03-06 10:09:00.5+00:00"),
        ("Techniques", "T1090"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .to_vec();
    let mut evidence = record(Log::Alert, 3, 5);
    evidence.record_type = Some("AlertEvidence".to_owned());
    evidence.target.kind = Some("alert".to_owned());
    evidence.parameters = [
        ("AlertId", "ad4a2f955bbdcbcd479fece408fd4f786097d61b25"),
        ("EntityIp", "198.51.100.7"),
    ]
    .map(|(name, value)| (name.into(), value.into()))
    .to_vec();
    vec![risk, sentinel, evidence]
}

#[test]
fn one_alert_in_three_forms_is_one_finding() {
    let found = findings(&pack(&[]), &alert_in_three_forms());
    assert_eq!(found.len(), 1);
    insta::assert_snapshot!(shown(&found[0]));
}

#[test]
fn evidence_rows_alone_are_no_alert() {
    let rows = alert_in_three_forms().split_off(2);
    assert_eq!(findings(&pack(&[]), &rows), Vec::<Finding>::new());
}

proptest! {
    /// The same evidence gives the same findings in whatever order it came.
    #[test]
    fn order_of_import_does_not_matter(order in Just((0..41_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let pack = pack(&[("inbox_rules/forward_outside.yml", FORWARD)]);
        let mut records = series();
        records.extend(alert_in_three_forms());
        for (position, record) in (0..).zip(&mut records) {
            record.provenance.position = position;
        }
        let shuffled: Vec<Record> = order.iter().map(|at| records[*at].clone()).collect();
        prop_assert_eq!(findings(&pack, &records), findings(&pack, &shuffled));
    }

    /// Evidence that has nothing to do with a finding does not change its id.
    #[test]
    fn unrelated_evidence_changes_no_id(minute in 0..500_i64) {
        let pack = pack(&[("inbox_rules/forward_outside.yml", FORWARD)]);
        let mut other = rule_made(70, minute, "other");
        other.actor.upn = Some("sam@contoso.example".to_owned());
        let alone = findings(&pack, &series());
        let mut records = series();
        records.push(other);
        let together = findings(&pack, &records);
        prop_assert!(alone.iter().all(|finding| together.contains(finding)));
    }
}
