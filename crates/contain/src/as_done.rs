//! A plan as `[[done]]` tables (`contract.md`, `contain plan --as-done`): one action after the other in time.
//!
//! Gives what `simulate --intervene` and `intake` read. It must never change the worksheet's order.

use hourzero_model::{ActionTime, ResponderAction, Timestamp};
use serde::{Deserialize, Serialize};

use crate::plan::{Plan, Stage};

/// A file of `[[done]]` tables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tables {
    /// The tables.
    pub done: Vec<ResponderAction>,
}

impl Tables {
    /// As TOML; empty where there are none.
    pub fn text(&self) -> String {
        // Words, times and texts can always be written.
        toml::to_string(self).unwrap_or_default()
    }
}

/// Seconds that people need before a stage begins: the export of an account, the gate before it.
const fn pause(stage: Stage) -> i64 {
    match stage {
        Stage::Prepare | Stage::Preserve | Stage::Tenant | Stage::Cut | Stage::Block => 0,
        Stage::Persistence | Stage::Collaboration | Stage::Passwords => 300,
        Stage::GiveBack => 1_800,
        Stage::Verify | Stage::CleanUp => 600,
    }
}

/// The plan's actions that a `[[done]]` table can say, in the worksheet's order, from a time on.
pub fn as_done(plan: &Plan, from: Timestamp) -> String {
    let mut at = from.in_whole_seconds();
    let mut stage = Stage::Prepare;
    let mut tables = Tables::default();
    for action in plan.actions() {
        if action.stage != stage {
            stage = action.stage;
            at = at.plus_seconds(pause(stage));
        }
        if let Some(table) = &action.as_done {
            tables.done.push(ResponderAction {
                action: table.action,
                channel: table.channel,
                target: table.target.clone(),
                at: Some(time(at)),
                by: Some("worksheet".to_owned()),
            });
        }
        at = at.plus_seconds(i64::from(action.settles));
    }
    tables.text()
}

pub(crate) fn time(at: Timestamp) -> ActionTime {
    ActionTime::At {
        utc: at,
        original: at.to_string(),
    }
}
