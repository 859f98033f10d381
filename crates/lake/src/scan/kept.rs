//! Rows that met rules whose records nobody has asked for yet.
//!
//! A rule that ordinary acts meet has very many rows of which few matter, and which they are is known only
//! when other rules have been run. So the rows are remembered by number: they can be counted by the values
//! of fields, and given where they meet a further condition, without a look at any other row.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hourzero_detect::ir::{Expr, Field};
use hourzero_model::ArtefactId;

use super::tally::Tallies;
use super::{ScanRule, Wanted};
use crate::error::LakeError;
use crate::parquet::Input;

/// Rows by condition, ascending.
pub(super) type RowsOf = BTreeMap<usize, Vec<u32>>;

/// Rows that met rules of which nothing was wanted yet.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    pub(super) files: Vec<KeptFile>,
    pub(super) counts: BTreeMap<usize, u64>,
}

/// The rows of one file: by row group, then by rule.
#[derive(Debug, Clone)]
pub(super) struct KeptFile {
    pub(super) artefact: ArtefactId,
    pub(super) path: PathBuf,
    pub(super) groups: BTreeMap<usize, RowsOf>,
}

/// Which of the rows kept for a rule are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Among {
    /// The rule's place in the list that was scanned.
    pub rule: usize,
    /// What must be so beside what the rule says.
    pub expr: Expr,
    /// What is wanted of the records.
    pub wanted: Wanted,
}

impl Among {
    pub(super) fn rule(&self) -> ScanRule {
        ScanRule {
            expr: self.expr.clone(),
            wanted: self.wanted.clone(),
        }
    }
}

/// How rows kept for a rule are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counting {
    /// The rule's place in the list that was scanned.
    pub rule: usize,
    /// The parts of the key: of each the first value among its fields that is not empty, in lower case. A
    /// record that lacks one is not counted.
    pub by: Vec<Vec<Field>>,
    /// Microseconds of a stretch of time; stretches are counted from the epoch.
    pub stretch: i64,
}

impl Kept {
    pub(super) fn take(&mut self, file: KeptFile) {
        for (rule, rows) in file.groups.values().flatten() {
            *self.counts.entry(*rule).or_default() += rows.len() as u64;
        }
        if !file.groups.is_empty() {
            self.files.push(file);
        }
    }

    /// How many records met a rule.
    pub fn count(&self, rule: usize) -> u64 {
        self.counts.get(&rule).copied().unwrap_or(0)
    }

    /// Counts rows by key and stretch; `on` gets the place in the list, key, stretch and number, each key
    /// and stretch once.
    pub(crate) fn tally(
        &self,
        countings: &[Counting],
        on: &mut dyn FnMut(usize, &str, i64, u64),
    ) -> Result<(), LakeError> {
        let mut tallies = Tallies::new(countings);
        for file in &self.files {
            let is_asked =
                |rows: &&RowsOf| countings.iter().any(|one| rows.contains_key(&one.rule));
            if file.groups.values().any(|rows| is_asked(&rows)) {
                let input = Input::open(&file.path, Some(crate::schema::records_for_scan()))?;
                for (group, rows) in file.groups.iter().filter(|(_, rows)| is_asked(rows)) {
                    tallies.group((&input, *group), rows)?;
                }
            }
        }
        tallies.give(on);
        Ok(())
    }
}
