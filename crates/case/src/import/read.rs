//! The second stage: what is stored is read into the lake.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;

use hourzero_evidence::Objects;
use hourzero_ingest::{Sink, Source, Summary};
use hourzero_lake::{Lake, LakeError, Stored, Writer};
use hourzero_model::{Record, Reject, State};
use serde_json::{Value, json};

use super::Item;
use crate::CaseError;
use crate::mapping::{Choice, Mappings, Used};

/// What is read into what, and how.
pub(super) type Into<'l> = (&'l Lake, &'l Objects, &'l Mappings);

/// Reads every item that comes; one that the lake holds is passed over.
pub(super) fn all(into: Into<'_>, items: Receiver<Item>) -> Result<(), CaseError> {
    for item in items {
        one(into, &item)?;
    }
    Ok(())
}

/// What is said of a file on which a reader of ours went wrong.
const OUR_FAULT: &str = "its reader ended early, which is a fault of this program; the file is kept, and nothing of it was read";

/// Reads one artefact into the lake, unless it is there.
pub(super) fn one(into: Into<'_>, item: &Item) -> Result<(), CaseError> {
    if into.0.holds(&item.id).is_some() {
        return Ok(());
    }
    guarded(into, item, || unguarded(into, item))
}

/// Reads, and where that panics notes the artefact as not understood: evidence is written by attackers, and a mistake in one
/// reader must cost one file, not the case.
fn guarded(
    into: Into<'_>,
    item: &Item,
    read: impl FnOnce() -> Result<(), CaseError>,
) -> Result<(), CaseError> {
    // What the reader had at hand is gone; the lake forgets what an artefact's writer did not finish.
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        let (lake, _, mappings) = into;
        let summary = Summary {
            unknown: Some(OUR_FAULT.to_owned()),
            ..Summary::default()
        };
        let note = note(&item.name, &summary, (mappings.digest(), None));
        lake.writer(item.id)?.finish(note)?;
        Ok(())
    })
}

/// By a mapping that names the artefact, else in its own form, else by a mapping that describes it.
fn unguarded((lake, objects, mappings): Into<'_>, item: &Item) -> Result<(), CaseError> {
    let mut sink = ToLake {
        writer: lake.writer(item.id)?,
        fault: None,
    };
    let (mut summary, mut by) = (Summary::default(), None);
    let mut misfits = Vec::new();
    match mappings.for_named((objects, item.id), &item.name)? {
        Choice::By(used) => by = Some(used),
        Choice::None(why) => {
            misfits.extend(why);
            summary = read((objects, item), None, &mut sink)?;
        }
    }
    if by.is_none() && summary.form.is_none() {
        match mappings.for_unknown((objects, item.id))? {
            Choice::By(used) => by = Some(used),
            Choice::None(why) => misfits = why,
        }
    }
    if let Some(used) = by {
        summary = read((objects, item), Some(used), &mut sink)?;
        let note = format!("read by the mapping {}", used.file);
        summary.notes.insert(0, note);
    }
    if let Some(unknown) = &mut summary.unknown {
        for misfit in &misfits {
            unknown.push_str("; ");
            unknown.push_str(misfit);
        }
    } else if by.is_none() {
        // Its form is known, but a mapping that names the file does not describe it.
        summary.notes.extend(misfits);
    }
    let note = note(&item.name, &summary, (mappings.digest(), by));
    sink.writer.finish(note)?;
    Ok(())
}

fn read(
    (objects, item): (&Objects, &Item),
    by: Option<&Used>,
    sink: &mut ToLake,
) -> Result<Summary, CaseError> {
    let source = Source {
        artefact: item.id,
        name: &item.name,
    };
    let mut bytes = objects.read(item.id)?;
    let read = match by {
        Some(used) => hourzero_ingest::read_with(&source, &mut bytes, &used.mapping, sink),
        None => hourzero_ingest::read(&source, &mut bytes, sink),
    };
    if let Some(fault) = sink.fault.take() {
        return Err(fault.into());
    }
    read.map_err(|error| CaseError::read(&objects.path(item.id), error.error))
}

/// Whether an artefact would now be read by another mapping than it was: only where it has no form of its
/// own, or a mapping names it, do mappings matter.
pub(super) fn is_mapped_otherwise(stored: &Stored, mappings: &Mappings, name: &str) -> bool {
    let words = |key: &str| stored.extra.get(key).and_then(Value::as_str);
    let depends = words("form").is_none() || words("mapping").is_some() || mappings.name_file(name);
    depends && words("mappings").unwrap_or_default() != mappings.digest()
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

fn note(name: &str, summary: &Summary, (mappings, by): (&str, Option<&Used>)) -> Value {
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
        "mappings": mappings,
        "mapping": by.map(|used| used.id.to_string()),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hourzero_evidence::RawReader;
    use hourzero_lake::{Options, QueryLimits};
    use hourzero_model::{ArtefactId, Form, Log, Provenance, Timestamp};

    use super::*;

    #[test]
    fn a_reader_that_panics_costs_its_file_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let objects = Objects::of(folder.path());
        let raw = Arc::new(RawReader::new(objects.clone()));
        let lake = Lake::open(folder.path(), raw, Options::default()).expect("a lake");
        let into = (&lake, &objects, &Mappings::default());
        let item = |number: u8| Item {
            id: ArtefactId::from_bytes([number; 32]),
            name: format!("{number}.json"),
        };
        let push = |item: &Item| -> Result<Writer, CaseError> {
            let mut writer = lake.writer(item.id)?;
            let place = Provenance {
                artefact: item.id,
                position: 1,
                offset: 0,
                length: 1,
            };
            writer.push(Record::new(
                place,
                Form("ual-json"),
                Log::SignIn,
                Timestamp::from_micros(0),
            ))?;
            Ok(writer)
        };
        let (bad, good) = (item(1), item(2));
        let ended = guarded(into, &bad, || {
            let _writer = push(&bad)?;
            panic!("a mistake");
        });
        ended.expect("the import goes on");
        guarded(into, &good, || {
            push(&good)?.finish(json!({}))?;
            Ok(())
        })
        .expect("read");
        let held = lake.holds(&bad.id).expect("noted");
        assert_eq!(
            (held.records, held.extra.get("unknown")),
            (0, Some(&json!(OUR_FAULT)))
        );
        let rows = lake.query("SELECT count(*) FROM records", QueryLimits::default());
        assert_eq!(rows.expect("a count").rows, [[json!(1)]]);
    }
}
