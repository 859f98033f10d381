//! Days, and runs of days that are alike.

use hourzero_model::{Log, Timestamp};

use super::{CoverageInput, CoverageRange, DayState};

/// A day in UTC, by its number since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day(i64);

const MICROS: i64 = 86_400_000_000;

impl Day {
    /// The day in which an instant lies.
    pub(super) const fn of(time: Timestamp) -> Self {
        Self(time.micros().div_euclid(MICROS))
    }

    /// Its first instant.
    pub(super) const fn start(self) -> Timestamp {
        Timestamp::from_micros(self.0.saturating_mul(MICROS))
    }

    /// `YYYY-MM-DD`.
    pub(super) fn text(self) -> String {
        self.start().day()
    }
}

/// At most so many days are told one by one; a window of ten years is a mistake in a date.
const LONGEST: i64 = 4_000;

/// The days of the window, with those that are alike in a row told as one.
pub(super) fn ranges_of(
    input: &CoverageInput<'_>,
    log: Log,
    account: Option<&String>,
    state: impl Fn(Day) -> (DayState, u64),
) -> Vec<CoverageRange> {
    let (first, last) = (Day::of(input.from), Day::of(input.to));
    let last = Day(last.0.min(first.0.saturating_add(LONGEST)));
    let mut ranges: Vec<CoverageRange> = Vec::new();
    for number in first.0..=last.0 {
        let day = Day(number);
        let (state, records) = state(day);
        match ranges.last_mut().filter(|range| range.state == state) {
            Some(range) => {
                range.to = day.text();
                range.records += records;
            }
            None => ranges.push(CoverageRange {
                source: log.name().to_owned(),
                account: account.cloned().unwrap_or_default(),
                from: day.text(),
                to: day.text(),
                state,
                records,
            }),
        }
    }
    ranges
}
