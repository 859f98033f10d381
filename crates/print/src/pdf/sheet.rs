//! From a document to what the template reads: printable text, sizes, links that exist.
//!
//! It takes the tree and gives data for JSON. It holds no sentence about a case, only words of the form itself.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_report::base::{self, Row};
use hourzero_report::document::{Audience, Block, Cited, Document, Part};
use serde::Serialize;

use super::text::{Text, Writer};

/// Width and height of A4 in points.
const PAPER: f64 = 595.276;
const PAPER_ON_ITS_SIDE: f64 = 841.89;

/// So many records stand beside each other in the annex.
const ABREAST: usize = 2;

/// Space at both sides of what a cell holds, in points.
pub(super) const INSET: f64 = 4.0;

/// Headings are at most so much larger than other text, with their bold letters.
const HEADING: f64 = 1.7;

/// A column is at least so many letters wide.
const NARROWEST: f64 = 3.5;

/// A cell of so many ems would fill a good part of a page; such rows may break between pages.
const TALL: f64 = 12.0;

/// What the template reads.
#[derive(Debug, Serialize)]
pub(super) struct Sheet {
    /// For the file's own title; has no layout.
    name: String,
    title: Text,
    /// The title as it stands at the foot of each page.
    foot: Text,
    is_draft: bool,
    is_compact: bool,
    families: Vec<String>,
    /// Sizes in points.
    size: f64,
    small: f64,
    margin: f64,
    inset: f64,
    facts: Vec<(Text, Text)>,
    parts: Vec<Section>,
    annex: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Section {
    label: String,
    title: Text,
    level: u8,
    starts_page: bool,
    is_wide: bool,
    blocks: Vec<Shown>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
enum Shown {
    Note {
        text: Text,
    },
    Said(Said),
    Table(Grid),
    Drawing {
        caption: Text,
        description: String,
        svg: String,
    },
}

#[derive(Debug, Serialize)]
struct Said {
    /// Where the annex leads back to; empty where it does not.
    label: String,
    /// Where it is shown in the annex; empty where it is not.
    annex: String,
    id: Text,
    kind: &'static str,
    text: Text,
    ground: Text,
}

#[derive(Debug, Serialize)]
struct Grid {
    caption: Text,
    columns: Vec<Head>,
    /// Row after row.
    cells: Vec<Text>,
    size: f64,
    is_tall: bool,
    /// Whether the head stands on each page.
    repeats_head: bool,
    more: Text,
}

#[derive(Debug, Serialize)]
struct Head {
    title: Text,
    /// Share of the width.
    width: f64,
    is_number: bool,
}

#[derive(Debug, Serialize)]
struct Entry {
    label: String,
    back: String,
    id: Text,
    records: Grid,
}

/// Sizes of a document's type and margins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    size: f64,
    small: f64,
    margin: f64,
    paper: f64,
}

impl Sizes {
    /// The usual ones for an audience, times `scale`.
    pub(super) fn of(audience: Audience, scale: f64) -> Self {
        let (size, small, margin) = match audience {
            Audience::Leadership => (9.5, 8.0, 48.0),
            _ => (10.0, 8.0, 56.0),
        };
        Self {
            size: size * scale,
            small: small * scale,
            margin,
            paper: PAPER,
        }
    }

    /// With the smallest type that is still read: for ids.
    fn dense(self) -> Self {
        Self {
            small: self.small * 0.9,
            ..self
        }
    }

    /// Those of a page on its side.
    fn wide(self) -> Self {
        Self {
            paper: PAPER_ON_ITS_SIDE,
            ..self
        }
    }

