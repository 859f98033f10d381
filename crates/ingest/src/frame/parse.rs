//! One record's JSON text read into a row, whatever is wrong with it said in words.

use serde::Deserialize;
use serde::de::IgnoredAny;
use sonic_rs::{JsonValueTrait, Value};

use super::nests_too_deep;

/// How many columns of a damaged record are kept, and how many characters of each.
const WRAPPER_COLUMNS: usize = 24;
const WRAPPER_CHARACTERS: usize = 200;

/// Reads JSON text. The error is the reason as a sentence without full stop.
pub(crate) fn value(text: &[u8]) -> Result<Value, String> {
    if nests_too_deep(text) {
        return Err(format!(
            "the record nests deeper than {} levels",
            super::MAX_DEPTH
        ));
    }
    match sonic_rs::from_slice(text) {
        Ok(value) => Ok(value),
        Err(_) => forgiving(text),
    }
}

/// Reads JSON text that must be an object.
pub(crate) fn row(text: &[u8]) -> Result<Value, String> {
    let value = value(text)?;
    if value.is_object() {
        return Ok(value);
    }
    // A list of texts, each of which is a record as JSON.
    value
        .as_str()
        .and_then(crate::dialect::field::embedded)
        .filter(JsonValueTrait::is_object)
        .ok_or_else(|| format!("{} stands where a record should", kind(&value)))
}

fn kind(value: &Value) -> &'static str {
    if value.is_array() {
        "a list"
    } else if value.is_str() {
        "a text"
    } else if value.is_number() {
        "a number"
    } else {
        "true, false or null"
    }
}

/// For text that the fast parser refuses: half surrogate pairs become U+FFFD and numbers beyond 64 bits
/// stay as written; what is left is damaged.
fn forgiving(text: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(text).map_err(|error| {
        format!(
            "the record is not valid UTF-8 from its byte {} on",
            error.valid_up_to() + 1
        )
    })?;
    let mut lenient = sonic_rs::Deserializer::from_json(text)
        .utf8_lossy()
        .use_rawnumber();
    if let Ok(value) = lenient.deserialize::<Value>()
        && lenient.end().is_ok()
    {
        return Ok(value);
    }
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) => sonic_rs::from_str(&value.to_string())
            .map_err(|_| "the record is damaged JSON".to_owned()),
        Err(error) if error.is_eof() => {
            Err("the record is cut off: its JSON ends too early".to_owned())
        }
        Err(error) => Err(format!("the record is damaged JSON: {}", said(&error))),
    }
}

/// The parser's words with the place as a byte of the record where it is one line.
fn said(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    if error.line() <= 1 {
        format!("{words} at its byte {}", error.column())
    } else {
        format!(
            "{words} in its line {}, byte {}",
            error.line(),
            error.column()
        )
    }
}

/// Whether this start of a value can no longer become good JSON, whatever follows.
pub(crate) fn is_beyond_hope(start: &[u8]) -> bool {
    let mut parser = serde_json::Deserializer::from_slice(start);
    match IgnoredAny::deserialize(&mut parser) {
        Ok(_) => false,
        Err(error) => !error.is_eof(),
    }
}

/// The first names with plain values of an object whose end is damaged.
pub(crate) fn leading_fields(text: &[u8]) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let mut rest = text.trim_ascii_start();
    let Some(after) = rest.strip_prefix(b"{") else {
        return fields;
    };
    rest = after.trim_ascii_start();
    while fields.len() < WRAPPER_COLUMNS {
        let Some((name, after)) = leading_value(rest) else {
            break;
        };
        let Some(after) = after.trim_ascii_start().strip_prefix(b":") else {
            break;
        };
        let Some((value, after)) = leading_value(after.trim_ascii_start()) else {
            break;
        };
        if let (Some(name), Some(value)) = (name, value) {
            fields.push((shortened(&name), shortened(&value)));
        }
        let Some(after) = after.trim_ascii_start().strip_prefix(b",") else {
            break;
        };
        rest = after.trim_ascii_start();
    }
    fields
}

/// One plain value (`Some(None)` for null) and what follows it. Nothing for lists and objects.
fn leading_value(text: &[u8]) -> Option<(Option<String>, &[u8])> {
    let length = if text.first() == Some(&b'"') {
        text_length(text)?
    } else {
        text.iter()
            .position(|byte| matches!(byte, b',' | b'}' | b':' | b'{' | b'[' | b'"' | b'\n'))?
    };
    let (token, rest) = text.split_at_checked(length)?;
    let value: serde_json::Value = serde_json::from_slice(token).ok()?;
    match value {
        serde_json::Value::Null => Some((None, rest)),
        serde_json::Value::String(text) => Some((Some(text), rest)),
        other => Some((Some(other.to_string()), rest)),
    }
}

/// The length of a JSON text with its quotation marks, nothing when it does not end.
pub(crate) fn text_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The plain values of a row, shortened, to be shown with a reject.
pub(crate) fn plain_fields(row: &Value) -> Vec<(String, String)> {
    use sonic_rs::JsonContainerTrait;
    let Some(object) = row.as_object() else {
        return Vec::new();
    };
    object
        .iter()
        .filter_map(|(name, value)| {
            let text = crate::dialect::field::scalar(value)?;
            Some((name.to_owned(), shortened(&text)))
        })
        .take(WRAPPER_COLUMNS)
        .collect()
}

/// Text cut to a length that can be shown.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(WRAPPER_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Appends text as a JSON text.
pub(crate) fn append_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))
    {
        let (plain, special) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(plain);
        match special.first() {
            Some(b'\n') => out.extend_from_slice(b"\\n"),
            Some(b'\r') => out.extend_from_slice(b"\\r"),
            Some(b'\t') => out.extend_from_slice(b"\\t"),
            Some(byte @ (b'"' | b'\\')) => out.extend_from_slice(&[b'\\', *byte]),
            Some(byte) => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            None => {}
        }
        rest = special.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}
