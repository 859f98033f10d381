//! Comma-separated values that a spreadsheet cannot be tricked by.

use serde_json::Value;

use crate::ReportError;

/// A cell that no spreadsheet takes for a formula: one that begins with `=`, `+`, `-`, `@`, tab or
/// carriage return gets an apostrophe in front (`contract.md`; OWASP, "CSV Injection").
pub fn neutral(cell: &str) -> String {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

/// Rows as CSV with a header, UTF-8, lines ended by a line feed. A list in a cell is joined by `; `,
/// nothing is an empty cell, an object is compact JSON.
///
/// # Errors
/// When a row is no object of fields.
pub fn csv<Row: serde::Serialize>(header: &[&str], rows: &[Row]) -> Result<String, ReportError> {
    let mut text = csv_head(header)?;
    for row in rows {
        text.push_str(&csv_line(header, row)?);
    }
    Ok(text)
}

/// The first line of [`csv`].
///
/// # Errors
/// When it cannot be written.
pub fn csv_head(header: &[&str]) -> Result<String, ReportError> {
    line(header.iter().map(|name| (*name).to_owned()))
}

/// One row of [`csv`], with its end.
///
/// # Errors
/// When the row is no object of fields.
pub fn csv_line<Row: serde::Serialize>(header: &[&str], row: &Row) -> Result<String, ReportError> {
    let value = serde_json::to_value(row)?;
    line(header.iter().map(|name| neutral(&cell(value.get(*name)))))
}

fn line(cells: impl Iterator<Item = String>) -> Result<String, ReportError> {
    let mut writer = ::csv::WriterBuilder::new()
        .buffer_capacity(512)
        .from_writer(Vec::new());
    writer.write_record(cells)?;
    let bytes = writer
        .into_inner()
        .map_err(|error| ::csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A value as the text of a cell: a list is joined by `; `, nothing is empty, an object is compact JSON.
pub fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| cell(Some(item)))
            .collect::<Vec<_>>()
            .join("; "),
        Some(other) => other.to_string(),
    }
}
