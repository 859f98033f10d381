//! From findings and the events behind them to what people work with: the timeline, the footholds,
//! the indicators, who was written to and what was reached.
//!
//! It takes findings and records and gives rows. It must never do I/O, read a clock, or see single
//! records in bulk: the case streams it the few that matter. Where nothing tells whose an event is, it says
//! `unknown`; a guess is no answer.

mod account;
mod activity;
pub mod attribution;
mod contained;
mod coverage;
mod entry;
mod event;
mod exposure;
mod foothold;
mod indicator;
mod lookalike;
mod recipient;
mod sentence;
mod step;
mod timeline;
mod unusual;
mod verdict;

pub use account::{AccountRow, accounts};
pub use activity::{AccountActivity, ActiveVerdict, Activity, Acts, LogSpan, activity};
pub use contained::{CONTAINING_OPERATIONS, Concern, Containment, ContainmentRow, Held};
pub use coverage::{
    Coverage, CoverageInput, CoverageRange, DayCount, DayState, Heard, Hole, Horizon, HourCount,
    LogTerms, ProvenEmpty, Pull, coverage,
};
pub use entry::{EntryInput, entry};
pub use event::{Event, Label};
pub use exposure::{
    Accessed, AccessedRow, EXPOSING_OPERATIONS, ExposureProof, ExposureRow, IdBatches, exposure,
    exposures, id_batches,
};
pub use foothold::{
    REMOVING_OPERATIONS, acted_on, acted_on_link, footholds, key_used, may_be_foothold, read_states,
};
pub use indicator::{Devices, Indicator, Reach, Suspicion, Traits, indicators, suspicion};
pub use lookalike::{
    Correspondent, LOOK_ALIKE_RULE, Likeness, LookAlike, LookAlikeRow, Traffic, Window,
    is_about_money, is_of, is_suspect, look_alike_finding, look_alike_row, look_alikes,
    money_threads,
};
pub use recipient::{
    Carried, MailPaths, RecipientRow, SENDING_OPERATIONS, canonical_message_id, is_drop,
    message_id_forms, recipient_rows, recipients,
};
pub use sentence::sentence;
pub use step::{Step, StepInput, money_thread, next_steps};
pub use timeline::{TimelineRow, is_mail_within, timeline_row};
pub use unusual::{RuleSeen, UnusualInput, unusual};
pub use verdict::{Attempts, NamedInput, named_verdicts};
