//! Reads bytes through the crate's boundary and shows what came out as text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hourzero_ingest::{Sink, Source, Summary};
use hourzero_model::{ArtefactId, Column, Record, Reject, State};

/// What was read.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) summary: Summary,
    pub(crate) records: Vec<Record>,
    pub(crate) states: Vec<State>,
    pub(crate) rejects: Vec<Reject>,
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

impl Read {
    /// The name of the form that was recognised.
    pub(crate) fn form(&self) -> &'static str {
        self.summary.form.map_or("unknown", |form| form.0)
    }

    /// The only record; anything else fails the test.
    pub(crate) fn only(self) -> Record {
        let reasons: Vec<_> = self.rejects.iter().map(|reject| &reject.reason).collect();
        assert_eq!(
            self.records.len(),
            1,
            "form {}, rejects {reasons:?}",
            self.form()
        );
        self.records.into_iter().next().unwrap()
    }
}

/// Reads an artefact of that name.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Read {
    let source = Source {
        artefact: ArtefactId::from_bytes([7; 32]),
        name,
    };
    let mut read = Read::default();
    let mut reader = bytes;
    read.summary = hourzero_ingest::read(&source, &mut reader, &mut read).unwrap();
    read
}

/// A CSV of one row from headers and cells.
pub(crate) fn csv(cells: &[(&str, &str)]) -> Vec<u8> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |cells: Vec<String>| cells.join(",");
    let headers = cells.iter().map(|(header, _)| quoted(header)).collect();
    let values = cells.iter().map(|(_, value)| quoted(value)).collect();
    format!("\u{feff}{}\r\n{}\r\n", line(headers), line(values)).into_bytes()
}

/// What a record says, by name; several values of one name are joined. Place and form are left out,
/// because they differ between dialects by nature.
pub(crate) fn says(record: &Record) -> BTreeMap<String, String> {
    let mut said = BTreeMap::new();
    for column in Column::ALL {
        if *column == Column::Form {
            continue;
        }
        if let Some(value) = column.of(record) {
            said.insert(column.name().to_owned(), value.into_owned());
        }
    }
    for (name, value) in &record.parameters {
        let place: &mut String = said.entry(format!("parameters.{name}")).or_default();
        if !place.is_empty() {
            place.push_str(" | ");
        }
        place.push_str(value);
    }
    for change in &record.changed {
        let text = format!("{:?} -> {:?}", change.old, change.new);
        said.insert(format!("changed.{}", change.name), text);
    }
    let key = |key: Option<hourzero_model::HappeningKey>| key.map(|key| format!("{:032x}", key.0));
    said.extend(key(record.id_key).map(|text| ("id_key".to_owned(), text)));
    said.extend(key(record.link_key).map(|text| ("link_key".to_owned(), text)));
    said
}

/// A record as text, long values cut.
pub(crate) fn compact(record: &Record) -> String {
    let mut text = String::new();
    for (name, value) in says(record) {
        let mut short: String = value.chars().take(100).collect();
        if short.len() < value.len() {
            short.push('…');
        }
        writeln!(text, "{name}: {short}").unwrap();
    }
    text
}

/// How many records say each thing.
pub(crate) fn filled(records: &[Record]) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for record in records {
        for name in says(record).into_keys() {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut text = String::new();
    for (name, count) in counts {
        writeln!(text, "{count:>5} {name}").unwrap();
    }
    text
}
