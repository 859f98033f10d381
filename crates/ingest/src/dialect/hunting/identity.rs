//! Defender for Identity's tables: logons, queries and acts in a directory.
//!
//! Takes a row's columns and fills an event. It must not know how the row was exported.

use hourzero_model::{HappeningKey, Log, Outcome, Record};

use super::columns::Columns;
use super::common;
use super::table::Table;
use crate::dialect::field;

/// Columns that all three tables have; CloudAppEvents has some of them, so that only their number tells.
const SHARED: &[&str] = &[
    "Protocol",
    "AccountName",
    "AccountDomain",
    "AccountSid",
    "AccountObjectId",
    "AccountDisplayName",
    "DeviceName",
    "IPAddress",
    "Port",
    "DestinationDeviceName",
    "DestinationIPAddress",
    "DestinationPort",
    "TargetAccountDisplayName",
    "Location",
    "ReportId",
    "AdditionalFields",
];

/// `IdentityLogonEvents`.
pub(super) const LOGONS: Table = Table {
    names: &["IdentityLogonEvents"],
    must: &["ActionType", "LogonType", "Application", "AccountUpn"],
    may: SHARED,
    not: &["ActivityObjects", "RawEventData"],
    log: Log::IdentityHunting,
    fill,
};

/// `IdentityQueryEvents`.
pub(super) const QUERIES: Table = Table {
    names: &["IdentityQueryEvents"],
    must: &["ActionType", "QueryType", "QueryTarget", "Query"],
    may: SHARED,
    not: &["ActivityObjects", "RawEventData"],
    log: Log::IdentityHunting,
    fill,
};

/// `IdentityDirectoryEvents`.
pub(super) const DIRECTORY: Table = Table {
    names: &["IdentityDirectoryEvents"],
    must: &[
        "ActionType",
        "Application",
        "TargetDeviceName",
        "TargetAccountUpn",
    ],
    may: SHARED,
    not: &["ActivityObjects", "RawEventData"],
    log: Log::IdentityHunting,
    fill,
};

/// Fills an event of any identity table.
pub(super) fn fill(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    let table = record.workload.clone().unwrap_or_default();
    record.operation = common::operation(columns, &table);
    record.result = match record.operation.as_str() {
        "LogonSuccess" => Outcome::Success,
        "LogonFailed" => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    record.result_reason = columns.take("FailureReason");
    common::fill(columns, record);
    if record.target.name.is_some() {
        record.target.kind = Some("user".to_owned());
    } else if let Some(query) = columns.peek("QueryTarget") {
        record.target.name = Some(query);
    } else if let Some(device) = columns.peek_first(&["TargetDeviceName", "DestinationDeviceName"])
    {
        record.target.kind = Some("device".to_owned());
        record.target.name = Some(device);
    }
    if let Some(report) = columns.take("ReportId") {
        record.id_key = Some(HappeningKey::of(&["hunting", &table, &report]));
        record.record_id = report;
    }
    columns.open("AdditionalFields", record);
    let request = record.parameter("Request ID").next();
    if let Some(request) = request.filter(|id| field::is_guid(id)) {
        // The id of the sign-in that Entra logged for the same logon: this row is its witness.
        record.id_key = Some(HappeningKey::of(&["id", request]));
    }
    Ok(())
}
