//! Rules over all records in one pass.
//!
//! Takes expressions over columns and gives the records that meet them, in the order of artefact hash
//! and position, however many threads work. A row group is read in up to four steps: narrow columns
//! (few different values) and shapes, one row of each look, leave for most rules no row or few; the other scalar columns
//! that the rules name are read for those rows, then the lists for what is still open; and only of records
//! that meet a rule is read what the rule wants: the whole record, the few columns that a correlation looks
//! at, or nothing until it is known which of them matter. The meaning of an expression is fixed by the plain
//! evaluator in `hourzero_detect`.

mod artefact;
mod class;
mod file;
mod group;
mod kept;
mod look;
mod matcher;
mod plan;
mod rules;
mod tally;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use hourzero_detect::ir::{Expr, Field};
use hourzero_model::{ArtefactId, Column, Record};

use self::artefact::Artefact;
use self::file::Before;
pub use self::kept::{Among, Counting, Kept};
use self::plan::root;
use self::rules::Rules;
use crate::ahead::in_order;
use crate::error::LakeError;
use crate::fetch::RecordKey;
use crate::parquet::Columns;
use crate::schema;
use crate::store::{Folders, Manifest};

/// A rule of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanRule {
    /// What it looks for.
    pub expr: Expr,
    /// What is wanted of the records that meet it.
    pub wanted: Wanted,
}

impl ScanRule {
    /// The whole records that meet an expression.
    pub fn whole(expr: Expr) -> Self {
        Self {
            expr,
            wanted: Wanted::Whole,
        }
    }
}

/// What is wanted of a record. Lists of parameters and changes are given whole where one of them is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Every column.
    Whole,
    /// Artefact, position, time and these fields at least; other columns may be empty.
    Fields(Vec<Field>),
    /// Nothing yet: the row is kept, so that its record can be asked for with [`Among`].
    Later,
}

/// A record that meets a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The record, as far as the rules that it meets want it.
    pub record: Record,
    /// Whether all its columns are filled.
    pub is_whole: bool,
    /// The record that speaks for the happening; itself where nothing ties it to another.
    pub speaker: RecordKey,
    /// Whether it is the one that speaks.
    pub speaks: bool,
}

/// The columns on disk that these fields lie in, and where and when a record is.
pub(crate) fn columns_of(fields: &[Field]) -> Columns {
    let always = [schema::POSITION, Column::EventTime.name()];
    let names: BTreeSet<&str> = fields.iter().filter_map(root).chain(always).collect();
    Columns::Roots(names.into_iter().map(str::to_owned).collect())
}

/// What a scan did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScanStats {
    /// Records looked at.
    pub records: u64,
    /// Hits, a record that meets two rules counted twice.
    pub hits: u64,
}

/// Files of an artefact to be read, with what an earlier scan left of each.
struct Source<'a> {
    artefact: ArtefactId,
    files: Vec<(PathBuf, Option<Before<'a>>)>,
}

/// Runs the rules; `on_hit` gets the rule's place in the list and the hit. Rows of which nothing is wanted
/// yet come back.
pub(crate) fn scan(
    folders: &Folders,
    held: &BTreeMap<ArtefactId, Manifest>,
    (rules, threads): (&[ScanRule], usize),
    on_hit: &mut dyn FnMut(usize, &Hit),
) -> Result<(ScanStats, Kept), LakeError> {
    let rules = Rules::of(rules)?;
    let path = |piece: &crate::store::Piece| (folders.path(&piece.path), None);
    let sources: Vec<Source<'_>> = held
        .values()
        .map(|manifest| Source {
            artefact: manifest.stored.artefact,
            files: manifest
                .record_pieces()
                .map(|(_, piece)| path(piece))
                .collect(),
        })
        .collect();
    let (hits, kept) = each(folders, (&rules, &sources), threads, on_hit)?;
    let stats = ScanStats {
        records: held.values().map(|manifest| manifest.stored.records).sum(),
        hits: hits + kept.counts.values().sum::<u64>(),
    };
    Ok((stats, kept))
}

/// Gives what is wanted of the rows that an earlier scan kept; `on_hit` gets the place in the list.
pub(crate) fn among(
    folders: &Folders,
    kept: &Kept,
    (wanted, threads): (&[Among], usize),
    on_hit: &mut dyn FnMut(usize, &Hit),
) -> Result<u64, LakeError> {
    let rules: Vec<ScanRule> = wanted.iter().map(Among::rule).collect();
    let rules = Rules::of_each(&rules)?;
    let numbers: Vec<usize> = wanted.iter().map(|one| one.rule).collect();
    let mut sources: Vec<Source<'_>> = Vec::new();
    for file in &kept.files {
        let is_wanted = |rows: &kept::RowsOf| numbers.iter().any(|rule| rows.contains_key(rule));
        if !file.groups.values().any(is_wanted) {
            continue;
        }
        let before = Before {
            file,
            rules: &numbers,
        };
        let read = (file.path.clone(), Some(before));
        match sources.last_mut() {
            Some(source) if source.artefact == file.artefact => source.files.push(read),
            _ => sources.push(Source {
                artefact: file.artefact,
                files: vec![read],
            }),
        }
    }
    let (hits, _) = each(folders, (&rules, &sources), threads, on_hit)?;
    Ok(hits)
}

/// Reads sources on several threads, and gives hits in the order of sources. Says how many there were.
fn each(
    folders: &Folders,
    (rules, sources): (&Rules, &[Source<'_>]),
    threads: usize,
    on_hit: &mut dyn FnMut(usize, &Hit),
) -> Result<(u64, Kept), LakeError> {
    let (mut hits, mut kept) = (0, Kept::default());
    let open = &|source| Artefact::open(rules, source);
    in_order((threads, sources), open, &mut |opened: Artefact<'_>| {
        let mut on = |rules: &[usize], hit: &Hit| {
            hits += rules.len() as u64;
            rules.iter().for_each(|rule| on_hit(*rule, hit));
        };
        let files = opened.give((folders, threads), &mut on)?;
        files.into_iter().for_each(|file| kept.take(file));
        Ok(())
    })?;
    Ok((hits, kept))
}
