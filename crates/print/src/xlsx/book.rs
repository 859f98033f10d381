//! The workbook: its sheets in order, what each of them holds, and the parts that tie them together.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{Seek, Write};

use crate::PrintError;
use crate::package::{self, OFFICE, Package};
use crate::xlsx::names::Names;
use crate::xlsx::sheet::{Frame, Head, Limits, Sheet};
use crate::xml::Xml;

const STYLES: &str = include_str!("styles.xml");

/// So many rows are looked at before the widths of the columns are fixed.
const MEASURED: usize = 100;

/// One row of a list.
pub(super) type Line<'a> = Vec<Cow<'a, str>>;

/// A list that becomes a sheet, or several where it is too long for one.
pub(super) struct List<'a> {
    /// Its id, for messages.
    pub(super) id: &'a str,
    /// The name of its sheet, before it is made to fit.
    pub(super) name: &'a str,
    /// What it holds.
    pub(super) holds: &'a str,
    /// Its columns.
    pub(super) heads: Vec<Head<'a>>,
    /// How many rows it does not have.
    pub(super) left_out: u64,
    /// The file that has all rows.
    pub(super) whole: &'a str,
}

impl<'a> List<'a> {
    /// A list of all rows.
    pub(super) fn new(id: &'a str, name: &'a str, holds: &'a str, heads: Vec<Head<'a>>) -> Self {
        Self {
            id,
            name,
            holds,
            heads,
            left_out: 0,
            whole: "",
        }
    }

    fn note(&self) -> String {
        match (self.left_out, self.whole) {
            (0, _) => String::new(),
            (more, "") => format!("Rows left out here: {more}."),
            (more, whole) => format!("Rows left out here: {more}; {whole} has all of them."),
        }
    }
}

/// A sheet that is written, or whose place is kept.
struct Written {
    name: String,
    holds: String,
    rows: usize,
    left_out: u64,
    whole: String,
    range: String,
}

/// A workbook being written.
pub(super) struct Book<W: Write + Seek> {
    package: Package<W>,
    limits: Limits,
    names: Names,
    sheets: Vec<Written>,
    contents: Option<usize>,
}

impl<W: Write + Seek> Book<W> {
    pub(super) fn new(out: W, limits: Limits) -> Self {
        Self {
            package: Package::new(out),
            limits,
            names: Names::default(),
            sheets: Vec::new(),
            contents: None,
        }
    }

    /// Keeps the next place for the list of all sheets, which is known only at the end.
    pub(super) fn reserve_contents(&mut self, name: &str) {
        self.contents = Some(self.sheets.len());
        let name = self.names.take(name, 1);
        self.sheets.push(Written {
            name,
            holds: "All sheets".to_owned(),
            rows: 0,
            left_out: 0,
            whole: String::new(),
            range: String::new(),
        });
    }

    /// Writes a list, on as many sheets as it takes; each sheet but the last says where the list goes on.
    pub(super) fn list<'r>(
        &mut self,
        list: &List<'_>,
        rows: &mut dyn Iterator<Item = Line<'r>>,
    ) -> Result<(), PrintError> {
        let mut ahead: VecDeque<Line<'r>> = VecDeque::new();
        let mut name = self.names.take(list.name, 1);
        let mut number = 1;
        loop {
            ahead.extend(rows.take(MEASURED.saturating_sub(ahead.len())));
            let part = sheet_part(self.sheets.len());
            let first = ahead.make_contiguous();
            let frame = Frame {
                id: list.id,
                heads: &list.heads,
                limits: self.limits,
            };
            let mut sheet = Sheet::begin(&mut self.package, &part, frame, first)?;
            let mut written = 0;
            while sheet.has_room()
                && let Some(row) = ahead.pop_front().or_else(|| rows.next())
            {
                sheet.row(&row)?;
                written += 1;
            }
            if ahead.is_empty() {
                ahead.extend(rows.next());
            }
            let goes_on = !ahead.is_empty();
            number += 1;
            let next = if goes_on {
                self.names.take(list.name, number)
            } else {
                String::new()
            };
            let note = if goes_on {
                format!("The list goes on in the sheet “{next}”.")
            } else {
                list.note()
            };
            let range = sheet.done(&note)?;
            self.sheets.push(Written {
                name,
                holds: list.holds.to_owned(),
                rows: written,
                left_out: if goes_on { 0 } else { list.left_out },
                whole: list.whole.to_owned(),
                range,
            });
            if !goes_on {
                return Ok(());
            }
            name = next;
        }
    }

    /// Writes what ties the sheets together, and ends the workbook.
    pub(super) fn done(mut self, title: &str) -> Result<W, PrintError> {
        self.write_contents()?;
        let names = self.sheets.len();
        self.package
            .part("xl/workbook.xml", workbook(&self.sheets))?;
        self.package
            .part("xl/_rels/workbook.xml.rels", links(names))?;
        self.package.part("xl/styles.xml", STYLES)?;
        self.package
            .part("docProps/core.xml", package::core(title))?;
        self.package.part("docProps/app.xml", package::app())?;
        self.package
            .part("_rels/.rels", package::roots("xl/workbook.xml"))?;
        self.package.part("[Content_Types].xml", types(names))?;
        self.package.done()
    }

    fn write_contents(&mut self) -> Result<(), PrintError> {
        let Some(place) = self.contents else {
            return Ok(());
        };
        let heads = [
            ("sheet", false),
            ("holds", false),
            ("rows", true),
            ("left out", true),
            ("all rows", false),
        ];
        let lines: Vec<Line<'_>> = self
            .sheets
            .iter()
            .enumerate()
            .filter(|(number, _)| *number != place)
            .map(|(_, sheet)| {
                vec![
                    Cow::Borrowed(sheet.name.as_str()),
                    Cow::Borrowed(sheet.holds.as_str()),
                    Cow::Owned(sheet.rows.to_string()),
                    Cow::Owned(sheet.left_out.to_string()),
                    Cow::Borrowed(sheet.whole.as_str()),
                ]
            })
            .collect();
        let part = sheet_part(place);
        let frame = Frame {
            id: "contents",
            heads: &heads,
            limits: self.limits,
        };
        let mut sheet = Sheet::begin(&mut self.package, &part, frame, &lines)?;
        for line in &lines {
            sheet.row(line)?;
        }
        let range = sheet.done("")?;
        if let Some(contents) = self.sheets.get_mut(place) {
            contents.range = range;
        }
        Ok(())
    }
}

