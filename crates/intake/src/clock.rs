//! Clocks: of the payment, of the laws, of the logs.
//!
//! Takes answers and the playbook, gives each clock with its state, trigger and assumption. It is a
//! fact for counsel to decide and must never give legal advice.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::answers::Answers;
use crate::entry::{Basis, ClockEntry, Keeps, RetentionEntry, Span, Trigger};
use crate::facts::Facts;
use crate::playbook::Playbook;
use crate::span;

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ClockState {
    /// Its trigger is known and its end lies ahead, or it has no end.
    Running,
    /// Its end has gone by.
    Past,
    /// The duty or the trigger depends on something that is not yet known.
    Conditional,
}

impl ClockState {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Past => "past",
            Self::Conditional => "conditional",
        }
    }
}

/// One clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// Stable id, such as `gdpr-33`.
    pub id: String,
    /// Where it stands.
    pub state: ClockState,
    /// What starts it.
    pub trigger: String,
    /// When it started; for a conditional one, from the earliest arguable trigger.
    pub starts: Option<Timestamp>,
    /// When it ends, if it has an end.
    pub ends: Option<Timestamp>,
    /// For a log: the oldest record that it still holds at the call.
    pub horizon: Option<Timestamp>,
    /// What the figure takes for granted.
    pub assumes: String,
    /// Where the figure comes from, and when that was checked.
    pub source: String,
}

/// Which family a clock belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Payment,
    Notification,
    Retention,
}

pub(crate) struct Setting<'a> {
    pub(crate) answers: &'a Answers,
    pub(crate) playbook: &'a Playbook,
    pub(crate) facts: &'a Facts,
    pub(crate) call: Timestamp,
    pub(crate) zone: TimeZone,
}

/// Every clock, those of the payment first, then the laws', then the logs'.
pub(crate) fn all(setting: &Setting<'_>) -> Vec<(Family, Clock)> {
    let mut clocks = Vec::new();
    if let Some(clock) = payment(setting) {
        clocks.push((Family::Payment, clock));
    }
    let laws = setting
        .playbook
        .clocks
        .iter()
        .filter(|entry| applies(entry, setting.answers))
        .map(|entry| (Family::Notification, notification(entry, setting)));
    clocks.extend(laws);
    let logs = setting
        .playbook
        .retention
        .iter()
        .map(|entry| (Family::Retention, retention(entry, setting)));
    clocks.extend(logs);
    clocks
}

/// The sources with the date on which somebody last looked, and a warning when that is long ago.
pub(crate) fn dated(basis: &Basis, call: Timestamp) -> Vec<String> {
    let mut sources = basis.sources.clone();
    sources.push(checked(basis, call));
    sources
}

fn checked(basis: &Basis, call: Timestamp) -> String {
    let midnight = basis.checked.to_zoned_datetime(TimeZone::UTC).ok();
    let age = midnight.map_or(0, |at| {
        call.seconds_since(Timestamp::from_micros(at.timestamp().as_microsecond()))
    });
    if age > 365 * span::DAY {
        format!(
            "checked {}, more than a year before this call: check again before you rely on it",
            basis.checked
        )
    } else {
        format!("checked {}", basis.checked)
    }
}

fn source(basis: &Basis, call: Timestamp) -> String {
    dated(basis, call).join("; ")
}

const fn state(ends: Option<Timestamp>, call: Timestamp) -> ClockState {
    match ends {
        Some(end) if end.micros() <= call.micros() => ClockState::Past,
        _ => ClockState::Running,
    }
}

