//! Alerts as tables: `AlertInfo` and `AlertEvidence` of Defender, `SecurityAlert` and `SecurityIncident` of
//! Sentinel.
//!
//! Takes a row's columns and fills an event. Sentinel writes a row again whenever an alert changes: those
//! rows have one id and are revisions of each other.

use hourzero_model::{ActorKind, HappeningKey, Log, Record};
use sonic_rs::Value;

use super::{entity, id_in_link, shared, techniques};
use crate::dialect::field;
use crate::dialect::field::push_fact;
use crate::dialect::hunting::columns::{self, Columns};
use crate::dialect::hunting::table::Table;

/// `AlertInfo`.
pub(in crate::dialect) const INFO: Table = Table {
    names: &["AlertInfo"],
    must: &["AlertId", "Title", "Severity", "DetectionSource"],
    may: &["Category", "ServiceSource", "AttackTechniques"],
    not: &[],
    log: Log::Alert,
    fill: info,
};

/// `AlertEvidence`.
pub(in crate::dialect) const EVIDENCE: Table = Table {
    names: &["AlertEvidence"],
    must: &["AlertId", "EntityType", "EvidenceRole"],
    may: &[
        "Title",
        "Categories",
        "ServiceSource",
        "EvidenceDirection",
        "RemoteIP",
    ],
    not: &[],
    log: Log::Alert,
    fill: evidence,
};

/// `SecurityAlert`.
pub(in crate::dialect) const SECURITY_ALERT: Table = Table {
    names: &["SecurityAlert"],
    must: &["SystemAlertId", "AlertSeverity"],
    may: &[
        "AlertName",
        "Entities",
        "ExtendedProperties",
        "VendorOriginalId",
        "CompromisedEntity",
    ],
    not: &[],
    log: Log::Alert,
    fill: security_alert,
};

/// `SecurityIncident`.
pub(in crate::dialect) const SECURITY_INCIDENT: Table = Table {
    names: &["SecurityIncident"],
    must: &["IncidentName", "Title", "Severity"],
    may: &[
        "IncidentNumber",
        "AlertIds",
        "FirstActivityTime",
        "ProviderIncidentId",
    ],
    not: &[],
    log: Log::Alert,
    fill: security_incident,
};

fn info(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    title(columns, record, &["Title"]);
    record.workload = columns.take("ServiceSource").or(record.workload.take());
    if let Some(id) = columns.take("AlertId") {
        identify(record, &id);
        push_fact(record, "AlertId", Some(id));
    }
    shared(columns, record);
    Ok(())
}

fn evidence(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    title(columns, record, &["Title"]);
    record.workload = columns.take("ServiceSource").or(record.workload.take());
    record.target.id = columns.peek("AlertId");
    if let Some(name) = columns.take("AccountUpn") {
        field::set_actor_name(&mut record.actor, &name);
    }
    record.actor.id = columns.take_lower(&["AccountObjectId"]);
    record.actor.name = columns.take("AccountName");
    if record.actor.upn.is_some() || record.actor.id.is_some() {
        record.actor.kind = ActorKind::User;
    }
    let address = columns.take_first(&["RemoteIP", "LocalIP"]);
    field::set_address(record, address.as_deref());
    record.device_id = columns.take_lower(&["DeviceId"]);
    record.network_message_id = columns.take_lower(&["NetworkMessageId"]);
    record.subject = columns.take("EmailSubject");
    record.object_path = columns.take_first(&["RemoteUrl", "FolderPath"]);
    record.app_id = columns.take_lower(&["OAuthApplicationId"]);
    record.app_name = columns.take("Application");
    name_entities(columns, record);
    shared(columns, record);
    if let Some(details) = columns.json("AdditionalFields") {
        entity::read(record, &details);
    }
    if let Some(categories) = columns.take_json("Categories") {
        columns::push(record, "Category", &categories);
    }
    Ok(())
}

