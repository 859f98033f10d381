//! Who signs in as an application with a key that the attacker added is he, also from where he never was before.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{played, rows, run};

const ELSEWHERE: &str = "203.0.113.77";

/// The ids of the keys that a record says were there after it.
fn keys_after(record: &Value) -> BTreeSet<String> {
    let text = record.to_string();
    let after = text.split("KeyIdentifier=").skip(1);
    after
        .filter_map(|rest| rest.split(',').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn an_application_that_signs_in_elsewhere_with_his_key_is_he() {
    let root = tempfile::tempdir().unwrap();
    let (exports, _) = played(root.path(), "admin-app-secret");
    let audits = rows(&exports.join("directory-audits.jsonl"));
    let keys: BTreeSet<String> = audits.iter().flat_map(keys_after).collect();
    let sign_ins = exports.join("signins.jsonl");
    let mut signed_in = rows(&sign_ins);
    // All but his first sign-in as the application come from an address of which no record tells more.
    let by_key = signed_in.iter_mut().filter(|row| {
        let key = row["servicePrincipalCredentialKeyId"].as_str();
        key.is_some_and(|key| keys.contains(key))
    });
    let mut moved = 0;
    for row in by_key.skip(1) {
        row["ipAddress"] = ELSEWHERE.into();
        moved += 1;
    }
    assert!(moved > 1, "{keys:?}");
    let text: Vec<String> = signed_in.iter().map(Value::to_string).collect();
    std::fs::write(&sign_ins, text.join("\n")).unwrap();
    let case = root.path().join("case");
    let done = run(&case, &["investigate", &exports.to_string_lossy()]);
    assert_eq!(done.status, 0, "{}", done.err);
    let timeline = rows(&case.join("out").join("timeline.jsonl"));
    let said: Vec<&Value> = timeline
        .iter()
        .filter(|row| row["ip"] == ELSEWHERE)
        .collect();
    assert_eq!(said.len(), moved);
    for row in said {
        assert_eq!(row["attribution"], "attacker", "{row}");
        let reason = row["reason"].as_str().unwrap();
        assert!(
            reason.contains("a key that the attacker added"),
            "{reason:?}"
        );
    }
}
