//! Rows that met rules whose records nobody has asked for yet.
//!
//! A rule that ordinary acts meet has very many rows of which few matter, and which they are is known only
//! when other rules have been run. So the rows are remembered by number: they can be counted by the values
//! of fields, and given where they meet a further condition, without a look at any other row.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use hourzero_detect::ir::{Expr, Field};
use hourzero_model::{ArtefactId, Column};

use super::plan::{Values, root};
use super::{ScanRule, Wanted};
use crate::decode::{Rows, Scalar};
use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Columns, Input};

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

/// What stands between the parts of a key.
const BETWEEN: char = '\u{1f}';

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
        let mut tallies: Vec<Tally> = countings.iter().map(|_| Tally::default()).collect();
        for file in &self.files {
            let is_asked =
                |rows: &&RowsOf| countings.iter().any(|one| rows.contains_key(&one.rule));
            if file.groups.values().any(|rows| is_asked(&rows)) {
                let input = Input::open(&file.path, Some(crate::schema::records_for_scan()))?;
                for (group, rows) in &file.groups {
                    for (counting, tally) in countings.iter().zip(&mut tallies) {
                        if let Some(rows) = rows.get(&counting.rule) {
                            tally.group((&input, *group), counting, rows)?;
                        }
                    }
                }
            }
        }
        for (number, tally) in tallies.into_iter().enumerate() {
            tally.give(&mut |key, stretch, count| on(number, key, stretch, count));
        }
        Ok(())
    }
}

/// Counts by key and stretch.
#[derive(Default)]
struct Tally {
    keys: HashMap<String, u32>,
    counts: HashMap<(u32, i64), u64>,
}

impl Tally {
    fn group(
        &mut self,
        (input, group): (&Input, usize),
        counting: &Counting,
        rows: &[u32],
    ) -> Result<(), LakeError> {
        let mut roots: BTreeSet<&str> = counting.by.iter().flatten().filter_map(root).collect();
        roots.insert(Column::EventTime.name());
        let columns = Columns::Roots(roots.into_iter().map(str::to_owned).collect());
        let total = input.group_rows(group);
        let numbers: Vec<usize> = rows.iter().map(|row| *row as usize).collect();
        let mut key = String::new();
        for batch in input.read(group, &columns, Some(selection(&numbers, total)))? {
            let rows = Rows::of(&batch?);
            let Some(Scalar::Time(times)) = rows.scalar(Column::EventTime) else {
                continue;
            };
            let parts: Vec<Vec<Values<'_>>> = counting
                .by
                .iter()
                .map(|fields| {
                    fields
                        .iter()
                        .map(|field| Values::of(&rows, field))
                        .collect()
                })
                .collect();
            for (row, time) in times.values().iter().enumerate() {
                if joined(&parts, row, &mut key) {
                    self.add(&key, time.div_euclid(counting.stretch.max(1)));
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, key: &str, stretch: i64) {
        let number = match self.keys.get(key) {
            Some(number) => *number,
            None => {
                let number = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                self.keys.insert(key.to_owned(), number);
                number
            }
        };
        *self.counts.entry((number, stretch)).or_default() += 1;
    }

    fn give(self, on: &mut dyn FnMut(&str, i64, u64)) {
        let mut keys: Vec<(u32, String)> = self
            .keys
            .into_iter()
            .map(|(key, number)| (number, key))
            .collect();
        keys.sort_unstable();
        let mut counts: Vec<((u32, i64), u64)> = self.counts.into_iter().collect();
        counts.sort_unstable();
        for ((number, stretch), count) in counts {
            if let Some((_, key)) = keys.get(number as usize) {
                on(key, stretch, count);
            }
        }
    }
}

/// The key of a row; says whether it has one.
fn joined(parts: &[Vec<Values<'_>>], row: usize, key: &mut String) -> bool {
    key.clear();
    for (place, fields) in parts.iter().enumerate() {
        if place > 0 {
            key.push(BETWEEN);
        }
        let mut take = |value: &str| {
            if value.is_empty() {
                return false;
            }
            if value.is_ascii() {
                let from = key.len();
                key.push_str(value);
                if let Some(added) = key.get_mut(from..) {
                    added.make_ascii_lowercase();
                }
            } else {
                key.push_str(&value.to_lowercase());
            }
            true
        };
        if !fields.iter().any(|values| values.any(row, &mut take)) {
            return false;
        }
    }
    true
}