fn payment(setting: &Setting<'_>) -> Option<Clock> {
    let Setting {
        answers,
        facts,
        call,
        zone,
        ..
    } = setting;
    if !facts.holds("payment") {
        return None;
    }
    let kind = answers.text("payment.kind").unwrap_or("unknown");
    let rails = &setting.playbook.rails;
    let rail = rails
        .iter()
        .find(|rail| rail.kind == kind)
        .or_else(|| rails.iter().find(|rail| rail.kind == "unknown"))?;
    let executes = answers.time("payment.executes_at");
    let paid = answers.time("payment.at");
    let counts_from_payment = matches!(rail.span, Span::Hours(_));
    let mut assumes = rail.assumes.clone();
    let (starts, ends) = if facts.holds("payment-unexecuted") && !counts_from_payment {
        assumes =
            format!("not executed yet: the bank's cut-off is the clock; afterwards: {assumes}");
        (paid, executes)
    } else {
        // An instructed payment whose execution time has gone by is taken as sent at that time.
        let executed = match executes.filter(|_| !answers.is("payment.state", "sent")) {
            Some(time) if !counts_from_payment => Some(time),
            other => paid.or(other),
        };
        (
            executed,
            executed.and_then(|at| span::end(at, rail.span, zone)),
        )
    };
    if counts_from_payment && facts.holds("payment-unexecuted") {
        assumes = match executes {
            Some(time) => format!(
                "not executed yet: the bank's cut-off at {} comes first; {assumes}",
                span::local(time, zone)
            ),
            None => format!(
                "not executed yet: ask for the bank's cut-off, which comes first; {assumes}"
            ),
        };
    }
    let time_missing = ends.is_none() && starts.is_none();
    if time_missing {
        assumes = format!("the time of the payment is not known; {assumes}");
    }
    Some(Clock {
        id: rail.clock.clone(),
        state: if time_missing {
            ClockState::Conditional
        } else {
            state(ends, *call)
        },
        trigger: "execution of the payment".to_owned(),
        starts,
        ends,
        horizon: None,
        assumes,
        source: source(&rail.basis, *call),
    })
}

/// Whether the client's places or supervisors call for this clock.
fn applies(entry: &ClockEntry, answers: &Answers) -> bool {
    let regulated = answers.list("client.regulated");
    let places = answers.list("client.jurisdictions");
    entry.regulated.iter().any(|word| regulated.contains(word))
        || entry.places.iter().any(|code| {
            places
                .iter()
                .any(|place| place == code || place.split('-').next() == Some(code.as_str()))
        })
}

fn notification(entry: &ClockEntry, setting: &Setting<'_>) -> Clock {
    let Setting {
        answers,
        facts,
        call,
        zone,
        ..
    } = setting;
    let noticed = answers.time("noticed.at");
    let established = match entry.trigger {
        Trigger::Suspicion => noticed,
        // Nobody has discovered anything while there is nothing but a suspicion.
        Trigger::Discovery => noticed.filter(|_| facts.holds("more")),
        Trigger::Awareness => answers.time("noticed.confirmed_at"),
        Trigger::Determination | Trigger::Classification | Trigger::Materiality => None,
    };
    let established = established.filter(|_| entry.depends.is_none());
    let starts = established.or(noticed);
    let ends = starts.and_then(|start| span::end(start, entry.span, zone));
    let mut assumes = entry.assumes.clone();
    if established.is_none() {
        let open = entry.depends.clone().unwrap_or_else(|| {
            format!(
                "the {} that starts it is not established",
                entry.trigger.name()
            )
        });
        let from = match starts {
            Some(_) => {
                "the deadline is counted from the earliest arguable trigger, the first notice"
            }
            None => "nobody has said when it was noticed, so there is no deadline to show",
        };
        assumes = format!("{open}; {from}; {assumes}");
    }
    Clock {
        id: entry.id.clone(),
        state: if established.is_some() {
            state(ends, *call)
        } else {
            ClockState::Conditional
        },
        trigger: entry.trigger.name().to_owned(),
        starts,
        ends,
        horizon: None,
        assumes,
        source: source(&entry.basis, *call),
    }
}

