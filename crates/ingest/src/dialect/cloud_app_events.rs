//! The `CloudAppEvents` table of Defender for Cloud Apps.
//!
//! Takes its rows and gives events: `RawEventData` is the audit record itself where the activity is one
//! of Microsoft 365's, so that the row becomes its witness. It must never let a column of the table
//! replace what the record says.

use std::borrow::Cow;

use hourzero_model::{ActorKind, FactText, Form, Log, Record, Target};
use sonic_rs::{JsonValueTrait, Value};

use super::slot::{self, score};
use super::unified_audit::{at_least, audit_record, each_member, named, open_fact};
use super::{FormSpec, Mapped, Place, Row, Shape, field};

/// The table in every export of a workspace or of the Defender portal.
pub(crate) static FORMS: &[FormSpec] = &[FormSpec {
    form: Form("cloudappevents"),
    about: "The CloudAppEvents table of Defender for Cloud Apps, as CSV or JSON.",
    fits,
    map,
}];

/// Columns that say nothing about the act, or that fill a column of ours.
const NO_FACT: &[&str] = &[
    "TenantId",
    "TimeGenerated",
    "TimeGenerated [UTC]",
    "Timestamp",
    "Timestamp [UTC]",
    "SourceSystem",
    "Type",
    "RawEventData",
    "RawEventData_dynamic",
    "ActionType",
    "AccountDisplayName",
    "AccountObjectId",
    "ISP",
    "CountryCode",
    "UserAgent",
    "IPAddress",
    "AccountId",
    "AppInstanceId",
    "rawData",
    // It repeats the record inside; where there is none it has been read.
    "ActivityObjects",
];

fn fits(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "application",
        "applicationid",
        "accountobjectid",
        "accountdisplayname",
        "accounttype",
        "reportid",
        "activitytype",
        "activityobjects",
        "objectname",
        "objecttype",
        "isadminoperation",
        "isexternaluser",
        "isimpersonated",
        "ipaddress",
        "ipcategory",
        "countrycode",
        "timestamp",
        "useragenttags",
    ];
    let with_record = score(shape, &["actiontype", "raweventdata"], &helpful);
    let without = score(
        shape,
        &["actiontype", "application", "activitytype"],
        &helpful,
    );
    let is_union = shape.has(&["DeviceName", "InitiatingProcessFileName"]);
    named(
        shape,
        "CloudAppEvents",
        is_union,
        at_least(4, with_record.max(without)),
    )
}

fn map(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let raw = slot::member_value(row, "RawEventData").and_then(slot::entered);
    let is_audit = |raw: &Cow<'_, Value>| {
        let has = |name| slot::member_value(raw, name).is_some();
        has("Operation") && (has("CreationTime") || has("RecordType"))
    };
    let mut record = match &raw {
        Some(raw) if is_audit(raw) => {
            audit_record(&Row::of(raw), Some(row), place, Log::CloudAppEvents)?
        }
        _ => {
            let mut record = table_only(row, raw.as_deref(), place)?;
            if let Some(objects) =
                slot::member_value(row, "ActivityObjects").and_then(slot::entered)
            {
                open_fact(&mut record, "ActivityObjects", &objects);
            }
            record
        }
    };
    columns(row, &mut record);
    Ok(Mapped::Event(Box::new(record)))
}

/// An activity of another application: the table's columns are all there is.
fn table_only(row: &Value, raw: Option<&Value>, place: &Place<'_>) -> Result<Record, String> {
    let keys = [
        "Timestamp",
        "Timestamp [UTC]",
        "TimeGenerated",
        "TimeGenerated [UTC]",
    ];
    let time =
        field::first_instant(row, &keys).ok_or("the row has no Timestamp that can be read")?;
    let mut record = Record::new(place.provenance, place.form, Log::CloudAppEvents, time);
    let action = slot::member(row, "ActionType").unwrap_or_default();
    record.operation = field::operation(&action);
    record.workload = Some("CloudAppEvents".to_owned());
    let id = slot::member(row, "ReportId");
    field::set_id(&mut record, id);
    record.target = Target {
        kind: slot::member(row, "ObjectType").map(|kind| kind.to_lowercase().replace(' ', "-")),
        id: slot::member(row, "ObjectId").map(|id| id.to_lowercase()),
        name: slot::member(row, "ObjectName"),
    };
    record.app_name = slot::member(row, "Application");
    let kind = slot::member(row, "AccountType").unwrap_or_default();
    record.actor.kind = match kind.as_str() {
        "Regular" => ActorKind::User,
        "Admin" => ActorKind::Admin,
        "Application" => ActorKind::App,
        "System" => ActorKind::System,
        _ => ActorKind::Unknown,
    };
    if let Some(raw) = raw {
        open_fact(&mut record, "RawEventData", raw);
    }
    Ok(record)
}

/// What the table knows beyond the record: place, network, and its own judgement of the activity.
fn columns(row: &Value, record: &mut Record) {
    let text = |name| slot::member(row, name);
    record.actor.name = record
        .actor
        .name
        .take()
        .or_else(|| text("AccountDisplayName"));
    let account = text("AccountObjectId").and_then(|id| slot::real_id(&id));
    record.actor.id = record.actor.id.take().or(account);
    record.country = text("CountryCode").map(|code| code.to_uppercase());
    record.as_org = text("ISP");
    record.user_agent = record.user_agent.take().or_else(|| text("UserAgent"));
    if record.ip.is_none() {
        field::set_address(record, text("IPAddress").as_deref());
    }
    let record_says: Vec<FactText> = record
        .parameters
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    each_member(row, |name, value| {
        let told = record_says.iter().any(|have| have == name);
        let void = matches!(value.as_str(), Some("" | "{}" | "[]")) || value.is_null();
        if void || NO_FACT.contains(&name) {
            return;
        }
        // `ObjectId` of the table is the object's id in Defender, of the record its path.
        let name = if told {
            Cow::Owned(format!("CloudAppEvents.{name}"))
        } else {
            Cow::Borrowed(name)
        };
        match slot::entered(value) {
            Some(inner) => open_fact(record, &name, &inner),
            None => open_fact(record, &name, value),
        }
    });
}
