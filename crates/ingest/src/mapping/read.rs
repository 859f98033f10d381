//! The reading of an artefact by a mapping, and of one of its records again.

use hourzero_model::{Provenance, Reject};
use sonic_rs::{JsonContainerTrait, Value};

use super::row::text_at;
use super::{FORM, Fit, Held, Mapping};
use crate::dialect::Container;
use crate::frame::{Body, Damage, Found, plain_fields};
use crate::inventory::Inventory;
use crate::read::again::outer_row;
use crate::read::first_frames;
use crate::read::frames::{Frames, Unreadable};
use crate::{IngestError, RawRecord, ReadAgain, Sink, Source, Summary};

/// The key under which the mapping's text is kept with what is needed to read one record alone.
const KEPT: &str = "mapping";

/// Reads an artefact; see [`crate::read_with`].
pub(crate) fn read_with(
    source: &Source<'_>,
    bytes: &mut dyn std::io::Read,
    mapping: &Mapping,
    sink: &mut dyn Sink,
) -> Result<Summary, IngestError> {
    let (mut frames, first) = match opened(bytes, mapping) {
        Ok(opened) => opened,
        Err(unreadable) => return unreadable.into_result(),
    };
    if let Some(unknown) = mapping.misfit(frames.container(), &frames.column_names(), &first) {
        return frames.end(Summary {
            unknown: Some(unknown),
            ..Summary::default()
        });
    }
    let mut reading = Reading {
        source,
        mapping,
        inventory: Inventory::default(),
        summary: Summary {
            form: Some(FORM),
            ..Summary::default()
        },
    };
    for found in first {
        reading.take(found, sink);
    }
    while let Some(found) = frames.next() {
        reading.take(found, sink);
    }
    let mut summary = reading.summary;
    summary.inventory = reading.inventory.into_paths();
    summary.header = Some(mapping.kept_with(frames.header()));
    summary.notes = frames.notes();
    frames.end(summary)
}

/// How well a mapping describes an artefact; see [`crate::fit`].
pub(crate) fn fit(bytes: &mut dyn std::io::Read, mapping: &Mapping) -> Result<Fit, IngestError> {
    let (frames, first) = match opened(bytes, mapping) {
        Ok(opened) => opened,
        Err(unreadable) => {
            let unknown = unreadable.into_result()?.unknown;
            return Ok(Fit::Misfit(unknown.unwrap_or_default()));
        }
    };
    let header = frames.column_names();
    if let Some(why) = mapping.misfit(frames.container(), &header, &first) {
        frames.end(Summary::default())?;
        return Ok(Fit::Misfit(why));
    }
    Ok(Fit::Reads {
        fields: mapping.fields_in(&header, &first),
    })
}

fn opened<'r>(
    bytes: &'r mut dyn std::io::Read,
    mapping: &Mapping,
) -> Result<(Frames<'r>, Vec<Found>), Unreadable> {
    let mut frames = Frames::open(bytes)?;
    if let Frames::Csv(rows) = &mut frames
        && mapping.time.is_pattern()
    {
        rows.keep_dates();
    }
    let first = first_frames(&mut frames);
    Ok((frames, first))
}

impl Mapping {
    /// How many of the fields that the mapping names a column for are in the header or the first rows.
    fn fields_in(&self, header: &[String], first: &[Found]) -> usize {
        let rows: Vec<Value> = first
            .iter()
            .filter_map(|found| match &found.body {
                Body::Row(row) => self.inside(row).ok(),
                Body::Damaged(_) => None,
            })
            .collect();
        let is_there = |column: &String| {
            header.contains(column) || rows.iter().any(|row| text_at(row, column).is_some())
        };
        let columns = self.columns.values();
        columns
            .filter(|columns| columns.iter().any(is_there))
            .count()
    }

