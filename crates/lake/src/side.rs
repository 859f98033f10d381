//! States and rejects read back.

use std::path::Path;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::{TimestampMicrosecondType, UInt64Type};
use hourzero_model::{ArtefactId, Provenance, Reject, State, Timestamp};
use serde_json::{Map, Value};

use crate::error::LakeError;
use crate::form::form;
use crate::parquet::{Columns, Input};
use crate::schema;

/// The states of a file, in order.
pub(crate) fn states(
    path: &Path,
    artefact: ArtefactId,
    on: &mut dyn FnMut(State),
) -> Result<(), LakeError> {
    batches(path, &mut |batch| {
        let texts = Texts(batch);
        let as_of = batch
            .column_by_name("as_of")
            .and_then(|array| array.as_primitive_opt::<TimestampMicrosecondType>());
        for row in 0..batch.num_rows() {
            let time = as_of
                .filter(|times| times.is_valid(row))
                .map(|times| times.value(row));
            let properties: Map<String, Value> = texts
                .get("properties", row)
                .and_then(|text| serde_json::from_str(text).ok())
                .ok_or("the properties of a state are no JSON object")?;
            on(State {
                provenance: texts.place(artefact, row),
                form: form(texts.get("form", row).unwrap_or_default()),
                kind: texts.owned("kind", row).unwrap_or_default(),
                id: texts.owned("id", row).unwrap_or_default(),
                name: texts.owned("name", row),
                owner: texts.owned("owner", row),
                as_of: time.map(Timestamp::from_micros),
                properties,
            });
        }
        Ok(())
    })
}

/// The rejects of a file, in order.
pub(crate) fn rejects(
    path: &Path,
    artefact: ArtefactId,
    on: &mut dyn FnMut(Reject),
) -> Result<(), LakeError> {
    batches(path, &mut |batch| {
        let texts = Texts(batch);
        for row in 0..batch.num_rows() {
            let wrapper = texts
                .get("wrapper", row)
                .and_then(|text| serde_json::from_str(text).ok())
                .ok_or("the wrapper of a reject is no list of names and values")?;
            on(Reject {
                provenance: texts.place(artefact, row),
                reason: texts.owned("reason", row).unwrap_or_default(),
                wrapper,
            });
        }
        Ok(())
    })
}

fn batches(
    path: &Path,
    on: &mut dyn FnMut(&RecordBatch) -> Result<(), &'static str>,
) -> Result<(), LakeError> {
    let input = Input::open(path, None)?;
    for group in 0..input.groups() {
        for batch in input.read(group, &Columns::All, None)? {
            on(&batch?).map_err(|reason| LakeError::damaged(path, reason))?;
        }
    }
    Ok(())
}

struct Texts<'a>(&'a RecordBatch);

impl<'a> Texts<'a> {
    fn get(&self, name: &str, row: usize) -> Option<&'a str> {
        let array = self.0.column_by_name(name)?.as_string_opt::<i32>()?;
        array.is_valid(row).then(|| array.value(row))
    }

    fn owned(&self, name: &str, row: usize) -> Option<String> {
        self.get(name, row).map(str::to_owned)
    }

    fn place(&self, artefact: ArtefactId, row: usize) -> Provenance {
        let number = |name: &str| {
            let array = self.0.column_by_name(name);
            let array = array.and_then(|array| array.as_primitive_opt::<UInt64Type>());
            array.map_or(0, |array| array.value(row))
        };
        Provenance {
            artefact,
            position: number(schema::POSITION),
            offset: number(schema::OFFSET),
            length: number(schema::LENGTH),
        }
    }
}
