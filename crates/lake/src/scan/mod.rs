//! Rules over all records in one pass.
//!
//! Takes expressions over columns and gives the records that meet them, in the order of artefact hash
//! and position, however many threads work. A row group is read in up to three steps: narrow columns
//! (few different values, each looked at once) leave for most rules no row or few; the other columns
//! that the rules name are read for those rows; and only of records that meet a rule is read what the
//! rule wants: the whole record, or the few columns that a correlation looks at. The meaning of an expression is fixed by the plain evaluator in `hourzero_detect`.

mod file;
mod matcher;
mod plan;
mod whole;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use hourzero_detect::ir::{Expr, Field};
use hourzero_model::{ArtefactId, Record};

use self::file::{FileScan, Found, Rules};
use crate::error::LakeError;
use crate::fetch::RecordKey;
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

type Chunk = Result<Vec<(Vec<usize>, Hit)>, LakeError>;

/// Runs the rules; `on_hit` gets the rule's place in the list and the hit.
pub(crate) fn scan(
    folders: &Folders,
    held: &BTreeMap<ArtefactId, Manifest>,
    (rules, threads): (&[ScanRule], usize),
    on_hit: &mut dyn FnMut(usize, &Hit),
) -> Result<ScanStats, LakeError> {
    let rules = Rules::of(rules)?;
    let mut stats = ScanStats {
        records: held.values().map(|manifest| manifest.stored.records).sum(),
        hits: 0,
    };
    let manifests: Vec<&Manifest> = held.values().collect();
    let (senders, receivers): (Vec<Taken>, Vec<Receiver<Chunk>>) = manifests
        .iter()
        .map(|_| sync_channel(2))
        .map(|(sender, receiver)| (Mutex::new(Some(sender)), receiver))
        .unzip();
    let next = AtomicUsize::new(0);
    let (senders, next, rules, manifests) = (&senders, &next, &rules, &manifests);
    let work = move || {
        // Artefacts are taken in order, so the one that the receiver waits for is always at work.
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            // A worker owns its sender, so that its end, a panic even, ends the receiver's wait.
            let sender = senders
                .get(number)
                .and_then(|sender| sender.lock().ok()?.take());
            let (Some(manifest), Some(sender)) = (manifests.get(number), sender) else {
                return;
            };
            let scan = Artefact {
                folders,
                rules,
                manifest,
            };
            let gone = match scan.run(&sender) {
                Ok(()) => sender.send(Ok(Vec::new())).is_err(),
                Err(error) => sender.send(Err(error)).is_err(),
            };
            if gone {
                return;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, manifests.len().max(1)) {
            scope.spawn(work);
        }
        // Receivers end with this closure, also when a hit's receiver panics, and so the workers do.
        for receiver in receivers {
            loop {
                let chunk = receiver.recv().map_err(|_| LakeError::WorkerGone)??;
                if chunk.is_empty() {
                    break;
                }
                for (rules, hit) in &chunk {
                    stats.hits += rules.len() as u64;
                    rules.iter().for_each(|rule| on_hit(*rule, hit));
                }
            }
        }
        Ok(stats)
    })
}

/// One artefact's part of a scan.
struct Artefact<'a> {
    folders: &'a Folders,
    rules: &'a Rules,
    manifest: &'a Manifest,
}

impl Artefact<'_> {
    /// Sends what meets a rule in order of position, merged over the artefact's files.
    fn run(&self, sender: &SyncSender<Chunk>) -> Result<(), LakeError> {
        let artefact = self.manifest.stored.artefact;
        let mut files = Vec::new();
        for (_, piece) in self.manifest.record_pieces() {
            let path = self.folders.path(&piece.path);
            let mut file = FileScan::open(self.rules, artefact, &path)?;
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
                return Ok(());
            }
            let ended = files.iter().all(|(head, _)| head.is_none());
            if chunk.len() >= CHUNK || (ended && !chunk.is_empty()) {
                let ties = match &mut ties {
                    Some(ties) => ties,
                    None => ties.insert(ties::index(self.folders, artefact)?),
                };
                let hits = attach(std::mem::take(&mut chunk), ties);
                if sender.send(Ok(hits)).is_err() {
                    return Ok(());
                }
            }
        }
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
