//! What can go wrong with evidence, to which file, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use hourzero_model::ArtefactId;

/// Why the evidence could not be kept, read or sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// The medium has no room left, or a quota is used up.
    #[error(
        "no room left while writing {}: free some space or move the case to a larger disk, then run the same command again; \
         nothing half-written counts as evidence",
        .path.display()
    )]
    DiskFull {
        /// The file that was being written.
        path: PathBuf,
    },
    /// The operating system refuses access.
    #[error("no permission to {} {}: give this account the right to it, then run the same command again", .act, .path.display())]
    NoPermission {
        /// What was tried, as a verb.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
    },
    /// Any other failure of a file.
    #[error("cannot {act} {}: {source}", .path.display())]
    Io {
        /// What was tried, as a verb.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The bytes that were to become evidence could not be read.
    #[error("cannot read {name}: {source}; nothing of it was stored")]
    Source {
        /// What was being read, as the caller calls it.
        name: String,
        /// What the reader says.
        source: io::Error,
    },
    /// Another process holds the lock of the case.
    #[error("another hourzero process works on the case {}: wait for it or end it, then try again", .0.display())]
    Locked(PathBuf),
    /// The file system has no locks.
    #[error("the file system of {} cannot lock files ({source}): move the case to a local disk", .path.display())]
    NoLocks {
        /// The lock file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// No object of this name is in the store.
    #[error("artefact {id} is not in {}: run `hourzero evidence verify` to see what is missing", .folder.display())]
    Missing {
        /// The artefact asked for.
        id: ArtefactId,
        /// The folder of the objects.
        folder: PathBuf,
    },
    /// An object's bytes are not those that were stored.
    #[error("{} is damaged ({reason}): run `hourzero evidence verify`, move the file out of the case and import the original again", .path.display())]
    Damaged {
        /// The object's file.
        path: PathBuf,
        /// How it is damaged.
        reason: String,
    },
    /// The place that was asked for lies outside of the artefact.
    #[error(
        "artefact {id} has {size} bytes: there is nothing at byte {offset} with a length of {length}"
    )]
    OutOfRange {
        /// The artefact asked for.
        id: ArtefactId,
        /// Its size in bytes.
        size: u64,
        /// The first byte asked for.
        offset: u64,
        /// The number of bytes asked for.
        length: u64,
    },
    /// The journal's chain does not hold, so nothing may be added to it.
    #[error("{} is broken at line {line} ({reason}): it can be read but not continued; run `hourzero evidence verify` and restore it from a copy", .path.display())]
    BrokenJournal {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// How it is broken.
        reason: String,
    },
    /// A value that JSON cannot hold was to be journalled.
    #[error("the entry `{kind}` cannot be written as JSON: {reason}")]
    Unwritable {
        /// The kind of the entry.
        kind: String,
        /// Why.
        reason: String,
    },
    /// There is nothing to seal.
    #[error("the journal of {} is empty: import evidence before sealing it", .0.display())]
    NothingToSeal(PathBuf),
    /// A seal of another key or content has the name already.
    #[error("{} holds another seal of the same entry: keep it, add an entry to the journal and seal again", .0.display())]
    SealExists(PathBuf),
    /// The file is no private key that can be used.
    #[error("{} holds no Ed25519 private key in PKCS#8 PEM form: make one with a new file name, or name the right file", .0.display())]
    NotAKey(PathBuf),
    /// The operating system gave no randomness.
    #[error("the operating system gave no randomness for a key: {0}")]
    NoRandomness(String),
}

impl EvidenceError {
    /// Sorts a failure of the operating system by what the reader can do about it.
    pub(crate) fn io(act: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NoPermission { act, path }
            }
            _ => Self::Io { act, path, source },
        }
    }
}

/// Adds what was tried and on which file to a failure of the operating system.
pub(crate) trait At<T> {
    fn at(self, act: &'static str, path: &Path) -> Result<T, EvidenceError>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, act: &'static str, path: &Path) -> Result<T, EvidenceError> {
        self.map_err(|source| EvidenceError::io(act, path, source))
    }
}
