//! What has to be kept of an artefact so that one of its records can be read alone.
//!
//! Written as JSON text, which the caller keeps and gives back without looking into it.

use serde::{Deserialize, Serialize};

use crate::csv::{Column, Header};
use crate::encoding::Encoding;
use crate::frame::json::Table;

/// The kept text, read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    encoding: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delimiter: Option<char>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    columns: Vec<KeptColumn>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tables: Vec<KeptTable>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptColumn {
    name: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    day_first: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptTable {
    offset: u64,
    columns: Vec<String>,
}

impl Kept {
    /// Reads the kept text; nothing kept means plain JSON in UTF-8.
    pub(crate) fn read(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default()
    }

    pub(crate) fn encoding(&self) -> Encoding {
        Encoding::from_name(&self.encoding)
    }

    /// The header of a CSV.
    pub(crate) fn csv(&self) -> Option<Header> {
        let delimiter = u8::try_from(self.delimiter?).ok()?;
        let columns = self.columns.iter();
        let columns = columns
            .map(|column| Column::new(column.name.clone(), column.day_first))
            .collect();
        Some(Header::known(delimiter, columns))
    }

    /// The columns of the table of Log Analytics whose rows stand at this offset.
    pub(crate) fn table_at(&self, offset: u64) -> Option<&[String]> {
        self.tables
            .iter()
            .rev()
            .find(|table| table.offset <= offset)
            .map(|table| table.columns.as_slice())
    }

    fn into_text(self) -> String {
        serde_json::to_string(&self).unwrap_or_default()
    }
}

/// What to keep of JSON: nothing where its records stand alone.
pub(crate) fn of_json(encoding: Encoding, tables: &[Table]) -> Option<String> {
    if encoding == Encoding::Utf8 && tables.is_empty() {
        return None;
    }
    let tables = tables.iter().map(|table| KeptTable {
        offset: table.offset,
        columns: table.columns.clone(),
    });
    Some(
        Kept {
            encoding: encoding.name().to_owned(),
            tables: tables.collect(),
            ..Kept::default()
        }
        .into_text(),
    )
}

/// What to keep of a CSV.
pub(crate) fn of_csv(encoding: Encoding, header: &Header) -> String {
    let columns = header.columns.iter().map(|column| KeptColumn {
        name: column.name.clone(),
        day_first: column.day_first,
    });
    Kept {
        encoding: encoding.name().to_owned(),
        delimiter: Some(char::from(header.delimiter)),
        columns: columns.collect(),
        tables: Vec::new(),
    }
    .into_text()
}