    /// Points between the margins.
    fn line(self) -> f64 {
        self.paper - 2.0 * self.margin
    }
}

/// The document as the template reads it.
pub(super) fn sheet(
    document: &Document,
    families: &[&str],
    sizes: Sizes,
    writer: &Writer<'_>,
) -> Sheet {
    let links = Links::new(document);
    let maker = Maker {
        writer,
        sizes,
        links: &links,
    };
    let mut level = 0;
    // A file for people who cannot see must have a title.
    let title = match document.title.trim() {
        "" => document.audience.title(),
        title => title,
    };
    Sheet {
        name: writer.string(title),
        title: writer.text(title, sizes.line() / (sizes.size * 2.0)),
        foot: writer.text(title, sizes.line() / sizes.small * 0.8),
        is_draft: document.is_draft,
        is_compact: document.audience == Audience::Leadership,
        families: families.iter().map(|&family| family.to_owned()).collect(),
        size: sizes.size,
        small: sizes.small,
        margin: sizes.margin,
        inset: INSET,
        facts: document
            .facts
            .iter()
            .map(|(name, value)| {
                let line = sizes.line() / sizes.size;
                (
                    writer.text(name, line * 0.2),
                    writer.text(value, line * 0.75),
                )
            })
            .collect(),
        parts: document
            .parts
            .iter()
            .map(|part| maker.part(part, &mut level))
            .collect(),
        annex: document
            .annex
            .iter()
            .map(|cited| maker.entry(cited))
            .collect(),
    }
}

/// Which sentence has which record list: only links with both ends, each end once.
struct Links {
    both: BTreeSet<String>,
}

impl Links {
    fn new(document: &Document) -> Self {
        let said = document.parts.iter().flat_map(|part| &part.blocks);
        let said = once(said.filter_map(|block| match block {
            Block::Statement(one) if one.has_records => Some(one.id.as_str()),
            _ => None,
        }));
        let cited = once(document.annex.iter().map(|one| one.statement.as_str()));
        Self {
            both: said
                .intersection(&cited)
                .map(|id| (*id).to_owned())
                .collect(),
        }
    }

    /// The place of the sentence, and of its records: the latter is the statement's id itself, so that others can link to it.
    fn ends(&self, id: &str) -> (String, String) {
        if self.both.contains(id) {
            (format!("sentence {id}"), id.to_owned())
        } else {
            (String::new(), String::new())
        }
    }
}

/// What occurs exactly once, and is something.
fn once<'a>(all: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in all.filter(|one| !one.is_empty()) {
        *counts.entry(one).or_default() += 1;
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count == 1)
        .map(|(one, _)| one)
        .collect()
}

#[derive(Clone, Copy)]
struct Maker<'a> {
    writer: &'a Writer<'a>,
    sizes: Sizes,
    links: &'a Links,
}

