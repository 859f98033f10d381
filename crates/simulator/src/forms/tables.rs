//! Doors of hunting tables, alerts and risk detections: the portal's CSV, `runHuntingQuery`, streaming,
//! pages and lines (forms 19 to 22, 28).

use std::collections::BTreeSet;

use serde_json::Value;

use super::door::{Batch, Door, Made, Order};
use super::row::{Table, cell, tree};
use crate::json;
use crate::logs::Source;

/// The portal's CSV of a hunting query (form 21).
pub(super) const PORTAL_CSV: Door = Door {
    order: Order::NewestFirst,
    most: 30_000,
    packs: false,
    write: portal_csv,
};
/// The answer of `runHuntingQuery`.
pub(super) const QUERY_ANSWER: Door = Door {
    order: Order::Unsorted,
    most: 10_000,
    packs: true,
    write: query_answer,
};
/// Streaming of Defender XDR (form 20).
pub(super) const STREAMING: Door = Door {
    order: Order::OldestFirst,
    most: 50_000,
    packs: true,
    write: streaming,
};
/// Pages of Graph for alerts and risk detections.
pub(super) const GRAPH_PAGES: Door = Door {
    order: Order::NewestFirst,
    most: 500,
    packs: true,
    write: graph_page,
};
/// A line each.
pub(super) const LINES: Door = Door {
    order: Order::OldestFirst,
    most: 50_000,
    packs: true,
    write: lines,
};

/// Doors of hunting tables.
pub(super) const HUNTING: &[Door] = &[PORTAL_CSV, QUERY_ANSWER, STREAMING];
/// Doors of alerts and risk detections.
pub(super) const DETECTIONS: &[Door] = &[GRAPH_PAGES, LINES];

/// The table of a batch; batches hold one log.
fn table_of(batch: &Batch<'_>) -> &'static str {
    match batch.source {
        Source::Hunting(table) => table,
        Source::Alerts => "alerts_v2",
        _ => "riskDetections",
    }
}

/// The columns of the rows, in the order in which they first stand.
fn columns(rows: &[Value], texts: &[&str]) -> Vec<String> {
    // Our writers give every row of a table the same keys in the same order; the tree has lost the order.
    let Some(Value::Object(first)) = rows.first() else {
        return Vec::new();
    };
    let text = texts.first().copied().unwrap_or("");
    let mut keys: Vec<&String> = first.keys().collect();
    keys.sort_by_key(|key| text.find(&format!("\"{key}\":")).unwrap_or(usize::MAX));
    let mut names: Vec<String> = keys.into_iter().cloned().collect();
    let known: BTreeSet<String> = names.iter().cloned().collect();
    let more: BTreeSet<String> = rows
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|row| row.keys().cloned())
        .filter(|key| !known.contains(key))
        .collect();
    names.extend(more);
    names
}

fn rows(batch: &Batch<'_>) -> Vec<Value> {
    batch
        .records
        .iter()
        .map(|record| tree(&record.json))
        .collect()
}

fn portal_csv(batch: &Batch<'_>) -> Vec<Made> {
    let rows = rows(batch);
    let texts: Vec<&str> = batch.records.iter().map(|one| one.json.as_str()).collect();
    let columns = columns(&rows, &texts);
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(&names);
    for row in &rows {
        table.row(columns.iter().map(|column| {
            row.get(column)
                .map_or_else(String::new, |_| cell(row, column))
        }));
    }
    let name = format!("New query_{}_{}.csv", table_of(batch), batch.part);
    vec![batch.table(name, table.bytes())]
}

fn query_answer(batch: &Batch<'_>) -> Vec<Made> {
    let rows = rows(batch);
    let texts: Vec<&str> = batch.records.iter().map(|one| one.json.as_str()).collect();
    let schema: Vec<String> = columns(&rows, &texts)
        .iter()
        .map(|column| {
            let kind = rows
                .iter()
                .filter_map(|row| row.get(column))
                .find(|value| !value.is_null())
                .map_or("String", |value| match value {
                    Value::Number(_) => "Int32",
                    Value::Bool(_) => "SByte",
                    _ if column == "Timestamp" => "DateTime",
                    _ => "String",
                });
            json::object(|entry| {
                entry.text("name", column).text("type", kind);
            })
        })
        .collect();
    let before = format!("{{\"schema\":[{}],\"results\":[", schema.join(","));
    let item = |place| batch.whole(place).to_owned();
    let name = format!("hunting-{}-{}.json", table_of(batch), batch.part);
    vec![batch.array(name, (&before, ",", "]}"), item)]
}

fn streaming(batch: &Batch<'_>) -> Vec<Made> {
    let tenant = batch.world.tenant.id;
    let table = table_of(batch);
    let line = |place: usize| {
        let Some(record) = batch.records.get(place) else {
            return String::new();
        };
        let wrapped = json::object(|row| {
            row.shown("time", record.at)
                .shown("tenantId", tenant)
                .text("operationName", "Publish")
                .text("category", format!("AdvancedHunting-{table}"))
                .raw("properties", &record.json);
        });
        batch.cut_if_so(place, &wrapped).to_owned()
    };
    let name = format!(
        "insights-logs-advancedhunting-{}-{}.json",
        table.to_lowercase(),
        batch.part
    );
    vec![batch.lines(name, line)]
}

fn graph_page(batch: &Batch<'_>) -> Vec<Made> {
    let table = table_of(batch);
    let area = if table == "alerts_v2" {
        "security"
    } else {
        "identityProtection"
    };
    let before = format!(
        "{{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#{area}/{table}\",\"value\":["
    );
    let item = |place| batch.whole(place).to_owned();
    let name = format!("{table}-{}.json", batch.part);
    vec![batch.array(name, (&before, ",", "]}"), item)]
}

fn lines(batch: &Batch<'_>) -> Vec<Made> {
    let name = format!("{}-{}.jsonl", table_of(batch), batch.part);
    vec![batch.lines(name, |place| batch.json(place).to_owned())]
}
