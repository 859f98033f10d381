//! The dialect of a CSV artefact and how one of its rows becomes an object.
//!
//! Takes the first lines and gives delimiter, column names and the columns whose dates put the day
//! first; takes a row and gives an object of texts under the column names. It must never know a form.

use std::collections::BTreeMap;

use sonic_rs::Value;

use crate::frame::split::{self, Cell};
use crate::frame::{Damage, append_text, row};

/// Columns whose cell is the record itself as JSON. Their cells become objects at once, because reading
/// them as text first and as JSON later would double the work; a cell that is damaged stays a text.
const RECORD_COLUMNS: [&str; 2] = ["AuditData", "auditData"];

/// How many rows are looked at to learn the order of day and month.
const DATE_ROWS: usize = 400;

/// Delimiter and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) delimiter: u8,
    pub(crate) columns: Vec<Column>,
    /// The header line as written, to know it again where files were put one after the other.
    line: Vec<u8>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Column {
    /// As written; the second of two equal names has `#2` behind it.
    pub(crate) name: String,
    /// The name as JSON with its colon.
    key: Vec<u8>,
    holds_record: bool,
    /// Dates such as 03/02/2024 are the 3rd of February here.
    pub(crate) day_first: bool,
}

impl Column {
    pub(crate) fn new(name: String, day_first: bool) -> Self {
        let mut key = Vec::with_capacity(name.len() + 3);
        append_text(name.as_bytes(), &mut key);
        key.push(b':');
        Self {
            holds_record: RECORD_COLUMNS.contains(&name.as_str()),
            key,
            name,
            day_first,
        }
    }
}

impl Header {
    /// Reads the header from the start of the text and says where the rows begin. Nothing when the text
    /// does not begin like a table.
    pub(crate) fn read(text: &[u8], whole: bool) -> Option<(Self, usize)> {
        let mut start = preamble(text);
        let declared = declared_delimiter(text);
        loop {
            let rest = text.get(start..)?;
            let blank = rest
                .iter()
                .take_while(|b| matches!(b, b'\r' | b'\n'))
                .count();
            if blank == 0 {
                break;
            }
            start += blank;
        }
        let rest = text.get(start..)?;
        let delimiter = declared.unwrap_or_else(|| delimiter(rest));
        let mut cells = Vec::new();
        let end = split::row(rest, delimiter, whole, &mut cells)?;
        let line = rest.get(..end.end)?;
        if cells.len() < 2 || end.unclosed {
            return None;
        }
        let columns = names(line, &cells)
            .into_iter()
            .map(|name| Column::new(name, false))
            .collect();
        let header = Self {
            delimiter,
            columns,
            line: line.to_vec(),
        };
        Some((header, start + end.next))
    }

    /// A header known from before, to read one row again.
    pub(crate) fn known(delimiter: u8, columns: Vec<Column>) -> Self {
        Self {
            delimiter,
            columns,
            line: Vec::new(),
        }
    }

    /// Whether this row is the header once more.
    pub(crate) fn is_repeated_by(&self, row: &[u8]) -> bool {
        !self.line.is_empty() && row == self.line
    }

    /// Learns from the first rows in which columns the day stands first: some date there has a first
    /// number above 12, and none a second one.
    pub(crate) fn learn_dates(&mut self, rows: &[u8], whole: bool) {
        let mut seen: BTreeMap<usize, (bool, bool)> = BTreeMap::new();
        let mut cells = Vec::new();
        let mut rest = rows;
        for _ in 0..DATE_ROWS {
            let Some(end) = split::row(rest, self.delimiter, whole, &mut cells) else {
                break;
            };
            for (number, cell) in cells.iter().enumerate() {
                if let Some((one, two, _)) = slashed_date(&cell.content(rest)) {
                    let (first, second) = seen.entry(number).or_default();
                    *first |= one > 12;
                    *second |= two > 12;
                }
            }
            rest = rest.get(end.next..).unwrap_or_default();
            if rest.is_empty() {
                break;
            }
        }
        for (number, (first, second)) in seen {
            if let Some(column) = self.columns.get_mut(number) {
                column.day_first = first && !second;
            }
        }
    }

    /// A row as an object under the column names.
    pub(crate) fn object(
        &self,
        text: &[u8],
        cells: &[Cell],
        buffer: &mut Vec<u8>,
    ) -> Result<Value, Damage> {
        if let Some(reason) = self.wrong_count(cells) {
            return Err(self.damage(reason, text, cells));
        }
        self.write(text, cells, buffer, Records::Entered);
        if let Ok(value) = row(buffer) {
            return Ok(value);
        }
        self.write(text, cells, buffer, Records::AsText);
        row(buffer).map_err(|reason| self.damage(reason, text, cells))
    }

