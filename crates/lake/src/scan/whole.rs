//! Rows that meet a rule made records: whole, or with what the rule's next steps need.
//!
//! Takes row numbers and gives records one by one, each column read once a row group. Lists of parameters
//! and changes cost more than all other columns, so that they are read only for rows that need them.

use std::collections::BTreeSet;

use hourzero_model::{ArtefactId, Column, Record};

use crate::decode::Rows;
use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Batches, Columns, Input};
use crate::schema;

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
            if matches!(name, schema::PARAMETERS | schema::CHANGED) {
                self.lists.insert(name);
                kind = Kind::Lists;
            } else {
                self.scalars.insert(name);
            }
        }
        kind
    }

    fn columns(&self, kind: Kind) -> Columns {
        let named = match kind {
            Kind::Whole => return Columns::All,
            Kind::Lists => self.scalars.union(&self.lists).copied().collect(),
            Kind::Scalars => self.scalars.clone(),
        };
        let always = [schema::POSITION, Column::EventTime.name()];
        let names: BTreeSet<&str> = named.into_iter().chain(always).collect();
        Columns::Roots(names.into_iter().map(str::to_owned).collect())
    }

    /// Begins to read rows of a group, given in their order with their kinds.
    pub(super) fn start(
        &self,
        input: &Input,
        group: usize,
        rows: impl Iterator<Item = (usize, Kind)>,
    ) -> Result<Making, LakeError> {
        let mut numbers: [Vec<usize>; 3] = Default::default();
        for (row, kind) in rows {
            if let Some(list) = numbers.get_mut(kind as usize) {
                list.push(row);
            }
        }
        let total = input.group_rows(group);
        let stream = |kind: Kind| -> Result<Option<Stream>, LakeError> {
            let Some(rows) = numbers.get(kind as usize).filter(|rows| !rows.is_empty()) else {
                return Ok(None);
            };
            let rows = selection(rows, total);
            let batches = input.read(group, &self.columns(kind), Some(rows))?;
            Ok(Some(Stream {
                batches,
                rows: None,
                at: 0,
            }))
        };
        Ok(Making {
            streams: [
                stream(Kind::Scalars)?,
                stream(Kind::Lists)?,
                stream(Kind::Whole)?,
            ],
        })
    }
}

/// Rows of a group being read.
#[derive(Default)]
pub(super) struct Making {
    streams: [Option<Stream>; 3],
}

impl Making {
    /// The next record of a kind; `None` where there are no more.
    pub(super) fn next(
        &mut self,
        kind: Kind,
        artefact: ArtefactId,
    ) -> Result<Option<Record>, LakeError> {
        let stream = self.streams.get_mut(kind as usize);
        match stream.and_then(Option::as_mut) {
            Some(stream) => stream.next(artefact),
            None => Ok(None),
        }
    }
}

struct Stream {
    batches: Batches,
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
            match self.batches.next() {
                Some(batch) => self.rows = Some(Rows::of(&batch?)),
                None => return Ok(None),
            }
        }
    }
}
