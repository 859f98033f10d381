//! The first call: answers in; orders, warnings, clocks, what is lost and what to pull, out.
//!
//! Takes [`Answers`], a [`Playbook`] of data and the time of the call, and gives an [`Assessment`]. It
//! must never do I/O or read a clock, and it holds no knowledge of laws, banks or retention: that is
//! the data under `playbooks/`, which the caller may replace.

mod answers;
mod check;
mod cover;
mod parse;
mod place;
mod schema;
mod value;

pub use answers::{Answer, AnswerRefused, Answers};
pub use parse::{AnswerError, FILE_LIMIT, parse_done_file};
pub use value::{Moment, Value};
