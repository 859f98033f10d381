//! Message trace in all its forms: which message went from whom to whom, and what became of it.
//!
//! Takes rows of the Reporting web service, Graph, PowerShell and of the portal's reports and gives
//! events. A row of the portal may name many recipients: it stays one event with a parameter
//! `Recipient` for each. All times are UTC (`facts/schemas.md` §6.1).

use hourzero_model::{Form, HappeningKey, Log, Outcome, Record};

use super::hunting::columns::{self, Columns};
use super::hunting::table;
use super::{Container, FormSpec, Mapped, Place, Row, Shape, field};
use crate::dialect::field::push_fact;

/// The forms of message trace.
pub(crate) const FORMS: &[FormSpec] = &[
    FormSpec {
        form: Form("message-trace-json"),
        about: "Message trace as JSON: Reporting web service, its OData v2, or Graph messageTraces.",
        fits: |shape| fits_rows(shape, Container::Json),
        map: map_row,
    },
    FormSpec {
        form: Form("message-trace-csv"),
        about: "Get-MessageTrace or Get-MessageTraceV2 as CSV (Microsoft-Extractor-Suite, Hawk).",
        fits: |shape| fits_rows(shape, Container::Csv),
        map: map_row,
    },
    FormSpec {
        form: Form("message-trace-portal-csv"),
        about: "Message trace reports of the Exchange admin centre: enhanced summary and extended.",
        fits: fits_portal,
        map: map_portal,
    },
];

fn fits_rows(shape: &Shape<'_>, container: Container) -> u32 {
    let must = ["SenderAddress", "RecipientAddress", "Status"];
    let timed = table::any(shape, &["Received", "ReceivedDateTime"]);
    if shape.container != container || !timed || !table::all(shape, &must) {
        return 0;
    }
    4 + table::count(
        shape,
        &[
            "MessageTraceId",
            "MessageId",
            "FromIP",
            "ToIP",
            "Size",
            "Subject",
            "Index",
        ],
    )
}

fn fits_portal(shape: &Shape<'_>) -> u32 {
    let timed = table::any(
        shape,
        &["origin_timestamp_utc", "date_time_utc", "date_time"],
    );
    let must = ["sender_address", "recipient_status", "message_id"];
    if !timed || !table::all(shape, &must) {
        return 0;
    }
    4 + table::count(
        shape,
        &[
            "network_message_id",
            "original_client_ip",
            "directionality",
            "event_id",
            "message_subject",
        ],
    )
}

/// A record of message trace that has its time.
fn begin(columns: &mut Columns<'_>, place: &Place<'_>, times: &[&str]) -> Result<Record, String> {
    let event_time = columns.take_instant(times).ok_or_else(|| {
        "no readable time of receipt in this row: export the trace again with that column"
            .to_owned()
    })?;
    let mut record = Record::new(place.provenance, place.form, Log::MessageTrace, event_time);
    record.record_id = place.provenance.own_id();
    record.workload = Some("Exchange".to_owned());
    record.record_type = Some("MessageTrace".to_owned());
    "Message trace".clone_into(&mut record.operation);
    record.target.kind = Some("message".to_owned());
    Ok(record)
}

fn map_row(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    columns::read(row, |columns| {
        let mut record = begin(columns, place, &["Received", "ReceivedDateTime"])?;
        let sender = columns.take("SenderAddress");
        record.actor.upn = sender.as_deref().and_then(field::account);
        let recipient = columns.take("RecipientAddress");
        record.owner = recipient.as_deref().and_then(field::account);
        let recipient = record.owner.clone();
        push_fact(&mut record, "Recipient", recipient);
        record.result_code = columns.take("Status");
        record.result = outcome(record.result_code.as_deref());
        let address = columns.take("FromIP");
        field::set_address(&mut record, address.as_deref());
        record.subject = columns.take("Subject");
        record.message_id = columns.take("MessageId");
        // The trace's id is the network message id.
        record.network_message_id = columns.take_lower(&["MessageTraceId", "id"]);
        finish(columns, &mut record, &[]);
        Ok(Mapped::Event(Box::new(record)))
    })
}

