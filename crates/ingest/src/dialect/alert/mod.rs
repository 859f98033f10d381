//! Microsoft's alerts, what they concern, and incidents, in every form.
//!
//! Takes rows of the hunting and Sentinel tables, of Microsoft Graph and of Microsoft-Extractor-Suite and
//! gives events whose facts have one name in all forms: `AlertId` (Defender's), `SystemAlertId`
//! (Sentinel's), `IncidentId`, `AlertType`, `Severity` in lower case, `Status`, `Category`, `Tactics`,
//! `Techniques` (ids, repeated), `ProviderName`, `DetectionSource`, `Description`, and for what it concerns
//! `EntityAccount`, `EntityIp`, `EntityHost`, `EntityApp`, `EntityUrl`, `EntityMailbox`, `EntityFile`,
//! `EntityMessage`, `EntityRequest` (the id of a sign-in), `EntitySession`, each repeated.

mod entity;
mod graph;
mod tables;

pub(crate) use graph::FORMS;
pub(super) use tables::{EVIDENCE, INFO, SECURITY_ALERT, SECURITY_INCIDENT};

use hourzero_model::Record;

use super::hunting::columns::Columns;
use crate::dialect::field::push_fact;

/// The facts whose names differ between forms: (the name that all forms share, the columns that say it).
const SHARED: &[(&str, &[&str])] = &[
    ("AlertType", &["AlertType", "detectorId"]),
    ("Status", &["Status"]),
    ("Category", &["Category"]),
    ("Tactics", &["Tactics"]),
    (
        "ProviderName",
        &["ProviderName", "serviceSource", "provider"],
    ),
    ("DetectionSource", &["DetectionSource"]),
    ("Description", &["Description"]),
    ("IncidentId", &["IncidentId", "IncidentIds"]),
];

/// Puts the facts that alerts share into the parameters under their shared names.
fn shared(columns: &mut Columns<'_>, record: &mut Record) {
    let severity = columns.take_first(&["Severity", "AlertSeverity"]);
    push_fact(record, "Severity", severity.map(|word| word.to_lowercase()));
    for (name, keys) in SHARED {
        match columns.take_first(keys) {
            Some(text) if *name == "Tactics" => {
                for tactic in text.split(',') {
                    let tactic = tactic.trim_matches([' ', '[', ']', '"']);
                    push_fact(
                        record,
                        name,
                        Some(tactic.to_owned()).filter(|it| !it.is_empty()),
                    );
                }
            }
            Some(text) if *name == "IncidentId" => {
                let id = text.trim_matches(['[', ']', '"']).to_owned();
                push_fact(record, name, Some(id).filter(|id| !id.is_empty()));
            }
            text => push_fact(record, name, text),
        }
    }
    for name in [
        "Techniques",
        "SubTechniques",
        "AttackTechniques",
        "mitreTechniques",
    ] {
        if let Some(text) = columns.take(name) {
            techniques(record, &text);
        }
    }
}

/// Puts the MITRE ATT&CK ids in a text (`["Valid Accounts (T1078)"]`, `["T1564.008"]`) into the parameters.
fn techniques(record: &mut Record, text: &str) {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    for word in words {
        let is_id = word.strip_prefix('T').is_some_and(|rest| {
            rest.len() >= 4
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || byte == b'.')
        });
        let known = record.parameter("Techniques").any(|id| id == word);
        if is_id && !known {
            push_fact(record, "Techniques", Some(word.to_owned()));
        }
    }
}

/// Defender's id of an alert in the address of its page.
fn id_in_link(link: &str) -> Option<String> {
    let (_, rest) = link.split_once("/alerts/")?;
    let id = rest.split(['?', '/', '#']).next()?;
    (!id.is_empty()).then(|| id.to_owned())
}
