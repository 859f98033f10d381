//! All rules over one file of records, a row group at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hourzero_model::{ArtefactId, Column, Record};

use super::kept::{KeptFile, RowsOf};
use super::plan::{Known, Selected, View};
use super::rules::{Prepared, Rules};
use super::whole::Kind;
use crate::decode::Rows;
use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Columns, Input};
use crate::schema;

/// A condition with at least so many rows open in a row group is decided by itself, so that its columns
/// are not read for the rows of others.
const MANY: usize = 4_096;

/// A record and the rules that it meets, ascending.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) record: Record,
    pub(super) is_whole: bool,
    pub(super) rules: Vec<usize>,
}

/// A row of a group and the rules that it meets, ascending.
type Met = (u32, Vec<usize>, Kind);

/// A condition and the rows that may meet it.
type Open<'a> = (&'a Prepared, Selected);

/// Rows from an earlier scan, and the rule of that scan for each condition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) file: &'a KeptFile,
    pub(super) rules: &'a [usize],
}

/// Gives what one file holds, in the order of rows.
pub(super) struct FileScan<'a> {
    rules: &'a Rules,
    before: Option<Before<'a>>,
    artefact: ArtefactId,
    input: Input,
    group: usize,
    /// Rows of the group before that are met and not given yet, and what reads them.
    met: std::vec::IntoIter<Met>,
    making: super::whole::Making,
    kept: BTreeMap<usize, RowsOf>,
}

