//! Every file of the real samples: counted, placed, and each record read again from its bytes alone.

use std::path::{Path, PathBuf};

use crate::support::read_bytes;

fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_sample_is_counted_placed_and_read_again() {
    let Some(folder) = samples() else {
        println!("skipped: no samples");
        return;
    };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.sort();
    for path in paths {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
        if !["csv", "json", "jsonl", "log", "txt"].contains(&extension) {
            continue;
        }
        let done = read_bytes(&name, &std::fs::read(&path).unwrap());
        println!(
            "{name}: {} | {} | {:?} {:?}",
            done.told().lines().next().unwrap_or_default(),
            done.summary.records,
            done.summary.unknown.as_deref().unwrap_or_default(),
            done.items.iter().find_map(|item| match item {
                crate::support::Item::Reject(reject) => Some(&reject.reason),
                _ => None,
            })
        );
        done.check_again();
    }
}
