//! Cases made in temporary folders, and the real samples where they are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use hourzero_case::{Case, Environment, Imported, Settings, Silent};
use hourzero_model::{Clock, Finding, Timestamp};
use serde_json::Value;

/// A clock that stands still.
pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::parse("2026-03-06T17:40:00Z").expect("a time")
    }
}

/// An environment without progress, whose clock stands still.
pub(crate) fn environment() -> Environment<'static> {
    Environment {
        clock: &Still,
        actor: "analyst",
        memory_limit: 256 << 20,
        progress: &Silent,
    }
}

fn settings() -> Settings {
    Settings {
        name: "Contoso".to_owned(),
        tenant: "contoso.example".to_owned(),
        zone: "Europe/Berlin".to_owned(),
        analysts: vec!["analyst".to_owned()],
        created: String::new(),
    }
}

/// The case in a folder, made where there is none.
pub(crate) fn case(root: &Path) -> Case<'static> {
    Case::open_or_create(root, settings(), environment()).expect("the case opens")
}

/// Where the real samples are; nothing, with a message, where they are not.
pub(crate) fn samples() -> Option<PathBuf> {
    let folder = std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no samples at HOURZERO_SAMPLES");
    None
}

/// The examples that the project ships.
pub(crate) fn first_look() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/first-look"
    ))
}

/// A case that was imported and investigated.
pub(crate) struct Done {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) imported: Imported,
}

impl Done {
    /// Imports each list of paths by itself, then investigates.
    pub(crate) fn of(imports: &[Vec<PathBuf>]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut case = case(folder.path());
        let mut imported = Imported { files: Vec::new() };
        for paths in imports {
            imported
                .files
                .extend(case.import(paths).expect("the import").files);
        }
        case.investigate(&[]).expect("the investigation");
        drop(case);
        Self { folder, imported }
    }

    /// The case, opened again.
    pub(crate) fn open(&self) -> Case<'static> {
        case(self.folder.path())
    }

    /// Every file of `out/` with its bytes.
    pub(crate) fn out(&self) -> BTreeMap<String, Vec<u8>> {
        files(&self.folder.path().join("out"))
    }

    /// A JSON-lines file of `out/`.
    pub(crate) fn lines(&self, name: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("out").join(name))
            .expect("the file is there");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object a line"))
            .collect()
    }

    /// The findings.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.lines("findings.jsonl")
            .into_iter()
            .map(|line| serde_json::from_value(line).expect("a finding"))
            .collect()
    }
}

/// The files of a folder with their bytes, by path below it.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn add(folder: &Path, below: &str, all: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            let name = format!("{below}{name}");
            if path.is_dir() {
                add(&path, &format!("{name}/"), all);
            } else {
                all.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    let mut all = BTreeMap::new();
    add(folder, "", &mut all);
    all
}

/// The first file whose bytes differ, with the place; for a message that can be read.
pub(crate) fn difference(
    left: &BTreeMap<String, Vec<u8>>,
    right: &BTreeMap<String, Vec<u8>>,
) -> Option<String> {
    if left.keys().ne(right.keys()) {
        return Some(format!("{:?} against {:?}", left.keys(), right.keys()));
    }
    left.iter()
        .zip(right.values())
        .filter(|((_, left), right)| left != right)
        .map(|((name, left), right)| {
            let (left, right) = (
                String::from_utf8_lossy(left),
                String::from_utf8_lossy(right),
            );
            let line = left.lines().zip(right.lines()).position(|(a, b)| a != b);
            let at = line.unwrap_or_default();
            format!(
                "{name}, line {}:\n{}\n{}",
                at + 1,
                left.lines().nth(at).unwrap_or_default(),
                right.lines().nth(at).unwrap_or_default()
            )
        })
        .next()
}

/// One folder of the samples, imported alone and investigated; made once for all tests.
pub(crate) fn done(folder: &str) -> Option<&'static Done> {
    static MADE: OnceLock<Mutex<BTreeMap<String, &'static Done>>> = OnceLock::new();
    let path = samples()?.join(folder);
    let made = MADE.get_or_init(Mutex::default);
    let mut made = made.lock().expect("no test panicked while it made a case");
    if let Some(done) = made.get(folder) {
        return Some(done);
    }
    let done: &'static Done = Box::leak(Box::new(Done::of(&[vec![path]])));
    made.insert(folder.to_owned(), done);
    Some(done)
}

/// The folders of the samples that hold exports.
pub(crate) const FOLDERS: &[&str] = &[
    "cribl",
    "det_eng_samples",
    "excytin_166",
    "excytin_34",
    "excytin_38",
    "excytin_39",
    "excytin_5",
    "excytin_native_alerts",
    "msdocs",
    "otrf",
    "plaso",
    "sentinel_training_lab",
];

/// Files of the samples that are no exports.
pub(crate) const NO_EXPORTS: &[&str] = &["LICENSE", "metadata.yaml"];
