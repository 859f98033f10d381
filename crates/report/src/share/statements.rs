//! The statements as CSV.

use serde_json::json;

use crate::base::FactBase;
use crate::{ReportError, csv_head, csv_line};

/// The columns of [`statements_csv`]. `more_records` is true where more records show it than are counted; the last
/// three name the first record.
pub const STATEMENTS: &[&str] = &[
    "id",
    "section",
    "kind",
    "text",
    "decision",
    "coverage",
    "records",
    "more_records",
    "file",
    "position",
    "record_id",
];

/// Every sentence with what stands behind it, as CSV that no spreadsheet takes for formulas.
///
/// # Errors
/// When it cannot be written.
pub fn statements_csv(base: &FactBase) -> Result<String, ReportError> {
    let mut text = csv_head(STATEMENTS)?;
    for statement in &base.statements {
        let first = statement.evidence.first();
        text.push_str(&csv_line(
            STATEMENTS,
            &json!({
                "id": statement.id,
                "section": statement.section.name(),
                "kind": statement.kind.name(),
                "text": statement.text,
                "decision": statement.decision,
                "coverage": statement.coverage,
                "records": statement.evidence.len(),
                "more_records": statement.evidence_truncated,
                "file": first.map(|record| &record.file),
                "position": first.map(|record| record.position),
                "record_id": first.map(|record| &record.record_id),
            }),
        )?);
    }
    Ok(text)
}
