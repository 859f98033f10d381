//! Whether the attacker is still active, and how long he was there (`answers.active` of `scope.json`).
//!
//! Silence proves nothing by itself: it counts only as far as the logs that would show him reach.

use std::collections::BTreeMap;

use hourzero_model::{EvidenceRef, Foothold, FootholdState, Log, Outcome, Reason, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Event;
use crate::contained::ContainmentRow;

/// So close to the end of the evidence an act still counts as going on: people sleep, and so do attackers.
const GOING_ON_SECONDS: i64 = 24 * 3_600;

/// The answer to "are they still in".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActiveVerdict {
    /// He acted in the last day that the evidence covers, and nothing has cut him off since.
    Yes,
    /// The logs that would show him go on, and he does not.
    NoEvidenceSince,
    /// The logs that would show him end before that could be said.
    Unknown,
}

impl ActiveVerdict {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::NoEvidenceSince => "no-evidence-since",
            Self::Unknown => "unknown",
        }
    }
}

/// From when to when a log has records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSpan {
    /// The log.
    pub log: Log,
    /// Its first record.
    pub first: Timestamp,
    /// Its last record.
    pub last: Timestamp,
}

/// Whether the attacker is still active.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    /// The verdict.
    pub verdict: ActiveVerdict,
    /// His last successful act.
    pub last_event: Option<Timestamp>,
    /// Up to when the logs that would show him reach; nothing where one of them is absent.
    pub horizon: Option<Timestamp>,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Each account in the order of his first act in it.
    pub accounts: Vec<AccountActivity>,
}

/// The attacker's time in one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountActivity {
    /// UPN in lower case.
    pub account: String,
    /// His first successful act.
    pub first: Timestamp,
    /// His last successful act.
    pub last: Timestamp,
    /// From the first to the last, in seconds.
    pub dwell_seconds: i64,
    /// Acts that succeeded.
    pub events: u64,
    /// Acts that were refused, sign-ins above all.
    pub refused: u64,
}

/// The attacker's acts, taken in one by one in any order.
#[derive(Debug, Clone, Default)]
pub struct Acts {
    rows: BTreeMap<String, AccountActivity>,
    refused: BTreeMap<String, u64>,
    last: Option<Event>,
}

impl Acts {
    /// Takes in one event of the attacker's.
    pub fn see(&mut self, event: &Event) {
        if counts(event) && self.last.as_ref().is_none_or(|last| is_later(event, last)) {
            self.last = Some(event.clone());
        }
        let Some(account) = event.account() else {
            return;
        };
        if !counts(event) {
            *self.refused.entry(account.to_owned()).or_default() += 1;
            return;
        }
        let time = event.record.event_time;
        let row = self
            .rows
            .entry(account.to_owned())
            .or_insert_with(|| AccountActivity {
                account: account.to_owned(),
                first: time,
                last: time,
                dwell_seconds: 0,
                events: 0,
                refused: 0,
            });
        row.first = row.first.min(time);
        row.last = row.last.max(time);
        row.events += 1;
    }

    /// His time in each account, by its beginning: successful acts and refusals. Refusals alone make no row,
    /// because an account that was only attacked was not his.
    pub fn accounts(&self) -> Vec<AccountActivity> {
        let mut rows: Vec<AccountActivity> = self
            .rows
            .values()
            .cloned()
            .map(|mut row| {
                row.dwell_seconds = row.last.seconds_since(row.first);
                row.refused = self.refused.get(&row.account).copied().unwrap_or(0);
                row
            })
            .collect();
        rows.sort_by(|a, b| (a.first, &a.account).cmp(&(b.first, &b.account)));
        rows
    }

    /// His first successful act, where there is one.
    pub fn first(&self) -> Option<Timestamp> {
        self.rows.values().map(|row| row.first).min()
    }
}

impl<'a> FromIterator<&'a Event> for Acts {
    fn from_iter<Events: IntoIterator<Item = &'a Event>>(events: Events) -> Self {
        let mut acts = Self::default();
        events.into_iter().for_each(|event| acts.see(event));
        acts
    }
}

fn is_later(event: &Event, than: &Event) -> bool {
    (event.record.event_time, &event.evidence) > (than.record.event_time, &than.evidence)
}

