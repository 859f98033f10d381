//! Records of JSON in any framing: lines, lists, documents one after the other, envelopes.
//!
//! A small machine over levels: a list holds records, an envelope holds lists, at the top stands what
//! nobody wrapped. What is damaged becomes one damaged record, and reading goes on at the next one.

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::parse::{append_text, is_beyond_hope, leading_fields, row, text_length, value};
use super::pass::text_before_blanks;
use super::resume::{first_key, next_record};
use super::scan::{Scan, Scanner};
use super::window::Window;
use super::{Body, Damage, Found, MAX_RECORD, envelope};

/// Lists in lists deeper than this are taken as one record.
const MAX_LEVELS: usize = 8;

/// After so much of a record without its end, it is looked at whether it can have one.
const FIRST_LOOK: usize = 16 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A list of records.
    Records,
    /// Log Analytics: a list of tables.
    Tables,
    /// Log Analytics: a list of rows, each a list of cells.
    Rows,
    /// An object that holds lists.
    Envelope,
}

/// The columns of a table of Log Analytics and where its rows begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Offset in the artefact as received; the table's rows stand behind it.
    pub(crate) offset: u64,
    pub(crate) columns: Vec<String>,
}

/// Gives the records of a stream of JSON.
pub(crate) struct JsonFrames<'r> {
    pub(super) window: Window<'r>,
    pub(super) levels: Vec<Level>,
    tables: Vec<Table>,
    usual_key: Vec<u8>,
    lines: u64,
    lines_missed: u64,
}

impl<'r> JsonFrames<'r> {
    pub(crate) fn new(window: Window<'r>) -> Self {
        Self {
            window,
            levels: Vec::new(),
            tables: Vec::new(),
            usual_key: Vec::new(),
            lines: 0,
            lines_missed: 0,
        }
    }

