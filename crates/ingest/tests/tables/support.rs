//! Reads bytes as an import does and prints what came out, short enough to read in a snapshot.

use std::fmt::Write as _;

use hourzero_ingest::{RawRecord, ReadAgain, Sink, Source, Summary, read, read_one};
use hourzero_model::{ArtefactId, Column, Provenance, Record, Reject, State};

/// All that an artefact gave.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) records: Vec<Record>,
    pub(crate) states: Vec<State>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) summary: Summary,
}

impl Sink for Read {
    fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    fn state(&mut self, state: State) {
        self.states.push(state);
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }
}

/// Reads an artefact of this name; fails when a record is lost.
pub(crate) fn import(name: &str, bytes: &[u8]) -> Read {
    let mut all = Read::default();
    let source = Source {
        artefact: ArtefactId::from_bytes([7; 32]),
        name,
    };
    let mut stream = bytes;
    let summary = read(&source, &mut stream, &mut all).expect("bytes in memory can be read");
    let counted = (
        all.records.len() as u64,
        all.states.len() as u64,
        all.rejects.len() as u64,
    );
    assert_eq!(
        counted,
        (summary.events, summary.states, summary.rejects),
        "{name}"
    );
    assert_eq!(
        summary.records,
        summary.events + summary.states + summary.rejects,
        "{name}: a record was lost"
    );
    all.summary = summary;
    again(name, bytes, &all);
    all
}

/// Reads every event and state again from its own bytes: the same must come out.
fn again(name: &str, bytes: &[u8], all: &Read) {
    let read = |form, place: Provenance| {
        let start = usize::try_from(place.offset).expect("an offset in memory");
        let length = usize::try_from(place.length).expect("a length in memory");
        read_one(&RawRecord {
            form,
            header: all.summary.header.as_deref(),
            name,
            place,
            bytes: &bytes[start..start + length],
        })
    };
    for record in &all.records {
        let one = read(record.form, record.provenance);
        assert_eq!(
            one,
            Ok(ReadAgain::Event(Box::new(record.clone()))),
            "{name}"
        );
    }
    for state in &all.states {
        let one = read(state.form, state.provenance);
        assert_eq!(one, Ok(ReadAgain::State(Box::new(state.clone()))), "{name}");
    }
}

/// A value in one line of at most eighty characters.
fn short(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.chars().count() <= 80 {
        return line;
    }
    line.chars().take(79).chain(['…']).collect()
}

/// A record, one line a filled column.
pub(crate) fn show_record(record: &Record) -> String {
    let mut text = String::new();
    for column in Column::ALL {
        if let Some(value) = column.of(record) {
            writeln!(text, "{}: {}", column.name(), short(&value)).expect("text grows");
        }
    }
    for (name, value) in &record.parameters {
        writeln!(text, "  {name} = {}", short(value)).expect("text grows");
    }
    for change in &record.changed {
        let old = short(change.old.as_deref().unwrap_or("–"));
        let new = short(change.new.as_deref().unwrap_or("–"));
        writeln!(text, "  {}: {old} -> {new}", change.name).expect("text grows");
    }
    text
}

/// A state without its place.
fn show_state(state: &State) -> String {
    let mut text = format!("state {} {}", state.kind, short(&state.id));
    let as_of = state.as_of.map(|time| time.to_string());
    for (label, value) in [
        ("name", &state.name),
        ("owner", &state.owner),
        ("as of", &as_of),
    ] {
        if let Some(value) = value {
            write!(text, " | {label} {}", short(value)).expect("text grows");
        }
    }
    let names: Vec<&str> = state.properties.keys().map(String::as_str).collect();
    write!(text, " | {}", names.join(" ")).expect("text grows");
    text.push('\n');
    text
}

/// All that an artefact gave.
pub(crate) fn show(all: &Read) -> String {
    let form = all.summary.form.map_or("no form", |form| form.0);
    let mut text = format!("[{form}]\n");
    for record in &all.records {
        text.push_str(&show_record(record));
        text.push('\n');
    }
    for state in &all.states {
        text.push_str(&show_state(state));
    }
    for reject in &all.rejects {
        writeln!(text, "reject: {}", reject.reason).expect("text grows");
    }
    text
}