/// Names what an evidence row concerns as whole alerts do.
fn name_entities(columns: &Columns<'_>, record: &mut Record) {
    let ip = record.ip.map(|ip| ip.to_string());
    for (name, value) in [
        (
            "EntityAccount",
            record
                .actor
                .upn
                .clone()
                .or_else(|| record.actor.name.clone()),
        ),
        ("EntityAccountId", record.actor.id.clone()),
        ("EntityIp", ip),
        ("EntityHost", columns.peek("DeviceName")),
        (
            "EntityApp",
            record.app_id.clone().or_else(|| record.app_name.clone()),
        ),
        ("EntityMessage", record.network_message_id.clone()),
        ("EntityFile", columns.peek("FileName")),
    ] {
        entity::unique(record, name, value);
    }
}

fn security_alert(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    title(columns, record, &["AlertName", "DisplayName"]);
    if columns.peek("DisplayName").as_deref() == record.target.name.as_deref() {
        columns.take("DisplayName");
    }
    began(columns, record, &["StartTime"]);
    record.workload = columns.take("ProductName").or(record.workload.take());
    if let Some(id) = columns.take_lower(&["SystemAlertId"]) {
        identify(record, &id);
        push_fact(record, "SystemAlertId", Some(id));
    }
    let link = columns.peek("AlertLink");
    push_fact(record, "AlertId", link.as_deref().and_then(id_in_link));
    let details = columns.json("ExtendedProperties");
    shared(columns, record);
    if let Some(details) = &details {
        from_details(record, details);
    }
    columns.open("ExtendedProperties", record);
    if let Some(entities) = columns.take_json("Entities") {
        entity::read(record, &entities);
    }
    if record.ip.is_none() {
        let address = record
            .parameter("Client IP Address")
            .next()
            .map(str::to_owned);
        field::set_address(record, address.as_deref());
    }
    Ok(())
}

/// Facts that stand among an alert's extended properties only.
fn from_details(record: &mut Record, details: &Value) {
    let request = field::lower(details, "Request Id");
    entity::unique(record, "EntityRequest", request);
    let techniques_in = field::first_text(details, &["MitreTechniques", "Techniques"]);
    techniques(record, &techniques_in.unwrap_or_default());
}

fn security_incident(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    title(columns, record, &["Title"]);
    began(columns, record, &["FirstActivityTime", "CreatedTime"]);
    record.target.kind = Some("incident".to_owned());
    record.workload = columns.peek("ProviderName").or(record.workload.take());
    push_fact(record, "IncidentId", columns.take("ProviderIncidentId"));
    if let Some(id) = columns.take_lower(&["IncidentName"]) {
        record.id_key = Some(HappeningKey::of(&["incident", &id]));
        record.target.id = Some(id.clone());
        record.record_id = id;
    }
    if let Some(alerts) = columns.take_json("AlertIds") {
        columns::push(record, "SystemAlertId", &alerts);
    }
    shared(columns, record);
    Ok(())
}

/// The act of an alert is what it says; it is also what the alert is named by.
fn title(columns: &mut Columns<'_>, record: &mut Record, names: &[&str]) {
    let title = columns.take_first(names);
    record.operation = field::operation(title.as_deref().unwrap_or("Alert"));
    record.target.kind = Some("alert".to_owned());
    record.target.name = title;
}

/// Sets the time of the happening and keeps the time of the row, which is that of detection or change.
fn began(columns: &mut Columns<'_>, record: &mut Record, names: &[&str]) {
    let written = record.event_time;
    if let Some(began) = columns.take_instant(names) {
        record.event_time = began;
        push_fact(record, "TimeGenerated", Some(written.to_string()));
    }
}

/// An alert's id is the record's.
fn identify(record: &mut Record, id: &str) {
    record.id_key = Some(HappeningKey::of(&["alert", id]));
    record.target.id = Some(id.to_owned());
    id.clone_into(&mut record.record_id);
}
