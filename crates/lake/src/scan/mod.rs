//! Rules over all records in one pass.
//!
//! Takes expressions over columns and gives the records that meet them, in the order of artefact hash
//! and position, however many threads work. A row group is read in up to four steps: narrow columns
//! (few different values) and shapes, one row of each look, leave for most rules no row or few; the other scalar columns
//! that the rules name are read for those rows, then the lists for what is still open; and only of records
//! that meet a rule is read what the rule wants: the whole record, the few columns that a correlation looks
//! at, or nothing until it is known which of them matter. The meaning of an expression is fixed by the plain
//! evaluator in `hourzero_detect`.

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
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use hourzero_detect::ir::{Expr, Field};
use hourzero_model::{ArtefactId, Column, Record};

use self::file::{Before, FileScan, Found};
use self::kept::KeptFile;
pub use self::kept::{Among, Counting, Kept};
use self::plan::root;
use self::rules::Rules;
use crate::error::LakeError;
use crate::fetch::RecordKey;
use crate::parquet::Columns;
use crate::schema;
use crate::store::{Folders, Manifest};
use crate::ties;

/// Records handed over at once.
const CHUNK: usize = 1_024;

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

/// A sender until a worker takes it.
type Taken = Mutex<Option<SyncSender<Chunk>>>;

/// What a worker says of an artefact.
enum Said {
    Hits(Vec<(Vec<usize>, Hit)>),
    End(Vec<KeptFile>),
}

type Chunk = Result<Said, LakeError>;

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

/// Reads sources in parallel, and gives hits in the order of sources. Says how many there were.
fn each(
    folders: &Folders,
    (rules, sources): (&Rules, &[Source<'_>]),
    threads: usize,
    on_hit: &mut dyn FnMut(usize, &Hit),
) -> Result<(u64, Kept), LakeError> {
    let (senders, receivers): (Vec<Taken>, Vec<Receiver<Chunk>>) = sources
        .iter()
        .map(|_| sync_channel(2))
        .map(|(sender, receiver)| (Mutex::new(Some(sender)), receiver))
        .unzip();
    let next = AtomicUsize::new(0);
    let (senders, next) = (&senders, &next);
    let work = move || {
        // Artefacts are taken in order, so the one that the receiver waits for is always at work.
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            // A worker owns its sender, so that its end, a panic even, ends the receiver's wait.
            let sender = senders
                .get(number)
                .and_then(|sender| sender.lock().ok()?.take());
            let (Some(source), Some(sender)) = (sources.get(number), sender) else {
                return;
            };
            let scan = Artefact {
                folders,
                rules,
                source,
            };
            let gone = match scan.run(&sender) {
                Ok(kept) => sender.send(Ok(Said::End(kept))).is_err(),
                Err(error) => sender.send(Err(error)).is_err(),
            };
            if gone {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, sources.len().max(1)) {
            scope.spawn(work);
        }
        let (mut hits, mut kept) = (0, Kept::default());
        // Receivers end with this closure, also when a hit's receiver panics, and so the workers do.
        for receiver in receivers {
            loop {
                match receiver.recv().map_err(|_| LakeError::WorkerGone)?? {
                    Said::End(files) => {
                        files.into_iter().for_each(|file| kept.take(file));
                        break;
                    }
                    Said::Hits(chunk) => {
                        for (rules, hit) in &chunk {
                            hits += rules.len() as u64;
                            rules.iter().for_each(|rule| on_hit(*rule, hit));
                        }
                    }
                }
            }
        }
        Ok((hits, kept))
    })
}

/// One artefact's part of a scan.
struct Artefact<'a> {
    folders: &'a Folders,
    rules: &'a Rules,
    source: &'a Source<'a>,
}

impl Artefact<'_> {
    /// Sends what meets a rule in order of position, merged over the artefact's files; gives the rows of
    /// which nothing is wanted yet.
    fn run(&self, sender: &SyncSender<Chunk>) -> Result<Vec<KeptFile>, LakeError> {
        let artefact = self.source.artefact;
        let mut files = Vec::new();
        for (path, before) in &self.source.files {
            let mut file = FileScan::open(self.rules, artefact, (path, *before))?;
            let head = file.next()?;
            files.push((head, file));
        }
        let mut ties: Option<ties::Index> = None;
        let mut chunk: Vec<Found> = Vec::new();
        loop {
            let position =
                |head: &Option<Found>| head.as_ref().map(|found| found.record.provenance.position);
            let nearest = files
                .iter_mut()
                .filter(|(head, _)| head.is_some())
                .min_by_key(|(head, _)| position(head));
            if let Some((head, file)) = nearest {
                chunk.extend(head.take());
                *head = file.next()?;
            } else if chunk.is_empty() {
                break;
            }
            let ended = files.iter().all(|(head, _)| head.is_none());
            if chunk.len() >= CHUNK || (ended && !chunk.is_empty()) {
                let ties = match &mut ties {
                    Some(ties) => ties,
                    None => ties.insert(ties::index(self.folders, artefact)?),
                };
                let hits = attach(std::mem::take(&mut chunk), ties);
                if sender.send(Ok(Said::Hits(hits))).is_err() {
                    break;
                }
            }
        }
        Ok(files.into_iter().map(|(_, file)| file.kept()).collect())
    }
}

/// Says of each record who speaks for it.
fn attach(found: Vec<Found>, ties: &ties::Index) -> Vec<(Vec<usize>, Hit)> {
    let attached = found.into_iter().map(|found| {
        let own = RecordKey {
            artefact: found.record.provenance.artefact,
            position: found.record.provenance.position,
        };
        let other = ties.speaker(own.position);
        let hit = Hit {
            record: found.record,
            is_whole: found.is_whole,
            speaker: other.unwrap_or(own),
            speaks: other.is_none(),
        };
        (found.rules, hit)
    });
    attached.collect()
}
