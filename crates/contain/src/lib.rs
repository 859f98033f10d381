//! From what scope says of a tenant to an ordered plan: what to cut, in which order, with what first.
//!
//! Takes a [`Situation`], gives a [`Plan`] and the texts of its worksheet. Pure: it must never touch a
//! tenant, a disk or a clock, and never know a form of evidence. What the plan forbids cannot be planned:
//! a reset without a revocation, a deletion before an export, the last way back in, the victim's own
//! machine, a synchronisation account disabled blindly.

mod as_done;
mod call;
pub mod peers;
mod plan;
mod planner;
mod sheet;
mod situation;

pub use as_done::{Tables, as_done};
pub use plan::{Act, Action, AsDone, HeldBack, Object, Plan, Stage};
pub use planner::plan;
pub use sheet::{COLUMNS, Row, markdown, rows};
pub use situation::{
    Account, AccountKind, Active, Address, Administrator, AppOwner, Device, Done, HostileApp,
    Origin, Situation,
};
