//! Doors of the unified audit log: Purview's CSV, `Search-UnifiedAuditLog` as CSV and JSON, plain
//! `AuditData` lines, blobs of the Management Activity API, Graph's audit queries (forms 1 to 7).

use serde_json::Value;

use super::door::{Batch, Door, Made, Order};
use super::record_type;
use super::row::{Table, cell, tree};
use crate::json;

/// Purview's portal (form 1): newest first, 50,000 rows a file there; split smaller here.
pub(super) const PURVIEW: Door = Door {
    order: Order::NewestFirst,
    most: 20_000,
    packs: false,
    write: purview,
};
/// `Search-UnifiedAuditLog` piped to CSV (form 2).
pub(super) const SEARCH_CSV: Door = Door {
    order: Order::Unsorted,
    most: 5_000,
    packs: false,
    write: search_csv,
};
/// A collector's JSON array of the same (form 3).
pub(super) const SEARCH_JSON: Door = Door {
    order: Order::Unsorted,
    most: 5_000,
    packs: true,
    write: search_json,
};
/// `AuditData` alone, a line each (form 4).
pub(super) const AUDIT_DATA: Door = Door {
    order: Order::OldestFirst,
    most: 50_000,
    packs: true,
    write: audit_data,
};
/// A blob of the Management Activity API (form 6).
pub(super) const ACTIVITY_BLOB: Door = Door {
    order: Order::Unsorted,
    most: 2_000,
    packs: true,
    write: activity_blob,
};
/// Records of a Graph audit query, pages appended to each other (form 7).
pub(super) const GRAPH_QUERY: Door = Door {
    order: Order::Unsorted,
    most: 5_000,
    packs: true,
    write: graph_query,
};

/// Every door, to choose from.
pub(super) const ALL: &[Door] = &[
    PURVIEW,
    SEARCH_CSV,
    SEARCH_JSON,
    AUDIT_DATA,
    ACTIVITY_BLOB,
    GRAPH_QUERY,
];

/// What the wrappers repeat of a record.
struct Wrapper {
    record_type: i64,
    creation: String,
    operation: String,
    user: String,
}

fn wrapper(record: &Value) -> Wrapper {
    Wrapper {
        record_type: record
            .get("RecordType")
            .and_then(Value::as_i64)
            .unwrap_or_default(),
        creation: cell(record, "CreationTime"),
        operation: cell(record, "Operation"),
        user: cell(record, "UserId"),
    }
}

fn purview(batch: &Batch<'_>) -> Vec<Made> {
    let mut stream = batch.stream.clone();
    let american = stream.chance(300);
    let mut table = Table::new(&[
        "RecordId",
        "CreationDate",
        "RecordType",
        "Operation",
        "UserId",
        "AuditData",
        "AssociatedAdminUnits",
        "AssociatedAdminUnitsNames",
    ]);
    for (place, record) in batch.records.iter().enumerate() {
        let about = wrapper(&tree(&record.json));
        let date = if american {
            american_date(&about.creation)
        } else {
            format!("{}.0000000Z", about.creation)
        };
        table.row([
            record.id.as_str(),
            &date,
            &about.record_type.to_string(),
            &about.operation,
            &about.user,
            batch.json(place),
            "",
            "",
        ]);
    }
    let mut bytes = if stream.chance(500) {
        b"\xef\xbb\xbf".to_vec()
    } else {
        Vec::new()
    };
    bytes.extend(table.bytes());
    vec![batch.table_of_json(format!("{}_{}.csv", stream.guid(), batch.part), bytes)]
}

/// `2026-03-06T17:40:12` as `3/6/2026 5:40:12 PM`.
fn american_date(iso: &str) -> String {
    let number = |from: usize, to: usize| -> u32 {
        iso.get(from..to)
            .and_then(|part| part.parse().ok())
            .unwrap_or(0)
    };
    let hour = number(11, 13);
    let half = if hour < 12 { "AM" } else { "PM" };
    let shown = match hour % 12 {
        0 => 12,
        other => other,
    };
    format!(
        "{}/{}/{} {shown}:{:02}:{:02} {half}",
        number(5, 7),
        number(8, 10),
        number(0, 4),
        number(14, 16),
        number(17, 19)
    )
}

