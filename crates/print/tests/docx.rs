//! DOCX: that the package is whole, that it says what the tree says, and that names stay text.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hourzero_print::{PrintError, docx};
    use hourzero_report::base::{Row, StatementKind};
    use hourzero_report::document::{
        Audience, Block, Cited, Document, Drawing, Part, Sentence, compose,
    };
    use proptest::prelude::*;

    use crate::common::{self, elements, part, parts};

    const AUDIENCES: &[Audience] = &[
        Audience::Full,
        Audience::Insurer,
        Audience::Recommendations,
        Audience::Counsel,
        Audience::Leadership,
        Audience::Client,
        Audience::NoIncident,
    ];

    fn empty() -> Document {
        Document {
            title: "Title".to_owned(),
            audience: Audience::Full,
            is_draft: false,
            facts: Vec::new(),
            parts: Vec::new(),
            annex: Vec::new(),
        }
    }

    fn with(blocks: Vec<Block>) -> Document {
        let mut document = empty();
        document.parts.push(Part {
            id: "part".to_owned(),
            title: "Part".to_owned(),
            level: 1,
            starts_page: false,
            is_wide: false,
            blocks,
        });
        document
    }

    fn sentence(id: &str, text: &str) -> Block {
        Block::Statement(Sentence {
            id: id.to_owned(),
            kind: StatementKind::Fact,
            text: text.to_owned(),
            ground: String::new(),
            has_records: true,
        })
    }

    /// The paragraphs of the text: each its runs, with breaks and tabs as the characters they stand for.
    fn said(document: &Document) -> String {
        let text = part(&docx(document).unwrap(), "word/document.xml");
        let mut said = String::new();
        for (name, _, inside) in elements(&text) {
            match name.as_str() {
                "w:t" => said.push_str(&inside),
                "w:br" | "w:p" => said.push('\n'),
                "w:tab" => said.push('\t'),
                _ => {}
            }
        }
        said
    }

    #[test]
    fn the_same_document_is_the_same_bytes() {
        for audience in AUDIENCES {
            let document = compose(&common::base(), *audience, None);
            assert!(docx(&document).unwrap() == docx(&document).unwrap());
        }
    }

    #[test]
    fn every_part_is_xml_and_every_link_leads_somewhere() {
        for audience in AUDIENCES {
            let package = docx(&compose(&common::base(), *audience, None)).unwrap();
            let parts = parts(&package);
            for (name, bytes) in &parts {
                if !name.ends_with(".png") {
                    elements(std::str::from_utf8(bytes).unwrap());
                }
            }
            let links = elements(&part(&package, "word/_rels/document.xml.rels"));
            let ids: BTreeSet<String> = links
                .iter()
                .filter_map(|(_, attributes, _)| {
                    let target = attributes.get("Target")?;
                    assert!(parts.contains_key(&format!("word/{target}")), "{target}");
                    attributes.get("Id").cloned()
                })
                .collect();
            let text = elements(&part(&package, "word/document.xml"));
            let named = |element: &str, attribute: &str| -> Vec<String> {
                let of = text.iter().filter(|(name, _, _)| name == element);
                of.filter_map(|(_, attributes, _)| attributes.get(attribute).cloned())
                    .collect()
            };
            for id in ["a:blip", "asvg:svgBlip"]
                .map(|name| named(name, "r:embed"))
                .into_iter()
                .flatten()
            {
                assert!(ids.contains(&id), "{id}");
            }
            let marks = named("w:bookmarkStart", "w:name");
            let different: BTreeSet<&String> = marks.iter().collect();
            assert_eq!(different.len(), marks.len(), "a bookmark is there twice");
            for mark in &marks {
                let is_legal = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
                assert!(mark.len() <= 40 && mark.chars().all(is_legal), "{mark}");
            }
            assert_eq!(
                named("w:bookmarkStart", "w:id"),
                (0..marks.len())
                    .map(|id| id.to_string())
                    .collect::<Vec<_>>()
            );
            for anchor in named("w:hyperlink", "w:anchor") {
                assert!(different.contains(&anchor), "{anchor}");
            }
            let styles = elements(&part(&package, "word/styles.xml"));
            let known: BTreeSet<&String> = styles
                .iter()
                .filter_map(|(_, attributes, _)| attributes.get("w:styleId"))
                .collect();
            for element in ["w:pStyle", "w:rStyle", "w:tblStyle"] {
                for style in named(element, "w:val") {
                    assert!(known.contains(&style), "{style}");
                }
            }
        }
    }

    #[test]
    fn every_sentence_is_said() {
        for audience in AUDIENCES {
            let document = compose(&common::base(), *audience, None);
            let said = said(&document);
            for block in document.parts.iter().flat_map(|part| &part.blocks) {
                match block {
                    Block::Statement(one) => {
                        let text = common::STEERING
                            .iter()
                            .find(|(text, _)| *text == one.text)
                            .map_or(one.text.as_str(), |(_, shown)| shown);
                        let line = format!("{text} [{}, {}", one.id, one.kind.name());
                        assert!(said.contains(&line), "{line}");
                        assert!(said.contains(&one.ground));
                    }
                    Block::Note(text) => assert!(said.contains(text), "{text}"),
                    Block::Table(table) => {
                        for cell in table.rows.iter().flat_map(|row| &row.cells) {
                            assert!(said.contains(cell), "{cell}");
                        }
                        assert!(said.contains(&format!("Rows left out here: {};", table.left_out)));
                    }
                    Block::Drawing(one) => assert!(said.contains(&one.caption)),
                }
            }
        }
    }

    #[test]
    fn statements_and_records_lead_to_each_other() {
        let document = compose(&common::base(), Audience::Full, None);
        let text = part(&docx(&document).unwrap(), "word/document.xml");
        for place in ["statement_summary_3", "records_summary_3"] {
            assert!(text.contains(&format!("w:name=\"{place}\"")), "{place}");
            assert!(text.contains(&format!("w:anchor=\"{place}\"")), "{place}");
        }
        assert!(text.contains("w:name=\"statement_scope_1\""));
        assert!(
            !text.contains("w:anchor=\"records_scope_1\""),
            "what rests on a person's word has no records to lead to"
        );
    }

    #[test]
    fn what_the_annex_leaves_out_is_said() {
        let cited = |statement: &str, rows: usize, more, truncated| Cited {
            statement: statement.to_owned(),
            rows: vec![
                Row {
                    cells: vec!["file".to_owned(), "1".to_owned(), "id".to_owned()],
                    evidence: Vec::new(),
                };
                rows
            ],
            more,
            truncated,
        };
        let mut document = with(vec![sentence("a-1", "One.")]);
        document.annex = vec![
            cited("a-1", 1, 7, false),
            cited("a-2", 0, 8, true),
            cited("a-3", 1, 0, true),
            cited("a-4", 0, 0, false),
        ];
        let said = said(&document);
        for line in [
            "a-1: 7 more\n",
            "a-2: 8 more, and more than are cited\n",
            "a-3: more than are listed\n",
            "a-4: no records listed here\n",
        ] {
            assert!(said.contains(line), "{line}");
        }
    }

    #[test]
    fn headings_tables_and_drawings_are_the_word_processors_own() {
        let package = docx(&compose(&common::base(), Audience::Counsel, None)).unwrap();
        let text = part(&package, "word/document.xml");
        for piece in [
            "<w:pStyle w:val=\"Heading1\"/>",
            "<w:pStyle w:val=\"Heading2\"/>",
            "<w:tblHeader/>",
            "TOC \\o",
            "descr=\"One row for each of 2 accounts",
        ] {
            assert!(text.contains(piece), "{piece}");
        }
        let parts = parts(&package);
        let png = &parts["word/media/drawing0.png"];
        assert!(png.starts_with(b"\x89PNG\r\n"));
        assert!(String::from_utf8_lossy(&parts["word/media/drawing0.svg"]).starts_with("<svg"));
        let footer = part(&package, "word/footer1.xml");
        assert!(footer.contains(" PAGE ") && footer.contains(" NUMPAGES "));
        assert!(part(&package, "word/header1.xml").contains("Draft – "));
        assert!(part(&package, "word/styles.xml").contains("<w:lang w:val=\"en-GB\""));
        let core = part(&package, "docProps/core.xml");
        assert!(core.contains("<dc:title>Report to counsel</dc:title>"));
        assert!(core.contains("<dc:creator>Hour Zero</dc:creator>"));
    }

    #[test]
    fn wide_lists_stand_in_a_section_on_its_side() {
        let mut document = with(vec![sentence("scope-1", "One.")]);
        let mut lists = document.parts[0].clone();
        lists.is_wide = true;
        document.parts.push(lists);
        let sections = |document: &Document| -> Vec<bool> {
            let text = part(&docx(document).unwrap(), "word/document.xml");
            text.split("<w:sectPr>")
                .skip(1)
                .filter_map(|rest| rest.split("</w:sectPr>").next())
                .map(|section| section.contains("landscape"))
                .collect()
        };
        assert_eq!(
            sections(&document),
            [false, true],
            "no empty page at the end"
        );
        let plain = document.parts[0].clone();
        document.parts.push(plain);
        assert_eq!(sections(&document), [false, true, false]);
    }

    #[test]
    fn ids_that_look_alike_have_bookmarks_of_their_own() {
        let long = "x".repeat(60);
        let ids = [
            "a-1",
            "a_1",
            "A 1",
            "漢字",
            "仮名",
            long.as_str(),
            &format!("{long}y"),
            "a-1",
        ];
        let document = with(ids.iter().map(|id| sentence(id, "One.")).collect());
        let text = part(&docx(&document).unwrap(), "word/document.xml");
        let marks: Vec<String> = elements(&text)
            .into_iter()
            .filter_map(|(_, mut attributes, _)| attributes.remove("w:name"))
            .collect();
        let cut = "x".repeat(30);
        let short = "x".repeat(28);
        assert_eq!(
            marks,
            [
                "part_part",
                "statement_a_1",
                "statement_a_1_2",
                "statement_a_1_3",
                "statement___",
                "statement____2",
                &format!("statement_{cut}"),
                &format!("statement_{short}_2"),
            ]
        );
    }

    #[test]
    fn a_drawing_loads_nothing_and_a_broken_one_is_named() {
        let drawing = |svg: &str| {
            with(vec![Block::Drawing(Drawing {
                id: "drawing-1".to_owned(),
                caption: "Caption".to_owned(),
                description: "Description".to_owned(),
                svg: svg.to_owned(),
            })])
        };
        let svg = |inside: &str| {
            format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"4\" height=\"4\">{inside}</svg>"
            )
        };
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("red.svg");
        std::fs::write(&file, svg("<rect width=\"4\" height=\"4\" fill=\"red\"/>")).unwrap();
        let pixels = |text: &str| {
            let package = docx(&drawing(text)).unwrap();
            parts(&package).remove("word/media/drawing0.png").unwrap()
        };
        let loading = format!(
            "<image width=\"4\" height=\"4\" xlink:href=\"{}\"/>",
            file.display()
        );
        assert!(pixels(&svg(&loading)) == pixels(&svg("")));
        assert!(pixels(&svg("<rect width=\"4\" height=\"4\"/>")) != pixels(&svg("")));
        for broken in ["", "<svg", "<p/>"] {
            assert!(matches!(
                docx(&drawing(broken)),
                Err(PrintError::Drawing { id, .. }) if id == "drawing-1"
            ));
        }
    }

    #[test]
    fn the_text_is_this() {
        let mut base = common::base();
        base.statements
            .retain(|one| one.id == "summary-1" || one.id == "recommendations-1");
        base.tables.clear();
        base.charts.days.clear();
        base.charts.places.clear();
        base.charts.spread.clear();
        let document = compose(&base, Audience::Counsel, None);
        let text = part(&docx(&document).unwrap(), "word/document.xml");
        let text = ["<w:p>", "<w:tbl>", "<w:tr>", "<w:sectPr>"]
            .iter()
            .fold(text, |text, start| {
                text.replace(start, &format!("\n{start}"))
            });
        insta::assert_snapshot!(text);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_is_said(text in any::<String>(), id in any::<String>()) {
            let document = with(vec![sentence(&id, &text), Block::Note(text.clone())]);
            let package = docx(&document).unwrap();
            for (name, bytes) in parts(&package) {
                let part = String::from_utf8(bytes).unwrap();
                prop_assert!(!elements(&part).is_empty(), "{name}");
                let forbidden = |letter: char| {
                    (letter.is_control() && letter != '\n' && letter != '\t')
                        || ('\u{202a}'..='\u{202e}').contains(&letter)
                };
                prop_assert!(!part.contains(forbidden), "{name}");
            }
        }
    }
}
