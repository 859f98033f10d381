//! One undamaged file of JSON lines a log, written while time goes by.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use hourzero_model::Timestamp;

use super::output::{self, ExportError, ExportedFile, Placed};
use super::retention;
use crate::logs::{LogRecord, Source};
use crate::world::World;

/// An export in clean form. A log's file is made with its first record.
#[derive(Debug)]
pub struct CleanExport<'w> {
    world: &'w World,
    folder: PathBuf,
    asked: Timestamp,
    files: BTreeMap<Source, Lines>,
}

#[derive(Debug)]
struct Lines {
    path: PathBuf,
    file: BufWriter<File>,
    written: u64,
}

impl<'w> CleanExport<'w> {
    /// An export into a new folder, asked from the logs at an instant.
    ///
    /// # Errors
    /// When the folder cannot be made or is not empty.
    pub fn new(world: &'w World, folder: &Path, asked: Timestamp) -> Result<Self, ExportError> {
        output::new_folder(folder)?;
        Ok(Self {
            world,
            folder: folder.to_owned(),
            asked,
            files: BTreeMap::new(),
        })
    }

    /// Writes a record, unless its log has it no longer or not yet; says where it stands.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn take(&mut self, number: u64, record: &LogRecord) -> Result<Option<Placed>, ExportError> {
        if !retention::holds(self.world, record, self.asked) {
            return Ok(None);
        }
        let lines = match self.files.entry(record.source) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                let (path, file) = output::create(&self.folder, &record.source.clean_file())?;
                entry.insert(Lines {
                    path,
                    file,
                    written: 0,
                })
            }
        };
        lines
            .file
            .write_all(record.json.as_bytes())
            .and_then(|()| lines.file.write_all(b"\n"))
            .map_err(ExportError::of(&lines.path))?;
        lines.written += 1;
        Ok(Some(Placed {
            number,
            source: record.source,
            id: record.id.clone(),
            file: record.source.clean_file(),
            position: lines.written,
            damaged: false,
        }))
    }

    /// Ends the export.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub fn finish(self) -> Result<Vec<ExportedFile>, ExportError> {
        let mut files = Vec::new();
        for (source, mut lines) in self.files {
            lines.file.flush().map_err(ExportError::of(&lines.path))?;
            files.push(ExportedFile {
                name: source.clean_file(),
                records: lines.written,
                damaged: 0,
            });
        }
        Ok(files)
    }
}
