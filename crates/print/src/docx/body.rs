//! `word/document.xml`: title, contents, parts, annex.

use hourzero_report::base::Table;
use hourzero_report::document::{Block, Cited, Document, Drawing, Part, Sentence};

use crate::PrintError;
use crate::docx::marks::{Marks, Place};
use crate::docx::picture::{self, Picture, picture};
use crate::docx::table::{self, Grid, Head};
use crate::xml::Xml;

/// Width between the margins and height of the tallest drawing, in English metric units.
const WIDTH: f32 = 6_120_000.0;
const HEIGHT: f32 = 7_920_000.0;

/// The extension by which a picture names its SVG ([MS-ODRAWXML] 2.2.5, `svgBlip`).
const SVG_EXTENSION: &str = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}";
const SVG_NAMESPACE: &str = "http://schemas.microsoft.com/office/drawing/2016/SVG/main";

/// The text and the pictures that it shows.
pub(super) struct Body {
    pub(super) text: String,
    pub(super) pictures: Vec<Picture>,
}

impl Body {
    /// Writes the whole document.
    pub(super) fn of(document: &Document) -> Result<Self, PrintError> {
        let mut writer = Writer {
            xml: Xml::part(),
            marks: Marks::of(document),
            pictures: Vec::new(),
            is_wide: false,
        };
        writer.xml.open("w:document", super::TEXT);
        writer.xml.open("w:body", &[]);
        writer.cover(document)?;
        writer.contents(document);
        for (number, part) in document.parts.iter().enumerate() {
            writer.part(number, part)?;
        }
        // The last section is the body's own: with one more before it an empty page would follow.
        let ends_wide = document.annex.is_empty() && writer.is_wide;
        if writer.is_wide && !ends_wide {
            end_section(&mut writer.xml, true);
        }
        writer.annex(&document.annex)?;
        section(&mut writer.xml, ends_wide);
        writer.xml.close("w:body");
        writer.xml.close("w:document");
        Ok(Self {
            text: writer.xml.take(),
            pictures: writer.pictures,
        })
    }
}

struct Writer<'a> {
    xml: Xml,
    marks: Marks<'a>,
    pictures: Vec<Picture>,
    /// Whether the pages lie on their side at present.
    is_wide: bool,
}

impl<'a> Writer<'a> {
    fn cover(&mut self, document: &Document) -> Result<(), PrintError> {
        paragraph(&mut self.xml, "Title", |xml| {
            run(xml, None, &document.title);
        });
        if document.facts.is_empty() {
            return Ok(());
        }
        let head = |width| Head {
            title: "",
            width,
            is_number: false,
        };
        let grid = Grid {
            id: "cover",
            description: "",
            heads: vec![head(1), head(4)],
            width: table::WIDTH,
        };
        grid.write(&mut self.xml, |xml| {
            for (name, value) in &document.facts {
                let cells = [(Some("CellHead"), name), (None, value)];
                let cells = cells
                    .into_iter()
                    .map(|(style, text)| move |xml: &mut Xml| run(xml, style, text));
                grid.row_of(xml, cells);
            }
        });
        Ok(())
    }

    /// A field that Word can bring up to date; until then it lists the headings as links, without pages.
    fn contents(&mut self, document: &Document) {
        let mut lines: Vec<(u8, &str, &str)> = Vec::new();
        for (number, part) in document.parts.iter().enumerate() {
            if let Some(name) = self.marks.name(Place::Part(number))
                && part.level <= 2
            {
                lines.push((part.level.max(1), name, &part.title));
            }
        }
        if let Some(name) = self.marks.name(Place::Annex) {
            lines.push((1, name, ANNEX));
        }
        if lines.is_empty() {
            return;
        }
        let xml = &mut self.xml;
        paragraph(xml, "ContentsTitle", |xml| run(xml, None, "Contents"));
        for (number, (level, name, title)) in lines.iter().enumerate() {
            paragraph(xml, &format!("TOC{level}"), |xml| {
                if number == 0 {
                    mark(xml, "begin");
                    instruction(xml, " TOC \\o \"1-2\" \\h \\z \\u ");
                    mark(xml, "separate");
                }
                link(xml, name, |xml| run(xml, None, title));
                if number + 1 == lines.len() {
                    mark(xml, "end");
                }
            });
        }
    }

