//! All rules over one file of records, a row group at a time.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

use hourzero_detect::ir::Expr;
use hourzero_model::{ArtefactId, Record};

use super::plan::{Plan, Selected, View, root};
use crate::decode::Rows;
use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Columns, Input};
use crate::schema;

/// Records made whole at once.
const HYDRATED_ROWS: usize = 8_192;

/// The rules of a scan, lowered.
#[derive(Debug)]
pub(super) struct Rules {
    plans: Vec<Prepared>,
    narrow: Columns,
}

#[derive(Debug)]
struct Prepared {
    plan: Plan,
    is_narrow: bool,
    roots: BTreeSet<&'static str>,
}

impl Rules {
    pub(super) fn of(rules: &[Expr]) -> Result<Self, LakeError> {
        let mut plans = Vec::with_capacity(rules.len());
        let mut narrow: BTreeSet<&str> = BTreeSet::new();
        for (rule, expr) in rules.iter().enumerate() {
            if !expr.is_columnar() {
                return Err(LakeError::NotColumnar { rule });
            }
            let plan = Plan::of(expr).map_err(|reason| LakeError::Pattern { rule, reason })?;
            let roots: BTreeSet<_> = expr.fields().into_iter().filter_map(root).collect();
            let is_narrow = |name: &&&str| {
                hourzero_model::Column::from_name(name).is_some_and(schema::is_narrow)
            };
            narrow.extend(roots.iter().filter(is_narrow));
            plans.push(Prepared {
                is_narrow: plan.is_narrow(),
                plan,
                roots,
            });
        }
        if narrow.is_empty() {
            // Something must be read to know how many rows there are.
            narrow.insert("source");
        }
        let narrow = Columns::Roots(narrow.into_iter().map(str::to_owned).collect());
        Ok(Self { plans, narrow })
    }
}

/// A record and the rules that it meets, ascending.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) record: Record,
    pub(super) rules: Vec<usize>,
}

/// Gives what one file holds, in the order of rows.
pub(super) struct FileScan<'a> {
    rules: &'a Rules,
    artefact: ArtefactId,
    input: Input,
    group: usize,
    /// Rows of the group before that are met and not made whole yet.
    met: VecDeque<(usize, Vec<usize>)>,
    ready: VecDeque<Found>,
}

impl<'a> FileScan<'a> {
    pub(super) fn open(
        rules: &'a Rules,
        artefact: ArtefactId,
        path: &Path,
    ) -> Result<Self, LakeError> {
        Ok(Self {
            rules,
            artefact,
            input: Input::open(path, Some(schema::records_for_scan()))?,
            group: 0,
            met: VecDeque::new(),
            ready: VecDeque::new(),
        })
    }

    /// The next record that meets a rule.
    pub(super) fn next(&mut self) -> Result<Option<Found>, LakeError> {
        loop {
            if let Some(found) = self.ready.pop_front() {
                return Ok(Some(found));
            }
            if !self.met.is_empty() {
                self.hydrate()?;
            } else if self.group < self.input.groups() {
                self.met = self.evaluate(self.group)?;
                self.group += 1;
            } else {
                return Ok(None);
            }
        }
    }

    fn hydrate(&mut self) -> Result<(), LakeError> {
        let taken = self.met.len().min(HYDRATED_ROWS);
        let mut part: VecDeque<_> = self.met.drain(..taken).collect();
        let numbers: Vec<usize> = part.iter().map(|(row, _)| *row).collect();
        let group = self.group.saturating_sub(1);
        let rows = selection(&numbers, self.input.group_rows(group));
        for batch in self.input.read(group, &Columns::All, Some(rows))? {
            let rows = Rows::of(&batch?);
            for row in 0..rows.len {
                if let Some((_, rules)) = part.pop_front() {
                    let record = rows.record(self.artefact, row);
                    self.ready.push_back(Found { record, rules });
                }
            }
        }
        Ok(())
    }

