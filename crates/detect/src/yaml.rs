//! YAML of unknown origin to values: bounded in size and in number of documents.
//!
//! The reader itself bounds nesting (128) and repeated aliases, so that a small text cannot grow into
//! a large value. Never knows what the documents mean.

use serde::Deserialize;
pub(crate) use serde_norway::{Mapping, Value};

use crate::error::RuleError;

/// A rule file of SigmaHQ has 1 KB; nothing honest comes near this.
const SIZE_LIMIT: usize = 1 << 20;
/// Documents in one file.
const DOCUMENT_LIMIT: usize = 1_000;

/// All documents of a text that are not empty.
///
/// # Errors
/// Where the text is too large or is no YAML.
pub(crate) fn documents(text: &str) -> Result<Vec<Mapping>, RuleError> {
    if text.len() > SIZE_LIMIT {
        return Err(RuleError::Yaml(format!(
            "it has {} bytes, more than {SIZE_LIMIT}",
            text.len()
        )));
    }
    let mut found = Vec::new();
    for document in serde_norway::Deserializer::from_str(text) {
        let value =
            Value::deserialize(document).map_err(|error| RuleError::Yaml(error.to_string()))?;
        match value {
            Value::Null => {}
            Value::Mapping(map) => found.push(map),
            _ => {
                return Err(RuleError::Yaml(
                    "a document is not a map of keys".to_owned(),
                ));
            }
        }
        if found.len() > DOCUMENT_LIMIT {
            return Err(RuleError::Yaml(format!(
                "it has more than {DOCUMENT_LIMIT} documents"
            )));
        }
    }
    Ok(found)
}

/// A scalar as the text that was meant; `None` for null, lists and maps.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => None,
    }
}

/// The text of an optional key.
///
/// # Errors
/// Where the key holds a list or a map.
pub(crate) fn text(map: &Mapping, key: &str) -> Result<Option<String>, RuleError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => scalar(value)
            .map(|text| Some(text.trim().to_owned()))
            .ok_or_else(|| RuleError::key(key, "must be a text")),
    }
}

/// The texts of an optional key that holds one or a list of them.
///
/// # Errors
/// Where something in it is no scalar.
pub(crate) fn texts(map: &Mapping, key: &str) -> Result<Vec<String>, RuleError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(value) => {
            scalars(value).ok_or_else(|| RuleError::key(key, "must be a text or a list of texts"))
        }
    }
}

/// One scalar or a list of them as texts.
pub(crate) fn scalars(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Sequence(list) => list.iter().map(scalar).collect(),
        one => scalar(one).map(|text| vec![text]),
    }
}

/// The map of an optional key.
///
/// # Errors
/// Where the key holds something else.
pub(crate) fn map<'a>(map: &'a Mapping, key: &str) -> Result<Option<&'a Mapping>, RuleError> {
    match map.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Mapping(inner)) => Ok(Some(inner)),
        Some(_) => Err(RuleError::key(key, "must be a map of keys")),
    }
}

/// A key of a map as text.
pub(crate) fn name(key: &Value) -> Result<String, RuleError> {
    scalar(key).ok_or_else(|| RuleError::Yaml("a key is not a text".to_owned()))
}
