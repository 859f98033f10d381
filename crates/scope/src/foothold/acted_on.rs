//! From one account to another by what the attacker did with the first: he made the other, gave it a new password, a role or
//! a method, or let somebody into its mailbox.

use hourzero_model::{EvidenceRef, Outcome};

use super::things;
use crate::Event;
use crate::attribution::{Link, account_of, reset_by_another};
use crate::lookalike::finding_id;

/// Kinds of footholds that are somebody's, and the kind of link to him.
const KINDS: &[(&str, &str)] = &[
    ("account", "created-account"),
    ("authentication-method", "method-registered"),
    ("delegate", "delegation"),
    ("group", "group-membership"),
    ("role", "role-granted"),
];

/// On which other accounts an act was done, lower-case, each with the kind of link that it makes; sorted.
pub fn acted_on(event: &Event) -> Vec<(String, &'static str)> {
    let record = &event.record;
    if record.result == Outcome::Failure {
        return Vec::new();
    }
    let by = account_of(record);
    let made = things(event).filter_map(|(thing, _)| {
        let (_, kind) = KINDS.iter().find(|(known, _)| *known == thing.kind)?;
        Some((thing.account.to_lowercase(), *kind))
    });
    let reset = reset_by_another(record).map(|account| (account, "password-reset"));
    let mut on: Vec<(String, &'static str)> = reset
        .into_iter()
        .chain(made)
        .filter(|(account, _)| account.contains('@') && *account != by)
        .collect();
    on.sort_unstable();
    on.dedup();
    on
}

/// The link that acts of one account on another make, with some of their records. A word on it changes no verdict by
/// itself.
pub fn acted_on_link((from, to): (&str, &str), kind: &str, evidence: Vec<EvidenceRef>) -> Link {
    Link {
        id: finding_id(&["link", from, to, kind]),
        from: from.to_owned(),
        to: to.to_owned(),
        kind: kind.to_owned(),
        evidence,
        decision: None,
    }
}
