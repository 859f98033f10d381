//! Defender for Office 365's tables: messages, their addresses and attachments, what was done after
//! delivery, clicks, and Teams messages.
//!
//! Takes a row's columns and fills an event. It must not know how the row was exported.

use hourzero_model::{ActorKind, HappeningKey, Log, Outcome, Record};

use super::field;
use super::hunting::columns::Columns;
use super::hunting::table::Table;
use crate::dialect::field::push_fact;

/// `EmailEvents`.
pub(super) const EVENTS: Table = Table {
    names: &["EmailEvents"],
    must: &[
        "NetworkMessageId",
        "EmailDirection",
        "RecipientEmailAddress",
    ],
    may: &[
        "SenderFromAddress",
        "DeliveryAction",
        "DeliveryLocation",
        "AuthenticationDetails",
        "Subject",
    ],
    not: &[],
    log: Log::EmailHunting,
    fill: message,
};

/// `EmailUrlInfo`.
pub(super) const URLS: Table = Table {
    names: &["EmailUrlInfo"],
    must: &["NetworkMessageId", "Url", "UrlDomain"],
    may: &["UrlLocation", "ReportId"],
    not: &[],
    log: Log::EmailHunting,
    fill: url,
};

/// `EmailAttachmentInfo`.
pub(super) const ATTACHMENTS: Table = Table {
    names: &["EmailAttachmentInfo"],
    must: &[
        "NetworkMessageId",
        "RecipientEmailAddress",
        "FileName",
        "SHA256",
    ],
    may: &["FileType", "FileSize", "SenderFromAddress"],
    not: &[],
    log: Log::EmailHunting,
    fill: attachment,
};

/// `EmailPostDeliveryEvents`.
pub(super) const POST_DELIVERY: Table = Table {
    names: &["EmailPostDeliveryEvents"],
    must: &["NetworkMessageId", "RecipientEmailAddress", "ActionTrigger"],
    may: &["ActionType", "ActionResult", "Action", "DeliveryLocation"],
    not: &[],
    log: Log::EmailHunting,
    fill: post_delivery,
};

/// `UrlClickEvents`.
pub(super) const CLICKS: Table = Table {
    names: &["UrlClickEvents"],
    must: &["Url", "ActionType", "IsClickedThrough"],
    may: &["AccountUpn", "Workload", "UrlChain", "NetworkMessageId"],
    not: &[],
    log: Log::EmailHunting,
    fill: click,
};

/// `MessageEvents`.
pub(super) const TEAMS_MESSAGES: Table = Table {
    names: &["MessageEvents"],
    must: &["TeamsMessageId", "SenderEmailAddress"],
    may: &[
        "RecipientDetails",
        "ThreadId",
        "ThreadType",
        "IsExternalThread",
    ],
    not: &[],
    log: Log::EmailHunting,
    fill: teams_message,
};

/// `MessageUrlInfo`.
pub(super) const TEAMS_URLS: Table = Table {
    names: &["MessageUrlInfo"],
    must: &["TeamsMessageId", "Url", "UrlDomain"],
    may: &["ReportId"],
    not: &[],
    log: Log::EmailHunting,
    fill: teams_url,
};

