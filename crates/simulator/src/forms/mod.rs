//! The evidence as responders get it: which export forms, how split, how damaged (`facts/forms.md`).
//!
//! `clean` is one undamaged file of JSON lines a log with Microsoft's own field names. `mixed` is what
//! arrives by mail on a Friday night: portal downloads, collectors' output, pages of an interface, split,
//! overlapping, shuffled, with the same record twice; and on request with holes and damaged records.
//! What is kept by each log is cut by retention and licence in both.

mod clean;
mod damage;
mod door;
mod entra;
mod mail;
mod mixed;
mod output;
mod record_type;
mod retention;
mod row;
mod spool;
mod tables;
mod unified;

pub use output::{ExportError, ExportedFile, Placed};
pub use retention::retention_days;

use std::path::{Path, PathBuf};

use hourzero_model::Timestamp;

use mixed::Mixed;
use spool::Spool;

use crate::logs::LogRecord;
use crate::world::World;

/// How the evidence is handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forms {
    /// A choice of real export forms.
    Mixed {
        /// With holes and damaged records.
        holes: bool,
    },
    /// One file of JSON lines a log.
    Clean,
}

/// The records of a run on their way into files. What the logs hold can only be said when time has gone by,
/// so they wait on disk until then.
#[derive(Debug)]
pub struct Export<'w> {
    world: &'w World,
    folder: PathBuf,
    spool: Spool,
}

impl<'w> Export<'w> {
    /// An export into a new or empty folder.
    ///
    /// # Errors
    /// When the folder cannot be made or holds something.
    pub fn new(world: &'w World, folder: &Path) -> Result<Self, ExportError> {
        output::new_folder(folder)?;
        Ok(Self {
            world,
            folder: folder.to_owned(),
            spool: Spool::new(world.first_day.plus(world.days).midnight())?,
        })
    }

    /// Keeps a record with the number of its happening.
    ///
    /// # Errors
    /// When it cannot be kept on disk.
    pub fn take(&mut self, number: u64, record: &LogRecord) -> Result<(), ExportError> {
        self.spool
            .keep(number, record, retention_days(self.world, record))
    }

    /// Asks the logs at an instant, writes what they hold, and says where each record stands.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn finish(
        mut self,
        asked: Timestamp,
        forms: Forms,
        places: &mut dyn FnMut(Placed) -> Result<(), ExportError>,
    ) -> Result<Vec<ExportedFile>, ExportError> {
        match forms {
            Forms::Clean => clean::write(&mut self.spool, &self.folder, asked, places),
            Forms::Mixed { holes } => Mixed {
                world: self.world,
                folder: &self.folder,
                asked,
                holes,
            }
            .write(&mut self.spool, places),
        }
    }
}
