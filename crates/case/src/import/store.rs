//! The first stage: files and members into the store, each with its receipt.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::sync::mpsc::SyncSender;

use hourzero_evidence::unpack::{self, Limits};
use hourzero_evidence::{Entry, EvidenceError, Journal, RECEIPT, Store, Stored};
use hourzero_model::ArtefactId;

use super::{Given, Item};
use crate::receipt::{Receipt, Receipts};
use crate::{CaseError, Environment, Found, Passed, Progress};

/// What the stage works with.
pub(super) struct Storing<'s, 'e> {
    pub(super) store: &'s Store,
    pub(super) journal: &'s mut Journal,
    pub(super) environment: &'s Environment<'e>,
    /// What the journal knows.
    pub(super) receipts: &'s mut Receipts,
    pub(super) sender: SyncSender<Item>,
}

/// A file or member that was stored, on its way to its receipt.
struct StoredFile {
    id: ArtefactId,
    size: u64,
    name: String,
    parent: Option<ArtefactId>,
}

impl Storing<'_, '_> {
    /// Stores every file; gives the names under which artefacts came, and what could not be read.
    pub(super) fn all(mut self, files: &[Found]) -> Result<(Vec<Given>, Vec<Passed>), CaseError> {
        let (mut given, mut passed) = (Vec::new(), Vec::new());
        for found in files {
            match self.file(found) {
                Ok(names) => given.extend(names),
                // The source is at fault, not the case: the rest of the evidence goes on.
                Err(CaseError::Read { source, .. }) => passed.push(Passed {
                    name: found.name.clone(),
                    reason: format!("it could not be read to its end ({source}); nothing of it was kept; copy it anew and import it again"),
                }),
                Err(error) => return Err(error),
            }
        }
        Ok((given, passed))
    }

    fn file(&mut self, found: &Found) -> Result<Vec<Given>, CaseError> {
        let file = File::open(&found.path).map_err(|error| CaseError::read(&found.path, error))?;
        let mut counted = Counted {
            file,
            progress: self.environment.progress,
        };
        let stored = self.put(&found.name, &mut counted)?;
        let (members, missed) = self.members(stored.id, &found.name)?;
        let mut missed_in: BTreeMap<ArtefactId, Vec<String>> = BTreeMap::new();
        for missed in missed {
            let sentence = format!("{}: {}", missed.name, missed.fault);
            missed_in.entry(missed.parent).or_default().push(sentence);
        }
        let itself = StoredFile {
            id: stored.id,
            size: stored.size,
            name: found.name.clone(),
            parent: None,
        };
        let mut given = Vec::new();
        for file in std::iter::once(itself).chain(members) {
            let container = unpack::kind_of(self.store.objects(), file.id)?;
            self.receipt(
                file.id,
                Receipt {
                    file: file.name.clone(),
                    size: file.size,
                    parent: file.parent,
                    container: container.map(|kind| kind_name(kind).to_owned()),
                    missed: missed_in.remove(&file.id).unwrap_or_default(),
                },
            )?;
            if container.is_none() && !self.receipts.is_mapping(&file.id) {
                self.pass_on(file.id, &file.name)?;
            }
            given.push(Given {
                id: file.id,
                name: file.name,
            });
        }
        Ok(given)
    }

    fn put(&self, name: &str, source: &mut dyn Read) -> Result<Stored, CaseError> {
        self.store.put(name, source).map_err(|error| match error {
            EvidenceError::Source { name, source } => CaseError::Read {
                path: name.into(),
                source,
            },
            other => other.into(),
        })
    }

    fn members(
        &self,
        id: ArtefactId,
        name: &str,
    ) -> Result<(Vec<StoredFile>, Vec<unpack::Missed>), CaseError> {
        let mut members = Vec::new();
        let unpacked = unpack::walk(
            self.store.objects(),
            (id, name),
            &Limits::default(),
            &mut |member| {
                let (name, parent) = (member.name().to_owned(), member.parent());
                let stored = self.store.put(&name, member)?;
                members.push(StoredFile {
                    id: stored.id,
                    size: stored.size,
                    name,
                    parent: Some(parent),
                });
                Ok(Some(stored.id))
            },
        )?;
        Ok((members, unpacked.missed))
    }

    /// Journals a receipt, once for each name of an artefact.
    fn receipt(&mut self, id: ArtefactId, receipt: Receipt) -> Result<(), CaseError> {
        if !self.receipts.add(id, &receipt) {
            return Ok(());
        }
        let content = serde_json::to_value(receipt)
            .map_err(|error| CaseError::Internal(format!("a receipt: {error}")))?;
        self.journal.append(Entry {
            time: self.environment.clock.now(),
            actor: self.environment.actor.to_owned(),
            kind: RECEIPT.to_owned(),
            content,
            object: Some(id),
            request_id: None,
        })?;
        Ok(())
    }

    fn pass_on(&self, id: ArtefactId, name: &str) -> Result<(), CaseError> {
        // The reader ends only with an error of its own, which the caller reports first.
        self.sender
            .send(Item {
                id,
                name: name.to_owned(),
            })
            .map_err(|_| CaseError::Internal("the reading stage ended early".to_owned()))
    }
}

/// The stable name of a container, which stands where a file has its form.
fn kind_name(kind: unpack::Kind) -> &'static str {
    match kind {
        unpack::Kind::Zip => "zip",
        unpack::Kind::Gzip => "gzip",
        unpack::Kind::Zstd => "zstd",
        unpack::Kind::SevenZip => "7z",
        unpack::Kind::Tar => "tar",
    }
}

/// Counts the bytes of a file as they are read.
struct Counted<'p> {
    file: File,
    progress: &'p dyn Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.progress.advance(read as u64);
        Ok(read)
    }
}
