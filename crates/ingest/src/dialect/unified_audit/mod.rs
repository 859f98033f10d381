//! The unified audit log in every transport.
//!
//! Takes rows of the exports that carry its records and gives events: the record stands bare, in a
//! wrapper's `AuditData`, or flattened into columns. It must never read the same record differently
//! because another tool wrote it.

mod family;
mod fields;
mod items;
mod names;
mod parameters;
mod party;
mod powershell;
mod recipients;
mod record;
mod target;

use std::borrow::Cow;

use hourzero_model::{Form, Log, Record};
use sonic_rs::{JsonValueTrait, Value};

use super::slot::{self, fold, score};
use super::{Container, FormSpec, Mapped, Place, Row, Shape};

pub(super) use family::outcome_of;
pub(super) use fields::each_member;
pub(super) use record::logon_type;

/// All transports of the unified audit log.
pub(crate) static FORMS: &[FormSpec] = &[
    FormSpec {
        form: Form("purview-csv"),
        about: "Audit search of the Purview portal, exported as CSV.",
        fits: fits_purview,
        map: wrapped,
    },
    FormSpec {
        form: Form("search-ual-csv"),
        about: "Search-UnifiedAuditLog as CSV, as Microsoft-Extractor-Suite and Hawk write it.",
        fits: fits_search_csv,
        map: wrapped,
    },
    FormSpec {
        form: Form("search-ual-json"),
        about: "Search-UnifiedAuditLog as JSON, as Microsoft-Extractor-Suite writes it.",
        fits: fits_search_json,
        map: wrapped,
    },
    FormSpec {
        form: Form("graph-audit-json"),
        about: "Audit search of Microsoft Graph as JSON.",
        fits: fits_graph_json,
        map: wrapped,
    },
    FormSpec {
        form: Form("graph-audit-csv"),
        about: "Audit search of Microsoft Graph as CSV, as Microsoft-Extractor-Suite writes it.",
        fits: fits_graph_csv,
        map: wrapped,
    },
    FormSpec {
        form: Form("ual-json"),
        about: "Audit records themselves: Management Activity API, JSON lines, other shippers.",
        fits: fits_bare_json,
        map: bare,
    },
    FormSpec {
        form: Form("ual-flat-csv"),
        about: "Audit records as CSV with a column for each member; lists are lost in it.",
        fits: fits_bare_csv,
        map: bare,
    },
    FormSpec {
        form: Form("hawk-simple-csv"),
        about: "Hawk's Simple_ files: audit records flattened, each cmdlet argument a column.",
        fits: fits_hawk,
        map: hawk,
    },
    FormSpec {
        form: Form("splunk-csv"),
        about: "Audit records exported again out of Splunk.",
        fits: fits_splunk,
        map: splunk,
    },
];

/// Reads an audit record that stands as a JSON object; the wrapper around it, where there is one, gives
/// what the record lacks.
///
/// # Errors
/// When the value is no object or has no time that can be read.
pub(super) fn audit_record(
    data: &Row<'_>,
    wrapper: Option<&Value>,
    place: &Place<'_>,
    log: Log,
) -> Result<Record, String> {
    record::read(data, wrapper, place, log)
}

/// Opens a value into a record's facts under a name.
pub(super) fn open_fact(record: &mut Record, name: &str, value: &Value) {
    parameters::open(record, name, value, 0);
}

fn event(record: Record) -> Mapped {
    Mapped::Event(Box::new(record))
}

fn bare(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    audit_record(row, Some(row), place, Log::UnifiedAudit).map(event)
}

fn wrapped(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let data = audit_data(row)?;
    audit_record(&Row::of(&data), Some(row), place, Log::UnifiedAudit).map(event)
}

/// The record inside a wrapper.
fn audit_data(row: &Value) -> Result<Cow<'_, Value>, String> {
    let value = slot::member_value(row, "AuditData").filter(|value| !value.is_null());
    let value = value.ok_or("the record has no AuditData")?;
    if let Some(found) = slot::entered(value).filter(|found| found.is_object()) {
        return Ok(found);
    }
    let text = value.as_str().unwrap_or_default().trim();
    Err(damaged("AuditData", text))
}

/// Why a text that should be a JSON object is none.
fn damaged(column: &str, text: &str) -> String {
    if text.is_empty() {
        return format!("the {column} is empty");
    }
    let length = text.chars().count();
    match (text.starts_with('{'), text.ends_with('}')) {
        (true, false) => format!("the {column} is cut off after {length} characters"),
        (true, true) => format!("the {column} is damaged JSON"),
        (false, _) => format!("the {column} is no JSON object"),
    }
}

/// Hawk writes a row of `Error` where it could not read a record itself.
fn hawk(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    const WRAPPER: &[&str] = &[
        "AuditRecordType",
        "CreationDate",
        "UserIds",
        "Operations",
        "ResultIndex",
        "ResultCount",
        "Identity",
        "IsValid",
        "ObjectState",
    ];
    if slot::member(row, "RecordType").as_deref() == Some("Error") {
        let details = slot::member(row, "ErrorDetails").unwrap_or_default();
        return Err(format!("Hawk could not read the record: {details}"));
    }
    let mut record = audit_record(row, Some(row), place, Log::UnifiedAudit)?;
    record
        .parameters
        .retain(|(name, _)| !WRAPPER.contains(&name.as_str()));
    Ok(event(record))
}

