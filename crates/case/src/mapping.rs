//! Mapping files: how the logs of other products are read in this case.
//!
//! A mapping is given, as evidence is: its bytes are kept with a receipt, and the journal says from when on
//! it is used, so that what is derived can be rebuilt without the user's file. A mapping file given again
//! under the same name takes the place of the earlier one, which stays in evidence.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use hourzero_evidence::{Journal, Objects};
use hourzero_ingest::{Fit, Mapping};
use hourzero_model::ArtefactId;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::receipt::{MAPPING, Receipt};
use crate::{Case, CaseError};

/// A longer file is no mapping, and is not read to its end.
const LONGEST: u64 = 1 << 20;

/// A mapping file that was read and found to be sound, not yet part of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenMapping {
    /// The file's own name.
    pub file: String,
    text: String,
    mapping: Mapping,
}

/// Reads mapping files, before any case is touched.
///
/// # Errors
/// [`CaseError::Mapping`] with file, line and key for the first one that cannot be used, or when two files
/// of one name hold different texts; [`CaseError::Read`] for one that cannot be read.
pub fn read_mappings(paths: &[PathBuf]) -> Result<Vec<GivenMapping>, CaseError> {
    let mut all: BTreeMap<String, GivenMapping> = BTreeMap::new();
    for path in paths {
        let shown = path.display().to_string();
        let wrong = |problem: &str| {
            CaseError::Mapping(hourzero_ingest::MappingError {
                file: shown.clone(),
                line: None,
                key: String::new(),
                problem: problem.to_owned(),
            })
        };
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes))
            .map_err(|error| CaseError::read(path, error))?;
        let text = String::from_utf8(bytes)
            .map_err(|_| wrong("the text is not UTF-8: save the file as UTF-8"))?;
        let mapping = Mapping::parse(&text, &shown)?;
        let name = path.file_name().unwrap_or_default();
        let given = GivenMapping {
            file: name.to_string_lossy().into_owned(),
            text,
            mapping,
        };
        if all
            .get(&given.file)
            .is_some_and(|other| other.text != given.text)
        {
            return Err(wrong(
                "another mapping file of the same name is given: rename one of them",
            ));
        }
        all.insert(given.file.clone(), given);
    }
    Ok(all.into_values().collect())
}

/// The journal's entry that a mapping is used from now on.
#[derive(Debug, Serialize, Deserialize)]
struct Use {
    file: String,
    source: String,
}

/// A mapping that the case uses.
#[derive(Debug)]
pub(crate) struct Used {
    pub(crate) id: ArtefactId,
    pub(crate) file: String,
    pub(crate) mapping: Mapping,
}

/// The mappings that the case uses, in the order in which they were given.
#[derive(Debug, Default)]
pub(crate) struct Mappings {
    used: Vec<Used>,
    /// Tells one set of mappings from another; empty where there is none.
    digest: String,
}

/// Which mapping reads an artefact.
pub(crate) enum Choice<'m> {
    /// This one.
    By(&'m Used),
    /// None; one sentence for each that does not describe it.
    None(Vec<String>),
}

impl Mappings {
    /// Those that the journal says are used.
    pub(crate) fn of(journal: &Journal, objects: &Objects) -> Result<Self, CaseError> {
        let mut all = Self::default();
        for entry in journal.of_kind(MAPPING) {
            let content = entry.entry.content.clone();
            if let (Some(id), Ok(Use { file, .. })) =
                (entry.entry.object, serde_json::from_value(content))
            {
                all.used.retain(|used| used.file != file);
                let mut text = String::new();
                objects
                    .read(id)?
                    .read_to_string(&mut text)
                    .map_err(|error| CaseError::read(&objects.path(id), error))?;
                let mapping = Mapping::parse(&text, &file)?;
                all.used.push(Used { id, file, mapping });
            }
        }
        all.seal();
        Ok(all)
    }

