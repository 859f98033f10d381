//! The attacker: an agent with a goal, infrastructure and habits of his own, who reacts.
//!
//! He wakes, does one act with what the law of token death leaves him, and says when he wakes again. What
//! he can do is decided by the [`State`] alone: nothing here knows what responders are about to do.

mod agent;
mod apps;
mod design;
mod detection;
mod entry;
mod harm;
mod letters;
mod persist;
mod react;
mod scenario;
mod scene;
mod share_lure;
mod tools;
mod ways;

pub use apps::KnownApps;
pub use design::{Design, Play};
pub use scenario::{
    Entry, Goal, LicenceName, Lure, NetworkUse, Pace, Plan, PlanName, Reaction, Scenario,
    ScenarioError, TenantOverrides, Tool, Victim,
};

pub(crate) use agent::{Agent, has_way_in, standing};
pub(crate) use design::people;
pub(crate) use scene::{
    GENUINE, Letter, Queue, Scene, Told, Who, access, in_session, recipient, sign_in, step, write,
};
