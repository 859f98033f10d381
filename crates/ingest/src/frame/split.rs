//! One row of comma-separated values split into cells.
//!
//! Quotation marks count only at a cell's start (RFC 4180), so that a stray one inside of a cell, such
//! as in `5" pipe`, damages nothing.

use std::borrow::Cow;

use super::scan::places_of;

/// A cell's place in its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell {
    /// The content's first byte, after the quotation mark.
    pub(crate) start: usize,
    /// Behind the content's last byte, before the quotation mark.
    pub(crate) end: usize,
    /// Holds doubled quotation marks.
    pub(crate) doubled: bool,
}

impl Cell {
    /// The content with doubled quotation marks made single.
    pub(crate) fn content<'t>(&self, row: &'t [u8]) -> Cow<'t, [u8]> {
        let raw = row.get(self.start..self.end).unwrap_or_default();
        if !self.doubled {
            return Cow::Borrowed(raw);
        }
        let mut content = Vec::with_capacity(raw.len());
        self.append(row, &mut content);
        Cow::Owned(content)
    }

    /// The same, appended.
    pub(crate) fn append(&self, row: &[u8], to: &mut Vec<u8>) {
        let raw = row.get(self.start..self.end).unwrap_or_default();
        let mut copied = 0;
        if self.doubled {
            each_mark(raw, 0, |mark, _| {
                to.extend_from_slice(raw.get(copied..=mark).unwrap_or_default());
                copied = mark + 2;
                Marks::On
            });
        }
        to.extend_from_slice(raw.get(copied..).unwrap_or_default());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// Where a row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RowEnd {
    /// Behind the last byte of the row.
    pub(crate) end: usize,
    /// The first byte of the next row, behind the line end.
    pub(crate) next: usize,
    /// The text ended inside of quotation marks.
    pub(crate) unclosed: bool,
}

/// Splits the first row of the text into `cells`. Nothing when the row goes on after the text; with
/// `whole` there is nothing after it, and the row ends with it.
pub(crate) fn row(
    text: &[u8],
    delimiter: u8,
    whole: bool,
    cells: &mut Vec<Cell>,
) -> Option<RowEnd> {
    cells.clear();
    let mut at = 0;
    loop {
        let cell = if text.get(at) == Some(&b'"') {
            quoted(text, at + 1, delimiter, whole)?
        } else {
            plain(text, at, at, delimiter, whole)?
        };
        cells.push(cell.cell);
        match text.get(cell.stop) {
            Some(byte) if *byte == delimiter => at = cell.stop + 1,
            Some(b'\r') => {
                let after = text.get(cell.stop + 1);
                if after.is_none() && !whole {
                    return None;
                }
                let line_feed = usize::from(after == Some(&b'\n'));
                return Some(RowEnd {
                    end: cell.stop,
                    next: cell.stop + 1 + line_feed,
                    unclosed: false,
                });
            }
            Some(_) => {
                return Some(RowEnd {
                    end: cell.stop,
                    next: cell.stop + 1,
                    unclosed: false,
                });
            }
            None => {
                return Some(RowEnd {
                    end: text.len(),
                    next: text.len(),
                    unclosed: cell.unclosed,
                });
            }
        }
    }
}

struct Split {
    cell: Cell,
    /// The delimiter or line end behind the cell, or the text's end.
    stop: usize,
    unclosed: bool,
}

fn plain(text: &[u8], start: usize, from: usize, delimiter: u8, whole: bool) -> Option<Split> {
    let rest = text.get(from..).unwrap_or_default();
    let stop = match memchr::memchr3(delimiter, b'\n', b'\r', rest) {
        Some(at) => from + at,
        None if whole => text.len(),
        None => return None,
    };
    Some(Split {
        cell: Cell {
            start,
            end: stop,
            doubled: false,
        },
        stop,
        unclosed: false,
    })
}

