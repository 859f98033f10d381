//! What can go wrong with a case: what happened, to which file or object, what to do.

use std::path::{Path, PathBuf};

/// A step of a case failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// A file could not be read.
    #[error("{path} could not be read: {source}", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("{path} could not be written: {source}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// `case.toml` is damaged.
    #[error("{path} is not a case's settings: {why}", path = path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// There is no case.
    #[error("{path} holds no case", path = path.display())]
    NoCase {
        /// The folder.
        path: PathBuf,
    },
    /// The time zone is unknown.
    #[error("`{zone}` is no time zone of the time-zone database")]
    Zone {
        /// As given.
        zone: String,
    },
    /// The evidence store or the journal failed.
    #[error(transparent)]
    Evidence(#[from] hourzero_evidence::EvidenceError),
    /// The lake failed.
    #[error(transparent)]
    Lake(#[from] hourzero_lake::LakeError),
    /// A document could not be made.
    #[error(transparent)]
    Report(#[from] hourzero_report::ReportError),
    /// A rule folder holds nothing that could be used.
    #[error("{path}: {why}", path = path.display())]
    Rules {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A network database is damaged or of another kind.
    #[error("{path} is not a database of networks in MMDB form: {why}", path = path.display())]
    Networks {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// A mapping file cannot be used.
    #[error(transparent)]
    Mapping(#[from] hourzero_ingest::MappingError),
    /// Nothing that was given can be imported.
    #[error("nothing can be imported{}", listed(passed))]
    NothingToImport {
        /// What was given, and why not.
        passed: Vec<crate::Passed>,
    },
    /// The digits name no artefact, or several.
    #[error("{found} artefacts have a hash that begins with `{prefix}`")]
    WhichArtefact {
        /// As given.
        prefix: String,
        /// How many.
        found: usize,
    },
    /// Nothing has been derived yet.
    #[error("{path} is not there: the case has not been investigated", path = path.display())]
    NotInvestigated {
        /// The file.
        path: PathBuf,
    },
    /// A document could not be printed.
    #[error("the document could not be made as {format}: {why}")]
    Print {
        /// The form.
        format: &'static str,
        /// Why.
        why: String,
    },
    /// A derived file is damaged.
    #[error("{path} is damaged: {why}", path = path.display())]
    Derived {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The query cannot be run.
    #[error(transparent)]
    Query(#[from] hourzero_lake::QueryError),
    /// What was given cannot be taken; nothing was stored.
    #[error("{}", problems.join("\n"))]
    Refused {
        /// Each with its place and what to write instead.
        problems: Vec<String>,
    },
    /// Our own fault.
    #[error("internal fault: {0}")]
    Internal(String),
}

impl CaseError {
    /// Whether the command was given something wrong, as opposed to something that failed.
    pub fn is_wrong_usage(&self) -> bool {
        matches!(self, Self::Mapping(_) | Self::Refused { .. })
    }

    pub(crate) fn read(path: &Path, source: std::io::Error) -> Self {
        Self::Read {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn write(path: &Path, source: std::io::Error) -> Self {
        Self::Write {
            path: path.to_owned(),
            source,
        }
    }

    /// What the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Read { .. } => "check that the file exists and that you may read it",
            Self::Write { .. } | Self::Evidence(_) | Self::Lake(_)
                if io_of(self).is_some_and(has_no_room) =>
            {
                "there is no room on the disk, or a limit on the size of files is reached: make room and run the same command again, it goes on where it stopped"
            }
            Self::Evidence(_) | Self::Lake(_) if io_of(self).is_some() => {
                "check the rights on the case folder and its disk, then run the same command again, it goes on where it stopped"
            }
            Self::Write { .. } => "check the rights on the case folder and the room on its disk",
            Self::Settings { .. } => {
                "mend the line that is named, or make a new case with `hourzero new`"
            }
            Self::NoCase { .. } => {
                "make one with `hourzero new` or `hourzero investigate PATH…`, or name another with `--case DIR`"
            }
            Self::Mapping(_) => {
                "mend the mapping file and run the same command again; nothing was stored"
            }
            Self::NothingToImport { .. } => {
                "give files, folders or archives of exports that exist and that you may read"
            }
            Self::Zone { .. } => "use a name such as Europe/Berlin or America/New_York",
            Self::NotInvestigated { .. } | Self::Derived { .. } => {
                "run `hourzero investigate PATH…`; it writes the file anew"
            }
            Self::Refused { .. } => "nothing was stored; correct it and run the same command again",
            Self::WhichArtefact { .. } => "`hourzero evidence list` shows the hashes",
            Self::Networks { .. } => {
                "give a file that ends in .mmdb, such as a GeoLite2 or a DB-IP ASN database"
            }
            _ => return None,
        };
        Some(text.to_owned())
    }
}

/// One line each, below the sentence.
fn listed(passed: &[crate::Passed]) -> String {
    let lines = passed.iter();
    let lines = lines.map(|passed| format!("\n  {}: {}", passed.name, passed.reason));
    lines.collect()
}

/// The error of the operating system behind an error, where there is one.
fn io_of(error: &CaseError) -> Option<&std::io::Error> {
    let mut next = std::error::Error::source(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<std::io::Error>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

fn has_no_room(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
    )
}
