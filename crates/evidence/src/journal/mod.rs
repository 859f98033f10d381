//! The journal: one chain of all that people and the tool did.
//!
//! Takes entries, appends each as one line of `journal.jsonl` and returns when it is on the medium. It must
//! never change or remove an entry. How a line's hash is computed stands in the crate's documentation.

pub(crate) mod chain;
mod line;

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chain::Chain;
pub use line::{Entry, EntryHash, Journalled};

use crate::EvidenceError;
use crate::disk::{Disk, DiskFile, OsDisk};
use crate::error::At;
use crate::folder::{self, CaseLock};

/// The kind of the entries that say that an artefact was received.
pub const RECEIPT: &str = "receipt";

/// What happened to a last line that a crash had torn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Torn {
    /// So many bytes that were no whole entry were cut.
    Cut(u64),
    /// Only the line feed was missing, and was added.
    Completed,
}

/// The journal of a locked case, to add to.
pub struct Journal {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    entries: Vec<Journalled>,
    /// Length of the file up to the last entry that is on the medium.
    sound_bytes: u64,
    /// Whether there may be bytes after `sound_bytes`, from an append that failed.
    failed: Failed,
    torn: Option<Torn>,
}

#[derive(PartialEq, Eq)]
enum Failed {
    No,
    Yes,
}

impl Journal {
    /// Opens the journal of the locked case, makes it where it is missing, checks the chain, and mends a torn
    /// last line; [`Journal::torn`] says so.
    ///
    /// # Errors
    /// [`EvidenceError::BrokenJournal`] when the chain does not hold: then it can be read with
    /// [`read_journal`] but not continued.
    pub fn open(lock: &CaseLock) -> Result<Self, EvidenceError> {
        let path = folder::journal(lock.case());
        let disk = lock.disk();
        let existed = disk.exists(&path).at("look at", &path)?;
        let mut file = disk.open_write(&path).at("open", &path)?;
        if !existed {
            disk.sync_folder(lock.case()).at("write", lock.case())?;
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).at("read", &path)?;
        let chain = Chain::read(&bytes);
        if let Some(first) = chain.breaks.first() {
            return Err(EvidenceError::BrokenJournal {
                path,
                line: first.line,
                reason: first.reason.clone(),
            });
        }
        let mut journal = Self {
            path,
            file,
            sound_bytes: chain.whole_bytes,
            entries: chain.entries,
            failed: Failed::No,
            torn: None,
        };
        if !chain.torn.is_empty() {
            journal.torn = Some(journal.mend(&chain.torn)?);
        }
        Ok(journal)
    }

    /// What was done about a torn last line when the journal was opened. The caller journals it.
    pub fn torn(&self) -> Option<Torn> {
        self.torn
    }

    /// All entries in order.
    pub fn entries(&self) -> &[Journalled] {
        &self.entries
    }

    /// The entries of a kind, in order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Journalled> {
        self.entries
            .iter()
            .filter(move |journalled| journalled.entry.kind == kind)
    }

    /// The last entry.
    pub fn head(&self) -> Option<&Journalled> {
        self.entries.last()
    }

    /// Adds an entry, and returns when it is on the medium.
    ///
    /// # Errors
    /// When it could not be written; then the journal is as it was before, and can be added to again.
    pub fn append(&mut self, entry: Entry) -> Result<&Journalled, EvidenceError> {
        let kind = entry.kind.clone();
        let (sequence, previous) = self
            .entries
            .last()
            .map_or((1, EntryHash::NONE), |last| (last.sequence + 1, last.hash));
        let (journalled, line) = Journalled::write(entry, sequence, previous)
            .map_err(|reason| EvidenceError::Unwritable { kind, reason })?;
        self.write(&line).at("write", &self.path)?;
        self.sound_bytes += line.len() as u64;
        self.entries.push(journalled);
        // The entry was pushed just now.
        self.entries.last().ok_or_else(|| EvidenceError::Io {
            act: "read",
            path: self.path.clone(),
            source: io::ErrorKind::NotFound.into(),
        })
    }

    /// Writes bytes after the last sound one; on failure it takes them back, now or before the next write.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.failed == Failed::Yes {
            self.file.set_len(self.sound_bytes)?;
            self.failed = Failed::No;
        }
        self.file.seek(SeekFrom::Start(self.sound_bytes))?;
        let written = self.file.write_all(bytes).and_then(|()| self.file.sync());
        if written.is_err() {
            self.failed = Failed::Yes;
            if self.file.set_len(self.sound_bytes).is_ok() {
                self.failed = Failed::No;
            }
        }
        written
    }

    fn mend(&mut self, torn: &[u8]) -> Result<Torn, EvidenceError> {
        let mut completed = torn.to_vec();
        completed.push(b'\n');
        let read = Journalled::read(torn).ok().filter(|read| {
            let (sequence, previous) = self
                .entries
                .last()
                .map_or((1, EntryHash::NONE), |last| (last.sequence + 1, last.hash));
            read.sequence == sequence && read.previous == previous
        });
        if let Some(read) = read {
            self.write(&completed).at("write", &self.path)?;
            self.sound_bytes += completed.len() as u64;
            self.entries.push(read);
            return Ok(Torn::Completed);
        }
        self.file
            .set_len(self.sound_bytes)
            .and_then(|()| self.file.sync())
            .at("mend", &self.path)?;
        Ok(Torn::Cut(torn.len() as u64))
    }
}

/// The entries of a case's journal whose own hash holds, in the order of the file, to read without a lock
/// and even where the chain is broken; [`crate::verify()`] says whether it is.
///
/// # Errors
/// When the file cannot be read; a missing one has no entries.
pub fn read_journal(case: &Path) -> Result<Vec<Journalled>, EvidenceError> {
    read_chain(case, &OsDisk).map(|chain| chain.entries)
}

pub(crate) fn read_chain(case: &Path, disk: &dyn Disk) -> Result<Chain, EvidenceError> {
    let path = folder::journal(case);
    if !disk.exists(&path).at("look at", &path)? {
        return Ok(Chain::default());
    }
    let mut bytes = Vec::new();
    disk.open(&path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .at("read", &path)?;
    Ok(Chain::read(&bytes))
}
