//! The folder of a case as this crate sees it: where things lie, and who may write.
//!
//! Takes a path, gives the lock. Writing needs a [`CaseLock`] as an argument, so that two processes
//! cannot add to one case at a time; reading needs none and works on a medium that cannot be written.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::EvidenceError;
use crate::disk::{Disk, OsDisk};
use crate::error::At;

/// The folder of the objects in a case.
pub(crate) fn objects(case: &Path) -> PathBuf {
    case.join("evidence")
}

/// The folder of the seals in a case.
pub(crate) fn seals(case: &Path) -> PathBuf {
    case.join("seals")
}

/// The journal of a case.
pub(crate) fn journal(case: &Path) -> PathBuf {
    case.join("journal.jsonl")
}

/// The right to write to a case. It is held by one process at a time, and given back when the last
/// clone is dropped or the process ends, however it ends.
#[derive(Clone)]
pub struct CaseLock {
    case: Arc<Path>,
    disk: Arc<dyn Disk>,
    _file: Arc<File>,
}

impl fmt::Debug for CaseLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CaseLock").field(&self.case).finish()
    }
}

impl CaseLock {
    /// Takes the lock of the case in this folder; the folder is made where it is missing.
    ///
    /// # Errors
    /// [`EvidenceError::Locked`] while another process holds it, [`EvidenceError::NoLocks`] where the
    /// file system cannot lock.
    pub fn acquire(case: &Path) -> Result<Self, EvidenceError> {
        Self::acquire_on(case, Arc::new(OsDisk))
    }

    /// As [`CaseLock::acquire`], with all later writing going through `disk`.
    ///
    /// # Errors
    /// As [`CaseLock::acquire`].
    pub fn acquire_on(case: &Path, disk: Arc<dyn Disk>) -> Result<Self, EvidenceError> {
        disk.create_folder(case).at("make the folder", case)?;
        let path = case.join(".lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .at("open", &path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self {
                case: Arc::from(case),
                disk,
                _file: Arc::new(file),
            }),
            Err(TryLockError::WouldBlock) => Err(EvidenceError::Locked(case.to_path_buf())),
            Err(TryLockError::Error(source)) => Err(EvidenceError::NoLocks { path, source }),
        }
    }

    /// The folder of the case.
    pub fn case(&self) -> &Path {
        &self.case
    }

    pub(crate) fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }
}
