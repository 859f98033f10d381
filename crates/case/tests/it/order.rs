//! Every file is explained, every record is accounted for, and `out/` is the same however the files came.

use std::path::PathBuf;

use hourzero_case::{Found, ImportedFile, walk};
use hourzero_model::Timestamp;
use serde_json::json;

use crate::support::{self, Done, FOLDERS, NO_EXPORTS, difference, done, files, samples};

fn adds_up(file: &ImportedFile) {
    assert_eq!(
        file.records,
        file.events + file.states + file.duplicates + file.rejects,
        "{file:?}"
    );
    let of_records = file.reject_reasons.iter().filter(|why| why.position > 0);
    assert_eq!(of_records.count() as u64, file.rejects, "{file:?}");
    if file.form.is_none() {
        assert_eq!(file.records, 0, "{file:?}");
        assert_eq!(file.reject_reasons.len(), 1, "{file:?}");
        assert_eq!(file.reject_reasons[0].position, 0, "{file:?}");
        assert!(!file.reject_reasons[0].reason.is_empty(), "{file:?}");
    }
}

#[test]
fn every_file_of_the_samples_has_a_form_or_a_reason_and_every_record_an_account() {
    if samples().is_none() {
        return;
    }
    for folder in FOLDERS {
        let done = done(folder).expect("the samples are there");
        let (mut records, mut rejects) = (0, 0);
        for file in &done.imported.files {
            adds_up(file);
            let known = file.form.is_some();
            let name = file.file.as_str();
            assert_eq!(known, !NO_EXPORTS.contains(&name), "{folder}: {file:?}");
            assert!(!file.held, "{folder}: {file:?}");
            records += file.records;
            rejects += file.rejects;
        }
        assert!(records > 0, "{folder} gave no record");
        // Five rows of the training lab's hunting table were exported without a time.
        let expected = if *folder == "sentinel_training_lab" {
            5
        } else {
            0
        };
        assert_eq!(rejects, expected, "{folder}");
    }
}

#[test]
fn the_figures_of_held_files_stay() {
    if samples().is_none() {
        return;
    }
    let done = Done::of(&[vec![folder("sentinel_training_lab"), folder("otrf")]]);
    let before = done.out();
    let mut case = done.open();
    let again = case
        .import(&[folder("sentinel_training_lab"), folder("otrf")])
        .expect("the import");
    case.investigate(&[]).expect("the investigation");
    assert_eq!(again.files.len(), done.imported.files.len());
    for (first, second) in done.imported.files.iter().zip(&again.files) {
        let expected = ImportedFile {
            held: true,
            ..first.clone()
        };
        assert_eq!(second, &expected);
    }
    assert_eq!(difference(&before, &done.out()), None);
}

fn folder(name: &str) -> PathBuf {
    samples().expect("the samples are there").join(name)
}

/// All files of the folders under names that do not collide, as they stand when all are given at once.
fn all_files() -> Vec<Found> {
    let paths: Vec<PathBuf> = FOLDERS.iter().map(|name| folder(name)).collect();
    walk(&paths, std::path::Path::new("/nowhere")).files
}

/// A fixed shuffle: the same seed gives the same order (Knuth's MMIX generator).
fn shuffled(mut files: Vec<PathBuf>, mut seed: u64) -> Vec<PathBuf> {
    for at in (1..files.len()).rev() {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let other = usize::try_from((seed >> 33) % (at as u64 + 1)).expect("small");
        files.swap(at, other);
    }
    files
}

/// `out/` is the same whether all files come at once, backward or shuffled, in few imports or in many.
#[test]
fn the_order_of_files_does_not_matter() {
    if samples().is_none() {
        return;
    }
    let paths: Vec<PathBuf> = all_files().into_iter().map(|found| found.path).collect();
    let at_once = Done::of(std::slice::from_ref(&paths)).out();
    assert!(at_once["timeline.jsonl"].len() > 10_000);
    let backward: Vec<PathBuf> = paths.iter().rev().cloned().collect();
    let split: Vec<Vec<PathBuf>> = shuffled(paths.clone(), 7)
        .chunks(15)
        .map(<[PathBuf]>::to_vec)
        .collect();
    let large: Vec<Vec<PathBuf>> = backward.chunks(40).map(<[PathBuf]>::to_vec).collect();
    for imports in [split, large] {
        let other = Done::of(&imports).out();
        assert_eq!(
            difference(&at_once, &other),
            None,
            "{} imports",
            imports.len()
        );
    }
}

