//! JSON for machines.

use serde_json::json;

use crate::{Answers, Facts, ReportError};

/// A row as one line of JSON, with its end.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn json_line<Row: serde::Serialize>(row: &Row) -> Result<String, ReportError> {
    Ok(serde_json::to_string(row)? + "\n")
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
