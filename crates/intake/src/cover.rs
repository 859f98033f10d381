//! Whether an act was done to every account that is known to be concerned.
//!
//! Takes the answers and a kind of act. It must never take an act on one account for an act on all.

use hourzero_model::{ActionKind, ResponderAction};

use crate::answers::Answers;

/// Whether this kind of act was done, and to each account that the caller named.
pub(crate) fn all_known(answers: &Answers, kind: ActionKind) -> bool {
    let acts: Vec<&ResponderAction> = answers
        .done()
        .iter()
        .filter(|act| act.action == kind)
        .collect();
    if acts.is_empty() {
        return false;
    }
    let known = answers.list("accounts.known");
    known.is_empty() && acts.iter().any(|act| act.target.is_some())
        || acts.iter().any(|act| reaches_everybody(act))
        || !known.is_empty()
            && known
                .iter()
                .all(|account| acts.iter().any(|act| names(act, account)))
}

/// Whether the act was done to all: no target is named, or the target says so.
fn reaches_everybody(act: &ResponderAction) -> bool {
    match act.target.as_deref() {
        None => true,
        Some(target) => target
            .to_lowercase()
            .split(|sign: char| !sign.is_alphanumeric())
            .any(|word| matches!(word, "all" | "everyone" | "everybody" | "every" | "tenant")),
    }
}

/// Whether the free text of the act's target names this account.
fn names(act: &ResponderAction, account: &str) -> bool {
    act.target
        .as_deref()
        .is_some_and(|target| target.to_lowercase().contains(&account.to_lowercase()))
}
