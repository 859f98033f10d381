//! Logs of other products, read by mapping files; and paths at which there is nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::{audit, run};

const VPN: &str = "source = \"vpn\"\n[time]\ncolumn = \"Start\"\nformat = \"%d.%m.%Y %H:%M:%S\"\nzone = \"Europe/Berlin\"\n\
    [columns]\nactor = \"User\"\nip = \"Client\"\nresult = \"State\"\n[constants]\naction = \"VPN login\"\n\
    [values.result]\n\"UP\" = \"success\"\n";

const TABLE: &str = "Start,User,Client,State\n05.03.2026 10:14:05,pat@contoso.example,203.0.113.9,UP\n\
    no time,pat@contoso.example,203.0.113.9,UP\n";

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_string_lossy().into_owned()
}

fn out(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(root.join("out")).unwrap();
    entries
        .map(|entry| {
            let path = entry.unwrap().path();
            (
                path.file_name().unwrap().into(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect()
}

#[test]
fn a_mapped_log_is_read_its_reject_told_and_the_mapping_kept() {
    let files = tempfile::tempdir().unwrap();
    let mapping = write(files.path(), "vpn.toml", VPN);
    let table = write(files.path(), "vpn-log.csv", TABLE);
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["import", &table, "--mapping", &mapping, "--json"],
    );
    assert_eq!(done.status, 1, "{}", done.err);
    let file = done.file("vpn-log.csv");
    assert_eq!(file["form"], "mapped");
    assert_eq!(
        (&file["records"], &file["events"], &file["rejects"]),
        (&2.into(), &1.into(), &1.into())
    );
    assert_eq!(file["reject_reasons"][0]["position"], 2);
    assert!(
        file["notes"][0].as_str().unwrap().contains("vpn.toml"),
        "{file}"
    );
    assert_eq!(done.file("vpn.toml")["form"], "mapping");

    // The user's own file is gone; what is derived is rebuilt, and a later import is read by it too.
    std::fs::remove_file(&mapping).unwrap();
    std::fs::remove_dir_all(root.path().join("records")).unwrap();
    let later = write(files.path(), "later.csv", &TABLE.replace("05.03", "06.03"));
    let done = run(root.path(), &["import", &later, "--json"]);
    assert_eq!(done.file("later.csv")["events"], 1);
    let query = "SELECT event_time, workload, actor, result FROM events ORDER BY event_time";
    let rows = run(root.path(), &["query", query, "--json"]).lines();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert_eq!(rows[0]["event_time"], "2026-03-05T09:14:05Z");
    assert_eq!(
        (&rows[0]["workload"], &rows[0]["result"]),
        (&"other:vpn".into(), &"success".into())
    );
    let coverage = run(root.path(), &["coverage", "--json"]).lines();
    assert_eq!(coverage[0]["source"], "other:vpn");
    let timeline = run(root.path(), &["timeline", "--all", "--json"]).lines();
    assert_eq!(timeline[0]["source"], "other:vpn");
    assert_eq!(run(root.path(), &["evidence", "verify"]).status, 0);
}

#[test]
fn the_order_of_files_and_mappings_does_not_matter() {
    let files = tempfile::tempdir().unwrap();
    let mapping = write(files.path(), "vpn.toml", VPN);
    let table = write(files.path(), "vpn-log.csv", TABLE);
    let good = write(
        files.path(),
        "audit.jsonl",
        &audit(
            "00000000-0000-4000-8000-000000000001",
            "pat@contoso.example",
        ),
    );
    let together = tempfile::tempdir().unwrap();
    let case = |root: &tempfile::TempDir| {
        run(root.path(), &["new", "--name", "Contoso"]);
    };
    case(&together);
    run(
        together.path(),
        &["investigate", &table, &good, "--mapping", &mapping],
    );
    // The mapping last, when the case holds the log already as a file of no known form.
    let apart = tempfile::tempdir().unwrap();
    case(&apart);
    let first = run(apart.path(), &["import", &table, "--json"]);
    assert!(first.file("vpn-log.csv")["form"].is_null());
    run(apart.path(), &["import", &good]);
    let mapped = run(
        apart.path(),
        &["investigate", "--mapping", &mapping, "--json"],
    );
    assert_eq!(
        mapped.file("vpn-log.csv")["events"],
        1,
        "the file is told anew"
    );
    assert_eq!(out(together.path()), out(apart.path()));
}

#[test]
fn a_mended_mapping_takes_the_place_of_the_broken_zone() {
    let files = tempfile::tempdir().unwrap();
    let mapping = write(files.path(), "vpn.toml", VPN);
    let table = write(files.path(), "vpn-log.csv", TABLE);
    let root = tempfile::tempdir().unwrap();
    run(root.path(), &["import", &table, "--mapping", &mapping]);
    std::fs::write(&mapping, VPN.replace("Europe/Berlin", "UTC")).unwrap();
    run(root.path(), &["import", "--mapping", &mapping]);
    let rows = run(
        root.path(),
        &["query", "SELECT event_time FROM events", "--json"],
    )
    .lines();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["event_time"], "2026-03-05T10:14:05Z");
    assert_eq!(run(root.path(), &["evidence", "verify"]).status, 0);
}

#[test]
fn a_mapping_reads_a_known_form_only_where_it_names_the_file() {
    let files = tempfile::tempdir().unwrap();
    let record = audit(
        "00000000-0000-4000-8000-000000000001",
        "pat@contoso.example",
    );
    let table = write(files.path(), "audit.jsonl", &record);
    let text =
        "source = \"own\"\n[time]\ncolumn = \"CreationTime\"\n[columns]\naction = \"Operation\"\n";
    let plain = write(files.path(), "plain.toml", text);
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["import", &table, "--mapping", &plain, "--json"],
    );
    assert_eq!(done.file("audit.jsonl")["form"], "ual-json");
    let naming = write(
        files.path(),
        "naming.toml",
        &format!("files = \"audit.*\"\n{text}"),
    );
    let done = run(root.path(), &["import", "--mapping", &naming, "--json"]);
    assert_eq!(done.file("audit.jsonl")["form"], "mapped");
}

#[test]
fn a_broken_mapping_is_refused_with_its_line_and_nothing_is_stored() {
    let files = tempfile::tempdir().unwrap();
    let table = write(files.path(), "vpn-log.csv", TABLE);
    let broken = write(
        files.path(),
        "vpn.toml",
        &VPN.replace("Europe/Berlin", "Nowhere"),
    );
    for command in ["import", "investigate"] {
        let root = tempfile::tempdir().unwrap();
        let case = root.path().join("case");
        let done = run(&case, &[command, &table, "--mapping", &broken]);
        assert_eq!(done.status, 2, "{}", done.err);
        assert!(
            done.err.contains("vpn.toml, line 5: `zone`"),
            "{}",
            done.err
        );
        assert!(!case.exists());
    }
}

#[test]
fn a_path_that_does_not_exist_is_named_and_leaves_no_case() {
    let files = tempfile::tempdir().unwrap();
    let missing = files.path().join("missing.zip");
    let missing = missing.to_string_lossy();
    let empty = files.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let empty = empty.to_string_lossy();
    for command in ["import", "investigate"] {
        let root = tempfile::tempdir().unwrap();
        let case = root.path().join("case");
        for path in [&missing, &empty] {
            let done = run(&case, &[command, path]);
            assert_eq!(done.status, 3, "{}", done.err);
            assert!(done.err.contains(&**path), "{}", done.err);
            assert!(done.err.contains("hint: "), "{}", done.err);
            assert!(!case.exists(), "{command} {path}");
        }
        let good = write(
            files.path(),
            "good.jsonl",
            &audit(
                "00000000-0000-4000-8000-000000000001",
                "pat@contoso.example",
            ),
        );
        let done = run(&case, &[command, &good, &missing, "--json"]);
        assert_eq!(done.status, 1, "{}", done.err);
        assert_eq!(done.file("good.jsonl")["records"], 1);
        assert_eq!(done.file(&missing)["reject_reasons"][0]["position"], 0);
    }
}
