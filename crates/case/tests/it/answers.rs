//! Real incidents: what was done is found, and where nothing was done to the cloud nothing is invented.

use std::collections::BTreeSet;

use hourzero_model::{Finding, Severity};

use crate::support::done;

const VICTIM: &str = "laylaw@vnevado.alpineskihouse.co";
const ATTACKER: &str = "255.246.85.58";

fn rule<'f>(findings: &'f [Finding], rule: &str) -> Vec<&'f Finding> {
    findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .collect()
}

#[test]
fn a_business_email_compromise_is_found_from_sign_in_to_sent_mail() {
    let Some(done) = done("excytin_166") else {
        return;
    };
    let findings = done.findings();
    let of_victim = |id: &str| {
        let found = rule(&findings, id);
        assert!(
            found
                .iter()
                .any(|finding| finding.accounts.iter().any(|account| account == VICTIM)),
            "{id}: {found:?}"
        );
        found
    };
    // Microsoft's own spray and risk alerts.
    of_victim("microsoft/entra-id-protection/password-spray");
    of_victim("microsoft/entra-id-protection/anonymized-ip-address");
    of_victim("microsoft/defender-xdr/bec-financial-fraud");
    of_victim("microsoft/defender-xdr/suspicious-inbox-manipulation-rule");
    // The sign-ins that got through.
    let hostile = of_victim("sign_in/risky_one_factor");
    assert!(
        hostile[0].ips.iter().any(|ip| ip == ATTACKER),
        "{hostile:?}"
    );
    // The rule that hides mail about money, whichever log told of it, once.
    let hiding = of_victim("inbox_rules/hide_in_folder");
    assert_eq!(hiding.len(), 1, "{hiding:?}");
    assert_eq!(hiding[0].ips, [ATTACKER]);
    assert_eq!(hiding[0].count, 1);
    of_victim("inbox_rules/money_words");
    let after = of_victim("inbox_rules/after_risky_sign_in");
    assert_eq!(after[0].severity, Severity::High);
    // Mail that left, and its trace that was taken away.
    let sent = of_victim("mail_sent/after_hiding_rule");
    assert_eq!(sent[0].severity, Severity::High);
    of_victim("mail_deleted/sent_message");
}

#[test]
fn the_mail_that_was_moved_and_sent_is_in_the_timeline() {
    let Some(done) = done("excytin_166") else {
        return;
    };
    let by_attacker: BTreeSet<String> = done
        .lines("timeline.jsonl")
        .iter()
        .filter(|row| row["ip"] == ATTACKER)
        .map(|row| row["operation"].as_str().expect("an operation").to_owned())
        .collect();
    for operation in ["New-InboxRule", "Send"] {
        assert!(
            by_attacker.contains(operation),
            "{operation}: {by_attacker:?}"
        );
    }
}

/// Incidents on devices: the cloud saw ordinary work and Microsoft's alerts.
#[test]
fn ordinary_background_stays_ordinary() {
    for folder in ["excytin_39", "excytin_5", "excytin_34", "excytin_38"] {
        let Some(done) = done(folder) else {
            return;
        };
        let findings = done.findings();
        let invented: Vec<(&str, &str)> = findings
            .iter()
            .filter(|finding| finding.severity >= Severity::Medium)
            .filter(|finding| !finding.rule.starts_with("microsoft/"))
            .map(|finding| (finding.rule.as_str(), finding.title.as_str()))
            .collect();
        assert_eq!(invented, known(folder), "{folder}");
        assert!(
            findings
                .iter()
                .all(|finding| finding.severity < Severity::Critical),
            "{folder}"
        );
        assert!(
            findings
                .iter()
                .any(|finding| finding.rule.starts_with("microsoft/")),
            "{folder}: Microsoft's own alerts are there"
        );
    }
}

/// What our own rules say at medium or more there, each with the reason why that is no invention.
fn known(_folder: &str) -> Vec<(&'static str, &'static str)> {
    Vec::new()
}

#[test]
fn clicks_that_came_after_the_attacker_are_listed_and_said_to_be_later() {
    let Some(done) = done("excytin_166") else {
        return;
    };
    let scope = std::fs::read(done.folder.path().join("out/scope.json")).unwrap();
    let scope: serde_json::Value = serde_json::from_slice(&scope).unwrap();
    let ways = scope["answers"]["entry"].as_array().unwrap();
    let proxy = ways
        .iter()
        .find(|way| way["id"] == "aitm" && way["account"] == VICTIM)
        .unwrap();
    let against = proxy["against"].as_array().unwrap();
    let late = against
        .iter()
        .find(|reason| {
            let text = reason["text"].as_str().unwrap();
            text.contains("azurecontainerapps.io")
                && text.contains("after the attacker's first act")
        })
        .unwrap();
    assert_eq!(late["evidence"].as_array().unwrap().len(), 4);
}
