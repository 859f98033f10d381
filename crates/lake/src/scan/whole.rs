//! Rows that meet a rule made records: whole, or with what the rule's next steps need.
//!
//! Takes row numbers and gives records one by one, each column read once a row group. Lists of parameters
//! and changes cost more than all other columns, so that they are read only for rows that need them.

use std::collections::BTreeSet;
use std::sync::Arc;

use hourzero_model::{ArtefactId, Column, Record};

use super::group::whole;
use crate::decode::Rows;
use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Batches, Columns, Input};
use crate::schema;
use crate::shape::Shapes;

/// Where at least so many rows of a group want scalar columns these are read whole.
const MANY: usize = 256;

/// How much of a record is made; a row that several rules meet gets the most that one of them needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Scalar columns that rules name.
    Scalars,
    /// Scalar columns and lists that rules name.
    Lists,
    /// Every column.
    Whole,
}

/// The columns of the kinds.
#[derive(Debug, Default)]
pub(super) struct Makers {
    scalars: BTreeSet<&'static str>,
    lists: BTreeSet<&'static str>,
}

impl Makers {
    /// Takes in the columns that a rule needs; gives the kind of its records.
    pub(super) fn of(&mut self, roots: impl Iterator<Item = &'static str>) -> Kind {
        let mut kind = Kind::Scalars;
        for name in roots {
            if schema::is_list(name) {
                self.lists.insert(name);
                kind = Kind::Lists;
            } else {
                self.scalars.insert(name);
            }
        }
        kind
    }

    fn columns(&self, kind: Kind) -> Columns {
        if kind == Kind::Whole {
            return Columns::All;
        }
        let names = self.names(kind);
        Columns::Roots(names.into_iter().map(str::to_owned).collect())
    }

    /// The columns of a kind, sorted; of the kind that has all those of the others.
    fn names(&self, kind: Kind) -> Vec<&'static str> {
        let lists = self.lists.iter().filter(|_| kind != Kind::Scalars);
        let always = [schema::POSITION, Column::EventTime.name()];
        let named = self.scalars.iter().chain(lists).copied();
        let names: BTreeSet<&str> = named.chain(always).collect();
        names.into_iter().collect()
    }

    /// Begins to read rows of a group, given in their order with their kinds: the first of each kind are read at once.
    pub(super) fn start(
        &self,
        (input, shapes): (&Input, &Arc<Shapes>),
        (group, read): (usize, Option<Rows>),
        rows: impl Iterator<Item = (usize, Kind)>,
    ) -> Result<Making, LakeError> {
        let mut numbers: [Vec<usize>; 3] = Default::default();
        for (row, kind) in rows {
            if let Some(list) = numbers.get_mut(kind as usize) {
                list.push(row);
            }
        }
        let total = input.group_rows(group);
        let [scalars, _, _] = &mut numbers;
        let whole = if scalars.len() >= MANY {
            let mut rows = read;
            let names = self.names(Kind::Scalars);
            whole((input, group), (&names, shapes), &mut rows)?;
            let numbers = std::mem::take(scalars).into_iter();
            rows.map(|rows| (rows, numbers))
        } else {
            None
        };
        let stream = |kind: Kind| -> Result<Option<Stream>, LakeError> {
            let Some(rows) = numbers.get(kind as usize).filter(|rows| !rows.is_empty()) else {
                return Ok(None);
            };
            let selected = selection(rows, total);
            let mut batches = input.read(group, &self.columns(kind), Some(selected))?;
            // Mostly that is all, and then it was read by the thread that judged. A reader holds pages of every column.
            let first = batches.next().transpose()?.as_ref().map(Rows::of);
            let is_all = first.as_ref().is_some_and(|first| first.len == rows.len());
            Ok(Some(Stream {
                batches: Some(batches).filter(|_| !is_all),
                rows: first,
                at: 0,
            }))
        };
        Ok(Making {
            streams: [
                stream(Kind::Scalars)?,
                stream(Kind::Lists)?,
                stream(Kind::Whole)?,
            ],
            whole,
        })
    }
}

/// Rows of a group being read.
#[derive(Default)]
pub(super) struct Making {
    streams: [Option<Stream>; 3],
    /// Columns of all rows, and the rows of which scalar columns are wanted, instead of a stream of them.
    whole: Option<(Rows, std::vec::IntoIter<usize>)>,
}

impl Making {
    /// The next record of a kind; `None` where there are no more.
    pub(super) fn next(
        &mut self,
        kind: Kind,
        artefact: ArtefactId,
    ) -> Result<Option<Record>, LakeError> {
        if let (Kind::Scalars, Some((rows, numbers))) = (kind, &mut self.whole) {
            let row = numbers.next().filter(|row| *row < rows.len);
            return Ok(row.map(|row| rows.record(artefact, row)));
        }
        let stream = self.streams.get_mut(kind as usize);
        match stream.and_then(Option::as_mut) {
            Some(stream) => stream.next(artefact),
            None => Ok(None),
        }
    }
}

struct Stream {
    /// Nothing where all rows have been read.
    batches: Option<Batches>,
    rows: Option<Rows>,
    at: usize,
}

impl Stream {
    fn next(&mut self, artefact: ArtefactId) -> Result<Option<Record>, LakeError> {
        loop {
            if let Some(rows) = self.rows.as_ref().filter(|rows| self.at < rows.len) {
                let record = rows.record(artefact, self.at);
                self.at += 1;
                return Ok(Some(record));
            }
            self.at = 0;
            match self.batches.as_mut().and_then(Iterator::next) {
                Some(batch) => self.rows = Some(Rows::of(&batch?)),
                None => {
                    self.rows = None;
                    return Ok(None);
                }
            }
        }
    }
}
