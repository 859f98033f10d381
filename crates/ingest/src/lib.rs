//! From the bytes of an artefact to events, states and rejects.
//!
//! Takes a stream of bytes, recognises the export form by content, and gives every record to a
//! [`Sink`]: as an event, as a state, or as a reject with its reason. `records = events + states +
//! rejects`, always. It must never touch disk, network or tenant, and never drop a record silently.

mod csv;
mod dialect;
mod encoding;
mod frame;
mod inventory;
mod mail;
mod mapping;
mod read;
mod recognise;
mod time;

use std::collections::BTreeMap;
use std::io::{self, Read};

use hourzero_model::{ArtefactId, Form, Provenance, Record, Reject, State};

pub use mapping::{Fit, Mapping, MappingError};

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
    /// What was done to the artefact as a whole and should be known, as sentences without full stop:
    /// rows read as Windows-1252, a list without an end.
    pub notes: Vec<String>,
    /// What has to be kept to read one record alone (column names, encoding); opaque. `None` where a
    /// record's bytes say all.
    pub header: Option<String>,
    /// Key paths of the rows by form, lists as `[]` (`ModifiedProperties[].Name`), with the number of
    /// records that hold each. Paths are those of [`raw_value`], at most six keys deep; beyond 4,096 of
    /// them the rest is counted under `…`.
    pub inventory: BTreeMap<Form, BTreeMap<String, u64>>,
}

/// The stream broke. What was read before has been given to the sink and stands in the summary.
#[derive(Debug, thiserror::Error)]
#[error(
    "the reading broke after {received} bytes and {} whole records: {error}; import the file again",
    summary.records
)]
pub struct IngestError {
    /// What the reader said.
    #[source]
    pub error: io::Error,
    /// Bytes received before.
    pub received: u64,
    /// What was read before.
    pub summary: Box<Summary>,
}

impl IngestError {
    fn new(error: io::Error, received: u64, summary: Summary) -> Self {
        Self {
            error,
            received,
            summary: Box::new(summary),
        }
    }
}

/// Reads an artefact: recognises its form by content and gives every record to the sink.
///
/// Holds at most one record and a little more in memory; a record above 64 MiB is one reject. An
/// artefact of no known form gives nothing to the sink and says so in [`Summary::unknown`].
///
/// # Errors
/// Only when the reader fails.
pub fn read(
    source: &Source<'_>,
    bytes: &mut dyn Read,
    sink: &mut dyn Sink,
) -> Result<Summary, IngestError> {
    read::read(source, bytes, sink)
}

/// Reads an artefact of another product by its mapping: every row is an event of the log `other`, or a
/// reject when its time cannot be read. A file that the mapping does not describe (another container, no
/// such time) gives nothing to the sink and says so in [`Summary::unknown`].
///
/// # Errors
/// Only when the reader fails.
pub fn read_with(
    source: &Source<'_>,
    bytes: &mut dyn Read,
    mapping: &Mapping,
    sink: &mut dyn Sink,
) -> Result<Summary, IngestError> {
    mapping::read_with(source, bytes, mapping, sink)
}

/// How well a mapping describes an artefact, by its first rows; nothing is read beyond them.
///
/// # Errors
/// Only when the reader fails.
pub fn fit(bytes: &mut dyn Read, mapping: &Mapping) -> Result<Fit, IngestError> {
    mapping::fit(bytes, mapping)
}

/// Reads an artefact in the same way as before: by the mapping that stands in what was kept of it
/// ([`Summary::header`]), else as [`read`].
///
/// # Errors
/// Only when the reader fails.
pub fn read_again(
    source: &Source<'_>,
    header: Option<&str>,
    bytes: &mut dyn Read,
    sink: &mut dyn Sink,
) -> Result<Summary, IngestError> {
    match mapping::kept(header) {
        Some(mapping) => mapping::read_with(source, bytes, &mapping, sink),
        None => read::read(source, bytes, sink),
    }
}

/// One record's bytes as received, with all that is needed to read them alone.
#[derive(Debug, Clone, Copy)]
pub struct RawRecord<'a> {
    /// The record's own form.
    pub form: Form,
    /// [`Summary::header`] of its artefact.
    pub header: Option<&'a str>,
    /// The name that the artefact was read under.
    pub name: &'a str,
    /// Where the record stands.
    pub place: Provenance,
    /// The artefact's bytes from `place.offset`, `place.length` of them.
    pub bytes: &'a [u8],
}

/// What one record is.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadAgain {
    /// An event's record.
    Event(Box<Record>),
    /// A configuration object.
    State(Box<State>),
}

/// Reads one record again: the same event or state that [`read`] gave for it.
///
/// # Errors
/// The reject, when the record's body cannot be read.
pub fn read_one(record: &RawRecord<'_>) -> Result<ReadAgain, Reject> {
    read::again::read_one(record)
}

/// One record as JSON, for rules on what the columns do not hold: a CSV row is an object under its
/// headers (`AuditData` entered), wrappers of shippers are taken off, and JSON that stands as text
/// stays text.
///
/// # Errors
/// A sentence that says why the record cannot be read.
pub fn raw_value(record: &RawRecord<'_>) -> Result<serde_json::Value, String> {
    read::again::raw_value(record)
}

/// All values under a path of [`Summary::inventory`] in a row of [`raw_value`]; JSON that stands as
/// text is entered on the way.
pub fn values_at(row: &serde_json::Value, path: &str) -> Vec<serde_json::Value> {
    inventory::values_at(row, path)
}
