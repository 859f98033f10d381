//! Where reading can go on after a damaged JSON record.
//!
//! The next record is an object that opens where one may open and begins with the same key as the
//! damaged record (exports write the keys of all records in one order), or stands at a line's start.

use super::parse::{text_length, value};
use super::scan::{Scan, Scanner};

/// How many places are tried for one damaged record.
const TRIES: usize = 64;

/// The first key of an object, with its quotation marks.
pub(crate) fn first_key(object: &[u8]) -> Option<&[u8]> {
    let inner = object.strip_prefix(b"{")?.trim_ascii_start();
    if inner.first() != Some(&b'"') {
        return None;
    }
    inner.get(..text_length(inner)?)
}

/// The index after the first byte at which the next good record begins.
pub(crate) fn next_record(text: &[u8], usual_key: Option<&[u8]>) -> Option<usize> {
    let key = first_key(text).or(usual_key);
    let mut tries = 0;
    for at in memchr::memchr_iter(b'{', text).skip_while(|at| *at == 0) {
        let (before, from) = text.split_at_checked(at)?;
        let opens = opening(before);
        if opens == Opening::No || first_key(from).is_none() {
            continue;
        }
        let same_key = key.is_none_or(|key| first_key(from) == Some(key));
        if !same_key && opens != Opening::Line {
            continue;
        }
        tries += 1;
        if tries > TRIES {
            return None;
        }
        let whole = match Scanner::default().run(from) {
            Scan::End(end) => from.get(..end).is_some_and(|text| value(text).is_ok()),
            Scan::More | Scan::LineEndInText(_) => false,
        };
        if whole || (opens == Opening::Line && same_key) {
            return Some(at);
        }
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    /// At the very start of a line.
    Line,
    /// After a comma or a bracket, or first in an indented line.
    Between,
    No,
}

/// Whether a record may open after this text.
fn opening(before: &[u8]) -> Opening {
    if before.ends_with(b"\n") {
        return Opening::Line;
    }
    let trimmed = before.trim_ascii_end();
    let blanks = before.get(trimmed.len()..).unwrap_or_default();
    let after_mark = matches!(trimmed.last(), Some(b',' | b'[' | b'}' | b']'));
    if after_mark || memchr::memchr(b'\n', blanks).is_some() {
        return Opening::Between;
    }
    Opening::No
}
