//! The evidence store through its boundary: what goes in comes out, nothing that changed stays hidden, and
//! no fault of the disk leaves half of anything.

#![cfg(test)]

mod faults;
mod journal;
mod seal;
mod store;
mod unpack;
mod verify;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use hourzero_evidence::{CaseLock, Entry, Journal, RECEIPT, Store, Stored};
use hourzero_model::{ArtefactId, Timestamp};
use serde_json::json;

/// A moment, so many seconds after the first entry.
fn at(seconds: i64) -> Timestamp {
    Timestamp::parse("2026-03-06T17:40:00Z")
        .unwrap()
        .plus_seconds(seconds)
}

fn entry(kind: &str, seconds: i64) -> Entry {
    Entry {
        time: at(seconds),
        actor: "hourzero".to_owned(),
        kind: kind.to_owned(),
        content: json!({}),
        object: None,
        request_id: None,
    }
}

fn receipt(id: ArtefactId, name: &str, seconds: i64) -> Entry {
    Entry {
        content: json!({ "name": name }),
        object: Some(id),
        ..entry(RECEIPT, seconds)
    }
}

fn put(store: &Store, bytes: &[u8]) -> Stored {
    store.put("bytes", &mut Cursor::new(bytes)).unwrap()
}

/// Bytes that look like a log: they pack well, and no two lines are equal.
fn log(bytes: usize) -> Vec<u8> {
    let mut log = Vec::with_capacity(bytes + 200);
    let mut number = 0_u64;
    while log.len() < bytes {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        log.extend(
            format!("{{\"Id\":\"{mixed:044x}\",\"Operation\":\"MailItemsAccessed\",\"UserId\":\"user{}@contoso.example\",\"Number\":{number}}}\n", mixed % 97)
                .into_bytes(),
        );
        number += 1;
    }
    log.truncate(bytes);
    log
}

/// Stores the artefacts and journals a receipt for each.
fn fill(case: &Path, artefacts: &[(&str, Vec<u8>)]) -> Vec<ArtefactId> {
    let lock = CaseLock::acquire(case).unwrap();
    let store = Store::open(&lock).unwrap();
    let mut journal = Journal::open(&lock).unwrap();
    let mut ids = Vec::new();
    for (seconds, (name, bytes)) in (0..).zip(artefacts) {
        let id = put(&store, bytes).id;
        journal.append(receipt(id, name, seconds)).unwrap();
        ids.push(id);
    }
    ids
}

/// Writes a file whether or not it is protected, as somebody who tampers would.
fn tamper(path: &Path, bytes: &[u8]) {
    if path.exists() {
        std::fs::remove_file(path).unwrap();
    }
    std::fs::write(path, bytes).unwrap();
}

/// All files of a case but the lock, by their name relative to it.
fn files(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in ["", "evidence", "seals"] {
        let Ok(entries) = case.join(folder).read_dir() else {
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(case).unwrap().to_string_lossy();
            if path.is_file() && name != ".lock" {
                files.insert(name.replace('\\', "/"), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// The bytes that hexadecimal digits stand for.
fn bytes_of(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
