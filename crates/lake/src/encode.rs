//! Records, states and rejects to Arrow rows, and the hash of what a record says.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, FixedSizeBinaryBuilder, ListArray, RecordBatch, StringBuilder, StructArray,
    TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::error::ArrowError;
use hourzero_model::{
    Column, ColumnKind, HappeningKey, Provenance, Record, Reject, State, Timestamp,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::schema;
use crate::shape::Shaper;

/// What the ties ask of a record's content.
struct Content {
    /// Stands for everything that the record says, apart from where it stands, the form that brought it
    /// and its id, which is made from its place where Microsoft gave none. The first eight bytes of a
    /// SHA-256, because the text is written by strangers: two different acts must not be made to look
    /// the same.
    hash: u64,
    /// How many columns say something, parameters and changes counted in: what makes one record of a
    /// happening richer than another.
    filled: u32,
}

fn content(record: &Record, scratch: &mut Vec<u8>) -> Content {
    scratch.clear();
    let mut filled = record.parameters.len() + record.changed.len();
    for column in Column::ALL {
        match column {
            Column::Form | Column::RecordId | Column::EventTime => {}
            // Its bytes say as much as its text, which would have to be made.
            Column::Ip => {
                filled += usize::from(record.ip.is_some());
                match record.ip {
                    Some(IpAddr::V4(ip)) => put(Some(&ip.octets()), scratch),
                    Some(IpAddr::V6(ip)) => put(Some(&ip.octets()), scratch),
                    None => put(None, scratch),
                }
            }
            _ => {
                let text = column.of(record);
                filled += usize::from(text.as_ref().is_some_and(|text| !text.is_empty()));
                put(text.as_deref().map(str::as_bytes), scratch);
            }
        }
    }
    for (name, value) in &record.parameters {
        put(Some(name.as_bytes()), scratch);
        put(Some(value.as_bytes()), scratch);
    }
    put(None, scratch);
    for change in &record.changed {
        put(Some(change.name.as_bytes()), scratch);
        put(change.old.as_deref().map(str::as_bytes), scratch);
        put(change.new.as_deref().map(str::as_bytes), scratch);
    }
    scratch.extend_from_slice(&record.event_time.micros().to_le_bytes());
    let digest = Sha256::digest(scratch.as_slice());
    let hash = digest
        .iter()
        .take(8)
        .fold(0, |hash, byte| (hash << 8) | u64::from(*byte));
    Content {
        hash,
        filled: u32::try_from(filled).unwrap_or(u32::MAX),
    }
}

/// Appends a text with its length before it, so that no two lists of texts give the same bytes: one more than the length
/// in groups of seven bits, and nought where there is none.
fn put(text: Option<&[u8]>, into: &mut Vec<u8>) {
    let Some(text) = text else {
        return into.push(0);
    };
    let mut rest = text.len() + 1;
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or_default();
        rest >>= 7;
        if rest == 0 {
            into.push(low);
            break;
        }
        into.push(low | 0x80);
    }
    into.extend_from_slice(text);
}

/// Rows of records.
pub(crate) fn records(rows: &[Record], shaper: &mut Shaper) -> Result<RecordBatch, ArrowError> {
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(Column::ALL.len() + 10);
    for column in Column::ALL {
        arrays.push(scalar(rows, *column));
    }
    arrays.push(parameters(rows)?);
    arrays.push(changed(rows)?);
    arrays.extend(places(&provenances(rows, |row| row.provenance)));
    arrays.push(keys(rows.iter().map(|row| row.id_key))?);
    arrays.push(keys(rows.iter().map(|row| row.link_key))?);
    let mut scratch = Vec::new();
    let contents: Vec<Content> = rows.iter().map(|row| content(row, &mut scratch)).collect();
    let hashes = contents.iter().map(|content| content.hash);
    arrays.push(Arc::new(UInt64Array::from_iter_values(hashes)));
    let filled = contents.iter().map(|content| content.filled);
    arrays.push(Arc::new(UInt32Array::from_iter_values(filled)));
    let shapes = rows.iter().map(|row| shaper.number(row));
    arrays.push(Arc::new(UInt32Array::from_iter_values(shapes)));
    RecordBatch::try_new(schema::records_on_disk(), arrays)
}

fn scalar(rows: &[Record], column: Column) -> ArrayRef {
    match (column.kind(), column) {
        (ColumnKind::Time, _) => times(rows.iter().map(|row| Some(row.event_time))),
        (ColumnKind::Number, Column::IpPort) => {
            let ports = rows.iter().map(|row| row.ip_port.map(u32::from));
            Arc::new(ports.collect::<UInt32Array>())
        }
        (ColumnKind::Number, _) => {
            Arc::new(rows.iter().map(|row| row.asn).collect::<UInt32Array>())
        }
        (ColumnKind::Text, Column::Ip) => {
            let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 16);
            for row in rows {
                match row.ip {
                    // Written where it belongs, without a text in between.
                    Some(ip) => {
                        let written = write!(builder, "{ip}");
                        debug_assert!(written.is_ok(), "memory takes any text");
                        builder.append_value("");
                    }
                    None => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
        (ColumnKind::Text, _) => {
            let mut builder = StringBuilder::with_capacity(rows.len(), rows.len() * 16);
            for row in rows {
                builder.append_option(column.of(row));
            }
            Arc::new(builder.finish())
        }
    }
}

fn times(values: impl Iterator<Item = Option<Timestamp>>) -> ArrayRef {
    let micros = values.map(|time| time.map(Timestamp::micros));
    Arc::new(
        micros
            .collect::<TimestampMicrosecondArray>()
            .with_timezone("UTC"),
    )
}

/// Built step by step, because a flattened iterator does not know its length, which Arrow's own
/// collecting needs.
fn texts<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    optional(values.map(Some))
}

fn optional<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    values.for_each(|value| builder.append_option(value));
    Arc::new(builder.finish())
}

