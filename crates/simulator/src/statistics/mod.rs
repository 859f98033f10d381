//! What ordinary life looks like in numbers: of a simulated tenant and, beside it, of real logs.
//!
//! Both are read from their records alone, by the same definitions. A *person* is an account whose records
//! carry a user type of 0 or 2 and an address as user id, and who signed in or did something at least once:
//! names that strangers only tried count in the share of refusals and nowhere else. A *day* of a person is one
//! on which he left a record in that log. Spreads are the first, fifth and ninth tenths of persons or of their
//! days.

mod page;
mod range;
mod real;

pub use page::{svg, table};
pub use range::{RANGES, Range};
pub use real::background;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::Timestamp;
use serde_json::Value;

use crate::attacker::{Play, Scenario, ScenarioError};
use crate::calendar::{Day, Zone};
use crate::happening::Happening;
use crate::logs::{LogRecord, Source};
use crate::world::{Settings, World};

/// Which log a row is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Log {
    /// Unified audit log.
    Audit,
    /// Interactive sign-ins.
    Interactive,
    /// Non-interactive sign-ins.
    NonInteractive,
}

/// A record, as far as it is counted.
#[derive(Debug, Clone)]
pub struct Row {
    /// Which log.
    pub log: Log,
    /// Who, in lower case; empty where nobody is named.
    pub user: String,
    /// A person's record, and no service's.
    pub person: bool,
    /// When.
    pub at: Timestamp,
    /// The operation, of audit records.
    pub operation: String,
    /// The client's address; empty where there is none.
    pub address: String,
    /// The user agent of sign-ins.
    pub agent: String,
    /// A sign-in that was refused or interrupted, in any of the logs.
    pub failed: bool,
}

/// A tenth from below, the middle and a tenth from above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spread {
    /// One in ten is at or below.
    pub low: u64,
    /// Half are at or below.
    pub middle: u64,
    /// Nine in ten are at or below.
    pub high: u64,
}

/// Counts rows.
#[derive(Debug, Default)]
pub struct Tally {
    rows: u64,
    per_day: BTreeMap<(Log, String, Day), u64>,
    addresses: BTreeMap<(String, Day), BTreeSet<String>>,
    agents: BTreeMap<String, BTreeSet<String>>,
    /// Who got in or did something: names that were only tried are nobody's.
    known: BTreeSet<String>,
    operations: BTreeMap<String, u64>,
    signed_in: BTreeMap<Log, (u64, u64)>,
    audit: u64,
    service: u64,
    hours: [u64; 24],
    weekend: u64,
    by_persons: u64,
}

/// What the counts say. Shares are thousandths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measures {
    /// Rows counted.
    pub rows: u64,
    /// Persons with a record.
    pub persons: u64,
    /// Days with a person's record.
    pub days: u64,
    /// Audit records of a person and day.
    pub audit: Spread,
    /// Interactive sign-ins of a person and day.
    pub interactive: Spread,
    /// Non-interactive sign-ins of a person and day.
    pub non_interactive: Spread,
    /// Addresses of a person and day, over all logs.
    pub addresses_a_day: Spread,
    /// Addresses of a person over all days.
    pub addresses: Spread,
    /// User agents of a person's sign-ins over all days.
    pub clients: Spread,
    /// Refused or interrupted of the interactive sign-ins.
    pub failed_interactive: u64,
    /// Refused of the non-interactive sign-ins.
    pub failed_non_interactive: u64,
    /// Records of services in the audit log.
    pub service: u64,
    /// Persons' records on Saturdays and Sundays.
    pub weekend: u64,
    /// Persons' records by hour.
    pub hours: [u64; 24],
    /// Different operations in the audit log.
    pub different_operations: u64,
    /// Records by operation, per thousand days of persons with an audit record; the most frequent first.
    pub operations: Vec<(String, u64)>,
}

