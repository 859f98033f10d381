//! The vocabulary of Hour Zero: one meaning a word, shared by every stage.
//!
//! Takes nothing and gives types. It must never do I/O, read a clock, be async, or name Arrow or a
//! file format: everything else depends on it, so whatever it knew, everything would know.

mod column;
mod finding;
mod id;
mod network;
mod record;
mod responder;
mod scope;
mod state;
mod time;

pub use column::{Column, ColumnKind};
pub use finding::{
    Attribution, Confidence, EVIDENCE_LIMIT, EvidenceRef, Finding, Severity, UnknownWord,
};
pub use id::{ArtefactId, HappeningKey, ParseIdError};
pub use network::{Address, canonical_ip};
pub use record::{
    Actor, ActorKind, Change, Fact, FactText, Form, Log, Outcome, Provenance, RawRecords, Record,
    Reject, Target,
};
pub use responder::{ActionKind, ActionTime, Channel, ParseActionTimeError, ResponderAction};
pub use scope::{
    AccountVerdict, EntryHypothesis, EntryId, Foothold, FootholdState, Reason, Verdict,
};
pub use state::State;
pub use time::{Clock, ParseTimeError, Timestamp};
