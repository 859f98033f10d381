//! Which columns, parameters and changes the records of each source have: what makes a rule live.

use std::collections::BTreeMap;

use datafusion::arrow::array::AsArray;
use datafusion::parquet::file::statistics::Statistics;
use hourzero_model::{ArtefactId, Column, Log};

use crate::error::LakeError;
use crate::parquet::{Columns, Input};
use crate::schema;
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
            for group in 0..input.groups() {
                columns(&input, group, source);
                for list in [schema::PARAMETERS, schema::CHANGED] {
                    names(&input, (group, list), source)?;
                }
            }
        }
    }
    Ok(presence)
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

fn names(
    input: &Input,
    (group, list): (usize, &str),
    source: &mut SourcePresence,
) -> Result<(), LakeError> {
    let SourcePresence {
        parameters,
        changed,
        names_cut,
        ..
    } = source;
    let counts = if list == schema::PARAMETERS {
        parameters
    } else {
        changed
    };
    let leaf = Columns::Leaves(vec![format!("{list}.list.item.name")]);
    for batch in input.read(group, &leaf, None)? {
        let batch = batch?;
        let names = batch
            .column_by_name(list)
            .and_then(|array| array.as_list_opt::<i32>())
            .and_then(|array| array.values().as_struct_opt())
            .and_then(|items| items.columns().first()?.as_string_opt::<i32>())
            .ok_or_else(|| LakeError::damaged(input.path(), format!("{list} is no list")))?;
        for name in names.iter().flatten() {
            if let Some(count) = counts.get_mut(name) {
                *count += 1;
            } else if counts.len() < NAMES {
                counts.insert(name.to_owned(), 1);
            } else {
                *names_cut = true;
            }
        }
    }
    Ok(())
}
