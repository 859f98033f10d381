//! What a body of evidence holds: for each log which columns, facts, changes and key paths have values.
//!
//! The caller counts them at import; this crate only asks. Names are compared without ASCII case.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Column, Log};

use crate::evaluate::WRAPPERS;
use crate::ir::{Field, Side};

/// Key paths are counted no deeper than this.
const PATH_DEPTH: usize = 6;

/// What the evidence holds, by log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Logs without records need no entry.
    pub logs: BTreeMap<Log, LogInventory>,
}

/// What the records of one log hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogInventory {
    /// How many records there are.
    pub records: u64,
    /// Columns with a value in at least one record.
    pub columns: BTreeSet<Column>,
    /// Names of facts, in lower case.
    pub parameters: BTreeSet<String>,
    /// Names of changed properties, in lower case.
    pub changed: BTreeSet<String>,
    /// Key paths of the raw records, keys joined by dots without marks of lists, in lower case, six keys
    /// deep; `…` among them where there are more than were counted.
    pub raw: BTreeSet<String>,
}

impl Inventory {
    /// Counts one record in: for tests and for evidence small enough to be read whole. Key paths of the
    /// raw record are for the caller to add.
    pub fn add(&mut self, record: &hourzero_model::Record) {
        let log = self.logs.entry(record.log).or_default();
        log.records += 1;
        log.columns.extend(
            Column::ALL
                .iter()
                .copied()
                .filter(|column| column.of(record).is_some()),
        );
        log.parameters.extend(
            record
                .parameters
                .iter()
                .map(|(name, _)| name.as_str().to_ascii_lowercase()),
        );
        log.changed.extend(
            record
                .changed
                .iter()
                .map(|change| change.name.to_ascii_lowercase()),
        );
    }
}

impl LogInventory {
    /// Whether any record has a value of the field.
    pub(crate) fn has(&self, field: &Field) -> bool {
        match field {
            Field::Column(column) => self.columns.contains(column),
            Field::Parameter(name) => self.parameters.contains(&name.to_ascii_lowercase()),
            Field::ParameterName | Field::AnyParameter => !self.parameters.is_empty(),
            Field::Changed { name: None, .. }
            | Field::Changed {
                side: Side::Name, ..
            } => !self.changed.is_empty(),
            Field::Changed {
                name: Some(name), ..
            } => self.changed.contains(&name.to_ascii_lowercase()),
            Field::Raw(path) => self.has_path(path),
            Field::Text => self.records > 0,
        }
    }

    /// Whether any raw record has the path, by itself or inside a transport's wrapper.
    fn has_path(&self, path: &[String]) -> bool {
        // The inventory is cut at a number of paths, and says so by this mark; then nothing is excluded.
        if self.raw.contains("…") {
            return true;
        }
        let wanted: Vec<&str> = path.iter().map(String::as_str).take(PATH_DEPTH).collect();
        let wanted = wanted.join(".").to_ascii_lowercase();
        self.raw.iter().any(|known| {
            let inner = known
                .split_once('.')
                .filter(|(first, _)| {
                    WRAPPERS
                        .iter()
                        .any(|wrapper| wrapper.eq_ignore_ascii_case(first))
                })
                .map(|(_, inner)| inner);
            std::iter::once(known.as_str()).chain(inner).any(|known| {
                known == wanted
                    || known
                        .strip_prefix(&wanted)
                        .is_some_and(|rest| rest.starts_with('.'))
                    || known.split('.').count() >= PATH_DEPTH - 1 && wanted.starts_with(known)
            })
        })
    }
}