fn quoted(text: &[u8], start: usize, delimiter: u8, whole: bool) -> Option<Split> {
    let mut mark = None;
    let mut doubled = false;
    each_mark(text, start, |at, is_doubled| {
        doubled |= is_doubled;
        if is_doubled {
            return Marks::On;
        }
        mark = Some(at);
        Marks::Enough
    });
    let Some(mark) = mark else {
        return whole.then_some(Split {
            cell: Cell {
                start,
                end: text.len(),
                doubled,
            },
            stop: text.len(),
            unclosed: true,
        });
    };
    match text.get(mark + 1) {
        None if !whole => None,
        Some(byte) if *byte != delimiter && !matches!(byte, b'\n' | b'\r') => {
            // Something stands behind the closing mark: the cell is taken as it is written, with
            // blanks alone behind it as closed.
            let written = plain(text, start - 1, mark + 1, delimiter, whole)?;
            let behind = text.get(mark + 1..written.stop).unwrap_or_default();
            if !behind.trim_ascii().is_empty() {
                return Some(written);
            }
            let mut cell = closed(start, mark, doubled);
            cell.stop = written.stop;
            Some(cell)
        }
        _ => Some(closed(start, mark, doubled)),
    }
}

/// Whether to go on through the quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marks {
    On,
    Enough,
}

/// Visits the quotation marks from `at` on, a doubled one once and as such. Cells that hold JSON are
/// full of them, so they are found 64 bytes at a time.
fn each_mark(text: &[u8], mut at: usize, mut visit: impl FnMut(usize, bool) -> Marks) {
    while let Some(block) = text.get(at..).filter(|block| !block.is_empty()) {
        let mut marks = places_of(b'"', block);
        let mut step = 64;
        while marks != 0 {
            let place = marks.trailing_zeros() as usize;
            let doubled = block.get(place + 1) == Some(&b'"');
            if visit(at + place, doubled) == Marks::Enough {
                return;
            }
            if doubled {
                step = step.max(place + 2);
                marks &= !(1_u64 << place).wrapping_mul(3);
            } else {
                marks &= marks - 1;
            }
        }
        at += step;
    }
}

fn closed(start: usize, mark: usize, doubled: bool) -> Split {
    Split {
        cell: Cell {
            start,
            end: mark,
            doubled,
        },
        stop: mark + 1,
        unclosed: false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::row;

    /// All rows of a text, blank ones left out.
    fn ours(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        let mut rows = Vec::new();
        let mut rest = text;
        let mut cells = Vec::new();
        while !rest.is_empty() {
            let end = row(rest, b',', true, &mut cells).expect("the text is whole");
            let line = &rest[..end.end];
            if !line.is_empty() {
                rows.push(cells.iter().map(|c| c.content(line).into_owned()).collect());
            }
            rest = &rest[end.next..];
        }
        rows
    }

    fn theirs(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text)
            .byte_records()
            .map(|row| row.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn agrees_with_the_csv_crate(
            rows in prop::collection::vec(
                prop::collection::vec("[a-c\",\r\n ]{0,6}", 1..5), 0..6),
        ) {
            let mut text = Vec::new();
            {
                let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut text);
                for row in &rows {
                    writer.write_record(row).unwrap();
                }
                writer.flush().unwrap();
            }
            prop_assert_eq!(ours(&text), theirs(&text));
        }

        #[test]
        fn a_row_is_found_only_when_it_is_whole(
            text in prop::collection::vec(prop::sample::select(b"a\",\r\n".to_vec()), 1..40),
        ) {
            let mut cells = Vec::new();
            let whole = row(&text, b',', true, &mut cells).expect("the text is whole");
            let wanted = cells.clone();
            for held in 0..text.len() {
                if let Some(end) = row(&text[..held], b',', false, &mut cells) {
                    prop_assert_eq!(end, whole);
                    prop_assert_eq!(&cells, &wanted);
                }
            }
        }
    }

    #[test]
    fn stray_marks_damage_nothing() {
        assert_eq!(
            ours(b"5\" pipe,\"x\" ,\"y\"z,\"\"\nnext,1,2,3"),
            [
                vec![
                    b"5\" pipe".to_vec(),
                    b"x".to_vec(),
                    b"\"y\"z".to_vec(),
                    vec![]
                ],
                vec![
                    b"next".to_vec(),
                    b"1".to_vec(),
                    b"2".to_vec(),
                    b"3".to_vec()
                ],
            ]
        );
    }
}
