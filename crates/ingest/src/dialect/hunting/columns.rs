//! A row of a table whatever brought it: its columns under plain names, and which of them are spent.
//!
//! Takes a row of a portal CSV (`TimeGenerated [UTC]`, `AdditionalFields_string`), an API export, a line
//! of NDJSON, or an event of Defender's streaming or Azure's diagnostic settings (`category` and
//! `properties`). Gives the values by name, and what was not asked for as parameters, so that no column
//! is lost. It must not know what a column means.

use std::borrow::Cow;

use hourzero_model::{Record, Timestamp};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::dialect::field;
use crate::dialect::field::push_fact;
use crate::dialect::slot::says_something;
use crate::time;

/// One filled column.
struct Cell<'a> {
    name: &'a str,
    value: &'a Value,
    taken: bool,
}

/// The filled columns of a row, in the order as exported.
pub(crate) struct Columns<'a> {
    table: Option<String>,
    is_streamed: bool,
    cells: Vec<Cell<'a>>,
}

/// Opens a row's envelope and hands its columns to a reader.
pub(crate) fn read<T>(row: &Value, reader: impl FnOnce(&mut Columns<'_>) -> T) -> T {
    let raw = field::nested(row, "_raw").filter(Value::is_object);
    let row = raw.as_ref().unwrap_or(row);
    let inner = envelope(row);
    let mut columns = Columns {
        table: None,
        is_streamed: inner.is_some(),
        cells: Vec::new(),
    };
    if let Some(inner) = &inner {
        columns.add(inner, "");
    }
    columns.add(row, if inner.is_some() { "properties" } else { "" });
    columns.table = table_name(row);
    for name in ["$table", "Type"] {
        let says_table = columns
            .peek(name)
            .is_some_and(|text| Some(&text) == columns.table.as_ref());
        if says_table {
            columns.take(name);
        }
    }
    if inner.is_some() && columns.peek("operationName").as_deref() == Some("Publish") {
        // The words of the streaming interface itself; the table is the record's workload.
        columns.take("operationName");
        columns.take("category");
    }
    reader(&mut columns)
}

/// The row inside an event of a streaming interface.
pub(crate) fn envelope(row: &Value) -> Option<Value> {
    let inner = is_envelope(row).then(|| field::nested(row, "properties"));
    inner.flatten().filter(Value::is_object)
}

/// Whether a row is an event of a streaming interface around the real row.
fn is_envelope(row: &Value) -> bool {
    let has = |name: &str| row.get(name).is_some();
    has("category") && has("properties") && has("time")
}

/// The table that the row says it belongs to, without the prefix that streaming puts before it.
pub(crate) fn table_name(row: &Value) -> Option<String> {
    let raw = field::nested(row, "_raw").filter(Value::is_object);
    let row = raw.as_ref().unwrap_or(row);
    if is_envelope(row) {
        let category = field::text(row, "category")?;
        let table = category
            .strip_prefix("AdvancedHunting-")
            .unwrap_or(&category);
        return Some(table.trim().to_owned());
    }
    field::first_text(row, &["$table", "Type"]).map(|table| table.trim().to_owned())
}

/// A column's name without what exports put around it: a byte order mark, `[UTC]` or another zone, and
/// the type that Log Analytics appends where a column changed its type (`_string`, `_dynamic`, `_long`).
pub(crate) fn plain_name(name: &str) -> &str {
    let name = name.trim_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    let name = match name
        .strip_suffix(']')
        .and_then(|name| name.split_once(" ["))
    {
        Some((plain, _zone)) => plain.trim_end(),
        None => name,
    };
    if !name.as_bytes().contains(&b'_') {
        return name;
    }
    [
        "_dynamic",
        "_string",
        "_long",
        "_real",
        "_bool",
        "_guid",
        "_datetime",
    ]
    .iter()
    .find_map(|suffix| name.strip_suffix(suffix))
    .filter(|plain| !plain.is_empty())
    .unwrap_or(name)
}

impl<'a> Columns<'a> {
    fn add(&mut self, row: &'a Value, except: &str) {
        let Some(entries) = row.as_object() else {
            return;
        };
        for (name, value) in entries {
            if says_something(value) && (except.is_empty() || name != except) {
                self.cells.push(Cell {
                    name: plain_name(name),
                    value,
                    taken: false,
                });
            }
        }
    }

    /// The table that the row says it belongs to.
    pub(crate) fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// Whether the row came through a streaming interface, which names the table of every row.
    pub(crate) fn is_streamed(&self) -> bool {
        self.is_streamed
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.cells
            .iter()
            .position(|cell| !cell.taken && cell.name.eq_ignore_ascii_case(name))
    }

    fn spend(&mut self, name: &str) -> Option<&'a Value> {
        let at = self.find(name)?;
        let cell = self.cells.get_mut(at)?;
        cell.taken = true;
        Some(cell.value)
    }

    /// A column's value as text, left for the parameters too.
    pub(crate) fn peek(&self, name: &str) -> Option<String> {
        let cell = self.cells.get(self.find(name)?)?;
        words(cell.value).map(Cow::into_owned)
    }

    /// The first of these columns that has a value, left for the parameters too.
    pub(crate) fn peek_first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.peek(name))
    }

    /// A column's value as text; the column is spent.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.spend(name).and_then(words).map(Cow::into_owned)
    }

    /// The first of these columns that has a value; that column is spent.
    pub(crate) fn take_first(&mut self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.take(name))
    }

    /// A GUID or other id in lower case; the column is spent.
    pub(crate) fn take_lower(&mut self, names: &[&str]) -> Option<String> {
        self.take_first(names).map(|id| id.trim().to_lowercase())
    }

    /// A column that holds JSON or a list, entered; the column is spent only when it does.
    pub(crate) fn take_json(&mut self, name: &str) -> Option<Value> {
        let value = self.json(name)?;
        self.spend(name);
        Some(value)
    }

    /// A column that holds JSON or a list, entered and left for the parameters too.
    pub(crate) fn json(&self, name: &str) -> Option<Value> {
        let cell = self.cells.get(self.find(name)?)?;
        match cell.value.as_str() {
            Some(text) => field::embedded(text),
            None => (cell.value.is_object() || cell.value.is_array()).then(|| cell.value.clone()),
        }
    }

    /// The first of these columns that holds an instant; that column is spent.
    pub(crate) fn take_instant(&mut self, names: &[&str]) -> Option<Timestamp> {
        names.iter().find_map(|name| {
            let instant = self.peek(name).and_then(|text| time::parse(&text))?;
            self.spend(name);
            Some(instant)
        })
    }

    /// Spends a column that says the same instant again, such as `TimeGenerated` beside `Timestamp`.
    pub(crate) fn drop_same_instant(&mut self, name: &str, instant: Timestamp) {
        let same = self.peek(name).and_then(|text| time::parse(&text)) == Some(instant);
        if same {
            self.spend(name);
        }
    }

    /// Puts the entries of a column that holds a JSON object into the parameters, each under its own
    /// name; the column is spent only when it does.
    pub(crate) fn open(&mut self, name: &str, record: &mut Record) {
        let Some(opened) = self.json(name).filter(Value::is_object) else {
            return;
        };
        self.spend(name);
        for (key, value) in opened
            .as_object()
            .into_iter()
            .flat_map(|object| object.iter())
        {
            push(record, key, value);
        }
    }

    /// Puts every column that was not asked for into the parameters.
    pub(crate) fn rest_into(&mut self, record: &mut Record) {
        for cell in self.cells.iter_mut().filter(|cell| !cell.taken) {
            cell.taken = true;
            push(record, cell.name, cell.value);
        }
    }
}

/// A value as text; Azure's `{"value": …, "localizedValue": …}` gives its value.
fn words(value: &Value) -> Option<Cow<'_, str>> {
    match value.get("value") {
        Some(inner) if value.get("localizedValue").is_some() => field::scalar_str(inner),
        _ => field::flat_str(value),
    }
}

/// Puts a value into the parameters: a list, also one that stands as JSON in a text, as several entries
/// of one name, an object as compact JSON.
pub(crate) fn push(record: &mut Record, name: &str, value: &Value) {
    if !says_something(value) {
        return;
    }
    let entered = value
        .as_str()
        .filter(|text| text.trim_start().starts_with('['))
        .and_then(field::embedded);
    let items = entered.as_ref().unwrap_or(value);
    match items.as_array() {
        Some(items) => {
            for item in items {
                push_fact(record, name, field::flat_str(item));
            }
        }
        None => push_fact(record, name, words(value)),
    }
}
