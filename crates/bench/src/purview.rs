//! A corpus as Purview's audit search exports it: CSV whose cell `AuditData` holds the record as JSON.

use std::path::Path;

use sonic_rs::{JsonValueTrait, LazyValue};

use crate::parts::Parts;
use crate::work::each_line;

const HEADER: &[u8] = b"RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits,AssociatedAdminUnitsNames\r\n";
/// The members of a record that stand in cells of their own before it.
const CELLS: [&str; 5] = ["Id", "CreationTime", "RecordType", "Operation", "UserId"];

/// Writes the records of a corpus of JSON lines as CSV; gives the bytes.
pub(crate) fn write(corpus: &Path, folder: &Path) -> anyhow::Result<u64> {
    let mut parts = Parts::new(folder, ("csv", HEADER))?;
    let mut row = Vec::new();
    each_line(corpus, &mut |line| {
        let record = line.trim_ascii_end();
        row.clear();
        for cell in CELLS {
            let value: LazyValue<'_> = sonic_rs::get(record, &[cell])?;
            match value.as_str() {
                Some(text) => quote(text.as_bytes(), &mut row),
                None => row.extend_from_slice(value.as_raw_str().as_bytes()),
            }
            row.push(b',');
        }
        quote(record, &mut row);
        row.extend_from_slice(b",,\r\n");
        parts.line(&row)
    })?;
    parts.finish()
}

/// A cell in quotes, quotes within doubled (RFC 4180).
fn quote(text: &[u8], row: &mut Vec<u8>) {
    row.push(b'"');
    for byte in text {
        if *byte == b'"' {
            row.push(b'"');
        }
        row.push(*byte);
    }
    row.push(b'"');
}
