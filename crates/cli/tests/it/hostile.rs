//! Bad input: a clear word, the rest processed, nothing lost, no panic.

use std::io::Write as _;
use std::path::Path;

use crate::support::{audit, run};

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), bytes).unwrap();
}

#[test]
fn a_folder_of_bad_files_is_read_as_far_as_it_goes() {
    let exports = tempfile::tempdir().unwrap();
    let folder = exports.path();
    let good = audit(
        "00000000-0000-4000-8000-000000000001",
        "pat@contoso.example",
    );
    write(folder, "good.jsonl", format!("{good}\n"));
    write(folder, "empty.json", "");
    write(folder, "nul.json", [0_u8; 4096]);
    write(folder, "deep.json", "[".repeat(100_000));
    write(
        folder,
        "line.jsonl",
        format!("{good}\n{{\"a\":\"{}\"}}\n{good}\n", "x".repeat(90 << 20)),
    );
    write(
        folder,
        "encoding.jsonl",
        [good.as_bytes(), b"\n{\"Operation\":\"\xff\xfe\"}\n"].concat(),
    );
    write(
        folder,
        "columns.csv",
        "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames\n1,2026-03-06,6,FileAccessed,pat\n",
    );
    let mut packed = flate(&[good.as_bytes(), b"\n"].concat().repeat(2_000));
    packed.truncate(packed.len() / 2);
    write(folder, "cut.jsonl.gz", packed);
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["import", &folder.to_string_lossy(), "--json"],
    );
    assert_eq!(done.status, 1, "{}", done.err);
    assert!(!done.err.contains("panicked"), "{}", done.err);
    assert_eq!(done.file("good.jsonl")["records"], 1);
    for name in ["empty.json", "nul.json"] {
        let file = done.file(name);
        assert!(file["form"].is_null(), "{file}");
        assert_eq!(file["reject_reasons"][0]["position"], 0, "{file}");
    }
    let line = done.file("line.jsonl");
    assert_eq!(
        (line["records"].as_u64(), line["rejects"].as_u64()),
        (Some(3), Some(1)),
        "{line}"
    );
    let encoding = done.file("encoding.jsonl");
    assert_eq!(encoding["rejects"], 1, "{encoding}");
    let columns = done.file("columns.csv");
    assert_eq!(
        (columns["records"].as_u64(), columns["rejects"].as_u64()),
        (Some(1), Some(1)),
        "{columns}"
    );
    let cut = done.file("cut.jsonl.gz!cut.jsonl");
    assert!(
        cut["records"].as_u64().unwrap() > 0,
        "what stands before the cut is read: {cut}"
    );
    assert!(
        !done.file("cut.jsonl.gz")["reject_reasons"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(
        !done.file("deep.json")["reject_reasons"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert_eq!(run(root.path(), &["evidence", "verify"]).status, 0);
}

fn flate(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn an_exploding_archive_is_stopped_and_its_neighbours_are_read() {
    let exports = tempfile::tempdir().unwrap();
    let folder = exports.path();
    let good = audit(
        "00000000-0000-4000-8000-000000000001",
        "pat@contoso.example",
    );
    write(folder, "good.jsonl", format!("{good}\n"));
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    (0..400).for_each(|_| packer.write_all(&zeros).unwrap());
    write(folder, "bomb.json.gz", packer.finish().unwrap());
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["import", &folder.to_string_lossy(), "--json"],
    );
    assert_eq!(done.status, 1);
    assert_eq!(done.file("good.jsonl")["events"], 1);
    let bomb = done.file("bomb.json.gz");
    let reason = bomb["reject_reasons"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("expands to more than"), "{reason}");
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_is_named_and_not_followed() {
    let exports = tempfile::tempdir().unwrap();
    let folder = exports.path();
    write(folder, "good.jsonl", audit("1", "pat@contoso.example"));
    std::os::unix::fs::symlink(folder, folder.join("loop")).unwrap();
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["import", &folder.to_string_lossy(), "--json"],
    );
    assert_eq!(done.file("good.jsonl")["records"], 1);
    let link = done.file("loop");
    assert!(
        link["reject_reasons"][0]["reason"]
            .as_str()
            .unwrap()
            .contains("symbolic link")
    );
}

#[test]
fn names_that_attackers_choose_do_not_steer_the_terminal_the_sheet_or_the_page() {
    let exports = tempfile::tempdir().unwrap();
    let name = "\\u001b[31m=cmd|<script>alert(1)</script>\\\" onmouseover=\\\"x";
    let rule = format!(
        r#"{{"CreationTime":"2026-03-06T17:40:00","Id":"00000000-0000-4000-8000-000000000009","Operation":"New-InboxRule","RecordType":1,"ResultStatus":"True","UserType":2,"Workload":"Exchange","ClientIP":"203.0.113.9:1","ObjectId":"x","UserId":"pat@contoso.example","Parameters":[{{"Name":"Name","Value":"{name}"}},{{"Name":"DeleteMessage","Value":"True"}},{{"Name":"ForwardTo","Value":"=drop@evil.example"}}]}}"#
    );
    write(exports.path(), "audit.jsonl", rule);
    let root = tempfile::tempdir().unwrap();
    let done = run(
        root.path(),
        &["investigate", &exports.path().to_string_lossy()],
    );
    assert!(!done.out.contains('\u{1b}') && !done.err.contains('\u{1b}'));
    let shown = run(root.path(), &["timeline"]);
    assert!(!shown.out.contains('\u{1b}'), "{}", shown.out);
    let page = std::fs::read_to_string(root.path().join("out/report.html")).unwrap();
    assert!(!page.contains("<script>") && !page.contains("\" onmouseover=\""));
    assert!(page.contains("onmouseover="), "the name is shown");
    assert!(page.contains("&lt;script&gt;") || page.contains("&#60;script&#62;"));
    let sheet = std::fs::read_to_string(root.path().join("out/footholds.csv")).unwrap();
    assert!(
        sheet
            .lines()
            .skip(1)
            .all(|line| !line.split(',').any(|cell| cell.starts_with('='))),
        "{sheet}"
    );
}
