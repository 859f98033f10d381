//! Where one record ends and the next begins.
//!
//! Takes a stream and gives its records one after the other, each with its place as received and
//! either read into a row or with the reason why it cannot be. It must never know a form.

pub(crate) mod csv;
mod envelope;
pub(crate) mod json;
mod parse;
mod pass;
mod resume;
mod scan;
pub(crate) mod split;
pub(crate) mod window;

pub(crate) use parse::{append_text, plain_fields, row, shortened};
use sonic_rs::Value;

/// A record longer than this is refused: it is passed over without being held.
pub(crate) const MAX_RECORD: usize = 64 * 1024 * 1024;

/// A record in the stream.
#[derive(Debug)]
pub(crate) struct Found {
    /// First byte in the artefact as received.
    pub(crate) offset: u64,
    /// Length in bytes as received.
    pub(crate) length: u64,
    pub(crate) body: Body,
}

/// What a record holds.
#[derive(Debug)]
pub(crate) enum Body {
    /// A row: always an object.
    Row(Value),
    /// No row, and why.
    Damaged(Damage),
}

/// Why a record cannot be read, and what of it still can.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Damage {
    /// A sentence without full stop.
    pub(crate) reason: String,
    /// Names and values that still could be read.
    pub(crate) wrapper: Vec<(String, String)>,
}

impl Damage {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            wrapper: Vec::new(),
        }
    }
}

/// JSON that nests deeper than this is refused: no log of Microsoft's comes near it, and parsers that
/// recurse would be led into the ground by it.
pub(crate) const MAX_DEPTH: usize = 128;

/// Whether JSON nests deeper than [`MAX_DEPTH`]. Counts brackets first, which is nearly free; only text
/// with many of them is walked through.
pub(crate) fn nests_too_deep(json: &[u8]) -> bool {
    // `[` and `{` differ in the bit of the letter case alone.
    let opens = |part: &[u8]| -> u8 { part.iter().map(|byte| u8::from(byte | 0x20 == b'{')).sum() };
    // So few at once that a byte can hold their number, which lets the processor count many side by side.
    let opening: usize = json.chunks(255).map(|part| usize::from(opens(part))).sum();
    if opening <= MAX_DEPTH {
        return false;
    }
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return true;
                }
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}
