//! Defender for Endpoint's tables, and unions of them with tables of other products.
//!
//! Takes a row's columns and gives an event. A union has no column that says the table: the filled
//! columns tell whether a row is of a device, of Defender for Identity or of Defender for Cloud Apps.

use hourzero_model::{ActorKind, HappeningKey, Log, Record};

use sonic_rs::{JsonValueTrait, Value};

use super::columns::{self, Columns};
use super::{common, identity, table};
use crate::dialect::{Place, Shape, field};

/// Whether this is the name of a device table.
pub(super) fn is_table(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("device") && (name.ends_with("events") || name.ends_with("info"))
}

/// A device table is told by its name, or by the device, the act and the process that began it.
pub(super) fn fits(shape: &Shape<'_>) -> u32 {
    let marks = [
        "DeviceId",
        "DeviceName",
        "ActionType",
        "InitiatingProcessFileName",
        "InitiatingProcessAccountName",
        "InitiatingProcessCommandLine",
    ];
    let found = table::count(shape, &marks);
    // A union of tables has the columns of the others too; only device tables know the process.
    let knows_process = table::all(shape, &["DeviceId", "InitiatingProcessFileName"]);
    let found = if knows_process { found + 32 } else { found };
    match shape.table() {
        Some(name) if is_table(name) => 64 + found,
        Some(_) => 0,
        _ if table::all(shape, &["DeviceName", "ActionType"]) && found >= 4 => found,
        _ => 0,
    }
}

/// Whether a row of a union is one of Defender for Cloud Apps: no device, but an activity or a record of
/// the audit log inside.
pub(super) fn is_cloud_app(row: &Value) -> bool {
    let marks = ["ActivityType", "ActivityObjects", "RawEventData"];
    if marks.iter().all(|name| row.get(*name).is_none()) {
        return false;
    }
    columns::read(row, |columns| {
        columns.peek("DeviceId").is_none() && columns.peek_first(&marks).is_some()
    })
}

/// Reads a row of a device table or of a union.
pub(super) fn event(
    columns: &mut Columns<'_>,
    place: &Place<'_>,
    name: Option<&str>,
) -> Result<Record, String> {
    if name.is_none() && columns.peek("DeviceId").is_none() {
        return other(columns, place);
    }
    let table = name.unwrap_or("DeviceEvents");
    let mut record = table::begin(columns, place, Log::DeviceHunting, table)?;
    let reported = columns.take("ReportId");
    record.operation = common::operation(columns, table);
    record.device_id = columns.take_lower(&["DeviceId"]);
    record.target.kind = Some("device".to_owned());
    record.target.name = columns.take("DeviceName");
    record.target.id = record.device_id.clone();
    actor(columns, &mut record);
    common::network(columns, &mut record);
    record.object_path = columns.take_first(&["RemoteUrl", "FolderPath", "RegistryKey"]);
    if let (Some(report), Some(device)) = (reported, &record.device_id) {
        // The number counts per device and starts again: only with device and time it is one event.
        let id = format!("{report}:{device}:{}", record.event_time);
        record.id_key = Some(HappeningKey::of(&["hunting", table, &id]));
        record.record_id = id;
    }
    columns.open("AdditionalFields", &mut record);
    columns.rest_into(&mut record);
    Ok(record)
}

/// Who logged on, in a table of logons; in others whose process acted.
fn actor(columns: &mut Columns<'_>, record: &mut Record) {
    common::account(columns, record);
    let process_upn = columns.peek("InitiatingProcessAccountUpn");
    if let (None, Some(upn)) = (&record.actor.upn, process_upn) {
        record.actor.upn = field::account(&upn);
        record.actor.kind = ActorKind::User;
        record.actor.id = columns
            .peek("InitiatingProcessAccountObjectId")
            .map(|id| id.to_lowercase());
    }
    if record.actor.name.is_none() {
        record.actor.name = common::qualified(
            columns.peek("InitiatingProcessAccountDomain").as_deref(),
            columns.peek("InitiatingProcessAccountName"),
        );
    }
}

/// A row of a union that is of no device.
fn other(columns: &mut Columns<'_>, place: &Place<'_>) -> Result<Record, String> {
    let mut record = table::begin(columns, place, Log::IdentityHunting, "identity table")?;
    identity::fill(columns, &mut record)?;
    columns.rest_into(&mut record);
    Ok(record)
}