fn sheet_part(place: usize) -> String {
    format!("xl/worksheets/sheet{}.xml", place + 1)
}

fn workbook(sheets: &[Written]) -> String {
    let mut xml = Xml::part();
    let spaces = [
        (
            "xmlns",
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        ),
        ("xmlns:r", OFFICE),
    ];
    xml.element("workbook", &spaces, |xml| {
        xml.element("bookViews", &[], |xml| {
            xml.empty("workbookView", &[("activeTab", "0")]);
        });
        xml.element("sheets", &[], |xml| {
            for (place, sheet) in sheets.iter().enumerate() {
                let number = (place + 1).to_string();
                let id = format!("rId{number}");
                xml.empty(
                    "sheet",
                    &[("name", &sheet.name), ("sheetId", &number), ("r:id", &id)],
                );
            }
        });
        // Excel keeps the range of a filter under this name, and its own files have it.
        xml.element("definedNames", &[], |xml| {
            for (place, sheet) in sheets.iter().enumerate() {
                let name = [
                    ("name", "_xlnm._FilterDatabase"),
                    ("localSheetId", &place.to_string()),
                    ("hidden", "1"),
                ];
                xml.element("definedName", &name, |xml| {
                    let quoted = sheet.name.replace('\'', "''");
                    xml.text(&format!("'{quoted}'!{}", absolute(&sheet.range)));
                });
            }
        });
    });
    xml.take()
}

/// `A1:C9` as `$A$1:$C$9`.
fn absolute(range: &str) -> String {
    let mut out = String::new();
    let mut was_letter = false;
    for letter in range.chars() {
        let is_letter = letter.is_ascii_alphabetic();
        if is_letter != was_letter && letter != ':' {
            out.push('$');
        }
        was_letter = is_letter;
        out.push(letter);
    }
    out
}

fn links(sheets: usize) -> String {
    let mut all: Vec<(String, String, String)> = (1..=sheets)
        .map(|number| {
            (
                format!("rId{number}"),
                format!("{OFFICE}/worksheet"),
                format!("worksheets/sheet{number}.xml"),
            )
        })
        .collect();
    all.push((
        "rStyles".to_owned(),
        format!("{OFFICE}/styles"),
        "styles.xml".to_owned(),
    ));
    package::relationships(&all)
}

fn types(sheets: usize) -> String {
    const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
    let mut parts = vec![
        (
            "/xl/workbook.xml".to_owned(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        ),
        (
            "/xl/styles.xml".to_owned(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
        ),
        (
            "/docProps/core.xml".to_owned(),
            "application/vnd.openxmlformats-package.core-properties+xml",
        ),
        (
            "/docProps/app.xml".to_owned(),
            "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        ),
    ];
    parts.extend((1..=sheets).map(|number| (format!("/xl/worksheets/sheet{number}.xml"), SHEET)));
    package::types(
        &[
            (
                "rels",
                "application/vnd.openxmlformats-package.relationships+xml",
            ),
            ("xml", "application/xml"),
        ],
        &parts,
    )
}
