//! Rules of the house: which crate may know which, what no source may hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Which of our crates each may depend on. Dependencies point one way; anything else is a fault.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("evidence", &["model"]),
    ("ingest", &["model"]),
    ("detect", &["model"]),
    ("intake", &["model"]),
    ("simulator", &["model"]),
    ("lake", &["model", "detect"]),
    ("scope", &["model"]),
    ("contain", &["model"]),
    ("report", &["model", "scope"]),
    ("print", &["model", "report"]),
    (
        "case",
        &[
            "model", "evidence", "ingest", "lake", "detect", "intake", "scope", "contain", "report",
        ],
    ),
    ("cli", &["model", "case", "print", "simulator"]),
    (
        "bench",
        &["model", "evidence", "ingest", "lake", "detect", "case"],
    ),
];

/// Crates that only one of ours may name: engine and typesetter are heavy, outbound network is a privilege.
const RESERVED: &[(&str, &[&str])] = &[
    ("lake", &["arrow", "parquet", "datafusion", "tokio"]),
    ("print", &["resvg", "typst", "typst-layout", "typst-pdf"]),
    ("nobody", &["reqwest", "hyper", "ureq", "openssl"]),
];

/// A source file with more lines than this needs splitting.
const LONGEST: usize = 900;

/// Every fault, in the order of paths.
pub(crate) fn faults(root: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    edges(root, &mut faults);
    for path in sources(root) {
        source(root, &path, &mut faults);
    }
    faults.sort();
    faults
}

fn edges(root: &Path, faults: &mut Vec<String>) {
    let allowed: BTreeMap<&str, &[&str]> = EDGES.iter().copied().collect();
    let Ok(crates) = std::fs::read_dir(root.join("crates")) else {
        faults.push("crates/: the folder cannot be read".to_owned());
        return;
    };
    for folder in crates.flatten().map(|entry| entry.path()) {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let manifest = folder.join("Cargo.toml");
        let parsed = std::fs::read_to_string(&manifest)
            .ok()
            .and_then(|text| text.parse::<toml::Table>().ok());
        let Some(table) = parsed else {
            faults.push(format!("crates/{name}/Cargo.toml: cannot be read"));
            continue;
        };
        let Some(may) = allowed.get(name.as_str()) else {
            faults.push(format!(
                "crates/{name}: say in xtask/src/tidy.rs what it may depend on"
            ));
            continue;
        };
        let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
        for dependency in dependencies.into_iter().flat_map(toml::Table::keys) {
            if let Some(own) = dependency.strip_prefix("hourzero-")
                && !may.contains(&own)
            {
                faults.push(format!("crates/{name} must not depend on {own}"));
            }
            for (owner, names) in RESERVED {
                if *owner != name && names.contains(&dependency.as_str()) {
                    faults.push(format!(
                        "crates/{name} must not name {dependency}; it belongs to {owner}"
                    ));
                }
            }
        }
    }
}

fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.join("crates"), root.join("xtask")];
    while let Some(folder) = open.pop() {
        for path in std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
        {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn source(root: &Path, path: &Path, faults: &mut Vec<String>) {
    let shown = path.strip_prefix(root).unwrap_or(path).display();
    let Ok(text) = std::fs::read_to_string(path) else {
        faults.push(format!("{shown}: cannot be read"));
        return;
    };
    if path.ends_with("xtask/src/tidy.rs") {
        return;
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!(
            "{shown}: {lines} lines; split it by the question it answers"
        ));
    }
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    if !first.starts_with("//!") {
        faults.push(format!(
            "{shown}: begins without a header that says what it takes, gives and must never know"
        ));
    }
    for (number, line) in text.lines().enumerate() {
        for word in ["TODO", "FIXME", "unimplemented!", "todo!("] {
            if line.contains(word) {
                faults.push(format!("{shown}:{}: `{word}` does not merge", number + 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_house_is_tidy() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let faults = super::faults(root);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
