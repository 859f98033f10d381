//! The store: which objects there are, and how a new one joins them.
//!
//! Takes bytes or a name, gives an artefact or its bytes. It must never delete or change an object: the
//! only files it removes are `.partial-…` of imports that never ended.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hourzero_model::ArtefactId;

use super::reader::ArtefactReader;
use super::writer::{Packed, Writer};
use crate::EvidenceError;
use crate::disk::{Disk, OsDisk};
use crate::error::At;
use crate::folder::{self, CaseLock};

const PARTIAL: &str = ".partial-";
const COPY_BYTES: usize = 1 << 20;

/// An artefact that is in the store and on the medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its name: the SHA-256 of its bytes as received.
    pub id: ArtefactId,
    /// Its bytes as received.
    pub size: u64,
    /// Whether the store had it before; then nothing was written.
    pub already_held: bool,
}

/// The objects of a case, to read. It needs no lock and writes nothing.
#[derive(Clone)]
pub struct Objects {
    folder: Arc<Path>,
    disk: Arc<dyn Disk>,
}

impl Objects {
    /// The objects of the case in this folder.
    pub fn of(case: &Path) -> Self {
        Self::on(case, Arc::new(OsDisk))
    }

    /// As [`Objects::of`], on this disk.
    pub fn on(case: &Path, disk: Arc<dyn Disk>) -> Self {
        Self {
            folder: Arc::from(folder::objects(case)),
            disk,
        }
    }

    /// The file that holds an artefact, whether it is there or not.
    pub fn path(&self, id: ArtefactId) -> PathBuf {
        self.folder.join(format!("{id}.zst"))
    }

    /// Whether the store has a file for it.
    ///
    /// # Errors
    /// When the folder cannot be looked at.
    pub fn holds(&self, id: ArtefactId) -> Result<bool, EvidenceError> {
        let path = self.path(id);
        self.disk.exists(&path).at("look at", &path)
    }

    /// The artefacts that have a file, in the order of their names.
    ///
    /// # Errors
    /// When the folder cannot be listed.
    pub fn list(&self) -> Result<Vec<ArtefactId>, EvidenceError> {
        let listed = self.disk.list(&self.folder).at("list", &self.folder)?;
        Ok(listed
            .iter()
            .filter_map(|entry| named(&entry.name))
            .collect())
    }

    /// The bytes of an artefact as received, as a stream that can be sought in.
    /// Each frame's checksum is checked on the way; the artefact's hash is the business of
    /// [`crate::verify()`].
    ///
    /// # Errors
    /// When it is missing, cannot be read or has a damaged table.
    pub fn read(&self, id: ArtefactId) -> Result<ArtefactReader, EvidenceError> {
        let path = self.path(id);
        match self.disk.open(&path) {
            Ok(file) => ArtefactReader::new(id, path, file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(EvidenceError::Missing {
                id,
                folder: self.folder.to_path_buf(),
            }),
            Err(error) => Err(EvidenceError::io("open", &path, error)),
        }
    }

    /// A range of an artefact's bytes. Only the frames that hold it are decompressed.
    ///
    /// # Errors
    /// As [`Objects::read`], and when the range is not within the artefact.
    pub fn read_range(
        &self,
        id: ArtefactId,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>, EvidenceError> {
        self.read(id)?.range(offset, length)
    }

    pub(crate) fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }
}

/// The name of an object's file without its ending, as the hash it must be.
pub(crate) fn named(file: &str) -> Option<ArtefactId> {
    let id: ArtefactId = file.strip_suffix(".zst")?.parse().ok()?;
    // Upper-case digits would name a second file for one artefact.
    (format!("{id}.zst") == file).then_some(id)
}

/// Whether this is the file of an import that never ended.
pub(crate) fn is_partial(file: &str) -> bool {
    file.starts_with(PARTIAL)
}

/// The objects of a case, to read and to add to.
#[derive(Clone)]
pub struct Store {
    objects: Objects,
    next: Arc<AtomicU64>,
    cleared: Arc<[String]>,
    // Writing is allowed as long as this is held.
    _lock: CaseLock,
}

impl Store {
    /// Opens the store of the locked case, makes its folder where it is missing, and clears away what a
    /// killed import left half-written, since that never was evidence.
    ///
    /// # Errors
    /// When the folder cannot be made, listed or cleared.
    pub fn open(lock: &CaseLock) -> Result<Self, EvidenceError> {
        let objects = Objects::on(lock.case(), Arc::clone(lock.disk()));
        let disk = lock.disk();
        disk.create_folder(&objects.folder)
            .at("make the folder", &objects.folder)?;
        disk.sync_folder(lock.case()).at("write", lock.case())?;
        let mut cleared = Vec::new();
        for entry in disk.list(&objects.folder).at("list", &objects.folder)? {
            if is_partial(&entry.name) && entry.ordinary {
                let path = objects.folder.join(&entry.name);
                disk.discard(&path).at("remove the unfinished", &path)?;
                cleared.push(entry.name);
            }
        }
        Ok(Self {
            objects,
            next: Arc::new(AtomicU64::new(0)),
            cleared: cleared.into(),
            _lock: lock.clone(),
        })
    }

