//! What goes in comes out: whole, in ranges, by another program, by several threads.

use std::io::{Cursor, Read, Seek, SeekFrom, Write};

use hourzero_evidence::{CaseLock, EvidenceError, Objects, RawReader, Store};
use hourzero_model::{ArtefactId, Provenance, RawRecords};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::{fill, log, put, tamper};

const FRAME: usize = 4 << 20;

#[test]
fn every_size_around_a_frame_comes_back_whole() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    for size in [0, 1, 100_000, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME + 3] {
        let bytes = log(size);
        let stored = put(&store, &bytes);
        let expected: [u8; 32] = Sha256::digest(&bytes).into();
        assert_eq!(stored.id, ArtefactId::from_bytes(expected), "{size}");
        assert_eq!(stored.size, size as u64);
        assert!(!stored.already_held);
        let mut read = Vec::new();
        let mut reader = store.objects().read(stored.id).unwrap();
        assert_eq!(reader.size(), size as u64);
        reader.read_to_end(&mut read).unwrap();
        assert!(read == bytes, "{size} bytes differ");
        // Another program can read it too: it is ordinary zstd.
        let file = std::fs::File::open(store.objects().path(stored.id)).unwrap();
        let decoded = zstd::stream::decode_all(file).unwrap();
        assert!(decoded == bytes, "{size} bytes differ for zstd itself");
    }
    assert_eq!(store.objects().list().unwrap().len(), 7);
}

#[test]
fn the_same_bytes_are_stored_once() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    let first = put(&store, &log(5000));
    let before = crate::files(case.path());
    let second = put(&store, &log(5000));
    assert_eq!(first.id, second.id);
    assert!(second.already_held);
    assert_eq!(before, crate::files(case.path()));
}

#[test]
fn a_copy_is_not_dropped_in_favour_of_a_damaged_one() {
    let case = tempfile::tempdir().unwrap();
    let id = fill(case.path(), &[("a.json", log(5000))])[0];
    let path = Objects::of(case.path()).path(id);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[40] ^= 1;
    tamper(&path, &bytes);
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    let error = store
        .put("a.json", &mut Cursor::new(log(5000)))
        .unwrap_err();
    assert!(matches!(error, EvidenceError::Damaged { .. }), "{error}");
    let error = store.objects().read_range(id, 0, 10).unwrap_err();
    assert!(matches!(error, EvidenceError::Damaged { .. }), "{error}");
}

#[test]
fn other_packing_of_the_same_content_is_held() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    let bytes = log(20_000);
    let id = put(&store, &bytes).id;
    let path = store.objects().path(id);
    // The same content, packed as another version of zstd might: a frame, the digest of it, its table.
    let mut compressor = zstd::bulk::Compressor::new(9).unwrap();
    compressor.include_checksum(true).unwrap();
    let frame = compressor.compress(&bytes).unwrap();
    let mut file = frame.clone();
    file.extend(0x184D_2A50_u32.to_le_bytes());
    file.extend(40_u32.to_le_bytes());
    file.extend(b"HZ-SHA-1");
    file.extend(Sha256::digest(&frame));
    for word in [0x184D_2A5E_u32, 17, frame.len() as u32, 20_000, 1] {
        file.extend(word.to_le_bytes());
    }
    file.push(0);
    file.extend(0x8F92_EAB1_u32.to_le_bytes());
    tamper(&path, &file);
    assert!(put(&store, &bytes).already_held);
    assert_eq!(
        store.objects().read_range(id, 100, 50).unwrap(),
        bytes[100..150]
    );
}

#[test]
fn a_caller_can_look_at_the_bytes_as_they_pass() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    let bytes = log(FRAME + 77);
    let mut writer = store.begin().unwrap();
    let mut lines = 0;
    for piece in bytes.chunks(1000) {
        writer.write_all(piece).unwrap();
        lines += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    let stored = writer.finish().unwrap();
    assert_eq!(lines, bytes.iter().filter(|byte| **byte == b'\n').count());
    assert_eq!(stored.size, bytes.len() as u64);
}

#[test]
fn an_abandoned_object_leaves_nothing() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    for size in [10, FRAME + 10] {
        let mut writer = store.begin().unwrap();
        writer.write_all(&log(size)).unwrap();
        drop(writer);
    }
    assert!(crate::files(case.path()).is_empty());
}