    fn part(&mut self, number: usize, part: &'a Part) -> Result<(), PrintError> {
        let turns = part.is_wide != self.is_wide;
        if turns {
            end_section(&mut self.xml, self.is_wide);
            self.is_wide = part.is_wide;
        }
        let width = if part.is_wide {
            table::WIDTH_ON_ITS_SIDE
        } else {
            table::WIDTH
        };
        // A section of its own begins on a new page.
        let starts_page = part.starts_page && !turns;
        self.heading(Place::Part(number), part.level, &part.title, starts_page);
        for block in &part.blocks {
            match block {
                Block::Note(text) => paragraph(&mut self.xml, "Note", |xml| run(xml, None, text)),
                Block::Statement(one) => self.statement(one),
                Block::Table(table) => self.table(table, width)?,
                Block::Drawing(drawing) => self.drawing(drawing)?,
            }
        }
        Ok(())
    }

    fn heading(&mut self, place: Place<'a>, level: u8, title: &str, starts_page: bool) {
        let bookmark = self.marks.set(place);
        let xml = &mut self.xml;
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                let style = format!("Heading{}", level.clamp(1, 3));
                xml.empty("w:pStyle", &[("w:val", &style)]);
                if starts_page {
                    xml.empty("w:pageBreakBefore", &[]);
                }
            });
            marked(xml, bookmark, |xml| run(xml, None, title));
        });
    }

    /// The sentence, then in brackets its id (a link to its records), its kind and what else stands behind it.
    fn statement(&mut self, one: &'a Sentence) {
        let bookmark = self.marks.set(Place::Statement(&one.id));
        let target = self.marks.name(Place::Records(&one.id));
        let mut rest = format!(", {}", one.kind.name());
        if !one.ground.is_empty() {
            rest.push_str("; ");
            rest.push_str(&one.ground);
        }
        rest.push(']');
        paragraph(&mut self.xml, "Statement", |xml| {
            marked(xml, bookmark, |xml| {
                run(xml, None, &one.text);
                run(xml, Some("Reference"), " [");
                id(xml, target, &one.id);
            });
            run(xml, Some("Reference"), &rest);
        });
    }

    fn table(&mut self, table: &Table, width: u64) -> Result<(), PrintError> {
        let mut grid = Grid {
            id: &table.id,
            description: &table.caption,
            heads: table
                .columns
                .iter()
                .map(|column| Head {
                    title: &column.title,
                    width: column.width,
                    is_number: column.is_number,
                })
                .collect(),
            width,
        };
        let longest = table.rows.iter().map(|row| row.cells.len()).max();
        grid.widen(longest.unwrap_or(0))?;
        paragraph(&mut self.xml, "TableTitle", |xml| {
            run(xml, None, &table.caption);
        });
        grid.write(&mut self.xml, |xml| {
            for row in &table.rows {
                grid.row(xml, row.cells.iter().map(String::as_str));
            }
        });
        // Two tables without a paragraph between them would become one.
        let more = match (table.left_out, table.whole.as_str()) {
            (0, "") => String::new(),
            (0, whole) => format!("This table as a file: {whole}."),
            (more, "") => format!("Rows left out here: {more}."),
            (more, whole) => format!("Rows left out here: {more}; {whole} has all of them."),
        };
        paragraph(&mut self.xml, "TableEnd", |xml| run(xml, None, &more));
        Ok(())
    }

    fn drawing(&mut self, drawing: &Drawing) -> Result<(), PrintError> {
        let picture = picture(drawing)?;
        let number = self.pictures.len();
        let scale = (WIDTH / picture.width).min(HEIGHT / picture.height);
        let size = |length: f32| format!("{:.0}", (length * scale).max(1.0));
        let (width, height) = (size(picture.width), size(picture.height));
        let shape = Shape {
            number,
            drawing,
            width: &width,
            height: &height,
        };
        paragraph(&mut self.xml, "Drawing", |xml| {
            xml.element("w:r", &[], |xml| {
                xml.element("w:drawing", &[], |xml| shape.write(xml));
            });
        });
        paragraph(&mut self.xml, "Caption", |xml| {
            run(xml, None, &drawing.caption);
        });
        self.pictures.push(picture);
        Ok(())
    }

    fn annex(&mut self, annex: &'a [Cited]) -> Result<(), PrintError> {
        if annex.is_empty() {
            return Ok(());
        }
        self.heading(Place::Annex, 1, ANNEX, true);
        let head = |title, width, is_number| Head {
            title,
            width,
            is_number,
        };
        let mut grid = Grid {
            id: "annex",
            description: ANNEX,
            heads: vec![
                head("Statement", 4, false),
                head("File", 3, false),
                head("Record", 3, true),
                head("Record id", 10, false),
            ],
            width: table::WIDTH,
        };
        let rows = annex.iter().flat_map(|cited| &cited.rows);
        grid.widen(rows.map(|row| row.cells.len() + 1).max().unwrap_or(0))?;
        let marks = &mut self.marks;
        grid.write(&mut self.xml, |xml| {
            for cited in annex {
                records(xml, marks, &grid, cited);
            }
        });
        paragraph(&mut self.xml, "TableEnd", |_| {});
        Ok(())
    }
}

