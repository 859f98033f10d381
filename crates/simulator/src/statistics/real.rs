//! The background of real logs: the tables of the ExCyTIn incidents, as far as they lie there.

use std::path::Path;

use hourzero_model::Timestamp;
use serde_json::Value;

use super::{Log, Row, Tally, audit_row};
use crate::calendar::Zone;

/// Counts the sign-ins and audit records below a folder of samples (`excytin_*`). They are what was queried
/// about incidents, over few days: ordinary days of a person are cut short in them, never longer.
pub fn background(samples: &Path) -> Tally {
    let mut tally = Tally::default();
    let zone = Zone::utc();
    for set in [
        "excytin_166",
        "excytin_34",
        "excytin_38",
        "excytin_39",
        "excytin_5",
    ] {
        let folder = samples.join(set);
        for (file, log) in [
            ("SigninLogs.csv", Log::Interactive),
            ("AADNonInteractiveUserSignInLogs.csv", Log::NonInteractive),
        ] {
            for row in sign_ins(&folder.join(file), log) {
                tally.add(row, &zone);
            }
        }
        let text = std::fs::read_to_string(folder.join("ual_from_RawEventData.jsonl"));
        for line in text.unwrap_or_default().lines() {
            if let Some(row) = audit(line) {
                tally.add(row, &zone);
            }
        }
    }
    tally
}

fn audit(line: &str) -> Option<Row> {
    let value: Value = serde_json::from_str(line).ok()?;
    let time = value.get("CreationTime").and_then(Value::as_str)?;
    let time = format!("{}Z", time.trim_end_matches('Z').replace(' ', "T"));
    audit_row(&value, Timestamp::parse(&time).ok()?)
}

fn sign_ins(file: &Path, log: Log) -> Vec<Row> {
    let Ok(mut reader) = csv::Reader::from_path(file) else {
        return Vec::new();
    };
    let headers = reader.headers().cloned().unwrap_or_default();
    let column = |name: &str| {
        headers
            .iter()
            .position(|header| header.trim_start_matches('\u{feff}') == name)
    };
    let wanted = [
        "UserPrincipalName",
        "CreatedDateTime",
        "IPAddress",
        "UserAgent",
        "ResultType",
    ]
    .map(column);
    reader
        .records()
        .filter_map(Result::ok)
        .filter_map(|record| {
            let [user, at, address, agent, result] =
                wanted.map(|at| at.and_then(|at| record.get(at)).unwrap_or_default());
            let user = user.to_lowercase();
            let time = at.replace(' ', "T").replace("+00:00", "Z");
            Some(Row {
                log,
                person: user.contains('@') && !user.starts_with("sync_"),
                user,
                at: Timestamp::parse(&time).ok()?,
                operation: String::new(),
                address: address.to_owned(),
                agent: agent.to_owned(),
                failed: result != "0",
            })
        })
        .collect()
}
