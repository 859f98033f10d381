//! One line of the journal: what it says, how it is written, what its hash covers.
//!
//! Takes an entry, gives its line, and back. It must never know what the entry is about.

use std::fmt;
use std::str::FromStr;

use hourzero_model::{ArtefactId, ParseIdError, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The version of the tool that the entries name.
pub(crate) const TOOL: &str = concat!("hourzero ", env!("CARGO_PKG_VERSION"));

/// Values deeper than this are refused: JSON readers stop there.
const DEPTH_MAX: usize = 100;

/// The hash of a journal entry. Prints as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryHash(ArtefactId);

impl EntryHash {
    /// What the first entry names as the hash before it: zeros.
    pub const NONE: Self = Self(ArtefactId::from_bytes([0; 32]));

    /// From the 32 bytes of a SHA-256.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(ArtefactId::from_bytes(bytes))
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryHash({self})")
    }
}

impl FromStr for EntryHash {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// What is to be journalled.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When it happened.
    pub time: Timestamp,
    /// Who did it: a name, or the tool itself.
    pub actor: String,
    /// What kind of entry: `receipt`, `answer`, `decision`, `note`, `plan`, `approval`, `action`, `export`,
    /// `seal` ….
    pub kind: String,
    /// What it says, as JSON.
    pub content: Value,
    /// The artefact it is about.
    pub object: Option<ArtefactId>,
    /// The request's id, where it came from an interface.
    pub request_id: Option<String>,
}

/// An entry in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Journalled {
    /// Its number, from 1.
    pub sequence: u64,
    /// The tool and version that wrote it.
    pub tool: String,
    /// What it says.
    pub entry: Entry,
    /// The hash of the entry before, zeros for the first.
    pub previous: EntryHash,
    /// Its own hash.
    pub hash: EntryHash,
}

/// The shape of a line; the fields stand in the order of their names.
#[derive(Deserialize)]
struct Line {
    actor: String,
    content: Value,
    hash: EntryHash,
    kind: String,
    object: Option<ArtefactId>,
    previous: EntryHash,
    request_id: Option<String>,
    sequence: u64,
    time: Timestamp,
    tool: String,
}

impl Journalled {
    /// The entry that follows `previous`, and its line with the line feed.
    pub(crate) fn write(
        entry: Entry,
        sequence: u64,
        previous: EntryHash,
    ) -> Result<(Self, Vec<u8>), String> {
        let mut line = Vec::new();
        write_sorted(&members(&entry, sequence, previous), 0, &mut line)?;
        let hash = EntryHash::from_bytes(Sha256::digest(&line).into());
        line.pop();
        line.extend(format!(",\"hash\":\"{hash}\"}}\n").into_bytes());
        let journalled = Self {
            sequence,
            tool: TOOL.to_owned(),
            entry,
            previous,
            hash,
        };
        Ok((journalled, line))
    }

    /// Reads a line without its line feed, and checks that its hash is that of its bytes. The error says what
    /// is wrong, in words that follow "line 3: ".
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let line: Line = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no entry of a journal ({error})"))?;
        let tail = format!(",\"hash\":\"{}\"}}", line.hash);
        let covered = bytes
            .strip_suffix(tail.as_bytes())
            .ok_or("its hash does not stand at its end")?;
        let mut hasher = Sha256::new();
        hasher.update(covered);
        hasher.update(b"}");
        if EntryHash::from_bytes(hasher.finalize().into()) != line.hash {
            return Err("its bytes do not have the hash that it states".to_owned());
        }
        Ok(Self {
            sequence: line.sequence,
            tool: line.tool,
            entry: Entry {
                time: line.time,
                actor: line.actor,
                kind: line.kind,
                content: line.content,
                object: line.object,
                request_id: line.request_id,
            },
            previous: line.previous,
            hash: line.hash,
        })
    }
}

fn members(entry: &Entry, sequence: u64, previous: EntryHash) -> Value {
    let mut members = Map::new();
    members.insert("actor".to_owned(), Value::from(entry.actor.as_str()));
    members.insert("content".to_owned(), entry.content.clone());
    members.insert("kind".to_owned(), Value::from(entry.kind.as_str()));
    if let Some(object) = entry.object {
        members.insert("object".to_owned(), Value::from(object.to_string()));
    }
    members.insert("previous".to_owned(), Value::from(previous.to_string()));
    if let Some(request) = &entry.request_id {
        members.insert("request_id".to_owned(), Value::from(request.as_str()));
    }
    members.insert("sequence".to_owned(), Value::from(sequence));
    members.insert("time".to_owned(), Value::from(entry.time.to_string()));
    members.insert("tool".to_owned(), Value::from(TOOL));
    Value::Object(members)
}

/// Writes JSON without white space, the members of each object in the order of their names' bytes, whatever
/// order the map of the JSON library keeps.
fn write_sorted(value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err(format!("it is nested deeper than {DEPTH_MAX} levels"));
    }
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by(|a, b| a.0.cmp(b.0));
            out.push(b'{');
            for (number, (name, member)) in members.into_iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                scalar(name, out)?;
                out.push(b':');
                write_sorted(member, depth + 1, out)?;
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                write_sorted(item, depth + 1, out)?;
            }
            out.push(b']');
        }
        other => scalar(other, out)?,
    }
    Ok(())
}

fn scalar(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) -> Result<(), String> {
    serde_json::to_writer(out, value).map_err(|error| error.to_string())
}
