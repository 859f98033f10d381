//! The timeline for Timesketch, a line at a time.

use hourzero_model::Timestamp;
use serde_json::Value;

use super::time::{bounded, with_offset};
use crate::{ReportError, json_line};

/// One line of `timeline.jsonl` as one line for Timesketch, with its end: `message`, `datetime`, `timestamp` (in
/// microseconds) and `timestamp_desc`, and beside them all fields of the line. The caller streams.
///
/// # Errors
/// When the line is no object, or its `time` cannot be read: an event without a time has no place in a timeline.
pub fn timesketch(row: &Value) -> Result<String, ReportError> {
    let Value::Object(fields) = row else {
        return Err(ReportError::Time(row.to_string()));
    };
    let text = |name: &str| {
        fields
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let given = text("time").unwrap_or_default();
    let time = Timestamp::parse(given).map_err(|error| ReportError::Time(error.0))?;
    // Timesketch refuses a line without a message.
    let message = text("action").or(text("operation")).unwrap_or("event");
    let mut line = fields.clone();
    line.insert("message".to_owned(), message.into());
    line.insert("datetime".to_owned(), with_offset(time).into());
    line.insert("timestamp".to_owned(), bounded(time).micros().into());
    line.insert("timestamp_desc".to_owned(), "Event logged".into());
    json_line(&line)
}
