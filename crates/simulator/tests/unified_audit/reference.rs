//! What real records look like: the samples, the table of operations and the words of the schemas.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::shape::{self, Shape};

/// Everything that the simulated records are compared with.
pub(crate) struct Reference {
    /// Shapes of real records by record type and operation.
    pub(crate) real: BTreeMap<(i64, String), Shape>,
    /// The table of operations by workload and operation.
    pub(crate) table: BTreeMap<(String, String), Row>,
    /// Every word of the schemas: the names of fields are among them.
    pub(crate) words: BTreeSet<String>,
}

/// An operation of the table.
#[derive(Debug, Default, Clone)]
pub(crate) struct Row {
    pub(crate) record_types: BTreeSet<i64>,
    pub(crate) user_types: BTreeSet<i64>,
    pub(crate) always: BTreeSet<String>,
    pub(crate) often: BTreeSet<String>,
}

/// The folder of the samples; none where they are not.
pub(crate) fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no samples in {}", folder.display());
    None
}

/// Reads the reference; none where the samples are not there.
pub(crate) fn read() -> Option<Reference> {
    let data = samples()?;
    let facts = data.join("../facts");
    let operations = std::fs::read_to_string(facts.join("operations.md")).ok()?;
    let schemas = std::fs::read_to_string(facts.join("schemas.md")).ok()?;
    let mut real: BTreeMap<(i64, String), Shape> = BTreeMap::new();
    for record in records(&data) {
        let (Some(kind), Some(operation)) =
            (record["RecordType"].as_i64(), record["Operation"].as_str())
        else {
            continue;
        };
        let shape = real.entry((kind, operation.to_owned())).or_default();
        shape::add(shape, &record);
    }
    Some(Reference {
        real,
        table: table(&operations),
        words: schemas
            .split(|sign: char| !sign.is_ascii_alphanumeric())
            .map(str::to_owned)
            .collect(),
    })
}

/// Every real record of the unified audit log in the samples, but for those of 2015 in Microsoft's
/// documentation and those that a shell had turned into `System.Object[]`.
fn records(data: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for folder in [
        "excytin_166",
        "excytin_34",
        "excytin_38",
        "excytin_39",
        "excytin_5",
        "plaso",
        "det_eng_samples",
    ] {
        let mut files: Vec<PathBuf> = std::fs::read_dir(data.join(folder))
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect();
        files.sort();
        for file in files {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".jsonl") {
                let text = std::fs::read_to_string(&file).unwrap();
                found.extend(
                    text.lines()
                        .filter_map(|line| serde_json::from_str(line).ok()),
                );
            } else if name.ends_with(".json") && folder == "det_eng_samples" {
                let bytes = std::fs::read(&file).unwrap();
                let text = String::from_utf8_lossy(&bytes);
                let text = text.trim_start_matches('\u{feff}');
                // An array, one object, or several one after another.
                let list = serde_json::Deserializer::from_str(text)
                    .into_iter::<Value>()
                    .filter_map(Result::ok)
                    .flat_map(|whole| match whole {
                        Value::Array(list) => list,
                        one => vec![one],
                    });
                for entry in list {
                    found.push(inner(&entry["AuditData"]).unwrap_or(entry));
                }
            } else if name.ends_with(".csv") && folder == "det_eng_samples" {
                found.extend(audit_data(&file));
            }
        }
    }
    found
}

fn inner(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => serde_json::from_str(text).ok(),
        Value::Object(_) => Some(value.clone()),
        _ => None,
    }
}

fn audit_data(file: &Path) -> Vec<Value> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    let at = reader
        .headers()
        .unwrap()
        .iter()
        .position(|name| name == "AuditData");
    let Some(at) = at else { return Vec::new() };
    reader
        .records()
        .filter_map(|row| serde_json::from_str(row.ok()?.get(at)?).ok())
        .collect()
}

/// Reads the table of operations.
fn table(text: &str) -> BTreeMap<(String, String), Row> {
    let mut rows = BTreeMap::new();
    let mut workload = String::new();
    let mut shared = BTreeSet::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            workload = title.split(' ').next().unwrap_or_default().to_owned();
            shared = BTreeSet::new();
        } else if let Some(keys) = line.strip_prefix("Always here: ") {
            shared = paths(keys.trim_end_matches('.'));
        } else if let Some(cells) = line.strip_prefix("| `") {
            let (operation, cells) = cells.split_once('`').unwrap();
            let cells: Vec<&str> = cells.split('|').map(str::trim).collect();
            let numbers = |cell: &str| cell.split(' ').filter_map(|one| one.parse().ok()).collect();
            let mut always = paths(cells[5]);
            always.extend(shared.iter().cloned());
            let row = Row {
                record_types: numbers(cells[1]),
                user_types: numbers(cells[2]),
                always,
                often: paths(cells[6]),
            };
            rows.insert((workload.clone(), operation.to_owned()), row);
        }
    }
    rows
}

/// Reads a list of keys such as `AppId, Folders[]{FolderItems[]{InternetMessageId}, Id}` into paths.
fn paths(text: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut outer: Vec<String> = Vec::new();
    let mut word = String::new();
    let end = |word: &mut String, outer: &[String], all: &mut BTreeSet<String>| {
        let name = std::mem::take(word).trim().to_owned();
        if name.is_empty() || name == "–" {
            return None;
        }
        let path = match outer.last() {
            Some(outer) => format!("{outer}.{name}"),
            None => name,
        };
        all.insert(path.trim_end_matches("[]").to_owned());
        Some(path)
    };
    for sign in text.chars() {
        match sign {
            ',' => {
                end(&mut word, &outer, &mut all);
            }
            '{' => outer.extend(end(&mut word, &outer, &mut all)),
            '}' => {
                end(&mut word, &outer, &mut all);
                outer.pop();
            }
            sign => word.push(sign),
        }
    }
    end(&mut word, &outer, &mut all);
    // `Item{Id}` stands beside `Item` itself; the names of pairs are left out of the table.
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_table_become_paths() {
        let read = paths(
            "AppId, Folders[]{FolderItems[]{InternetMessageId}, Id}, Item{ParentFolder{Path}}",
        );
        let expected = [
            "AppId",
            "Folders",
            "Folders[].FolderItems",
            "Folders[].FolderItems[].InternetMessageId",
            "Folders[].Id",
            "Item",
            "Item.ParentFolder",
            "Item.ParentFolder.Path",
        ];
        assert_eq!(read.into_iter().collect::<Vec<_>>(), expected);
        assert!(paths("–").is_empty());
    }
}