fn map_portal(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    columns::read(row, |columns| {
        let times = ["origin_timestamp_utc", "date_time_utc", "date_time"];
        let mut record = begin(columns, place, &times)?;
        let sender = columns.take("sender_address");
        record.actor.upn = sender.as_deref().and_then(field::account);
        let status = columns.take("recipient_status").unwrap_or_default();
        let listed = columns.take("recipient_address").unwrap_or_default();
        recipients(&mut record, &listed, &status);
        let address = columns.take_first(&["original_client_ip", "client_ip"]);
        field::set_address(&mut record, address.as_deref());
        record.subject = columns.take("message_subject");
        record.message_id = columns.take("message_id");
        record.network_message_id = columns.take_lower(&["network_message_id"]);
        push_fact(&mut record, "Direction", columns.take("directionality"));
        push_fact(&mut record, "Size", columns.take("total_bytes"));
        // The extended report has one row for each thing that happened to a message.
        let step: Vec<String> = ["event_id", "source", "internal_message_id"]
            .iter()
            .filter_map(|name| columns.peek(name))
            .collect();
        finish(columns, &mut record, &step);
        Ok(Mapped::Event(Box::new(record)))
    })
}

/// Names every recipient and reads what became of the message: `address##status;address##status` in a
/// summary; in an extended report addresses and statuses stand in two columns.
fn recipients(record: &mut Record, listed: &str, status: &str) {
    let mut outcomes = Vec::new();
    let add = |record: &mut Record, address: &str| {
        push_fact(record, "Recipient", field::account(address));
    };
    for address in listed.split(';') {
        add(record, address);
    }
    for entry in status.split(';').filter(|entry| !entry.trim().is_empty()) {
        match entry.split_once("##") {
            Some((address, word)) => {
                if listed.is_empty() {
                    add(record, address);
                }
                outcomes.push(outcome(Some(word)));
            }
            None if listed.is_empty() && entry.contains('@') => add(record, entry),
            None => outcomes.push(outcome(Some(entry))),
        }
    }
    record.result_code = Some(status.to_owned()).filter(|status| !status.is_empty());
    let first = outcomes.first().copied().unwrap_or_default();
    record.result = if outcomes.iter().all(|one| *one == first) {
        first
    } else {
        Outcome::Unknown
    };
    let named: Vec<String> = record.parameter("Recipient").map(str::to_owned).collect();
    record.owner = match named.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    };
}

/// What a status says; a summary may list several steps in one (`Receive, Deliver`).
fn outcome(status: Option<&str>) -> Outcome {
    let status = status.unwrap_or_default().to_ascii_lowercase();
    if status.contains("fail") {
        Outcome::Failure
    } else if status.contains("deliver") && !status.contains("pending") {
        Outcome::Success
    } else {
        Outcome::Unknown
    }
}

/// The target, the rest of the columns, and the id: trace, recipients and step.
fn finish(columns: &mut Columns<'_>, record: &mut Record, step: &[String]) {
    record.target.id.clone_from(&record.network_message_id);
    record.target.name.clone_from(&record.subject);
    columns.rest_into(record);
    let Some(message) = record.network_message_id.clone() else {
        return;
    };
    let recipients: Vec<String> = record.parameter("Recipient").map(str::to_owned).collect();
    let mut id = vec![message.clone()];
    id.extend(recipients);
    if !step.is_empty() {
        id.extend_from_slice(step);
        id.push(record.event_time.to_string());
    }
    record.record_id = id.join(":");
    record.id_key = Some(HappeningKey::of(&["message-trace", &record.record_id]));
    if let Some(owner) = record.owner.as_ref().filter(|_| step.is_empty()) {
        record.link_key = Some(HappeningKey::of(&["mail", &message, owner]));
    }
}
