//! Taking exports into evidence and their records into the lake.
//!
//! Two stages work side by side: one stores files (hash, compress, receipt), the other reads what is
//! stored, so that what is analysed is what is kept. An artefact that is in the lake already is not read
//! again; one that was stored by an import that was killed is.

mod read;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use hourzero_lake::{Stored, TieCounts, Ties};
use hourzero_model::ArtefactId;
use serde::Serialize;

pub(crate) use read::Noted;

use crate::receipt::{Held, MAPPING};
use crate::{Case, CaseError, GivenMapping, Passed, walk};

/// Why a record was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectReason {
    /// The 1-based number of the record; 0 for the file as a whole.
    pub position: u64,
    /// Why, as a sentence.
    pub reason: String,
}

/// What was in a file; the names are those of `contract.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportedFile {
    /// Name below the path given; a member as `a.zip!inner.csv`.
    pub file: String,
    /// SHA-256; nothing for a file that could not be read.
    pub sha256: Option<ArtefactId>,
    /// Stable name of the form; nothing for a file of no known form. An archive has the name of its kind, a
    /// mapping file that of `mapping`, a file that was read by one `mapped`.
    pub form: Option<String>,
    /// Records.
    pub records: u64,
    /// Those that speak for an event.
    pub events: u64,
    /// Configuration objects.
    pub states: u64,
    /// Duplicates, revisions and witnesses.
    pub duplicates: u64,
    /// Rejects.
    pub rejects: u64,
    /// Why, one a reject.
    pub reject_reasons: Vec<RejectReason>,
    /// Whether the case held it before this import.
    pub held: bool,
    /// What was done to the file as a whole and should be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// One entry a file and member, by name.
    pub files: Vec<ImportedFile>,
}

impl Imported {
    /// Whether something needs a person: a file or record that was not read.
    pub fn needs_attention(&self) -> bool {
        self.files
            .iter()
            .any(|file| !file.reject_reasons.is_empty())
    }
}

/// A file on its way from the store to the lake.
pub(crate) struct Item {
    pub(crate) id: ArtefactId,
    pub(crate) name: String,
}

/// A name under which an artefact was given in this import.
pub(crate) struct Given {
    pub(crate) id: ArtefactId,
    pub(crate) name: String,
}