/// The original columns, or else the raw event, which Splunk may have cut.
fn splunk(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let Err(from_column) = audit_data(row) else {
        return wrapped(row, place);
    };
    let raw = slot::member(row, "_raw").unwrap_or_default();
    match super::field::embedded(&raw).filter(Value::is_object) {
        Some(event) if slot::member_value(&event, "AuditData").is_some() => {
            wrapped(&Row::of(&event), place)
        }
        Some(event) => bare(&Row::of(&event), place),
        None if slot::member_value(row, "AuditData").is_some() => Err(from_column),
        None => Err(damaged("_raw column", raw.trim())),
    }
}

fn fits_purview(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "recordid",
        "creationdate",
        "recordtype",
        "operation",
        "userid",
        "associatedadminunits",
        "associatedadminunitsnames",
    ];
    of(
        shape,
        Container::Csv,
        at_least(3, score(shape, &["auditdata", "operation"], &helpful)),
    )
}

fn fits_search(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "recordtype",
        "creationdate",
        "userids",
        "operations",
        "resultindex",
        "resultcount",
        "identity",
        "isvalid",
        "objectstate",
    ];
    at_least(2, score(shape, &["auditdata"], &helpful))
}

fn fits_search_csv(shape: &Shape<'_>) -> u32 {
    of(shape, Container::Csv, fits_search(shape))
}

fn fits_search_json(shape: &Shape<'_>) -> u32 {
    of(shape, Container::Json, fits_search(shape))
}

fn fits_graph(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "id",
        "createddatetime",
        "operation",
        "organizationid",
        "usertype",
        "userid",
        "service",
        "objectid",
        "userprincipalname",
        "clientip",
        "administrativeunits",
    ];
    let by_type = score(shape, &["auditdata", "auditlogrecordtype"], &helpful);
    by_type.max(score(shape, &["auditdata", "createddatetime"], &helpful))
}

fn fits_graph_json(shape: &Shape<'_>) -> u32 {
    of(shape, Container::Json, fits_graph(shape))
}

fn fits_graph_csv(shape: &Shape<'_>) -> u32 {
    of(shape, Container::Csv, fits_graph(shape))
}

const BARE: &[&str] = &[
    "id",
    "recordtype",
    "workload",
    "userid",
    "userkey",
    "usertype",
    "organizationid",
    "resultstatus",
    "objectid",
    "clientip",
    "version",
];

fn fits_bare(shape: &Shape<'_>) -> u32 {
    at_least(4, score(shape, &["creationtime", "operation"], BARE))
}

fn fits_bare_json(shape: &Shape<'_>) -> u32 {
    of(shape, Container::Json, fits_bare(shape))
}

fn fits_bare_csv(shape: &Shape<'_>) -> u32 {
    of(shape, Container::Csv, fits_bare(shape))
}

fn fits_hawk(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "recordtype",
        "creationdate",
        "userids",
        "operations",
        "identity",
        "auditcreationtime",
        "auditid",
        "auditrecordtype",
        "operation",
        "workload",
        "userid",
        "clientip",
        "objectid",
    ];
    score(shape, &["fullcommand", "operations"], &helpful)
}

fn fits_splunk(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "time",
        "source",
        "sourcetype",
        "splunkserver",
        "punct",
        "host",
        "index",
        "linecount",
        "datehour",
        "datemday",
        "auditdata",
        "recordtype",
        "creationdate",
        "userids",
        "operations",
        "resultindex",
        "resultcount",
        "identity",
        "isvalid",
        "objectstate",
    ];
    let holds_audit = shape.rows.iter().any(|row| {
        let raw = slot::member(row, "_raw").unwrap_or_default();
        let folded = fold(raw.get(..raw.len().min(4096)).unwrap_or_default());
        folded.contains("creationtime") && folded.contains("operation")
            || slot::member_value(row, "AuditData").is_some()
    });
    let has_raw = shape.keys.iter().any(|key| key == "_raw");
    if has_raw && holds_audit {
        of(shape, Container::Csv, score(shape, &["raw"], &helpful))
    } else {
        0
    }
}

/// A score that counts only in one container.
fn of(shape: &Shape<'_>, container: Container, score: u32) -> u32 {
    if shape.container == container {
        score
    } else {
        0
    }
}

/// A score that counts only when so many names fit.
pub(super) fn at_least(least: u32, score: u32) -> u32 {
    if score >= least { score } else { 0 }
}

/// The score of a table that names itself in its rows: certain when it does, none when the rows name
/// another table or are a union of tables without a name.
pub(super) fn named(shape: &Shape<'_>, table: &str, is_union: bool, score: u32) -> u32 {
    let name = shape.rows.iter().find_map(|row| {
        let name = slot::member_value(row, "$table").or_else(|| slot::member_value(row, "Type"));
        name.and_then(slot::text_of)
    });
    match name {
        Some(name) if name.eq_ignore_ascii_case(table) => score.saturating_add(CERTAIN),
        Some(name) if super::hunting::is_table(&name) => 0,
        _ if is_union => 0,
        _ => score,
    }
}

/// More than the columns of any table.
const CERTAIN: u32 = 64;