/// The heading of the annex; it names the table and says nothing about the case.
const ANNEX: &str = "Records behind the statements";

/// The rows of one statement: the first has its id, which leads back, and the bookmark that the statement leads to.
fn records<'a>(xml: &mut Xml, marks: &mut Marks<'a>, grid: &Grid<'_>, cited: &'a Cited) {
    let mut bookmark = marks.set(Place::Records(&cited.statement));
    let back = marks.name(Place::Statement(&cited.statement));
    for row in &cited.rows {
        let bookmark = bookmark.take();
        let first: Box<dyn FnOnce(&mut Xml)> = Box::new(move |xml: &mut Xml| {
            marked(xml, bookmark, |xml| id(xml, back, &cited.statement));
        });
        let rest = row.cells.iter().map(|text| {
            let cell: Box<dyn FnOnce(&mut Xml)> =
                Box::new(move |xml: &mut Xml| run(xml, None, text));
            cell
        });
        grid.row_of(xml, std::iter::once(first).chain(rest));
    }
    let more = match (cited.more, cited.truncated) {
        (0, false) if cited.rows.is_empty() => "no records listed here".to_owned(),
        (0, false) => return,
        (0, true) => "more than are listed".to_owned(),
        (more, false) => format!("{more} more"),
        (more, true) => format!("{more} more, and more than are cited"),
    };
    grid.note(xml, |xml| {
        marked(xml, bookmark, |xml| id(xml, back, &cited.statement));
        run(xml, Some("Reference"), &format!(": {more}"));
    });
}

/// A drawing in the text.
struct Shape<'a> {
    number: usize,
    drawing: &'a Drawing,
    width: &'a str,
    height: &'a str,
}

impl Shape<'_> {
    fn write(&self, xml: &mut Xml) {
        let number = (self.number + 1).to_string();
        let named = [
            ("id", number.as_str()),
            ("name", self.drawing.id.as_str()),
            ("descr", self.drawing.description.as_str()),
        ];
        let size = [("cx", self.width), ("cy", self.height)];
        let none = [
            ("distT", "0"),
            ("distB", "0"),
            ("distL", "0"),
            ("distR", "0"),
        ];
        xml.element("wp:inline", &none, |xml| {
            xml.empty("wp:extent", &size);
            xml.empty("wp:docPr", &named);
            xml.element("a:graphic", &[], |xml| {
                let kind = "http://schemas.openxmlformats.org/drawingml/2006/picture";
                xml.element("a:graphicData", &[("uri", kind)], |xml| {
                    xml.element("pic:pic", &[], |xml| {
                        xml.element("pic:nvPicPr", &[], |xml| {
                            xml.empty("pic:cNvPr", &named);
                            xml.empty("pic:cNvPicPr", &[]);
                        });
                        self.fill(xml);
                        xml.element("pic:spPr", &[], |xml| {
                            xml.element("a:xfrm", &[], |xml| {
                                xml.empty("a:off", &[("x", "0"), ("y", "0")]);
                                xml.empty("a:ext", &size);
                            });
                            xml.element("a:prstGeom", &[("prst", "rect")], |xml| {
                                xml.empty("a:avLst", &[]);
                            });
                        });
                    });
                });
            });
        });
    }

    fn fill(&self, xml: &mut Xml) {
        xml.element("pic:blipFill", &[], |xml| {
            let png = picture::png_id(self.number);
            xml.element("a:blip", &[("r:embed", &png)], |xml| {
                xml.element("a:extLst", &[], |xml| {
                    xml.element("a:ext", &[("uri", SVG_EXTENSION)], |xml| {
                        let svg = picture::svg_id(self.number);
                        xml.empty(
                            "asvg:svgBlip",
                            &[("xmlns:asvg", SVG_NAMESPACE), ("r:embed", &svg)],
                        );
                    });
                });
            });
            xml.element("a:stretch", &[], |xml| xml.empty("a:fillRect", &[]));
        });
    }
}