/// Whether the attacker is still active. `acts` are his; `spans` say how far each log reaches; `done` is what
/// has been done about it.
pub fn activity(
    acts: &Acts,
    spans: &[LogSpan],
    footholds: &[Foothold],
    done: &[ContainmentRow],
) -> Activity {
    let last = acts.last.as_ref();
    let last_event = last.map(|event| event.record.event_time);
    let horizon = horizon(spans);
    let mut reasons = Vec::new();
    if let Some(event) = last {
        reasons.push(Reason {
            text: format!(
                "The last successful act of the attacker is of {}: {}",
                event.record.event_time,
                crate::sentence(&event.record)
            ),
            evidence: vec![event.evidence.clone()],
        });
    }
    let verdict = verdict(last, horizon, done, &mut reasons);
    reasons.extend(standing(footholds));
    Activity {
        verdict,
        last_event,
        horizon,
        reasons,
        accounts: acts.accounts(),
    }
}

fn verdict(
    last: Option<&Event>,
    horizon: Option<Timestamp>,
    done: &[ContainmentRow],
    reasons: &mut Vec<Reason>,
) -> ActiveVerdict {
    let mut say =
        |text: String, evidence: Vec<EvidenceRef>| reasons.push(Reason { text, evidence });
    let Some(horizon) = horizon else {
        say(
            "The sign-in log or the unified audit log is not in the evidence: silence would prove nothing."
                .to_owned(),
            Vec::new(),
        );
        return ActiveVerdict::Unknown;
    };
    let Some(last) = last else {
        say(
            format!("No act of an attacker is in the evidence up to {horizon}."),
            Vec::new(),
        );
        return ActiveVerdict::NoEvidenceSince;
    };
    let time = last.record.event_time;
    let cut = last
        .account()
        .and_then(|account| cut_after(account, time, done));
    if let Some(cut) = cut {
        say(
            format!("{} was cut off after that: {}.", cut.target, cut.operation),
            cut.evidence.clone(),
        );
    }
    if horizon <= time && cut.is_none() {
        say(
            format!("The logs that would show him end at {horizon}, with his last act."),
            Vec::new(),
        );
        // He acted until the very end: that is no silence.
        return ActiveVerdict::Yes;
    }
    if cut.is_none() && horizon.seconds_since(time) < GOING_ON_SECONDS {
        say(
            format!("The logs end at {horizon}, less than a day after his last act."),
            Vec::new(),
        );
        return ActiveVerdict::Yes;
    }
    if horizon <= time {
        say(
            format!(
                "The logs that would show him end at {horizon}, before the cut could be seen to hold."
            ),
            Vec::new(),
        );
        return ActiveVerdict::Unknown;
    }
    say(
        format!("The logs that would show him go on to {horizon}."),
        Vec::new(),
    );
    ActiveVerdict::NoEvidenceSince
}

/// Success, or an act of which the log does not say how it ended and which is no sign-in.
fn counts(event: &Event) -> bool {
    let record = &event.record;
    match record.result {
        Outcome::Success => !matches!(record.log, Log::Alert | Log::RiskDetection),
        Outcome::Unknown => !matches!(
            record.log,
            Log::SignIn | Log::Alert | Log::RiskDetection | Log::Mail
        ),
        Outcome::Failure | Outcome::Interrupted => false,
    }
}

/// Sign-ins show who comes back, the unified audit log what is done with a token that is still alive. The
/// earlier of the two ends is how far silence counts.
fn horizon(spans: &[LogSpan]) -> Option<Timestamp> {
    let end = |log: Log| {
        spans
            .iter()
            .filter(|span| span.log == log)
            .map(|span| span.last)
            .max()
    };
    Some(end(Log::SignIn)?.min(end(Log::UnifiedAudit)?))
}

fn cut_after<'a>(
    account: &str,
    time: Timestamp,
    done: &'a [ContainmentRow],
) -> Option<&'a ContainmentRow> {
    done.iter()
        .filter(|row| row.cuts_access() && row.target == account && row.time >= time)
        .min_by_key(|row| row.time)
}

/// What stands brings him back, or brings mail out, without any act of his.
fn standing(footholds: &[Foothold]) -> Option<Reason> {
    let standing: Vec<&Foothold> = footholds
        .iter()
        .filter(|foothold| foothold.state == FootholdState::Present)
        .collect();
    let first = standing.first()?;
    Some(Reason {
        text: format!(
            "{} of his ways back in still stand, the first of them {} of {}.",
            standing.len(),
            first.kind,
            if first.account.is_empty() {
                "the tenant"
            } else {
                &first.account
            }
        ),
        evidence: Vec::new(),
    })
}
