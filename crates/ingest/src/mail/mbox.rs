//! A mailbox as one file, as Thunderbird, Takeout and Unix write it (RFC 4155).
//!
//! Takes a stream and gives the pieces between separators, one a message, one in memory at a time. A piece
//! begins with its separator, a line such as `From pat@contoso.example Thu Mar  5 08:00:00 2026`. It must
//! not read a message.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::MAX_MAIL;
use super::header::{line_at, split};
use crate::frame::window::Window;

/// What a separator begins with.
const MARK: &[u8] = b"From ";

/// A longer line is no separator.
const LONGEST: usize = 1_024;

/// One message with its separator, or so many of its bytes as there are where it is too long.
pub(super) enum Piece {
    Whole(Vec<u8>),
    TooLong,
}

/// A piece and where it stands.
pub(super) struct Found {
    pub(super) piece: Piece,
    pub(super) offset: u64,
    pub(super) length: u64,
}

/// The pieces of a stream. What stands before the first separator is a piece of its own.
pub(super) struct Pieces<'r> {
    window: Window<'r>,
    at: u64,
}

impl<'r> Pieces<'r> {
    pub(super) fn new(stream: &'r mut dyn std::io::Read) -> Self {
        let mut window = Window::new(stream);
        let blank = window.rest().len() - window.rest().trim_ascii_start().len();
        window.advance(blank);
        let at = window.offset_at(0);
        Self { window, at }
    }

    pub(super) fn window(&mut self) -> &mut Window<'r> {
        &mut self.window
    }

    /// The next message; none after the last, and none that an error of the stream has cut.
    pub(super) fn next(&mut self) -> Option<Found> {
        // The separator that begins the piece is not the one that ends it.
        let mut looked_at = 1;
        let (mut dropped, mut is_too_long) = (0, false);
        loop {
            let rest = self.window.rest();
            if let Some(end) = separator_from(rest, looked_at, self.window.ended()) {
                return Some(self.take(end, dropped, is_too_long));
            }
            // The last lines are looked at again with what comes after them.
            looked_at = rest.len().saturating_sub(3 * LONGEST).max(looked_at);
            if self.window.ended() {
                let end = rest.len();
                let is_over = end == 0 && dropped == 0;
                if is_over || self.window.failed() {
                    return None;
                }
                return Some(self.take(end, dropped, is_too_long));
            }
            if is_too_long || rest.len() as u64 > MAX_MAIL {
                is_too_long = true;
                self.window.advance(looked_at);
                dropped += looked_at as u64;
                looked_at = 0;
            }
            self.window.grow();
        }
    }

    fn take(&mut self, end: usize, dropped: u64, is_too_long: bool) -> Found {
        let length = dropped + end as u64;
        let piece = if is_too_long || length > MAX_MAIL {
            Piece::TooLong
        } else {
            Piece::Whole(self.window.rest().get(..end).unwrap_or_default().to_vec())
        };
        self.window.advance(end);
        let offset = self.at;
        self.at += length;
        Found {
            piece,
            offset,
            length,
        }
    }
}

/// Whether a text begins with a separator and, as every message does, a header after it.
pub(super) fn begins(text: &[u8]) -> bool {
    let Some((line, next)) = line_at(text, 0) else {
        return false;
    };
    is_separator(line) && line_at(text, next).is_some_and(|(line, _)| split(line).is_some())
}

/// Where the next separator begins, looked for from a place on. One whose following line is not yet there is
/// none unless the stream has `ended`.
fn separator_from(text: &[u8], from: usize, ended: bool) -> Option<usize> {
    let rest = text.get(from..)?;
    let mut places = memchr::memmem::find_iter(rest, b"\nFrom ").map(|at| from + at + 1);
    let at_start = (from > 0 && text.get(from - 1) == Some(&b'\n')).then_some(from);
    let starts = at_start.into_iter().filter(|at| {
        let line = text.get(*at..).unwrap_or_default();
        line.starts_with(MARK)
    });
    starts.chain(&mut places).find(|at| {
        let here = text.get(*at..).unwrap_or_default();
        let is_whole = ended
            || line_at(here, 0).is_some_and(|(_, next)| {
                let after = here.get(next..).unwrap_or_default();
                after.contains(&b'\n') || after.len() > LONGEST
            });
        is_whole && begins(here)
    })
}

/// A line that begins with `From ` and holds a time of day and a year. Writers put a `>` before such a line
/// of a message's text, but not all of them do.
fn is_separator(line: &[u8]) -> bool {
    let is_marked = line.starts_with(MARK) && line.len() <= LONGEST;
    let Some(text) = std::str::from_utf8(line).ok().filter(|_| is_marked) else {
        return false;
    };
    let is_clock = |word: &str| {
        let parts: Vec<&str> = word.split(':').collect();
        let digits = |part: &&str| {
            (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        (2..=3).contains(&parts.len()) && parts.iter().all(digits)
    };
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = text.split_ascii_whitespace().skip(1);
    words.clone().any(is_clock) && words.any(is_year)
}

/// The message of a piece: without its separator, and with the `>` taken off that was put before lines that
/// begin with `From `. Writers that do not put one before quoted lines lose a quotation mark by that.
pub(super) fn message(piece: &[u8]) -> Cow<'_, [u8]> {
    let start = match line_at(piece, 0) {
        Some((line, next)) if is_separator(line) => next,
        _ => 0,
    };
    let text = piece.get(start..).unwrap_or_default();
    if memchr::memmem::find(text, b">From ").is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let marks = line.iter().take_while(|byte| **byte == b'>').count();
        let is_quoted = marks > 0 && line.get(marks..).unwrap_or_default().starts_with(MARK);
        plain.extend_from_slice(line.get(usize::from(is_quoted)..).unwrap_or_default());
    }
    Cow::Owned(plain)
}

/// Which records stand at one place because mails are attached to the message; kept with the artefact.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Attached {
    /// Position of the first record of a message that gives several, and how many it gives; in order.
    #[serde(default)]
    mbox: Vec<(u64, u64)>,
}

impl Attached {
    pub(super) fn of(header: Option<&str>) -> Self {
        header
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    pub(super) fn note(&mut self, first: u64, count: u64) {
        if count > 1 {
            self.mbox.push((first, count));
        }
    }

    /// Nothing where every message gives one record.
    pub(super) fn into_header(self) -> Option<String> {
        let is_needed = !self.mbox.is_empty();
        is_needed.then(|| serde_json::to_string(&self).unwrap_or_default())
    }

    /// Which of its message's mails a record is, from 0.
    pub(super) fn number(&self, position: u64) -> u64 {
        let after = self.mbox.partition_point(|(first, _)| *first <= position);
        let before = after.checked_sub(1).and_then(|at| self.mbox.get(at));
        match before {
            Some((first, count)) if position < first + count => position - first,
            _ => 0,
        }
    }
}