    /// What can be read of a row that is no row.
    pub(crate) fn damage(&self, reason: String, text: &[u8], cells: &[Cell]) -> Damage {
        let wrapper = self
            .columns
            .iter()
            .zip(cells)
            .filter(|(column, cell)| !column.holds_record && !cell.is_empty())
            .map(|(column, cell)| {
                let content = cell.content(text);
                let value = crate::frame::shortened(&String::from_utf8_lossy(&content));
                (column.name.clone(), value)
            })
            .take(24)
            .collect();
        Damage { reason, wrapper }
    }

    /// Why the row has the wrong number of cells; empty ones at its end do not count.
    pub(crate) fn wrong_count(&self, cells: &[Cell]) -> Option<String> {
        let wanted = self.columns.len();
        let surplus = cells.get(wanted..).unwrap_or_default();
        let fits = cells.len() >= wanted && surplus.iter().all(Cell::is_empty);
        (!fits).then(|| format!("row has {} columns, the header {wanted}", cells.len()))
    }

    fn write(&self, text: &[u8], cells: &[Cell], out: &mut Vec<u8>, records: Records) {
        out.clear();
        out.push(b'{');
        for (column, cell) in self.columns.iter().zip(cells) {
            if out.len() > 1 {
                out.push(b',');
            }
            out.extend_from_slice(&column.key);
            if column.holds_record && records == Records::Entered && is_braced(text, cell) {
                cell.append(text, out);
                continue;
            }
            let content = cell.content(text);
            match column.day_first.then(|| iso_date(&content)).flatten() {
                Some(date) => append_text(date.as_bytes(), out),
                None => append_text(&content, out),
            }
        }
        out.push(b'}');
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Records {
    Entered,
    AsText,
}

fn is_braced(text: &[u8], cell: &Cell) -> bool {
    let content = text
        .get(cell.start..cell.end)
        .unwrap_or_default()
        .trim_ascii();
    content.starts_with(b"{") && content.ends_with(b"}")
}

/// Lines before the header that only programs read: `sep=;` of spreadsheets, `#TYPE` of PowerShell.
fn preamble(text: &[u8]) -> usize {
    let is_preamble = text.starts_with(b"#TYPE") || declared_delimiter(text).is_some();
    if !is_preamble {
        return 0;
    }
    memchr::memchr(b'\n', text).map_or(0, |end| end + 1)
}

fn declared_delimiter(text: &[u8]) -> Option<u8> {
    match text.strip_prefix(b"sep=")? {
        [delimiter, b'\r' | b'\n', ..] => Some(*delimiter),
        _ => None,
    }
}

/// The delimiter by its number in the first line, quoted parts left out.
fn delimiter(text: &[u8]) -> u8 {
    let line =
        memchr::memchr2(b'\n', b'\r', text).map_or(text, |end| text.get(..end).unwrap_or_default());
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    let mut in_quotes = false;
    for byte in line {
        in_quotes ^= *byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(byte == delimiter && !in_quotes);
        }
    }
    // The first of equals: `max_by_key` would take the last.
    counts
        .iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| *delimiter)
}

fn names(line: &[u8], cells: &[Cell]) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let used = cells
        .iter()
        .rposition(|cell| !cell.is_empty())
        .map_or(0, |last| last + 1);
    cells
        .iter()
        .take(used)
        .enumerate()
        .map(|(number, cell)| {
            let content = cell.content(line);
            let name = match std::str::from_utf8(&content) {
                Ok(name) => name.to_owned(),
                Err(_) => encoding_rs::WINDOWS_1252.decode(&content).0.into_owned(),
            };
            let name = if name.is_empty() {
                format!("column {}", number + 1)
            } else {
                name
            };
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            match *count {
                1 => name,
                again => format!("{name}#{again}"),
            }
        })
        .collect()
}

/// `D/M/YYYY` with what follows it, both numbers possible in a date. Dots and hyphens are not asked
/// about: with them the day always stands first.
fn slashed_date(cell: &[u8]) -> Option<(u8, u8, &str)> {
    let cell = cell.get(..40).unwrap_or(cell);
    if !cell.first()?.is_ascii_digit() || memchr::memchr(b'/', cell.get(..3)?).is_none() {
        return None;
    }
    let text = std::str::from_utf8(cell).ok()?;
    let (one, rest) = text.split_once('/')?;
    let (two, rest) = rest.split_once('/')?;
    let (one, two) = (one.parse().ok()?, two.parse().ok()?);
    let has_year = rest.get(..4)?.bytes().all(|byte| byte.is_ascii_digit());
    let possible = (1..=31).contains(&one) && (1..=31).contains(&two);
    (has_year && possible).then_some((one, two, rest))
}

/// A date with the day first, written with month first as the rest of the reader takes it.
fn iso_date(cell: &[u8]) -> Option<String> {
    let (day, month, rest) = slashed_date(cell)?;
    (month <= 12).then(|| format!("{month}/{day}/{rest}"))
}
