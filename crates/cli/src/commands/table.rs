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
    columns: (&[&str], &[&str]),
    rows: &[Row],
) -> Result<(), Failure> {
    Table::new(console, format, columns).rows(rows)
}

/// A list that is printed some rows at a time.
pub(crate) struct Table<'a> {
    console: &'a Console<'a>,
    format: ListFormat,
    header: &'a [&'a str],
    shown: &'a [&'a str],
    has_begun: bool,
    /// Of the columns of text, as the first rows ask for.
    widths: Vec<usize>,
}

impl<'a> Table<'a> {
    pub(crate) fn new(
        console: &'a Console<'a>,
        format: ListFormat,
        (header, shown): (&'a [&'a str], &'a [&'a str]),
    ) -> Self {
        let is_json = console.global.json;
        Self {
            console,
            format: if is_json { ListFormat::Jsonl } else { format },
            header,
            shown,
            has_begun: false,
            widths: Vec::new(),
        }
    }

    /// Prints rows; the header goes before the first ones, also where there are none.
    pub(crate) fn rows<Row: Serialize>(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        match self.format {
            ListFormat::Jsonl => rows.iter().try_for_each(|row| self.console.line(row)),
            ListFormat::Csv => {
                let text = csv(self.header, rows).map_err(hourzero_case::CaseError::from)?;
                let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
                self.console.data(if is_first { &text } else { rest })
            }
            ListFormat::Text => {
                let cells: Vec<Vec<String>> = rows
                    .iter()
                    .map(|row| {
                        let value = serde_json::to_value(row).unwrap_or(Value::Null);
                        let cells = self.shown.iter().map(|name| cell(value.get(*name)));
                        cells.collect()
                    })
                    .collect();
                if is_first {
                    self.widths = widths(self.shown, &cells);
                }
                let header = is_first.then_some(self.shown);
                let text = aligned(&self.widths, header, &cells);
                self.console.data(&text)
            }
        }
    }
}

/// Columns aligned by blanks; the last one runs on.
pub(crate) fn text(header: &[&str], rows: &[Vec<String>]) -> String {
    aligned(&widths(header, rows), Some(header), rows)
}

fn aligned(widths: &[usize], header: Option<&[&str]>, rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    if let Some(header) = header {
        text += &line(widths, &mut header.iter().copied());
    }
    for row in rows {
        text += &line(widths, &mut row.iter().map(String::as_str));
    }
    text
}

fn widths(header: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    const WIDEST: usize = 60;
    let mut widths: Vec<usize> = header.iter().map(|name| name.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count()).min(WIDEST);
        }
    }
    widths
}

fn line(widths: &[usize], cells: &mut dyn Iterator<Item = &str>) -> String {
    let padded: Vec<String> = cells
        .zip(widths)
        .map(|(cell, width)| format!("{cell:<width$}"))
        .collect();
    padded.join("  ").trim_end().to_owned() + "\n"
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