impl Maker<'_> {
    fn part(&self, part: &Part, level: &mut u8) -> Section {
        // A reader's outline may not skip a level.
        *level = part.level.clamp(1, (*level + 1).min(6));
        let title = named(&[&part.title, &part.id]);
        let maker = Maker {
            sizes: if part.is_wide {
                self.sizes.wide()
            } else {
                self.sizes
            },
            ..*self
        };
        Section {
            label: format!("part {}", part.id),
            title: self
                .writer
                .text(title, self.sizes.line() / self.sizes.size / HEADING),
            level: *level,
            starts_page: part.starts_page,
            is_wide: part.is_wide,
            blocks: part.blocks.iter().map(|block| maker.block(block)).collect(),
        }
    }

    fn block(&self, block: &Block) -> Shown {
        match block {
            Block::Note(text) => Shown::Note {
                text: self.body(text),
            },
            Block::Statement(one) => {
                let (label, annex) = self.links.ends(&one.id);
                Shown::Said(Said {
                    label,
                    annex,
                    id: self.body(&one.id),
                    kind: one.kind.name(),
                    text: self.body(&one.text),
                    ground: self.body(&one.ground),
                })
            }
            Block::Table(table) => Shown::Table(self.grid(table)),
            Block::Drawing(drawing) => Shown::Drawing {
                caption: self.body(&drawing.caption),
                description: self.writer.string(&drawing.description),
                svg: self.writer.drawing(&drawing.svg),
            },
        }
    }

    fn body(&self, text: &str) -> Text {
        self.writer.text(text, self.sizes.line() / self.sizes.size)
    }

    fn entry(&self, cited: &Cited) -> Entry {
        let (back, label) = self.links.ends(&cited.statement);
        let columns: Vec<base::Column> = [("File", 4), ("Record", 5), ("Record id", 22)]
            .iter()
            .cycle()
            .take(3 * ABREAST)
            .map(|(title, width)| base::Column {
                title: (*title).to_owned(),
                width: *width,
                is_number: *title == "Record",
            })
            .collect();
        let rows: Vec<Row> = cited
            .rows
            .chunks(ABREAST)
            .map(|rows| Row {
                cells: rows.iter().flat_map(three).collect(),
                evidence: Vec::new(),
            })
            .collect();
        let mut records = Maker {
            sizes: self.sizes.dense(),
            ..*self
        }
        .rows("", &columns, &rows);
        let more = match (cited.more, cited.truncated) {
            (0, false) => String::new(),
            (0, true) => "and more".to_owned(),
            (more, false) => format!("{more} more"),
            (more, true) => format!("{more} more, and others"),
        };
        records.more = self.body(&more);
        Entry {
            label,
            back,
            id: self.body(named(&[&cited.statement])),
            records,
        }
    }

    fn grid(&self, table: &base::Table) -> Grid {
        let mut grid = self.rows(&table.caption, &table.columns, &table.rows);
        let rows = if table.left_out == 1 { "row" } else { "rows" };
        let more = match (table.left_out, table.whole.as_str()) {
            (0, "") => String::new(),
            (0, whole) => format!("All rows: {whole}"),
            (more, "") => format!("{more} more {rows}"),
            (more, whole) => format!("{more} more {rows} in {whole}"),
        };
        grid.more = self.body(&more);
        grid
    }

    fn rows(&self, caption: &str, columns: &[base::Column], rows: &[Row]) -> Grid {
        let nameless = [base::Column {
            title: String::new(),
            width: 1,
            is_number: false,
        }];
        let columns = if columns.is_empty() {
            &nameless
        } else {
            columns
        };
        let count = columns.len() as f64;
        // Many columns are set smaller, so that each has room for a few letters.
        let size = self
            .sizes
            .small
            .min(self.sizes.line() / count / (NARROWEST + 1.0));
        let least = (NARROWEST * size + 2.0 * INSET) / self.sizes.line();
        let widths = shares(columns, least.min(1.0 / count));
        let lines: Vec<f64> = widths
            .iter()
            .map(|share| (share * self.sizes.line() - 2.0 * INSET) / size)
            .collect();
        let mut is_tall = false;
        let mut cells = Vec::with_capacity(rows.len() * columns.len());
        for row in rows {
            for (place, line) in lines.iter().enumerate() {
                let text = cell(row, place, lines.len());
                is_tall |= text.len() as f64 > line * TALL;
                cells.push(self.writer.text(&text, *line));
            }
        }
        // A head that fills a page would leave no room for rows.
        let repeats_head = columns
            .iter()
            .zip(&lines)
            .all(|(column, line)| (column.title.len() as f64) < line * TALL);
        let heads = columns.iter().zip(widths.iter().zip(&lines));
        Grid {
            caption: self.body(caption),
            columns: heads
                .map(|(column, (width, line))| Head {
                    title: self.writer.text(&column.title, *line),
                    width: *width,
                    is_number: column.is_number,
                })
                .collect(),
            cells,
            size,
            is_tall: is_tall || !repeats_head,
            repeats_head,
            more: Text::default(),
        }
    }
}

/// The first of the names that says something: a heading may not be empty.
fn named<'a>(names: &[&'a str]) -> &'a str {
    let named = names.iter().find(|name| !name.trim().is_empty());
    named.copied().unwrap_or("–")
}

/// A record takes three cells, whatever it has.
fn three(row: &Row) -> [String; 3] {
    [0, 1, 2].map(|place| cell(row, place, 3))
}

/// What a row has in a column. More cells than columns are no reason to lose one: they stand in the last column.
fn cell(row: &Row, place: usize, columns: usize) -> String {
    if place + 1 == columns {
        row.cells.get(place..).unwrap_or_default().join("; ")
    } else {
        row.cells.get(place).cloned().unwrap_or_default()
    }
}

/// The share of each column in the width, none below `least`; together they are one.
fn shares(columns: &[base::Column], least: f64) -> Vec<f64> {
    let total: f64 = columns
        .iter()
        .map(|column| f64::from(column.width.max(1)))
        .sum();
    let wanted: Vec<f64> = columns
        .iter()
        .map(|column| f64::from(column.width.max(1)) / total)
        .collect();
    let over: f64 = wanted.iter().map(|share| (share - least).max(0.0)).sum();
    let left = 1.0 - least * columns.len() as f64;
    wanted
        .iter()
        .map(|share| {
            if over > 0.0 {
                least + (share - least).max(0.0) / over * left
            } else {
                *share
            }
        })
        .collect()
}
