//! The derived ties read back: of one artefact at a time, found by the file's own statistics.

use std::collections::BTreeMap;
use std::path::Path;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::parquet::file::statistics::Statistics;
use hourzero_model::ArtefactId;

use crate::error::LakeError;
use crate::fetch::RecordKey;
use crate::parquet::{Columns, Input};
use crate::store::{Folders, OTHERS, TIES};

/// The ties of one artefact, in order of position.
#[derive(Debug, Default)]
pub(crate) struct Index {
    speakers: Vec<(u64, RecordKey)>,
    others: Vec<(u64, u64)>,
}

impl Index {
    /// The record that speaks for the one at this position; `None` where it speaks itself.
    pub(crate) fn speaker(&self, position: u64) -> Option<RecordKey> {
        let found = self
            .speakers
            .binary_search_by_key(&position, |(at, _)| *at)
            .ok()?;
        self.speakers.get(found).map(|(_, speaker)| *speaker)
    }

    /// Whether another speaks for some of its records.
    pub(crate) fn has_silent(&self) -> bool {
        !self.speakers.is_empty()
    }

    /// For how many others the record at this position speaks.
    pub(crate) fn others(&self, position: u64) -> u64 {
        let found = self
            .others
            .binary_search_by_key(&position, |(at, _)| *at)
            .ok();
        found
            .and_then(|index| self.others.get(index))
            .map_or(0, |(_, count)| *count)
    }
}

/// Reads the ties of an artefact; none where the ties have not been settled.
pub(crate) fn index(folders: &Folders, artefact: ArtefactId) -> Result<Index, LakeError> {
    let mut index = Index::default();
    let name = artefact.to_string();
    let mut known: BTreeMap<String, ArtefactId> = BTreeMap::new();
    rows_of(&folders.path(TIES), &name, &mut |batch| {
        let (artefacts, positions) = (batch.column(2).as_string::<i32>(), 3);
        let speaker_positions = batch.column(positions).as_primitive::<UInt64Type>();
        let own = batch.column(1).as_primitive::<UInt64Type>();
        for row in 0..batch.num_rows() {
            let text = artefacts.value(row);
            let speaker = match known.get(text) {
                Some(id) => *id,
                None => {
                    let id = text
                        .parse()
                        .map_err(|_| "a speaker's hash is damaged".to_owned())?;
                    known.insert(text.to_owned(), id);
                    id
                }
            };
            let key = RecordKey {
                artefact: speaker,
                position: speaker_positions.value(row),
            };
            index.speakers.push((own.value(row), key));
        }
        Ok(())
    })?;
    rows_of(&folders.path(OTHERS), &name, &mut |batch| {
        let positions = batch.column(1).as_primitive::<UInt64Type>();
        let counts = batch.column(2).as_primitive::<UInt64Type>();
        let rows = positions.values().iter().zip(counts.values());
        index
            .others
            .extend(rows.map(|(position, count)| (*position, *count)));
        Ok(())
    })?;
    Ok(index)
}

/// Gives the batches of the row groups that belong to an artefact.
fn rows_of(
    path: &Path,
    artefact: &str,
    on: &mut dyn FnMut(&RecordBatch) -> Result<(), String>,
) -> Result<(), LakeError> {
    if !path.exists() {
        return Ok(());
    }
    let input = Input::open(path, None)?;
    for group in 0..input.groups() {
        let groups = input.metadata().row_groups();
        let statistics = groups
            .get(group)
            .and_then(|group| group.columns().first()?.statistics());
        // Every row group has one artefact, so its smallest name is the only one.
        let ours = match statistics {
            Some(Statistics::ByteArray(values)) => values
                .min_opt()
                .is_none_or(|min| min.data() == artefact.as_bytes()),
            _ => true,
        };
        if !ours {
            continue;
        }
        for batch in input.read(group, &Columns::All, None)? {
            on(&batch?).map_err(|reason| LakeError::damaged(path, reason))?;
        }
    }
    Ok(())
}
