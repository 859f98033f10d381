//! Records of one run, kept by log on disk until their form is written: a run can be larger than memory.
//!
//! A record waits as a head of fixed length, its id and its text. The files are gone with the run and read by
//! nobody else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::path::PathBuf;

use hourzero_model::Timestamp;
use tempfile::TempDir;

use super::output::ExportError;
use crate::logs::{LogRecord, Source};

/// A record as it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spooled {
    /// Number of the happening.
    pub(super) number: u64,
    /// When it happened.
    pub(super) at: Timestamp,
    /// Microsoft's id.
    pub(super) id: String,
    /// The record.
    pub(super) json: String,
}

impl Spooled {
    const fn empty() -> Self {
        Self {
            number: 0,
            at: Timestamp::from_micros(0),
            id: String::new(),
            json: String::new(),
        }
    }
}

/// Takes records one by one. It may take the texts out of a record; what it leaves is used again.
pub(super) type Visit<'v> = dyn FnMut(&mut Spooled) -> Result<(), ExportError> + 'v;

/// Bytes that are read and written at once.
const BUFFER: usize = 1 << 18;

/// Numbers in a record's head: happening, time, time from which the log has it, time until which it has it,
/// lengths of id and text.
const HEAD: usize = 6;

/// The waiting records of all logs, in the order in which they were given.
#[derive(Debug)]
pub(super) struct Spool {
    folder: TempDir,
    /// Nobody asks the logs before.
    earliest: Timestamp,
    files: BTreeMap<Source, (PathBuf, BufWriter<File>)>,
}

impl Spool {
    /// An empty one, in the system's folder for temporary files; it is gone with its owner. The logs will be
    /// asked at the instant given or later, so that records which they do not hold by then need not wait.
    pub(super) fn new(earliest: Timestamp) -> Result<Self, ExportError> {
        let folder = tempfile::tempdir().map_err(ExportError::of(&std::env::temp_dir()))?;
        Ok(Self {
            folder,
            earliest,
            files: BTreeMap::new(),
        })
    }

    /// Keeps a record, with the days for which its log keeps it.
    pub(super) fn keep(
        &mut self,
        number: u64,
        record: &LogRecord,
        days: i64,
    ) -> Result<(), ExportError> {
        let until = record.at.plus_seconds(86_400 * days);
        if until < self.earliest {
            return Ok(());
        }
        let (path, file) = match self.files.entry(record.source) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let path = self.folder.path().join(record.source.clean_file());
                let file = File::create(&path).map_err(ExportError::of(&path))?;
                entry.insert((path, BufWriter::with_capacity(BUFFER, file)))
            }
        };
        let head = [
            number.cast_signed(),
            record.at.micros(),
            record.available.micros(),
            until.micros(),
            length(&record.id),
            length(&record.json),
        ];
        head.iter()
            .try_for_each(|part| file.write_all(&part.to_le_bytes()))
            .and_then(|()| file.write_all(record.id.as_bytes()))
            .and_then(|()| file.write_all(record.json.as_bytes()))
            .map_err(ExportError::of(path))
    }

    /// The logs that have records.
    pub(super) fn sources(&self) -> Vec<Source> {
        self.files.keys().copied().collect()
    }

    /// Gives the records that a log holds at an instant (no longer, or not yet: left out) one by one.
    pub(super) fn each(
        &mut self,
        (source, asked): (Source, Timestamp),
        visit: &mut Visit<'_>,
    ) -> Result<(), ExportError> {
        let Some((path, file)) = self.files.get_mut(&source) else {
            return Ok(());
        };
        file.flush().map_err(ExportError::of(path))?;
        let opened = File::open(&path).map_err(ExportError::of(path))?;
        let mut from = BufReader::with_capacity(BUFFER, opened);
        let mut record = Spooled::empty();
        while let Some(held) = next(&mut from, &mut record, asked).map_err(ExportError::of(path))? {
            if held {
                visit(&mut record)?;
            }
        }
        Ok(())
    }

    /// Gives the records that a log holds at an instant in lists of at most so many.
    pub(super) fn lists(
        &mut self,
        of: (Source, Timestamp),
        most: usize,
        give: &mut dyn FnMut(Vec<Spooled>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut list = Vec::new();
        self.each(of, &mut |record| {
            list.push(std::mem::replace(record, Spooled::empty()));
            if list.len() == most {
                give(std::mem::take(&mut list))?;
            }
            Ok(())
        })?;
        if list.is_empty() {
            return Ok(());
        }
        give(list)
    }
}

fn length(text: &str) -> i64 {
    i64::try_from(text.len()).unwrap_or(i64::MAX)
}

/// Reads the next record and says whether its log holds it at an instant; nothing at the end.
fn next(
    from: &mut BufReader<File>,
    record: &mut Spooled,
    asked: Timestamp,
) -> io::Result<Option<bool>> {
    let mut head = [0; HEAD * 8];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let mut parts = [0_i64; HEAD];
    for (part, bytes) in parts.iter_mut().zip(head.as_chunks::<8>().0) {
        *part = i64::from_le_bytes(*bytes);
    }
    let [number, at, available, until, id, json] = parts;
    record.number = number.cast_unsigned();
    record.at = Timestamp::from_micros(at);
    text(from, &mut record.id, id)?;
    text(from, &mut record.json, json)?;
    let asked = asked.micros();
    Ok(Some(until >= asked && available <= asked))
}

/// Reads a text of so many bytes in place of the one before.
fn text(from: &mut BufReader<File>, text: &mut String, length: i64) -> io::Result<()> {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes.clear();
    let length = u64::try_from(length).unwrap_or(0);
    from.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).ok() != Some(length) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    *text = String::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(())
}
