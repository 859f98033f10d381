//! Reading single fields of a row, forgiving in the ways that real exports need.
//!
//! Exports turn numbers into text, lists into JSON-in-a-cell, nothing into `""`, `null` or `<null>`;
//! these functions see through it so that the mappers can speak of meaning.

use std::borrow::Cow;

use hourzero_model::{Actor, FactText, HappeningKey, Record, Timestamp, canonical_ip};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value, ValueRef};

use crate::time;

/// The value under a key as text: text as it is, numbers and booleans as written, `None` for what is
/// absent, null, empty, `<null>` or a container.
pub(crate) fn text(row: &Value, key: &str) -> Option<String> {
    row.get(key).and_then(scalar)
}

/// The first of these keys that has text.
pub(crate) fn first_text(row: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| text(row, key))
}

/// A scalar value as text; see [`text`].
pub(crate) fn scalar(value: &Value) -> Option<String> {
    scalar_str(value).map(Cow::into_owned)
}

/// The same, borrowed where it stands as text.
pub(crate) fn scalar_str(value: &Value) -> Option<Cow<'_, str>> {
    match value.as_ref() {
        ValueRef::String(text) => filled(text).map(Cow::Borrowed),
        ValueRef::Bool(true) => Some(Cow::Borrowed("True")),
        ValueRef::Bool(false) => Some(Cow::Borrowed("False")),
        ValueRef::Number(_) => {
            let whole = value.as_i64().map(|whole| whole.to_string());
            whole
                .or_else(|| value.as_number().map(|number| number.to_string()))
                .map(Cow::Owned)
        }
        ValueRef::Null | ValueRef::Array(_) | ValueRef::Object(_) => None,
    }
}

/// Text as it is, unless it is nothing in one of the ways of [`text`].
pub(crate) fn filled(text: &str) -> Option<&str> {
    match trimmed(text) {
        "" | "<null>" | "null" => None,
        _ => Some(text),
    }
}

/// Text without white space around it. Most has none, which its first and last byte tell without a character being decoded.
pub(crate) fn trimmed(text: &str) -> &str {
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (Some(first), Some(last)) if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Any value as text: scalars as [`scalar`] gives them, containers as compact JSON.
pub(crate) fn flat(value: &Value) -> Option<String> {
    flat_str(value).map(Cow::into_owned)
}

/// The same, borrowed where it stands as text.
pub(crate) fn flat_str(value: &Value) -> Option<Cow<'_, str>> {
    match value.as_ref() {
        ValueRef::Object(_) | ValueRef::Array(_) => sonic_rs::to_string(value).ok().map(Cow::Owned),
        _ => scalar_str(value),
    }
}

/// The value under a key, entered when it is text that holds a JSON object or array.
pub(crate) fn nested(row: &Value, key: &str) -> Option<Value> {
    let value = row.get(key)?;
    match value.as_str() {
        Some(text) => embedded(text),
        None => (value.is_object() || value.is_array()).then(|| value.clone()),
    }
}

/// JSON that stands in a text. Nothing for text that is no object or array, or nests too deep.
pub(crate) fn embedded(text: &str) -> Option<Value> {
    let text = text.trim();
    let opens = text.starts_with('{') || text.starts_with('[');
    if !opens || crate::frame::nests_too_deep(text.as_bytes()) {
        return None;
    }
    sonic_rs::from_str(text).ok()
}

/// The elements of a list under a key, JSON-in-text entered; a single object counts as a list of one.
pub(crate) fn list(row: &Value, key: &str) -> Vec<Value> {
    match nested(row, key) {
        Some(value) => match value.as_array() {
            Some(items) => items.iter().cloned().collect(),
            None => vec![value],
        },
        None => Vec::new(),
    }
}

/// Appends a named fact, where there is a value; an empty one is a fact only where the caller says so.
#[inline]
pub(crate) fn push_fact(record: &mut Record, name: &str, value: Option<impl Into<FactText>>) {
    if let Some(value) = value {
        record.parameters.push((name.into(), value.into()));
    }
}

/// A GUID or other id in lower case.
pub(crate) fn lower(row: &Value, key: &str) -> Option<String> {
    text(row, key).map(|id| id.trim().to_lowercase())
}

/// An instant under a key, in any of the shapes of [`time::parse`].
pub(crate) fn instant(row: &Value, key: &str) -> Option<Timestamp> {
    text(row, key).and_then(|text| time::parse(&text))
}

/// The first of these keys that holds an instant.
pub(crate) fn first_instant(row: &Value, keys: &[&str]) -> Option<Timestamp> {
    keys.iter().find_map(|key| instant(row, key))
}

/// Sets the record's address and port from text; leaves them alone when the text is no address.
pub(crate) fn set_address(record: &mut Record, text: Option<&str>) {
    if let Some(address) = text.and_then(canonical_ip) {
        record.ip = Some(address.ip);
        record.ip_port = address.port;
    }
}

/// Sets Microsoft's id of a record, which its duplicates and its witnesses in other logs share; where there
/// is none, the record is named by its place and tied to nothing.
pub(crate) fn set_id(record: &mut Record, id: Option<String>) {
    record.id_key = id.as_deref().map(|id| HappeningKey::of(&["id", id]));
    record.record_id = id.unwrap_or_else(|| record.provenance.own_id());
}

/// A user's name as logged, made comparable: white space cut, lower-case, the 32 hexadecimal digits that
/// Entra puts before a deleted user's UPN cut. `None` for "Not Available" and the like.
pub(crate) fn account(name: &str) -> Option<String> {
    let name = name.trim();
    if name.is_empty()
        || ["not available", "not-found", "<null>", "null", "n/a"]
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word))
    {
        return None;
    }
    let name = name.to_lowercase();
    let prefix_is_id = name.len() > 33
        && name.contains('@')
        && name.bytes().take(32).all(|byte| byte.is_ascii_hexdigit());
    if prefix_is_id {
        return name.get(32..).map(str::to_owned);
    }
    Some(name)
}

/// Whether text has the shape of a GUID.
pub(crate) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Fills an actor from a name that may be a UPN or an object id.
pub(crate) fn set_actor_name(actor: &mut Actor, name: &str) {
    if is_guid(name.trim()) {
        actor.id = Some(name.trim().to_lowercase());
    } else {
        actor.upn = account(name);
    }
}

/// An operation's name made comparable across logs: white space cut, one trailing full stop cut, the en
/// dash that Entra writes made a hyphen ("Update application – Certificates and secrets management ").
pub(crate) fn operation(name: &str) -> String {
    let name = name.trim();
    name.strip_suffix('.')
        .unwrap_or(name)
        .trim_end()
        .replace('\u{2013}', "-")
}

/// A value that is JSON in a text and holds one scalar (`"\"x\""`, `["x"]`, `[\r\n  true\r\n]`), unwrapped;
/// everything else as it is.
pub(crate) fn unwrapped(text: &str) -> String {
    let trimmed = text.trim();
    let quoted = trimmed.starts_with('"') || trimmed.starts_with('[');
    if !quoted || crate::frame::nests_too_deep(trimmed.as_bytes()) {
        return text.to_owned();
    }
    let Ok(value) = sonic_rs::from_str::<Value>(trimmed) else {
        return text.to_owned();
    };
    match value.as_array() {
        Some(items) => match items.first() {
            Some(only) if items.len() == 1 => scalar(only).unwrap_or_else(|| text.to_owned()),
            _ => text.to_owned(),
        },
        None => scalar(&value).unwrap_or_default(),
    }
}
