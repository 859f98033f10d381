//! JSON for machines.

use hourzero_scope::attribution::Link;
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

/// What stands in `scope.json` beside the answers.
#[derive(Debug, Clone, Copy)]
pub struct Scoped<'a> {
    /// What the evidence covers.
    pub coverage: &'a Coverage,
    /// What was already done against the attacker.
    pub contained: &'a [ContainmentRow],
    /// By what he is said to have used each account.
    pub links: &'a [Link],
}

/// `scope.json`: the answers, indicators, links, coverage, what was done already, and counts. What nothing has answered yet is
/// `null`.
///
/// # Errors
/// When a row cannot be written as JSON.
pub fn scope_json(
    facts: &Facts,
    answers: &Answers,
    scoped: &Scoped<'_>,
) -> Result<String, ReportError> {
    let mut covered = serde_json::to_value(scoped.coverage)?;
    if let Some(covered) = covered.as_object_mut() {
        covered.insert("logs".to_owned(), serde_json::to_value(&facts.logs)?);
    }
    let value = json!({
        "answers": answers,
        "indicators": facts.indicators,
        "links": scoped.links,
        "coverage": covered,
        "contained": scoped.contained,
        "counts": facts.counts,
    });
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}
