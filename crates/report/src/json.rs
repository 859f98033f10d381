//! JSON for machines.

use hourzero_scope::{ContainmentRow, Coverage};
use serde_json::json;

use crate::{Answers, Facts, ReportError};

/// A row as one line of JSON, with its end.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn json_line<Row: serde::Serialize>(row: &Row) -> Result<String, ReportError> {
    Ok(serde_json::to_string(row)? + "\n")
}

/// `scope.json`: the answers, indicators, links, coverage, what was done already, and counts. What nothing has answered yet is
/// `null`.
///
/// # Errors
/// When a row cannot be written as JSON.
pub fn scope_json(
    facts: &Facts,
    answers: &Answers,
    coverage: &Coverage,
    contained: &[ContainmentRow],
) -> Result<String, ReportError> {
    let mut covered = serde_json::to_value(coverage)?;
    if let Some(covered) = covered.as_object_mut() {
        covered.insert("logs".to_owned(), serde_json::to_value(&facts.logs)?);
    }
    let value = json!({
        "answers": answers,
        "indicators": facts.indicators,
        "links": null,
        "coverage": covered,
        "contained": contained,
        "counts": facts.counts,
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}
