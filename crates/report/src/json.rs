//! JSON for machines.
//!
//! Rows are turned into JSON one by one, on their way into the file: what is said of thousands of accounts names hundreds of
//! thousands of records, and all of it at once takes four times as much memory as the file has bytes.

use std::collections::BTreeMap;
use std::io::Write;

use hourzero_model::{AccountVerdict, EntryHypothesis, Foothold};
use hourzero_scope::attribution::Link;
use hourzero_scope::{AccessedRow, Activity, ContainmentRow, Indicator};
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::{Facts, Questions, ReportError};

/// A row as one line of JSON, with its end.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn json_line<Row: Serialize>(row: &Row) -> Result<String, ReportError> {
    Ok(serde_json::to_string(row)? + "\n")
}

/// The four answers and what stands beside them, as `scope.json` has them. As JSON they have the same names and order as there.
#[derive(Debug, Clone)]
pub struct Answers {
    /// Which accounts were compromised.
    pub compromised: Vec<AccountVerdict>,
    /// How the attacker got in.
    pub entry: Vec<EntryHypothesis>,
    /// What lets him back in.
    pub persistence: Vec<Foothold>,
    /// What he reached.
    pub accessed: Vec<AccessedRow>,
    /// Whether he is still in.
    pub active: Activity,
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let told = Told {
            accessed: Each(&self.accessed),
            active: Sorted(&self.active),
            compromised: Each(&self.compromised),
            entry: Each(&self.entry),
            persistence: Each(&self.persistence),
        };
        told.serialize(serializer)
    }
}

/// Writes `scope.json`: the answers, indicators, links, coverage, what was done already, and counts.
///
/// # Errors
/// When a row cannot be written as JSON, or the file cannot be written.
pub fn scope_json(
    facts: &Facts,
    told: Questions<'_>,
    links: &[Link],
    into: &mut dyn Write,
) -> Result<(), ReportError> {
    let mut coverage = serde_json::to_value(told.coverage)?;
    if let Some(members) = coverage.as_object_mut() {
        members.insert("logs".to_owned(), serde_json::to_value(&facts.logs)?);
    }
    let whole = Whole {
        answers: Told {
            accessed: Each(told.accessed),
            active: Sorted(told.activity),
            compromised: Each(told.verdicts),
            entry: Each(told.entry),
            persistence: Each(told.footholds),
        },
        contained: Each(told.contained),
        counts: &facts.counts,
        coverage,
        indicators: Each(&facts.indicators),
        links: Each(links),
    };
    serde_json::to_writer_pretty(&mut *into, &whole).map_err(|error| match error.is_io() {
        true => ReportError::Write(error.into()),
        false => ReportError::Json(error),
    })?;
    into.write_all(b"\n").map_err(ReportError::Write)
}

/// The file. Names stand in the order of the alphabet, here and in every row.
#[derive(Serialize)]
struct Whole<'a> {
    answers: Told<'a>,
    contained: Each<'a, ContainmentRow>,
    counts: &'a BTreeMap<String, u64>,
    coverage: Value,
    indicators: Each<'a, Indicator>,
    links: Each<'a, Link>,
}

#[derive(Serialize)]
struct Told<'a> {
    accessed: Each<'a, AccessedRow>,
    active: Sorted<'a, Activity>,
    compromised: Each<'a, AccountVerdict>,
    entry: Each<'a, EntryHypothesis>,
    persistence: Each<'a, Foothold>,
}

/// A row, its names in the order of the alphabet whatever their order in the program is.
struct Sorted<'a, Row>(&'a Row);

impl<Row: Serialize> Serialize for Sorted<'_, Row> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = serde_json::to_value(self.0).map_err(S::Error::custom)?;
        value.serialize(serializer)
    }
}

/// Rows in their order, each made when it is written.
struct Each<'a, Row>(&'a [Row]);

impl<Row: Serialize> Serialize for Each<'_, Row> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Sorted))
    }
}
