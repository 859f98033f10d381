//! The blank form of an action, and the words that many actions share.

use hourzero_model::{ActionKind, Channel};

use crate::plan::{Act, Action, AsDone, Object, Stage, action_id};

/// An action of which nothing but its place, object and sentence is said.
pub(super) fn draft(stage: Stage, act: Act, object: Object, what: String) -> Action {
    Action {
        id: action_id(stage, act, &object),
        stage,
        order: 0,
        act,
        object,
        what,
        why: String::new(),
        portal: String::new(),
        graph: String::new(),
        powershell: String::new(),
        export_first: String::new(),
        evidence_destroyed: String::new(),
        who_is_cut_off: "nobody".to_owned(),
        undo: "nothing to undo".to_owned(),
        how_to_verify: String::new(),
        decision: String::new(),
        already: String::new(),
        findings: Vec::new(),
        footholds: Vec::new(),
        settles: 0,
        as_done: None,
    }
}

/// An object by kind and name.
pub(super) fn object(kind: &str, name: &str, id: &str) -> Object {
    Object {
        kind: kind.to_owned(),
        name: name.to_owned(),
        id: id.to_owned(),
        account: String::new(),
    }
}

/// A `[[done]]` table.
pub(super) fn done(action: ActionKind, target: &str) -> Option<AsDone> {
    Some(AsDone {
        action,
        channel: None,
        target: (!target.is_empty()).then(|| target.to_owned()),
    })
}

/// A reset in a `[[done]]` table.
pub(super) fn reset(channel: Channel, target: &str) -> Option<AsDone> {
    Some(AsDone {
        action: ActionKind::PasswordReset,
        channel: Some(channel),
        target: Some(target.to_owned()),
    })
}
