//! Hours in which a log has nothing although it always has something then: a window that was not asked for, a search
//! that timed out. A day that has records before and after such a hole looks whole.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Log, Timestamp};
use serde::{Deserialize, Serialize};

/// How many records a log has in an hour; hours without any are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourCount {
    /// The log.
    pub log: Log,
    /// Any instant of the hour, UTC.
    pub hour: Timestamp,
    /// How many.
    pub records: u64,
}

/// Hours of a log without a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// The log's name.
    pub source: String,
    /// The first empty hour, UTC.
    pub from: Timestamp,
    /// The end of the last one, UTC.
    pub to: Timestamp,
    /// How many records these hours have on an ordinary day of the same kind.
    pub expected: u64,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24;
/// What is ordinary comes again after so many hours.
const WEEK: i64 = 7 * DAY;
/// With so many records expected, none is no chance: of independent ones it would happen once in some hundred million
/// cases, and even where they come in bursts of four, once in a hundred.
const EXPECTED: u64 = 20;
/// With fewer days of a kind nobody knows what is ordinary.
const DAYS: u64 = 3;
/// 1970-01-01 was a Thursday.
const WEEKDAY_OF_FIRST: i64 = 3;

/// The holes of every log, between its first and its last record.
pub(super) fn holes(counts: &[HourCount]) -> Vec<Hole> {
    let mut logs: BTreeMap<Log, BTreeMap<i64, u64>> = BTreeMap::new();
    for count in counts {
        let hours = logs.entry(count.log).or_default();
        *hours.entry(number(count.hour)).or_default() += count.records;
    }
    logs.iter()
        .flat_map(|(log, hours)| of_log(*log, hours))
        .collect()
}

/// When a log speaks: from its first hour to its last, but for its holes. That something is not in a log says something of
/// these hours alone.
#[derive(Debug, Clone)]
pub struct Heard {
    /// The first and the last hour with a record, as numbers since 1970.
    first: i64,
    last: i64,
    holes: Vec<Hole>,
}

impl Heard {
    /// What the counts say of a log, the other logs' being passed over; nothing where it has no record.
    pub fn of(log: Log, counts: &[HourCount]) -> Option<Self> {
        let own = counts.iter().filter(|count| count.log == log);
        let own: Vec<HourCount> = own.copied().collect();
        let numbers = || own.iter().map(|count| number(count.hour));
        Some(Self {
            first: numbers().min()?,
            last: numbers().max()?,
            holes: holes(&own),
        })
    }

    /// Whether what the log holds of its subject at that time is in the evidence.
    pub fn at(&self, time: Timestamp) -> bool {
        let mut holes = self.holes.iter();
        (self.first..=self.last).contains(&number(time))
            && !holes.any(|hole| (hole.from..hole.to).contains(&time))
    }
}

/// The number of an hour since 1970.
fn number(time: Timestamp) -> i64 {
    time.micros().div_euclid(1_000_000 * HOUR)
}

fn time(number: i64) -> Timestamp {
    Timestamp::from_micros(number * HOUR * 1_000_000)
}

/// Whether an hour lies on a weekend, and which hour of the day it is. UTC serves: what is compared is the same log.
fn kind(number: i64) -> (bool, i64) {
    let weekday = (number.div_euclid(DAY) + WEEKDAY_OF_FIRST).rem_euclid(7);
    (weekday >= 5, number.rem_euclid(DAY))
}

fn of_log(log: Log, hours: &BTreeMap<i64, u64>) -> Vec<Hole> {
    let (Some((first, _)), Some((last, _))) = (hours.first_key_value(), hours.last_key_value())
    else {
        return Vec::new();
    };
    // Days that have something at all tell what is ordinary; a day that has nothing is told as a day.
    let days: BTreeSet<i64> = hours.keys().map(|hour| hour.div_euclid(DAY)).collect();
    let mut ordinary: BTreeMap<(bool, i64), (u64, u64)> = BTreeMap::new();
    // A record may bear any time, so what is between is not walked through.
    for hour in days.iter().flat_map(|day| day * DAY..(day + 1) * DAY) {
        if (*first..=*last).contains(&hour) {
            let (records, days) = ordinary.entry(kind(hour)).or_default();
            *records += hours.get(&hour).copied().unwrap_or(0);
            *days += 1;
        }
    }
    let expected = |hour: i64| match ordinary.get(&kind(hour)) {
        Some((records, days)) if *days >= DAYS => records / days,
        _ => 0,
    };
    let week: u64 = (0..WEEK).map(expected).sum();
    let mut holes = Vec::new();
    let mut last_full = *first;
    for hour in hours.keys() {
        let empty = last_full + 1..*hour;
        let long = empty.end - empty.start;
        let rest: u64 = (empty.start..empty.start + long % WEEK).map(expected).sum();
        let expected = rest.saturating_add(week.saturating_mul((long / WEEK).unsigned_abs()));
        if expected >= EXPECTED {
            holes.push(Hole {
                source: log.name().to_owned(),
                from: time(empty.start),
                to: time(empty.end),
                expected,
            });
        }
        last_full = *hour;
    }
    holes
}
