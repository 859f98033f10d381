//! Records by place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use datafusion::parquet::arrow::arrow_reader::RowSelection;
use datafusion::parquet::file::statistics::Statistics;
use hourzero_model::{ArtefactId, Record};
use serde::{Deserialize, Serialize};

use crate::ahead::in_order;
use crate::decode::Rows;
use crate::error::LakeError;
use crate::parquet::{Batches, Columns, Input};
use crate::schema;
use crate::store::{Folders, Manifest};

/// The name of a record within a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordKey {
    /// The artefact that it stands in.
    pub artefact: ArtefactId,
    /// Its 1-based number there.
    pub position: u64,
}

/// Gives the rows at these places, with the columns asked for (the position among them); a place that
/// holds no record gives nothing.
pub(crate) fn fetch(
    folders: &Folders,
    (held, threads): (&BTreeMap<ArtefactId, Manifest>, usize),
    (keys, columns): (&[RecordKey], &Columns),
    on: &mut dyn FnMut(RecordKey, &Rows, usize),
) -> Result<(), LakeError> {
    let mut wanted: BTreeMap<ArtefactId, BTreeSet<u64>> = BTreeMap::new();
    for key in keys {
        wanted.entry(key.artefact).or_default().insert(key.position);
    }
    for (artefact, positions) in wanted {
        let Some(manifest) = held.get(&artefact) else {
            continue;
        };
        let positions: Vec<u64> = positions.into_iter().collect();
        for (_, piece) in manifest.record_pieces() {
            let path = folders.path(&piece.path);
            one_file((&path, threads), &positions, columns, &mut |rows, row| {
                let position = rows.position(row);
                on(RecordKey { artefact, position }, rows, row);
            })?;
        }
    }
    Ok(())
}

/// Rows of a group, of which the first are read.
struct Begun {
    first: Option<Rows>,
    /// Nothing where those were all: a reader holds pages of every column.
    rest: Option<Batches>,
}

fn one_file(
    (path, threads): (&Path, usize),
    positions: &[u64],
    columns: &Columns,
    on: &mut dyn FnMut(&Rows, usize),
) -> Result<(), LakeError> {
    let input = Input::open(path, Some(schema::records_for_fetch()))?;
    let is_within = |group: &usize| match bounds(&input, *group) {
        Some((first, last)) => {
            let from = positions.partition_point(|position| *position < first);
            let nearest = positions.get(from);
            nearest.is_some_and(|position| *position <= last)
        }
        None => true,
    };
    let groups: Vec<usize> = (0..input.groups()).filter(is_within).collect();
    let begin = |group: &usize| begin((&input, *group), positions, columns);
    in_order((threads, &groups), &begin, &mut |begun| {
        let Some(Begun { first, rest }) = begun else {
            return Ok(());
        };
        let mut give = |rows: &Rows| (0..rows.len).for_each(|row| on(rows, row));
        first.iter().for_each(&mut give);
        for batch in rest.into_iter().flatten() {
            give(&Rows::of(&batch?));
        }
        Ok(())
    })
}

/// Begins to read the rows of a group at these positions; nothing where there is none.
fn begin(
    (input, group): (&Input, usize),
    positions: &[u64],
    columns: &Columns,
) -> Result<Option<Begun>, LakeError> {
    let only_position = Columns::Roots(vec![schema::POSITION.to_owned()]);
    let mut found = Vec::new();
    let mut start = 0;
    for batch in input.read(group, &only_position, None)? {
        let rows = Rows::of(&batch?);
        let hit = |row: &usize| positions.binary_search(&rows.position(*row)).is_ok();
        found.extend((0..rows.len).filter(hit).map(|row| start + row));
        start += rows.len;
    }
    if found.is_empty() {
        return Ok(None);
    }
    let rows = selection(&found, input.group_rows(group));
    let mut rest = input.read(group, columns, Some(rows))?;
    let first = rest.next().transpose()?.as_ref().map(Rows::of);
    let is_all = first.as_ref().is_some_and(|rows| rows.len == found.len());
    let rest = Some(rest).filter(|_| !is_all);
    Ok(Some(Begun { first, rest }))
}

/// The smallest and the greatest position of a row group.
pub(crate) fn bounds(input: &Input, group: usize) -> Option<(u64, u64)> {
    let column = input.metadata().row_groups().get(group)?.columns().iter();
    let position = column
        .filter(|column| column.column_path().string() == schema::POSITION)
        .find_map(|column| column.statistics())?;
    match position {
        Statistics::Int64(values) => Some((
            values.min_opt()?.cast_unsigned(),
            values.max_opt()?.cast_unsigned(),
        )),
        _ => None,
    }
}

/// Ascending row numbers as the Parquet reader takes them.
pub(crate) fn selection(rows: &[usize], total: usize) -> RowSelection {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for row in rows {
        match ranges.last_mut() {
            Some(range) if range.end == *row => range.end += 1,
            _ => ranges.push(*row..*row + 1),
        }
    }
    RowSelection::from_consecutive_ranges(ranges.into_iter(), total)
}

/// Gives the records at these places with the columns asked for, artefact by artefact and log by log, each file in the order of
/// position.
pub(crate) fn visit(
    folders: &Folders,
    held: (&BTreeMap<ArtefactId, Manifest>, usize),
    wanted: (&[RecordKey], &Columns),
    on: &mut dyn FnMut(Record),
) -> Result<(), LakeError> {
    fetch(folders, held, wanted, &mut |key, rows, row| {
        on(rows.record(key.artefact, row));
    })
}

/// The records at these places, in the order asked for; `None` where there is none.
pub(crate) fn records(
    folders: &Folders,
    held: (&BTreeMap<ArtefactId, Manifest>, usize),
    keys: &[RecordKey],
) -> Result<Vec<Option<Record>>, LakeError> {
    let mut found = BTreeMap::new();
    visit(folders, held, (keys, &Columns::All), &mut |record| {
        let place = record.provenance;
        let key = RecordKey {
            artefact: place.artefact,
            position: place.position,
        };
        found.insert(key, record);
    })?;
    Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
}
