//! The chain: computed again by other means, torn, broken.

use hourzero_evidence::{
    CaseLock, Entry, EntryHash, EvidenceError, Journal, Torn, read_journal, verify,
};
use hourzero_model::ArtefactId;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::entry;

fn three(case: &std::path::Path) -> Vec<u8> {
    let lock = CaseLock::acquire(case).unwrap();
    let mut journal = Journal::open(&lock).unwrap();
    journal
        .append(Entry {
            content: json!({ "z": [1, 2.5, null], "a": { "y": "line\nfeed \"ü\"", "b": true } }),
            ..entry("decision", 0)
        })
        .unwrap();
    journal
        .append(Entry {
            object: Some(ArtefactId::from_bytes([0xab; 32])),
            request_id: Some("5f2c".to_owned()),
            ..entry("action", 1)
        })
        .unwrap();
    journal.append(entry("note", 2)).unwrap();
    std::fs::read(case.join("journal.jsonl")).unwrap()
}

fn hash_of(text: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(text).into();
    ArtefactId::from_bytes(hash).to_string()
}

#[test]
fn lines_are_as_documented() {
    let case = tempfile::tempdir().unwrap();
    let mut text = String::from_utf8(three(case.path())).unwrap();
    for (number, entry) in read_journal(case.path()).unwrap().iter().enumerate() {
        text = text.replace(&entry.hash.to_string(), &format!("<hash {}>", number + 1));
        text = text.replace(&entry.tool, "<tool>");
    }
    insta::assert_snapshot!(text);
}

/// The recipe of the crate's documentation, with nothing of the crate: the text of the line, and the members
/// sorted again, give the same hash.
#[test]
fn a_third_party_can_compute_the_chain() {
    let case = tempfile::tempdir().unwrap();
    let text = String::from_utf8(three(case.path())).unwrap();
    let mut previous = "0".repeat(64);
    for line in text.lines() {
        let (covered, hash) = line.rsplit_once(",\"hash\":\"").unwrap();
        let hash = hash.strip_suffix("\"}").unwrap();
        let computed = hash_of(&format!("{covered}}}"));
        assert_eq!(computed, hash);
        let mut parsed: Value = serde_json::from_str(line).unwrap();
        assert_eq!(parsed["previous"], previous.as_str());
        parsed.as_object_mut().unwrap().remove("hash");
        assert_eq!(parsed.to_string(), format!("{covered}}}"));
        previous = hash.to_owned();
    }
}

#[test]
fn entries_come_back_as_they_were_given() {
    let case = tempfile::tempdir().unwrap();
    three(case.path());
    let lock = CaseLock::acquire(case.path()).unwrap();
    let journal = Journal::open(&lock).unwrap();
    assert_eq!(journal.torn(), None);
    assert_eq!(journal.entries(), read_journal(case.path()).unwrap());
    let kinds: Vec<_> = journal.entries().iter().map(|e| &e.entry.kind).collect();
    assert_eq!(kinds, ["decision", "action", "note"]);
    let action = journal.of_kind("action").next().unwrap();
    assert_eq!(action.sequence, 2);
    assert_eq!(action.entry.request_id.as_deref(), Some("5f2c"));
    assert_eq!(journal.entries()[0].previous, EntryHash::NONE);
    assert_eq!(journal.head().unwrap().entry.time, crate::at(2));
}

#[test]
fn a_torn_last_line_is_cut_wherever_it_was_torn() {
    let whole = tempfile::tempdir().unwrap();
    let bytes = three(whole.path());
    let start = bytes[..bytes.len() - 1]
        .iter()
        .rposition(|byte| *byte == b'\n')
        .unwrap()
        + 1;
    for end in start + 1..bytes.len() {
        let case = tempfile::tempdir().unwrap();
        let path = case.path().join("journal.jsonl");
        std::fs::write(&path, &bytes[..end]).unwrap();
        assert!(!verify(case.path()).unwrap().is_sound());
        assert!(!read_journal(case.path()).unwrap().is_empty());
        let lock = CaseLock::acquire(case.path()).unwrap();
        let mut journal = Journal::open(&lock).unwrap();
        if end == bytes.len() - 1 {
            assert_eq!(journal.torn(), Some(Torn::Completed));
            assert_eq!(journal.entries().len(), 3);
        } else {
            assert_eq!(journal.torn(), Some(Torn::Cut((end - start) as u64)));
            assert_eq!(journal.entries().len(), 2);
        }
        journal.append(entry("note", 9)).unwrap();
        assert!(verify(case.path()).unwrap().is_sound(), "torn at {end}");
    }
}

#[test]
fn zeros_that_a_crash_left_are_cut() {
    let case = tempfile::tempdir().unwrap();
    let mut bytes = three(case.path());
    bytes.extend([0; 300]);
    std::fs::write(case.path().join("journal.jsonl"), &bytes).unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let journal = Journal::open(&lock).unwrap();
    assert_eq!(journal.torn(), Some(Torn::Cut(300)));
    assert_eq!(journal.entries().len(), 3);
}

#[test]
fn a_broken_chain_can_be_read_but_not_continued() {
    let case = tempfile::tempdir().unwrap();
    let bytes = three(case.path());
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let edited = lines[1].replace("5f2c", "5f2d");
    let cases = [
        ("changed", vec![lines[0], &edited, lines[2]]),
        ("removed", vec![lines[0], lines[2]]),
        ("first removed", vec![lines[1], lines[2]]),
        ("reordered", vec![lines[0], lines[2], lines[1]]),
        ("repeated", vec![lines[0], lines[1], lines[1], lines[2]]),
        ("no entry", vec![lines[0], "{}\n", lines[1], lines[2]]),
        ("empty line", vec![lines[0], "\n", lines[1], lines[2]]),
    ];
    let mut report = String::new();
    for (name, lines) in cases {
        std::fs::write(case.path().join("journal.jsonl"), lines.concat()).unwrap();
        let lock = CaseLock::acquire(case.path()).unwrap();
        let error = Journal::open(&lock).map(drop).unwrap_err();
        assert!(
            matches!(error, EvidenceError::BrokenJournal { .. }),
            "{error}"
        );
        assert!(read_journal(case.path()).unwrap().len() >= 2);
        report.push_str(&format!("{name}\n"));
        for problem in verify(case.path()).unwrap().problems {
            report.push_str(&format!("  {problem}\n"));
        }
    }
    insta::assert_snapshot!(report);
}

#[test]
fn what_json_readers_cannot_read_is_not_written() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let mut journal = Journal::open(&lock).unwrap();
    let mut deep = json!(1);
    for _ in 0..200 {
        deep = json!([deep]);
    }
    let content = json!({ "deep": deep });
    let error = journal
        .append(Entry {
            content,
            ..entry("note", 0)
        })
        .unwrap_err();
    insta::assert_snapshot!(error, @"the entry `note` cannot be written as JSON: it is nested deeper than 100 levels");
    assert!(journal.entries().is_empty());
}
