//! A disk that fails at any one operation, fills up, or is gone because the process was killed: afterwards
//! the case opens, holds nothing half-written, and the same import goes through.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hourzero_evidence::{
    CaseLock, Disk, DiskFile, EvidenceError, Journal, Listed, Objects, OsDisk, ReadSeek, Store,
    verify,
};

use crate::{entry, log, receipt};

/// How the disk fails from its n-th operation on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// This operation alone.
    Once,
    /// Whatever needs room from then on; half of a write still fits.
    Full,
    /// Everything from then on, as after a kill; half of a write was done.
    Killed,
}

/// Whether an operation needs room on the disk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Room,
    Nothing,
}

#[derive(Clone)]
struct Faults {
    fault: Fault,
    at: usize,
    done: Arc<AtomicUsize>,
}

impl Faults {
    fn check(&self, needs: Needs) -> io::Result<()> {
        let number = self.done.fetch_add(1, Ordering::SeqCst);
        let failing = match self.fault {
            Fault::Once => number == self.at,
            Fault::Full => number >= self.at && needs == Needs::Room,
            Fault::Killed => number >= self.at,
        };
        match (failing, self.fault) {
            (false, _) => Ok(()),
            (true, Fault::Full) => Err(ErrorKind::StorageFull.into()),
            (true, _) => Err(io::Error::other("input/output error")),
        }
    }
}

struct FaultyFile(Box<dyn DiskFile>, Faults);

impl Read for FaultyFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Seek for FaultyFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = self.1.check(Needs::Room) {
            self.0.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl DiskFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        self.1.check(Needs::Room)?;
        self.0.sync()
    }

    fn set_len(&mut self, length: u64) -> io::Result<()> {
        self.1.check(Needs::Nothing)?;
        self.0.set_len(length)
    }
}

impl Disk for Faults {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.check(Needs::Room)?;
        Ok(Box::new(FaultyFile(OsDisk.create_new(path)?, self.clone())))
    }

    fn open_write(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.check(Needs::Room)?;
        Ok(Box::new(FaultyFile(OsDisk.open_write(path)?, self.clone())))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        self.check(Needs::Nothing)?;
        OsDisk.open(path)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.check(Needs::Nothing)?;
        OsDisk.exists(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Listed>> {
        self.check(Needs::Nothing)?;
        OsDisk.list(folder)
    }

    fn create_folder(&self, folder: &Path) -> io::Result<()> {
        self.check(Needs::Room)?;
        OsDisk.create_folder(folder)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.check(Needs::Room)?;
        OsDisk.rename(from, to)
    }

    fn discard(&self, path: &Path) -> io::Result<()> {
        self.check(Needs::Nothing)?;
        OsDisk.discard(path)
    }

    fn protect(&self, path: &Path) -> io::Result<()> {
        self.check(Needs::Nothing)?;
        OsDisk.protect(path)
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.check(Needs::Nothing)?;
        OsDisk.sync_folder(folder)
    }
}

/// An import of two files, one of them twice, with receipts and a note. It can be run again.
fn import(case: &Path, disk: Arc<dyn Disk>, sources: &[Vec<u8>]) -> Result<(), EvidenceError> {
    let lock = CaseLock::acquire_on(case, disk)?;
    let store = Store::open(&lock)?;
    let mut journal = Journal::open(&lock)?;
    for (seconds, bytes) in (0..).zip(sources) {
        let stored = store.put("source", &mut bytes.as_slice())?;
        journal.append(receipt(stored.id, "source", seconds))?;
    }
    journal.append(entry("note", 100)).map(drop)
}

fn check_after(fault: Fault, at: usize, sources: &[Vec<u8>]) -> bool {
    let case = tempfile::tempdir().unwrap();
    let faults = Faults {
        fault,
        at,
        done: Arc::default(),
    };
    let outcome = import(case.path(), Arc::new(faults.clone()), sources);
    if let Err(error) = &outcome {
        let text = error.to_string();
        let full = matches!(error, EvidenceError::DiskFull { .. });
        assert_eq!(full, fault == Fault::Full, "{fault:?} at {at}: {text}");
    }
    // Whatever stands under a final name is whole, before anybody has mended anything.
    let objects = Objects::of(case.path());
    for id in objects.list().unwrap() {
        let size = objects.read(id).unwrap().size();
        assert!(sources.iter().any(|source| source.len() as u64 == size));
    }
    // The same import goes through, and the case is sound.
    import(case.path(), Arc::new(OsDisk), sources).unwrap();
    let verification = verify(case.path()).unwrap();
    assert_eq!(verification.problems, [], "{fault:?} at {at}");
    assert_eq!(verification.artefacts, 2);
    // A run that met no fault ends the search.
    outcome.is_err() || faults.done.load(Ordering::SeqCst) > at
}

#[test]
fn after_a_fault_at_any_operation_the_import_goes_on() {
    let small = log(700);
    let sources = [small.clone(), log(1500), small];
    for fault in [Fault::Once, Fault::Full, Fault::Killed] {
        let mut at = 0;
        while check_after(fault, at, &sources) {
            at += 1;
        }
        assert!(at > 30, "{fault:?}: only {at} operations");
    }
}

#[test]
fn after_a_fault_on_the_packing_thread_the_import_goes_on() {
    let sources = [log((9 << 20) + 5), log(10)];
    for fault in [Fault::Once, Fault::Full, Fault::Killed] {
        for at in 5..14 {
            check_after(fault, at, &sources);
        }
    }
}

#[test]
fn an_append_that_failed_can_be_repeated() {
    for fault in [Fault::Once, Fault::Killed] {
        let case = tempfile::tempdir().unwrap();
        let faults = Faults {
            fault: Fault::Once,
            at: usize::MAX,
            done: Arc::default(),
        };
        let lock = CaseLock::acquire_on(case.path(), Arc::new(faults.clone())).unwrap();
        let mut journal = Journal::open(&lock).unwrap();
        journal.append(entry("note", 1)).unwrap();
        let before = std::fs::read(case.path().join("journal.jsonl")).unwrap();
        drop((journal, lock));
        // Opening takes 5 operations, so the sixth is the write.
        let faults = Faults {
            fault,
            at: 4,
            done: Arc::default(),
        };
        let lock = CaseLock::acquire_on(case.path(), Arc::new(faults.clone())).unwrap();
        let mut journal = Journal::open(&lock).unwrap();
        faults.done.store(4, Ordering::SeqCst);
        journal.append(entry("note", 2)).unwrap_err();
        assert_eq!(journal.entries().len(), 1);
        if fault == Fault::Once {
            assert_eq!(
                std::fs::read(case.path().join("journal.jsonl")).unwrap(),
                before
            );
        }
        // The disk works again.
        faults.done.store(0, Ordering::SeqCst);
        let sequence = journal.append(entry("note", 3)).unwrap().sequence;
        assert_eq!(sequence, 2);
        assert!(verify(case.path()).unwrap().is_sound());
    }
}

#[test]
fn messages_say_what_to_do() {
    let path = std::path::PathBuf::from("case/evidence/.partial-0");
    let texts = [
        EvidenceError::DiskFull { path: path.clone() },
        EvidenceError::NoPermission {
            act: "write",
            path: path.clone(),
        },
        EvidenceError::Locked("case".into()),
        EvidenceError::BrokenJournal {
            path: "case/journal.jsonl".into(),
            line: 3,
            reason: "its bytes do not have the hash that it states".to_owned(),
        },
        EvidenceError::NotAKey("key.pem".into()),
    ]
    .map(|error| error.to_string());
    insta::assert_snapshot!(texts.join("\n"));
}
