//! Who was written to, or was given a share (`recipients.csv`).

use hourzero_model::{Log, Timestamp};
use serde::Serialize;

use crate::Event;

/// Operations whose records name people who received something.
pub const SENDING_OPERATIONS: &[&str] = &[
    "Send",
    "SendAs",
    "SendOnBehalf",
    "Message trace",
    "Email sent",
    "Email internal",
    "MipLabel",
    "AddedToSecureLink",
    "SharingSet",
    "SharingInvitationCreated",
];

/// A row of `recipients.csv`; the names are those of `contract.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RecipientRow {
    /// When, UTC.
    pub time: Timestamp,
    /// The account that sent or shared.
    pub account: String,
    /// `mail` or `share`.
    pub kind: String,
    /// Subject, or the shared object.
    pub subject: String,
    /// Internet message id.
    pub internet_message_id: String,
    /// Network message id.
    pub network_message_id: String,
    /// Who received it; empty where the log names nobody, which is not "nobody".
    pub recipient: String,
    /// `internal`, `external`, empty where the recipient is not named.
    pub direction: String,
    /// As logged; empty where not logged.
    pub delivered: String,
    /// `yes` where a click is recorded; empty otherwise.
    pub clicked: String,
    /// `yes` where it was purged afterwards; empty otherwise.
    pub purged: String,
    /// Who did it.
    pub attribution: String,
}

/// The rows of an event; one a recipient. `domains` are the tenant's own, lower-case.
pub fn recipients(event: &Event, domains: &[String]) -> Vec<RecipientRow> {
    let record = &event.record;
    let share = record.workload.as_deref().is_some_and(|workload| {
        workload.eq_ignore_ascii_case("SharePoint") || workload.eq_ignore_ascii_case("OneDrive")
    });
    let named: Vec<String> = ["Recipient", "TargetUserOrGroupName"]
        .iter()
        .flat_map(|name| record.parameter(name))
        .flat_map(|list| list.split(';'))
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    let row = |recipient: String| RecipientRow {
        time: record.event_time,
        account: event.account().unwrap_or_default().to_owned(),
        kind: if share { "share" } else { "mail" }.to_owned(),
        subject: record
            .subject
            .clone()
            .or_else(|| share.then(|| record.object_path.clone()).flatten())
            .unwrap_or_default(),
        internet_message_id: record.message_id.clone().unwrap_or_default(),
        network_message_id: record.network_message_id.clone().unwrap_or_default(),
        direction: direction(&recipient, domains).to_owned(),
        recipient,
        delivered: delivered(event),
        clicked: String::new(),
        purged: String::new(),
        attribution: event.attribution().name().to_owned(),
    };
    if named.is_empty() {
        vec![row(String::new())]
    } else {
        named.into_iter().map(row).collect()
    }
}

fn direction(recipient: &str, domains: &[String]) -> &'static str {
    match recipient.rsplit_once('@') {
        Some((_, domain)) if domains.iter().any(|own| own == domain) => "internal",
        Some(_) => "external",
        None => "",
    }
}

fn delivered(event: &Event) -> String {
    match event.record.log {
        Log::MessageTrace => event.record.result_code.clone().unwrap_or_default(),
        Log::EmailHunting => event
            .record
            .parameter("DeliveryAction")
            .next()
            .unwrap_or_default()
            .to_owned(),
        _ => String::new(),
    }
}
