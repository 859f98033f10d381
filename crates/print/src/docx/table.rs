//! Tables of the word processor's own, with a header that is repeated on every page.

use crate::PrintError;
use crate::docx::body::{paragraph, run};
use crate::xml::Xml;

/// Width of the text between the margins, in twentieths of a point.
pub(super) const WIDTH: u64 = 9_638;

/// The same on a page that is turned on its side.
pub(super) const WIDTH_ON_ITS_SIDE: u64 = 14_570;

/// Word opens no table with more columns.
const MOST_COLUMNS: usize = 63;

/// A column.
pub(super) struct Head<'a> {
    pub(super) title: &'a str,
    pub(super) width: u32,
    pub(super) is_number: bool,
}

/// A table; what stands in the cells is written by the caller.
pub(super) struct Grid<'a> {
    pub(super) id: &'a str,
    pub(super) description: &'a str,
    pub(super) heads: Vec<Head<'a>>,
    /// In twentieths of a point.
    pub(super) width: u64,
}

impl Grid<'_> {
    /// Makes room for rows that are longer than the header, so that no cell is lost.
    pub(super) fn widen(&mut self, columns: usize) -> Result<(), PrintError> {
        while self.heads.len() < columns.max(1) {
            self.heads.push(Head {
                title: "",
                width: 1,
                is_number: false,
            });
        }
        if self.heads.len() > MOST_COLUMNS {
            return Err(PrintError::TooWide {
                table: self.id.to_owned(),
                columns: self.heads.len(),
                most: MOST_COLUMNS,
            });
        }
        Ok(())
    }

    /// The table; `rows` writes them with [`Grid::row`].
    pub(super) fn write(&self, xml: &mut Xml, rows: impl FnOnce(&mut Xml)) {
        xml.element("w:tbl", &[], |xml| {
            xml.element("w:tblPr", &[], |xml| {
                xml.empty("w:tblStyle", &[("w:val", "Grid")]);
                xml.empty(
                    "w:tblW",
                    &[("w:w", &self.width.to_string()), ("w:type", "dxa")],
                );
                xml.empty("w:tblLayout", &[("w:type", "fixed")]);
                let has_header = self.has_header();
                let look = [
                    ("w:val", if has_header { "0020" } else { "0000" }),
                    ("w:firstRow", if has_header { "1" } else { "0" }),
                    ("w:lastRow", "0"),
                    ("w:firstColumn", "0"),
                    ("w:lastColumn", "0"),
                    ("w:noHBand", "1"),
                    ("w:noVBand", "1"),
                ];
                xml.empty("w:tblLook", &look);
                if !self.description.is_empty() {
                    xml.empty("w:tblCaption", &[("w:val", self.description)]);
                }
            });
            xml.element("w:tblGrid", &[], |xml| {
                for width in self.widths() {
                    xml.empty("w:gridCol", &[("w:w", &width)]);
                }
            });
            if self.has_header() {
                line(xml, true, |xml| {
                    for (head, width) in self.heads.iter().zip(self.widths()) {
                        cell(xml, &width, 1, |xml| {
                            let style = if head.is_number { "CellNumber" } else { "Cell" };
                            paragraph(xml, style, |xml| run(xml, Some("CellHead"), head.title));
                        });
                    }
                });
            }
            rows(xml);
        });
    }

    /// A row of texts; a row that is too short is filled up.
    pub(super) fn row<'c>(&self, xml: &mut Xml, cells: impl Iterator<Item = &'c str>) {
        self.row_of(
            xml,
            cells.map(|text| move |xml: &mut Xml| run(xml, None, text)),
        );
    }

    /// A row whose cells are written by functions.
    pub(super) fn row_of<F: FnOnce(&mut Xml)>(
        &self,
        xml: &mut Xml,
        cells: impl Iterator<Item = F>,
    ) {
        let mut cells = cells;
        line(xml, false, |xml| {
            for (head, width) in self.heads.iter().zip(self.widths()) {
                cell(xml, &width, 1, |xml| {
                    let style = if head.is_number { "CellNumber" } else { "Cell" };
                    paragraph(xml, style, |xml| {
                        if let Some(inside) = cells.next() {
                            inside(xml);
                        }
                    });
                });
            }
        });
    }

    /// A row of one cell as wide as the table.
    pub(super) fn note(&self, xml: &mut Xml, inside: impl FnOnce(&mut Xml)) {
        line(xml, false, |xml| {
            cell(xml, &self.width.to_string(), self.heads.len(), |xml| {
                paragraph(xml, "Cell", inside);
            });
        });
    }

    fn has_header(&self) -> bool {
        self.heads.iter().any(|head| !head.title.is_empty())
    }

    fn widths(&self) -> impl Iterator<Item = String> {
        let total: u64 = self
            .heads
            .iter()
            .map(|head| u64::from(head.width.max(1)))
            .sum();
        self.heads
            .iter()
            .map(move |head| (self.width * u64::from(head.width.max(1)) / total.max(1)).to_string())
    }
}

fn line(xml: &mut Xml, is_header: bool, cells: impl FnOnce(&mut Xml)) {
    xml.element("w:tr", &[], |xml| {
        xml.element("w:trPr", &[], |xml| {
            xml.empty("w:cantSplit", &[]);
            if is_header {
                xml.empty("w:tblHeader", &[]);
            }
        });
        cells(xml);
    });
}

fn cell(xml: &mut Xml, width: &str, span: usize, inside: impl FnOnce(&mut Xml)) {
    xml.element("w:tc", &[], |xml| {
        xml.element("w:tcPr", &[], |xml| {
            xml.empty("w:tcW", &[("w:w", width), ("w:type", "dxa")]);
            if span > 1 {
                xml.empty("w:gridSpan", &[("w:val", &span.to_string())]);
            }
        });
        inside(xml);
    });
}
