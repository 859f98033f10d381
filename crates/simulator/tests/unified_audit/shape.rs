//! The shape of a record: its key paths, the JSON type and the form of each value.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};

use serde_json::Value;

/// Lists of names and values whose names belong to the shape; of other such lists only the inner keys do.
const NAMED_LISTS: [&str; 3] = [
    "ExtendedProperties",
    "DeviceProperties",
    "OperationProperties",
];

/// What was seen at a path: JSON types and forms of texts.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    pub(crate) types: BTreeSet<&'static str>,
    pub(crate) forms: BTreeSet<&'static str>,
}

/// The shape of one or several records.
pub(crate) type Shape = BTreeMap<String, Seen>;

/// Adds a record to a shape.
pub(crate) fn add(shape: &mut Shape, record: &Value) {
    walk(shape, "", record);
}

fn walk(shape: &mut Shape, path: &str, value: &Value) {
    match value {
        Value::Object(keys) => {
            for (key, inner) in keys {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                note(shape, &path, inner);
                walk(shape, &path, inner);
            }
        }
        Value::Array(items) => {
            for item in items {
                if let (true, Some(name), Some(value)) = (
                    NAMED_LISTS.contains(&path),
                    item["Name"].as_str(),
                    item.get("Value"),
                ) {
                    note(shape, &format!("{path}[{name}]"), value);
                } else {
                    walk(shape, &format!("{path}[]"), item);
                }
            }
        }
        _ => {}
    }
}

fn note(shape: &mut Shape, path: &str, value: &Value) {
    let seen = shape.entry(path.to_owned()).or_default();
    seen.types.insert(kind(value));
    if let Value::String(text) = value {
        seen.forms.insert(form(text));
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "fraction",
        Value::Number(_) => "integer",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// The form of a text. The samples from hunting tables have times with seven digits and `Z` where the log
/// itself has none, so that all times are one form.
fn form(text: &str) -> &'static str {
    let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let time = text.len() >= 19
        && text.as_bytes()[4] == b'-'
        && text.as_bytes()[10] == b'T'
        && text.as_bytes()[13] == b':';
    match text {
        "" => "empty",
        "True" | "False" => "truth",
        _ if time => "time",
        _ if text.len() == 16 && hex(text) => "unique id",
        _ if text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) => "guid",
        _ if text.parse::<SocketAddr>().is_ok() => "address with port",
        _ if text.parse::<IpAddr>().is_ok() => "address",
        _ if text.bytes().all(|byte| byte.is_ascii_digit()) => "digits",
        _ if text.starts_with("S-1-") => "security id",
        _ if text.starts_with("http://") || text.starts_with("https://") => "link",
        _ if text.starts_with('<') && text.contains('@') => "message id",
        _ if text.len() == 40 && hex(text) => "machine id",
        _ if text.starts_with("RgAAAA") || text.starts_with("LgAAAA") => "entry id",
        _ if text.starts_with('{') || text.starts_with('[') => "json",
        _ if text.contains('@') && !text.contains([' ', '|']) => "name at domain",
        _ => "words",
    }
}
