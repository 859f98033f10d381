//! The first call: answers in; orders, warnings, clocks, what is lost and what to pull, out.
//!
//! Takes [`Answers`], a [`Playbook`] of data and the time of the call, and gives an [`Assessment`]. It
//! must never do I/O or read a clock, and it holds no knowledge of laws, banks or retention: that is
//! the data under `playbooks/`, which the caller may replace.

mod answers;
mod assess;
mod check;
mod clock;
mod cover;
mod entry;
mod facts;
mod journal;
mod lost;
mod parse;
mod place;
mod playbook;
mod question;
mod request;
mod schema;
mod sheet;
mod span;
mod text;
mod value;

pub use answers::{Answer, AnswerRefused, Answers};
pub use assess::{Assessment, NotYet, Order, URGENT_LIMIT, assess};
pub use clock::{Clock, ClockState};
pub use entry::{Choice, Sample, Who};
pub use journal::{LogContent, LogEntry};
pub use lost::Lost;
pub use parse::{AnswerError, FILE_LIMIT, parse_done_file};
pub use playbook::{PLAYBOOK_FILES, Playbook, PlaybookError};
pub use question::{Question, next_question};
pub use request::Request;
pub use sheet::{evidence_request, no_incident_page, recall_packet, sheet, to_html};
pub use span::{LocalTimeError, read_local_time};
pub use value::{Moment, Value};
