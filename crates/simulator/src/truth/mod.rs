//! What really happened: kept beside the logs, never among them.
//!
//! The truth is a file of JSON lines, each with its `kind`: one `tenant`, an `event` for every act that is
//! not ordinary life, a `record` for every record of the export with its real actor, a `file` for every
//! exported file, and one `outcome` at the end. An event that no `record` line names left nothing that the
//! evidence still holds.

mod ending;
mod gains;
mod read;
mod write;

pub use ending::outcome_json;
pub use gains::{Gains, file_url};
pub use read::{Event, ReadTruthError, Truth};
pub use write::TruthWriter;

use crate::happening::Actor;

/// How the truth names an actor: `owner`, `administrator`, `responder`, `partner`, `service`, `background`,
/// `attacker-1` …
pub fn actor_name(actor: Actor) -> String {
    match actor {
        Actor::Owner => "owner".to_owned(),
        Actor::Administrator => "administrator".to_owned(),
        Actor::Responder => "responder".to_owned(),
        Actor::Partner => "partner".to_owned(),
        Actor::Service => "service".to_owned(),
        Actor::Background => "background".to_owned(),
        Actor::Attacker(number) => format!("attacker-{}", number + 1),
    }
}
