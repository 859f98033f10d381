//! What the evidence covers: log × account × day, how far back each log reaches, and what to pull next
//! (`coverage` of `scope.json`).
//!
//! "Not logged" is never "not done". A day without a record of an account says something only where the log has
//! records of others on that day; a day without any record at all may be a hole.

mod days;
mod holes;
mod pull;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Log, Timestamp};
use serde::{Deserialize, Serialize};

use crate::LogSpan;
use days::{Day, ranges_of};
pub use holes::{Heard, Hole, HourCount};
pub use pull::Pull;
use pull::pulls;

/// How many records a log has of an account on a day; one row a log, account and day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The log.
    pub log: Log,
    /// UPN in lower case; empty for all those together that nobody asks about.
    pub account: String,
    /// Any instant of the day, UTC.
    pub day: Timestamp,
    /// How many.
    pub records: u64,
    /// Of how many accounts: one where `account` names it.
    pub accounts: usize,
}

/// What is known of a log in this tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogTerms {
    /// The log.
    pub log: Log,
    /// For how many days its records are kept; nothing where that is unknown.
    pub retention_days: Option<u32>,
    /// Whether the licence has it; nothing where that is unknown.
    pub licensed: Option<bool>,
}

/// An answer that was complete and held nothing, such as an empty result of a search that names its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEmpty {
    /// The log.
    pub log: Log,
    /// For which account; nothing for the whole tenant.
    pub account: Option<String>,
    /// First day, UTC.
    pub from: Timestamp,
    /// Last day, UTC.
    pub to: Timestamp,
}

/// What coverage is told from.
#[derive(Debug, Clone, Copy)]
pub struct CoverageInput<'a> {
    /// Records by log, account and day.
    pub counts: &'a [DayCount],
    /// Records by log and hour.
    pub hours: &'a [HourCount],
    /// From when to when each log has records.
    pub spans: &'a [LogSpan],
    /// What is known of the logs. Logs that stand neither here nor in `spans` are not spoken of.
    pub terms: &'a [LogTerms],
    /// Answers that were proven to be empty.
    pub empty: &'a [ProvenEmpty],
    /// The accounts of which coverage is told each by itself.
    pub accounts: &'a [String],
    /// The first day that matters.
    pub from: Timestamp,
    /// The last day that matters.
    pub to: Timestamp,
    /// When the evidence was taken: retention counts back from it.
    pub taken: Timestamp,
    /// The attacker's first act, where there is one.
    pub first_attack: Option<Timestamp>,
}

/// What a day of a log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayState {
    /// There are records.
    Present,
    /// There are none, and an answer or the records of others prove it.
    ProvenEmpty,
    /// There are none, and the log is too sparse for that to say anything.
    Quiet,
    /// The log has records before and after, or is asked for, and none are here.
    Absent,
    /// It was too old when the evidence was taken.
    OutOfRetention,
    /// The licence has no such log.
    NotLicensed,
}

impl DayState {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::ProvenEmpty => "proven-empty",
            Self::Quiet => "quiet",
            Self::Absent => "absent",
            Self::OutOfRetention => "out-of-retention",
            Self::NotLicensed => "not-licensed",
        }
    }
}

/// Days in a row that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageRange {
    /// The log's name.
    pub source: String,
    /// UPN in lower case; empty for the whole tenant.
    pub account: String,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub to: String,
    /// What these days are.
    pub state: DayState,
    /// Records on them.
    pub records: u64,
}

/// How far back a log reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Horizon {
    /// The log's name.
    pub source: String,
    /// Its oldest record, where there is one.
    pub first: Option<Timestamp>,
    /// Its newest record, where there is one.
    pub last: Option<Timestamp>,
    /// Since when it can hold records, by its retention.
    pub kept_since: Option<Timestamp>,
    /// The attacker's first act lies so near its oldest record that the true beginning may lie before it.
    pub at_the_edge: bool,
}

/// What the evidence covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Days by log and account, as ranges.
    pub ranges: Vec<CoverageRange>,
    /// Hours without a record of a log that always has some then.
    #[serde(default)]
    pub holes: Vec<Hole>,
    /// How far back each log reaches.
    pub horizons: Vec<Horizon>,
    /// Whether the true beginning may lie before what the logs hold, as a sentence.
    pub start_unknown: Option<String>,
    /// What else to pull, the soonest to vanish first.
    pub pulls: Vec<Pull>,
}

/// An attack that begins so close to the oldest record may have begun before it.
const EDGE_SECONDS: i64 = 24 * 3_600;

/// What the evidence covers.
pub fn coverage(input: &CoverageInput<'_>) -> Coverage {
    let horizons: Vec<Horizon> = logs(input).map(|log| horizon(input, log)).collect();
    let holes = holes::holes(input.hours);
    let mut ranges = Vec::new();
    for log in logs(input) {
        let table = Table::of(input, log);
        ranges.extend(ranges_of(input, log, None, |day| table.of_tenant(day)));
        for account in input.accounts {
            ranges.extend(ranges_of(input, log, Some(account), |day| {
                table.of_account(account, day)
            }));
        }
    }
    Coverage {
        start_unknown: start_unknown(input, &horizons),
        pulls: pulls(input, &ranges, &holes),
        holes,
        ranges,
        horizons,
    }
}

/// Every log that is spoken of, in the order of rank.
fn logs(input: &CoverageInput<'_>) -> impl Iterator<Item = Log> {
    let named: BTreeSet<Log> = input
        .spans
        .iter()
        .map(|span| span.log)
        .chain(input.terms.iter().map(|terms| terms.log))
        .collect();
    named.into_iter()
}

