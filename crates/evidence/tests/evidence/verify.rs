//! Nothing that was changed, lost or added stays hidden, and the right file is named.

use std::path::Path;

use hourzero_evidence::{CaseLock, Journal, SealKey, Store, Verification, seal, verify};
use proptest::prelude::*;

use crate::{at, files, fill, log, put, tamper};

/// A sealed case of three small artefacts.
fn sealed(case: &Path) {
    fill(
        case,
        &[
            ("empty.json", Vec::new()),
            ("small.json", b"{\"Operation\":\"New-InboxRule\"}".to_vec()),
            ("log.json", log(3000)),
        ],
    );
    let keys = tempfile::tempdir().unwrap();
    let key = SealKey::generate(&keys.path().join("key.pem")).unwrap();
    let lock = CaseLock::acquire(case).unwrap();
    let mut journal = Journal::open(&lock).unwrap();
    seal(&lock, &mut journal, &key, (at(60), "first analyst")).unwrap();
}

fn names(verification: &Verification, file: &str) -> bool {
    verification
        .problems
        .iter()
        .any(|problem| problem.file == file)
}

#[test]
fn an_untouched_case_is_sound() {
    let case = tempfile::tempdir().unwrap();
    sealed(case.path());
    let verification = verify(case.path()).unwrap();
    assert_eq!(verification.problems, []);
    assert_eq!((verification.artefacts, verification.entries), (3, 4));
    assert_eq!(verification.seals.len(), 1);
    let stored: usize = files(case.path())
        .iter()
        .filter(|(name, _)| name.starts_with("evidence/"))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert_eq!(verification.bytes, stored as u64);
}

#[test]
fn an_empty_folder_is_sound() {
    let case = tempfile::tempdir().unwrap();
    assert!(verify(case.path()).unwrap().is_sound());
}

#[test]
fn every_single_byte_of_an_object_counts() {
    let case = tempfile::tempdir().unwrap();
    sealed(case.path());
    for (name, bytes) in files(case.path()) {
        if !name.starts_with("evidence/") || bytes.len() > 200 {
            continue;
        }
        let path = case.path().join(&name);
        for place in 0..bytes.len() {
            for bit in [0, 3, 7] {
                let mut changed = bytes.clone();
                changed[place] ^= 1 << bit;
                tamper(&path, &changed);
                let verification = verify(case.path()).unwrap();
                assert!(names(&verification, &name), "bit {bit} of byte {place}");
            }
        }
        tamper(&path, &bytes);
    }
    assert!(verify(case.path()).unwrap().is_sound());
}

/// What is done to one byte.
#[derive(Debug, Clone, Copy)]
enum Harm {
    Change(u8),
    Insert(u8),
    Remove,
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        (1..=255_u8).prop_map(Harm::Change),
        any::<u8>().prop_map(Harm::Insert),
        Just(Harm::Remove),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]
    #[test]
    fn one_byte_changed_inserted_or_removed_anywhere_is_found(
        harms in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), harm()), 60)
    ) {
        let case = tempfile::tempdir().unwrap();
        sealed(case.path());
        let originals: Vec<_> = files(case.path()).into_iter().collect();
        for (file, place, harm) in harms {
            let (name, bytes) = &originals[file.index(originals.len())];
            let mut changed = bytes.clone();
            match harm {
                Harm::Change(by) => changed[place.index(bytes.len())] ^= by,
                Harm::Insert(byte) => changed.insert(place.index(bytes.len() + 1), byte),
                Harm::Remove => drop(changed.remove(place.index(bytes.len()))),
            }
            let path = case.path().join(name);
            tamper(&path, &changed);
            let verification = verify(case.path()).unwrap();
            prop_assert!(names(&verification, name), "{harm:?} in {name}: {:?}", verification.problems);
            tamper(&path, bytes);
        }
    }
}

#[test]
fn the_place_of_a_change_in_a_large_object_is_told() {
    const FRAME: u64 = 4 << 20;
    let case = tempfile::tempdir().unwrap();
    let id = fill(case.path(), &[("log", log(10 << 20))])[0];
    let name = format!("evidence/{id}.zst");
    let path = case.path().join(&name);
    let bytes = std::fs::read(&path).unwrap();
    // The middle of the file lies in the second of three frames.
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 0x10;
    tamper(&path, &changed);
    let problems = verify(case.path()).unwrap().problems;
    assert_eq!(problems.len(), 1);
    let text = problems[0].to_string();
    assert!(
        text.contains(&format!("in doubt from byte {FRAME} on")),
        "{text}"
    );
}

#[test]
fn problems_in_words() {
    let case = tempfile::tempdir().unwrap();
    let ids = fill(
        case.path(),
        &[
            ("a", log(1000)),
            ("b", log(2000)),
            ("c", log(3000)),
            ("d", log(4000)),
        ],
    );
    let file = |at: usize| case.path().join(format!("evidence/{}.zst", ids[at]));
    let read = |at: usize| std::fs::read(file(at)).unwrap();
    let other = read(1);
    let mut content = read(0);
    content[30] ^= 1;
    tamper(&file(0), &content);
    let mut table = read(1);
    let last = table.len() - 12;
    table[last] ^= 1;
    tamper(&file(1), &table);
    std::fs::remove_file(file(2)).unwrap();
    tamper(&file(3), &other);
    {
        let lock = CaseLock::acquire(case.path()).unwrap();
        put(&Store::open(&lock).unwrap(), b"no receipt");
    }
    for name in [".partial-3", "notes.txt", "NOTES.zst"] {
        std::fs::write(case.path().join("evidence").join(name), "x").unwrap();
    }
    std::fs::create_dir(case.path().join("evidence/folder")).unwrap();
    let mut journal = std::fs::read(case.path().join("journal.jsonl")).unwrap();
    journal.extend(b"{\"actor\":");
    std::fs::write(case.path().join("journal.jsonl"), journal).unwrap();
    let verification = verify(case.path()).unwrap();
    let text: Vec<String> = verification
        .problems
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(text.join("\n"));
}
