//! An import that is stopped in the middle: nothing is lost, and the next run completes it.

#![cfg(unix)]

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{audit, run};

/// The built command.
fn command() -> String {
    assert_cmd::cargo::cargo_bin("hourzero")
        .to_string_lossy()
        .into_owned()
}

/// Exports of many records that pack badly, so that an import of them takes a while and fills a disk.
fn large(folder: &Path, files: usize) -> u64 {
    const RECORDS: u64 = 4_000;
    let mut seed = 7_u64;
    for file in 0..files {
        let mut text = String::new();
        for at in 0..RECORDS {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let user = format!("u{seed:016x}@contoso.example");
            let id = format!("{file:08}-0000-4000-8000-{at:012}");
            text.push_str(&audit(&id, &user));
            text.push('\n');
        }
        std::fs::write(folder.join(format!("audit-{file}.jsonl")), text).unwrap();
    }
    RECORDS * files as u64
}

fn whole(case: &Path, exports: &Path, records: u64) {
    let done = run(case, &["import", &exports.to_string_lossy(), "--json"]);
    assert_eq!(done.status, 0, "{}", done.err);
    let events: u64 = done
        .lines()
        .iter()
        .map(|file| file["events"].as_u64().unwrap())
        .sum();
    assert_eq!(events, records);
    let sql = "SELECT count(*) AS n FROM events";
    assert_eq!(
        run(case, &["query", sql, "--json"]).lines()[0]["n"],
        records
    );
    let proof = run(case, &["evidence", "verify"]);
    assert_eq!(proof.status, 0, "{}", proof.out);
}

/// Waits until the import has written so many objects; it ends by itself if it is faster.
fn wait_for_objects(case: &Path, child: &mut std::process::Child, count: usize) {
    while child.try_wait().unwrap().is_none() {
        let objects = std::fs::read_dir(case.join("evidence")).map_or(0, Iterator::count);
        if objects >= count {
            return;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_killed_import_is_completed_by_the_next() {
    let exports = tempfile::tempdir().unwrap();
    let records = large(exports.path(), 6);
    let root = tempfile::tempdir().unwrap();
    // It is killed earlier and later, each time on top of what the last one left.
    for objects in [1, 3, 5] {
        let mut child = Command::new(command())
            .args(["import", "--quiet", "--case"])
            .args([root.path(), exports.path()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_for_objects(root.path(), &mut child, objects);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    whole(root.path(), exports.path(), records);
}

/// A limit on the size of files stands for a disk that is full.
#[test]
fn a_full_disk_is_said_and_the_next_run_goes_on() {
    let exports = tempfile::tempdir().unwrap();
    let records = large(exports.path(), 2);
    let root = tempfile::tempdir().unwrap();
    let script = "trap '' XFSZ; ulimit -f 100; exec \"$0\" import --case \"$1\" \"$2\"";
    let done = Command::new("bash")
        .args(["-c", script, &command()])
        .args([root.path(), exports.path()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(said.contains("error:") && said.contains("hint:"), "{said}");
    whole(root.path(), exports.path(), records);
}

#[test]
fn a_file_that_may_not_be_read_is_named_and_the_rest_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let exports = tempfile::tempdir().unwrap();
    let records = large(exports.path(), 1);
    let shut = exports.path().join("shut.jsonl");
    std::fs::write(&shut, "{}").unwrap();
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&shut).is_ok() {
        println!("skipped: this user may read every file");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["import", &exports.path().to_string_lossy(), "--json"],
    );
    assert_eq!(done.status, 1, "{}", done.err);
    assert_eq!(done.file("audit-0.jsonl")["events"], records);
    let shut = done.file("shut.jsonl");
    let reason = shut["reject_reasons"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("could not be read"), "{reason}");
}

/// A case that one process has open is not touched by another.
#[test]
fn a_case_in_use_is_left_alone() {
    let exports = tempfile::tempdir().unwrap();
    large(exports.path(), 6);
    let root = tempfile::tempdir().unwrap();
    let mut child = Command::new(command())
        .args(["import", "--quiet", "--case"])
        .args([root.path(), exports.path()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for_objects(root.path(), &mut child, 1);
    let other = run(root.path(), &["coverage"]);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    if running {
        assert_eq!(other.status, 3, "{}", other.out);
        assert!(other.err.contains("error:"), "{}", other.err);
    }
}
