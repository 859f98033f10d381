//! Doors of the message trace: pages of Graph, the reporting web service, `Get-MessageTraceV2`, the
//! historical search (forms 23 to 25).

use serde_json::Value;

use super::door::{Batch, Door, Made, Order};
use super::row::{Table, cell, tree};
use crate::json;

/// Pages of Graph.
pub(super) const GRAPH_PAGES: Door = Door {
    order: Order::NewestFirst,
    most: 5_000,
    packs: true,
    write: graph_page,
};
/// The reporting web service (form 23).
pub(super) const REPORTING: Door = Door {
    order: Order::NewestFirst,
    most: 2_000,
    packs: true,
    write: reporting,
};
/// `Get-MessageTraceV2` piped to CSV (form 24).
pub(super) const CMDLET_CSV: Door = Door {
    order: Order::NewestFirst,
    most: 5_000,
    packs: false,
    write: cmdlet_csv,
};

/// Every door, to choose from. The historical search is left out: it folds all recipients of a message into
/// one row, so that rows and records are not the same.
pub(super) const ALL: &[Door] = &[GRAPH_PAGES, REPORTING, CMDLET_CSV];

fn graph_page(batch: &Batch<'_>) -> Vec<Made> {
    let name = format!("messageTraces-{}-{}.json", batch.last_day(), batch.part);
    let before = "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#admin/exchange/tracing/messageTraces\",\"value\":[";
    let item = |place| batch.whole(place).to_owned();
    vec![batch.array(name, (before, ",", "]}"), item)]
}

/// The trace's status as the older interfaces write it.
fn status(record: &Value) -> String {
    match cell(record, "status").as_str() {
        "delivered" => "Delivered".to_owned(),
        "failed" => "Failed".to_owned(),
        "pending" => "Pending".to_owned(),
        "expanded" => "Expanded".to_owned(),
        "quarantined" => "Quarantined".to_owned(),
        "filteredAsSpam" => "FilteredAsSpam".to_owned(),
        other => other.to_owned(),
    }
}

fn received(record: &Value) -> String {
    cell(record, "receivedDateTime")
        .trim_end_matches('Z')
        .to_owned()
}

fn reporting(batch: &Batch<'_>) -> Vec<Made> {
    let item = |place: usize| {
        let Some(record) = batch.records.get(place) else {
            return String::new();
        };
        let said = tree(&record.json);
        json::object(|row| {
            row.text("Organization", &batch.world.tenant.first_domain)
                .text("MessageId", cell(&said, "messageId"))
                .text("Received", received(&said))
                .text("SenderAddress", cell(&said, "senderAddress"))
                .text("RecipientAddress", cell(&said, "recipientAddress"))
                .text("Subject", cell(&said, "subject"))
                .text("Status", status(&said));
            for (key, path) in [("ToIP", "toIP"), ("FromIP", "fromIP")] {
                match cell(&said, path) {
                    address if address.is_empty() => row.null(key),
                    address => row.text(key, address),
                };
            }
            row.raw(
                "Size",
                &cell(&said, "size").parse().unwrap_or(0_u64).to_string(),
            )
            .text("MessageTraceId", cell(&said, "id"))
            .text("StartDate", batch.span.0.to_string().trim_end_matches('Z'))
            .text("EndDate", batch.span.1.to_string().trim_end_matches('Z'))
            .number("Index", i64::try_from(place).unwrap_or(0));
        })
    };
    let name = format!("MessageTrace_{}_{}.json", batch.first_day(), batch.part);
    vec![batch.array(name, ("{\"value\":[", ",", "]}"), item)]
}

fn cmdlet_csv(batch: &Batch<'_>) -> Vec<Made> {
    let mut table = Table::new(&[
        "Received",
        "SenderAddress",
        "RecipientAddress",
        "Subject",
        "Status",
        "ToIP",
        "FromIP",
        "Size",
        "MessageId",
        "MessageTraceId",
    ]);
    for record in batch.records {
        let said = tree(&record.json);
        table.row([
            received(&said),
            cell(&said, "senderAddress"),
            cell(&said, "recipientAddress"),
            cell(&said, "subject"),
            status(&said),
            cell(&said, "toIP"),
            cell(&said, "fromIP"),
            cell(&said, "size"),
            cell(&said, "messageId"),
            cell(&said, "id"),
        ]);
    }
    let name = format!("{}-{}-MTL.csv", batch.world.tenant.domain, batch.part);
    vec![batch.table(name, table.bytes())]
}
