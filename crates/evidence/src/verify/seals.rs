//! Seals against the journal: does the chain still hold what was signed?
//!
//! Takes the chain and the folder of the seals, gives their state and every problem. It must never judge a
//! key or a time stamp authority: it says which key signed and that a token is there.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use memchr::memmem;
use sha2::{Digest, Sha256};

use super::{Problem, What};
use crate::EvidenceError;
use crate::disk::Disk;
use crate::error::At;
use crate::folder;
use crate::journal::chain::Chain;
use crate::seal::{SEAL, Seal};

/// A token is a few thousand bytes; what is longer than this is none.
const TOKEN_BYTES_MAX: u64 = 1 << 20;
const SEAL_BYTES_MAX: u64 = 1 << 16;

/// A seal that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealState {
    /// The last entry that it covers.
    pub sequence: u64,
    /// The key that signed, 64 hexadecimal digits.
    pub public_key: String,
    /// The time stamp beside it.
    pub token: Token,
}

/// The RFC 3161 token beside a seal. That its authority signed it is for `openssl ts -verify` to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// There is none.
    Absent,
    /// It holds the head's hash (`openssl ts -query -digest HEAD -sha256`).
    NamesHead,
    /// It holds the SHA-256 of the seal's file (`openssl ts -query -data FILE -sha256`).
    NamesSeal,
    /// It holds neither, or is no DER.
    NamesNeither,
}

/// What lies in the folder of the seals.
#[derive(Default)]
struct Found {
    seals: BTreeMap<u64, Seal>,
    tokens: BTreeMap<u64, Vec<u8>>,
    problems: Vec<Problem>,
}

impl Found {
    fn say(&mut self, name: &str, reason: String) {
        self.problems
            .push(Problem::new(format!("seals/{name}"), What::Seal { reason }));
    }
}

pub(super) fn check(
    case: &Path,
    disk: &dyn Disk,
    chain: &Chain,
) -> Result<(Vec<SealState>, Vec<Problem>), EvidenceError> {
    let mut found = collect(case, disk)?;
    let mut states = Vec::new();
    for (sequence, seal) in std::mem::take(&mut found.seals) {
        for reason in against_chain(&seal, chain) {
            found.say(&format!("{sequence}.json"), reason);
        }
        let token = token_state(found.tokens.remove(&sequence).as_deref(), &seal);
        if token == Token::NamesNeither {
            found.say(
                &format!("{sequence}.tsr"),
                "the token holds neither the head's hash nor the hash of the seal's file"
                    .to_owned(),
            );
        }
        states.push((seal, token));
    }
    for missing in journalled(chain).filter(|seal| states.iter().all(|(held, _)| held != seal)) {
        found.say(
            &format!("{}.json", missing.sequence),
            "the journal has a seal of this entry that is not there".to_owned(),
        );
    }
    for sequence in std::mem::take(&mut found.tokens).into_keys() {
        found.say(
            &format!("{sequence}.tsr"),
            "a token without its seal".to_owned(),
        );
    }
    let states = states.into_iter().map(|(seal, token)| SealState {
        sequence: seal.sequence,
        public_key: seal.public_key,
        token,
    });
    Ok((states.collect(), found.problems))
}

/// Reads all seals and tokens; other files are nobody's business.
fn collect(case: &Path, disk: &dyn Disk) -> Result<Found, EvidenceError> {
    let folder = folder::seals(case);
    let mut found = Found::default();
    for entry in disk.list(&folder).at("list", &folder)? {
        let path = folder.join(&entry.name);
        if let Some(number) = entry.name.strip_suffix(".json") {
            match read_seal(&read(disk, &path, SEAL_BYTES_MAX)?) {
                Some(seal) if seal.sequence.to_string() == number => {
                    found.seals.insert(seal.sequence, seal);
                }
                Some(seal) => found.say(
                    &entry.name,
                    format!(
                        "it is the seal of entry {}, not of the one its name says",
                        seal.sequence
                    ),
                ),
                None => found.say(&entry.name, "it is changed, or no seal".to_owned()),
            }
        } else if let Some(number) = entry.name.strip_suffix(".tsr") {
            match number.parse() {
                Ok(number) => {
                    let token = read(disk, &path, TOKEN_BYTES_MAX)?;
                    found.tokens.insert(number, token);
                }
                Err(_) => found.say(
                    &entry.name,
                    "its name is not the sequence of a seal".to_owned(),
                ),
            }
        }
    }
    Ok(found)
}

fn read(disk: &dyn Disk, path: &Path, most: u64) -> Result<Vec<u8>, EvidenceError> {
    let mut bytes = Vec::new();
    disk.open(path)
        .and_then(|file| file.take(most).read_to_end(&mut bytes))
        .at("read", path)?;
    Ok(bytes)
}

/// The seal, if the file is byte for byte as it is written.
fn read_seal(bytes: &[u8]) -> Option<Seal> {
    let seal: Seal = serde_json::from_slice(bytes).ok()?;
    (seal.file() == bytes).then_some(seal)
}

fn journalled(chain: &Chain) -> impl Iterator<Item = Seal> + '_ {
    chain
        .entries
        .iter()
        .filter(|journalled| journalled.entry.kind == SEAL)
        .filter_map(|journalled| serde_json::from_value(journalled.entry.content.clone()).ok())
}

fn against_chain(seal: &Seal, chain: &Chain) -> Vec<String> {
    let mut reasons = Vec::new();
    if !seal.is_signed() {
        reasons.push("the signature is not that of its key".to_owned());
    }
    let (last, _) = chain.head();
    let covered = chain
        .entries
        .iter()
        .find(|journalled| journalled.sequence == seal.sequence);
    match covered {
        Some(entry) if entry.hash == seal.head => {}
        Some(_) => reasons.push(format!(
            "entry {} is not the one that was sealed: the journal was rewritten",
            seal.sequence
        )),
        None if last < seal.sequence => reasons.push(format!(
            "the journal ends at entry {last}, but entries up to {} were sealed: they were removed",
            seal.sequence
        )),
        None => reasons.push(format!(
            "entry {} that was sealed is no longer in the journal",
            seal.sequence
        )),
    }
    if !journalled(chain).any(|other| other == *seal) {
        reasons.push(
            "the journal does not mention this seal: its entries after the seal were removed, or sealing was interrupted; then seal again"
                .to_owned(),
        );
    }
    reasons
}

fn token_state(token: Option<&[u8]>, seal: &Seal) -> Token {
    let Some(token) = token else {
        return Token::Absent;
    };
    let file: [u8; 32] = Sha256::digest(seal.file()).into();
    if !is_der_sequence(token) {
        Token::NamesNeither
    } else if memmem::find(token, seal.head.as_bytes()).is_some() {
        Token::NamesHead
    } else if memmem::find(token, &file).is_some() {
        Token::NamesSeal
    } else {
        Token::NamesNeither
    }
}

/// Whether the bytes are one DER sequence, to the last byte (X.690, 8.1.3).
fn is_der_sequence(bytes: &[u8]) -> bool {
    let [0x30, first, rest @ ..] = bytes else {
        return false;
    };
    let count = usize::from(first & 0x7f);
    if first & 0x80 == 0 {
        return rest.len() == count;
    }
    let Some((length, body)) = rest.split_at_checked(count) else {
        return false;
    };
    if count > 4 {
        return false;
    }
    let length = length
        .iter()
        .fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
    body.len() as u64 == length
}