impl Tally {
    /// Counts a row. The zone tells whose hours and weekends they are.
    pub fn add(&mut self, row: Row, zone: &Zone) {
        self.rows += 1;
        let (day, second) = zone.local(row.at);
        if row.log == Log::Audit {
            self.audit += 1;
            self.service += u64::from(!row.person);
            *self.operations.entry(row.operation).or_default() += 1;
        } else if row.person {
            let (all, failed) = self.signed_in.entry(row.log).or_default();
            *all += 1;
            *failed += u64::from(row.failed);
        }
        if !row.person {
            return;
        }
        if !row.failed {
            self.known.insert(row.user.clone());
        }
        self.by_persons += 1;
        self.weekend += u64::from(day.is_weekend());
        if let Some(hour) = usize::try_from(second / 3_600)
            .ok()
            .and_then(|at| self.hours.get_mut(at))
        {
            *hour += 1;
        }
        if !row.address.is_empty() {
            let seen = self.addresses.entry((row.user.clone(), day)).or_default();
            seen.insert(row.address);
        }
        if !row.agent.is_empty() {
            let seen = self.agents.entry(row.user.clone()).or_default();
            seen.insert(row.agent);
        }
        *self.per_day.entry((row.log, row.user, day)).or_default() += 1;
    }

    /// What the counts say.
    pub fn measures(&self) -> Measures {
        let per_day = |log: Log| {
            spread(
                self.per_day
                    .iter()
                    .filter(|((of, user, _), _)| *of == log && self.known.contains(user))
                    .map(|(_, count)| *count),
            )
        };
        let audit_days = self
            .per_day
            .keys()
            .filter(|(log, user, _)| *log == Log::Audit && self.known.contains(user));
        let audit_days = size(audit_days.count());
        let days: BTreeSet<Day> = self.per_day.keys().map(|(_, _, day)| *day).collect();
        let mut own: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
        let addresses = || {
            let known = |user: &String| self.known.contains(user);
            self.addresses
                .iter()
                .filter(move |((user, _), _)| known(user))
        };
        for ((user, _), seen) in addresses() {
            own.entry(user).or_default().extend(seen);
        }
        let failed = |log: Log| {
            let (all, failed) = self.signed_in.get(&log).copied().unwrap_or_default();
            share(failed, all)
        };
        let mut operations: Vec<(String, u64)> = self
            .operations
            .iter()
            .map(|(name, count)| (name.clone(), share(*count, audit_days)))
            .collect();
        operations.sort_by(|(first, one), (second, other)| other.cmp(one).then(first.cmp(second)));
        Measures {
            rows: self.rows,
            persons: size(self.known.len()),
            days: size(days.len()),
            audit: per_day(Log::Audit),
            interactive: per_day(Log::Interactive),
            non_interactive: per_day(Log::NonInteractive),
            addresses_a_day: spread(addresses().map(|(_, seen)| size(seen.len()))),
            addresses: spread(own.values().map(|seen| size(seen.len()))),
            clients: spread(
                self.agents
                    .iter()
                    .filter(|(user, _)| self.known.contains(*user))
                    .map(|(_, seen)| size(seen.len())),
            ),
            failed_interactive: failed(Log::Interactive),
            failed_non_interactive: failed(Log::NonInteractive),
            service: share(self.service, self.audit),
            weekend: share(self.weekend, self.by_persons),
            hours: self.hours.map(|count| share(count, self.by_persons)),
            different_operations: size(self.operations.len()),
            operations,
        }
    }
}

fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Thousandths; 0 of nothing.
const fn share(part: u64, of: u64) -> u64 {
    match (part * 1_000 + of / 2).checked_div(of) {
        Some(share) => share,
        None => 0,
    }
}

fn spread(values: impl Iterator<Item = u64>) -> Spread {
    let mut sorted: Vec<u64> = values.collect();
    sorted.sort_unstable();
    let at = |tenths: usize| {
        let place = (sorted.len() * tenths).div_ceil(10).saturating_sub(1);
        sorted.get(place).copied().unwrap_or(0)
    };
    Spread {
        low: at(1),
        middle: at(5),
        high: at(9),
    }
}

