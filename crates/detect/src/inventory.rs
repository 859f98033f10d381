//! What a body of evidence holds: for each log which columns, facts, changes and key paths have values.
//!
//! The caller counts them at import; this crate only asks. Names are compared without ASCII case.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Column, Log};

use crate::ir::{Field, Side};

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
    /// Key paths of the raw records, keys joined by dots, arrays left out, in lower case.
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
                .map(|(name, _)| name.to_ascii_lowercase()),
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
            Field::Raw(path) => {
                let path = path.join(".").to_ascii_lowercase();
                let below = format!("{path}.");
                self.raw
                    .iter()
                    .any(|known| *known == path || known.starts_with(&below))
            }
            Field::Text => self.records > 0,
        }
    }
}