    pub(crate) fn window(&mut self) -> &mut Window<'r> {
        &mut self.window
    }

    /// The tables of Log Analytics met so far.
    pub(crate) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Whether the text ended before its lists did.
    pub(crate) fn is_open(&self) -> bool {
        !self.levels.is_empty()
    }

    /// The next record.
    pub(crate) fn next(&mut self) -> Option<Found> {
        loop {
            self.skip_separators();
            let byte = *self.window.rest().first()?;
            if let Some(found) = self.step(byte) {
                return Some(found);
            }
        }
    }

    fn step(&mut self, byte: u8) -> Option<Found> {
        match (self.levels.last().copied(), byte) {
            (Some(Level::Envelope), b'"') => self.member(),
            (Some(Level::Envelope), b'}') | (Some(_), b']') => self.leave(),
            (Some(Level::Envelope), b'{' | b'[') => {
                // An envelope that never closed, and the next document.
                self.levels.pop();
                None
            }
            (_, b']' | b'}') => {
                self.window.advance(1);
                None
            }
            (Some(Level::Rows), b'[') => self.record(),
            (Some(Level::Tables), b'{') => self.enter(Level::Envelope),
            (_, b'[') if self.levels.len() < MAX_LEVELS => self.enter(Level::Records),
            (_, b'{') if self.opens_envelope() => self.enter(Level::Envelope),
            (_, b'{' | b'[') => self.record(),
            (_, b'"') => self.text(),
            _ => self.junk(),
        }
    }

    fn enter(&mut self, level: Level) -> Option<Found> {
        self.window.advance(1);
        self.levels.push(level);
        None
    }

    fn leave(&mut self) -> Option<Found> {
        self.window.advance(1);
        self.levels.pop();
        None
    }

    fn skip_separators(&mut self) {
        loop {
            let rest = self.window.rest();
            let count = rest
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1E))
                .count();
            // Files that were put one after the other bring their byte order marks along.
            let marked = rest
                .get(count..)
                .is_some_and(|rest| rest.starts_with(b"\xEF\xBB\xBF"));
            let count = if marked { count + 3 } else { count };
            let emptied = rest.len() < count + 3;
            self.window.advance(count);
            if !(marked || emptied && self.window.grow()) {
                return;
            }
        }
    }

    fn opens_envelope(&mut self) -> bool {
        if self.levels.len() >= MAX_LEVELS {
            return false;
        }
        if self.window.rest().len() < envelope::ENOUGH {
            self.window.grow();
        }
        let rest = self.window.rest();
        envelope::opens(rest.get(..envelope::ENOUGH).unwrap_or(rest))
    }

    /// One member of an envelope: a list is entered, anything else passed over.
    fn member(&mut self) -> Option<Found> {
        let member = loop {
            if let Some(member) = envelope::member(self.window.rest()) {
                break member;
            }
            if self.window.rest().len() > envelope::ENOUGH || !self.window.grow() {
                self.levels.pop();
                return self.junk();
            }
        };
        self.window.advance(member.value);
        match (member.name.as_str(), member.first) {
            ("tables", b'[') => return self.enter(Level::Tables),
            ("rows", b'[') => return self.enter(Level::Rows),
            ("columns", b'[') => self.columns(),
            (name, b'[') if envelope::is_list(&member) || name == "hits" => {
                return self.enter(Level::Records);
            }
            (name, b'{') if envelope::is_nest(name) => return self.enter(Level::Envelope),
            _ => {}
        }
        self.pass_value(member.first);
        None
    }

    fn columns(&mut self) {
        let mut scanner = Scanner::default();
        let end = loop {
            match scanner.run(self.window.rest()) {
                Scan::End(end) => break end,
                Scan::More if self.window.rest().len() < MAX_RECORD && self.window.grow() => {}
                Scan::More | Scan::LineEndInText(_) => return,
            }
        };
        let text = self.window.rest().get(..end).unwrap_or_default();
        let Ok(list) = value(text) else { return };
        let columns = list.as_array().map_or_else(Vec::new, |columns| {
            columns
                .iter()
                .map(|column| {
                    crate::dialect::field::first_text(column, &["name", "ColumnName"])
                        .unwrap_or_default()
                })
                .collect()
        });
        self.tables.push(Table {
            offset: self.window.offset_at(end),
            columns,
        });
    }

    /// The length of the JSON text that begins here, if it ends within a record's limit.
    pub(super) fn whole_text(&mut self) -> Option<usize> {
        loop {
            if let Some(length) = text_length(self.window.rest()) {
                return Some(length);
            }
            if self.window.rest().len() > MAX_RECORD || !self.window.grow() {
                return None;
            }
        }
    }

    fn text(&mut self) -> Option<Found> {
        let Some(length) = self.whole_text() else {
            return self.junk();
        };
        let body = self.window.rest().get(..length).map(row);
        match body {
            Some(Ok(row)) => Some(self.take(length, Body::Row(row))),
            Some(Err(reason)) => Some(self.take(length, Body::Damaged(Damage::new(reason)))),
            None => None,
        }
    }

    fn record(&mut self) -> Option<Found> {
        if let Some(found) = self.line() {
            return Some(found);
        }
        let mut scanner = Scanner::default();
        let mut look = FIRST_LOOK;
        loop {
            let rest = self.window.rest();
            let seen = rest.get(..look).unwrap_or(rest);
            match scanner.run(seen) {
                Scan::End(end) => return self.whole(end),
                Scan::LineEndInText(_) => return self.damaged(None, None),
                Scan::More if seen.len() == look && is_beyond_hope(seen) => {
                    return self.damaged(None, None);
                }
                Scan::More if seen.len() == look => look *= 2,
                Scan::More if seen.len() > MAX_RECORD => return Some(self.too_long(scanner)),
                Scan::More => {
                    if !self.window.grow() {
                        return self.damaged(None, None);
                    }
                }
            }
        }
    }

    /// A record that is exactly one line: the common case, and the fast one, because the parser finds the
    /// end by itself.
    fn line(&mut self) -> Option<Found> {
        if self.levels.last() == Some(&Level::Rows) || self.lines_missed > 8 + self.lines / 4 {
            return None;
        }
        self.lines_missed += 1;
        let rest = self.window.rest();
        let end = memchr::memchr(b'\n', rest)?;
        let line = rest.get(..end)?.trim_ascii_end();
        let line = line.strip_suffix(b",").unwrap_or(line).trim_ascii_end();
        if line.last() != Some(&b'}') || super::nests_too_deep(line) {
            return None;
        }
        let row: Value = sonic_rs::from_slice(line).ok()?;
        if !row.is_object() {
            return None;
        }
        self.lines_missed -= 1;
        self.lines += 1;
        let length = line.len();
        Some(self.take(length, Body::Row(row)))
    }

    fn whole(&mut self, end: usize) -> Option<Found> {
        let text = self.window.rest().get(..end).unwrap_or_default();
        let read = if self.levels.last() == Some(&Level::Rows) {
            cells(text, self.tables.last().map(|table| &*table.columns))
        } else {
            row(text)
        };
        match read {
            Ok(row) => {
                if let Some(key) = first_key(text)
                    && key != self.usual_key
                {
                    self.usual_key = key.to_vec();
                }
                Some(self.take(end, Body::Row(row)))
            }
            Err(reason) => self.damaged(Some(end), Some(reason)),
        }
    }

    /// A damaged record ends where the next good one begins, else where its brackets close, else with
    /// the text.
    fn damaged(&mut self, known_end: Option<usize>, reason: Option<String>) -> Option<Found> {
        let end = loop {
            let rest = self.window.rest();
            let within = rest.get(..known_end.unwrap_or(rest.len())).unwrap_or(rest);
            let usual = (!self.usual_key.is_empty()).then_some(self.usual_key.as_slice());
            if let Some(next) = next_record(within, usual) {
                break next;
            }
            let length = within.len();
            if known_end.is_some() || length > MAX_RECORD || !self.window.grow() {
                break length;
            }
        };
        let rest = self.window.rest();
        if self.window.failed() && end == rest.len() && known_end.is_none() {
            self.window.advance(end);
            return None;
        }
        let length = text_before_blanks(rest, end);
        let text = rest.get(..length).unwrap_or_default();
        let damage = Damage {
            reason: reason
                .or_else(|| row(text).err())
                .unwrap_or_else(|| "the record is damaged JSON".to_owned()),
            wrapper: leading_fields(text),
        };
        Some(self.take(length, Body::Damaged(damage)))
    }

    fn take(&mut self, length: usize, body: Body) -> Found {
        let offset = self.window.offset_at(0);
        self.window.advance(length);
        Found {
            offset,
            length: self.window.offset_at(0) - offset,
            body,
        }
    }
}

/// A row of Log Analytics as an object under its column names.
pub(crate) fn cells(text: &[u8], columns: Option<&[String]>) -> Result<Value, String> {
    let columns = columns.ok_or("the row stands before the names of its columns")?;
    let list = value(text)?;
    let cells = list.as_array().ok_or("the row is no list of cells")?;
    if cells.len() != columns.len() {
        return Err(format!(
            "row has {} columns, the table {}",
            cells.len(),
            columns.len()
        ));
    }
    // Written as text and read, because an object that is filled member by member has no order.
    let mut object = vec![b'{'];
    for (name, cell) in columns.iter().zip(cells.iter()) {
        if object.len() > 1 {
            object.push(b',');
        }
        append_text(name.as_bytes(), &mut object);
        object.push(b':');
        let cell = sonic_rs::to_vec(cell).map_err(|error| error.to_string())?;
        object.extend_from_slice(&cell);
    }
    object.push(b'}');
    row(&object)
}