#[test]
fn the_order_of_folders_does_not_matter() {
    if samples().is_none() {
        return;
    }
    let paths: Vec<PathBuf> = FOLDERS.iter().map(|name| folder(name)).collect();
    let at_once = Done::of(std::slice::from_ref(&paths)).out();
    let one_by_one: Vec<Vec<PathBuf>> = shuffled(paths, 11)
        .into_iter()
        .map(|path| vec![path])
        .collect();
    let other = Done::of(&one_by_one).out();
    assert_eq!(difference(&at_once, &other), None);
}

/// What is derived can be thrown away: it is built again bit for bit.
#[test]
fn derived_files_are_rebuilt_from_what_is_given() {
    let done = Done::of(&[vec![support::first_look()]]);
    let before = done.out();
    for derived in ["records", "state", "out"] {
        let path = done.folder.path().join(derived);
        if path.exists() {
            std::fs::remove_dir_all(&path).expect("it can be removed");
        }
    }
    done.open().investigate(&[]).expect("the investigation");
    assert_eq!(difference(&before, &done.out()), None);
    assert!(files(done.folder.path()).contains_key("journal.jsonl"));
}

/// The name of a portal's export tells its kind. The same bytes under two names have one kind, whichever
/// name came first.
#[test]
fn a_file_under_two_names_reads_the_same_whichever_came_first() {
    let columns = "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,Application,Application ID,Resource,Resource ID,IP address,Location,Status,Sign-in error code,Failure reason,Client app,Device ID,Browser,Operating System,Authentication requirement";
    let row = "2026-03-06T17:40:00Z,00000000-0000-4000-8000-000000000001,axios/1.7.2,00000000-0000-4000-8000-000000000002,00000000-0000-4000-8000-000000000003,Pat,pat@contoso.example,Member,OfficeHome,4765445b-32c6-49b0-83e6-1d93765276ca,Office,00000003-0000-0ff1-ce00-000000000000,203.0.113.9,\"Berlin, Berlin, DE\",Success,0,Other.,Browser,,Chrome,Windows,Single-factor authentication";
    let exports = tempfile::tempdir().unwrap();
    let paths = [
        "InteractiveSignIns_2026.csv",
        "NonInteractiveSignIns_2026.csv",
    ]
    .map(|name| {
        let path = exports.path().join(name);
        std::fs::write(&path, format!("{columns}\n{row}\n")).unwrap();
        path
    });
    let [first, second] = paths;
    let orders = [
        vec![vec![first.clone()], vec![second.clone()]],
        vec![vec![second.clone()], vec![first.clone()]],
        vec![vec![second, first]],
    ];
    let mut made = Vec::new();
    for order in &orders {
        let done = Done::of(order);
        let table = done
            .open()
            .query("SELECT record_type FROM records", 10)
            .unwrap();
        made.push((done.out(), table.rows));
    }
    assert_eq!(made[0].1, [[serde_json::json!("SignInLogs")]]);
    for (out, rows) in &made[1..] {
        assert_eq!(rows, &made[0].1);
        assert_eq!(difference(&made[0].0, out), None);
    }
}

/// What one pass counts is what the engine counts over the same records.
#[test]
fn logs_are_counted_as_the_engine_counts_them() {
    let mut folders = vec![support::first_look()];
    folders.extend(samples().map(|samples| samples.join("excytin_39")));
    for folder in folders {
        let done = Done::of(&[vec![folder]]);
        let mut case = done.open();
        let sql = "SELECT CASE WHEN source = 'other' THEN coalesce(workload, source) ELSE source END AS log, \
                   count(*), min(event_time), max(event_time), count(DISTINCT actor) \
                   FROM records GROUP BY log ORDER BY log";
        let table = case.query(sql, 1_000).expect("an answer");
        let rows = case.coverage().expect("the logs").into_iter().map(|row| {
            let time = |time: Option<Timestamp>| json!(time.map(|time| time.to_string()));
            vec![
                json!(row.source),
                json!(row.records),
                time(row.first),
                time(row.last),
                json!(row.accounts),
            ]
        });
        let rows: Vec<_> = rows.collect();
        assert!(!rows.is_empty());
        assert_eq!(rows, table.rows);
    }
}
