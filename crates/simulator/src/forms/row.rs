//! Reading back what a record says, for forms that name things otherwise.

use serde_json::Value;

/// A record's value at a path such as `status.errorCode`, as a cell of a table: texts as they are, other
/// values as JSON, nothing for what is not there or null.
pub(super) fn cell(record: &Value, path: &str) -> String {
    let found = path.split('.').try_fold(record, |value, key| match value {
        Value::Object(map) => map.get(key),
        _ => None,
    });
    match found {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The record as a tree; records of ours are always JSON.
pub(super) fn tree(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or(Value::Null)
}

/// A table as bytes of CSV.
#[derive(Debug)]
pub(super) struct Table {
    writer: csv::Writer<Vec<u8>>,
}

impl Table {
    /// A table with its header.
    pub(super) fn new(header: &[&str]) -> Self {
        let mut table = Self {
            writer: csv::WriterBuilder::new()
                .terminator(csv::Terminator::CRLF)
                .from_writer(Vec::new()),
        };
        table.row(header);
        table
    }

    /// One more row.
    pub(super) fn row<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) {
        // Writing to memory cannot fail, and rows of ours have the header's length.
        let written = self.writer.write_record(cells);
        debug_assert!(written.is_ok(), "a row as long as its header");
    }

    /// The bytes so far.
    pub(super) fn bytes(self) -> Vec<u8> {
        self.writer.into_inner().unwrap_or_default()
    }
}
