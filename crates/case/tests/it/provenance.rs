//! A finding leads back to the very bytes in the file that was given.

use std::path::PathBuf;

use crate::support;

#[test]
fn a_finding_leads_back_to_the_bytes_in_the_file() {
    let mut folders = vec![support::first_look()];
    folders.extend(support::samples().map(|samples| samples.join("excytin_166")));
    for folder in folders {
        let root = tempfile::tempdir().unwrap();
        let mut case = support::case(root.path());
        case.import(std::slice::from_ref(&folder)).unwrap();
        let findings = case.investigate(&[]).unwrap().facts.findings;
        let mut compared = 0;
        for entry in findings
            .iter()
            .filter_map(|finding| finding.evidence.first())
        {
            let sql = format!(
                "SELECT offset, length, raw(artefact, position, offset, length) FROM records \
                 WHERE artefact = '{}' AND position = {}",
                entry.sha256, entry.position
            );
            let table = case.query(&sql, 10).unwrap();
            let row = table.rows.first().unwrap();
            let number = |at: usize| usize::try_from(row[at].as_u64().unwrap()).unwrap();
            let (offset, length) = (number(0), number(1));
            let original = std::fs::read(folder.join(PathBuf::from(&entry.file))).unwrap();
            let expected = String::from_utf8_lossy(&original[offset..offset + length]).into_owned();
            assert_eq!(
                row[2].as_str().unwrap(),
                expected,
                "{}:{}",
                entry.file,
                entry.position
            );
            compared += 1;
        }
        assert!(compared > 10, "{compared}");
    }
}
