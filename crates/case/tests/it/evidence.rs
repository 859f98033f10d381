//! What was given stays as it was given: any change is found and named.

use std::path::{Path, PathBuf};

use hourzero_case::{MakeKey, Silent, verify};

use crate::support::{case, first_look};

/// A case with the example's evidence, sealed.
fn sealed() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let key = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    case.import(&[first_look()]).unwrap();
    case.seal(&key.path().join("key.pem"), MakeKey::IfAbsent)
        .unwrap();
    folder
}

fn object(case: &Path) -> PathBuf {
    let mut all: Vec<PathBuf> = std::fs::read_dir(case.join("evidence"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    all.sort();
    all.into_iter().next().unwrap()
}

#[expect(
    clippy::permissions_set_readonly_false,
    reason = "the test plays somebody who forges evidence"
)]
fn forge(path: &Path, change: impl Fn(Vec<u8>) -> Vec<u8>) {
    let mut rights = std::fs::metadata(path).unwrap().permissions();
    rights.set_readonly(false);
    std::fs::set_permissions(path, rights).unwrap();
    let bytes = std::fs::read(path).unwrap();
    std::fs::write(path, change(bytes)).unwrap();
}

fn problems(case: &Path) -> Vec<String> {
    let proof = verify(case, &Silent).unwrap();
    assert_eq!(proof.is_sound(), proof.problems.is_empty());
    proof.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn an_untouched_case_is_sound_and_its_seal_holds() {
    let folder = sealed();
    let proof = verify(folder.path(), &Silent).unwrap();
    assert!(proof.is_sound(), "{:?}", proof.problems);
    assert_eq!(proof.artefacts, 3);
    assert_eq!(proof.seals.len(), 1);
}

#[test]
fn a_changed_missing_or_added_object_is_named() {
    let folder = sealed();
    let object = object(folder.path());
    let name = object.file_name().unwrap().to_string_lossy().into_owned();
    let genuine = std::fs::read(&object).unwrap();
    for at in [0, genuine.len() / 2, genuine.len() - 1] {
        forge(&object, |mut bytes| {
            bytes[at] ^= 0x10;
            bytes
        });
        let found = problems(folder.path());
        assert!(
            found.iter().any(|what| what.contains(&name)),
            "{at}: {found:?}"
        );
        forge(&object, |_| genuine.clone());
        assert_eq!(problems(folder.path()), Vec::<String>::new());
    }
    std::fs::remove_file(&object).unwrap();
    let found = problems(folder.path());
    assert!(found.iter().any(|what| what.contains(&name)), "{found:?}");
    std::fs::write(&object, &genuine).unwrap();
    let added = object.with_file_name(format!("{}.zst", "0".repeat(64)));
    std::fs::write(&added, &genuine).unwrap();
    let found = problems(folder.path());
    assert!(
        found.iter().any(|what| what.contains(&"0".repeat(64))),
        "{found:?}"
    );
}

#[test]
fn a_changed_or_cut_journal_is_found() {
    let folder = sealed();
    let journal = folder.path().join("journal.jsonl");
    let genuine = std::fs::read(&journal).unwrap();
    let text = String::from_utf8(genuine.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    // Every line in turn gets another name for who did it, as a forger would write it.
    for at in 0..lines.len() {
        let mut forged: Vec<String> = lines.iter().map(ToString::to_string).collect();
        forged[at] = forged[at].replace("\"analyst\"", "\"somebody\"");
        assert_ne!(forged[at], lines[at], "the test changes nothing");
        forge(&journal, |_| (forged.join("\n") + "\n").into_bytes());
        assert!(!problems(folder.path()).is_empty(), "line {}", at + 1);
    }
    // A line taken out of the middle, and the seal with all after it.
    let without: Vec<&str> = [&lines[..1], &lines[2..]].concat();
    forge(&journal, |_| (without.join("\n") + "\n").into_bytes());
    assert!(!problems(folder.path()).is_empty());
    forge(&journal, |_| genuine.clone());
    assert!(problems(folder.path()).is_empty());
}
