//! What has already been done against the attacker, read back from the logs, and whether it held.
//!
//! An act of the attacker himself (he resets passwords and deletes rules too) is none; an act on somebody whom
//! the case does not concern is daily work.

mod act;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{
    ActionKind, Attribution, EvidenceRef, Foothold, Log, Outcome, Record, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::Event;
pub use act::CONTAINING_OPERATIONS;
pub(crate) use act::{kind_of, target_of};

/// An access token that was given before a cut lives so long without continuous access evaluation
/// (`facts/auth.md` §2.4).
const TOKEN_LIFE_SECONDS: i64 = 90 * 60;

/// Refusals that show that a cut works: revoked or expired grants, a disabled account, a changed password, a
/// disabled device or application (`facts/schemas.md` §5).
const REFUSALS: &[&str] = &[
    "50057", "50132", "50133", "50135", "50173", "70043", "70008", "135011", "50155", "7000112",
    "7000215", "700016", "53003", "50126", "50053",
];

/// Whether an act held, as far as the evidence tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// The attacker was refused afterwards, and nothing of his succeeded later than old tokens live.
    Refused,
    /// Nothing of his is seen afterwards; that is silence, not proof.
    Quiet,
    /// He acted afterwards, but not longer than a token from before may live.
    OldToken,
    /// He acted afterwards, longer than any token from before lives.
    Broken,
}

impl Held {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Quiet => "quiet",
            Self::OldToken => "old-token",
            Self::Broken => "broken",
        }
    }
}

/// An act of containment that happened before the case or beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainmentRow {
    /// When.
    pub time: Timestamp,
    /// What, in the words of a `[[done]]` table.
    pub action: ActionKind,
    /// The operation as logged.
    pub operation: String,
    /// On whom or what: an account by UPN, else the object's name.
    pub target: String,
    /// The object's id as logged.
    pub target_id: String,
    /// Who did it, as logged; empty where the log does not say.
    pub by: String,
    /// To whom that act is attributed.
    pub attribution: String,
    /// Whether it held.
    pub held: Held,
    /// Successful acts of the attacker on that account afterwards.
    pub acts_after: u64,
    /// The last of them.
    pub last_act_after: Option<Timestamp>,
    /// Refusals of the attacker on that account afterwards.
    pub refusals_after: u64,
    /// The first of them.
    pub first_refusal: Option<Timestamp>,
    /// The records of the act.
    pub evidence: Vec<EvidenceRef>,
}

impl ContainmentRow {
    /// Whether the act ends access by itself, at least for tokens of some kind.
    pub const fn cuts_access(&self) -> bool {
        matches!(
            self.action,
            ActionKind::AccountDisabled
                | ActionKind::AccountDeleted
                | ActionKind::SessionsRevoked
                | ActionKind::PasswordReset
                | ActionKind::AppDisabled
                | ActionKind::AppRemoved
        )
    }
}

/// Whom and what the case concerns.
#[derive(Debug, Clone, Copy)]
pub struct Concern<'a> {
    /// Accounts that were entered or attacked, UPN in lower case.
    pub accounts: &'a BTreeSet<String>,
    /// What the attacker left behind.
    pub footholds: &'a [Foothold],
    /// His first act; what was done before it was not done against him.
    pub since: Timestamp,
}

/// The acts of containment, and what the attacker still did after each.
#[derive(Debug, Clone, Default)]
pub struct Containment {
    rows: BTreeMap<(ActionKind, String), Vec<ContainmentRow>>,
}

impl Containment {
    /// Takes in an event; only those with [`CONTAINING_OPERATIONS`] can be one. They may come in any order.
    pub fn see(&mut self, event: &Event, concern: Concern<'_>) {
        let Some(row) = row(event, concern) else {
            return;
        };
        self.rows
            .entry((row.action, row.target.clone()))
            .or_default()
            .push(row);
    }

    /// The acts, by time; those of which several records tell once.
    pub fn rows(self) -> Vec<ContainmentRow> {
        let mut rows: Vec<ContainmentRow> = Vec::new();
        for mut same in self.rows.into_values() {
            same.sort_by(|a, b| (a.time, &a.evidence).cmp(&(b.time, &b.evidence)));
            let mut joined: Vec<ContainmentRow> = Vec::new();
            for row in same {
                match joined.iter_mut().find(|held| is_same_act(held, &row)) {
                    Some(held) => join(held, row),
                    None => joined.push(row),
                }
            }
            rows.extend(joined);
        }
        for row in &mut rows {
            row.evidence.sort();
            row.evidence.dedup();
        }
        rows.sort_by(|a, b| {
            (a.time, a.action, &a.target, &a.operation).cmp(&(
                b.time,
                b.action,
                &b.target,
                &b.operation,
            ))
        });
        rows
    }
}

