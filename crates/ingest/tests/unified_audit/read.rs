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
    pub(crate) rejects: Vec<Reject>,
}

impl Sink for Read {
    fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    fn state(&mut self, state: State) {
        panic!("an audit record became a state: {state:?}");
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

    /// The only reject's reason; anything else fails the test.
    pub(crate) fn reason(self) -> String {
        assert_eq!(
            (self.records.len(), self.rejects.len()),
            (0, 1),
            "form {}",
            self.form()
        );
        self.rejects.into_iter().next().unwrap().reason
    }
}

/// Reads an artefact of that name.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Read {
    let source = Source {
        artefact: ArtefactId::from_bytes([7; 32]),
        name,
    };
    let mut read = Read::default();
    read.summary = hourzero_ingest::read(&source, &mut &*bytes, &mut read).unwrap();
    read
}

/// A CSV of one row from headers and cells.
pub(crate) fn csv(cells: &[(&str, &str)]) -> Vec<u8> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |cells: Vec<String>| cells.join(",");
    let headers = cells.iter().map(|(header, _)| quoted(header)).collect();
    let values = cells.iter().map(|(_, value)| quoted(value)).collect();
    format!("{}\r\n{}\r\n", line(headers), line(values)).into_bytes()
}

/// A record as text: the columns that are filled, then facts and changes in their order, long values cut.
pub(crate) fn compact(record: &Record) -> String {
    let short = |text: &str| {
        let cut: String = text.chars().take(90).collect();
        if cut.len() < text.len() {
            format!("{cut}…")
        } else {
            cut
        }
    };
    let mut text = String::new();
    for column in Column::ALL {
        if let Some(value) = column.of(record) {
            writeln!(text, "{}: {}", column.name(), short(&value)).unwrap();
        }
    }
    for (name, value) in &record.parameters {
        writeln!(text, "  {name} = {}", short(value)).unwrap();
    }
    for change in &record.changed {
        let side = |value: Option<&String>| {
            value.map_or("–".to_owned(), |value| short(&value.replace("\r\n", "")))
        };
        let (old, new) = (side(change.old.as_ref()), side(change.new.as_ref()));
        writeln!(text, "  {}: {old} → {new}", change.name).unwrap();
    }
    text
}

/// How many records fill each column.
pub(crate) fn filled(records: &[Record]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for record in records {
        for column in Column::ALL
            .iter()
            .filter(|column| column.of(record).is_some())
        {
            *counts.entry(column.name()).or_default() += 1;
        }
        *counts.entry("parameters").or_default() += usize::from(!record.parameters.is_empty());
        *counts.entry("changed").or_default() += usize::from(!record.changed.is_empty());
        *counts.entry("id_key").or_default() += usize::from(record.id_key.is_some());
        *counts.entry("link_key").or_default() += usize::from(record.link_key.is_some());
    }
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts
        .map(|(name, count)| format!("{name} {count}"))
        .collect::<Vec<_>>()
        .join(", ")
}