fn terms<'a>(input: &CoverageInput<'a>, log: Log) -> Option<&'a LogTerms> {
    input.terms.iter().find(|terms| terms.log == log)
}

/// Since when a log can hold records.
fn kept_since(input: &CoverageInput<'_>, log: Log) -> Option<Timestamp> {
    let days = terms(input, log)?.retention_days?;
    Some(input.taken.plus_seconds(-86_400 * i64::from(days)))
}

fn horizon(input: &CoverageInput<'_>, log: Log) -> Horizon {
    let spans = || input.spans.iter().filter(|span| span.log == log);
    let first = spans().map(|span| span.first).min();
    let shows_him = matches!(log, Log::SignIn | Log::UnifiedAudit | Log::DirectoryAudit);
    let at_the_edge = match (first, input.first_attack) {
        (Some(first), Some(attack)) if shows_him => attack.seconds_since(first) < EDGE_SECONDS,
        _ => false,
    };
    Horizon {
        source: log.name().to_owned(),
        first,
        last: spans().map(|span| span.last).max(),
        kept_since: kept_since(input, log),
        at_the_edge,
    }
}

/// The beginning is unknown where every log that would show an earlier act begins with the attack.
fn start_unknown(input: &CoverageInput<'_>, horizons: &[Horizon]) -> Option<String> {
    let attack = input.first_attack?;
    let showing = |log: Log| {
        horizons
            .iter()
            .find(|horizon| horizon.source == log.name() && horizon.first.is_some())
    };
    let (sign_in, audit) = (showing(Log::SignIn), showing(Log::UnifiedAudit));
    let edge = |horizon: Option<&Horizon>| horizon.is_none_or(|horizon| horizon.at_the_edge);
    if edge(sign_in) && edge(audit) {
        return Some(format!(
            "The attacker's first act that is seen ({attack}) lies at the edge of what the logs hold: the true beginning is unknown."
        ));
    }
    edge(sign_in).then(|| {
        format!(
            "No sign-in from before {attack} is in the evidence: how and when the attacker first signed in may lie before it."
        )
    })
}

/// One log, by account and day.
struct Table<'a> {
    input: &'a CoverageInput<'a>,
    log: Log,
    counts: BTreeMap<(&'a str, Day), u64>,
    by_day: BTreeMap<Day, (u64, usize)>,
    first: Option<Day>,
    last: Option<Day>,
    is_sparse: bool,
}

/// A log with fewer records a day than this may well have a day without any.
const SPARSE: u64 = 20;

impl<'a> Table<'a> {
    fn of(input: &'a CoverageInput<'a>, log: Log) -> Self {
        let mut counts: BTreeMap<(&str, Day), u64> = BTreeMap::new();
        let mut by_day: BTreeMap<Day, (u64, usize)> = BTreeMap::new();
        for count in input.counts.iter().filter(|count| count.log == log) {
            let day = Day::of(count.day);
            *counts.entry((&count.account, day)).or_default() += count.records;
            let entry = by_day.entry(day).or_default();
            entry.0 += count.records;
            entry.1 += count.accounts;
        }
        let spans = || input.spans.iter().filter(|span| span.log == log);
        let days = u64::try_from(by_day.len()).unwrap_or(u64::MAX).max(1);
        let records: u64 = by_day.values().map(|(records, _)| records).sum();
        Self {
            input,
            log,
            counts,
            first: spans().map(|span| Day::of(span.first)).min(),
            last: spans().map(|span| Day::of(span.last)).max(),
            is_sparse: records / days < SPARSE,
            by_day,
        }
    }

    fn of_tenant(&self, day: Day) -> (DayState, u64) {
        let records = self.by_day.get(&day).map_or(0, |(records, _)| *records);
        if records > 0 {
            return (DayState::Present, records);
        }
        (self.without_records(day, None), 0)
    }

    fn of_account(&self, account: &str, day: Day) -> (DayState, u64) {
        let records = self.counts.get(&(account, day)).copied().unwrap_or(0);
        if records > 0 {
            return (DayState::Present, records);
        }
        // An export for one account holds no others: the silence of the rest is then no silence.
        let others = self.by_day.get(&day).map_or(0, |(_, accounts)| *accounts);
        let state = if others >= 2 && self.reached(day) {
            DayState::ProvenEmpty
        } else if others > 0 && self.is_sparse {
            DayState::Quiet
        } else {
            self.without_records(day, Some(account))
        };
        (state, 0)
    }

    /// Whether the log was still kept on that day: of a day at the edge only a part is there.
    fn reached(&self, day: Day) -> bool {
        self.first.is_some_and(|first| first < day)
    }

    fn without_records(&self, day: Day, account: Option<&str>) -> DayState {
        if terms(self.input, self.log).is_some_and(|terms| terms.licensed == Some(false)) {
            return DayState::NotLicensed;
        }
        let proven = self.input.empty.iter().any(|empty| {
            empty.log == self.log
                && (empty.account.is_none() || empty.account.as_deref() == account)
                && (Day::of(empty.from)..=Day::of(empty.to)).contains(&day)
        });
        if proven {
            return DayState::ProvenEmpty;
        }
        if kept_since(self.input, self.log).is_some_and(|since| day < Day::of(since)) {
            return DayState::OutOfRetention;
        }
        let inside = self.first.is_some_and(|first| first <= day)
            && self.last.is_some_and(|last| day <= last);
        if inside && self.is_sparse {
            DayState::Quiet
        } else {
            DayState::Absent
        }
    }
}
