//! One sheet, written row by row.

use std::borrow::Cow;
use std::io::{Seek, Write};

use crate::PrintError;
use crate::package::Package;
use crate::text::shown;
use crate::xlsx::book::Line;
use crate::xlsx::cell::{self, Style};
use crate::xml::Xml;

/// What a sheet can hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Rows, with the header and a note.
    pub(super) rows: usize,
    /// Columns.
    pub(super) columns: usize,
    /// Units of UTF-16 in a cell.
    pub(super) cell: usize,
    /// Bytes before compression: beyond four gigabytes the package would need a form that not every reader knows.
    pub(super) bytes: usize,
}

impl Limits {
    /// Excel's ("Excel specifications and limits", support.microsoft.com).
    pub(super) const EXCEL: Self = Self {
        rows: 1_048_576,
        columns: 16_384,
        cell: 32_767,
        bytes: 3_500_000_000,
    };
}

/// A column of a sheet: its title, and whether it holds numbers.
pub(super) type Head<'a> = (&'a str, bool);

/// What a sheet is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    /// The id of its list, for messages.
    pub(super) id: &'a str,
    /// Its columns.
    pub(super) heads: &'a [Head<'a>],
    /// What it can hold.
    pub(super) limits: Limits,
}

impl Frame<'_> {
    fn holds(&self, columns: usize) -> Result<(), PrintError> {
        if columns <= self.limits.columns {
            return Ok(());
        }
        Err(PrintError::TooWide {
            table: self.id.to_owned(),
            columns,
            most: self.limits.columns,
        })
    }
}

/// So many letters are shown in a column before a text wraps, and so few at least.
const WIDEST: usize = 60;
const NARROWEST: usize = 8;

/// A sheet being written.
pub(super) struct Sheet<'a, W: Write + Seek> {
    package: &'a mut Package<W>,
    frame: Frame<'a>,
    xml: Xml,
    row: usize,
    bytes: usize,
}

impl<'a, W: Write + Seek> Sheet<'a, W> {
    /// Begins a sheet with its header; the columns are as wide as the first rows ask for.
    pub(super) fn begin(
        package: &'a mut Package<W>,
        part: &str,
        frame: Frame<'a>,
        first: &[Line<'_>],
    ) -> Result<Self, PrintError> {
        frame.holds(frame.heads.len())?;
        package.begin(part)?;
        let mut xml = Xml::part();
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        xml.open("worksheet", &[("xmlns", main)]);
        xml.element("sheetViews", &[], |xml| {
            xml.element("sheetView", &[("workbookViewId", "0")], |xml| {
                let frozen = [
                    ("ySplit", "1"),
                    ("topLeftCell", "A2"),
                    ("activePane", "bottomLeft"),
                    ("state", "frozen"),
                ];
                xml.empty("pane", &frozen);
                xml.empty("selection", &[("pane", "bottomLeft")]);
            });
        });
        xml.empty("sheetFormatPr", &[("defaultRowHeight", "15")]);
        xml.element("cols", &[], |xml| {
            for (number, (title, _)) in frame.heads.iter().enumerate() {
                let width = width(number, title, first).to_string();
                let place = (number + 1).to_string();
                let column = [
                    ("min", place.as_str()),
                    ("max", &place),
                    ("width", &width),
                    ("customWidth", "1"),
                ];
                xml.empty("col", &column);
            }
        });
        xml.open("sheetData", &[]);
        let mut sheet = Self {
            package,
            frame,
            xml,
            row: 0,
            bytes: 0,
        };
        sheet.line(|xml, row| {
            for (number, (title, _)) in frame.heads.iter().enumerate() {
                let at = format!("{}{row}", cell::column(number));
                cell::text(xml, &at, Style::Head, title, frame.limits.cell);
            }
        })?;
        Ok(sheet)
    }

    /// Whether another row of the list fits: the last row is kept for a note.
    pub(super) fn has_room(&self) -> bool {
        self.row + 1 < self.frame.limits.rows && self.bytes < self.frame.limits.bytes
    }

    /// Writes a row of the list. Cells beyond the header stand in columns without a title.
    pub(super) fn row(&mut self, cells: &[Cow<'_, str>]) -> Result<(), PrintError> {
        self.frame.holds(cells.len())?;
        let Frame { heads, limits, .. } = self.frame;
        self.line(|xml, row| {
            for (number, text) in cells.iter().enumerate() {
                let at = format!("{}{row}", cell::column(number));
                let is_number = heads.get(number).is_some_and(|(_, is_number)| *is_number);
                if is_number && cell::is_number(text) {
                    cell::number(xml, &at, text);
                } else {
                    cell::text(xml, &at, Style::Text, text, limits.cell);
                }
            }
        })
    }

    /// Ends the sheet, with what has to be said about it below the list; gives the range of the list.
    pub(super) fn done(mut self, note: &str) -> Result<String, PrintError> {
        let last = cell::column(self.frame.heads.len().saturating_sub(1));
        let range = format!("A1:{last}{}", self.row);
        if !note.is_empty() {
            let longest = self.frame.limits.cell;
            self.line(|xml, row| cell::text(xml, &format!("A{row}"), Style::Note, note, longest))?;
        }
        self.xml.close("sheetData");
        self.xml.empty("autoFilter", &[("ref", &range)]);
        let margins = [
            ("left", "0.7"),
            ("right", "0.7"),
            ("top", "0.75"),
            ("bottom", "0.75"),
            ("header", "0.3"),
            ("footer", "0.3"),
        ];
        self.xml.empty("pageMargins", &margins);
        self.xml.empty("pageSetup", &[("orientation", "landscape")]);
        // Texts of digits are meant as texts; without this each would have a green corner.
        self.xml.element("ignoredErrors", &[], |xml| {
            xml.empty(
                "ignoredError",
                &[("sqref", &range), ("numberStoredAsText", "1")],
            );
        });
        self.xml.close("worksheet");
        self.flush()?;
        Ok(range)
    }

    fn line(&mut self, cells: impl FnOnce(&mut Xml, usize)) -> Result<(), PrintError> {
        self.row += 1;
        let row = self.row;
        self.xml
            .element("row", &[("r", &row.to_string())], |xml| cells(xml, row));
        if self.xml.len() > 64 * 1024 {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), PrintError> {
        let bytes = self.xml.take();
        self.bytes += bytes.len();
        self.package.write(bytes.as_bytes())
    }
}

fn width(number: usize, title: &str, first: &[Line<'_>]) -> usize {
    let longest = |text: &str| {
        shown(text)
            .split('\n')
            .map(|line| line.chars().count())
            .max()
            .unwrap_or(0)
    };
    first
        .iter()
        .filter_map(|row| row.get(number))
        .map(|text| longest(text))
        // The arrow of the filter takes the room of three letters beside the title.
        .chain([longest(title) + 3])
        .max()
        .unwrap_or(0)
        .clamp(NARROWEST, WIDEST)
        + 1
}
