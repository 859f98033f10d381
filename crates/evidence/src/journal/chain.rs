//! Reading the whole chain: every entry that holds, every break with its line.
//!
//! Takes the bytes of a journal, gives entries and breaks. It must never change the file.

use super::line::{EntryHash, Journalled};

/// A place where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Break {
    /// The line, from 1.
    pub(crate) line: u64,
    /// The first byte of the line in the file.
    pub(crate) at: u64,
    /// What is wrong, in words that follow "line 3: ".
    pub(crate) reason: String,
}

/// A journal as it stands on the disk.
#[derive(Debug, Default)]
pub(crate) struct Chain {
    /// The entries whose own hash holds, in the order of the file.
    pub(crate) entries: Vec<Journalled>,
    pub(crate) breaks: Vec<Break>,
    /// The length of all whole lines.
    pub(crate) whole_bytes: u64,
    /// The bytes after the last line feed.
    pub(crate) torn: Vec<u8>,
}

impl Chain {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut chain = Self::default();
        let mut before = Some((0, EntryHash::NONE));
        for (number, line) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let Some(text) = line.strip_suffix(b"\n") else {
                chain.torn = line.to_vec();
                break;
            };
            let read = Journalled::read(text);
            if let Err(reason) = follows(&read, before) {
                chain.breaks.push(Break {
                    line: number,
                    at: chain.whole_bytes,
                    reason,
                });
            }
            chain.whole_bytes += line.len() as u64;
            // After a line that cannot be read, the next cannot be compared with it.
            before = read.as_ref().ok().map(|read| (read.sequence, read.hash));
            chain.entries.extend(read);
        }
        chain
    }

    /// Number and hash of the last entry.
    pub(crate) fn head(&self) -> (u64, EntryHash) {
        self.entries
            .last()
            .map_or((0, EntryHash::NONE), |last| (last.sequence, last.hash))
    }
}

fn follows(
    read: &Result<Journalled, String>,
    before: Option<(u64, EntryHash)>,
) -> Result<(), String> {
    let read = read.as_ref().map_err(Clone::clone)?;
    let Some((sequence, hash)) = before else {
        return Ok(());
    };
    let expected = sequence.saturating_add(1);
    if read.sequence != expected {
        return Err(format!(
            "entry {} stands where entry {expected} belongs",
            read.sequence
        ));
    }
    if read.previous != hash {
        return Err(format!(
            "entry {} does not continue the entry before it",
            read.sequence
        ));
    }
    Ok(())
}
