//! Which encoding the bytes of an artefact are in, and how much of them a piece of text was.
//!
//! All framing works on UTF-8. UTF-16 is turned into it on the way in; its offsets are computed back,
//! because provenance names the bytes as received.

/// How the text of an artefact is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8, or anything that leaves ASCII alone; bytes are taken as they are.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

impl Encoding {
    /// The encoding and the length of the byte order mark, by the first bytes. Without a mark, UTF-16
    /// shows by its zero bytes, because every export begins with ASCII.
    pub(crate) fn of(start: &[u8]) -> (Self, usize) {
        match start {
            [0xEF, 0xBB, 0xBF, ..] => (Self::Utf8, 3),
            [0xFF, 0xFE, ..] => (Self::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Self::Utf16Be, 2),
            _ => (Self::by_zero_bytes(start), 0),
        }
    }

    fn by_zero_bytes(start: &[u8]) -> Self {
        let (pairs, _) = start.as_chunks::<2>();
        let pairs = pairs.get(..pairs.len().min(32)).unwrap_or_default();
        if pairs.len() < 2 {
            return Self::Utf8;
        }
        let low_first = pairs.iter().all(|[one, two]| *one != 0 && *two == 0);
        let high_first = pairs.iter().all(|[one, two]| *one == 0 && *two != 0);
        match (low_first, high_first) {
            (true, _) => Self::Utf16Le,
            (_, true) => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// A decoder to UTF-8, `None` where the bytes are taken as they are.
    pub(crate) fn decoder(self) -> Option<encoding_rs::Decoder> {
        match self {
            Self::Utf8 => None,
            Self::Utf16Le => Some(encoding_rs::UTF_16LE.new_decoder_without_bom_handling()),
            Self::Utf16Be => Some(encoding_rs::UTF_16BE.new_decoder_without_bom_handling()),
        }
    }

    /// How many bytes, as received, this text was. In UTF-16 a character outside of the basic plane
    /// (four bytes in UTF-8) has two units and every other one; a lone surrogate has become U+FFFD,
    /// which is one unit as well.
    pub(crate) fn received_length(self, text: &[u8]) -> u64 {
        if self == Self::Utf8 {
            return text.len() as u64;
        }
        let units: u64 = text
            .iter()
            .map(|byte| u64::from(byte & 0xC0 != 0x80) + u64::from(*byte >= 0xF0))
            .sum();
        units * 2
    }

    /// The name in a stored header, for reading one record again.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// The encoding of this name; UTF-8 for any other.
    pub(crate) fn from_name(name: &str) -> Self {
        match name {
            "utf-16le" => Self::Utf16Le,
            "utf-16be" => Self::Utf16Be,
            _ => Self::Utf8,
        }
    }

    /// One record's bytes as UTF-8.
    pub(crate) fn decode(self, bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
        let whole = match self {
            Self::Utf8 => return std::borrow::Cow::Borrowed(bytes),
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
        };
        let (text, _) = whole.decode_without_bom_handling(bytes);
        std::borrow::Cow::Owned(text.into_owned().into_bytes())
    }
}