#[test]
fn a_source_that_fails_leaves_nothing() {
    struct Failing(u32);
    impl Read for Failing {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            match self.0 {
                1..8 => Ok(into.len()),
                _ => Err(std::io::Error::other("the cable was pulled")),
            }
        }
    }
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let store = Store::open(&lock).unwrap();
    let error = store.put("stick/a.json", &mut Failing(0)).unwrap_err();
    insta::assert_snapshot!(error, @"cannot read stick/a.json: the cable was pulled; nothing of it was stored");
    assert!(crate::files(case.path()).is_empty());
}

#[test]
fn one_process_at_a_time() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let error = CaseLock::acquire(case.path()).unwrap_err().to_string();
    assert!(
        error.starts_with("another hourzero process works on the case"),
        "{error}"
    );
    let store = Store::open(&lock).unwrap();
    drop(lock);
    assert!(
        CaseLock::acquire(case.path()).is_err(),
        "the store holds it"
    );
    drop(store);
    CaseLock::acquire(case.path()).unwrap();
}

#[test]
fn reading_needs_no_lock_and_says_what_is_missing() {
    let case = tempfile::tempdir().unwrap();
    let lock = CaseLock::acquire(case.path()).unwrap();
    let objects = Objects::of(case.path());
    assert!(objects.list().unwrap().is_empty());
    let id = ArtefactId::from_bytes([7; 32]);
    let error = objects.read(id).map(drop).unwrap_err();
    assert!(matches!(error, EvidenceError::Missing { .. }), "{error}");
    let raw = RawReader::new(objects.clone());
    let error = raw.range(id, 0, 1).unwrap_err();
    assert!(matches!(error, EvidenceError::Missing { .. }), "{error}");
    let id = put(&Store::open(&lock).unwrap(), b"0123456789").id;
    for error in [
        objects.read_range(id, 5, 6).unwrap_err(),
        raw.range(id, u64::MAX, 2).unwrap_err(),
    ] {
        assert!(matches!(error, EvidenceError::OutOfRange { .. }), "{error}");
    }
}

#[test]
fn records_are_read_back_from_many_threads() {
    let case = tempfile::tempdir().unwrap();
    let small = log(3000);
    let large = log(3 * FRAME);
    let ids = fill(
        case.path(),
        &[("small", small.clone()), ("large", large.clone())],
    );
    let raw = RawReader::new(Objects::of(case.path()));
    std::thread::scope(|scope| {
        for thread in 0..4_u64 {
            let (raw, ids, small, large) = (&raw, &ids, &small, &large);
            scope.spawn(move || {
                for step in 0..200_u64 {
                    let number = step * 4 + thread;
                    let (artefact, bytes) = if number % 5 == 0 {
                        (ids[0], small)
                    } else {
                        (ids[1], large)
                    };
                    let offset = (number * 65_537) % (bytes.len() as u64 - 300);
                    let place = Provenance {
                        artefact,
                        position: 1,
                        offset,
                        length: 300,
                    };
                    let from = offset as usize;
                    assert!(raw.raw(&place).unwrap() == bytes[from..from + 300]);
                }
            });
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_range_is_the_range_of_what_went_in(
        ranges in prop::collection::vec((0..=2 * FRAME + 10, 0..=FRAME + 10), 1..6)
    ) {
        let case = tempfile::tempdir().unwrap();
        let bytes = log(2 * FRAME + 10);
        let id = fill(case.path(), &[("log", bytes.clone())])[0];
        let objects = Objects::of(case.path());
        let raw = RawReader::new(objects.clone());
        let mut reader = objects.read(id).unwrap();
        for (from, length) in ranges {
            let to = (from + length).min(bytes.len());
            let expected = &bytes[from..to];
            let (offset, length) = (from as u64, expected.len() as u64);
            prop_assert!(reader.range(offset, length).unwrap() == expected);
            prop_assert!(raw.range(id, offset, length).unwrap() == expected);
            reader.seek(SeekFrom::Start(offset)).unwrap();
            let mut read = vec![0; expected.len()];
            reader.read_exact(&mut read).unwrap();
            prop_assert!(read == expected);
        }
    }
}
