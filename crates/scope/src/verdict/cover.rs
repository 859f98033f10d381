//! Whether the logs that would decide cover the time.

use hourzero_model::{Log, Reason, Timestamp};

use super::{DECIDING, NamedInput, said};
use crate::{Coverage, CoverageRange, DayState};

/// A log of so many accounts is one of the whole tenant.
const WHOLE: usize = 5;

/// Days that logs must cover, `YYYY-MM-DD`.
pub(super) struct Days {
    pub(super) from: String,
    pub(super) to: String,
}

impl Days {
    /// The days of a time; all that the evidence is about where there is none.
    pub(super) fn of(window: Option<(Timestamp, Timestamp)>, ranges: &[CoverageRange]) -> Self {
        if let Some((from, to)) = window {
            return Self {
                from: from.day(),
                to: to.day(),
            };
        }
        let from = ranges.iter().map(|range| &range.from).min();
        let to = ranges.iter().map(|range| &range.to).max();
        Self {
            from: from.cloned().unwrap_or_default(),
            to: to.cloned().unwrap_or_default(),
        }
    }
}

/// What the logs do not show of the account on these days; empty where they cover them. Of somebody who was refused
/// the sign-in log alone tells whether another attempt succeeded, or the unified audit log in its place.
pub(super) fn gaps(
    input: &NamedInput<'_>,
    account: &str,
    days: &Days,
    was_tried: bool,
) -> Vec<Reason> {
    let logs = input.found.logs_of(account);
    let mut gaps = Vec::new();
    for (log, what) in DECIDING {
        // An export of other accounts alone says nothing about this one.
        let holds_it = logs.contains(&log) || input.users.get(&log).is_some_and(|n| *n >= WHOLE);
        if let Some(missing) = missing(input.coverage, log, days) {
            gaps.push(said(format!(
                "The {} log {missing}: {what} cannot be seen.",
                log.name()
            )));
        } else if !holds_it {
            gaps.push(said(format!(
                "The {} log holds few accounts and no record of this one: {what} cannot be seen.",
                log.name()
            )));
        } else if was_tried {
            return Vec::new();
        }
    }
    gaps
}

/// What of the time is not in a log.
fn missing(coverage: &Coverage, log: Log, days: &Days) -> Option<String> {
    let of_log = || {
        let ranges = coverage.ranges.iter();
        ranges.filter(|range| range.source == log.name() && range.account.is_empty())
    };
    if of_log().all(|range| range.records == 0) {
        return Some("is not in the evidence".to_owned());
    }
    let mut hours = coverage.holes.iter();
    let hours = hours.find(|hole| {
        hole.source == log.name() && hole.from.day() <= days.to && hole.to.day() >= days.from
    });
    if let Some(hole) = hours {
        return Some(format!(
            "has no record from {} to {}, where it has {} on other days",
            hole.from, hole.to, hole.expected
        ));
    }
    let hole = of_log().find(|range| {
        range.from <= days.to
            && range.to >= days.from
            && !matches!(
                range.state,
                DayState::Present | DayState::ProvenEmpty | DayState::Quiet
            )
    })?;
    Some(format!(
        "has no record of {} to {} ({})",
        hole.from,
        hole.to,
        hole.state.name()
    ))
}