fn search_csv(batch: &Batch<'_>) -> Vec<Made> {
    let mut table = Table::new(&[
        "RecordType",
        "CreationDate",
        "UserIds",
        "Operations",
        "AuditData",
        "ResultIndex",
        "ResultCount",
        "Identity",
        "IsValid",
        "ObjectState",
    ]);
    for (place, record) in batch.records.iter().enumerate() {
        let about = wrapper(&tree(&record.json));
        table.row([
            record_type::name(about.record_type).as_str(),
            &american_date(&about.creation),
            &about.user,
            &about.operation,
            batch.json(place),
            &(place + 1).to_string(),
            &batch.records.len().to_string(),
            &record.id,
            "True",
            "Unchanged",
        ]);
    }
    let name = format!("UAL-{}-{}.csv", batch.first_day(), batch.part);
    vec![batch.table_of_json(name, table.bytes())]
}

fn search_json(batch: &Batch<'_>) -> Vec<Made> {
    let windows_powershell = batch.stream.clone().chance(300);
    let item = |place: usize| {
        let Some(record) = batch.records.get(place) else {
            return String::new();
        };
        let about = wrapper(&tree(&record.json));
        json::object(|row| {
            row.text("RecordType", record_type::name(about.record_type));
            if windows_powershell {
                // Windows PowerShell writes dates so: milliseconds since 1970.
                row.raw(
                    "CreationDate",
                    &format!("\"\\/Date({})\\/\"", record.at.micros() / 1_000_000 * 1_000),
                );
            } else {
                row.text("CreationDate", format!("{}Z", about.creation));
            }
            row.text("UserIds", &about.user)
                .text("Operations", &about.operation)
                .raw("AuditData", &record.json)
                .number("ResultIndex", i64::try_from(place + 1).unwrap_or(0))
                .number(
                    "ResultCount",
                    i64::try_from(batch.records.len()).unwrap_or(0),
                )
                .text("Identity", &record.id)
                .flag("IsValid", true)
                .text("ObjectState", "Unchanged");
        })
    };
    let name = format!("UAL-{}-{}.json", batch.first_day(), batch.part);
    vec![batch.array(name, ("\u{feff}[\r\n", ",\r\n", "\r\n]\r\n"), item)]
}

fn audit_data(batch: &Batch<'_>) -> Vec<Made> {
    let name = format!("UnifiedAuditLog_{}_{}.json", batch.first_day(), batch.part);
    vec![batch.lines(name, |place| batch.json(place).to_owned())]
}

fn activity_blob(batch: &Batch<'_>) -> Vec<Made> {
    let mut stream = batch.stream.clone();
    let name = format!("Audit.General_{}_{}.json", batch.first_day(), stream.guid());
    let item = |place| batch.whole(place).to_owned();
    vec![batch.array(name, ("[", ",", "]"), item)]
}

fn graph_query(batch: &Batch<'_>) -> Vec<Made> {
    let item = |place: usize| {
        let Some(record) = batch.records.get(place) else {
            return String::new();
        };
        let data = tree(&record.json);
        let about = wrapper(&data);
        json::object(|row| {
            row.text("id", &record.id)
                .text("createdDateTime", format!("{}Z", about.creation))
                .text(
                    "auditLogRecordType",
                    record_type::graph_name(about.record_type),
                )
                .text("operation", &about.operation)
                .text("organizationId", cell(&data, "OrganizationId"))
                .text("userType", user_type(&data))
                .text("userId", cell(&data, "UserKey"))
                .text("service", cell(&data, "Workload"))
                .text("objectId", cell(&data, "ObjectId"))
                .text("userPrincipalName", &about.user)
                .text("clientIp", cell(&data, "ClientIP"))
                .list("administrativeUnits", |units| {
                    units.text("");
                })
                .raw("auditData", &record.json);
        })
    };
    let name = format!("UALGraph_{}_{}.json", batch.first_day(), batch.part);
    // Pages of 500, each an array of its own, one appended to the other; a torn file is a single page.
    let between = |place: usize| {
        if !batch.torn && place.is_multiple_of(500) {
            "\n]\n[\n"
        } else {
            ",\n"
        }
    };
    vec![batch.arrays(name, ("[\n", between, "\n]\n"), item)]
}

fn user_type(record: &Value) -> &'static str {
    match record.get("UserType").and_then(Value::as_i64) {
        Some(2) => "admin",
        Some(3) => "dcAdmin",
        Some(4) => "system",
        Some(5) => "application",
        Some(6) => "servicePrincipal",
        Some(9) => "partnerTechnician",
        Some(10) => "guest",
        _ => "regular",
    }
}
