//! Reading records back by their place, many and near each other.
//!
//! Takes a place, gives the record's bytes as received. It keeps the frames used last, because neighbours
//! lie in one frame; it must never keep more than a fixed number.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hourzero_model::{ArtefactId, Provenance, RawRecords};

use super::reader::Frames;
use super::store::Objects;
use crate::EvidenceError;

/// Frames kept: 64 MiB of content.
const FRAMES_KEPT: usize = 16;
/// Open files kept.
const FILES_KEPT: usize = 32;

type Content = Arc<Vec<u8>>;

/// Reads records back from the objects of a case. It can be shared between threads.
pub struct RawReader {
    objects: Objects,
    files: Mutex<Vec<(ArtefactId, Arc<Mutex<Frames>>)>>,
    frames: Mutex<Vec<((ArtefactId, usize), Content)>>,
}

impl RawReader {
    /// Reads from these objects.
    pub fn new(objects: Objects) -> Self {
        Self {
            objects,
            files: Mutex::default(),
            frames: Mutex::default(),
        }
    }

    /// The bytes of a range of an artefact.
    ///
    /// # Errors
    /// When the artefact is missing or damaged, or the range is not within it.
    pub fn range(
        &self,
        id: ArtefactId,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>, EvidenceError> {
        let file = self.file(id)?;
        let size = locked(&file).size;
        let end = offset.checked_add(length).filter(|end| *end <= size);
        let Some(end) = end else {
            return Err(EvidenceError::OutOfRange {
                id,
                size,
                offset,
                length,
            });
        };
        let mut bytes = Vec::new();
        let mut position = offset;
        while position < end {
            let (index, within) = locked(&file).find(position);
            let content = self.frame(id, index, &file)?;
            let rest = content.get(within..).unwrap_or_default();
            let wanted = usize::try_from(end - position).unwrap_or(usize::MAX);
            let part = rest.get(..wanted).unwrap_or(rest);
            if part.is_empty() {
                break;
            }
            bytes.extend_from_slice(part);
            position += part.len() as u64;
        }
        Ok(bytes)
    }

    fn file(&self, id: ArtefactId) -> Result<Arc<Mutex<Frames>>, EvidenceError> {
        if let Some(file) = use_again(&mut locked(&self.files), &id) {
            return Ok(file);
        }
        let path = self.objects.path(id);
        if !self.objects.holds(id)? {
            // This gives the error that names the artefact.
            self.objects.read(id).map(drop)?;
        }
        let opened = self
            .objects
            .disk()
            .open(&path)
            .map_err(|source| EvidenceError::io("open", &path, source))?;
        let file = Arc::new(Mutex::new(Frames::new(path, opened)?));
        keep(&mut locked(&self.files), id, Arc::clone(&file), FILES_KEPT);
        Ok(file)
    }

    fn frame(
        &self,
        id: ArtefactId,
        index: usize,
        file: &Mutex<Frames>,
    ) -> Result<Content, EvidenceError> {
        let key = (id, index);
        if let Some(content) = use_again(&mut locked(&self.frames), &key) {
            return Ok(content);
        }
        let mut file = locked(file);
        // Another thread may have unpacked it while this one waited for the file.
        if let Some(content) = use_again(&mut locked(&self.frames), &key) {
            return Ok(content);
        }
        let mut content = Vec::new();
        file.unpack(index, &mut content)?;
        let content = Arc::new(content);
        keep(
            &mut locked(&self.frames),
            key,
            Arc::clone(&content),
            FRAMES_KEPT,
        );
        Ok(content)
    }
}

impl RawRecords for RawReader {
    fn raw(&self, place: &Provenance) -> Result<Vec<u8>, String> {
        self.range(place.artefact, place.offset, place.length)
            .map_err(|error| error.to_string())
    }
}

/// The cached value, which becomes the last to be dropped.
fn use_again<K: PartialEq, V: Clone>(cache: &mut Vec<(K, V)>, key: &K) -> Option<V> {
    let at = cache.iter().position(|(held, _)| held == key)?;
    let entry = cache.remove(at);
    let value = entry.1.clone();
    cache.push(entry);
    Some(value)
}

/// Adds a value and drops the one that was used least recently where there are too many.
fn keep<K, V>(cache: &mut Vec<(K, V)>, key: K, value: V, most: usize) {
    if cache.len() >= most {
        cache.remove(0);
    }
    cache.push((key, value));
}

/// A thread that panicked while holding the lock leaves a cache that is still right: entries are added
/// whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
