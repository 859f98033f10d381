//! Records of one run, kept by log on disk until their form is written: a run can be larger than memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
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

/// The waiting records of all logs, in the order in which they were given.
#[derive(Debug)]
pub(super) struct Spool {
    folder: TempDir,
    files: BTreeMap<Source, (PathBuf, BufWriter<File>)>,
}

impl Spool {
    /// An empty one, in the system's folder for temporary files; it is gone with its owner.
    pub(super) fn new() -> Result<Self, ExportError> {
        let folder = tempfile::tempdir().map_err(ExportError::of(&std::env::temp_dir()))?;
        Ok(Self {
            folder,
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
        let (path, file) = match self.files.entry(record.source) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let path = self.folder.path().join(record.source.clean_file());
                let file = File::create(&path).map_err(ExportError::of(&path))?;
                entry.insert((path, BufWriter::new(file)))
            }
        };
        writeln!(
            file,
            "{number}\t{}\t{}\t{days}\t{}\t{}",
            record.at.micros(),
            record.available.micros(),
            record.id,
            record.json
        )
        .map_err(ExportError::of(path))
    }

    /// The logs that have records.
    pub(super) fn sources(&self) -> Vec<Source> {
        self.files.keys().copied().collect()
    }

    /// Gives the records that a log holds at an instant (no longer, or not yet: left out), in lists of at
    /// most so many.
    pub(super) fn lists(
        &mut self,
        (source, asked): (Source, Timestamp),
        most: usize,
        give: &mut dyn FnMut(Vec<Spooled>) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let Some((path, file)) = self.files.get_mut(&source) else {
            return Ok(());
        };
        file.flush().map_err(ExportError::of(path))?;
        let opened = File::open(&path).map_err(ExportError::of(path))?;
        let mut list = Vec::new();
        for line in BufReader::new(opened).lines() {
            let line = line.map_err(ExportError::of(path))?;
            list.extend(read(&line, asked));
            if list.len() == most {
                give(std::mem::take(&mut list))?;
            }
        }
        if !list.is_empty() {
            give(list)?;
        }
        Ok(())
    }
}

/// A line of ours, if its log holds the record at an instant; lines of ours are always whole.
fn read(line: &str, asked: Timestamp) -> Option<Spooled> {
    let mut parts = line.splitn(6, '\t');
    let number = parts.next()?.parse().ok()?;
    let at = Timestamp::from_micros(parts.next()?.parse().ok()?);
    let available = Timestamp::from_micros(parts.next()?.parse().ok()?);
    let days: i64 = parts.next()?.parse().ok()?;
    let held = at >= asked.plus_seconds(-86_400 * days) && available <= asked;
    held.then_some(())?;
    Some(Spooled {
        number,
        at,
        id: parts.next()?.to_owned(),
        json: parts.next()?.to_owned(),
    })
}