    /// The unfinished files of a killed import that were cleared away when the store was opened. Their
    /// sources have to be imported again.
    pub fn cleared(&self) -> &[String] {
        &self.cleared
    }

    /// The same objects, to read.
    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Begins a new object that the caller writes to, so that he can look at the bytes as they pass.
    ///
    /// # Errors
    /// When no file can be made.
    pub fn begin(&self) -> Result<Writer, EvidenceError> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let partial = self.objects.folder.join(format!("{PARTIAL}{number}"));
            match Writer::begin(self.clone(), partial) {
                Err(EvidenceError::Io { source, .. })
                    if source.kind() == io::ErrorKind::AlreadyExists => {}
                begun => return begun,
            }
        }
    }

    /// Stores all that the reader gives. `name` is what the reader is called in an error.
    ///
    /// # Errors
    /// [`EvidenceError::Source`] when the reader fails, else what prevented the writing. Nothing is stored
    /// then.
    pub fn put(&self, name: &str, source: &mut dyn Read) -> Result<Stored, EvidenceError> {
        let mut writer = self.begin()?;
        let mut buffer = vec![0; COPY_BYTES];
        loop {
            let read = match source.read(&mut buffer) {
                Ok(0) => return writer.finish(),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => {
                    return Err(EvidenceError::Source {
                        name: name.to_owned(),
                        source,
                    });
                }
            };
            let bytes = buffer.get(..read).unwrap_or_default();
            if writer.write_all(bytes).is_err() {
                return writer.finish();
            }
        }
    }

    /// Gives a finished file its final name, unless the store holds the artefact already.
    pub(super) fn keep(&self, partial: &Path, packed: &Packed) -> Result<Stored, EvidenceError> {
        let disk = self.objects.disk();
        let path = self.objects.path(packed.id);
        let already_held = self.objects.holds(packed.id)?;
        if already_held {
            self.compare(partial, &path, packed)?;
        } else {
            disk.rename(partial, &path).at("write", &path)?;
            disk.sync_folder(&self.objects.folder)
                .at("write", &self.objects.folder)?;
            // A courtesy to other programs, which some file systems do not know; the proof is the hash.
            drop(disk.protect(&path));
        }
        Ok(Stored {
            id: packed.id,
            size: packed.size,
            already_held,
        })
    }

    /// Before a copy is dropped in favour of the one that is held, the one that is held must be whole.
    /// Another version of zstd may have packed it in other bytes: then its content decides.
    fn compare(&self, partial: &Path, held: &Path, packed: &Packed) -> Result<(), EvidenceError> {
        let disk = self.objects.disk();
        let mut new = disk.open(partial).at("read", partial)?;
        let mut old = disk.open(held).at("read", held)?;
        if same_bytes(&mut new, &mut old, packed.stored_size).at("read", held)? {
            return Ok(());
        }
        match crate::verify::check_object(disk.as_ref(), held, packed.id)? {
            None => Ok(()),
            Some(reason) => Err(EvidenceError::Damaged {
                path: held.to_path_buf(),
                reason,
            }),
        }
    }
}

/// Whether both give the same `length` bytes and then end.
fn same_bytes(a: &mut dyn Read, b: &mut dyn Read, length: u64) -> io::Result<bool> {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let mut seen = 0;
    loop {
        left.clear();
        right.clear();
        a.take(COPY_BYTES as u64).read_to_end(&mut left)?;
        b.take(COPY_BYTES as u64).read_to_end(&mut right)?;
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(seen == length);
        }
        seen += left.len() as u64;
    }
}
