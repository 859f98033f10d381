//! A list in the form that was asked for.

use hourzero_case::{csv, plain};
use serde::Serialize;
use serde_json::Value;

use super::Failure;
use crate::args::ListFormat;
use crate::console::Console;

/// Prints rows: as JSON lines with `--json`, else in the form of `--format`. Text shows the columns
/// `shown`, CSV has `header`.
pub(crate) fn print<Row: Serialize>(
    console: &Console<'_>,
    format: ListFormat,
    (header, shown): (&[&str], &[&str]),
    rows: &[Row],
) -> Result<(), Failure> {
    if console.global.json || format == ListFormat::Jsonl {
        return rows.iter().try_for_each(|row| console.line(row));
    }
    if format == ListFormat::Csv {
        let text = csv(header, rows).map_err(hourzero_case::CaseError::from)?;
        return console.data(&text);
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let value = serde_json::to_value(row).unwrap_or(Value::Null);
            shown.iter().map(|name| cell(value.get(*name))).collect()
        })
        .collect();
    console.data(&text(shown, &cells))
}

/// Columns aligned by blanks; the last one runs on.
pub(crate) fn text(header: &[&str], rows: &[Vec<String>]) -> String {
    const WIDEST: usize = 60;
    let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count()).min(WIDEST);
        }
    }
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        padded.join("  ").trim_end().to_owned() + "\n"
    };
    let mut text = line(&mut header.iter().copied());
    for row in rows {
        text.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    text
}

/// A value on one line, without anything that steers a terminal.
pub(crate) fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => plain(text),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| cell(Some(item)))
            .collect::<Vec<_>>()
            .join(", "),
        Some(other) => plain(&other.to_string()),
    }
}
