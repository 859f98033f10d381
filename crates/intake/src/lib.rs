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
mod html;
mod interview;
mod log;
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
mod written;

pub use answers::{Answer, AnswerRefused, AnswerSet, Answers, Origin};
pub use assess::{Assessment, NotYet, Order, URGENT_LIMIT, assess};
pub use clock::{Clock, ClockState, retention_days};
pub use entry::{Also, Choice, Sample, Who};
pub use html::{Layout, to_html};
pub use interview::{Heard, Interview, Speaker, read_act, read_answer};
pub use log::{LogContent, LogEntry, LogRefused, Totals, totals};
pub use lost::Lost;
pub use parse::{AnswerError, FILE_LIMIT, parse_acts_file, parse_done_file};
pub use playbook::{PLAYBOOK_FILES, Playbook, PlaybookError};
pub use question::{Question, next_question};
pub use request::Request;
pub use sheet::{Arrival, NoIncident, evidence_request, no_incident_page, recall_packet, sheet};
pub use span::{LocalTimeError, read_local_time, read_spoken_time};
pub use value::{Moment, Value};
