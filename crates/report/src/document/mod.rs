//! A document as a tree, made from the fact base for an audience. Every format is written from the same tree.
//!
//! The tree holds text as it is: each format escapes for its own medium.

mod audience;
mod compose;
mod words;

pub use audience::{Audience, Rule};
pub use compose::{ANNEX_ROWS, compose};
pub use words::ground;

use crate::base::{Row, StatementKind, Table};

/// A whole document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// For whom.
    pub audience: Audience,
    /// Whether it is a draft; a final document has a seal.
    pub is_draft: bool,
    /// What stands under the title: name and value.
    pub facts: Vec<(String, String)>,
    /// Its parts, in order.
    pub parts: Vec<Part>,
    /// The records behind each statement, in the order of the statements.
    pub annex: Vec<Cited>,
}

/// A part with a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Stable id, for links.
    pub id: String,
    /// The heading.
    pub title: String,
    /// 1 for a part, 2 for a part of a part.
    pub level: u8,
    /// Whether it begins on a new page where the format has pages.
    pub starts_page: bool,
    /// Whether it holds wide tables, which stand on pages turned on their side.
    pub is_wide: bool,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// Something in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Words of the document's own: an explanation, no statement about the case.
    Note(String),
    /// A sentence about the case.
    Statement(Sentence),
    /// A table.
    Table(Table),
    /// A drawing.
    Drawing(Drawing),
}

/// A sentence about the case, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The statement's id: the place in the annex has the same.
    pub id: String,
    /// Fact, opinion, somebody's word, advice.
    pub kind: StatementKind,
    /// The sentence.
    pub text: String,
    /// What stands behind it where it is no record, in words; empty where the annex has records.
    pub ground: String,
    /// Whether the annex has records for it.
    pub has_records: bool,
}

/// A drawing, self-contained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Stable id.
    pub id: String,
    /// What stands under it.
    pub caption: String,
    /// What it shows, for people who cannot see it.
    pub description: String,
    /// The drawing: SVG 1.1 with no script, no style sheet, no font of its own and nothing that is loaded.
    pub svg: String,
}

/// The records behind a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited {
    /// The statement's id.
    pub statement: String,
    /// Its records, one a row: number of the file in the list of files, number of the record in it, record id.
    pub rows: Vec<Row>,
    /// How many more the fact base cites.
    pub more: usize,
    /// Whether still more stand behind it than the fact base cites.
    pub truncated: bool,
}
