//! What betrays the attacker: addresses, sessions, devices, apps, forwarding targets (`indicators.csv`).
//!
//! Taken from findings of medium or more. An address that many innocent accounts use is named as
//! shared: it must never spread suspicion by itself.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Confidence, EvidenceRef, Finding, Severity, Timestamp};
use serde::Serialize;

use crate::Event;

/// A row of `indicators.csv`; the names are those of `contract.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Indicator {
    /// `ip`, `session`, `device`, `app`, `user-agent`, `recipient`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value as in the findings.
    pub value: String,
    /// The first event behind it.
    pub first: Timestamp,
    /// The last event behind it.
    pub last: Timestamp,
    /// Accounts that the findings name beside it.
    pub accounts: Vec<String>,
    /// The surest finding.
    pub confidence: Confidence,
    /// Titles of the findings, gravest first.
    pub context: String,
    /// How many accounts use it that no finding of medium or more names.
    pub shared_with_innocents: u64,
}

/// What the attacker's own events show of him, taken in value by value.
#[derive(Debug, Clone, Default)]
pub struct Traits {
    rows: BTreeMap<(&'static str, String), Trait>,
}

#[derive(Debug, Clone)]
struct Trait {
    first: Timestamp,
    last: Timestamp,
    accounts: BTreeSet<String>,
    events: u64,
}

impl Traits {
    /// Takes in a value of a kind as [`Indicator::kind`] names them, from an event of the attacker's.
    pub fn note(&mut self, kind: &'static str, value: &str, event: &Event) {
        let time = event.record.event_time;
        let row = self
            .rows
            .entry((kind, value.to_owned()))
            .or_insert_with(|| Trait {
                first: time,
                last: time,
                accounts: BTreeSet::new(),
                events: 0,
            });
        row.first = row.first.min(time);
        row.last = row.last.max(time);
        row.accounts.extend(event.account().map(str::to_owned));
        row.events += 1;
    }

    /// The addresses among them.
    pub fn ips(&self) -> impl Iterator<Item = &str> {
        self.rows
            .keys()
            .filter(|(kind, _)| *kind == "ip")
            .map(|(_, value)| value.as_str())
    }

    /// The rows, by kind and value. `known` are the accounts that were entered: whoever else uses an address
    /// is innocent.
    pub fn indicators(&self, known: &[String], reach: &dyn Reach) -> Vec<Indicator> {
        self.rows
            .iter()
            .map(|((kind, value), row)| {
                let users = match *kind {
                    "ip" => reach.accounts_of_ip(value),
                    _ => BTreeSet::new(),
                };
                Indicator {
                    kind: (*kind).to_owned(),
                    value: value.clone(),
                    first: row.first,
                    last: row.last,
                    accounts: row.accounts.iter().cloned().collect(),
                    confidence: Confidence::Likely,
                    context: format!("{} events of the attacker", row.events),
                    shared_with_innocents: users.iter().filter(|user| !known.contains(user)).count()
                        as u64,
                }
            })
            .collect()
    }
}

/// How many accounts use a value: the case asks the lake and hands it in.
pub trait Reach {
    /// Accounts that use this address.
    fn accounts_of_ip(&self, ip: &str) -> BTreeSet<String>;
}

/// The values that findings of high or more rest on: what else they did belongs to exposure and
/// recipients until attribution exists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspicion {
    /// Addresses.
    pub ips: BTreeSet<String>,
    /// Sessions.
    pub sessions: BTreeSet<String>,
    /// Accounts.
    pub accounts: BTreeSet<String>,
    /// The first event behind them.
    pub since: Option<Timestamp>,
}

/// What findings of high or more rest on.
pub fn suspicion(findings: &[Finding]) -> Suspicion {
    let mut suspicion = Suspicion::default();
    for finding in findings
        .iter()
        .filter(|finding| finding.severity >= Severity::High)
    {
        suspicion.ips.extend(finding.ips.iter().cloned());
        suspicion.sessions.extend(finding.sessions.iter().cloned());
        suspicion.accounts.extend(finding.accounts.iter().cloned());
        let first = finding.first_seen;
        suspicion.since = Some(suspicion.since.map_or(first, |since| since.min(first)));
    }
    suspicion
}

/// The devices of the events behind findings of medium or more, each with the first event that names it.
#[derive(Debug, Default)]
pub struct Devices {
    grave: BTreeSet<String>,
    first: BTreeMap<(String, String), (Timestamp, EvidenceRef)>,
}