impl<'a> FileScan<'a> {
    pub(super) fn open(
        rules: &'a Rules,
        artefact: ArtefactId,
        (path, before): (&Path, Option<Before<'a>>),
    ) -> Result<Self, LakeError> {
        Ok(Self {
            rules,
            before,
            artefact,
            input: Input::open(path, Some(schema::records_for_scan()))?,
            group: 0,
            met: Vec::new().into_iter(),
            making: super::whole::Making::default(),
            kept: BTreeMap::new(),
        })
    }

    /// The rows that met rules of which nothing is wanted yet.
    pub(super) fn kept(self) -> KeptFile {
        KeptFile {
            artefact: self.artefact,
            path: PathBuf::from(self.input.path()),
            groups: self.kept,
        }
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
    fn evaluate(&mut self, group: usize) -> Result<Vec<Met>, LakeError> {
        let open = match self.before {
            Some(before) => self.rows_of(before, group),
            None => self.narrow(group)?,
        };
        // Rows of an earlier scan have not been tested at all, those of a narrow column have.
        let known = self.before.is_none().then_some(Known::Narrow);
        let mut met: Vec<(u32, usize)> = Vec::new();
        let mut kept = RowsOf::new();
        let rules = self.rules;
        self.decide(group, (open, known), &mut |prepared, rows| {
            for rule in &prepared.rules {
                if rules.kind(*rule).is_some() {
                    met.extend(rows.iter().map(|row| (*row, *rule)));
                } else {
                    kept.entry(*rule).or_default().extend_from_slice(rows);
                }
            }
        })?;
        if !kept.is_empty() {
            self.kept.insert(group, kept);
        }
        met.sort_unstable();
        let same_row = |a: &(u32, usize), b: &(u32, usize)| a.0 == b.0;
        let by_row = met.chunk_by(same_row).filter_map(|met| {
            let (row, _) = met.first()?;
            let kinds = met.iter().filter_map(|(_, rule)| rules.kind(*rule));
            let kind = kinds.max().unwrap_or(Kind::Whole);
            Some((*row, met.iter().map(|(_, rule)| *rule).collect(), kind))
        });
        Ok(by_row.collect())
    }

    /// For each condition the rows that were kept for its rule.
    fn rows_of(&self, before: Before<'_>, group: usize) -> Vec<Open<'a>> {
        let Some(kept) = before.file.groups.get(&group) else {
            return Vec::new();
        };
        let plans = self.rules.plans.iter().zip(before.rules);
        plans
            .filter_map(|(prepared, rule)| Some((prepared, kept.get(rule)?.clone())))
            .collect()
    }

    /// For each condition the rows that may meet it, by the narrow columns alone.
    fn narrow(&self, group: usize) -> Result<Vec<Open<'a>>, LakeError> {
        let mut open: Vec<Open<'a>> = Vec::new();
        let mut start = 0_u32;
        open.extend(self.rules.plans.iter().map(|plan| (plan, Vec::new())));
        // One batch for the whole group, so that each dictionary is looked at once.
        let size = self.input.group_rows(group).max(1);
        for batch in self
            .input
            .read_sized(group, (&self.rules.narrow, size), None)?
        {
            let rows = Rows::of(&batch?);
            let len = u32::try_from(rows.len).unwrap_or(u32::MAX);
            let all: Selected = (0..len).collect();
            for (prepared, found) in &mut open {
                let view = View::of(Known::Narrow);
                let part = prepared.plan.among(&rows, &all, view);
                found.extend(part.iter().map(|row| start + row));
            }
            start += len;
        }
        Ok(open)
    }

    /// Decides what is open, reading other columns only where it matters: the lists, which cost more than
    /// all others, last.
    fn decide(
        &self,
        group: usize,
        (open, known): (Vec<Open<'a>>, Option<Known>),
        on: &mut dyn FnMut(&Prepared, &[u32]),
    ) -> Result<(), LakeError> {
        let mut open = open;
        let mut known = known;
        loop {
            let mut left = Vec::with_capacity(open.len());
            for (prepared, rows) in open {
                if rows.is_empty() {
                } else if prepared.is_decided(known) {
                    on(prepared, &rows);
                } else {
                    left.push((prepared, rows));
                }
            }
            let next = match known {
                _ if left.is_empty() => return Ok(()),
                None | Some(Known::Narrow) => Known::Scalars,
                Some(Known::Scalars | Known::All) => Known::All,
            };
            open = self.narrowed(group, left, (known, next))?;
            known = Some(next);
        }
    }

    /// Of what is open the rows that may meet it by the columns that `known` names; `before` names those
    /// that have been looked at.
    fn narrowed(
        &self,
        group: usize,
        open: Vec<Open<'a>>,
        (before, known): (Option<Known>, Known),
    ) -> Result<Vec<Open<'a>>, LakeError> {
        let mut apart: BTreeMap<BTreeSet<&str>, Vec<Open<'a>>> = BTreeMap::new();
        let (mut together, mut done) = (Vec::new(), Vec::new());
        for (prepared, rows) in open {
            let is_scalars = known == Known::Scalars;
            if is_scalars && before.is_some() && !prepared.has_wide_scalars() {
                done.push((prepared, rows));
            } else if is_scalars && rows.len() >= MANY {
                let roots = prepared.roots_within(known).collect();
                apart.entry(roots).or_default().push((prepared, rows));
            } else {
                together.push((prepared, rows));
            }
        }
        for open in apart.into_values().chain([together]) {
            self.read(group, (open, known), &mut done)?;
        }
        Ok(done)
    }

    fn read(
        &self,
        group: usize,
        (open, known): (Vec<Open<'a>>, Known),
        done: &mut Vec<Open<'a>>,
    ) -> Result<(), LakeError> {
        let mut union: Vec<u32> = open.iter().flat_map(|(_, rows)| rows).copied().collect();
        union.sort_unstable();
        union.dedup();
        if union.is_empty() {
            return Ok(());
        }
        let roots: BTreeSet<&str> = open
            .iter()
            .flat_map(|(prepared, _)| prepared.roots_within(known))
            .collect();
        let columns = Columns::Roots(roots.into_iter().map(str::to_owned).collect());
        let numbers: Vec<usize> = union.iter().map(|row| *row as usize).collect();
        let rows = selection(&numbers, self.input.group_rows(group));
        let size = match known {
            Known::All => schema::BATCH_ROWS,
            Known::Narrow | Known::Scalars => union.len(),
        };
        let mut met: Vec<Open<'a>> = open.iter().map(|(one, _)| (*one, Vec::new())).collect();
        let mut rest = union.as_slice();
        for batch in self.input.read_sized(group, (&columns, size), Some(rows))? {
            let rows = Rows::of(&batch?);
            let (part, after) = rest.split_at_checked(rows.len).unwrap_or((rest, &[]));
            rest = after;
            let (Some(first), Some(last)) = (part.first(), part.last()) else {
                break;
            };
            for ((prepared, candidates), (_, met)) in open.iter().zip(&mut met) {
                let from = candidates.partition_point(|row| row < first);
                let to = candidates.partition_point(|row| row <= last);
                let local = places(part, candidates.get(from..to).unwrap_or_default());
                let found = prepared.plan.select(&rows, local, View::of(known));
                let row_of = |local: u32| part.get(local as usize).copied();
                met.extend(found.into_iter().filter_map(row_of));
            }
        }
        done.append(&mut met);
        Ok(())
    }
}

impl Prepared {
    /// Whether columns that have been looked at decide it; where none has, only what is always so.
    fn is_decided(&self, known: Option<Known>) -> bool {
        match known {
            Some(known) => self.plan.is_within(known),
            None => self.plan.is_always(),
        }
    }

    fn roots_within(&self, known: Known) -> impl Iterator<Item = &'static str> {
        let is_list = |name: &str| matches!(name, schema::PARAMETERS | schema::CHANGED);
        let roots = self.roots.iter().copied();
        roots.filter(move |name| known == Known::All || !is_list(name))
    }

    /// Whether it reads a column that is neither narrow nor a list.
    fn has_wide_scalars(&self) -> bool {
        let is_wide =
            |name| Column::from_name(name).is_some_and(|column| !schema::is_narrow(column));
        self.roots_within(Known::Scalars).any(is_wide)
    }
}

/// Where ascending `rows` stand among the ascending rows of a batch.
fn places(batch: &[u32], rows: &[u32]) -> Selected {
    if batch.len() == rows.len() {
        return (0..).take(rows.len()).collect();
    }
    let mut wanted = rows.iter().peekable();
    let mut found = Vec::with_capacity(rows.len());
    for (place, row) in (0_u32..).zip(batch) {
        if wanted.next_if_eq(&row).is_some() {
            found.push(place);
        }
    }
    found
}
