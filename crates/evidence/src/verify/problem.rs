//! What a verification can find, in words.

use std::fmt;

/// One problem, with the file that it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, relative to the case, with `/`.
    pub file: String,
    /// What is wrong with it.
    pub what: What,
}

impl Problem {
    pub(crate) fn new(file: String, what: What) -> Self {
        Self { file, what }
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum What {
    /// The content is not what it was.
    ContentChanged {
        /// The first byte of the content that cannot be vouched for, where a frame's checksum tells it.
        from: Option<u64>,
        /// Where in the file, and how.
        reason: String,
    },
    /// The content is what it was, but bytes of the file around it are not.
    WrappingChanged {
        /// Where in the file, and how.
        reason: String,
    },
    /// The file cannot be read.
    Unreadable {
        /// What the operating system says.
        reason: String,
    },
    /// A receipt names it, but it is not there.
    Missing {
        /// The sequence of the first such receipt.
        receipt: u64,
    },
    /// It is an object, but no receipt names it.
    NoReceipt,
    /// It is no object, and nothing of ours.
    Added,
    /// An import was killed while writing it.
    Unfinished,
    /// A line of the journal was changed, removed, added or moved.
    BrokenChain {
        /// The line, from 1.
        line: u64,
        /// Its first byte in the file.
        at: u64,
        /// How.
        reason: String,
    },
    /// The last line of the journal has no end.
    TornLine {
        /// Its first byte in the file.
        at: u64,
        /// How many bytes it has.
        bytes: u64,
    },
    /// A seal or token is not what it should be.
    Seal {
        /// How.
        reason: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ContentChanged {
                from: Some(from),
                reason,
            } => write!(f, "changed; the content is in doubt from byte {from} on ({reason})"),
            Self::ContentChanged { from: None, reason } => write!(f, "changed ({reason})"),
            Self::WrappingChanged { reason } => {
                write!(f, "the file is changed, its content is intact ({reason})")
            }
            Self::Unreadable { reason } => write!(f, "cannot be read ({reason})"),
            Self::Missing { receipt } => write!(f, "missing; entry {receipt} of the journal is its receipt"),
            Self::NoReceipt => f.write_str(
                "no receipt in the journal: if an import was interrupted, import the same file again; else somebody put the file here or took the receipt away",
            ),
            Self::Added => f.write_str("added; it is no evidence of this case"),
            Self::Unfinished => f.write_str(
                "left by an import that was killed; it is no evidence, and the next import clears it away",
            ),
            Self::BrokenChain { line, at, reason } => {
                write!(f, "line {line} (byte {at}): {reason}")
            }
            Self::TornLine { at, bytes } => write!(
                f,
                "the last line (byte {at}, {bytes} bytes) has no end: a crash while writing, or bytes were cut or added; the next import mends it"
            ),
            Self::Seal { reason } => f.write_str(reason),
        }
    }
}
