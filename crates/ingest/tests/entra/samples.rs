//! Real exports, read from the samples beside the project; a test without its sample says so and ends.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::read::{self, Read, read};

fn bytes(path: &str) -> Option<Vec<u8>> {
    let folder = std::env::var_os("HOURZERO_SAMPLES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let found = std::fs::read(folder.join(path)).ok();
    if found.is_none() {
        println!("sample {path} is absent: test skipped");
    }
    found
}

fn sample(path: &str) -> Option<Read> {
    let bytes = bytes(path)?;
    Some(read(path.rsplit('/').next().unwrap(), &bytes))
}

/// The form, the counts, some records and how often each column is filled.
fn shown(read: &Read, rows: &[usize]) -> String {
    let mut text = String::new();
    let summary = &read.summary;
    writeln!(
        text,
        "{}: {} records, {} events, {} states, {} rejects",
        read.form(),
        summary.records,
        summary.events,
        summary.states,
        summary.rejects
    )
    .unwrap();
    for row in rows {
        let Some(record) = read.records.get(*row) else {
            continue;
        };
        writeln!(text, "\n-- record {}\n{}", row + 1, read::compact(record)).unwrap();
    }
    for state in read.states.iter().take(2) {
        let names: Vec<_> = state.properties.keys().map(String::as_str).collect();
        writeln!(
            text,
            "\n-- state {} {} {:?} {:?} as of {:?}\n{}",
            state.kind,
            state.id,
            state.name,
            state.owner,
            state.as_of.map(|time| time.to_string()),
            names.join(" ")
        )
        .unwrap();
    }
    writeln!(text, "\n-- filled\n{}", read::filled(&read.records)).unwrap();
    text
}

macro_rules! samples {
    ($($test:ident $path:literal $rows:expr;)*) => {
        $(#[test]
        fn $test() {
            if let Some(read) = sample($path) {
                let summary = &read.summary;
                let out = summary.events + summary.states + summary.rejects;
                assert_eq!(summary.records, out);
                insta::assert_snapshot!(shown(&read, &$rows));
            }
        })*
    };
}

samples! {
    sign_ins_of_the_phished_tenant "excytin_166/SigninLogs.csv" [6, 100];
    non_interactive_sign_ins "excytin_166/AADNonInteractiveUserSignInLogs.csv" [3];
    service_principals "excytin_166/AADServicePrincipalSignInLogs.csv" [0];
    managed_identities "excytin_166/AADManagedIdentitySignInLogs.csv" [0];
    sign_ins_with_a_second_factor "excytin_5/SigninLogs.csv" [20];
    sign_ins_of_a_disabled_account "sentinel_training_lab/disable_accounts.csv" [0];
    graph_sign_ins_in_a_shipper "cribl/7cieEB.json" [0, 1];
    audits_of_the_phished_tenant "excytin_166/AuditLogs.csv" [5, 6];
    audits_with_roles_and_devices "excytin_39/AuditLogs.csv" [40, 150];
    audits_of_an_app_secret "otrf/AADAuditEvents.json" [0];
    audits_without_times "sentinel_training_lab/AuditLogs_Hunting.csv" [];
    risk_detections "excytin_166/AADUserRiskEvents.csv" [5, 6];
    risky_users "excytin_166/AADRiskyUsers.csv" [];
}

#[test]
fn every_table_of_entra_is_recognised_and_wholly_read() {
    let tables = [
        ("SigninLogs", "la-signins"),
        ("AADNonInteractiveUserSignInLogs", "la-signins"),
        ("AADServicePrincipalSignInLogs", "la-signins"),
        ("AADManagedIdentitySignInLogs", "la-signins"),
        ("AuditLogs", "la-auditlogs"),
        ("AADUserRiskEvents", "la-risk-events"),
        ("AADRiskyUsers", "risky-users"),
    ];
    for set in ["166", "39", "34", "38", "5"] {
        for (table, form) in tables {
            if let Some(read) = sample(&format!("excytin_{set}/{table}.csv")) {
                assert_eq!(
                    (read.form(), read.summary.rejects),
                    (form, 0),
                    "{set} {table}"
                );
            }
        }
    }
}

#[test]
fn other_tables_are_left_to_others() {
    let tables = [
        "OfficeActivity",
        "CloudAppEvents",
        "IdentityLogonEvents",
        "MicrosoftGraphActivityLogs",
        "SecurityAlert",
        "EmailEvents",
    ];
    let ours = ["signins", "audits", "auditlogs", "risk"];
    for table in tables {
        if let Some(read) = sample(&format!("excytin_166/{table}.csv")) {
            let form = read.form();
            assert!(
                !ours.iter().any(|word| form.contains(word)),
                "{table} read as {form}"
            );
        }
    }
}

/// Events of diagnostic settings as a detection vendor keeps them, some with keys in lower case.
#[test]
fn diagnostic_events_with_lowered_keys() {
    let Some(bytes) = bytes("panther/panther_m365_entra_tests.json") else {
        return;
    };
    let tests: Vec<serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    let ours = ["SignInLogs", "ServicePrincipalSignInLogs", "AuditLogs"];
    let mut text = String::new();
    for test in &tests {
        let log = &test["log"];
        let known = log["properties"].is_object()
            && ours.iter().any(|category| log["category"] == **category);
        if !known {
            continue;
        }
        let got = read("hub.json", log.to_string().as_bytes());
        for reject in &got.rejects {
            writeln!(text, "reject: {}", reject.reason).unwrap();
        }
        for one in &got.records {
            let actor = one.actor.upn.as_ref().or(one.actor.name.as_ref());
            writeln!(
                text,
                "{} {} {} {:?} {:?} -> {:?} {} {:?}",
                one.form,
                one.event_time,
                one.operation,
                actor,
                one.ip,
                one.target.name,
                one.result.name(),
                one.result_code
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(text);
}
