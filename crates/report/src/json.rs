//! JSON for machines.

use serde_json::json;

use crate::{Answers, Facts, ReportError};

/// Rows as JSON lines, one object a line.
///
/// # Errors
/// When a row cannot be written as JSON.
pub fn json_lines<Row: serde::Serialize>(rows: &[Row]) -> Result<String, ReportError> {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row)?);
        text.push('\n');
    }
    Ok(text)
}

/// `scope.json`: the answers, indicators, links, coverage and counts. What nothing has answered yet is
/// `null`.
///
/// # Errors
/// When a row cannot be written as JSON.
pub fn scope_json(facts: &Facts, answers: &Answers) -> Result<String, ReportError> {
    let value = json!({
        "answers": answers,
        "indicators": facts.indicators,
        "links": null,
        "coverage": facts.logs,
        "counts": facts.counts,
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}
