//! The `OfficeActivity` table of Log Analytics: audit records in columns with names of its own.
//!
//! Takes its rows from any export of a workspace and gives events of the unified audit log, because the
//! rows are the same records under the same ids. It must never use the time of ingestion
//! (`ElevationTime`, `Start_Time`) where the table's own time is there.

use hourzero_model::{Form, Log};

use super::slot::score;
use super::unified_audit::{at_least, audit_record, named};
use super::{FormSpec, Mapped, Place, Row, Shape};

/// The table in every export of a workspace.
pub(crate) static FORMS: &[FormSpec] = &[FormSpec {
    form: Form("officeactivity"),
    about: "The OfficeActivity table of Log Analytics or Sentinel, as CSV or JSON.",
    fits,
    map,
}];

/// Columns of the table itself, not of the record: the workspace, the times of ingestion, and what
/// repeats another column.
const TABLE_ONLY: &[&str] = &[
    "TenantId",
    "TimeGenerated",
    "TimeGenerated [UTC]",
    "Type",
    "SourceSystem",
    "SourceRecordId",
    "ElevationTime",
    "ElevationTime [UTC]",
    "Start_Time",
    "Start_Time [UTC]",
    "UserDomain",
    "_ResourceId",
    "$table",
];

fn fits(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "officeobjectid",
        "userkey",
        "usertype",
        "recordtype",
        "operation",
        "organizationid",
        "resultreasontype",
        "logontype",
        "clientipaddress",
        "sourcerecordid",
        "timegenerated",
        "officetenantid",
        "userid",
        "eventdata",
        "aadtarget",
    ];
    let by_workload = score(shape, &["officeworkload", "operation"], &helpful);
    let by_id = score(shape, &["officeid", "operation"], &helpful);
    named(
        shape,
        "OfficeActivity",
        false,
        at_least(4, by_workload.max(by_id)),
    )
}

fn map(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let mut record = audit_record(row, Some(row), place, Log::UnifiedAudit)?;
    record
        .parameters
        .retain(|(name, _)| !TABLE_ONLY.contains(&name.as_str()));
    Ok(Mapped::Event(Box::new(record)))
}
