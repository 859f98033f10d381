//! The timeline: one row an event, in the columns of `contract.md`.

use hourzero_model::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

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
        confidence: String::new(),
        reason: event.reason().to_owned(),
        action: sentence(record),
        operation: record.operation.clone(),
        result: record.result.name().to_owned(),
        source: record.log.name().to_owned(),
        witnesses: event.witnesses.clone(),
        ip: record.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        asn: record.asn,
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
