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

pub use clean::CleanExport;
pub use mixed::MixedExport;
pub use output::{ExportError, ExportedFile, Placed};
pub use retention::retention_days;

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
