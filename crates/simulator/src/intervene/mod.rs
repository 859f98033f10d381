//! What responders and the client's IT do while the scenario is played: `[[done]]` tables, each with its
//! traces, its delay and its effect.

mod effect;
mod remove;
mod responders;
mod target;
mod trace;

pub use target::{Intervention, InterventionError, Target, parse};

pub(crate) use responders::Responders;
