//! What the client's IT pulls now, in the order in which it vanishes at this licence.
//!
//! Takes the playbook's requests and the retention clocks, gives the list. It must never leave out a
//! log because it is probably empty: an empty answer is proven, not presumed.

use hourzero_model::Timestamp;
use serde::Serialize;

use crate::clock::{self, Clock, Family, Setting};
use crate::facts::Facts;
use crate::span;
use crate::text;

/// One thing to pull.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Stable name of the source, such as `entra-signins`.
    pub source: String,
    /// When the records of the earliest suspected start leave it; nothing for a state, which goes with
    /// the next change.
    pub vanishes: Option<Timestamp>,
    /// Portal path and command at this licence.
    pub how: String,
    /// The name for people.
    #[serde(skip)]
    pub title: String,
    /// How many days the source keeps, where it keeps for days.
    #[serde(skip)]
    pub keeps_days: Option<i64>,
    /// The start and the end of the window to ask for.
    #[serde(skip)]
    pub window: (Timestamp, Timestamp),
    /// What to filter by.
    #[serde(skip)]
    pub filter: String,
    /// Which role may do it.
    #[serde(skip)]
    pub rights: String,
    /// The file that comes.
    #[serde(skip)]
    pub file: String,
    /// How to prove that an empty answer is empty.
    #[serde(skip)]
    pub empty: String,
    /// Logs and forms whose arrival ticks it off.
    #[serde(skip)]
    pub arrives_as: Vec<String>,
    /// Where this is known from.
    #[serde(skip)]
    pub sources: Vec<String>,
}

/// The requests, first what vanishes first. A state stands before everything, because the next act of
/// anybody changes it.
pub(crate) fn all(
    setting: &Setting<'_>,
    facts: &Facts,
    clocks: &[(Family, Clock)],
) -> Vec<Request> {
    let start = setting
        .answers
        .time("noticed.since")
        .or_else(|| setting.answers.known_times().min())
        .unwrap_or(setting.call);
    let blanks = text::blanks(setting.answers, setting.call, &setting.zone);
    let mut requests = Vec::new();
    for entry in &setting.playbook.requests {
        if !facts.meet(&entry.when) {
            continue;
        }
        let log = entry
            .clock
            .as_ref()
            .and_then(|id| setting.playbook.retention.iter().find(|log| log.id == *id));
        let days = match log {
            Some(log) => Some(clock::days(log, setting.answers, setting.playbook).0),
            None => entry.days,
        };
        let ends = entry
            .clock
            .as_ref()
            .and_then(|id| clocks.iter().find(|(_, clock)| clock.id == *id))
            .and_then(|(_, clock)| clock.ends);
        let vanishes = ends.or_else(|| days.map(|days| start.plus_seconds(days * span::DAY)));
        requests.push(Request {
            source: entry.source.clone(),
            vanishes,
            how: text::each(&entry.how, facts, &blanks).join(" "),
            title: entry.title.clone(),
            keeps_days: days,
            // Two days before the suspected start, because the entry is usually older than the notice.
            window: (start.plus_seconds(-2 * span::DAY), setting.call),
            filter: entry.filter.clone(),
            rights: entry.rights.clone(),
            file: entry.file.clone(),
            empty: entry.empty.clone(),
            arrives_as: entry.arrives_as.clone(),
            sources: clock::dated(&entry.basis, setting.call),
        });
    }
    requests.sort_by_key(|request| request.vanishes);
    requests
}
