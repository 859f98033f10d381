//! Which columns, parameters and changes the records of each source have: what makes a rule live.

use std::collections::{BTreeMap, HashMap};

use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::UInt32Type;
use datafusion::parquet::file::statistics::Statistics;
use foldhash::fast::RandomState;
use hourzero_model::{ArtefactId, Column, Log};

use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Columns, Input};
use crate::schema;
use crate::shape::{self, Shapes};
use crate::store::{Folders, Manifest};

/// Different names kept for a source at most; a hostile export can invent any number.
const NAMES: usize = 65_536;

/// What the records of each source have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presence {
    /// By source, those without records left out.
    pub sources: BTreeMap<Log, SourcePresence>,
}

/// What the records of one source have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourcePresence {
    /// Records.
    pub records: u64,
    /// Records with a value in a column; columns without any are left out.
    pub columns: BTreeMap<Column, u64>,
    /// Values by name of parameter, the name as logged.
    pub parameters: BTreeMap<String, u64>,
    /// Changes by name of property, the name as logged.
    pub changed: BTreeMap<String, u64>,
    /// Whether there are more names than are kept here, so that a missing one proves nothing.
    pub names_cut: bool,
}

pub(crate) fn presence(
    folders: &Folders,
    held: &BTreeMap<ArtefactId, Manifest>,
) -> Result<Presence, LakeError> {
    let mut presence = Presence::default();
    for manifest in held.values() {
        for (log, piece) in manifest.record_pieces() {
            let source = presence.sources.entry(log).or_default();
            source.records += piece.rows;
            let input = Input::open(&folders.path(&piece.path), None)?;
            let shapes = input.noted(shape::KEY)?.as_deref().map(Shapes::of_bytes);
            let shapes = shapes.unwrap_or_default();
            // Their names are told once a file: of each row group's shapes most are those of the group before.
            let mut counts: HashMap<u32, u64, RandomState> = HashMap::default();
            for group in 0..input.groups() {
                columns(&input, group, source);
                let untold = shaped((&input, group), &shapes, &mut counts)?;
                for list in [schema::PARAMETERS, schema::CHANGED] {
                    names(&input, (group, list), &untold, source)?;
                }
            }
            source.note_shaped(&shapes, counts.into_iter().collect());
        }
    }
    Ok(presence)
}

/// Counts shapes, and gives the rows whose shape tells no names.
fn shaped(
    (input, group): (&Input, usize),
    shapes: &Shapes,
    counts: &mut HashMap<u32, u64, RandomState>,
) -> Result<Vec<usize>, LakeError> {
    let mut untold = Vec::new();
    let mut first = 0;
    let column = Columns::Roots(vec![schema::SHAPE.to_owned()]);
    for batch in input.read_sized(group, (&column, input.group_rows(group).max(1)), None)? {
        let batch = batch?;
        let numbers = batch
            .column_by_name(schema::SHAPE)
            .and_then(|array| array.as_primitive_opt::<UInt32Type>())
            .ok_or_else(|| LakeError::damaged(input.path(), "no numbers of shapes"))?;
        for (row, number) in numbers.values().iter().enumerate() {
            if shapes.get(*number).is_some() {
                *counts.entry(*number).or_default() += 1;
            } else {
                untold.push(first + row);
            }
        }
        first += batch.num_rows();
    }
    Ok(untold)
}

impl SourcePresence {
    /// Counts the names that shapes tell, of each shape so many records.
    fn note_shaped(&mut self, shapes: &Shapes, counts: BTreeMap<u32, u64>) {
        let known = counts
            .into_iter()
            .filter_map(|(number, count)| Some((shapes.get(number)?, count)));
        for (shape, count) in known {
            for (name, _) in shapes.parameters(shape) {
                self.note((schema::PARAMETERS, name), count);
            }
            for name in shapes.changes(shape) {
                self.note((schema::CHANGED, name), count);
            }
        }
    }

    /// Counts a name of a list.
    fn note(&mut self, (list, name): (&str, &str), more: u64) {
        let counts = if list == schema::PARAMETERS {
            &mut self.parameters
        } else {
            &mut self.changed
        };
        if let Some(count) = counts.get_mut(name) {
            *count += more;
        } else if counts.len() < NAMES {
            counts.insert(name.to_owned(), more);
        } else {
            self.names_cut = true;
        }
    }
}

/// Counts from the file's statistics alone.
fn columns(input: &Input, group: usize, source: &mut SourcePresence) {
    let Some(metadata) = input.metadata().row_groups().get(group) else {
        return;
    };
    let rows = input.group_rows(group) as u64;
    for leaf in metadata.columns() {
        let Some(column) = Column::from_name(&leaf.column_path().string()) else {
            continue;
        };
        let nulls = leaf.statistics().and_then(Statistics::null_count_opt);
        let filled = rows.saturating_sub(nulls.unwrap_or(0));
        if filled > 0 {
            *source.columns.entry(column).or_default() += filled;
        }
    }
}

/// Counts the names of some rows, which are read.
fn names(
    input: &Input,
    (group, list): (usize, &str),
    rows: &[usize],
    source: &mut SourcePresence,
) -> Result<(), LakeError> {
    if rows.is_empty() {
        return Ok(());
    }
    let leaf = Columns::Leaves(vec![format!("{list}.list.item.name")]);
    let rows = selection(rows, input.group_rows(group));
    for batch in input.read(group, &leaf, Some(rows))? {
        let batch = batch?;
        let names = batch
            .column_by_name(list)
            .and_then(|array| array.as_list_opt::<i32>())
            .and_then(|array| array.values().as_struct_opt())
            .and_then(|items| items.columns().first()?.as_string_opt::<i32>())
            .ok_or_else(|| LakeError::damaged(input.path(), format!("{list} is no list")))?;
        for name in names.iter().flatten() {
            source.note((list, name), 1);
        }
    }
    Ok(())
}