fn keys(
    values: impl ExactSizeIterator<Item = Option<HappeningKey>>,
) -> Result<ArrayRef, ArrowError> {
    let mut builder = FixedSizeBinaryBuilder::with_capacity(values.len(), 16);
    for value in values {
        match value {
            Some(HappeningKey(key)) => builder.append_value(key.to_be_bytes())?,
            None => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn provenances<T>(rows: &[T], get: fn(&T) -> Provenance) -> Vec<Provenance> {
    rows.iter().map(get).collect()
}

/// Artefact, position, offset, length.
fn places(values: &[Provenance]) -> [ArrayRef; 4] {
    let mut last = None;
    let mut artefacts = StringBuilder::new();
    for place in values {
        // All rows of a file have one artefact, so its text is made once.
        if last.as_ref().is_none_or(|(id, _)| *id != place.artefact) {
            last = Some((place.artefact, place.artefact.to_string()));
        }
        if let Some((_, text)) = &last {
            artefacts.append_value(text);
        }
    }
    let number = |get: fn(&Provenance) -> u64| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(values.iter().map(get)))
    };
    [
        Arc::new(artefacts.finish()),
        number(|place| place.position),
        number(|place| place.offset),
        number(|place| place.length),
    ]
}

fn parameters(rows: &[Record]) -> Result<ArrayRef, ArrowError> {
    let all = || rows.iter().flat_map(|row| &row.parameters);
    let fields = schema::pair_fields();
    let columns = vec![
        texts(all().map(|(name, _)| name.as_str())),
        texts(all().map(|(_, value)| value.as_str())),
    ];
    let items = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(|row| row.parameters.len()));
    let list = ListArray::try_new(schema::list_of(fields), offsets, Arc::new(items), None)?;
    Ok(Arc::new(list))
}

fn changed(rows: &[Record]) -> Result<ArrayRef, ArrowError> {
    let all = || rows.iter().flat_map(|row| &row.changed);
    let fields = schema::change_fields();
    let columns = vec![
        texts(all().map(|change| change.name.as_str())),
        optional(all().map(|change| change.old.as_deref())),
        optional(all().map(|change| change.new.as_deref())),
    ];
    let items = StructArray::try_new(fields.clone(), columns, None)?;
    let offsets = OffsetBuffer::from_lengths(rows.iter().map(|row| row.changed.len()));
    let list = ListArray::try_new(schema::list_of(fields), offsets, Arc::new(items), None)?;
    Ok(Arc::new(list))
}

/// Rows of states; properties as JSON text.
pub(crate) fn states(rows: &[State]) -> Result<RecordBatch, ArrowError> {
    let properties: Vec<String> = rows
        .iter()
        .map(|row| Value::Object(row.properties.clone()).to_string())
        .collect();
    let mut arrays = vec![
        texts(rows.iter().map(|row| row.kind.as_str())),
        texts(rows.iter().map(|row| row.id.as_str())),
        optional(rows.iter().map(|row| row.name.as_deref())),
        optional(rows.iter().map(|row| row.owner.as_deref())),
        times(rows.iter().map(|row| row.as_of)),
        texts(rows.iter().map(|row| row.form.0)),
        texts(properties.iter().map(String::as_str)),
    ];
    arrays.extend(places(&provenances(rows, |row| row.provenance)));
    RecordBatch::try_new(schema::states(), arrays)
}

/// Rows of rejects; the wrapper as JSON text, a list of name and value, because a name may repeat.
pub(crate) fn rejects(rows: &[Reject]) -> Result<RecordBatch, ArrowError> {
    let wrappers: Vec<String> = rows
        .iter()
        .map(|row| serde_json::json!(row.wrapper).to_string())
        .collect();
    let mut arrays = vec![
        texts(rows.iter().map(|row| row.reason.as_str())),
        texts(wrappers.iter().map(String::as_str)),
    ];
    arrays.extend(places(&provenances(rows, |row| row.provenance)));
    RecordBatch::try_new(schema::rejects(), arrays)
}

/// The bytes of text in a record, roughly: what bounds a batch and a row group.
pub(crate) fn weight(record: &Record) -> usize {
    let parameters: usize = record
        .parameters
        .iter()
        .map(|(name, value)| name.len() + value.len() + 8)
        .sum();
    let changed: usize = record
        .changed
        .iter()
        .map(|change| {
            let side = |text: &Option<String>| text.as_ref().map_or(0, String::len);
            change.name.len() + side(&change.old) + side(&change.new) + 12
        })
        .sum();
    let texts = [
        &record.workload,
        &record.record_type,
        &record.result_code,
        &record.result_reason,
        &record.actor.upn,
        &record.actor.id,
        &record.actor.name,
        &record.target.kind,
        &record.target.id,
        &record.target.name,
        &record.owner,
        &record.as_org,
        &record.country,
        &record.user_agent,
        &record.client_app,
        &record.app_id,
        &record.app_name,
        &record.resource_app_id,
        &record.resource_name,
        &record.session_id,
        &record.token_id,
        &record.device_id,
        &record.correlation_id,
        &record.auth_requirement,
        &record.auth_protocol,
        &record.mfa_detail,
        &record.risk,
        &record.message_id,
        &record.network_message_id,
        &record.subject,
        &record.object_path,
    ];
    let texts: usize = texts
        .iter()
        .map(|text| text.as_ref().map_or(0, String::len))
        .sum();
    400 + parameters + changed + texts + record.operation.len() + record.record_id.len()
}
