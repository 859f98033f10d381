//! Seals: made, checked, and what they find that a chain alone cannot.

use std::path::Path;

use hourzero_evidence::{CaseLock, EvidenceError, Journal, Seal, SealKey, Token, seal, verify};
use sha2::{Digest, Sha256};

use crate::{at, bytes_of, entry, fill, log};

fn key() -> SealKey {
    let keys = tempfile::tempdir().unwrap();
    SealKey::generate(&keys.path().join("key.pem")).unwrap()
}

fn seal_with(case: &Path, key: &SealKey) -> Result<Seal, EvidenceError> {
    let lock = CaseLock::acquire(case).unwrap();
    let mut journal = Journal::open(&lock).unwrap();
    seal(&lock, &mut journal, key, (at(60), "first analyst"))
}

fn problems(case: &Path) -> String {
    let verification = verify(case).unwrap();
    let text: Vec<String> = verification
        .problems
        .iter()
        .map(ToString::to_string)
        .collect();
    text.join("\n")
}

/// Keeps only the first lines of the journal.
fn keep_lines(case: &Path, lines: usize) {
    let path = case.join("journal.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    let kept: String = text.split_inclusive('\n').take(lines).collect();
    std::fs::write(path, kept).unwrap();
}

#[test]
fn a_key_is_written_once_for_its_owner_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key.pem");
    let public = SealKey::generate(&path).unwrap().public();
    assert_eq!(SealKey::load(&path).unwrap().public(), public);
    assert_ne!(key().public(), public);
    // The first version of PKCS#8: 48 bytes of DER, which OpenSSL reads and writes.
    let pem = std::fs::read_to_string(&path).unwrap();
    assert_eq!(pem.lines().nth(1).unwrap().len(), 64);
    assert_eq!(pem.lines().count(), 3);
    assert!(SealKey::generate(&path).is_err(), "a key is never replaced");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::write(folder.path().join("other"), "no key").unwrap();
    let error = SealKey::load(&folder.path().join("other")).map(drop);
    assert!(matches!(error, Err(EvidenceError::NotAKey(_))));
}

/// The signature by the algorithm itself, from the three documented lines.
#[test]
fn a_third_party_can_check_a_seal() {
    use ed25519_dalek::{Signature, VerifyingKey};
    let case = tempfile::tempdir().unwrap();
    fill(case.path(), &[("a", log(100))]);
    let seal = seal_with(case.path(), &key()).unwrap();
    let message = format!("hourzero seal 1\nsequence 1\nhead {}\n", seal.head);
    let public: [u8; 32] = bytes_of(&seal.public_key).try_into().unwrap();
    let signature: [u8; 64] = bytes_of(&seal.signature).try_into().unwrap();
    VerifyingKey::from_bytes(&public)
        .unwrap()
        .verify_strict(message.as_bytes(), &Signature::from_bytes(&signature))
        .unwrap();
}

#[test]
fn entries_removed_from_the_end_are_found_by_a_seal() {
    let case = tempfile::tempdir().unwrap();
    fill(case.path(), &[("a", log(100))]);
    {
        let lock = CaseLock::acquire(case.path()).unwrap();
        let mut journal = Journal::open(&lock).unwrap();
        journal.append(entry("note", 1)).unwrap();
    }
    // Without a seal a shorter chain holds: this is what the documentation says of it.
    let whole = std::fs::read(case.path().join("journal.jsonl")).unwrap();
    keep_lines(case.path(), 1);
    assert_eq!(problems(case.path()), "");
    std::fs::write(case.path().join("journal.jsonl"), whole).unwrap();
    seal_with(case.path(), &key()).unwrap();
    assert_eq!(problems(case.path()), "");
    let mut report = String::new();
    for lines in [2, 1, 0] {
        keep_lines(case.path(), lines);
        report.push_str(&format!("{lines} left\n{}\n", problems(case.path())));
    }
    insta::assert_snapshot!(report);
}

#[test]
fn a_journal_that_was_written_again_is_found_by_a_seal() {
    let case = tempfile::tempdir().unwrap();
    fill(case.path(), &[("a", log(100))]);
    let seal = seal_with(case.path(), &key()).unwrap();
    std::fs::remove_file(case.path().join("journal.jsonl")).unwrap();
    fill(case.path(), &[("another name", log(100))]);
    assert!(problems(case.path()).contains("the journal was rewritten"));
    // Sealed again by somebody else, the key is another one.
    std::fs::remove_file(case.path().join("seals/1.json")).unwrap();
    seal_with(case.path(), &key()).unwrap();
    let verification = verify(case.path()).unwrap();
    assert!(verification.is_sound());
    assert_ne!(verification.seals[0].public_key, seal.public_key);
}

#[test]
fn sealing_goes_on_after_an_interruption_and_never_replaces_a_seal() {
    let case = tempfile::tempdir().unwrap();
    let key = key();
    let empty = seal_with(case.path(), &key);
    assert!(matches!(empty, Err(EvidenceError::NothingToSeal(_))));
    fill(case.path(), &[("a", log(100))]);
    let first = seal_with(case.path(), &key).unwrap();
    // As if it had been killed between the seal and its entry.
    keep_lines(case.path(), 1);
    assert!(problems(case.path()).contains("then seal again"));
    let other = seal_with(case.path(), &crate::seal::key());
    assert!(matches!(other, Err(EvidenceError::SealExists(_))));
    assert_eq!(seal_with(case.path(), &key).unwrap(), first);
    assert_eq!(problems(case.path()), "");
    // A second seal covers the entry of the first.
    assert_eq!(seal_with(case.path(), &key).unwrap().sequence, 2);
    assert_eq!(problems(case.path()), "");
    std::fs::remove_file(case.path().join("seals/1.json")).unwrap();
    assert_eq!(
        problems(case.path()),
        "seals/1.json: the journal has a seal of this entry that is not there"
    );
}

#[test]
fn a_time_stamp_token_is_matched_with_its_seal() {
    let case = tempfile::tempdir().unwrap();
    fill(case.path(), &[("a", log(100))]);
    let seal = seal_with(case.path(), &key()).unwrap();
    let der = |content: &[u8]| [&[0x30, content.len() as u8], content].concat();
    let file: [u8; 32] =
        Sha256::digest(std::fs::read(case.path().join("seals/1.json")).unwrap()).into();
    let token = case.path().join("seals/1.tsr");
    let state = || verify(case.path()).unwrap().seals[0].token;
    assert_eq!(state(), Token::Absent);
    std::fs::write(&token, der(seal.head.as_bytes())).unwrap();
    assert_eq!(state(), Token::NamesHead);
    std::fs::write(&token, der(&file)).unwrap();
    assert_eq!(state(), Token::NamesSeal);
    assert_eq!(problems(case.path()), "");
    for wrong in [der(b"nothing"), seal.head.as_bytes().to_vec(), Vec::new()] {
        std::fs::write(&token, wrong).unwrap();
        assert_eq!(state(), Token::NamesNeither);
        assert_eq!(
            problems(case.path()),
            "seals/1.tsr: the token holds neither the head's hash nor the hash of the seal's file"
        );
    }
    std::fs::rename(&token, case.path().join("seals/7.tsr")).unwrap();
    assert_eq!(
        problems(case.path()),
        "seals/7.tsr: a token without its seal"
    );
}
