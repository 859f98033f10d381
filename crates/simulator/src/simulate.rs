//! One simulated tenant from its settings to the exported evidence, with the truth beside it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use hourzero_model::Timestamp;

use crate::engine::{self, Sink};
use crate::forms::{CleanExport, ExportError, ExportedFile, Forms, MixedExport};
use crate::happening::Happening;
use crate::logs::LogRecord;
use crate::truth::TruthWriter;
use crate::world::World;

/// Where evidence and truth go.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    /// The export's folder: new or empty.
    pub out: &'t Path,
    /// The truth's file; it must not lie in the export's folder, or the export would betray it.
    pub truth: Option<&'t Path>,
    /// In which forms.
    pub forms: Forms,
}

/// A finished simulation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Files of the export.
    pub files: Vec<ExportedFile>,
    /// Happenings that were lived.
    pub happenings: u64,
    /// Records that they left, whether a log still holds them or not.
    pub records: u64,
}

/// A simulation could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The export.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The truth's file lies in the export.
    #[error("{0}: the truth must not lie in the export's folder; give another place")]
    TruthInside(String),
}
