//! What the acts already done, and time, have destroyed; what can be had instead, and by when.
//!
//! Takes the acts, the retention clocks and the playbook's table. It must never call something lost
//! that the table does not.

use hourzero_model::{ResponderAction, Timestamp};
use serde::Serialize;

use crate::answers::Answers;
use crate::clock::{Clock, ClockState, Family};
use crate::entry::LostEntry;
use crate::playbook::Playbook;
use crate::span;

/// One loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Who did it, as told; `time` for what has left its log.
    pub by: String,
    /// What was acted on; for time, the log.
    pub target: Option<String>,
    /// What was destroyed, changed or given away.
    pub what: String,
    /// Where to look instead.
    pub instead: String,
    /// The end of that chance, where it is known.
    pub until: Option<Timestamp>,
}

/// When what was deleted is gone for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SoftDelete {
    pub(crate) action: &'static str,
    /// Nothing where nobody knows when it was deleted.
    pub(crate) ends: Option<Timestamp>,
}

const DELETIONS: [&str; 4] = [
    "account-deleted",
    "app-removed",
    "licence-removed",
    "mail-purged",
];

/// Every loss, in the order in which the acts were told, then by time.
pub(crate) fn all(
    answers: &Answers,
    playbook: &Playbook,
    clocks: &[(Family, Clock)],
    call: Timestamp,
) -> Vec<Lost> {
    let mut lost = Vec::new();
    for act in answers.done() {
        if let Some(entry) = entry_of(act, playbook) {
            lost.push(Lost {
                by: act.by.clone().unwrap_or_else(|| "unknown".to_owned()),
                target: act.target.clone(),
                what: entry.what.clone(),
                instead: entry.instead.clone(),
                until: until(act, entry, clocks, call),
            });
        }
    }
    for (family, clock) in clocks {
        if *family == Family::Retention && clock.state == ClockState::Past {
            lost.push(by_time(clock, playbook, clocks, call));
        }
    }
    lost
}

fn entry_of<'a>(act: &ResponderAction, playbook: &'a Playbook) -> Option<&'a LostEntry> {
    let channel = act.channel.map_or("unknown", |channel| channel.name());
    playbook.lost.iter().find(|entry| {
        entry.action == act.action.name()
            && (entry.channels.is_empty() || entry.channels.iter().any(|one| one == channel))
    })
}

/// The next chance to end; when all have ended, the last one.
fn until(
    act: &ResponderAction,
    entry: &LostEntry,
    clocks: &[(Family, Clock)],
    call: Timestamp,
) -> Option<Timestamp> {
    let done = act.time()?;
    let ends: Vec<Timestamp> = entry
        .until
        .iter()
        .filter_map(|word| {
            let days = match day_count(word) {
                Some(days) => days,
                None => kept_days(word, clocks, call)?,
            };
            Some(done.plus_seconds(days * span::DAY))
        })
        .collect();
    let ahead = ends.iter().copied().filter(|end| *end > call).min();
    ahead.or_else(|| ends.iter().copied().max())
}

fn day_count(word: &str) -> Option<i64> {
    word.strip_suffix('d')?.parse().ok()
}

/// How long a log keeps, read back from its horizon.
fn kept_days(id: &str, clocks: &[(Family, Clock)], call: Timestamp) -> Option<i64> {
    let clock = clocks
        .iter()
        .map(|(_, clock)| clock)
        .find(|clock| clock.id == id)?;
    Some(call.seconds_since(clock.horizon?) / span::DAY)
}

fn by_time(
    clock: &Clock,
    playbook: &Playbook,
    clocks: &[(Family, Clock)],
    call: Timestamp,
) -> Lost {
    let entry = playbook.retention.iter().find(|entry| entry.id == clock.id);
    let title = entry.map_or(clock.id.as_str(), |entry| entry.title.as_str());
    let horizon = clock.horizon.unwrap_or(call);
    // Another log that still reaches back is the chance that is left.
    let left = clocks
        .iter()
        .filter(|(family, other)| {
            *family == Family::Retention && other.state == ClockState::Running
        })
        .filter_map(|(_, other)| other.ends)
        .max();
    Lost {
        by: "time".to_owned(),
        target: Some(clock.id.clone()),
        what: format!(
            "{title}: everything before {horizon} has left it, and a day more goes every day."
        ),
        instead: entry.map_or_else(String::new, |entry| entry.instead.clone()),
        until: left,
    }
}

/// What was deleted and may still be had back, acts undone since left out.
pub(crate) fn soft_deletes(answers: &Answers, playbook: &Playbook) -> Vec<SoftDelete> {
    let mut found = Vec::new();
    for act in answers.done() {
        let name = act.action.name();
        let Some(action) = DELETIONS.iter().find(|one| **one == name) else {
            continue;
        };
        if put_back(act, answers) {
            continue;
        }
        let days = entry_of(act, playbook)
            .and_then(|entry| entry.until.iter().find_map(|word| day_count(word)));
        let done = act.time();
        found.push(SoftDelete {
            action,
            ends: done
                .zip(days)
                .map(|(at, days)| at.plus_seconds(days * span::DAY)),
        });
    }
    found
}

/// Whether the same target was put back later.
fn put_back(deleted: &ResponderAction, answers: &Answers) -> bool {
    answers.done().iter().any(|act| {
        matches!(act.action.name(), "restored" | "account-enabled")
            && act.target.is_some()
            && act.target == deleted.target
            && act.time() >= deleted.time()
    })
}
