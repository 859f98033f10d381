//! All rules over one file of records, a row group at a time.

use std::collections::BTreeSet;
use std::path::Path;

use hourzero_model::{ArtefactId, Record};

use super::plan::{Plan, Selected, View, root};
use super::whole::{Kind, Makers};
use super::{ScanRule, Wanted};
use crate::decode::Rows;
use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Columns, Input};
use crate::schema;

/// The rules of a scan, lowered.
#[derive(Debug)]
pub(super) struct Rules {
    plans: Vec<Prepared>,
    narrow: Columns,
    makers: Makers,
}

#[derive(Debug)]
struct Prepared {
    plan: Plan,
    is_narrow: bool,
    roots: BTreeSet<&'static str>,
    kind: Kind,
}

impl Rules {
    pub(super) fn of(rules: &[ScanRule]) -> Result<Self, LakeError> {
        let mut plans = Vec::with_capacity(rules.len());
        let mut narrow: BTreeSet<&str> = BTreeSet::new();
        let mut makers = Makers::default();
        for (rule, ScanRule { expr, wanted }) in rules.iter().enumerate() {
            if !expr.is_columnar() {
                return Err(LakeError::NotColumnar { rule });
            }
            let plan = Plan::of(expr).map_err(|reason| LakeError::Pattern { rule, reason })?;
            let roots: BTreeSet<_> = expr.fields().into_iter().filter_map(root).collect();
            let is_narrow = |name: &&&str| {
                hourzero_model::Column::from_name(name).is_some_and(schema::is_narrow)
            };
            narrow.extend(roots.iter().filter(is_narrow));
            let kind = match wanted {
                Wanted::Whole => Kind::Whole,
                Wanted::Fields(fields) => makers.of(fields.iter().filter_map(root)),
            };
            plans.push(Prepared {
                is_narrow: plan.is_narrow(),
                plan,
                roots,
                kind,
            });
        }
        if narrow.is_empty() {
            // Something must be read to know how many rows there are.
            narrow.insert("source");
        }
        let narrow = Columns::Roots(narrow.into_iter().map(str::to_owned).collect());
        Ok(Self {
            plans,
            narrow,
            makers,
        })
    }

    fn kind(&self, rule: usize) -> Kind {
        self.plans.get(rule).map_or(Kind::Whole, |rule| rule.kind)
    }
}

/// A record and the rules that it meets, ascending.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) record: Record,
    pub(super) is_whole: bool,
    pub(super) rules: Vec<usize>,
}

/// A row of a group and the rules that it meets, ascending.
type Met = (u32, Vec<usize>, Kind);

/// Gives what one file holds, in the order of rows.
pub(super) struct FileScan<'a> {
    rules: &'a Rules,
    artefact: ArtefactId,
    input: Input,
    group: usize,
    /// Rows of the group before that are met and not given yet, and what reads them.
    met: std::vec::IntoIter<Met>,
    making: super::whole::Making,
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
            met: Vec::new().into_iter(),
            making: super::whole::Making::default(),
        })
    }

    /// The next record that meets a rule.
    pub(super) fn next(&mut self) -> Result<Option<Found>, LakeError> {
        loop {
            if let Some((_, rules, kind)) = self.met.next() {
                let Some(record) = self.making.next(kind, self.artefact)? else {
                    return Err(LakeError::damaged(
                        self.input.path(),
                        "a row that was counted is not there".to_owned(),
                    ));
                };
                return Ok(Some(Found {
                    record,
                    is_whole: kind == Kind::Whole,
                    rules,
                }));
            }
            if self.group >= self.input.groups() {
                return Ok(None);
            }
            let met = self.evaluate(self.group)?;
            let rows = met.iter().map(|(row, _, kind)| (*row as usize, *kind));
            self.making = self.rules.makers.start(&self.input, self.group, rows)?;
            self.met = met.into_iter();
            self.group += 1;
        }
    }

    /// The rows of a group that meet a rule, with their rules.
    fn evaluate(&self, group: usize) -> Result<Vec<Met>, LakeError> {
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
        let same_row = |a: &(u32, usize), b: &(u32, usize)| a.0 == b.0;
        let by_row = met.chunk_by(same_row).filter_map(|met| {
            let (row, _) = met.first()?;
            let kinds = met.iter().map(|(_, rule)| self.rules.kind(*rule));
            let kind = kinds.max().unwrap_or(Kind::Whole);
            Some((*row, met.iter().map(|(_, rule)| *rule).collect(), kind))
        });
        Ok(by_row.collect())
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
