//! A simulated Microsoft 365 tenant: its people, its logs, its attackers, and the truth about them.
//!
//! Takes a seed and gives logs that look like the real ones, with the truth beside them, so that scope,
//! attribution, exposure and eviction can be judged and rehearsed. The world is drawn first
//! ([`world`]); then its days are lived ([`life`], [`service`], [`attacker`]) as happenings
//! ([`happening`]) that change the [`state`]; every happening leaves its records in the logs ([`logs`]),
//! which are handed out in the forms of real exports ([`forms`]). It must never share code with the
//! analysis beyond `model`: a detector that was judged by its own assumptions would always be right.

pub mod attacker;
pub mod calendar;
mod consequence;
pub mod engine;
mod first_call;
pub mod forms;
pub mod happening;
pub mod id;
pub mod intervene;
mod json;
pub mod judge;
pub mod law;
pub mod life;
pub mod logs;
pub mod outcome;
pub mod random;
pub mod service;
mod simulate;
pub mod state;
pub mod statistics;
pub mod truth;
pub mod world;

pub use attacker::Scenario;
pub use first_call::first_call;
pub use simulate::{Exported, Request, SimulateError, Size, Target};

/// The scenario that is played when nobody asks for another.
pub const DEFAULT_SCENARIO: &str = "aitm-invoice-fraud";

/// Every built-in scenario, by name.
///
/// # Errors
/// When a file in `scenarios/` is none.
pub fn scenarios() -> Result<Vec<Scenario>, SimulateError> {
    Scenario::names()
        .iter()
        .map(|name| Scenario::named(name).map_err(SimulateError::from))
        .collect()
}
