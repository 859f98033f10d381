//! From findings and the events behind them to what people work with: the timeline, the footholds,
//! the indicators, who was written to and what was reached.
//!
//! It takes findings and records and gives rows. It must never do I/O, read a clock, or see single
//! records in bulk: the case streams it the few that matter. Until attribution exists, it says
//! `service` or `unknown` and nothing more; a guess is no answer.

mod account;
mod event;
mod exposure;
mod foothold;
mod indicator;
mod lookalike;
mod recipient;
mod sentence;
mod timeline;

pub use account::{AccountRow, accounts};
pub use event::{Event, Label};
pub use exposure::{EXPOSING_OPERATIONS, ExposureProof, ExposureRow, exposure};
pub use foothold::{REMOVING_OPERATIONS, footholds, read_states};
pub use indicator::{Indicator, Reach, Suspicion, indicators, suspicion};
pub use lookalike::{
    Correspondent, LOOK_ALIKE_RULE, Likeness, LookAlike, LookAlikeRow, Traffic, Window,
    is_about_money, is_of, is_suspect, look_alike_finding, look_alike_row, look_alikes,
    money_threads,
};
pub use recipient::{RecipientRow, SENDING_OPERATIONS, recipients};
pub use sentence::sentence;
pub use timeline::{TimelineRow, timeline_row};
