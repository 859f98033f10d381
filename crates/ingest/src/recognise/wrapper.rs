//! What shippers put around a record, taken off.
//!
//! Splunk and Cribl (`_raw`, `result`), Wazuh (`office365`), Elastic (`_source`, `event.original`,
//! `o365.audit`), and shippers that send the record as text (`message`).

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::dialect::field;

/// Members that hold the record, one inside the other, the most telling first.
const HOLDERS: [&[&str]; 13] = [
    &["_raw"],
    &["result"],
    &["_source"],
    &["event", "original"],
    &["o365", "audit"],
    &["data", "office365"],
    &["office365"],
    &["content"],
    &["event"],
    &["record"],
    &["message"],
    &["Message"],
    &["data"],
];

/// The record inside of a wrapper; nothing when the row is none.
pub(crate) fn unwrapped(row: &Value) -> Option<Value> {
    HOLDERS.iter().find_map(|path| held(row, path))
}

fn held(row: &Value, path: &[&str]) -> Option<Value> {
    let (last, outer) = path.split_last()?;
    let mut at = row;
    for key in outer {
        at = at.get(*key)?;
    }
    let inner = field::nested(at, last)?;
    let has_members = inner.as_object().is_some_and(|object| !object.is_empty());
    (has_members && inner.is_object()).then_some(inner)
}

/// Whether the row has a member that could hold a record.
pub(crate) fn may_wrap(row: &Value) -> bool {
    HOLDERS
        .iter()
        .filter_map(|path| path.first())
        .any(|key| row.get(*key).is_some())
}

/// Why the record that stands as text in this wrapper cannot be read, when that is so.
pub(crate) fn damaged_inside(row: &Value) -> Option<String> {
    ["_raw", "message", "content"].iter().find_map(|name| {
        let text = row.get(*name)?.as_str()?.trim();
        let damaged = text.starts_with('{') && field::embedded(text).is_none();
        damaged.then(|| {
            let length = text.chars().count();
            if text.ends_with('}') {
                format!("the record in `{name}` is damaged JSON")
            } else {
                format!("the record in `{name}` is cut off after {length} characters")
            }
        })
    })
}
