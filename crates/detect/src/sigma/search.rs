//! The searches of a detection: maps, lists of maps, keywords, and the modifiers behind field names.
//!
//! Takes YAML values and gives a tree of items; it never knows what a field means.

use crate::error::RuleError;
use crate::yaml::{self, Mapping, Value};

/// Lists and maps of a search may nest so deep.
const DEPTH_LIMIT: usize = 16;

/// What stands below a search identifier.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Search {
    /// All hold.
    All(Vec<Search>),
    /// At least one holds.
    Any(Vec<Search>),
    /// A field with values.
    Item(Item),
}

/// One field (or the whole record, for keywords), its modifiers and values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    /// The field; `None` for keywords.
    pub(crate) field: Option<String>,
    /// The modifiers in their order, in lower case.
    pub(crate) modifiers: Vec<String>,
    /// At least one.
    pub(crate) values: Vec<Literal>,
}

/// A value as the rule writes it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    /// No value.
    Null,
    /// True or false.
    Flag(bool),
    /// A number, in the text that it prints as.
    Number(String),
    /// A text; wildcards are still in it.
    Text(String),
}

impl Literal {
    /// The text that a field would hold; `None` for null.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Number(text) | Self::Text(text) => Some(text.clone()),
        }
    }
}

/// Reads what stands below a search identifier.
///
/// # Errors
/// Where a value is neither a scalar nor a list of scalars.
pub(crate) fn parse(name: &str, value: &Value) -> Result<Search, RuleError> {
    search(name, value, 0)
}

fn search(name: &str, value: &Value, depth: usize) -> Result<Search, RuleError> {
    if depth > DEPTH_LIMIT {
        return Err(RuleError::key(name, "lists and maps are nested too deeply"));
    }
    match value {
        Value::Mapping(map) => items(map),
        Value::Sequence(list) if list.is_empty() => Err(RuleError::key(name, "the list is empty")),
        Value::Sequence(list) => {
            let (nested, plain): (Vec<&Value>, Vec<&Value>) = list
                .iter()
                .partition(|entry| matches!(entry, Value::Mapping(_) | Value::Sequence(_)));
            let mut parts = nested
                .into_iter()
                .map(|entry| search(name, entry, depth + 1))
                .collect::<Result<Vec<_>, _>>()?;
            if !plain.is_empty() {
                let values = plain
                    .into_iter()
                    .map(|entry| literal(name, entry))
                    .collect::<Result<Vec<_>, _>>()?;
                parts.push(keywords(values));
            }
            Ok(Search::Any(parts))
        }
        scalar => Ok(keywords(vec![literal(name, scalar)?])),
    }
}

fn keywords(values: Vec<Literal>) -> Search {
    Search::Item(Item {
        field: None,
        modifiers: Vec::new(),
        values,
    })
}

fn items(map: &Mapping) -> Result<Search, RuleError> {
    let items = map
        .iter()
        .map(|(key, value)| item(&yaml::name(key)?, value).map(Search::Item))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Search::All(items))
}

fn item(key: &str, value: &Value) -> Result<Item, RuleError> {
    let mut parts = key.split('|');
    let field = parts.next().unwrap_or_default().trim();
    let modifiers = parts.map(|part| part.trim().to_ascii_lowercase()).collect();
    let values = match value {
        Value::Sequence(list) if list.is_empty() => {
            return Err(RuleError::key(key, "the list of values is empty"));
        }
        Value::Sequence(list) => list
            .iter()
            .map(|entry| literal(key, entry))
            .collect::<Result<Vec<_>, _>>()?,
        one => vec![literal(key, one)?],
    };
    Ok(Item {
        field: (!field.is_empty()).then(|| field.to_owned()),
        modifiers,
        values,
    })
}

fn literal(key: &str, value: &Value) -> Result<Literal, RuleError> {
    match value {
        Value::Null => Ok(Literal::Null),
        Value::Bool(flag) => Ok(Literal::Flag(*flag)),
        Value::Number(number) => Ok(Literal::Number(number.to_string())),
        Value::String(text) => Ok(Literal::Text(text.clone())),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => Err(RuleError::key(
            key,
            "a value must be a text, a number, true, false or null",
        )),
    }
}