impl Devices {
    /// For the events behind these findings.
    pub fn of(findings: &[Finding]) -> Self {
        let grave = findings.iter().filter(|finding| is_grave(finding));
        Self {
            grave: grave.map(|finding| finding.id.clone()).collect(),
            first: BTreeMap::new(),
        }
    }

    /// Takes in an event; they may come in any order.
    pub fn see(&mut self, event: &Event) {
        let behind = event.findings.iter().find(|id| self.grave.contains(*id));
        let (Some(finding), Some(device)) = (behind, &event.record.device_id) else {
            return;
        };
        let seen = (event.record.event_time, event.evidence.clone());
        match self.first.entry((device.clone(), finding.clone())) {
            Entry::Vacant(new) => drop(new.insert(seen)),
            Entry::Occupied(mut known) if order(&seen) < order(known.get()) => {
                known.insert(seen);
            }
            Entry::Occupied(_) => {}
        }
    }
}

/// The order of events: by time, then record id.
fn order((time, evidence): &(Timestamp, EvidenceRef)) -> (Timestamp, &str, &str, u64) {
    let EvidenceRef {
        record_id, file, ..
    } = evidence;
    (*time, record_id, file, evidence.position)
}

fn is_grave(finding: &Finding) -> bool {
    finding.severity >= Severity::Medium
}

/// The indicators of findings of medium or more, by kind and value.
pub fn indicators(findings: &[Finding], devices: &Devices, reach: &dyn Reach) -> Vec<Indicator> {
    let grave: Vec<&Finding> = findings
        .iter()
        .filter(|finding| is_grave(finding))
        .collect();
    let blamed: BTreeSet<&str> = grave
        .iter()
        .flat_map(|finding| finding.accounts.iter().map(String::as_str))
        .collect();
    let mut rows: BTreeMap<(String, String), Indicator> = BTreeMap::new();
    for finding in &grave {
        let lists = [
            ("ip", &finding.ips),
            ("session", &finding.sessions),
            ("app", &finding.apps),
        ];
        for (kind, values) in lists {
            values
                .iter()
                .for_each(|value| note(&mut rows, kind, value, finding));
        }
        let recipients = finding
            .details
            .get("recipients")
            .and_then(|list| list.as_array());
        for recipient in recipients
            .into_iter()
            .flatten()
            .filter_map(|value| value.as_str())
        {
            note(&mut rows, "recipient", recipient, finding);
        }
    }
    let ids: BTreeMap<&str, &Finding> = grave
        .iter()
        .map(|finding| (finding.id.as_str(), *finding))
        .collect();
    let mut named: Vec<_> = devices.first.iter().collect();
    named.sort_by(|(_, a), (_, b)| order(a).cmp(&order(b)));
    for ((device, id), _) in named {
        if let Some(finding) = ids.get(id.as_str()) {
            note(&mut rows, "device", device, finding);
        }
    }
    let mut rows: Vec<Indicator> = rows.into_values().collect();
    for row in rows.iter_mut().filter(|row| row.kind == "ip") {
        let users = reach.accounts_of_ip(&row.value);
        row.shared_with_innocents = users
            .iter()
            .filter(|user| !blamed.contains(user.as_str()))
            .count() as u64;
    }
    rows
}

fn note(
    rows: &mut BTreeMap<(String, String), Indicator>,
    kind: &str,
    value: &str,
    finding: &Finding,
) {
    let row = rows
        .entry((kind.to_owned(), value.to_owned()))
        .or_insert_with(|| Indicator {
            kind: kind.to_owned(),
            value: value.to_owned(),
            first: finding.first_seen,
            last: finding.last_seen,
            accounts: Vec::new(),
            confidence: finding.confidence,
            context: String::new(),
            shared_with_innocents: 0,
        });
    row.first = row.first.min(finding.first_seen);
    row.last = row.last.max(finding.last_seen);
    row.confidence = row.confidence.max(finding.confidence);
    row.accounts.extend(finding.accounts.iter().cloned());
    row.accounts.sort();
    row.accounts.dedup();
    if !row.context.contains(&finding.title) {
        let separator = if row.context.is_empty() { "" } else { "; " };
        row.context = format!("{}{separator}{}", row.context, finding.title);
    }
}