fn retention(entry: &RetentionEntry, setting: &Setting<'_>) -> Clock {
    let Setting {
        answers,
        playbook,
        call,
        ..
    } = setting;
    let (days, basis) = days(entry, answers, playbook);
    let since = answers.time("noticed.since");
    let starts = since
        .or_else(|| answers.known_times().min())
        .unwrap_or(*call);
    let ends = Some(starts.plus_seconds(days * span::DAY));
    let from = match since {
        Some(_) => "the entry may be older than the earliest suspected start",
        None => {
            "nobody has named a start, so it counts from the earliest time that was named; the entry is usually older"
        }
    };
    Clock {
        id: entry.id.clone(),
        state: state(ends, *call),
        trigger: format!("age of the record: {} keeps {days} days", entry.title),
        starts: Some(starts),
        ends,
        horizon: Some(call.plus_seconds(-days * span::DAY)),
        assumes: [basis.as_str(), from, entry.assumes.as_str()]
            .iter()
            .filter(|part| !part.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join("; "),
        source: source(&entry.basis, *call),
    }
}

/// How many days each log keeps its records, by the id of its clock; an unknown licence counts as the shortest.
pub fn retention_days(answers: &Answers, playbook: &Playbook) -> BTreeMap<String, i64> {
    let of = |entry: &RetentionEntry| (entry.id.clone(), days(entry, answers, playbook).0);
    playbook.retention.iter().map(of).collect()
}

/// How many days a log keeps, and on what that figure rests.
pub(crate) fn days(
    entry: &RetentionEntry,
    answers: &Answers,
    playbook: &Playbook,
) -> (i64, String) {
    match &entry.keeps {
        Keeps::Days(days) => (*days, String::new()),
        Keeps::ByEntra(by) => {
            let shortest = by.values().copied().min().unwrap_or(0);
            match entra(answers, playbook) {
                Edition::Known(edition, why) => {
                    (by.get(&edition).copied().unwrap_or(shortest), why)
                }
                Edition::Unknown => (
                    shortest,
                    "the Entra edition is not known: counted as the shortest".to_owned(),
                ),
            }
        }
        Keeps::ByPlan(shortest) => by_plan(*shortest, answers, playbook),
    }
}

/// The tenant's Entra edition.
pub(crate) enum Edition {
    Known(String, String),
    Unknown,
}

/// The edition as answered, else the best that a named plan brings: one licence opens it for the
/// whole tenant.
pub(crate) fn entra(answers: &Answers, playbook: &Playbook) -> Edition {
    if let Some(edition) = answers.text("tenant.entra") {
        return Edition::Known(edition.to_owned(), format!("Entra {edition} as answered"));
    }
    let licences = answers.list("tenant.licences");
    let editions: BTreeSet<&str> = playbook
        .plans
        .iter()
        .filter(|plan| plan.licences.iter().any(|one| licences.contains(one)))
        .filter_map(|plan| plan.entra.as_deref())
        .collect();
    let best = ["p2", "p1", "free"]
        .into_iter()
        .find(|one| editions.contains(one));
    match best {
        Some(edition) => Edition::Known(
            edition.to_owned(),
            format!("Entra {edition} by the licences {}", licences.join(", ")),
        ),
        None => Edition::Unknown,
    }
}

/// The audit log follows the licence of whoever acted, so of several plans the shortest counts.
fn by_plan(shortest: i64, answers: &Answers, playbook: &Playbook) -> (i64, String) {
    let licences = answers.list("tenant.licences");
    let mut all = Vec::new();
    let mut strange = Vec::new();
    for licence in licences {
        let plan = playbook
            .plans
            .iter()
            .find(|plan| plan.licences.contains(licence));
        match plan {
            // An add-on says nothing about the log.
            Some(plan) => all.extend(plan.audit_days),
            None => strange.push(licence.as_str()),
        }
    }
    match all.iter().min() {
        Some(days) if strange.is_empty() => (
            *days,
            format!(
                "the licence of the acting user decides; shortest of {}",
                licences.join(", ")
            ),
        ),
        _ if strange.is_empty() => (
            shortest,
            "the licence is not known: counted as the shortest".to_owned(),
        ),
        _ => (
            shortest,
            format!(
                "the plan {} is not in the playbook: counted as the shortest",
                strange.join(", ")
            ),
        ),
    }
}
