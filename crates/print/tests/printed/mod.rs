//! Documents to print, and a reader for what was printed.

use hourzero_report::base::{Column, Row, Section, StatementKind, Table};
use hourzero_report::document::{Audience, Block, Cited, Document, Drawing, Part, Sentence};

/// A sentence with records.
pub(crate) fn sentence(id: &str, kind: StatementKind, text: &str) -> Block {
    Block::Statement(Sentence {
        id: id.to_owned(),
        kind,
        text: text.to_owned(),
        ground: String::new(),
        has_records: true,
    })
}

/// A sentence that rests on somebody's word.
pub(crate) fn told(id: &str, text: &str, ground: &str) -> Block {
    Block::Statement(Sentence {
        id: id.to_owned(),
        kind: StatementKind::Told,
        text: text.to_owned(),
        ground: ground.to_owned(),
        has_records: false,
    })
}

/// A row of these cells.
pub(crate) fn row(cells: &[&str]) -> Row {
    Row {
        cells: cells.iter().map(|&cell| cell.to_owned()).collect(),
        evidence: Vec::new(),
    }
}

/// A table with columns of these titles and widths; `#` before a title makes it a column of numbers.
pub(crate) fn table(caption: &str, columns: &[(&str, u32)], rows: Vec<Row>) -> Table {
    Table {
        id: "table".to_owned(),
        section: Section::Scope,
        caption: caption.to_owned(),
        columns: columns
            .iter()
            .map(|(title, width)| Column {
                title: title.trim_start_matches('#').to_owned(),
                width: *width,
                is_number: title.starts_with('#'),
            })
            .collect(),
        rows,
        left_out: 0,
        whole: String::new(),
    }
}

/// A part of level 1.
pub(crate) fn part(id: &str, title: &str, blocks: Vec<Block>) -> Part {
    Part {
        id: id.to_owned(),
        title: title.to_owned(),
        level: 1,
        starts_page: false,
        is_wide: false,
        blocks,
    }
}

/// The records behind a statement.
pub(crate) fn cited(statement: &str, records: usize) -> Cited {
    let rows = (0..records).map(|number| {
        row(&[
            "UnifiedAuditLog-2026-03-01.csv",
            &number.to_string(),
            &format!("6f0f2f5e-0000-4000-8000-{number:012}"),
        ])
    });
    Cited {
        statement: statement.to_owned(),
        rows: rows.collect(),
        more: 0,
        truncated: false,
    }
}

/// A document of these parts.
pub(crate) fn document(audience: Audience, parts: Vec<Part>, annex: Vec<Cited>) -> Document {
    Document {
        title: audience.title().to_owned(),
        audience,
        is_draft: true,
        facts: vec![
            ("Case".to_owned(), "Contoso, March".to_owned()),
            ("Tenant".to_owned(), "contoso.example".to_owned()),
        ],
        parts,
        annex,
    }
}

/// A drawing of a bar and a word.
pub(crate) fn drawing(word: &str) -> Block {
    Block::Drawing(Drawing {
        id: "drawing".to_owned(),
        caption: "Sign-ins by country".to_owned(),
        description: "One bar a country".to_owned(),
        svg: format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 60\" width=\"960\" height=\"60\" font-family=\"sans-serif\" font-size=\"12\"><rect x=\"200\" y=\"4\" width=\"400\" height=\"18\" fill=\"#b42318\"/><text x=\"4\" y=\"18\" fill=\"#1b1f24\">{word}</text></svg>"
        ),
    })
}

/// A report with one of everything.
pub(crate) fn report() -> Document {
    use StatementKind::{Advice, Fact, Opinion};
    let mut places = table(
        "Where the attacker signed in from",
        &[("Network", 3), ("Country", 1), ("#Sign-ins", 1)],
        vec![
            row(&["AS64500 Example Hosting", "NL", "41"]),
            row(&["AS64501 Sample Mobile", "NG", "7"]),
        ],
    );
    places.left_out = 3;
    places.whole = "sessions.csv".to_owned();
    let parts = vec![
        part(
            "summary",
            "Summary",
            vec![
                sentence(
                    "summary-1",
                    Fact,
                    "One account was used by the attacker: anna@contoso.example.",
                ),
                sentence(
                    "summary-2",
                    Opinion,
                    "The password was probably taken by a page that stood between her and Microsoft.",
                ),
                told(
                    "summary-3",
                    "The bank was called at 09:10.",
                    "journal: answers/payment",
                ),
                drawing("NL"),
            ],
        ),
        part(
            "scope",
            "Accounts and systems that were used",
            vec![
                Block::Note(
                    "Compromised: records show that the attacker used the account.".to_owned(),
                ),
                Block::Table(places),
                sentence(
                    "scope-1",
                    Advice,
                    "Revoke the sessions of anna@contoso.example.",
                ),
            ],
        ),
    ];
    let annex = vec![
        cited("summary-1", 3),
        cited("summary-2", 2),
        cited("scope-1", 1),
    ];
    document(Audience::Full, parts, annex)
}
