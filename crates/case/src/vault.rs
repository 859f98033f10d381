//! What is done with the evidence itself: proving, listing, copying out, sealing.

use std::io::Write as _;
use std::path::Path;

use hourzero_evidence::{OsDisk, SealKey, Verification, verify_on};
use hourzero_model::ArtefactId;

use crate::{Case, CaseError};

/// One artefact of the list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ListedArtefact {
    /// SHA-256.
    pub sha256: ArtefactId,
    /// Bytes.
    pub size: u64,
    /// The kind of container, where it is one; `mapping` for a mapping file.
    pub container: Option<String>,
    /// The names that it came under.
    pub names: Vec<String>,
}

/// A seal that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The journal's entry that is sealed.
    pub sequence: u64,
    /// The public key, hexadecimal: hand it over by another way than the case.
    pub public_key: String,
}

/// Proves that no byte of evidence and no line of the journal changed. It needs no lock and changes
/// nothing, so it works on a case that was handed over on a read-only medium.
///
/// # Errors
/// When the folder cannot be read at all; everything else is a problem in the list.
pub fn verify(root: &Path, progress: &dyn crate::Progress) -> Result<Verification, CaseError> {
    progress.begin("verify", None);
    let verification = verify_on(root, &OsDisk, &|bytes| progress.advance(bytes));
    progress.end();
    Ok(verification?)
}

impl Case<'_> {
    /// Every artefact, by its first name.
    pub fn artefacts(&self) -> Vec<ListedArtefact> {
        let mut listed: Vec<ListedArtefact> = self
            .receipts
            .iter()
            .map(|(sha256, held)| ListedArtefact {
                sha256: *sha256,
                size: held.size,
                container: held.container.clone(),
                names: held.names.clone(),
            })
            .collect();
        listed.sort_by(|a, b| a.names.cmp(&b.names).then_with(|| a.sha256.cmp(&b.sha256)));
        listed
    }

    /// Copies an artefact out as it was received, and journals that. `prefix` is its hash or the first
    /// digits of it.
    ///
    /// # Errors
    /// When no artefact or more than one begins with `prefix`, or the file exists or cannot be written.
    pub fn export(&mut self, prefix: &str, to: &Path) -> Result<ArtefactId, CaseError> {
        let wanted = prefix.to_lowercase();
        let matching: Vec<ArtefactId> = self
            .receipts
            .iter()
            .map(|(id, _)| *id)
            .filter(|id| id.to_string().starts_with(&wanted))
            .collect();
        let [id] = matching.as_slice() else {
            return Err(CaseError::WhichArtefact {
                prefix: prefix.to_owned(),
                found: matching.len(),
            });
        };
        let mut bytes = self.store.objects().read(*id)?;
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(to)
            .map_err(|error| CaseError::write(to, error))?;
        std::io::copy(&mut bytes, &mut file).map_err(|error| CaseError::write(to, error))?;
        file.flush().map_err(|error| CaseError::write(to, error))?;
        self.note(
            "export",
            serde_json::json!({ "what": "artefact" }),
            Some(*id),
        )?;
        Ok(*id)
    }

    /// Signs the head of the journal. With `make_key` the key file is made where there is none.
    ///
    /// # Errors
    /// When the key cannot be read or made, or the seal cannot be written.
    pub fn seal(&mut self, key: &Path, make_key: MakeKey) -> Result<Sealed, CaseError> {
        let key = match make_key {
            MakeKey::IfAbsent if !key.exists() => SealKey::generate(key)?,
            _ => SealKey::load(key)?,
        };
        let made = (self.environment.clock.now(), self.environment.actor);
        let seal = hourzero_evidence::seal(&self.lock, &mut self.journal, &key, made)?;
        Ok(Sealed {
            sequence: seal.sequence,
            public_key: key.public(),
        })
    }
}

/// Whether a missing key file is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MakeKey {
    /// It is an error.
    Never,
    /// It is made.
    IfAbsent,
}
