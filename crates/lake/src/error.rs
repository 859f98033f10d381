//! What can go wrong, for a program by kind and for a person in a sentence.

use std::io;
use std::path::{Path, PathBuf};

use datafusion::error::DataFusionError;
use datafusion::parquet::errors::ParquetError;
use hourzero_model::ArtefactId;

/// The lake could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The disk has no room left.
    #[error(
        "no space is left on the disk of `{path}`; make room and run the same command again, what is complete is kept"
    )]
    DiskFull {
        /// The file or folder that was being written.
        path: PathBuf,
    },
    /// A file or folder of the case could not be read or written.
    #[error("`{path}` cannot be read or written: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A Parquet file of the case is damaged or has another shape than this version writes.
    #[error(
        "`{path}` is no Parquet file of this version ({reason}); records are derived, so remove `records/`, `state/` and `rejects/` of the case and import the evidence again"
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// The artefact is in the lake already; its records never change.
    #[error("artefact {0} is already imported; its records never change")]
    AlreadyHeld(ArtefactId),
    /// A rule looks at the raw record, which the scan over columns does not read.
    #[error(
        "rule {rule} looks at the raw record, which a scan over columns does not read; evaluate it over the raw records"
    )]
    NotColumnar {
        /// Its place in the list given.
        rule: usize,
    },
    /// A regular expression of a rule cannot be used.
    #[error("rule {rule} has a regular expression that cannot be used: {reason}")]
    Pattern {
        /// Its place in the list given.
        rule: usize,
        /// What the regular expression library says.
        reason: String,
    },
    /// The engine failed.
    #[error("the engine failed: {0}")]
    Engine(String),
    /// A thread of the lake ended before its work was done, which is a fault of this program.
    #[error(
        "a worker of the lake ended before its work was done; please report this with the message printed above"
    )]
    WorkerGone,
}

impl LakeError {
    /// For a failed access to a file, a full disk told apart.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull { path },
            _ => Self::Io { path, source },
        }
    }

    /// For a Parquet file that does not read as it should.
    pub(crate) fn damaged(path: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            reason: format!("{reason}"),
        }
    }

    /// For a failure of the Parquet library, the disk's own failures told apart.
    pub(crate) fn parquet(path: &Path, error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(source) => Self::io(path, *source),
                Err(other) => Self::damaged(path, other),
            },
            other => {
                let text = other.to_string();
                // The Arrow writer wraps the disk's failure into text on its way out.
                if text.contains("No space left") || text.contains("StorageFull") {
                    Self::DiskFull {
                        path: path.to_owned(),
                    }
                } else {
                    Self::damaged(path, text)
                }
            }
        }
    }
}

impl From<DataFusionError> for LakeError {
    fn from(error: DataFusionError) -> Self {
        Self::Engine(error.strip_backtrace())
    }
}

/// A question in SQL could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// Only reading is allowed.
    #[error(
        "only one SELECT, WITH or EXPLAIN is allowed, this is {what}; the lake is never changed by SQL"
    )]
    NotReading {
        /// What the statement would have done.
        what: String,
    },
    /// No such table.
    #[error("there is no table `{name}`; the tables are {tables}")]
    UnknownTable {
        /// The name as written.
        name: String,
        /// Those that exist, separated by commas.
        tables: String,
    },
    /// No such column.
    #[error("there is no column `{name}`; {hint}")]
    UnknownColumn {
        /// The name as written.
        name: String,
        /// Names that are near, or where to find all.
        hint: String,
    },
    /// The statement cannot be understood.
    #[error("the SQL cannot be understood: {0}")]
    Syntax(String),
    /// The statement needs more memory than it may have, even with spilling.
    #[error(
        "the query needs more memory than the {megabytes} MB it may use; narrow it by source, time or account, or select fewer columns"
    )]
    Memory {
        /// The limit.
        megabytes: usize,
    },
    /// The statement failed while it ran.
    #[error("the query failed: {0}")]
    Failed(String),
    /// The lake itself failed.
    #[error(transparent)]
    Lake(#[from] LakeError),
}
