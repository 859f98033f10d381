//! The files of `out/` have the fields that others rely on, and read well.

use std::collections::BTreeSet;

use hourzero_case::summary;

use crate::support::{Done, case, done, first_look};

/// The fields of a finding, as the contract lists them.
const FINDING: &[&str] = &[
    "id",
    "rule",
    "title",
    "severity",
    "confidence",
    "innocent",
    "attack",
    "first_seen",
    "last_seen",
    "accounts",
    "ips",
    "apps",
    "sessions",
    "targets",
    "details",
    "count",
    "evidence",
    "attribution",
];

#[test]
fn findings_have_the_fields_of_the_contract_and_no_other() {
    let mut cases = vec![Done::of(&[vec![first_look()]])];
    cases.extend(crate::support::samples().map(|samples| Done::of(&[vec![samples.join("otrf")]])));
    for done in cases {
        let lines = done.lines("findings.jsonl");
        let ids: BTreeSet<&str> = lines.iter().map(|f| f["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), lines.len(), "an id is given twice");
        for finding in &lines {
            let keys: BTreeSet<&str> = finding
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            let mut expected: BTreeSet<&str> = FINDING.iter().copied().collect();
            if finding.get("evidence_truncated").is_some() {
                assert_eq!(finding["evidence_truncated"], true);
                expected.insert("evidence_truncated");
            }
            assert_eq!(keys, expected);
            let word = |key: &str| finding[key].as_str().unwrap();
            assert!(
                ["critical", "high", "medium", "low", "informational"].contains(&word("severity"))
            );
            assert!(["confirmed", "likely", "possible"].contains(&word("confidence")));
            assert!(["attacker", "service", "unknown"].contains(&word("attribution")));
            for time in ["first_seen", "last_seen"] {
                assert!(word(time).ends_with('Z'), "{finding}");
            }
            assert!(finding["count"].as_u64().unwrap() > 0);
            for evidence in finding["evidence"].as_array().unwrap() {
                let keys: Vec<&String> = evidence.as_object().unwrap().keys().collect();
                assert_eq!(keys.len(), 4, "{evidence}");
                assert_eq!(evidence["sha256"].as_str().unwrap().len(), 64);
                assert!(evidence["position"].as_u64().unwrap() > 0);
                assert!(evidence["record_id"].is_string() && evidence["file"].is_string());
            }
            for account in finding["accounts"].as_array().unwrap() {
                let account = account.as_str().unwrap();
                assert_eq!(account, account.to_lowercase());
            }
        }
    }
}

/// Items of a series name records as the evidence does.
#[test]
fn items_of_a_series_name_records_of_its_evidence() {
    let Some(done) = done("excytin_166") else {
        return;
    };
    let mut compared = 0;
    for finding in done.findings() {
        let Some(items) = finding.details.get("items") else {
            continue;
        };
        let ids: BTreeSet<&str> = finding
            .evidence
            .iter()
            .map(|e| e.record_id.as_str())
            .collect();
        for item in items.as_array().unwrap() {
            assert!(ids.contains(item["record_id"].as_str().unwrap()), "{item}");
            compared += 1;
        }
    }
    assert!(compared > 5, "{compared}");
}

/// The text of a page: tags cut, blanks drawn together, one line a block.
fn text(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        let skipped = match name {
            "style" | "script" | "svg" => after.split_once(&format!("</{name}>")),
            _ => None,
        };
        if ![
            "b", "/b", "code", "/code", "span", "/span", "a", "/a", "td", "th",
        ]
        .contains(&name)
        {
            text.push('\n');
        }
        rest = skipped.map_or(after, |(_, after)| after);
        if ["td", "th"].contains(&name) {
            text.push_str(" | ");
        }
    }
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = text
        .lines()
        .map(line)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

#[test]
fn the_report_and_the_summary_of_the_first_look_read_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = case(folder.path());
    case.import(&[first_look()]).unwrap();
    let investigation = case.investigate(&[]).unwrap();
    insta::assert_snapshot!("summary", lasting(&summary(&investigation.facts)));
    let page = std::fs::read_to_string(&investigation.report).unwrap();
    for loaded in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(loaded), "the page loads something: {loaded}");
    }
    insta::assert_snapshot!("report", lasting(&text(&page)));
}

/// The text without what changes with every rule and every release: hashes, and how many rules there are.
fn lasting(text: &str) -> String {
    let word = |word: &str, counts: bool| {
        let is_hash = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_count = counts && word.bytes().all(|byte| byte.is_ascii_digit());
        match (is_hash, is_count) {
            (true, _) => "[hash]".to_owned(),
            (_, true) => "[n]".to_owned(),
            _ => word.to_owned(),
        }
    };
    let line = |line: &str| {
        let counts = line.contains("rules");
        let words: Vec<String> = line.split(' ').map(|one| word(one, counts)).collect();
        words.join(" ")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}
