//! What the tests of dialects share: the comparison, and one value in the writings of several exports.

use std::collections::BTreeMap;

use crate::read::{read, says};

/// The dialect's record against the reference: what it lacks must be absent, all else equal.
#[track_caller]
pub(crate) fn assert_same(
    reference: &BTreeMap<String, String>,
    name: &str,
    bytes: &[u8],
    expected: (&str, &[&str]),
) {
    let (form, lacks) = expected;
    let got = read(name, bytes);
    assert_eq!(got.form(), form, "{name}");
    let mut said = says(&got.only());
    let mut wanted = reference.clone();
    for missing in lacks {
        assert!(
            wanted.remove(*missing).is_some(),
            "{missing} is not in the reference"
        );
        assert_eq!(
            said.remove(*missing),
            None,
            "{form} has no place for {missing}"
        );
    }
    assert_eq!(said, wanted, "{form} differs from Graph");
}

/// A nested property of the reference as JSON text.
pub(crate) fn part(json: &str, key: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    match &value[key] {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Bool(truth) => if *truth { "True" } else { "False" }.to_owned(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A row of text cells as JSON.
pub(crate) fn row_object(cells: &[(&str, &str)]) -> serde_json::Value {
    let pairs = cells
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()));
    serde_json::Value::Object(pairs.collect())
}

/// Log Analytics' names for Graph's, with the values of a row in the table.
pub(crate) fn table_cells(
    json: &str,
    names: &[(&'static str, &'static str)],
) -> Vec<(&'static str, String)> {
    names
        .iter()
        .map(|(column, key)| (*column, part(json, key)))
        .collect()
}

pub(crate) fn borrowed<'a>(cells: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    cells
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

/// What a record says, one a line.
pub(crate) fn lines(said: &BTreeMap<String, String>) -> String {
    said.iter()
        .map(|(name, value)| format!("{name}: {value}\n"))
        .collect()
}