    /// The rows of a group that meet a rule, with their rules.
    fn evaluate(&self, group: usize) -> Result<VecDeque<(usize, Vec<usize>)>, LakeError> {
        let candidates = self.narrow(group)?;
        let is_narrow = |rule: usize| {
            self.rules
                .plans
                .get(rule)
                .is_some_and(|plan| plan.is_narrow)
        };
        let mut met: Vec<(u32, usize)> = Vec::new();
        let mut open: Vec<(usize, Selected)> = Vec::new();
        for (rule, rows) in candidates {
            if is_narrow(rule) {
                met.extend(rows.iter().map(|row| (*row, rule)));
            } else if !rows.is_empty() {
                open.push((rule, rows));
            }
        }
        self.decide(group, &open, &mut met)?;
        met.sort_unstable();
        let mut by_row: VecDeque<(usize, Vec<usize>)> = VecDeque::new();
        for (row, rule) in met {
            let row = row as usize;
            match by_row.back_mut() {
                Some((last, rules)) if *last == row => rules.push(rule),
                _ => by_row.push_back((row, vec![rule])),
            }
        }
        Ok(by_row)
    }

    /// For each rule the rows that may meet it, by the narrow columns alone.
    fn narrow(&self, group: usize) -> Result<Vec<(usize, Selected)>, LakeError> {
        let mut candidates: Vec<(usize, Selected)> = Vec::new();
        let mut start = 0_u32;
        candidates.extend((0..self.rules.plans.len()).map(|rule| (rule, Vec::new())));
        // One batch for the whole group, so that each dictionary is looked at once.
        let size = self.input.group_rows(group).max(1);
        for batch in self
            .input
            .read_sized(group, (&self.rules.narrow, size), None)?
        {
            let rows = Rows::of(&batch?);
            let len = u32::try_from(rows.len).unwrap_or(u32::MAX);
            let all: Selected = (0..len).collect();
            for (prepared, (_, found)) in self.rules.plans.iter().zip(&mut candidates) {
                let part = prepared.plan.among(&rows, &all, View::Upper);
                found.extend(part.iter().map(|row| start + row));
            }
            start += len;
        }
        Ok(candidates)
    }

    /// Decides what narrow columns left open, reading the other columns only where it matters.
    fn decide(
        &self,
        group: usize,
        open: &[(usize, Selected)],
        met: &mut Vec<(u32, usize)>,
    ) -> Result<(), LakeError> {
        let mut union: Vec<u32> = open
            .iter()
            .flat_map(|(_, rows)| rows.iter().copied())
            .collect();
        union.sort_unstable();
        union.dedup();
        if union.is_empty() {
            return Ok(());
        }
        let roots: BTreeSet<&str> = open
            .iter()
            .filter_map(|(rule, _)| self.rules.plans.get(*rule))
            .flat_map(|prepared| prepared.roots.iter().copied())
            .collect();
        let columns = Columns::Roots(roots.into_iter().map(str::to_owned).collect());
        let numbers: Vec<usize> = union.iter().map(|row| *row as usize).collect();
        let rows = selection(&numbers, self.input.group_rows(group));
        let mut rest = union.as_slice();
        for batch in self.input.read(group, &columns, Some(rows))? {
            let rows = Rows::of(&batch?);
            let (part, after) = rest.split_at_checked(rows.len).unwrap_or((rest, &[]));
            rest = after;
            let (Some(first), Some(last)) = (part.first(), part.last()) else {
                break;
            };
            for (rule, candidates) in open {
                let Some(prepared) = self.rules.plans.get(*rule) else {
                    continue;
                };
                let from = candidates.partition_point(|row| row < first);
                let to = candidates.partition_point(|row| row <= last);
                let local = places(part, candidates.get(from..to).unwrap_or_default());
                let kept = prepared.plan.select(&rows, local, View::Exact);
                let row_of = |local: u32| part.get(local as usize).copied();
                met.extend(kept.into_iter().filter_map(row_of).map(|row| (row, *rule)));
            }
        }
        Ok(())
    }
}

/// Where ascending `rows` stand among the ascending rows of a batch.
fn places(batch: &[u32], rows: &[u32]) -> Selected {
    let mut wanted = rows.iter().peekable();
    let mut found = Vec::with_capacity(rows.len());
    for (place, row) in (0_u32..).zip(batch) {
        if wanted.next_if_eq(&row).is_some() {
            found.push(place);
        }
    }
    found
}
