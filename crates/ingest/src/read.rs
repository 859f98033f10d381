//! The reading of an artefact: frames to rows, rows to mappers, mappers to the sink.
//!
//! Holds the count: every frame becomes one event, one state or one reject.

pub(crate) mod again;
pub(crate) mod frames;
mod header;
mod start;

use std::collections::BTreeMap;

use hourzero_model::{Form, Provenance, Reject};
use sonic_rs::{JsonContainerTrait, Value};

use crate::dialect::{Container, Mapped, Place, Row};
use crate::frame::{Body, Damage, Found, append_text, plain_fields};
use crate::inventory::Inventory;
use crate::recognise::{Recogniser, damaged_inside, no_form, no_records};
use crate::{IngestError, Sink, Source, Summary, mail};
use frames::Frames;
use start::Start;

/// So many rows, or bytes of them, are looked at to recognise the form.
const FIRST_ROWS: usize = 100;
const FIRST_BYTES: u64 = 1024 * 1024;

/// So many damaged records are looked at when there is no row before them.
const FIRST_DAMAGED: usize = 10_000;

/// Reads an artefact.
pub(crate) fn read(
    source: &Source<'_>,
    bytes: &mut dyn std::io::Read,
    sink: &mut dyn Sink,
) -> Result<Summary, IngestError> {
    let mut bytes = Start::of(bytes);
    if let Some(kind) = mail::recognise(bytes.peeked()) {
        return mail::read(kind, source, &mut bytes, sink);
    }
    let mut frames = match Frames::open(&mut bytes) {
        Ok(frames) => frames,
        Err(unreadable) => return unreadable.into_result(),
    };
    let first = first_frames(&mut frames);
    let header = frames.column_names();
    let rows = rows_of(&first);
    let Some(recogniser) = Recogniser::new(frames.container(), &header, &rows, source.name) else {
        let summary = Summary {
            unknown: Some(why_unknown(&frames, &header, &first, &rows)),
            ..Summary::default()
        };
        return frames.end(summary);
    };
    drop(rows);
    let mut reading = Reading {
        source,
        recogniser,
        inventory: Inventory::default(),
        forms: BTreeMap::new(),
        summary: Summary::default(),
    };
    for found in first {
        reading.take(found, sink);
    }
    while let Some(found) = frames.next() {
        reading.take(found, sink);
    }
    let mut summary = reading.finish();
    summary.header = frames.header();
    summary.notes = frames.notes();
    frames.end(summary)
}

pub(crate) fn first_frames(frames: &mut Frames<'_>) -> Vec<Found> {
    let mut first = Vec::new();
    let mut rows = 0;
    let mut bytes = 0;
    let mut damaged = 0;
    while rows < FIRST_ROWS && bytes < FIRST_BYTES && damaged < FIRST_DAMAGED {
        let Some(found) = frames.next() else { break };
        match &found.body {
            Body::Row(_) => {
                rows += 1;
                bytes += found.length;
            }
            Body::Damaged(_) => damaged += 1,
        }
        first.push(found);
    }
    first
}

/// The rows to recognise by; where all records are damaged, what is left of them.
fn rows_of(first: &[Found]) -> Vec<Value> {
    let rows: Vec<Value> = first
        .iter()
        .filter_map(|found| match &found.body {
            Body::Row(row) => Some(row.clone()),
            Body::Damaged(_) => None,
        })
        .collect();
    if !rows.is_empty() {
        return rows;
    }
    first
        .iter()
        .filter_map(|found| match &found.body {
            Body::Damaged(damage) if !damage.wrapper.is_empty() => remains(damage),
            _ => None,
        })
        .take(FIRST_ROWS)
        .collect()
}

fn remains(damage: &Damage) -> Option<Value> {
    let mut object = vec![b'{'];
    for (name, value) in &damage.wrapper {
        if object.len() > 1 {
            object.push(b',');
        }
        append_text(name.as_bytes(), &mut object);
        object.push(b':');
        append_text(value.as_bytes(), &mut object);
    }
    object.push(b'}');
    crate::frame::row(&object).ok()
}

fn why_unknown(frames: &Frames<'_>, header: &[String], first: &[Found], rows: &[Value]) -> String {
    if frames.container() == Container::Csv {
        return no_form(Some(header), rows);
    }
    let problem = first.iter().find_map(|found| match &found.body {
        Body::Damaged(damage) => Some(damage.reason.as_str()),
        Body::Row(_) => None,
    });
    let has_keys = rows
        .iter()
        .any(|row| row.as_object().is_some_and(|object| !object.is_empty()));
    match (problem, has_keys) {
        (_, true) => no_form(None, rows),
        (problem, false) => no_records(problem),
    }
}

struct Reading<'a> {
    source: &'a Source<'a>,
    recogniser: Recogniser<'a>,
    inventory: Inventory,
    /// Records of each form, and the position of the first.
    forms: BTreeMap<Form, (u64, u64)>,
    summary: Summary,
}

impl Reading<'_> {
    fn take(&mut self, found: Found, sink: &mut dyn Sink) {
        self.summary.records += 1;
        let provenance = Provenance {
            artefact: self.source.artefact,
            position: self.summary.records,
            offset: found.offset,
            length: found.length,
        };
        let row = match found.body {
            Body::Row(row) => row,
            Body::Damaged(damage) => return self.reject(provenance, damage, sink),
        };
        let whole = Row::of(&row);
        let recognised = self.recogniser.row(&whole);
        let inner = recognised.inner.as_ref().map(Row::of);
        let row = inner.as_ref().unwrap_or(&whole);
        let place = Place {
            provenance,
            form: recognised.spec.form,
            container: recognised.container,
            name: self.source.name,
        };
        match (recognised.spec.map)(row, &place) {
            Ok(Mapped::Event(record)) => {
                self.count(record.form, row);
                self.summary.events += 1;
                sink.record(*record);
            }
            Ok(Mapped::State(state)) => {
                self.count(state.form, row);
                self.summary.states += 1;
                sink.state(*state);
            }
            Err(reason) => {
                let damage = Damage {
                    reason: damaged_inside(row).unwrap_or(reason),
                    wrapper: plain_fields(row),
                };
                self.reject(provenance, damage, sink);
            }
        }
    }

    fn reject(&mut self, provenance: Provenance, damage: Damage, sink: &mut dyn Sink) {
        self.summary.rejects += 1;
        sink.reject(Reject {
            provenance,
            reason: damage.reason,
            wrapper: damage.wrapper,
        });
    }

    fn count(&mut self, form: Form, row: &Row<'_>) {
        let position = self.summary.records;
        self.forms.entry(form).or_insert((0, position)).0 += 1;
        self.inventory.count_row(form, row);
    }

    fn finish(self) -> Summary {
        let most = self
            .forms
            .iter()
            .max_by_key(|(_, (count, first))| (*count, std::cmp::Reverse(*first)))
            .map(|(form, _)| *form);
        Summary {
            form: Some(most.unwrap_or(self.recogniser.form.form)),
            inventory: self.inventory.into_paths(),
            ..self.summary
        }
    }
}
