//! Reads bytes as an import does and tells what came out.

use std::fmt::Write as _;

use hourzero_ingest::{
    Mapping, RawRecord, ReadAgain, Sink, Source, Summary, raw_value, read, read_again, read_one,
    read_with,
};
use hourzero_model::{ArtefactId, Column, Record, Reject, State};

/// All that an artefact gave.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) records: Vec<Record>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) summary: Summary,
}

impl Sink for Read {
    fn record(&mut self, record: Record) {
        self.records.push(record);
    }

    fn state(&mut self, state: State) {
        panic!("a mail is no state: {state:?}");
    }

    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }
}

const SOURCE: Source<'static> = Source {
    artefact: ArtefactId::from_bytes([7; 32]),
    name: "file",
};

/// Reads an artefact; fails when a record is lost or does not read the same from its own bytes.
pub(crate) fn import(bytes: &[u8]) -> Read {
    let mut all = Read::default();
    all.summary = read(&SOURCE, &mut &bytes[..], &mut all).expect("bytes in memory can be read");
    checked(all, bytes)
}

/// The same by a mapping.
pub(crate) fn import_with(mapping: &Mapping, bytes: &[u8]) -> Read {
    let mut all = Read::default();
    all.summary = read_with(&SOURCE, &mut &bytes[..], mapping, &mut all)
        .expect("bytes in memory can be read");
    checked(all, bytes)
}

/// The same as before, by what was kept of it.
pub(crate) fn import_again(header: Option<&str>, bytes: &[u8]) -> Read {
    let mut all = Read::default();
    all.summary = read_again(&SOURCE, header, &mut &bytes[..], &mut all)
        .expect("bytes in memory can be read");
    checked(all, bytes)
}

fn checked(all: Read, bytes: &[u8]) -> Read {
    let summary = &all.summary;
    assert_eq!(summary.events, all.records.len() as u64);
    assert_eq!(summary.rejects, all.rejects.len() as u64);
    assert_eq!(
        summary.records,
        summary.events + summary.states + summary.rejects
    );
    for record in &all.records {
        let raw = RawRecord {
            form: record.form,
            header: summary.header.as_deref(),
            name: "file",
            place: record.provenance,
            bytes: &bytes[usize::try_from(record.provenance.offset).unwrap()..]
                [..usize::try_from(record.provenance.length).unwrap()],
        };
        assert_eq!(
            read_one(&raw),
            Ok(ReadAgain::Event(Box::new(record.clone())))
        );
        assert!(raw_value(&raw).unwrap().is_object());
    }
    all
}

/// A record, one line a filled column.
pub(crate) fn show_record(record: &Record) -> String {
    let mut text = String::new();
    for column in Column::ALL {
        if let Some(value) = column.of(record) {
            writeln!(text, "{}: {}", column.name(), value.escape_debug()).unwrap();
        }
    }
    for (name, value) in &record.parameters {
        writeln!(text, "  {name} = {}", value.escape_debug()).unwrap();
    }
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
    for reject in &all.rejects {
        writeln!(
            text,
            "reject {}: {}",
            reject.provenance.position, reject.reason
        )
        .unwrap();
        for (name, value) in &reject.wrapper {
            writeln!(text, "  {name} = {value}").unwrap();
        }
    }
    if let Some(unknown) = &all.summary.unknown {
        writeln!(text, "unknown: {unknown}").unwrap();
    }
    text
}
