//! The fact base as XLSX: lists to sort and filter, one a sheet.
//!
//! It takes the fact base and the timeline row by row, and gives the bytes of a package (ECMA-376, SpreadsheetML). Rows go
//! into the compressed package as they come: what is held in memory is that package and the row at hand. It must never
//! hold a sentence about a case, and what does not fit a sheet is said in the sheet.

mod book;
mod cell;
mod names;
mod sheet;

use std::borrow::Cow;
use std::io::{Cursor, Seek, Write};

use hourzero_report::base::{FactBase, Statement, Table};
use hourzero_report::document::ground;

use crate::PrintError;
use book::{Book, Line, List};
use sheet::Limits;

/// So many records are named beside a statement; how many more there are is said behind them.
const FIRST_RECORDS: usize = 5;

/// The sheets that every workbook has.
const FIXED: &[&str] = &[
    "case",
    "contents",
    "statements",
    "indicators",
    "figures",
    "timeline",
];

/// The fact base and the timeline as XLSX. The same input gives the same bytes.
///
/// # Errors
/// When a table has more columns than a sheet can hold.
pub fn xlsx(
    base: &FactBase,
    timeline: &mut dyn Iterator<Item = Vec<String>>,
    header: &[&str],
) -> Result<Vec<u8>, PrintError> {
    let out = write_xlsx(base, timeline, header, Cursor::new(Vec::new()))?;
    Ok(out.into_inner())
}

/// [`xlsx`] into a file or whatever else can be written; gives it back at the end.
///
/// # Errors
/// When it cannot be written, or a table has more columns than a sheet can hold.
pub fn write_xlsx<W: Write + Seek>(
    base: &FactBase,
    timeline: &mut dyn Iterator<Item = Vec<String>>,
    header: &[&str],
    out: W,
) -> Result<W, PrintError> {
    within(Limits::EXCEL, base, timeline, header, out)
}

