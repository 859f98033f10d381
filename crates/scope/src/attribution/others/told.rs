//! Acts in the logs that people told as their own.

use hourzero_model::{
    ActionKind, ActionTime, Attribution as Who, Confidence, Outcome, Record, ResponderAction,
    Timestamp,
};

use super::label;
use crate::Label;
use crate::contained::{kind_of, target_of};

/// An act lies so near the time that was told when somebody read it off a screen or a ticket.
const NEAR_SECONDS: i64 = 15 * 60;
/// People who tell a time from memory are so far off.
const ABOUT_SECONDS: i64 = 90 * 60;

/// The label of an act that somebody told. One without a time can only be the act after the attacker's first, at
/// `since`.
pub(super) fn told(
    acts: &[ResponderAction],
    record: &Record,
    since: Option<Timestamp>,
) -> Option<Label> {
    if acts.is_empty() || record.result == Outcome::Failure {
        return None;
    }
    let kind = kind_of(record)?;
    let best = acts
        .iter()
        .filter(|act| is_part_of(kind, act.action))
        .filter_map(|act| Some((fits(act, record, since)?, act)))
        .max_by_key(|(confidence, _)| *confidence)?;
    let (confidence, act) = best;
    let mut reason = format!("told as done: {}", act.action);
    for (word, told) in [
        (" of ", act.target.as_deref()),
        (" at ", act.at.as_ref().map(ActionTime::original)),
        (" by ", act.by.as_deref()),
    ] {
        if let Some(told) = told {
            reason += word;
            reason += told;
        }
    }
    Some(label(Who::Responder, confidence, &reason))
}

/// Whether an act in the logs is what was told, or comes with it: a reset and a block revoke sessions too.
fn is_part_of(logged: ActionKind, told: ActionKind) -> bool {
    let cuts = [
        ActionKind::PasswordReset,
        ActionKind::AccountDisabled,
        ActionKind::AccountDeleted,
    ];
    logged == told || (logged == ActionKind::SessionsRevoked && cuts.contains(&told))
}

fn fits(act: &ResponderAction, record: &Record, since: Option<Timestamp>) -> Option<Confidence> {
    let away = act
        .time()
        .map(|time| record.event_time.seconds_since(time).abs());
    match (act.target.as_deref(), away) {
        (Some(target), Some(away)) if is_named(target, record) => match away {
            0..=NEAR_SECONDS => Some(Confidence::Confirmed),
            _ if away <= ABOUT_SECONDS => Some(Confidence::Likely),
            _ => None,
        },
        (Some(target), None) if is_named(target, record) => since
            .is_some_and(|since| record.event_time >= since)
            .then_some(Confidence::Likely),
        (None, Some(away)) if away <= NEAR_SECONDS => Some(Confidence::Likely),
        _ => None,
    }
}

/// Whether the text that somebody wrote names what a record acted on: its name or id, its address within a sentence,
/// or the part before the `@`.
fn is_named(text: &str, record: &Record) -> bool {
    let text = text.trim().to_lowercase();
    let names = [
        Some(target_of(record)),
        record.target.id.as_deref().map(str::to_lowercase),
        record.target.name.as_deref().map(str::to_lowercase),
        record.owner.clone(),
    ];
    let mut words = text.split(|sign: char| sign.is_whitespace() || ",;()'\"".contains(sign));
    names
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
        .any(|name| {
            let short = name.split_once('@').map(|(local, _)| local);
            text == name || Some(text.as_str()) == short || words.clone().any(|word| word == name)
        })
        || words.any(|word| Some(word) == record.target.id.as_deref())
}
