//! Small cases, made in a folder that goes away.

use std::path::Path;
use std::sync::Arc;

use hourzero_lake::{Lake, Options, RecordKey};
use hourzero_model::{
    ArtefactId, Form, HappeningKey, Log, Provenance, RawRecords, Record, Timestamp,
};
use serde_json::json;
use tempfile::TempDir;

pub(crate) const FORM: Form = Form("ual-json");

/// Answers with the place itself.
struct Places;

impl RawRecords for Places {
    fn raw(&self, place: &Provenance) -> Result<Vec<u8>, String> {
        if place.length == 0 {
            return Err("artefact cannot be read: it is empty".to_owned());
        }
        Ok(format!("{{\"at\":{},\"of\":{}}}", place.offset, place.position).into_bytes())
    }
}

pub(crate) struct Case {
    pub(crate) folder: TempDir,
    pub(crate) lake: Lake,
}

impl Case {
    pub(crate) fn new() -> Self {
        Self::of(OPTIONS)
    }

    fn of(options: Options) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lake = open_with(folder.path(), options);
        Self { folder, lake }
    }

    /// Imports artefacts and finds their ties.
    pub(crate) fn with(artefacts: &[Vec<Record>]) -> Self {
        Self::in_groups(artefacts, OPTIONS)
    }

    /// As [`Case::with`], in row groups and on threads as the options say.
    pub(crate) fn in_groups(artefacts: &[Vec<Record>], options: Options) -> Self {
        let case = Self::of(options);
        for records in artefacts {
            case.import(records);
        }
        case.lake.settle().expect("ties");
        case
    }

    pub(crate) fn import(&self, records: &[Record]) {
        let artefact = records[0].provenance.artefact;
        let mut writer = self.lake.writer(artefact).expect("a writer");
        for record in records {
            writer.push(record.clone()).expect("a record written");
        }
        writer.finish(json!({})).expect("an artefact stored");
    }
}

pub(crate) const OPTIONS: Options = Options {
    memory_limit: 64 << 20,
    threads: 2,
    group_rows: 100_000,
};

pub(crate) fn open(case: &Path) -> Lake {
    open_with(case, OPTIONS)
}

fn open_with(case: &Path, options: Options) -> Lake {
    Lake::open(case, Arc::new(Places), options).expect("a lake")
}

pub(crate) fn artefact(number: u8) -> ArtefactId {
    ArtefactId::from_bytes([number; 32])
}

pub(crate) fn key(number: u8, position: u64) -> RecordKey {
    RecordKey {
        artefact: artefact(number),
        position,
    }
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_772_000_000_000_000 + seconds * 1_000_000)
}

pub(crate) fn record(number: u8, position: u64, log: Log, seconds: i64) -> Record {
    let provenance = Provenance {
        artefact: artefact(number),
        position,
        offset: position * 100,
        length: 100,
    };
    let mut record = Record::new(provenance, FORM, log, at(seconds));
    record.record_id = format!("{}:{position}", artefact(number).short());
    record.operation = "UserLoggedIn".to_owned();
    record
}

pub(crate) fn with_id(mut record: Record, id: &str) -> Record {
    record.record_id = id.to_owned();
    record.id_key = Some(HappeningKey::of(&[id]));
    record
}

pub(crate) fn with_link(mut record: Record, link: &str) -> Record {
    record.link_key = Some(HappeningKey::of(&["link", link]));
    record
}

pub(crate) fn with_actor(mut record: Record, actor: &str) -> Record {
    record.actor.upn = Some(actor.to_owned());
    record
}
