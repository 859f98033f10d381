//! What a JSON value is made of: its paths with their types.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Paths such as `status.errorCode` or `evidence[].roles[]` with the types seen there.
#[derive(Debug, Default, Clone)]
pub(crate) struct Shape(pub(crate) BTreeMap<String, BTreeSet<&'static str>>);

impl Shape {
    /// The shape of many values together.
    pub(crate) fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut shape = Self::default();
        for value in values {
            shape.add("", value);
        }
        shape
    }

    fn add(&mut self, path: &str, value: &Value) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::String(_) => "text",
            Value::Array(_) => "list",
            Value::Object(_) => "object",
        };
        if !path.is_empty() {
            self.0.entry(path.to_owned()).or_default().insert(kind);
        }
        match value {
            Value::Array(items) => {
                for item in items {
                    self.add(&format!("{path}[]"), item);
                }
            }
            Value::Object(members) => {
                for (key, value) in members {
                    let path = if path.is_empty() {
                        key.clone()
                    } else {
                        format!("{path}.{key}")
                    };
                    self.add(&path, value);
                }
            }
            _ => {}
        }
    }

    /// What one has that the other has not, and types that do not go together. Null goes with all types.
    pub(crate) fn differences(&self, real: &Self, what: &str) -> Vec<String> {
        let mut found = Vec::new();
        for path in real.0.keys().filter(|path| !self.0.contains_key(*path)) {
            found.push(format!("{what}: real has {path}"));
        }
        for (path, kinds) in &self.0 {
            match real.0.get(path) {
                None => found.push(format!("{what}: ours has {path}")),
                Some(known) => {
                    let ours: BTreeSet<_> = kinds.iter().filter(|kind| **kind != "null").collect();
                    let real: BTreeSet<_> = known.iter().filter(|kind| **kind != "null").collect();
                    if !ours.is_empty() && !real.is_empty() && ours.is_disjoint(&real) {
                        found.push(format!("{what}: {path} is {ours:?}, really {real:?}"));
                    }
                }
            }
        }
        found
    }
}

/// The pattern of a text: letters `a`, digits `9`, hex words of GUIDs as `guid`, runs as one.
pub(crate) fn pattern(text: &str) -> String {
    if text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) {
        return "guid".to_owned();
    }
    let mut out = String::new();
    for sign in text.chars() {
        let class = match sign {
            '0'..='9' => '9',
            sign if sign.is_alphabetic() => 'a',
            other => other,
        };
        if !(out.ends_with(class) && matches!(class, '9' | 'a')) {
            out.push(class);
        }
    }
    out
}
