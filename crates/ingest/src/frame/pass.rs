//! JSON text that is passed over: members of envelopes that hold no records, what is no JSON at all, and
//! records that are too long. None of it is held in memory.

use super::json::JsonFrames;
use super::parse::leading_fields;
use super::scan::{Scan, Scanner};
use super::{Body, Damage, Found, MAX_RECORD, envelope};

impl JsonFrames<'_> {
    pub(super) fn pass_value(&mut self, first: u8) {
        match first {
            b'{' | b'[' => {
                let mut scanner = Scanner::default();
                self.pass_to_end(&mut scanner);
            }
            b'"' => {
                if let Some(length) = self.whole_text() {
                    self.window.advance(length);
                } else {
                    self.pass_line();
                }
            }
            _ => {
                let rest = self.window.rest();
                let length = rest
                    .iter()
                    .position(|byte| matches!(byte, b',' | b'}' | b']' | b'\n'))
                    .unwrap_or(rest.len());
                self.window.advance(length.max(1));
            }
        }
    }

    /// Takes text up to the end of the value without holding it.
    fn pass_to_end(&mut self, scanner: &mut Scanner) {
        loop {
            match scanner.run(self.window.rest()) {
                Scan::End(end) | Scan::LineEndInText(end) => {
                    self.window.advance(end);
                    return;
                }
                Scan::More => {
                    let length = self.window.rest().len();
                    self.window.advance(length);
                    scanner.forget(length);
                    if !self.window.grow() {
                        return;
                    }
                }
            }
        }
    }

    /// Takes text up to the end of the line without holding it.
    pub(super) fn pass_line(&mut self) {
        loop {
            if let Some(end) = memchr::memchr(b'\n', self.window.rest()) {
                self.window.advance(end);
                return;
            }
            let length = self.window.rest().len();
            self.window.advance(length);
            if !self.window.grow() {
                return;
            }
        }
    }

    /// Text that is no JSON, up to the end of its line or the next object.
    pub(super) fn junk(&mut self) -> Option<Found> {
        let in_list = !self.levels.is_empty();
        let start = self.window.offset_at(0);
        let ends = |byte: &u8| {
            matches!(byte, b'\n' | b'{') || (in_list && matches!(byte, b',' | b']' | b'['))
        };
        let mut from = 1;
        let sample = loop {
            let rest = self.window.rest();
            let end = rest
                .get(from..)
                .and_then(|rest| rest.iter().position(ends))
                .map(|at| from + at);
            let text = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let sample = String::from_utf8_lossy(text.get(..40).unwrap_or(text)).into_owned();
            if let Some(end) = end {
                self.window
                    .advance(text_before_blanks(self.window.rest(), end));
                break sample;
            }
            from = rest.len();
            if from > MAX_RECORD || !self.window.grow() {
                if self.window.failed() {
                    self.window.advance(from);
                    return None;
                }
                self.pass_line();
                break sample;
            }
        };
        let damage = Damage::new(format!(
            "no JSON record: `{}`",
            sample.trim().escape_debug()
        ));
        Some(Found {
            offset: start,
            length: self.window.offset_at(0) - start,
            body: Body::Damaged(damage),
        })
    }

    pub(super) fn too_long(&mut self, mut scanner: Scanner) -> Found {
        let start = self.window.offset_at(0);
        let rest = self.window.rest();
        let wrapper = leading_fields(rest.get(..envelope::ENOUGH).unwrap_or(rest));
        self.pass_to_end(&mut scanner);
        Found {
            offset: start,
            length: self.window.offset_at(0) - start,
            body: Body::Damaged(Damage {
                reason: format!(
                    "the record is longer than {} MiB",
                    MAX_RECORD / (1024 * 1024)
                ),
                wrapper,
            }),
        }
    }
}

/// The length of the text up to `end` without separators at its end.
pub(super) fn text_before_blanks(text: &[u8], end: usize) -> usize {
    let text = text.get(..end).unwrap_or(text);
    let kept = text
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','));
    kept.map_or(end, |last| last + 1).max(1)
}
