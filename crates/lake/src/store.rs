//! The folders of a case that the lake owns, and what each artefact holds in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use hourzero_model::{ArtefactId, Log, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::LakeError;

const VERSION: u32 = 3;
pub(crate) const RECORDS: &str = "records";
pub(crate) const STATE: &str = "state";
pub(crate) const REJECTS: &str = "rejects";
const TEMPORARY: &str = ".tmp";
pub(crate) const TIES: &str = "records/ties.parquet";
pub(crate) const TIES_SUMMARY: &str = "records/ties.json";
pub(crate) const OTHERS: &str = "records/others.parquet";

/// What the lake holds of an artefact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// The artefact.
    pub artefact: ArtefactId,
    /// Records, those included for which another speaks; states and rejects not.
    pub records: u64,
    /// Configuration objects.
    pub states: u64,
    /// Records whose body could not be read.
    pub rejects: u64,
    /// Records by log.
    pub logs: BTreeMap<Log, u64>,
    /// The earliest time of a record.
    pub first_event: Option<Timestamp>,
    /// The latest time of a record.
    pub last_event: Option<Timestamp>,
    /// What the importer noted: file names, form, header, inventory of key paths.
    pub extra: Value,
}

/// A file of an artefact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Piece {
    /// Below the case, `/` separated.
    pub(crate) path: String,
    /// The log for a file of records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<Log>,
    /// Rows in it.
    pub(crate) rows: u64,
}

/// The JSON file of an artefact: it makes the artefact's other files valid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    version: u32,
    /// What is held.
    #[serde(flatten)]
    pub(crate) stored: Stored,
    /// Where.
    pub(crate) pieces: Vec<Piece>,
}

impl Manifest {
    pub(crate) fn new(stored: Stored, pieces: Vec<Piece>) -> Self {
        Self {
            version: VERSION,
            stored,
            pieces,
        }
    }

    /// Its own file, below the case.
    pub(crate) fn path(&self) -> String {
        format!("{RECORDS}/{}.json", self.stored.artefact)
    }

    /// The files of records, by log.
    pub(crate) fn record_pieces(&self) -> impl Iterator<Item = (Log, &Piece)> {
        self.pieces
            .iter()
            .filter_map(|piece| piece.log.map(|log| (log, piece)))
    }
}

/// The folders.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    root: PathBuf,
}

impl Folders {
    /// Makes what is missing and removes what a killed import left.
    pub(crate) fn open(root: &Path) -> Result<(Self, BTreeMap<ArtefactId, Manifest>), LakeError> {
        let folders = Self {
            root: root.to_owned(),
        };
        let temporary = folders.temporary();
        if temporary.exists() {
            fs::remove_dir_all(&temporary).map_err(|e| LakeError::io(&temporary, e))?;
        }
        for name in [RECORDS, STATE, REJECTS, TEMPORARY] {
            folders.make(name)?;
        }
        let manifests = folders.manifests()?;
        folders.sweep(&manifests)?;
        Ok((folders, manifests))
    }

    /// A path below the case.
    pub(crate) fn path(&self, below: &str) -> PathBuf {
        below
            .split('/')
            .fold(self.root.clone(), |path, part| path.join(part))
    }

    /// Where spilled data goes; emptied at every opening.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.root.join(TEMPORARY)
    }

    /// Makes a folder below the case.
    pub(crate) fn make(&self, below: &str) -> Result<(), LakeError> {
        let path = self.path(below);
        fs::create_dir_all(&path).map_err(|e| LakeError::io(&path, e))
    }

    /// Removes a file below the case; one that is not there is gone already.
    pub(crate) fn remove(&self, below: &str) -> Result<(), LakeError> {
        let path = self.path(below);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(LakeError::io(&path, error)),
            _ => Ok(()),
        }
    }

    /// Makes an artefact's files valid by renaming its JSON file into place.
    pub(crate) fn commit(&self, manifest: &Manifest) -> Result<(), LakeError> {
        let path = self.path(&manifest.path());
        let temporary = path.with_extension("json.tmp");
        let mut text =
            serde_json::to_string_pretty(manifest).map_err(|e| LakeError::Engine(e.to_string()))?;
        text.push('\n');
        let write = || -> std::io::Result<()> {
            let mut file = fs::File::create(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&temporary, &path)
        };
        write().map_err(|e| LakeError::io(&path, e))
    }

    fn manifests(&self) -> Result<BTreeMap<ArtefactId, Manifest>, LakeError> {
        let mut found = BTreeMap::new();
        for path in self.files(RECORDS)? {
            let is_json = path
                .extension()
                .is_some_and(|extension| extension == "json");
            if !is_json || path == self.path(TIES_SUMMARY) {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(|e| LakeError::io(&path, e))?;
            let manifest: Manifest =
                serde_json::from_str(&text).map_err(|e| LakeError::damaged(&path, e))?;
            if manifest.version != VERSION {
                let reason = format!("version {} where {VERSION} is read", manifest.version);
                return Err(LakeError::damaged(&path, reason));
            }
            found.insert(manifest.stored.artefact, manifest);
        }
        Ok(found)
    }

    /// Removes files that no artefact's JSON file names. A name that is not ours is left alone.
    fn sweep(&self, manifests: &BTreeMap<ArtefactId, Manifest>) -> Result<(), LakeError> {
        let mut known: BTreeSet<PathBuf> = manifests
            .values()
            .flat_map(|manifest| &manifest.pieces)
            .map(|piece| self.path(&piece.path))
            .collect();
        known.insert(self.path(TIES));
        known.insert(self.path(OTHERS));
        let mut folders = vec![RECORDS.to_owned(), STATE.to_owned(), REJECTS.to_owned()];
        folders.extend(Log::ALL.map(|log| format!("{RECORDS}/source={}", log.name())));
        for folder in folders {
            for path in self.files(&folder)? {
                let ours = path
                    .extension()
                    .is_some_and(|extension| extension == "parquet" || extension == "tmp");
                if ours && !known.contains(&path) {
                    fs::remove_file(&path).map_err(|e| LakeError::io(&path, e))?;
                }
            }
        }
        Ok(())
    }

    /// The files in a folder, sorted; none where there is no folder.
    fn files(&self, below: &str) -> Result<Vec<PathBuf>, LakeError> {
        let path = self.path(below);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(LakeError::io(&path, error)),
        };
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|e| LakeError::io(&path, e))?;
            if entry.file_type().is_ok_and(|kind| kind.is_file()) {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }
}