/// A paragraph in a style.
pub(super) fn paragraph(xml: &mut Xml, style: &str, inside: impl FnOnce(&mut Xml)) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| {
            xml.empty("w:pStyle", &[("w:val", style)]);
        });
        inside(xml);
    });
}

/// Text, in a style of its own where one is named.
pub(super) fn run(xml: &mut Xml, style: Option<&str>, text: &str) {
    if text.is_empty() {
        return;
    }
    xml.element("w:r", &[], |xml| {
        if let Some(style) = style {
            xml.element("w:rPr", &[], |xml| {
                xml.empty("w:rStyle", &[("w:val", style)]);
            });
        }
        // A line feed or a tab inside the element would be read as a blank.
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                xml.empty("w:br", &[]);
            }
            for (number, piece) in line.split('\t').enumerate() {
                if number > 0 {
                    xml.empty("w:tab", &[]);
                }
                if !piece.is_empty() {
                    xml.element("w:t", &[("xml:space", "preserve")], |xml| xml.text(piece));
                }
            }
        }
    });
}

/// A field with what it shows until a program works it out.
pub(super) fn field(xml: &mut Xml, code: &str, shown: impl FnOnce(&mut Xml)) {
    mark(xml, "begin");
    instruction(xml, code);
    mark(xml, "separate");
    shown(xml);
    mark(xml, "end");
}

fn mark(xml: &mut Xml, kind: &str) {
    xml.element("w:r", &[], |xml| {
        xml.empty("w:fldChar", &[("w:fldCharType", kind)]);
    });
}

fn instruction(xml: &mut Xml, code: &str) {
    xml.element("w:r", &[], |xml| {
        xml.element("w:instrText", &[("xml:space", "preserve")], |xml| {
            xml.text(code);
        });
    });
}

/// The id of a statement, as a link where it leads somewhere.
fn id(xml: &mut Xml, target: Option<&str>, id: &str) {
    match target {
        Some(target) => link(xml, target, |xml| run(xml, Some("ReferenceLink"), id)),
        None => run(xml, Some("Reference"), id),
    }
}

fn link(xml: &mut Xml, target: &str, inside: impl FnOnce(&mut Xml)) {
    xml.element(
        "w:hyperlink",
        &[("w:anchor", target), ("w:history", "1")],
        inside,
    );
}

fn marked(xml: &mut Xml, bookmark: Option<(usize, String)>, inside: impl FnOnce(&mut Xml)) {
    let Some((number, name)) = bookmark else {
        return inside(xml);
    };
    let number = number.to_string();
    xml.empty("w:bookmarkStart", &[("w:id", &number), ("w:name", &name)]);
    inside(xml);
    xml.empty("w:bookmarkEnd", &[("w:id", &number)]);
}

/// Ends a section of pages: what comes after it begins on a new page.
fn end_section(xml: &mut Xml, is_wide: bool) {
    xml.element("w:p", &[], |xml| {
        xml.element("w:pPr", &[], |xml| section(xml, is_wide));
    });
}

/// A4 with margins of two centimetres, on its side where tables are wide.
fn section(xml: &mut Xml, is_wide: bool) {
    xml.element("w:sectPr", &[], |xml| {
        let default = ("w:type", "default");
        xml.empty("w:headerReference", &[default, ("r:id", "rHeader")]);
        xml.empty("w:footerReference", &[default, ("r:id", "rFooter")]);
        if is_wide {
            let size = [
                ("w:w", "16838"),
                ("w:h", "11906"),
                ("w:orient", "landscape"),
            ];
            xml.empty("w:pgSz", &size);
        } else {
            xml.empty("w:pgSz", &[("w:w", "11906"), ("w:h", "16838")]);
        }
        let margin = [
            ("w:top", "1134"),
            ("w:right", "1134"),
            ("w:bottom", "1134"),
            ("w:left", "1134"),
            ("w:header", "567"),
            ("w:footer", "567"),
            ("w:gutter", "0"),
        ];
        xml.empty("w:pgMar", &margin);
    });
}
