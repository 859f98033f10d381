//! Which container is it? By its first bytes, never by its name.
//!
//! Takes the head of a file, gives the kind of container. It must never read on.

/// So many bytes of the beginning decide; a tar archive has its mark after 257 of them.
pub const HEAD_BYTES: usize = 512;

/// A container whose members are artefacts of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A zip archive, but not an office document, which is one inside.
    Zip,
    /// One or several gzip streams (RFC 1952): one member.
    Gzip,
    /// Zstandard frames (RFC 8878): one member.
    Zstd,
    /// A 7z archive.
    SevenZip,
    /// A tar archive of the POSIX family.
    Tar,
}

/// Names that office documents begin with (Open Packaging Conventions, OpenDocument).
const DOCUMENT_PARTS: [&[u8]; 7] = [
    b"[Content_Types].xml",
    b"_rels/",
    b"docProps/",
    b"word/",
    b"xl/",
    b"ppt/",
    b"mimetype",
];

impl Kind {
    /// The kind of container that begins with these bytes; [`HEAD_BYTES`] of them are enough. `None` for a
    /// plain file.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [b'P', b'K', 3, 4, ..] => (!is_document(head)).then_some(Self::Zip),
            [b'P', b'K', 5, 6, ..] => Some(Self::Zip),
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] => Some(Self::SevenZip),
            _ if head.get(257..262) == Some(b"ustar") => Some(Self::Tar),
            _ => None,
        }
    }

    /// The name in the journal and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::SevenZip => "7z",
            Self::Tar => "tar",
        }
    }
}

/// The name of a zip archive's first member stands after 30 bytes of its header.
fn is_document(head: &[u8]) -> bool {
    let first = head.get(30..).unwrap_or_default();
    DOCUMENT_PARTS.iter().any(|part| first.starts_with(part))
}
