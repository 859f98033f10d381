//! Laid-out pages, looked through for text that has no shape.

use std::collections::BTreeSet;

use typst::layout::{Frame, FrameItem};
use typst_layout::PagedDocument;

/// The characters that would be printed as a box: each font has some of their neighbours, none has all.
pub(super) fn shapeless(pages: &PagedDocument) -> BTreeSet<char> {
    let mut found = BTreeSet::new();
    for page in pages.pages() {
        walk(&page.frame, &mut found);
    }
    found
}

fn walk(frame: &Frame, found: &mut BTreeSet<char>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => walk(&group.frame, found),
            FrameItem::Text(text) => {
                for glyph in text.glyphs.iter().filter(|glyph| glyph.id == 0) {
                    let range = usize::from(glyph.range.start)..usize::from(glyph.range.end);
                    found.extend(text.text.get(range).unwrap_or_default().chars());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use hourzero_report::base::{Column, Row, Section, StatementKind, Table};
    use hourzero_report::document::{Audience, Block, Document, Part, Sentence};
    use typst::layout::{Frame, FrameItem, Point, Transform};
    use typst_layout::PagedDocument;

    /// The farthest right end of any text, in points from the left edge of the paper, and the text.
    fn farthest(pages: &PagedDocument) -> (f64, String) {
        let mut most = (0.0, String::new());
        for page in pages.pages() {
            walk(&page.frame, Transform::identity(), &mut most);
        }
        most
    }

    fn walk(frame: &Frame, at: Transform, most: &mut (f64, String)) {
        for (place, item) in frame.items() {
            let at = at.pre_concat(Transform::translate(place.x, place.y));
            match item {
                FrameItem::Group(group) => walk(&group.frame, at.pre_concat(group.transform), most),
                FrameItem::Text(text) => {
                    let right = Point::with_x(text.width()).transform(at).x.to_pt();
                    if right > most.0 {
                        *most = (right, text.text.to_string());
                    }
                }
                _ => {}
            }
        }
    }

    fn check(word: &str, columns: usize) {
        let column = |number| Column {
            title: word.to_owned(),
            width: 1 + number % 5,
            is_number: number % 2 == 0,
        };
        let table = Table {
            id: String::new(),
            section: Section::Scope,
            caption: word.to_owned(),
            columns: (0..columns as u32).map(column).collect(),
            rows: vec![Row {
                cells: vec![word.to_owned(); columns],
                evidence: Vec::new(),
            }],
            left_out: 1,
            whole: word.to_owned(),
        };
        let said = Sentence {
            id: word.to_owned(),
            kind: StatementKind::Fact,
            text: word.to_owned(),
            ground: word.to_owned(),
            has_records: false,
        };
        let part = Part {
            id: "part".to_owned(),
            title: word.to_owned(),
            level: 1,
            starts_page: false,
            is_wide: false,
            blocks: vec![
                Block::Note(word.to_owned()),
                Block::Statement(said),
                Block::Table(table),
            ],
        };
        let document = Document {
            title: word.to_owned(),
            audience: Audience::Full,
            is_draft: true,
            facts: vec![(word.to_owned(), word.to_owned())],
            parts: vec![part],
            annex: Vec::new(),
        };
        let pages = super::super::layout(&document, 1.0).unwrap();
        let (right, text) = farthest(&pages);
        let margin = 595.276 - 56.0;
        assert!(right > margin / 2.0, "nothing was laid out");
        assert!(
            right <= margin + 0.1,
            "{text:?} ends at {right}, the margin is at {margin}"
        );
    }

    #[test]
    fn no_word_is_wider_than_its_place() {
        for columns in [1, 5, 40] {
            check(&"W".repeat(300), columns);
        }
        check(&"a1b2c3d4".repeat(20), 6);
        check(
            "https://login.example.com/common/oauth2/v2.0/authorize?client_id=00000000-0000-0000-0000-000000000000&scope=a%20b%20c%20d%20e%20f",
            8,
        );
        for signs in ["!", "(", "\"", "»", "\u{202E}", "王", "ﷺ﷽"] {
            check(&signs.repeat(60), 8);
        }
        check(&"محمد".repeat(40), 8);
    }
}