    fn seal(&mut self) {
        let mut hash = Sha256::new();
        for used in &self.used {
            hash.update(format!("{}\0{}\n", used.id, used.file));
        }
        self.digest.clear();
        if !self.used.is_empty() {
            self.digest = crate::hash::hex(hash.finalize());
        }
    }

    /// Tells this set of mappings from another; empty where there is none.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// Whether one of them names the file.
    pub(crate) fn name_file(&self, name: &str) -> bool {
        self.used.iter().any(|used| used.mapping.names_file(name))
    }

    /// Which of those that name the file reads it.
    pub(crate) fn for_named(
        &self,
        (objects, id): (&Objects, ArtefactId),
        name: &str,
    ) -> Result<Choice<'_>, CaseError> {
        let of_name = |used: &&Used| used.mapping.names_file(name);
        best(self.used.iter().filter(of_name), (objects, id), 0)
    }

    /// Which of all reads a file of no known form: one that finds its time and at least one of its columns.
    pub(crate) fn for_unknown(
        &self,
        (objects, id): (&Objects, ArtefactId),
    ) -> Result<Choice<'_>, CaseError> {
        best(self.used.iter(), (objects, id), 1)
    }
}

/// The one that finds most of its fields; of equals the one that was given last.
fn best<'m>(
    candidates: impl Iterator<Item = &'m Used>,
    (objects, id): (&Objects, ArtefactId),
    least: usize,
) -> Result<Choice<'m>, CaseError> {
    let mut found: Option<(usize, &Used)> = None;
    let mut misfits = Vec::new();
    for used in candidates {
        let mut bytes = objects.read(id)?;
        let fit = hourzero_ingest::fit(&mut bytes, &used.mapping)
            .map_err(|error| CaseError::read(&objects.path(id), error.error))?;
        match fit {
            Fit::Reads { fields } if fields >= least => {
                if found.is_none_or(|(most, _)| fields >= most) {
                    found = Some((fields, used));
                }
            }
            Fit::Reads { .. } => misfits.push(format!(
                "the mapping {} finds its time in it and none of its columns",
                used.file
            )),
            Fit::Misfit(why) => misfits.push(format!("the mapping {}: {why}", used.file)),
        }
    }
    Ok(found.map_or(Choice::None(misfits), |(_, used)| Choice::By(used)))
}

impl Case<'_> {
    /// Keeps mappings and uses them from now on. Gives the artefacts that they are.
    pub(crate) fn use_mappings(
        &mut self,
        given: Vec<GivenMapping>,
    ) -> Result<Vec<(ArtefactId, String)>, CaseError> {
        let mut kept = Vec::new();
        let mut seen = BTreeSet::new();
        for one in given {
            let stored = self.store.put(&one.file, &mut one.text.as_bytes())?;
            let receipt = Receipt {
                file: one.file.clone(),
                size: stored.size,
                parent: None,
                container: Some(MAPPING.to_owned()),
                missed: Vec::new(),
            };
            if self.receipts.add(stored.id, &receipt) {
                let content = serde_json::to_value(receipt)
                    .map_err(|error| CaseError::Internal(format!("a receipt: {error}")))?;
                self.note(hourzero_evidence::RECEIPT, content, Some(stored.id))?;
            }
            let used = self
                .mappings
                .used
                .iter()
                .position(|used| used.file == one.file);
            let is_used = used
                .and_then(|at| self.mappings.used.get(at))
                .is_some_and(|used| used.id == stored.id);
            if !is_used {
                let content = serde_json::to_value(Use {
                    file: one.file.clone(),
                    source: one.mapping.source().to_owned(),
                })
                .map_err(|error| CaseError::Internal(format!("a mapping: {error}")))?;
                self.note(MAPPING, content, Some(stored.id))?;
                if let Some(at) = used {
                    self.mappings.used.remove(at);
                }
                self.mappings.used.push(Used {
                    id: stored.id,
                    file: one.file.clone(),
                    mapping: one.mapping,
                });
            }
            if seen.insert(stored.id) {
                kept.push((stored.id, one.file));
            }
        }
        self.mappings.seal();
        Ok(kept)
    }
}
