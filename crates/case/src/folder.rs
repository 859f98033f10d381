//! The case folder: its settings and where everything lies (`design.md` §5).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::CaseError;

/// `case.toml`: what a case is called and how its times are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the case, for people.
    pub name: String,
    /// The tenant's domain, empty where it is not known yet.
    #[serde(default)]
    pub tenant: String,
    /// Time zone of local times, by its name in the time-zone database.
    #[serde(default = "utc")]
    pub zone: String,
    /// The people who work on it.
    #[serde(default)]
    pub analysts: Vec<String>,
    /// When it was opened, RFC 3339, UTC.
    #[serde(default)]
    pub created: String,
}

fn utc() -> String {
    "UTC".to_owned()
}

impl Settings {
    /// The zone of local times.
    ///
    /// # Errors
    /// When the time-zone database has no such name.
    pub fn time_zone(&self) -> Result<TimeZone, CaseError> {
        TimeZone::get(&self.zone).map_err(|_| CaseError::Zone {
            zone: self.zone.clone(),
        })
    }
}

impl Settings {
    /// These settings with what they leave open taken from others, and what of the others was left aside
    /// because it is said otherwise. A case that nobody named has the name of its folder.
    pub(crate) fn filled(&self, other: &Self, folder: &str) -> (Self, Vec<String>) {
        let mut kept = Vec::new();
        let mut pick = |what: &str, own: &str, new: &str, plain: &str| -> String {
            if own == new || new.is_empty() || new == plain {
                return own.to_owned();
            }
            if own.is_empty() || own == plain {
                return new.to_owned();
            }
            kept.push(format!("{what} stays {own}, not {new}"));
            own.to_owned()
        };
        let name = pick("name", &self.name, &other.name, folder);
        let tenant = pick("tenant", &self.tenant, &other.tenant, "");
        let zone = pick("zone", &self.zone, &other.zone, "UTC");
        let mut analysts = self.analysts.clone();
        for analyst in &other.analysts {
            if !analysts.contains(analyst) {
                analysts.push(analyst.clone());
            }
        }
        let filled = Self {
            name,
            tenant,
            zone,
            analysts,
            created: self.created.clone(),
        };
        (filled, kept)
    }
}

/// Where everything lies.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    root: PathBuf,
    out: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            out: root.join("out"),
        }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder's own name: that of a case which nobody named.
    pub(crate) fn name(&self) -> String {
        self.root.file_name().map_or_else(
            || "hourzero-case".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    }

    /// Where derived files are written to.
    pub(crate) fn out(&self) -> PathBuf {
        self.out.clone()
    }

    /// Writes derived files elsewhere, to compare them.
    pub(crate) fn write_out_to(&mut self, folder: &Path) {
        self.out = folder.to_owned();
    }

    /// Where derived files are made again for comparison.
    pub(crate) fn again(&self) -> PathBuf {
        self.root.join(".again")
    }

    /// Where spilled data goes; the lake makes and empties it.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.root.join(".tmp")
    }

    pub(crate) fn networks(&self) -> PathBuf {
        self.root.join("networks")
    }

    fn settings_path(&self) -> PathBuf {
        self.root.join("case.toml")
    }

    /// Reads the settings; `None` where there is no case yet.
    pub(crate) fn settings(&self) -> Result<Option<Settings>, CaseError> {
        let path = self.settings_path();
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map(Some)
                .map_err(|error| CaseError::Settings {
                    path,
                    why: error.message().to_owned(),
                }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(CaseError::read(&path, error)),
        }
    }

    /// Makes the folder and writes the settings.
    pub(crate) fn create(&self, settings: &Settings) -> Result<(), CaseError> {
        std::fs::create_dir_all(&self.root).map_err(|error| CaseError::write(&self.root, error))?;
        let path = self.settings_path();
        let text = toml::to_string(settings).map_err(|error| CaseError::Settings {
            path: path.clone(),
            why: error.to_string(),
        })?;
        write_whole(&path, text.as_bytes())
    }
}

/// Writes a file whole or not at all: beside its place, then renamed into it.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), CaseError> {
    let mut file = WholeFile::create(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A file that is written piece by piece and whole or not at all.
#[derive(Debug)]
pub(crate) struct WholeFile {
    path: PathBuf,
    beside: PathBuf,
    writer: BufWriter<File>,
}

impl WholeFile {
    pub(crate) fn create(path: &Path) -> Result<Self, CaseError> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| CaseError::write(parent, error))?;
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let beside = path.with_file_name(name);
        let file = File::create(&beside).map_err(|error| CaseError::write(&beside, error))?;
        Ok(Self {
            path: path.to_owned(),
            writer: BufWriter::with_capacity(1 << 18, file),
            beside,
        })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), CaseError> {
        let written = self.writer.write_all(bytes);
        written.map_err(|error| CaseError::write(&self.beside, error))
    }

    /// The file as a stream, for what writes by itself.
    pub(crate) fn stream(&mut self) -> &mut dyn Write {
        &mut self.writer
    }

    /// Gives the file its name.
    pub(crate) fn finish(mut self) -> Result<(), CaseError> {
        let flushed = self.writer.flush();
        flushed.map_err(|error| CaseError::write(&self.beside, error))?;
        std::fs::rename(&self.beside, &self.path)
            .map_err(|error| CaseError::write(&self.path, error))
    }
}