impl ContainmentRow {
    /// Judges the act by one event of the attacker's; all of them, in any order, tell whether it held.
    pub fn judge(&mut self, event: &Event) {
        let record = &event.record;
        let on_it = event.account() == Some(self.target.as_str())
            || record.owner.as_deref() == Some(self.target.as_str())
            || (!self.target_id.is_empty()
                && (record.app_id.as_deref() == Some(self.target_id.as_str())
                    || record.actor.id.as_deref() == Some(self.target_id.as_str())));
        if !on_it || record.event_time <= self.time || is_told_afterwards(record.log) {
            return;
        }
        let code = record.result_code.as_deref().unwrap_or_default();
        match record.result {
            Outcome::Failure if REFUSALS.contains(&code) => {
                self.refusals_after += 1;
                self.first_refusal = Some(
                    self.first_refusal
                        .map_or(record.event_time, |first| first.min(record.event_time)),
                );
            }
            Outcome::Success | Outcome::Unknown => {
                self.acts_after += 1;
                self.last_act_after = self.last_act_after.max(Some(record.event_time));
            }
            Outcome::Failure | Outcome::Interrupted => {}
        }
        self.held = match self.last_act_after {
            Some(last) if last.seconds_since(self.time) > TOKEN_LIFE_SECONDS => Held::Broken,
            Some(_) if self.refusals_after == 0 => Held::OldToken,
            Some(_) | None if self.refusals_after > 0 => Held::Refused,
            _ => Held::Quiet,
        };
    }
}

fn row(event: &Event, concern: Concern<'_>) -> Option<ContainmentRow> {
    let record = &event.record;
    if event.attribution() == Attribution::Attacker {
        return None;
    }
    let Against {
        action,
        target,
        target_id,
    } = against(record, concern)?;
    Some(ContainmentRow {
        time: record.event_time,
        action,
        operation: record.operation.clone(),
        target,
        target_id,
        by: record
            .actor
            .upn
            .clone()
            .or_else(|| record.actor.name.clone())
            .or_else(|| record.app_name.clone())
            .or_else(|| record.actor.id.clone())
            .unwrap_or_default(),
        attribution: event.attribution().name().to_owned(),
        held: Held::Quiet,
        acts_after: 0,
        last_act_after: None,
        refusals_after: 0,
        first_refusal: None,
        evidence: vec![event.evidence.clone()],
    })
}

/// What a record does against the attacker, whoever did it.
pub(crate) struct Against {
    pub(crate) action: ActionKind,
    pub(crate) target: String,
    target_id: String,
}

impl Against {
    /// Whether it is about the tenant as a whole, and not about one account or thing.
    pub(crate) const fn is_tenant_wide(&self) -> bool {
        matches!(
            self.action,
            ActionKind::CaChanged | ActionKind::SecurityDefaults | ActionKind::AuditEnabled
        )
    }
}

/// Whether a record acts on what the case concerns, in the sense of containment.
pub(crate) fn against(record: &Record, concern: Concern<'_>) -> Option<Against> {
    if record.event_time < concern.since || record.result == Outcome::Failure {
        return None;
    }
    let done = Against {
        action: kind_of(record)?,
        target: target_of(record),
        target_id: record.target.id.clone().unwrap_or_default(),
    };
    // People are taken out of groups and mailboxes every day: only what was the attacker's counts there.
    let of_account = !matches!(
        done.action,
        ActionKind::FootholdRemoved | ActionKind::DelegateRemoved
    ) && (concern.accounts.contains(&done.target)
        || record
            .owner
            .as_ref()
            .is_some_and(|owner| concern.accounts.contains(owner)));
    let touched = of_account
        || concern
            .footholds
            .iter()
            .any(|foothold| is_of(foothold, &done.target, &done.target_id));
    (done.is_tenant_wide() || touched).then_some(done)
}

fn is_of(foothold: &Foothold, target: &str, target_id: &str) -> bool {
    let last = |text: &str| {
        text.rsplit(['\\', '/'])
            .next()
            .unwrap_or(text)
            .to_lowercase()
    };
    (!target.is_empty() && last(&foothold.target) == last(target))
        || (!target_id.is_empty() && foothold.object_id.eq_ignore_ascii_case(target_id))
}

/// Several records tell of one act: of two logs, of two services, or of two properties that it changed.
const fn is_same_act(a: &ContainmentRow, b: &ContainmentRow) -> bool {
    const APART_SECONDS: i64 = 60;
    b.time.seconds_since(a.time).abs() <= APART_SECONDS
}

/// The account by which Microsoft's reset service writes what a person asked for.
const RESET_SERVICE: &str = "fim_password_service@";

fn join(held: &mut ContainmentRow, other: ContainmentRow) {
    // The operation that names the act says more than the update that it causes.
    let plain = |operation: &str| operation.starts_with("Update ");
    if plain(&held.operation) && !plain(&other.operation) {
        held.operation = other.operation;
    }
    if held.by.is_empty() || (held.by.starts_with(RESET_SERVICE) && !other.by.is_empty()) {
        held.by = other.by;
        held.attribution = other.attribution;
    }
    held.time = held.time.min(other.time);
    held.evidence.extend(other.evidence);
}

/// Logs whose records are no acts: mail on its way, alerts, detections.
const fn is_told_afterwards(log: Log) -> bool {
    matches!(
        log,
        Log::MessageTrace | Log::EmailHunting | Log::Alert | Log::RiskDetection | Log::Mail
    )
}