fn within<W: Write + Seek>(
    limits: Limits,
    base: &FactBase,
    timeline: &mut dyn Iterator<Item = Vec<String>>,
    header: &[&str],
    out: W,
) -> Result<W, PrintError> {
    let mut book = Book::new(out, limits);
    case(&mut book, base)?;
    book.reserve_contents("Contents");
    statements(&mut book, base)?;
    for table in &base.tables {
        fact_table(&mut book, table)?;
    }
    indicators(&mut book, base)?;
    figures(&mut book, base)?;
    let list = List::new("timeline", "Timeline", "The timeline", words(header));
    let mut rows = timeline.map(|row| row.into_iter().map(Cow::Owned).collect::<Line<'_>>());
    book.list(&list, &mut rows)?;
    book.done(&base.case.name)
}

fn case<W: Write + Seek>(book: &mut Book<W>, base: &FactBase) -> Result<(), PrintError> {
    let case = &base.case;
    let time = |at: Option<hourzero_model::Timestamp>| at.map(|at| at.to_string());
    let rows = [
        ("Case", Some(case.name.clone())),
        ("Tenant", Some(case.tenant.clone())),
        ("Records from", time(case.from)),
        ("Records until", time(case.until)),
        ("Time zone of local times", Some(case.zone.clone())),
        ("Evidence", Some(case.evidence.clone())),
        ("Rules", Some(case.rules.clone())),
        ("Made by", Some(format!("Hour Zero {}", case.version))),
    ];
    let list = List::new("case", "Case", "The case", words(&["name", "value"]));
    let mut rows = rows
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .map(|(name, value)| vec![Cow::Borrowed(name), Cow::Owned(value)]);
    book.list(&list, &mut rows)
}

fn statements<W: Write + Seek>(book: &mut Book<W>, base: &FactBase) -> Result<(), PrintError> {
    let columns = [
        ("id", false),
        ("section", false),
        ("kind", false),
        ("text", false),
        ("ground", false),
        ("records", true),
        ("first records", false),
    ];
    let list = List::new(
        "statements",
        "Statements",
        "All statements",
        columns.to_vec(),
    );
    let mut rows = base.statements.iter().map(|one| {
        vec![
            Cow::Borrowed(one.id.as_str()),
            Cow::Borrowed(one.section.name()),
            Cow::Borrowed(one.kind.name()),
            Cow::Borrowed(one.text.as_str()),
            Cow::Owned(ground(one)),
            Cow::Owned(one.evidence.len().to_string()),
            Cow::Owned(first_records(one)),
        ]
    });
    book.list(&list, &mut rows)
}

/// One record a line: file, number in it, id.
fn first_records(statement: &Statement) -> String {
    let records = statement.evidence.iter().take(FIRST_RECORDS);
    let mut lines: Vec<String> = records
        .map(|record| format!("{} #{} {}", record.file, record.position, record.record_id))
        .collect();
    let more = statement.evidence.len().saturating_sub(FIRST_RECORDS);
    match (more, statement.evidence_truncated) {
        (0, false) => {}
        (0, true) => lines.push("… and more than are cited".to_owned()),
        (more, false) => lines.push(format!("… {more} more")),
        (more, true) => lines.push(format!("… {more} more, and more than are cited")),
    }
    lines.join("\n")
}

fn fact_table<W: Write + Seek>(book: &mut Book<W>, table: &Table) -> Result<(), PrintError> {
    let mut columns: Vec<(&str, bool)> = table
        .columns
        .iter()
        .map(|column| (column.title.as_str(), column.is_number))
        .collect();
    let longest = table.rows.iter().map(|row| row.cells.len()).max();
    let missing = longest.unwrap_or(0).saturating_sub(columns.len());
    columns.extend(std::iter::repeat_n(("", false), missing));
    // The names of the other lists are kept for them.
    let name = match FIXED
        .iter()
        .any(|name| name.eq_ignore_ascii_case(&table.id))
    {
        true => format!("{} table", table.id),
        false => table.id.clone(),
    };
    let mut list = List::new(&table.id, &name, &table.caption, columns);
    list.left_out = table.left_out;
    list.whole = &table.whole;
    let mut rows = table.rows.iter().map(|row| {
        let cells = row.cells.iter();
        cells.map(|cell| Cow::Borrowed(cell.as_str())).collect()
    });
    book.list(&list, &mut rows)
}

fn indicators<W: Write + Seek>(book: &mut Book<W>, base: &FactBase) -> Result<(), PrintError> {
    let columns = [
        ("type", false),
        ("value", false),
        ("first", false),
        ("last", false),
        ("confidence", false),
        ("context", false),
        ("shared_with_innocents", true),
    ];
    let list = List::new("indicators", "Indicators", "Indicators", columns.to_vec());
    let mut rows = base.indicators.iter().map(|one| {
        vec![
            Cow::Borrowed(one.kind.as_str()),
            Cow::Borrowed(one.value.as_str()),
            Cow::Owned(one.first.to_string()),
            Cow::Owned(one.last.to_string()),
            Cow::Borrowed(one.confidence.name()),
            Cow::Borrowed(one.context.as_str()),
            Cow::Owned(one.shared_with_innocents.to_string()),
        ]
    });
    book.list(&list, &mut rows)
}

fn figures<W: Write + Seek>(book: &mut Book<W>, base: &FactBase) -> Result<(), PrintError> {
    let columns = vec![("name", false), ("value", true)];
    let list = List::new("figures", "Figures", "Every number by its name", columns);
    let mut rows = base
        .figures
        .iter()
        .map(|(name, value)| vec![Cow::Borrowed(name.as_str()), Cow::Owned(value.to_string())]);
    book.list(&list, &mut rows)
}

/// Columns of words.
fn words<'a>(titles: &[&'a str]) -> Vec<(&'a str, bool)> {
    titles.iter().map(|title| (*title, false)).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use hourzero_report::base::{CaseFacts, Charts, FactBase};

    use super::sheet::Limits;
    use super::within;

    const SMALL: Limits = Limits {
        rows: 5,
        columns: 3,
        cell: 50,
        bytes: usize::MAX,
    };

    fn base() -> FactBase {
        FactBase {
            case: CaseFacts {
                name: "Case".to_owned(),
                tenant: String::new(),
                zone: String::new(),
                version: String::new(),
                evidence: String::new(),
                rules: String::new(),
                from: None,
                until: None,
            },
            statements: Vec::new(),
            figures: (1..=9_u64)
                .map(|number| (format!("figure {number}"), number.into()))
                .collect(),
            tables: Vec::new(),
            indicators: Vec::new(),
            techniques: Vec::new(),
            charts: Charts::default(),
        }
    }

    fn texts(limits: Limits, rows: usize) -> Vec<String> {
        let base = base();
        let mut rows = (0..rows).map(|row| vec![format!("row {row}")]);
        // The statements alone have seven columns.
        let limits = Limits {
            columns: 7,
            ..limits
        };
        let out = within(limits, &base, &mut rows, &["row"], Cursor::new(Vec::new())).unwrap();
        let mut archive = zip::ZipArchive::new(out).unwrap();
        (1..=archive.len())
            .map_while(|number| {
                let name = format!("xl/worksheets/sheet{number}.xml");
                let mut text = String::new();
                archive
                    .by_name(&name)
                    .ok()?
                    .read_to_string(&mut text)
                    .ok()?;
                Some(text)
            })
            .collect()
    }

    #[test]
    fn a_list_that_is_too_long_goes_on_in_another_sheet() {
        let sheets = texts(SMALL, 7);
        let all = sheets.concat();
        for row in 0..7 {
            assert_eq!(all.matches(&format!(">row {row}<")).count(), 1, "row {row}");
        }
        for number in 1..=9 {
            assert_eq!(all.matches(&format!(">figure {number}<")).count(), 1);
        }
        // Three rows, a header and a note each: figures on three sheets, the timeline on three.
        assert_eq!(sheets.len(), 4 + 3 + 3);
        let notes: Vec<bool> = sheets
            .iter()
            .map(|sheet| sheet.contains("goes on"))
            .collect();
        let f = false;
        assert_eq!(notes, [f, f, f, f, true, true, f, true, true, f]);
        for name in ["Figures 2", "Figures 3", "Timeline 2", "Timeline 3"] {
            assert!(
                all.contains(&format!("The list goes on in the sheet “{name}”.")),
                "{name}"
            );
        }
        // The list of all sheets has a row for each of them; it is as long as it is.
        let lists = sheets.iter().enumerate().filter(|(place, _)| *place != 1);
        assert!(
            lists
                .map(|(_, sheet)| sheet)
                .all(|sheet| !sheet.contains("<row r=\"6\">"))
        );
    }

    #[test]
    fn a_list_that_just_fits_has_no_second_sheet() {
        assert_eq!(texts(SMALL, 3).len(), 4 + 3 + 1);
        assert_eq!(texts(SMALL, 0).len(), 4 + 3 + 1);
        assert_eq!(texts(SMALL, 4).len(), 4 + 3 + 2);
    }

    #[test]
    fn a_sheet_of_too_many_bytes_goes_on_in_another() {
        let limits = Limits {
            rows: usize::MAX,
            bytes: 100_000,
            ..SMALL
        };
        let sheets = texts(limits, 5_000);
        assert!(sheets.len() > 6);
        let all = sheets.concat();
        let rows = all
            .split(">row ")
            .skip(1)
            .filter_map(|rest| rest.split('<').next());
        let expected: Vec<String> = (0..5_000).map(|row| row.to_string()).collect();
        assert_eq!(rows.collect::<Vec<_>>(), expected);
        assert!(sheets.iter().all(|sheet| sheet.len() < 300_000));
    }
}