fn message(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    let direction = columns.peek("EmailDirection").unwrap_or_default();
    record.operation = match direction.as_str() {
        "Inbound" => "Email received",
        "Outbound" => "Email sent",
        "Intra-org" => "Email internal",
        _ => "Email",
    }
    .to_owned();
    common(columns, record);
    sender(columns, record);
    if direction == "Inbound" {
        record.actor.kind = ActorKind::Unknown;
    }
    let recipient = recipient(columns, record);
    if direction != "Outbound" {
        record.owner.clone_from(&recipient);
    }
    let address = columns.take_first(&["SenderIPv4", "SenderIPv6"]);
    field::set_address(record, address.as_deref());
    record.result_code = columns.peek("DeliveryAction");
    record.result = match record.result_code.as_deref() {
        Some("Delivered" | "DeliveredAsSpam" | "Junked" | "Replaced") => Outcome::Success,
        Some("Blocked" | "Dropped") => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    columns.open("AuthenticationDetails", record);
    identify(columns, record, recipient.as_deref());
    if let (Some(message), Some(recipient)) = (&record.network_message_id, &recipient) {
        record.link_key = Some(HappeningKey::of(&["mail", message, recipient]));
        record.id_key = Some(HappeningKey::of(&["emailevents", message, recipient]));
    }
    Ok(())
}

fn url(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    "Email URL".clone_into(&mut record.operation);
    common(columns, record);
    record.object_path = columns.take("Url");
    identify(columns, record, None);
    Ok(())
}

fn attachment(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    "Email attachment".clone_into(&mut record.operation);
    common(columns, record);
    sender(columns, record);
    record.actor.kind = ActorKind::Unknown;
    let recipient = recipient(columns, record);
    record.owner.clone_from(&recipient);
    identify(columns, record, recipient.as_deref());
    Ok(())
}

fn post_delivery(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    let act = columns.take_first(&["ActionType", "Action"]);
    record.operation = field::operation(act.as_deref().unwrap_or("Email post-delivery action"));
    common(columns, record);
    let recipient = recipient(columns, record);
    record.owner.clone_from(&recipient);
    if record.operation.contains("ZAP") {
        record.actor.kind = ActorKind::Service;
    }
    record.result_code = columns.take("ActionResult");
    record.result = match record.result_code.as_deref() {
        Some("Success") => Outcome::Success,
        Some("Error" | "Failed" | "Failure") => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    let act = format!("{}:{}", recipient.unwrap_or_default(), record.operation);
    identify(columns, record, Some(&act));
    Ok(())
}

fn click(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    let act = columns.take("ActionType");
    record.operation = field::operation(act.as_deref().unwrap_or("URL click"));
    common(columns, record);
    if let Some(upn) = columns.take("AccountUpn") {
        field::set_actor_name(&mut record.actor, &upn);
        record.actor.kind = ActorKind::User;
    }
    let address = columns.take("IPAddress");
    field::set_address(record, address.as_deref());
    record.app_name = columns.take("AppName");
    record.object_path = columns.take("Url");
    record.target.kind = Some("url".to_owned());
    record.target.id = None;
    record.target.name.clone_from(&record.object_path);
    record.result_code = Some(record.operation.clone());
    record.result = match record.operation.as_str() {
        "ClickAllowed" => Outcome::Success,
        operation if operation.starts_with("ClickBlocked") => Outcome::Failure,
        _ => Outcome::Unknown,
    };
    // A click that was blocked and then clicked through carries one ReportId twice.
    let act = format!("{}:{}", record.operation, record.event_time);
    identify(columns, record, Some(&act));
    Ok(())
}

fn teams_message(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    "Teams message".clone_into(&mut record.operation);
    teams(columns, record);
    sender(columns, record);
    record.subject = columns.take("Subject");
    identify(columns, record, None);
    Ok(())
}

fn teams_url(columns: &mut Columns<'_>, record: &mut Record) -> Result<(), String> {
    "Teams message URL".clone_into(&mut record.operation);
    teams(columns, record);
    record.object_path = columns.take("Url");
    identify(columns, record, None);
    Ok(())
}

/// The message that a row is about.
fn common(columns: &mut Columns<'_>, record: &mut Record) {
    record.message_id = columns.take("InternetMessageId");
    record.network_message_id = columns.take_lower(&["NetworkMessageId"]);
    record.subject = columns.take("Subject");
    record.target.kind = Some("message".to_owned());
    record.target.id.clone_from(&record.network_message_id);
    record.target.name.clone_from(&record.subject);
}

fn teams(columns: &mut Columns<'_>, record: &mut Record) {
    record.target.kind = Some("message".to_owned());
    record.target.id = columns.peek("TeamsMessageId");
}

/// Who sent it, as the message says: an address that anybody may have forged.
fn sender(columns: &mut Columns<'_>, record: &mut Record) {
    let address = columns.take_first(&["SenderFromAddress", "SenderEmailAddress"]);
    record.actor.upn = address.as_deref().and_then(field::account);
    record.actor.id = columns.take_lower(&["SenderObjectId"]);
    record.actor.name = columns.take("SenderDisplayName");
    if record.actor.id.is_some() {
        record.actor.kind = ActorKind::User;
    }
}

/// The recipient, also under the name that message traces and this table share.
fn recipient(columns: &mut Columns<'_>, record: &mut Record) -> Option<String> {
    let address = columns.take("RecipientEmailAddress")?;
    let recipient = field::account(&address)?;
    push_fact(record, "Recipient", Some(recipient.clone()));
    Some(recipient)
}

/// Makes the row's id from Microsoft's report id and what else tells rows of one report apart.
fn identify(columns: &mut Columns<'_>, record: &mut Record, also: Option<&str>) {
    let Some(report) = columns.take("ReportId") else {
        return;
    };
    let table = record.workload.clone().unwrap_or_default();
    record.record_id = match also.filter(|also| !also.is_empty()) {
        Some(also) => format!("{report}:{also}"),
        None => report,
    };
    record.id_key = Some(HappeningKey::of(&["hunting", &table, &record.record_id]));
}
