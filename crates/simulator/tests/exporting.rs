//! A tenant's evidence in both forms: every record stands where the truth says, and the same seed gives the
//! same bytes.

#![expect(
    clippy::unwrap_used,
    reason = "the tests write their own files; a failure is a failed test"
)]

use std::collections::BTreeMap;
use std::path::Path;

use hourzero_simulator::forms::Forms;
use hourzero_simulator::truth::Truth;
use hourzero_simulator::{DEFAULT_SCENARIO, Exported, Request, Scenario, Size, Target};
use sha2::{Digest as _, Sha256};

const SIZE: Size = Size {
    seed: 11,
    accounts: 12,
    days: 12,
};

fn export(out: &Path, truth: Option<&Path>, forms: Forms) -> Exported {
    let scenario = Scenario::named(DEFAULT_SCENARIO).unwrap();
    Request::new(&scenario, SIZE, "")
        .unwrap()
        .export(Target { out, truth, forms })
        .unwrap()
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path
                    .strip_prefix(folder)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

#[test]
fn the_clean_form_has_a_line_for_every_record_and_the_first_four_logs() {
    let work = tempfile::tempdir().unwrap();
    let (out, truth) = (work.path().join("out"), work.path().join("truth.jsonl"));
    let exported = export(&out, Some(&truth), Forms::Clean);
    let written = files(&out);
    for name in [
        "ual.jsonl",
        "signins.jsonl",
        "directory-audits.jsonl",
        "message-trace.jsonl",
    ] {
        assert!(written.contains_key(name), "{name} is missing");
    }
    let truth = Truth::read(std::fs::read(&truth).unwrap().as_slice()).unwrap();
    for file in &exported.files {
        let text = std::str::from_utf8(&written[&file.name]).unwrap();
        assert_eq!(text.lines().count() as u64, file.records);
        assert_eq!(truth.files[&file.name], file.records);
        for line in text.lines() {
            assert!(
                serde_json::from_str::<serde_json::Value>(line)
                    .unwrap()
                    .is_object()
            );
        }
    }
    for ((file, position), number) in &truth.places {
        let text = std::str::from_utf8(&written[file]).unwrap();
        let line = text
            .lines()
            .nth(usize::try_from(*position).unwrap() - 1)
            .unwrap();
        let id = truth.ids.iter().find(|(_, of)| *of == number).unwrap().0;
        if file == "ual.jsonl" && truth.ids.values().filter(|of| *of == number).count() == 1 {
            assert!(line.contains(id.as_str()), "{file}:{position} is not {id}");
        }
    }
    assert!(
        truth.events.values().any(|event| event.given),
        "the attack is in the evidence"
    );
}

#[test]
fn the_same_seed_gives_the_same_bytes_in_both_forms() {
    let mut hashes = Vec::new();
    for forms in [Forms::Clean, Forms::Mixed { holes: true }] {
        let work = tempfile::tempdir().unwrap();
        let [one, two] = ["one", "two"].map(|name| work.path().join(name));
        export(&one, None, forms);
        export(&two, None, forms);
        let written = files(&one);
        assert!(written == files(&two), "{forms:?}");
        hashes.push(format!("{} of {} files", hash(&written), written.len()));
    }
    // The same on every platform. It changes with every draw and every form: then look at what changed.
    insta::assert_snapshot!("golden", hashes.join("\n"));
}

/// A hash of names and bytes.
fn hash(files: &BTreeMap<String, Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name.replace('\\', "/"));
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn truth_inside_the_evidence_and_a_used_folder_are_refused() {
    let work = tempfile::tempdir().unwrap();
    let scenario = Scenario::named(DEFAULT_SCENARIO).unwrap();
    let request = Request::new(&scenario, SIZE, "").unwrap();
    let out = work.path().join("out");
    let inside = out.join("truth.jsonl");
    let target = |truth| Target {
        out: &out,
        truth,
        forms: Forms::Clean,
    };
    let error = request.export(target(Some(inside.as_path()))).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("must not lie in the export's folder"),
        "{error}"
    );
    std::fs::write(&inside, "x").unwrap();
    let error = request.export(target(None)).unwrap_err();
    assert!(error.to_string().contains("not empty"), "{error}");
}

/// The only trace of a leaked secret's first use is a sign-in of the application, which is kept for a month.
#[test]
fn the_truth_says_whether_the_evidence_still_tells_the_entry() {
    for (days, given) in [(12, true), (90, false)] {
        let work = tempfile::tempdir().unwrap();
        let (out, truth) = (work.path().join("out"), work.path().join("truth.jsonl"));
        let scenario = Scenario::named("leaked-app-secret").unwrap();
        let size = Size {
            seed: 3,
            accounts: 6,
            days,
        };
        let target = Target {
            out: &out,
            truth: Some(&truth),
            forms: Forms::Clean,
        };
        let request = Request::new(&scenario, size, "").unwrap();
        request.export(target).unwrap();
        let truth = Truth::read(std::fs::read(&truth).unwrap().as_slice()).unwrap();
        assert_eq!(truth.outcome[0]["entry_given"], given, "{days} days");
    }
}
