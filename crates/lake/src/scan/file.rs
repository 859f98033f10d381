//! All rules over one file of records, a row group at a time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hourzero_model::{ArtefactId, Record};

use super::group::{Group, Open};
use super::kept::{KeptFile, RowsOf};
use super::plan::Known;
use super::rules::{Prepared, Rules};
use super::whole::{Kind, Making};
use crate::decode::Rows;
use crate::error::LakeError;
use crate::fetch;
use crate::parquet::Input;
use crate::schema;
use crate::shape::{self, Shapes};

/// A record and the rules that it meets, ascending.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) record: Record,
    pub(super) is_whole: bool,
    pub(super) rules: Vec<usize>,
}

/// A row of a group and the rules that it meets, ascending.
type Met = (u32, Vec<usize>, Kind);

/// Rows from an earlier scan, and the rule of that scan for each condition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) file: &'a KeptFile,
    pub(super) rules: &'a [usize],
}

/// One file of records, of which several threads may judge row groups.
pub(super) struct ScannedFile<'a> {
    rules: &'a Rules,
    before: Option<Before<'a>>,
    artefact: ArtefactId,
    input: Input,
    shapes: Arc<Shapes>,
}

/// What meets rules in one row group.
#[derive(Default)]
pub(super) struct Judged {
    met: std::vec::IntoIter<Met>,
    making: Making,
    kept: RowsOf,
}

/// Gives what one file holds, in the order of rows.
pub(super) struct FileScan<'f> {
    file: &'f ScannedFile<'f>,
    /// The next row group.
    group: usize,
    /// What is being given.
    now: Judged,
    kept: BTreeMap<usize, RowsOf>,
}

impl<'a> ScannedFile<'a> {
    pub(super) fn open(
        rules: &'a Rules,
        artefact: ArtefactId,
        (path, before): (&Path, Option<Before<'a>>),
    ) -> Result<Self, LakeError> {
        let input = Input::open(path, Some(schema::records_for_scan()))?;
        let asks_lists = rules.plans.iter().any(Prepared::has_lists);
        let noted = if asks_lists {
            input.noted(shape::KEY)?
        } else {
            None
        };
        let shapes = noted.as_deref().map(Shapes::of_bytes);
        Ok(Self {
            rules,
            before,
            artefact,
            input,
            shapes: Arc::new(shapes.unwrap_or_default()),
        })
    }

    /// How many row groups it has.
    pub(super) fn groups(&self) -> usize {
        self.input.groups()
    }

    /// The smallest position in a row group, where the file says it.
    pub(super) fn first_position(&self, group: usize) -> Option<u64> {
        fetch::bounds(&self.input, group).map(|(first, _)| first)
    }

    /// What meets rules in a row group, and the first of their records made ready.
    pub(super) fn judge(&self, group: usize) -> Result<Judged, LakeError> {
        let (met, kept, read) = self.evaluate(group)?;
        let rows = met.iter().map(|(row, _, kind)| (*row as usize, *kind));
        let from = (&self.input, &self.shapes);
        let making = self.rules.makers.start(from, (group, read), rows)?;
        Ok(Judged {
            met: met.into_iter(),
            making,
            kept,
        })
    }

    /// The rows of a group that meet a rule, with their rules; those of which nothing is wanted yet; and the columns that were
    /// read of all rows.
    fn evaluate(&self, group: usize) -> Result<(Vec<Met>, RowsOf, Option<Rows>), LakeError> {
        let mut judged = Group::new((self.rules, &self.input, &self.shapes), group);
        let (open, known) = match self.before {
            // Rows of an earlier scan have not been tested at all.
            Some(before) => (self.rows_of(before, group), None),
            None => (judged.narrow()?, Some(Known::Narrow)),
        };
        let mut met: Vec<(u32, usize)> = Vec::new();
        let mut kept = RowsOf::new();
        let rules = self.rules;
        judged.decide((open, known), &mut |prepared, rows| {
            for rule in &prepared.rules {
                if rules.kind(*rule).is_some() {
                    met.extend(rows.iter().map(|row| (*row, *rule)));
                } else {
                    kept.entry(*rule).or_default().extend_from_slice(rows);
                }
            }
        })?;
        let read = judged.into_rows();
        met.sort_unstable();
        let same_row = |a: &(u32, usize), b: &(u32, usize)| a.0 == b.0;
        let by_row = met.chunk_by(same_row).filter_map(|met| {
            let (row, _) = met.first()?;
            let kinds = met.iter().filter_map(|(_, rule)| rules.kind(*rule));
            let kind = kinds.max().unwrap_or(Kind::Whole);
            Some((*row, met.iter().map(|(_, rule)| *rule).collect(), kind))
        });
        Ok((by_row.collect(), kept, read))
    }

    /// For each condition the rows that were kept for its rule.
    fn rows_of(&self, before: Before<'_>, group: usize) -> Vec<Open<'a>> {
        let Some(kept) = before.file.groups.get(&group) else {
            return Vec::new();
        };
        let plans = self.rules.plans.iter().zip(before.rules);
        plans
            .filter_map(|(prepared, rule)| {
                let rows = kept.get(rule)?.clone();
                Some(Open::new(prepared, rows))
            })
            .collect()
    }
}

impl<'f> FileScan<'f> {
    pub(super) fn new(file: &'f ScannedFile<'f>) -> Self {
        Self {
            file,
            group: 0,
            now: Judged::default(),
            kept: BTreeMap::new(),
        }
    }

    /// The next record that meets a rule; `judged` gives what was found in a row group of the file.
    pub(super) fn next(
        &mut self,
        judged: &dyn Fn(usize) -> Result<Judged, LakeError>,
    ) -> Result<Option<Found>, LakeError> {
        loop {
            if let Some((_, rules, kind)) = self.now.met.next() {
                let Some(record) = self.now.making.next(kind, self.file.artefact)? else {
                    return Err(LakeError::damaged(
                        self.file.input.path(),
                        "a row that was counted is not there".to_owned(),
                    ));
                };
                return Ok(Some(Found {
                    record,
                    is_whole: kind == Kind::Whole,
                    rules,
                }));
            }
            if self.group >= self.file.groups() {
                self.now = Judged::default();
                return Ok(None);
            }
            self.now = judged(self.group)?;
            let kept = std::mem::take(&mut self.now.kept);
            if !kept.is_empty() {
                self.kept.insert(self.group, kept);
            }
            self.group += 1;
        }
    }

    /// The rows that met rules of which nothing is wanted yet.
    pub(super) fn kept(self) -> KeptFile {
        KeptFile {
            artefact: self.file.artefact,
            path: PathBuf::from(self.file.input.path()),
            groups: self.kept,
        }
    }
}