impl Case<'_> {
    /// Takes files, folders and archives into the case.
    ///
    /// # Errors
    /// When the case itself cannot be written. A file that cannot be read is no error but stands in the
    /// list with its reason.
    pub fn import(&mut self, paths: &[PathBuf]) -> Result<Imported, CaseError> {
        self.import_with(paths, Vec::new())
    }

    /// The same with mappings for logs of other products, which are kept and used from now on: for these
    /// files, and for those that the case holds already.
    ///
    /// # Errors
    /// As [`Case::import`].
    pub fn import_with(
        &mut self,
        paths: &[PathBuf],
        mappings: Vec<GivenMapping>,
    ) -> Result<Imported, CaseError> {
        // Archives and mapping files are in no lake.
        let others = self.receipts.iter();
        let others = others.filter(|(_, held)| held.container.is_some());
        let others: Vec<ArtefactId> = others.map(|(id, _)| *id).collect();
        let mapped = self.use_mappings(mappings)?;
        let found = walk(paths, self.folder.root());
        let mut before: BTreeSet<ArtefactId> = self
            .lake
            .artefacts()
            .into_iter()
            .map(|stored| stored.artefact)
            .collect();
        let total = found
            .files
            .iter()
            .filter_map(|file| std::fs::metadata(&file.path).ok());
        self.environment
            .progress
            .begin("import", Some(total.map(|data| data.len()).sum()));
        let (sender, receiver) = sync_channel::<Item>(8);
        let (lake, store, mappings) = (&self.lake, &self.store, &self.mappings);
        let (journal, receipts) = (&mut self.journal, &mut self.receipts);
        let environment = &self.environment;
        let (stored, read) = std::thread::scope(|scope| {
            let reader =
                scope.spawn(move || read::all((lake, store.objects(), mappings), receiver));
            let stored = store::Storing {
                store,
                journal,
                environment,
                receipts,
                sender,
            }
            .all(&found.files);
            let read = reader.join().unwrap_or_else(|_| {
                Err(CaseError::Internal(
                    "the reading thread ended early".to_owned(),
                ))
            });
            (stored, read)
        });
        self.environment.progress.end();
        read?;
        let (mut given, mut passed) = stored?;
        passed.extend(found.passed);
        given.extend(mapped.into_iter().map(|(id, name)| Given { id, name }));
        before.extend(others);
        let mut known: BTreeSet<ArtefactId> = given.iter().map(|given| given.id).collect();
        let anew = self.read_anew()?.into_iter();
        given.extend(anew.filter(|given| known.insert(given.id)));
        let ties = self.lake.settle()?;
        self.refresh_evidence_request(None)?;
        self.imported(given, passed, (&before, &ties))
    }

    /// Reads what was stored but never read: the rest of an import that was killed.
    pub(crate) fn catch_up(&mut self) -> Result<(), CaseError> {
        let missing: Vec<Item> = self
            .receipts
            .iter()
            .filter(|(id, held)| held.container.is_none() && self.lake.holds(id).is_none())
            .map(|(id, held)| Item {
                id: *id,
                name: held.file.clone(),
            })
            .collect();
        for item in &missing {
            self.read(item)?;
        }
        self.read_anew()?;
        if !missing.is_empty() || self.lake.ties().is_none() {
            self.lake.settle()?;
        }
        Ok(())
    }

    fn read(&self, item: &Item) -> Result<(), CaseError> {
        let objects = self.store.objects();
        read::one((&self.lake, objects, &self.mappings), item)
    }

    /// Reads anew what would now be read in another way: under another name, because the first of its
    /// names in order counts and the order in which they came must not decide, or by another mapping.
    fn read_anew(&self) -> Result<Vec<Given>, CaseError> {
        let mut anew = Vec::new();
        for (id, held) in self.receipts.iter() {
            let Some(stored) = self.lake.holds(id) else {
                continue;
            };
            if self.receipts.is_mapping(id) {
                self.lake.forget(id)?;
                continue;
            }
            let is_renamed = last_part(&read::name_of(&stored)) != last_part(&held.file);
            if is_renamed || read::is_mapped_otherwise(&stored, &self.mappings, &held.file) {
                self.lake.forget(id)?;
                self.read(&Item {
                    id: *id,
                    name: held.file.clone(),
                })?;
                anew.push(Given {
                    id: *id,
                    name: held.file.clone(),
                });
            }
        }
        Ok(anew)
    }

    /// Every artefact of the case with its figures, by name.
    pub fn files(&mut self) -> Result<Vec<ImportedFile>, CaseError> {
        self.catch_up()?;
        let ties = self.lake.ties().unwrap_or_default();
        let given = self
            .receipts
            .iter()
            .map(|(id, held)| Given {
                id: *id,
                name: held.file.clone(),
            })
            .collect();
        let all = self
            .lake
            .artefacts()
            .into_iter()
            .map(|stored| stored.artefact)
            .collect();
        Ok(self.imported(given, Vec::new(), (&all, &ties))?.files)
    }

    fn imported(
        &self,
        given: Vec<Given>,
        passed: Vec<Passed>,
        (before, ties): (&BTreeSet<ArtefactId>, &Ties),
    ) -> Result<Imported, CaseError> {
        let wanted: BTreeSet<ArtefactId> = given.iter().map(|given| given.id).collect();
        let mut reasons: BTreeMap<ArtefactId, Vec<RejectReason>> = BTreeMap::new();
        self.lake.rejects(&mut |reject| {
            let id = reject.provenance.artefact;
            if wanted.contains(&id) {
                reasons.entry(id).or_default().push(RejectReason {
                    position: reject.provenance.position,
                    reason: reject.reason,
                });
            }
        })?;
        let mut seen = before.clone();
        let mut files: Vec<ImportedFile> = passed.into_iter().map(not_read).collect();
        for Given { id, name } in given {
            let ties = ties.by_artefact.get(&id).copied().unwrap_or_default();
            let mut file = figures(
                (id, &name),
                self.receipts.get(&id),
                self.lake.holds(&id).as_ref(),
                ties,
            );
            file.reject_reasons
                .extend(reasons.get(&id).cloned().unwrap_or_default());
            file.held = !seen.insert(id);
            files.push(file);
        }
        files.sort_by(|a, b| a.file.cmp(&b.file).then_with(|| a.sha256.cmp(&b.sha256)));
        Ok(Imported { files })
    }
}

/// The file's own name; parsers look at nothing else of it.
fn last_part(name: &str) -> &str {
    name.rsplit(['/', '!']).next().unwrap_or(name)
}

fn not_read(passed: Passed) -> ImportedFile {
    ImportedFile {
        file: passed.name,
        sha256: None,
        form: None,
        records: 0,
        events: 0,
        states: 0,
        duplicates: 0,
        rejects: 0,
        reject_reasons: vec![RejectReason {
            position: 0,
            reason: passed.reason,
        }],
        held: false,
        notes: Vec::new(),
    }
}

fn figures(
    (id, name): (ArtefactId, &str),
    held: Option<&Held>,
    stored: Option<&Stored>,
    ties: TieCounts,
) -> ImportedFile {
    let mut file = ImportedFile {
        sha256: Some(id),
        ..not_read(Passed {
            name: name.to_owned(),
            reason: String::new(),
        })
    };
    file.reject_reasons.clear();
    if let Some(held) = held {
        file.form.clone_from(&held.container);
        file.reject_reasons
            .extend(held.missed.iter().map(|reason| RejectReason {
                position: 0,
                reason: reason.clone(),
            }));
    }
    // A mapping file may have come among the exports before it was given as one.
    let stored = stored.filter(|_| file.form.as_deref() != Some(MAPPING));
    if let Some(stored) = stored {
        let noted = Noted::of(stored);
        file.duplicates = ties.total();
        file.events = stored.records.saturating_sub(ties.total());
        file.states = stored.states;
        file.rejects = stored.rejects;
        file.records = stored.records + stored.states + stored.rejects;
        file.form = noted.form;
        file.notes = noted.notes;
        if let Some(reason) = noted.unknown {
            file.reject_reasons.push(RejectReason {
                position: 0,
                reason,
            });
        }
    }
    file
}
