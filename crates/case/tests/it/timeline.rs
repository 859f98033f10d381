//! The timeline holds every event behind a finding, in order of time.

use crate::support::{Done, done};

/// More failed sign-ins from one address than a finding lists as evidence.
fn guesses(count: usize) -> String {
    (0..count)
        .map(|at| {
            let (minute, second) = (at / 60, at % 60);
            format!(
                "{{\"CreationTime\":\"2026-03-06T17:{minute:02}:{second:02}\",\"Id\":\"00000000-0000-4000-8000-{at:012}\",\"Operation\":\"UserLoginFailed\",\"RecordType\":15,\"ResultStatus\":\"Failed\",\"UserType\":0,\"Workload\":\"AzureActiveDirectory\",\"ClientIP\":\"203.0.113.9\",\"UserId\":\"pat@contoso.example\",\"UserKey\":\"k\",\"ErrorNumber\":\"50126\",\"LogonError\":\"InvalidUserNameOrPassword\"}}\n"
            )
        })
        .collect()
}

#[test]
fn events_beyond_what_a_finding_lists_are_in_the_timeline() {
    const GUESSES: usize = 1_500;
    let exports = tempfile::tempdir().unwrap();
    std::fs::write(exports.path().join("audit.jsonl"), guesses(GUESSES)).unwrap();
    let done = Done::of(&[vec![exports.path().to_owned()]]);
    let findings = done.findings();
    let long = findings
        .iter()
        .find(|finding| finding.evidence_truncated)
        .expect("a finding of more records than it lists");
    assert_eq!((long.count, long.evidence.len()), (GUESSES as u64, 1_000));
    let rows = done.lines("timeline.jsonl");
    let behind = rows.iter().filter(|row| {
        let ids = row["findings"].as_array().unwrap();
        ids.iter().any(|id| id == long.id.as_str())
    });
    assert_eq!(behind.count(), GUESSES);
}

#[test]
fn every_event_behind_a_finding_is_there_once_and_in_order() {
    let Some(done) = done("excytin_166") else {
        return;
    };
    let rows = done.lines("timeline.jsonl");
    let key = |row: &serde_json::Value| {
        let word = |name: &str| row[name].as_str().unwrap().to_owned();
        let time = hourzero_model::Timestamp::parse(&word("time")).unwrap();
        (
            time,
            word("record_id"),
            word("file"),
            row["position"].as_u64(),
        )
    };
    let keys: Vec<_> = rows.iter().map(key).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
    for finding in done.findings() {
        let behind = rows.iter().filter(|row| {
            let ids = row["findings"].as_array().unwrap();
            ids.iter().any(|id| id == finding.id.as_str())
        });
        let (events, count) = (behind.count() as u64, finding.count);
        // An alert is one happening to Microsoft, and several rows of its tables.
        if finding.rule.starts_with("microsoft/") {
            assert!(events >= 1, "{finding:?}");
        } else {
            assert_eq!(events, count, "{} {}", finding.rule, finding.id);
        }
    }
}
