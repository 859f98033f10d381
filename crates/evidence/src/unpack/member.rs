//! One member on its way out of its container.
//!
//! Takes the decompressor's stream, gives its bytes until they end, fail or exceed what is allowed. It must
//! never fail itself: what was decompressed before a fault is evidence too, so the stream just ends and
//! the fault is told afterwards.

use std::fmt;
use std::io::{self, Read};

use hourzero_model::ArtefactId;

use super::kind::{HEAD_BYTES, Kind};

/// Why a member, or the rest of a container, could not be had.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fault {
    /// The archive is cut or changed here.
    Damaged(String),
    /// A password is needed.
    Encrypted,
    /// It is packed in a way that is not read here.
    Unsupported(String),
    /// It is a link, which has no bytes of its own.
    Link,
    /// It is a container inside of too many others; it is kept as it is.
    TooDeep(u32),
    /// The archive expands to more bytes than allowed.
    TooLarge {
        /// The bytes that were allowed to all its members together.
        allowed: u64,
    },
    /// The outermost archive has more members than allowed.
    TooMany {
        /// The members that were allowed.
        allowed: u64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(reason) => write!(f, "the archive is damaged or cut here: {reason}"),
            Self::Encrypted => {
                f.write_str("encrypted: unpack it with its password and import the result")
            }
            Self::Unsupported(how) => write!(
                f,
                "packed in a way that is not read here ({how}): unpack it with another program and import the result"
            ),
            Self::Link => f.write_str("a link without bytes of its own"),
            Self::TooDeep(depth) => write!(
                f,
                "an archive inside of {depth} others: it is kept as it is; import it by itself to unpack it"
            ),
            Self::TooLarge { allowed } => write!(
                f,
                "the archive expands to more than {allowed} bytes, as those do that are made to fill disks: stopped here, and nothing after this in it was unpacked"
            ),
            Self::TooMany { allowed } => write!(
                f,
                "the archive has more than {allowed} members: the others were not unpacked"
            ),
        }
    }
}

/// A member, to be read to its end once.
pub struct Member<'a> {
    name: String,
    parent: ArtefactId,
    depth: u32,
    source: &'a mut dyn Read,
    /// The bytes it may still give, and what its container was allowed.
    left: u64,
    allowed: u64,
    read: u64,
    head: Vec<u8>,
    fault: Option<Fault>,
}

impl<'a> Member<'a> {
    pub(super) fn new(
        name: String,
        (parent, depth): (ArtefactId, u32),
        source: &'a mut dyn Read,
        (left, allowed): (u64, u64),
    ) -> Self {
        Self {
            name,
            parent,
            depth,
            source,
            left,
            allowed,
            read: 0,
            head: Vec::new(),
            fault: None,
        }
    }

    /// Its name, with those of its containers before it: `outer.zip!folder/inner.csv`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The container that it came out of.
    pub fn parent(&self) -> ArtefactId {
        self.parent
    }

    /// How many containers it lies in: 1 for a member of the outermost one.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// The bytes that were read so far.
    pub fn passed(&self) -> u64 {
        self.read
    }

    /// Why it ended early; known when it has been read to its end.
    pub fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Whether it is a container itself; known when it has been read to its end.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of(&self.head)
    }

    pub(super) fn into_fault(self) -> Option<Fault> {
        self.fault
    }
}

impl Read for Member<'_> {
    /// Never fails: see [`Member::fault`].
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.fault.is_some() || into.is_empty() {
            return Ok(0);
        }
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        // With nothing left, one byte more tells an end from an excess.
        let mut probe = [0];
        let excess = left == 0;
        let part = if excess {
            &mut probe
        } else {
            let most = into.len().min(left);
            into.get_mut(..most).unwrap_or_default()
        };
        loop {
            match self.source.read(part) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.fault = Some(Fault::Damaged(error.to_string()));
                    return Ok(0);
                }
                Ok(0) => return Ok(0),
                Ok(_) if excess => {
                    self.fault = Some(Fault::TooLarge {
                        allowed: self.allowed,
                    });
                    return Ok(0);
                }
                Ok(read) => {
                    let passed = part.get(..read).unwrap_or_default();
                    self.read += passed.len() as u64;
                    self.left -= passed.len() as u64;
                    let missing = HEAD_BYTES.saturating_sub(self.head.len());
                    self.head
                        .extend_from_slice(passed.get(..missing).unwrap_or(passed));
                    return Ok(read);
                }
            }
        }
    }
}
