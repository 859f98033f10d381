//! Verification: is every byte of the evidence and every line of the journal what it was?
//!
//! Takes a case's folder, gives every problem with its place. It must never change anything, and it trusts
//! nothing in the folder: objects are hashed whole, the chain is computed again.

mod object;
mod problem;
mod seals;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use hourzero_model::ArtefactId;

pub use problem::{Problem, What};
pub use seals::{SealState, Token};

use crate::EvidenceError;
use crate::disk::{Disk, OsDisk};
use crate::error::At;
use crate::folder;
use crate::journal::{EntryHash, RECEIPT, chain::Chain, read_chain};
use crate::object::{is_partial, named};

pub(crate) use object::check_object;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Every problem, ordered by file. None means that nothing was changed, lost or added.
    pub problems: Vec<Problem>,
    /// Objects that were hashed.
    pub artefacts: u64,
    /// Bytes of their files.
    pub bytes: u64,
    /// Entries of the journal whose hash holds.
    pub entries: u64,
    /// The hash of the last of them.
    pub head: EntryHash,
    /// The seals, in order. Their keys are only names until the reader compares them with a key that he got
    /// on another way.
    pub seals: Vec<SealState>,
}

impl Verification {
    /// Whether nothing was changed, lost or added.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Verifies a case. Removing whole entries from the end of the journal leaves a shorter chain that holds:
/// it shows where one of them was a receipt, because its object is then without one, or where a seal covers
/// it. Seal the journal before it leaves your hands.
///
/// # Errors
/// When a folder or the journal cannot be read at all; an object that cannot be read is a problem.
pub fn verify(case: &Path) -> Result<Verification, EvidenceError> {
    verify_on(case, &OsDisk, &|_| ())
}

/// As [`verify`], on this disk, telling `progress` the bytes of each object's file when it is done, from
/// several threads.
///
/// # Errors
/// As [`verify`].
pub fn verify_on(
    case: &Path,
    disk: &dyn Disk,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Verification, EvidenceError> {
    let chain = read_chain(case, disk)?;
    let mut problems = chain_problems(&chain);
    let folder = folder::objects(case);
    let mut held = BTreeSet::new();
    for entry in disk.list(&folder).at("list", &folder)? {
        let file = format!("evidence/{}", entry.name);
        match named(&entry.name).filter(|_| entry.ordinary) {
            Some(id) => {
                held.insert(id);
            }
            None if is_partial(&entry.name) && entry.ordinary => {
                problems.push(Problem::new(file, What::Unfinished));
            }
            None => problems.push(Problem::new(file, What::Added)),
        }
    }
    problems.extend(receipt_problems(&chain, &held));
    let ids: Vec<ArtefactId> = held.into_iter().collect();
    let (bytes, changed) = objects(&folder, disk, &ids, progress);
    problems.extend(changed);
    let (seals, sealing) = seals::check(case, disk, &chain)?;
    problems.extend(sealing);
    problems.sort();
    let (_, head) = chain.head();
    Ok(Verification {
        problems,
        artefacts: ids.len() as u64,
        bytes,
        entries: chain.entries.len() as u64,
        head,
        seals,
    })
}

fn chain_problems(chain: &Chain) -> Vec<Problem> {
    let mut problems = Vec::new();
    for broken in &chain.breaks {
        problems.push(Problem::new(
            "journal.jsonl".to_owned(),
            What::BrokenChain {
                line: broken.line,
                at: broken.at,
                reason: broken.reason.clone(),
            },
        ));
    }
    if !chain.torn.is_empty() {
        problems.push(Problem::new(
            "journal.jsonl".to_owned(),
            What::TornLine {
                at: chain.whole_bytes,
                bytes: chain.torn.len() as u64,
            },
        ));
    }
    problems
}

/// Every object needs a receipt, every receipt its object.
fn receipt_problems(chain: &Chain, held: &BTreeSet<ArtefactId>) -> Vec<Problem> {
    let mut receipts: BTreeMap<ArtefactId, u64> = BTreeMap::new();
    for journalled in &chain.entries {
        if journalled.entry.kind == RECEIPT
            && let Some(object) = journalled.entry.object
        {
            receipts.entry(object).or_insert(journalled.sequence);
        }
    }
    let mut problems = Vec::new();
    for id in held.iter().filter(|id| !receipts.contains_key(id)) {
        problems.push(Problem::new(object_file(*id), What::NoReceipt));
    }
    for (id, receipt) in receipts.iter().filter(|(id, _)| !held.contains(id)) {
        problems.push(Problem::new(
            object_file(*id),
            What::Missing { receipt: *receipt },
        ));
    }
    problems
}

/// Hashes all objects, on as many threads as there are processors.
fn objects(
    folder: &Path,
    disk: &dyn Disk,
    ids: &[ArtefactId],
    progress: &(dyn Fn(u64) + Sync),
) -> (u64, Vec<Problem>) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let found = Mutex::new((0_u64, Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads.min(ids.len()) {
            scope.spawn(|| {
                while let Some(id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let path = folder.join(format!("{id}.zst"));
                    let checked = object::check(disk, &path, *id);
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    found.0 += checked.file_bytes;
                    if let Some(what) = checked.what {
                        found.1.push(Problem::new(object_file(*id), what));
                    }
                    drop(found);
                    progress(checked.file_bytes);
                }
            });
        }
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn object_file(id: ArtefactId) -> String {
    format!("evidence/{id}.zst")
}
