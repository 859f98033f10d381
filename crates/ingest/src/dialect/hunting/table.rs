//! Which table a file is an export of, and how a record of a table begins.
//!
//! Takes what recognition sees of an artefact. A row that names its table decides; a file without such a
//! column is told by its columns. It must not know what the columns mean.

use hourzero_model::{Log, Record, Timestamp};
use sonic_rs::Value;

use super::columns::{self, Columns};
use crate::dialect::{Place, Shape};

/// What a row that names its table is worth beside rows that are told by their columns.
const NAMED: u32 = 64;

/// Why a row without a readable time cannot be an event, and what to do.
pub(crate) const NO_TIME: &str = "no readable time in this row: the query that exported it left out \
     TimeGenerated or Timestamp; export it again with that column";

/// Columns that say when it happened, the most telling first.
const TIMES: &[&str] = &[
    "Timestamp",
    "TimeGenerated",
    "activityDateTime",
    "eventTimestamp",
    "time",
];

/// A table of hunting or Log Analytics: how it is told and read.
pub(crate) struct Table {
    /// Its names in Log Analytics, Defender and diagnostic settings.
    pub(crate) names: &'static [&'static str],
    /// Columns that it always has, by plain name.
    pub(crate) must: &'static [&'static str],
    /// Columns that tell it from others.
    pub(crate) may: &'static [&'static str],
    /// Columns whose value in the first row tells that it is of another table.
    pub(crate) not: &'static [&'static str],
    /// The log that its records belong to.
    pub(crate) log: Log,
    /// Fills a record that has begun from the row's columns; the error is the reject's reason.
    pub(crate) fill: fn(&mut Columns<'_>, &mut Record) -> Result<(), String>,
}

impl Table {
    /// Whether a table of this name is this table.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.names
            .iter()
            .any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The name that its records carry when the row does not say it.
    pub(crate) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    /// How well an artefact fits: nothing when its rows name another known table or a column is missing.
    pub(crate) fn fits(&self, shape: &Shape<'_>) -> u32 {
        let found = count(shape, self.must).saturating_add(count(shape, self.may));
        if let Some(name) = shape.table() {
            if self.is_named(name) {
                return NAMED.saturating_add(found);
            }
            return 0;
        }
        let is_other = |row| columns::read(row, |columns| columns.peek_first(self.not).is_some());
        if all(shape, self.must) && !shape.rows.first().is_some_and(is_other) {
            found
        } else {
            0
        }
    }
}

/// The table that a row names: in the category of a stream, or in a column `$table` or `Type` that names a
/// table that is known.
pub(crate) fn named(row: &Value) -> Option<String> {
    let name = columns::table_name(row)?;
    (columns::envelope(row).is_some() || super::is_table(&name)).then_some(name)
}

/// How many of these columns are there, by plain name.
pub(crate) fn count(shape: &Shape<'_>, names: &[&str]) -> u32 {
    let there = names.iter().filter(|name| has(shape, name)).count();
    u32::try_from(there).unwrap_or(u32::MAX)
}

/// Whether all of these columns are there, by plain name.
pub(crate) fn all(shape: &Shape<'_>, names: &[&str]) -> bool {
    names.iter().all(|name| has(shape, name))
}

/// Whether one of these columns is there, by plain name.
pub(crate) fn any(shape: &Shape<'_>, names: &[&str]) -> bool {
    names.iter().any(|name| has(shape, name))
}

fn has(shape: &Shape<'_>, name: &str) -> bool {
    shape
        .plain()
        .iter()
        .any(|key| key.eq_ignore_ascii_case(name))
}

/// Begins a record: its time, the table as workload and record type, and an id made of its place, which
/// stands until the table's own id replaces it.
pub(crate) fn begin(
    columns: &mut Columns<'_>,
    place: &Place<'_>,
    log: Log,
    table: &str,
) -> Result<Record, String> {
    let event_time = columns
        .take_instant(TIMES)
        .or_else(|| named_month(columns))
        .ok_or_else(|| NO_TIME.to_owned())?;
    columns.drop_same_instant("TimeGenerated", event_time);
    columns.drop_same_instant("time", event_time);
    let mut record = Record::new(place.provenance, place.form, log, event_time);
    record.record_id = place.provenance.own_id();
    record.workload = Some(table.to_owned());
    record.record_type = Some(table.to_owned());
    Ok(record)
}

/// A time with the month in letters (`Mar 6, 2026 4:40:00 PM`), as the Defender portal shows it.
fn named_month(columns: &mut Columns<'_>) -> Option<Timestamp> {
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let text = columns.peek("Timestamp")?;
    let (month, rest) = text.trim().split_once(' ')?;
    let (day, rest) = rest.trim().split_once(' ')?;
    let (year, clock) = rest.trim().split_once(' ')?;
    let month = month.to_ascii_lowercase();
    let number = months.iter().position(|known| *known == month)? + 1;
    let day = day.trim_end_matches(',');
    let clock = clock.trim_start_matches(['@', ' ']);
    let time = crate::time::parse(&format!("{number}/{day}/{year} {clock}"))?;
    columns.take("Timestamp");
    Some(time)
}

/// An id, unless it is empty of meaning: exports that were made anonymous write zeros.
pub(crate) fn real_id(id: String) -> Option<String> {
    let says_nothing = id.chars().all(|c| matches!(c, '0' | '-'));
    (!says_nothing).then_some(id)
}
