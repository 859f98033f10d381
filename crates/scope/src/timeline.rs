//! The timeline: one row an event, in the columns of `contract.md`.

use std::collections::BTreeMap;

use hourzero_model::{Log, Record, Timestamp};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::recipient::is_mail_log;
use crate::{Event, sentence};

/// A row of `timeline.jsonl` and `timeline.csv`; the names are those of `contract.md`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineRow {
    /// When, UTC.
    pub time: Timestamp,
    /// The same in the case's time zone, with its offset.
    pub time_local: String,
    /// The account concerned, empty where the record names none.
    pub account: String,
    /// Who did it.
    pub attribution: String,
    /// How sure; empty where the attribution is unknown.
    pub confidence: String,
    /// Why that attribution.
    pub reason: String,
    /// What happened, as a sentence.
    pub action: String,
    /// The operation.
    pub operation: String,
    /// success, failure, interrupted, unknown.
    pub result: String,
    /// The log.
    pub source: String,
    /// Other logs that tell of it.
    pub witnesses: Vec<String>,
    /// The client's address.
    pub ip: String,
    /// Autonomous system number.
    pub asn: Option<u32>,
    /// What an address of Microsoft's is: `service` (a published front end, which says nothing about who
    /// acted), `azure` (a machine that anybody can rent), `unknown`; empty for the addresses of others.
    pub network_class: String,
    /// Country.
    pub country: String,
    /// User agent.
    pub user_agent: String,
    /// Kind of client.
    pub client_app: String,
    /// Session.
    pub session: String,
    /// Token.
    pub token: String,
    /// Device.
    pub device: String,
    /// Application, by name, else by id.
    pub app: String,
    /// What it was done to.
    pub target: String,
    /// Findings it stands behind.
    pub findings: Vec<String>,
    /// The record's id.
    pub record_id: String,
    /// The file that holds it.
    pub file: String,
    /// Its number in that file.
    pub position: u64,
}

/// The row of an event; local time is given in `zone`.
pub fn timeline_row(event: &Event, zone: &TimeZone) -> TimelineRow {
    let record = &event.record;
    let words = |value: &Option<String>| value.clone().unwrap_or_default();
    TimelineRow {
        time: record.event_time,
        time_local: local(record.event_time, zone),
        account: event.account().unwrap_or_default().to_owned(),
        attribution: event.attribution().name().to_owned(),
        confidence: event.confidence().to_owned(),
        reason: event.reason().to_owned(),
        action: sentence(record),
        operation: record.operation.clone(),
        result: record.result.name().to_owned(),
        source: source(record),
        witnesses: event.witnesses.clone(),
        ip: record.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        asn: record.asn,
        network_class: event.network_class.unwrap_or_default().to_owned(),
        country: words(&record.country),
        user_agent: words(&record.user_agent),
        client_app: words(&record.client_app),
        session: words(&record.session_id),
        token: words(&record.token_id),
        device: words(&record.device_id),
        app: record
            .app_name
            .clone()
            .or_else(|| record.app_id.clone())
            .unwrap_or_default(),
        target: record
            .target
            .name
            .clone()
            .or_else(|| record.target.id.clone())
            .unwrap_or_default(),
        findings: event.findings.clone(),
        record_id: event.evidence.record_id.clone(),
        file: event.evidence.file.clone(),
        position: event.evidence.position,
    }
}

/// Whether an event is mail to or from one of these accounts within its time.
pub fn is_mail_within(event: &Event, windows: &BTreeMap<String, (Timestamp, Timestamp)>) -> bool {
    let record = &event.record;
    let is_mail = is_mail_log(record)
        || matches!(
            record.operation.as_str(),
            "Send" | "SendAs" | "SendOnBehalf"
        );
    is_mail
        && [record.actor.upn.as_ref(), record.owner.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|account| windows.get(account))
            .any(|(first, last)| (*first..=*last).contains(&record.event_time))
}

/// The log; another product's by its own name, `other:vpn`.
fn source(record: &Record) -> String {
    match (record.log, &record.workload) {
        (Log::Other, Some(product)) if product.starts_with("other:") => product.clone(),
        (log, _) => log.name().to_owned(),
    }
}

/// RFC 3339 with the zone's offset; the instant itself where the zone cannot show it.
fn local(time: Timestamp, zone: &TimeZone) -> String {
    match jiff::Timestamp::from_microsecond(time.micros()) {
        Ok(instant) => instant
            .to_zoned_datetime(zone.clone())
            .strftime("%Y-%m-%dT%H:%M:%S%:z")
            .to_string(),
        Err(_) => time.to_string(),
    }
}
