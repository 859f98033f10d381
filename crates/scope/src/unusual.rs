//! What does not add up: findings of their own, rule ids `unusual/…` (`design.md` §7).
//!
//! Each is a contradiction between two things that the evidence says. None of them names a hand; the innocent
//! reading stands with each.

mod session;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{
    Attribution, Confidence, EVIDENCE_LIMIT, EvidenceRef, Finding, Log, Severity, Timestamp,
};

use crate::lookalike::finding_id;
use crate::{ContainmentRow, Coverage, Event, LogSpan};

/// What contradictions are looked for in.
#[derive(Debug, Clone, Copy)]
pub struct UnusualInput<'a> {
    /// All records of the accounts that the case concerns, in any order.
    pub events: &'a [Event],
    /// Those accounts, UPN in lower case.
    pub accounts: &'a [String],
    /// From when to when each log reaches.
    pub spans: &'a [LogSpan],
    /// What was done against the attacker.
    pub done: &'a [ContainmentRow],
    /// What the evidence covers.
    pub coverage: &'a Coverage,
    /// Networks that each account had used before the first suspicion, as `AS` and the number. An account that
    /// is not in it has no baseline, and nothing is new to it.
    pub networks: &'a BTreeMap<String, BTreeSet<String>>,
    /// Countries of addresses by a database of networks, where the case has one.
    pub countries: &'a BTreeMap<String, String>,
    /// Inbox rules as a state shows them.
    pub rules: &'a [RuleSeen],
}

/// An inbox rule that a state shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSeen {
    /// Whose mailbox.
    pub account: String,
    /// Its name.
    pub name: String,
    /// When it was read, where the export says so.
    pub as_of: Option<Timestamp>,
    /// Where it stands.
    pub evidence: EvidenceRef,
}

/// Every contradiction, by rule, then time, then id.
pub fn unusual(input: &UnusualInput<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(session::before_sign_in(input));
    findings.extend(session::without_sign_in(input));
    findings.extend(session::after_revocation(input));
    findings.extend(state::new_networks(input));
    findings.extend(state::other_countries(input));
    findings.extend(state::holes(input));
    findings.extend(state::rules_without_beginning(input));
    findings.sort_by(|a, b| (&a.rule, a.first_seen, &a.id).cmp(&(&b.rule, b.first_seen, &b.id)));
    findings
}

/// A contradiction in the making.
struct Contradiction<'a> {
    rule: &'static str,
    /// What makes it one of its kind: account, session, day.
    key: Vec<&'a str>,
    title: String,
    severity: Severity,
    innocent: &'static str,
    account: &'a str,
}

impl Contradiction<'_> {
    /// The finding of a time and a place.
    fn at(self, (first, last): (Timestamp, Timestamp), mut evidence: Vec<EvidenceRef>) -> Finding {
        let mut parts = vec![self.rule];
        parts.extend(&self.key);
        evidence.sort();
        evidence.dedup();
        let count = evidence.len();
        evidence.truncate(EVIDENCE_LIMIT);
        Finding {
            id: finding_id(&parts),
            rule: self.rule.to_owned(),
            title: self.title,
            severity: self.severity,
            confidence: Confidence::Possible,
            innocent: self.innocent.to_owned(),
            attack: Vec::new(),
            first_seen: first,
            last_seen: last,
            accounts: vec![self.account.to_owned()],
            ips: Vec::new(),
            apps: Vec::new(),
            sessions: Vec::new(),
            targets: Vec::new(),
            details: BTreeMap::new(),
            count: u64::try_from(count).unwrap_or(u64::MAX),
            evidence,
            evidence_truncated: count > EVIDENCE_LIMIT,
            attribution: Attribution::Unknown,
        }
    }

    /// The finding with the events behind it; nothing without any.
    fn told_by(self, events: &[&Event]) -> Option<Finding> {
        let times = || events.iter().map(|event| event.record.event_time);
        let span = (times().min()?, times().max()?);
        let of = |value: fn(&Event) -> Option<String>| -> Vec<String> {
            let values: BTreeSet<String> = events.iter().filter_map(|event| value(event)).collect();
            values.into_iter().collect()
        };
        let evidence = events.iter().map(|event| event.evidence.clone()).collect();
        Some(Finding {
            ips: of(|event| event.record.ip.map(|ip| ip.to_string())),
            apps: of(|event| event.record.app_id.clone()),
            sessions: of(|event| event.record.session_id.clone()),
            ..self.at(span, evidence)
        })
    }
}

/// The first record of a log.
fn first_of(spans: &[LogSpan], log: Log) -> Option<Timestamp> {
    spans
        .iter()
        .filter(|span| span.log == log)
        .map(|span| span.first)
        .min()
}
