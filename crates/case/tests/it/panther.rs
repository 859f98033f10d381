//! Another project's true/false tables (panther-analysis, Apache-2.0): where we judge otherwise, it is
//! argued here, and the test fails when the set of differences changes.

use std::collections::BTreeMap;
use std::path::Path;

use hourzero_detect::{Detection, Evaluator, Hit, Mappings, RawRecord, RulePack};
use hourzero_ingest::{Sink, Source};
use hourzero_model::{ArtefactId, Finding, Record, Reject, Severity, State};
use serde_json::Value;

use crate::support::samples;

#[derive(Default)]
struct Read {
    records: Vec<Record>,
    rejects: Vec<Reject>,
}

impl Sink for Read {
    fn record(&mut self, record: Record) {
        self.records.push(record);
    }
    fn state(&mut self, _state: State) {}
    fn reject(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }
}

/// The built-in rules, as they stand in the project's folder.
fn pack() -> RulePack {
    fn add(folder: &Path, below: &str, texts: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                add(&path, &format!("{below}{name}/"), texts);
            } else if name == "rule.yml" {
                let rule = format!("{}.yml", below.trim_end_matches('/'));
                texts.push((rule, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut texts = Vec::new();
    let rules = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules"));
    add(rules, "", &mut texts);
    texts.sort();
    RulePack::load(texts, &Mappings::built_in().unwrap())
}

/// What the rules find in one log entry; a sentence where it cannot be read as a record.
fn find(pack: &RulePack, log: &Value) -> Result<Vec<Finding>, String> {
    let text = log.to_string();
    let source = Source {
        artefact: ArtefactId::from_bytes([7; 32]),
        name: "panther.json",
    };
    let mut read = Read::default();
    let summary = hourzero_ingest::read(&source, &mut text.as_bytes(), &mut read)
        .map_err(|error| error.to_string())?;
    if summary.unknown.is_some() {
        return Err("of no known log".to_owned());
    }
    if let Some(reject) = read.rejects.first() {
        return Err(reject.reason.clone());
    }
    let mut detection = Detection::new(pack);
    for record in &read.records {
        let raw = RawRecord {
            value: log,
            text: &text,
        };
        for (index, predicate) in pack.predicates() {
            if Evaluator::new(predicate).holds(record, Some(raw)) {
                let hit = Hit {
                    record,
                    raw: Some(raw),
                    file: "panther.json",
                    speaker: (record.provenance.artefact, record.provenance.position),
                };
                detection.hit(index, &hit);
            }
        }
    }
    Ok(detection.finish(&read.records))
}

/// Where our word differs from the table's, by test, with the reason.
const DIFFERENCES: &[(&str, &str)] = &[
    (
        "Azure.Audit.DeviceCodeBrokerClient: Device Code Without Broker Client",
        "that table asks for one client only; a device code that a script redeems is hostile for any client until somebody explains it",
    ),
    (
        "Azure.Audit.DomainSettingsModified: Different Values Changed",
        "no record of this operation without a change of how the domain signs in is known; who forges one could name the change as he likes",
    ),
    (
        "Azure.Audit.ExcessiveAccountLockouts: Account Lockout Error 50053",
        "one lock-out is a forgotten password; ours counts them over accounts and time",
    ),
    (
        "Azure.Audit.InviteExternalUsers: Successful Invite external user",
        "inviting a guest is ordinary work; it is told as context",
    ),
    (
        "Azure.Audit.ManyFailedSignIns: Failed Sign-In",
        "one failure is nothing; ours counts them over time",
    ),
    (
        "Azure.Audit.OIDC.Changed: Non-OIDC Policy Change",
        "that table asks for one setting; whoever changes which methods sign people in is asked once, whichever setting it was",
    ),
    (
        "Azure.Audit.RiskLevelPassthrough: Failed Sign-In with riskLevelAggregated",
        "it failed, and the failure is a wrong configuration of a service principal; risk counts where somebody got in or had the right password",
    ),
    (
        "Azure.Audit.RiskLevelPassthrough: Failed Sign-In with riskLevelDuringSignIn",
        "as the one before",
    ),
    (
        "Azure.Audit.RoleChangedPIM: Add member to role (Non PIM)",
        "that table asks for one way only; a privileged role given past the approval of roles is worse, not better",
    ),
    (
        "Azure.Audit.VSCodeOAuthPhishing: VS Code to Microsoft Graph",
        "editors sign in to Graph on every developer's machine; ours asks for a second network within minutes",
    ),
    (
        "Microsoft.Graph.Passthrough: Resolved Event (v2)",
        "somebody closed the alert, which does not undo what happened; its status is told with it",
    ),
    (
        "Microsoft365.Brute.Force.Login.by.User: Failed Login event",
        "one failure is nothing; ours counts them over time",
    ),
    (
        "Windows.Credential.Dumping.Tool: Mimikatz Execution Event ID 4688",
        "an event of Windows, which is no log of the cloud; the file is named as of no known log",
    ),
];

/// We agree where the table says yes and we find something of low or more, or where it says no and we
/// find nothing of medium or more: what is low is unusual and usually innocent, which fits both.
fn agrees(expected: bool, findings: &Result<Vec<Finding>, String>) -> bool {
    let gravest = findings
        .iter()
        .flatten()
        .map(|finding| finding.severity)
        .max();
    if expected {
        gravest >= Some(Severity::Low)
    } else {
        gravest < Some(Severity::Medium)
    }
}

#[test]
fn we_agree_with_the_tables_of_others_or_say_why_not() {
    let Some(samples) = samples() else {
        return;
    };
    let text = std::fs::read(samples.join("panther/panther_m365_entra_tests.json")).unwrap();
    let tests: Vec<Value> = serde_json::from_slice(&text).unwrap();
    assert_eq!(tests.len(), 74);
    let pack = pack();
    assert!(pack.failed.is_empty(), "{:?}", pack.failed);
    let mut differ: BTreeMap<String, String> = BTreeMap::new();
    for test in &tests {
        let word = |key: &str| test[key].as_str().unwrap().to_owned();
        let name = format!("{}: {}", word("rule_id"), word("test_name"));
        let expected = test["expected_result"].as_bool().unwrap();
        let mut log = test["log"].clone();
        // What panther itself adds to each entry.
        log.as_object_mut()
            .unwrap()
            .retain(|key, _| !key.starts_with("p_"));
        let found = find(&pack, &log);
        if !agrees(expected, &found) {
            let ours: Result<Vec<String>, &String> = found.as_ref().map(|findings| {
                let one = |f: &Finding| format!("{} {}", f.severity.name(), f.rule);
                findings.iter().map(one).collect()
            });
            differ.insert(name, format!("expected {expected}, ours {ours:?}"));
        }
    }
    assert!(DIFFERENCES.iter().all(|(_, why)| !why.is_empty()));
    let argued: Vec<&str> = DIFFERENCES.iter().map(|(name, _)| *name).collect();
    let found: Vec<&str> = differ.keys().map(String::as_str).collect();
    assert_eq!(found, argued, "{differ:#?}");
}