/// Lives the days of a tenant without an attacker and measures them.
///
/// # Errors
/// When the tenant has nobody whom a scenario needs.
pub fn measure(settings: &Settings) -> Result<Measures, ScenarioError> {
    let mut world = World::build(settings);
    let ordinary = Scenario::parse("ordinary", "title = \"Ordinary life\"")?;
    let play = Play::prepare(&mut world, &ordinary)?;
    let mut counting = Counting::new(&world);
    crate::engine::run(&world, &play, &mut counting);
    Ok(counting.tally.measures())
}

/// A sink of the simulation that counts its records.
#[derive(Debug)]
pub struct Counting {
    zone: Zone,
    /// The counts.
    pub tally: Tally,
}

impl Counting {
    /// Counts the records of a world in its tenant's hours.
    pub fn new(world: &World) -> Self {
        Self {
            zone: world.tenant.zone.clone(),
            tally: Tally::default(),
        }
    }
}

impl crate::engine::Sink for Counting {
    fn take(&mut self, _number: u64, _happening: &Happening, records: &[LogRecord]) {
        for record in records {
            if let Some(row) = simulated(record) {
                self.tally.add(row, &self.zone);
            }
        }
    }
}

/// The row of a simulated record; nothing for logs that are not counted.
fn simulated(record: &LogRecord) -> Option<Row> {
    let value: Value = serde_json::from_str(&record.json).ok()?;
    match record.source {
        Source::UnifiedAudit => audit_row(&value, record.at),
        Source::SignIns => {
            let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
            let kinds = value.get("signInEventTypes").map(Value::to_string);
            let kinds = kinds.unwrap_or_default();
            let log = if kinds.contains("nonInteractive") {
                Log::NonInteractive
            } else if kinds.contains("interactiveUser") {
                Log::Interactive
            } else {
                return None;
            };
            let error = value.pointer("/status/errorCode").and_then(Value::as_i64);
            let user = text("userPrincipalName").to_lowercase();
            Some(Row {
                log,
                person: user.contains('@') && !user.starts_with("sync_"),
                user,
                at: record.at,
                operation: String::new(),
                address: text("ipAddress").to_owned(),
                agent: text("userAgent").to_owned(),
                failed: error != Some(0),
            })
        }
        _ => None,
    }
}

/// The row of a record of the unified audit log, real or simulated.
fn audit_row(value: &Value, at: Timestamp) -> Option<Row> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let user = text("UserId").to_lowercase();
    let kind = value.get("UserType").and_then(Value::as_i64);
    let address = ["ClientIP", "ClientIPAddress", "ActorIpAddress"]
        .into_iter()
        .map(text)
        .find(|address| !address.is_empty());
    let operation = text("Operation").to_owned();
    (!operation.is_empty()).then(|| Row {
        log: Log::Audit,
        // Visitors of a shared link (`urn:spo:guest#…`) have no account.
        person: matches!(kind, Some(0 | 2)) && user.contains('@') && !user.starts_with("urn:"),
        user,
        at,
        failed: operation == "UserLoginFailed",
        operation,
        address: bare(address.unwrap_or_default()),
        agent: String::new(),
    })
}

/// An address without the port and the brackets that some workloads write.
fn bare(text: &str) -> String {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return text.trim_start_matches("::ffff:").to_owned();
    }
    let socket = text.parse::<std::net::SocketAddr>();
    socket.map_or_else(|_| String::new(), |socket| socket.ip().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_are_tenths_and_shares_are_thousandths() {
        let even = spread(1..=100);
        assert_eq!((even.low, even.middle, even.high), (10, 50, 90));
        assert_eq!(spread(std::iter::empty()), Spread::default());
        assert_eq!((share(1, 3), share(1, 0)), (333, 0));
    }

    #[test]
    fn addresses_lose_their_ports() {
        for (text, expected) in [
            ("81.2.69.142:443", "81.2.69.142"),
            ("[2a02:8108::1]:5000", "2a02:8108::1"),
            ("::ffff:81.2.69.142", "81.2.69.142"),
            ("81.2.69.142", "81.2.69.142"),
            ("<null>", ""),
        ] {
            assert_eq!(bare(text), expected);
        }
    }
}
