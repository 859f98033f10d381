//! The second stage: what is stored is read into the lake.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

use hourzero_evidence::Objects;
use hourzero_ingest::{Sink, Source, Summary};
use hourzero_lake::{Lake, LakeError, Stored, Writer};
use hourzero_model::{Record, Reject, State};
use serde_json::{Value, json};

use super::Item;
use crate::CaseError;

/// Reads every item that comes; one that the lake holds is passed over.
pub(super) fn all(lake: &Lake, objects: &Objects, items: Receiver<Item>) -> Result<(), CaseError> {
    for item in items {
        one(lake, objects, &item)?;
    }
    Ok(())
}

/// Reads one artefact into the lake, unless it is there.
pub(super) fn one(lake: &Lake, objects: &Objects, item: &Item) -> Result<(), CaseError> {
    if lake.holds(&item.id).is_some() {
        return Ok(());
    }
    let mut sink = ToLake {
        writer: lake.writer(item.id)?,
        fault: None,
    };
    let source = Source {
        artefact: item.id,
        name: &item.name,
    };
    let mut bytes = objects.read(item.id)?;
    let read = hourzero_ingest::read(&source, &mut bytes, &mut sink);
    if let Some(fault) = sink.fault {
        return Err(fault.into());
    }
    let summary = read.map_err(|error| CaseError::Read {
        path: objects.path(item.id),
        source: error.error,
    })?;
    sink.writer.finish(note(&item.name, &summary))?;
    Ok(())
}

struct ToLake {
    writer: Writer,
    /// The first error of the lake; after it nothing more is pushed, and the artefact is not finished.
    fault: Option<LakeError>,
}

impl ToLake {
    fn push(&mut self, push: impl FnOnce(&mut Writer) -> Result<(), LakeError>) {
        if self.fault.is_none() {
            self.fault = push(&mut self.writer).err();
        }
    }
}

impl Sink for ToLake {
    fn record(&mut self, record: Record) {
        self.push(|writer| writer.push(record));
    }

    fn state(&mut self, state: State) {
        self.push(|writer| writer.push_state(state));
    }

    fn reject(&mut self, reject: Reject) {
        self.push(|writer| writer.push_reject(reject));
    }
}

fn note(name: &str, summary: &Summary) -> Value {
    let inventory: BTreeMap<&str, &BTreeMap<String, u64>> = summary
        .inventory
        .iter()
        .map(|(form, paths)| (form.0, paths))
        .collect();
    json!({
        "name": name,
        "form": summary.form.map(|form| form.0),
        "unknown": summary.unknown,
        "notes": summary.notes,
        "header": summary.header,
        "inventory": inventory,
    })
}

/// The name under which an artefact was read; one look instead of all of [`Noted`].
pub(super) fn name_of(stored: &Stored) -> String {
    let name = stored.extra.get("name").and_then(Value::as_str);
    name.unwrap_or_default().to_owned()
}

/// What was noted about an artefact when it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) name: String,
    pub(crate) form: Option<String>,
    pub(crate) unknown: Option<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) header: Option<String>,
    /// Key paths by form.
    pub(crate) inventory: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Noted {
    pub(crate) fn of(stored: &Stored) -> Self {
        let extra = &stored.extra;
        let words = |key: &str| extra.get(key).and_then(Value::as_str).map(str::to_owned);
        Self {
            name: words("name").unwrap_or_default(),
            form: words("form"),
            unknown: words("unknown"),
            notes: extra
                .get("notes")
                .and_then(|notes| serde_json::from_value(notes.clone()).ok())
                .unwrap_or_default(),
            header: words("header"),
            inventory: extra
                .get("inventory")
                .and_then(|inventory| serde_json::from_value(inventory.clone()).ok())
                .unwrap_or_default(),
        }
    }
}
