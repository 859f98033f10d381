//! Seals: a signature over the head of the journal, and a time stamp beside it.
//!
//! Takes a journal and a key, gives `seals/<sequence>.json`. It must never ask a time stamp authority: a
//! token is made elsewhere and put beside the seal as `seals/<sequence>.tsr`.

mod key;

use std::io::Write;
use std::path::PathBuf;

use ed25519_dalek::{Signature, VerifyingKey};
use hourzero_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use key::SealKey;

use crate::EvidenceError;
use crate::error::At;
use crate::folder::{self, CaseLock};
use crate::journal::{Entry, EntryHash, Journal};

/// The kind of the entries that say that the journal was sealed.
pub const SEAL: &str = "seal";

const PARTIAL: &str = ".partial-seal";

/// A signature over all of the journal up to one entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The hash of the last entry that the seal covers.
    pub head: EntryHash,
    /// The Ed25519 public key, 64 hexadecimal digits.
    pub public_key: String,
    /// The number of the last entry that the seal covers.
    pub sequence: u64,
    /// The signature over the message, 128 hexadecimal digits.
    pub signature: String,
}

impl Seal {
    /// The bytes that are signed: three lines of ASCII, each with its line feed.
    pub fn message(sequence: u64, head: EntryHash) -> Vec<u8> {
        format!("hourzero seal 1\nsequence {sequence}\nhead {head}\n").into_bytes()
    }

    /// Whether the signature is that of the public key over the message.
    pub(crate) fn is_signed(&self) -> bool {
        let key = bytes_of::<32>(&self.public_key).and_then(|k| VerifyingKey::from_bytes(&k).ok());
        let signature = bytes_of::<64>(&self.signature).map(|s| Signature::from_bytes(&s));
        let message = Self::message(self.sequence, self.head);
        match (key, signature) {
            (Some(key), Some(signature)) => key.verify_strict(&message, &signature).is_ok(),
            _ => false,
        }
    }

    /// The one way to write this seal, so that a changed byte shows even where it means the same.
    pub(crate) fn file(&self) -> Vec<u8> {
        let mut line = self.content().to_string().into_bytes();
        line.push(b'\n');
        line
    }

    /// What the journal says of it.
    pub(crate) fn content(&self) -> Value {
        let mut members = Map::new();
        members.insert("head".to_owned(), Value::from(self.head.to_string()));
        members.insert(
            "public_key".to_owned(),
            Value::from(self.public_key.as_str()),
        );
        members.insert("sequence".to_owned(), Value::from(self.sequence));
        members.insert("signature".to_owned(), Value::from(self.signature.as_str()));
        Value::Object(members)
    }
}

/// Signs the head of the journal, writes the seal, and journals it. A seal that was interrupted before it
/// was journalled is completed.
///
/// # Errors
/// When the journal is empty, the seal's name is taken by another key's seal, or it cannot be written.
pub fn seal(
    lock: &CaseLock,
    journal: &mut Journal,
    key: &SealKey,
    by: (Timestamp, &str),
) -> Result<Seal, EvidenceError> {
    let Some(head) = journal.head() else {
        return Err(EvidenceError::NothingToSeal(lock.case().to_path_buf()));
    };
    let message = Seal::message(head.sequence, head.hash);
    let seal = Seal {
        head: head.hash,
        public_key: key.public(),
        sequence: head.sequence,
        signature: key.sign(&message),
    };
    write(lock, &seal)?;
    let (time, actor) = by;
    journal.append(Entry {
        time,
        actor: actor.to_owned(),
        kind: SEAL.to_owned(),
        content: seal.content(),
        object: None,
        request_id: None,
    })?;
    Ok(seal)
}

fn write(lock: &CaseLock, seal: &Seal) -> Result<(), EvidenceError> {
    let disk = lock.disk();
    let folder = folder::seals(lock.case());
    disk.create_folder(&folder).at("make the folder", &folder)?;
    let path: PathBuf = folder.join(format!("{}.json", seal.sequence));
    if disk.exists(&path).at("look at", &path)? {
        let mut held = Vec::new();
        disk.open(&path)
            .and_then(|mut file| std::io::Read::read_to_end(&mut file, &mut held))
            .at("read", &path)?;
        // Ed25519 signs the same message with the same key in the same bytes.
        return if held == seal.file() {
            Ok(())
        } else {
            Err(EvidenceError::SealExists(path))
        };
    }
    let partial = folder.join(PARTIAL);
    if disk.exists(&partial).at("look at", &partial)? {
        disk.discard(&partial)
            .at("remove the unfinished", &partial)?;
    }
    let mut file = disk.create_new(&partial).at("create", &partial)?;
    file.write_all(&seal.file())
        .and_then(|()| file.sync())
        .at("write", &partial)?;
    drop(file);
    disk.rename(&partial, &path).at("write", &path)?;
    disk.sync_folder(&folder).at("write", &folder)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits?;
    let (pairs, odd) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high * 16 + low).collect();
    if odd.is_empty() {
        bytes.try_into().ok()
    } else {
        None
    }
}
