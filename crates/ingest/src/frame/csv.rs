//! Rows of comma-separated values, with their places as received.

use super::split::{self, Cell, RowEnd};
use super::window::Window;
use super::{Body, Damage, Found, MAX_RECORD};
use crate::csv::Header;

/// How many line starts are tried for one damaged row.
const TRIES: usize = 64;

/// How many bytes may be looked at twice beyond those of the artefact; above, a damaged row that spans
/// lines is refused whole.
const SECOND_LOOKS: u64 = 256 * 1024 * 1024;

/// Gives the rows of a stream of CSV.
pub(crate) struct CsvFrames<'r> {
    window: Window<'r>,
    header: Header,
    cells: Vec<Cell>,
    buffer: Vec<u8>,
    second_looks: u64,
    headers_again: u64,
    recoded: u64,
}

impl<'r> CsvFrames<'r> {
    /// Reads the header; gives the window back when the text does not begin like a table.
    pub(crate) fn new(mut window: Window<'r>) -> Result<Self, Box<Window<'r>>> {
        let Some((mut header, start)) = Header::read(window.rest(), window.ended()) else {
            return Err(Box::new(window));
        };
        window.advance(start);
        header.learn_dates(window.rest(), window.ended());
        Ok(Self {
            window,
            header,
            cells: Vec::new(),
            buffer: Vec::new(),
            second_looks: 0,
            headers_again: 0,
            recoded: 0,
        })
    }

    pub(crate) fn window(&mut self) -> &mut Window<'r> {
        &mut self.window
    }

    pub(crate) fn header(&self) -> &Header {
        &self.header
    }

    /// Leaves dates as they are written, for a reader that knows their format.
    pub(crate) fn keep_dates(&mut self) {
        for column in &mut self.header.columns {
            column.day_first = false;
        }
    }

    /// How often the header stood among the rows.
    pub(crate) fn headers_again(&self) -> u64 {
        self.headers_again
    }

    /// How many rows were no UTF-8 and were read as Windows-1252.
    pub(crate) fn recoded(&self) -> u64 {
        self.recoded
    }

    /// The next row.
    pub(crate) fn next(&mut self) -> Option<Found> {
        loop {
            self.skip_blank();
            if self.window.rest().is_empty() {
                return None;
            }
            let Some(end) = self.split() else {
                return self.too_long();
            };
            if self.window.failed() && end.end == self.window.rest().len() {
                // The stream broke inside of this row.
                self.window.advance(end.next);
                return None;
            }
            let row = self.window.rest().get(..end.end).unwrap_or_default();
            if self.header.is_repeated_by(row) {
                self.headers_again += 1;
                self.window.advance(end.next);
                continue;
            }
            return Some(self.read(end));
        }
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.window.rest();
            let mut count = rest
                .iter()
                .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                .count();
            let marked = rest
                .get(count..)
                .is_some_and(|rest| rest.starts_with(b"\xEF\xBB\xBF"));
            if marked {
                count += 3;
            }
            let emptied = rest.len() < count + 3;
            self.window.advance(count);
            if !(marked || emptied && self.window.grow()) {
                return;
            }
        }
    }

    /// Splits the row that begins here; nothing when it is too long.
    fn split(&mut self) -> Option<RowEnd> {
        loop {
            let whole = self.window.ended();
            let rest = self.window.rest();
            if let Some(end) = split::row(rest, self.header.delimiter, whole, &mut self.cells) {
                return Some(end);
            }
            if self.window.rest().len() > MAX_RECORD {
                return None;
            }
            self.window.grow();
        }
    }

    fn read(&mut self, end: RowEnd) -> Found {
        let row = self.window.rest().get(..end.end).unwrap_or_default();
        let suspect = end.unclosed || self.header.wrong_count(&self.cells).is_some();
        if suspect && memchr::memchr(b'\n', row).is_some() {
            return self.resume(end);
        }
        let body = match self.header.object(row, &self.cells, &mut self.buffer) {
            Ok(_) if end.unclosed => Body::Damaged(self.header.damage(
                "the row is cut off: its last cell never closes".to_owned(),
                row,
                &self.cells,
            )),
            Ok(value) => Body::Row(value),
            Err(damage) => match recoded(row, &self.header, &mut self.buffer) {
                Some(value) => {
                    self.recoded += 1;
                    Body::Row(value)
                }
                None => Body::Damaged(damage),
            },
        };
        self.take(end, body)
    }

    /// A row that has the wrong number of columns and spans lines has most likely swallowed its
    /// followers, because a quotation mark is missing: it ends before the first line that is a row.
    fn resume(&mut self, end: RowEnd) -> Found {
        let rest = self.window.rest();
        let row = rest.get(..end.end).unwrap_or_default();
        let whole = self.window.ended() || end.next < rest.len();
        let mut reason = self.header.wrong_count(&self.cells);
        let mut next = end;
        if end.unclosed {
            reason = Some("the row is cut off: one of its cells never closes".to_owned());
        }
        let mut cells = Vec::new();
        for at in memchr::memchr_iter(b'\n', row).take(TRIES) {
            let start = at + 1;
            let text = rest.get(start..).unwrap_or_default();
            if self.second_looks > SECOND_LOOKS {
                break;
            }
            let Some(found) = split::row(text, self.header.delimiter, whole, &mut cells) else {
                continue;
            };
            self.second_looks += found.next as u64;
            if !found.unclosed && self.header.wrong_count(&cells).is_none() {
                let line_end = row.get(..at).unwrap_or_default();
                let length = line_end.strip_suffix(b"\r").unwrap_or(line_end).len();
                next = RowEnd {
                    end: length,
                    next: start,
                    unclosed: false,
                };
                break;
            }
        }
        let kept = row.get(..next.end).unwrap_or_default();
        split::row(kept, self.header.delimiter, true, &mut self.cells);
        let reason = reason.unwrap_or_else(|| "the row is damaged".to_owned());
        let damage = self.header.damage(reason, kept, &self.cells);
        self.take(next, Body::Damaged(damage))
    }

    /// A row above the limit is passed over up to its line's end.
    fn too_long(&mut self) -> Option<Found> {
        let offset = self.window.offset_at(0);
        loop {
            if let Some(at) = memchr::memchr(b'\n', self.window.rest()) {
                self.window.advance(at);
                break;
            }
            let length = self.window.rest().len();
            self.window.advance(length);
            if !self.window.grow() {
                break;
            }
        }
        Some(Found {
            offset,
            length: self.window.offset_at(0) - offset,
            body: Body::Damaged(Damage::new(format!(
                "the row is longer than {} MiB",
                MAX_RECORD / (1024 * 1024)
            ))),
        })
    }

    fn take(&mut self, end: RowEnd, body: Body) -> Found {
        let offset = self.window.offset_at(0);
        let length = self.window.offset_at(end.end) - offset;
        self.window.advance(end.next);
        Found {
            offset,
            length,
            body,
        }
    }
}

/// A row that is no UTF-8, read as Windows-1252, which old spreadsheets and consoles write.
pub(crate) fn recoded(
    row: &[u8],
    header: &Header,
    buffer: &mut Vec<u8>,
) -> Option<sonic_rs::Value> {
    if std::str::from_utf8(row).is_ok() {
        return None;
    }
    let (text, _, _) = encoding_rs::WINDOWS_1252.decode(row);
    let mut cells = Vec::new();
    split::row(text.as_bytes(), header.delimiter, true, &mut cells)?;
    header.object(text.as_bytes(), &cells, buffer).ok()
}
