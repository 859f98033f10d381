//! Who speaks for a record, and which logs witness what it tells.
//!
//! Takes places, gives places and logs, from the derived ties alone. It must never decide who speaks.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::UInt64Type;
use hourzero_model::{ArtefactId, Column, Log};

use super::{Index, index};
use crate::error::LakeError;
use crate::fetch::{self, RecordKey};
use crate::parquet::{Columns, Input};
use crate::schema;
use crate::store::{Folders, Manifest, TIES};

/// The record that speaks for each of these; itself where nothing ties it to another.
pub(crate) fn speakers(folders: &Folders, keys: &[RecordKey]) -> Result<Vec<RecordKey>, LakeError> {
    let mut indexes: BTreeMap<ArtefactId, Index> = BTreeMap::new();
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        let index = match indexes.entry(key.artefact) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(index(folders, key.artefact)?),
        };
        let speaker = index.speaker(key.position);
        found.push(speaker.unwrap_or(*key));
    }
    Ok(found)
}

/// For each of these speakers the logs of the records that it speaks for, in the order of rank.
pub(crate) fn witnesses(
    folders: &Folders,
    held: (&BTreeMap<ArtefactId, Manifest>, usize),
    speakers: &[RecordKey],
) -> Result<Vec<Vec<Log>>, LakeError> {
    let wanted: BTreeSet<RecordKey> = speakers.iter().copied().collect();
    let tied = tied_to(folders, &wanted)?;
    let keys: Vec<RecordKey> = tied.keys().copied().collect();
    let columns = Columns::Roots(
        [Column::Source.name(), schema::POSITION]
            .map(str::to_owned)
            .to_vec(),
    );
    let mut logs: BTreeMap<RecordKey, BTreeSet<Log>> = BTreeMap::new();
    fetch::fetch(folders, held, (&keys, &columns), &mut |key, rows, row| {
        let source = rows
            .scalar(Column::Source)
            .and_then(|source| source.text(row));
        let log = source.and_then(|name| Log::from_name(&name));
        if let (Some(log), Some(speaker)) = (log, tied.get(&key)) {
            logs.entry(*speaker).or_default().insert(log);
        }
    })?;
    Ok(speakers
        .iter()
        .map(|key| {
            logs.get(key)
                .map(|logs| logs.iter().copied().collect())
                .unwrap_or_default()
        })
        .collect())
}

/// The records that one of these speaks for, each with its speaker.
fn tied_to(
    folders: &Folders,
    wanted: &BTreeSet<RecordKey>,
) -> Result<BTreeMap<RecordKey, RecordKey>, LakeError> {
    let path = folders.path(TIES);
    let mut tied = BTreeMap::new();
    if wanted.is_empty() || !path.exists() {
        return Ok(tied);
    }
    let ids: BTreeMap<String, ArtefactId> = wanted
        .iter()
        .map(|key| (key.artefact.to_string(), key.artefact))
        .collect();
    let input = Input::open(&path, None)?;
    for group in 0..input.groups() {
        for batch in input.read(group, &Columns::All, None)? {
            let batch = batch?;
            let own = batch.column(0).as_string::<i32>();
            let own_position = batch.column(1).as_primitive::<UInt64Type>();
            let speaker = batch.column(2).as_string::<i32>();
            let speaker_position = batch.column(3).as_primitive::<UInt64Type>();
            for row in 0..batch.num_rows() {
                let Some(artefact) = ids.get(speaker.value(row)) else {
                    continue;
                };
                let key = RecordKey {
                    artefact: *artefact,
                    position: speaker_position.value(row),
                };
                if !wanted.contains(&key) {
                    continue;
                }
                let artefact = own.value(row).parse().map_err(|_| {
                    LakeError::damaged(&path, "the hash of an artefact is damaged".to_owned())
                })?;
                tied.insert(
                    RecordKey {
                        artefact,
                        position: own_position.value(row),
                    },
                    key,
                );
            }
        }
    }
    Ok(tied)
}