    /// Why the file is not what the mapping describes. A wrong mapping is one sentence, not a million
    /// rejects.
    fn misfit(&self, container: Container, header: &[String], first: &[Found]) -> Option<String> {
        let held = match container {
            Container::Csv => Held::Csv,
            Container::Json => Held::Json,
        };
        if self.container.is_some_and(|expected| expected != held) {
            let (is, expected) = match held {
                Held::Csv => ("CSV", "JSON"),
                Held::Json => ("JSON", "CSV"),
            };
            return Some(format!(
                "the file is {is}, the mapping describes {expected}"
            ));
        }
        // A table without a row is an empty export, which is something to know.
        if first.is_empty() && self.fits(header) {
            return None;
        }
        let rows: Vec<Value> = first
            .iter()
            .filter_map(|found| match &found.body {
                Body::Row(row) => Some(row.clone()),
                Body::Damaged(_) => None,
            })
            .collect();
        let columns = self.time.columns.join("` and `");
        let inside: Vec<Value> = rows
            .iter()
            .filter_map(|row| self.inside(row).ok())
            .collect();
        let times: Vec<String> = inside
            .iter()
            .filter_map(|row| self.time_text(row))
            .collect();
        let Some(one) = times.first() else {
            let keys = inside
                .first()
                .or(rows.first())
                .and_then(|row| row.as_object());
            let keys: Vec<String> = keys
                .into_iter()
                .flat_map(|keys| keys.iter())
                .take(12)
                .map(|(key, _)| format!("`{}`", key.escape_debug()))
                .collect();
            return Some(format!(
                "no row has the time that the mapping looks for in `{columns}`; the columns are {}: \
                 correct `time.column`",
                keys.join(", ")
            ));
        };
        if times.iter().any(|text| self.time.read(text).is_some()) {
            return None;
        }
        let one = crate::frame::shortened(one);
        Some(format!(
            "the times in `{columns}`, such as `{}`, cannot be read as the mapping says: correct \
             `time.format`",
            one.escape_debug()
        ))
    }

    /// What to keep for one record, with this mapping in it.
    fn kept_with(&self, header: Option<String>) -> String {
        let kept = header.and_then(|header| serde_json::from_str(&header).ok());
        let mut kept: serde_json::Map<String, serde_json::Value> = kept.unwrap_or_default();
        kept.insert(KEPT.to_owned(), self.text.clone().into());
        serde_json::Value::Object(kept).to_string()
    }

    /// The mapping that was kept.
    fn of_kept(header: Option<&str>) -> Option<Self> {
        // Most headers hold none, and a mapping is long to read.
        let header = header.filter(|header| header.contains(KEPT));
        let kept: serde_json::Value = serde_json::from_str(header?).ok()?;
        Self::parse(kept.get(KEPT)?.as_str()?, KEPT).ok()
    }
}

/// The mapping that an artefact was read by, out of what was kept of it.
pub(crate) fn kept(header: Option<&str>) -> Option<Mapping> {
    Mapping::of_kept(header)
}

/// One record read again; nothing when its form is another.
pub(crate) fn again(record: &RawRecord<'_>) -> Option<Result<ReadAgain, Reject>> {
    if record.form != FORM {
        return None;
    }
    let reject = |damage: Damage| Reject {
        provenance: record.place,
        reason: damage.reason,
        wrapper: damage.wrapper,
    };
    let Some(mapping) = Mapping::of_kept(record.header) else {
        let reason = "the mapping that this record was read by was not kept: import the file again";
        return Some(Err(reject(Damage::new(reason))));
    };
    Some(match outer_row(record) {
        Err(damage) => Err(reject(damage)),
        Ok((row, _)) => match mapping.record(&row, record.place) {
            Ok(event) => Ok(ReadAgain::Event(Box::new(event))),
            Err(reason) => Err(reject(Damage {
                reason,
                wrapper: plain_fields(&row),
            })),
        },
    })
}

struct Reading<'a> {
    source: &'a Source<'a>,
    mapping: &'a Mapping,
    inventory: Inventory,
    summary: Summary,
}

impl Reading<'_> {
    fn take(&mut self, found: Found, sink: &mut dyn Sink) {
        self.summary.records += 1;
        let place = Provenance {
            artefact: self.source.artefact,
            position: self.summary.records,
            offset: found.offset,
            length: found.length,
        };
        let read = match found.body {
            Body::Damaged(damage) => Err(damage),
            Body::Row(row) => match self.mapping.record(&row, place) {
                Ok(record) => {
                    self.inventory.count(FORM, &row);
                    Ok(record)
                }
                Err(reason) => Err(Damage {
                    reason,
                    wrapper: plain_fields(&row),
                }),
            },
        };
        match read {
            Ok(record) => {
                self.summary.events += 1;
                sink.record(record);
            }
            Err(damage) => {
                self.summary.rejects += 1;
                sink.reject(Reject {
                    provenance: place,
                    reason: damage.reason,
                    wrapper: damage.wrapper,
                });
            }
        }
    }
}
