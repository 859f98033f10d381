//! XLSX: that every row is there or said to be elsewhere, that texts stay texts, and that names are allowed.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::io::{Seek, SeekFrom, Write};
    use std::rc::Rc;

    use hourzero_print::{PrintError, write_xlsx, xlsx};
    use hourzero_report::base::FactBase;
    use proptest::prelude::*;

    use crate::common::{self, elements, part, parts};

    const HEADER: &[&str] = &["time", "account", "subject"];

    fn timeline(rows: usize) -> impl Iterator<Item = Vec<String>> {
        (0..rows).map(|row| {
            let text = common::HOSTILE[row % common::HOSTILE.len()];
            vec![
                format!("2026-03-01T00:00:{row:02}Z"),
                format!("a{row}"),
                text.to_owned(),
            ]
        })
    }

    fn book(base: &FactBase, rows: usize) -> Vec<u8> {
        xlsx(base, &mut timeline(rows), HEADER).unwrap()
    }

    /// The sheets by name: cells by place, each with its type and what it holds.
    fn sheets(package: &[u8]) -> BTreeMap<String, BTreeMap<String, (String, String)>> {
        let workbook = elements(&part(package, "xl/workbook.xml"));
        let named = workbook.iter().filter(|(name, _, _)| name == "sheet");
        named
            .map(|(_, attributes, _)| {
                let number = attributes["r:id"].trim_start_matches("rId").to_owned();
                let sheet = part(package, &format!("xl/worksheets/sheet{number}.xml"));
                let mut cells = BTreeMap::new();
                let mut inside = String::new();
                for (name, attributes, text) in elements(&sheet) {
                    match name.as_str() {
                        "t" | "v" => inside = text,
                        "c" => {
                            let kind = attributes.get("t").cloned().unwrap_or_default();
                            cells.insert(
                                attributes["r"].clone(),
                                (kind, decoded(&std::mem::take(&mut inside))),
                            );
                        }
                        "f" => panic!("a formula"),
                        _ => {}
                    }
                }
                (attributes["name"].clone(), cells)
            })
            .collect()
    }

    /// `_x0041_` as a spreadsheet reads it.
    fn decoded(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            let code = rest
                .strip_prefix("_x")
                .and_then(|rest| rest.split_once('_'))
                .filter(|(digits, _)| digits.len() == 4)
                .and_then(|(digits, after)| {
                    Some((
                        char::from_u32(u32::from_str_radix(digits, 16).ok()?)?,
                        after,
                    ))
                });
            match code {
                Some((letter, after)) => {
                    out.push(letter);
                    rest = after;
                }
                None => {
                    out.push(letter);
                    rest = rest.get(letter.len_utf8()..).unwrap();
                }
            }
        }
        out
    }

    fn text(value: &str) -> (String, String) {
        ("inlineStr".to_owned(), value.to_owned())
    }

    fn number(value: &str) -> (String, String) {
        (String::new(), value.to_owned())
    }

    #[test]
    fn the_same_facts_are_the_same_bytes() {
        let base = common::base();
        assert!(book(&base, 300) == book(&base, 300));
        let mut file = tempfile::tempfile().unwrap();
        write_xlsx(&base, &mut timeline(300), HEADER, &mut file).unwrap();
        let mut written = Vec::new();
        file.rewind().unwrap();
        std::io::Read::read_to_end(&mut file, &mut written).unwrap();
        assert!(written == book(&base, 300));
    }

    #[test]
    fn the_sheets_are_these() {
        let package = book(&common::base(), 3);
        let workbook = elements(&part(&package, "xl/workbook.xml"));
        let names: Vec<&String> = workbook
            .iter()
            .filter(|(name, _, _)| name == "sheet")
            .map(|(_, attributes, _)| &attributes["name"])
            .collect();
        assert_eq!(
            names,
            [
                "Case",
                "Contents",
                "Statements",
                "Timeline table",
                "Indicators",
                "Figures",
                "Timeline"
            ]
        );
        let declared = elements(&part(&package, "[Content_Types].xml"));
        for name in parts(&package)
            .keys()
            .filter(|name| !name.ends_with(".rels"))
        {
            let is_declared = declared.iter().any(|(_, attributes, _)| {
                attributes
                    .get("PartName")
                    .is_some_and(|part| part == &format!("/{name}"))
            });
            assert!(is_declared || name == "[Content_Types].xml", "{name}");
        }
        for number in 1..=names.len() {
            let sheet = part(&package, &format!("xl/worksheets/sheet{number}.xml"));
            assert!(sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter ref=\"A1:"));
        }
    }

    #[test]
    fn every_statement_is_a_row() {
        let base = common::base();
        let sheets = sheets(&book(&base, 0));
        let rows = &sheets["Statements"];
        for (place, one) in base.statements.iter().enumerate() {
            let row = place + 2;
            let shown = common::STEERING
                .iter()
                .find(|(text, _)| *text == one.text)
                .map_or(one.text.as_str(), |(_, shown)| shown);
            assert_eq!(rows[&format!("A{row}")], text(&one.id));
            assert_eq!(rows[&format!("D{row}")], text(shown));
            assert_eq!(
                rows[&format!("F{row}")],
                number(&one.evidence.len().to_string())
            );
        }
        assert_eq!(rows["E12"], text("journal: answers/noticed.by"));
        assert_eq!(
            rows["G2"],
            text("exports/audit <1>.zip!audit & more.csv #1 id-1")
        );
        let (_, last) = &rows["G11"];
        assert!(
            last.ends_with("… 5 more, and more than are cited"),
            "{last}"
        );
    }

    #[test]
    fn numbers_are_numbers_and_all_else_is_text() {
        let base = common::base();
        let sheets = sheets(&book(&base, 20));
        let table = &sheets["Timeline table"];
        for (place, name) in common::HOSTILE.iter().enumerate() {
            let row = place + 2;
            assert_eq!(table[&format!("A{row}")], text(name));
            assert_eq!(table[&format!("B{row}")], number(&place.to_string()));
            assert_eq!(table[&format!("C{row}")], text("007"));
        }
        assert_eq!(
            table["A12"],
            text("Rows left out here: 12; out/accounts.csv has all of them.")
        );
        assert_eq!(sheets["Figures"]["B2"], number("3"));
        assert_eq!(sheets["Figures"]["B3"], text("18446744073709551615"));
        assert_eq!(sheets["Indicators"]["B2"], text("=cmd|'/C calc'!A0"));
        assert_eq!(sheets["Indicators"]["G2"], number("2"));
        for (place, name) in common::HOSTILE.iter().enumerate() {
            assert_eq!(sheets["Timeline"][&format!("C{}", place + 2)], text(name));
        }
        assert_eq!(sheets["Case"]["B2"], text("Müller & Söhne <GmbH>"));
        assert_eq!(sheets["Contents"]["A4"], text("Timeline table"));
        assert_eq!(sheets["Contents"]["C4"], number("10"));
        assert_eq!(sheets["Contents"]["D4"], number("12"));
        assert_eq!(sheets["Contents"]["C7"], number("20"));
    }

    /// A file that tells how much has been written to it.
    struct Watched {
        file: std::io::Cursor<Vec<u8>>,
        length: Rc<Cell<usize>>,
    }

    impl Write for Watched {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            let written = self.file.write(bytes)?;
            self.length.set(self.file.get_ref().len());
            Ok(written)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            self.file.flush()
        }
    }

    impl Seek for Watched {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.file.seek(to)
        }
    }

    #[test]
    fn rows_are_written_as_they_come() {
        const ROWS: u64 = 20_000;
        let length = Rc::new(Cell::new(0));
        let file = Watched {
            file: std::io::Cursor::new(Vec::new()),
            length: Rc::clone(&length),
        };
        // Texts that do not get smaller, so that what is held back would show.
        let mut state = 1_u64;
        let mut halfway = 0;
        let mut rows = (0..ROWS).map(|row| {
            if row == ROWS / 2 {
                halfway = length.get();
            }
            let words = (0..4).map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(row | 1);
                format!("{state:016x}")
            });
            vec![words.collect::<String>()]
        });
        let base = common::base();
        let done = write_xlsx(&base, &mut rows, &["text"], file).unwrap();
        drop(rows);
        let whole = done.file.get_ref().len();
        assert!(
            halfway > whole * 2 / 5,
            "{halfway} of {whole} bytes were written after half of the rows"
        );
    }

    #[test]
    fn a_text_longer_than_a_cell_is_cut_and_says_so() {
        let long = "漢".repeat(40_000);
        let mut rows = std::iter::once(vec![long, "=".repeat(32_767)]);
        let package = xlsx(&common::base(), &mut rows, &["a", "b"]).unwrap();
        let sheets = sheets(&package);
        let (_, cut) = &sheets["Timeline"]["A2"];
        assert_eq!(cut.encode_utf16().count(), 32_767);
        assert!(cut.ends_with("… [cut: 40000 characters, a cell holds 32767]"));
        assert_eq!(sheets["Timeline"]["B2"], text(&"=".repeat(32_767)));
    }

    #[test]
    fn more_columns_than_a_sheet_has_are_an_error() {
        let mut rows = std::iter::once(vec![String::new(); 16_385]);
        let error = xlsx(&common::base(), &mut rows, &["a"]).unwrap_err();
        assert!(matches!(
            error,
            PrintError::TooWide { table, columns: 16_385, most: 16_384 } if table == "timeline"
        ));
    }

    #[test]
    fn a_row_longer_than_the_header_keeps_its_cells() {
        let mut rows = std::iter::once(vec!["1".to_owned(), "2".to_owned()]);
        let package = xlsx(&common::base(), &mut rows, &["a"]).unwrap();
        assert_eq!(sheets(&package)["Timeline"]["B2"], text("2"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_text_is_a_text(cell in any::<String>(), title in any::<String>()) {
            let mut base = common::base();
            if let Some(table) = base.tables.first_mut() {
                table.id = title.clone();
                table.caption = title;
            }
            let mut rows = std::iter::once(vec![cell.clone()]);
            let package = xlsx(&base, &mut rows, &["a"]).unwrap();
            let sheets = sheets(&package);
            prop_assert_eq!(sheets.len(), 7);
            for name in sheets.keys() {
                prop_assert!(!name.is_empty() && name.encode_utf16().count() <= 31, "{}", name);
                prop_assert!(!name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{}", name);
            }
            let read = sheets["Timeline"].get("A2").map(|(_, text)| text.clone());
            let is_plain = !cell.contains(|letter: char| {
                letter.is_control()
                    || ('\u{200e}'..='\u{2069}').contains(&letter)
                    || ('\u{fffe}'..='\u{ffff}').contains(&letter)
                    || letter == '\u{61c}'
            });
            if is_plain && !cell.is_empty() {
                prop_assert_eq!(read, Some(cell));
            }
        }
    }
}
