//! From the bytes of an artefact to events, states and rejects.
//!
//! Takes a stream of bytes, recognises the export form by content, and gives every record to a
//! [`Sink`]: as an event, as a state, or as a reject with its reason. `records = events + states +
//! rejects`, always. It must never touch disk, network or tenant, and never drop a record silently.

mod dialect;
mod frame;
mod time;

use hourzero_model::{ArtefactId, Form, Record, Reject, State};

/// What is read: its hash, and its name only as a hint where the content cannot tell (interactive
/// against non-interactive portal exports).
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The artefact's hash.
    pub artefact: ArtefactId,
    /// The file name below the path given.
    pub name: &'a str,
}

/// Takes what is read, in the order of the artefact.
pub trait Sink {
    /// An event's record.
    fn record(&mut self, record: Record);
    /// A configuration object.
    fn state(&mut self, state: State);
    /// A record whose body cannot be read.
    fn reject(&mut self, reject: Reject);
}

/// What was in an artefact. `records = events + states + rejects`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// The form, `None` for a file of no known form.
    pub form: Option<Form>,
    /// Why no form was recognised and what to do, as a sentence.
    pub unknown: Option<String>,
    /// Records found.
    pub records: u64,
    /// Those given to [`Sink::record`].
    pub events: u64,
    /// Those given to [`Sink::state`].
    pub states: u64,
    /// Those given to [`Sink::reject`].
    pub rejects: u64,
}
