//! Mailbox audit of the retired `Search-MailboxAuditLog`, and the lists that Microsoft-Extractor-Suite
//! derives from `MailItemsAccessed` records.
//!
//! Takes their rows and gives events of the mailbox audit. The derived lists have no record id of
//! Microsoft's, so each row stands under its place. It must never count a derived row as the record that
//! it was derived from.

use hourzero_model::{
    Actor, ActorKind, Form, HappeningKey, Log, Outcome, Record, Target, Timestamp,
};
use sonic_rs::{JsonValueTrait, Value};

use super::slot::{self, score};
use super::unified_audit::{at_least, each_member, logon_type, open_fact, outcome_of};
use super::{FormSpec, Mapped, Place, Row, Shape, field};
use crate::time;

/// Mailbox audit and the derived lists.
pub(crate) static FORMS: &[FormSpec] = &[
    FormSpec {
        form: Form("mailbox-audit"),
        about: "Search-MailboxAuditLog, as CSV or JSON.",
        fits: fits_mailbox,
        map: mailbox,
    },
    FormSpec {
        form: Form("mes-mailitems-sessions"),
        about: "Sessions with access to mail, derived by Microsoft-Extractor-Suite.",
        fits: fits_sessions,
        map: accessed,
    },
    FormSpec {
        form: Form("mes-mailitems-messages"),
        about: "Messages of a session with access to mail, derived by Microsoft-Extractor-Suite.",
        fits: fits_messages,
        map: accessed,
    },
];

fn fits_mailbox(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "operation",
        "operationresult",
        "logontype",
        "externalaccess",
        "folderpathname",
        "clientinfostring",
        "clientipaddress",
        "mailboxownerupn",
        "mailboxownersid",
        "logonuserdisplayname",
        "logonusersid",
        "sourceitems",
        "itemid",
        "itemsubject",
        "mailboxresolvedownername",
        "mailboxguid",
        "identity",
    ];
    at_least(4, score(shape, &["lastaccessed", "operation"], &helpful))
}

fn fits_sessions(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "user",
        "action",
        "clientip",
        "isthrottled",
        "operationcount",
    ];
    at_least(
        6,
        score(
            shape,
            &["timestamp", "sessionid", "mailaccesstype"],
            &helpful,
        ),
    )
}

fn fits_messages(shape: &Shape<'_>) -> u32 {
    let helpful = [
        "user",
        "ipaddress",
        "mailaccesstype",
        "folderpath",
        "sizeinbytes",
    ];
    at_least(
        6,
        score(
            shape,
            &["timestamp", "sessionid", "internetmessageid"],
            &helpful,
        ),
    )
}

fn start(row: &Value, place: &Place<'_>, keys: &[&str]) -> Result<Record, String> {
    let found = keys
        .iter()
        .find_map(|key| slot::member(row, key).and_then(|text| time::parse(&text)));
    let time: Timestamp = found.ok_or_else(|| {
        let key = keys.first().copied().unwrap_or_default();
        format!("the row has no {key} that can be read")
    })?;
    let mut record = Record::new(place.provenance, place.form, Log::MailboxAudit, time);
    record.workload = Some("Exchange".to_owned());
    record.record_id = place.provenance.own_id();
    Ok(record)
}

/// Columns of a mailbox audit row that fill a column of ours or say nothing.
const NO_FACT: &[&str] = &[
    "Operation",
    "OperationResult",
    "LastAccessed",
    "Identity",
    "IsValid",
    "ObjectState",
    "ClientIPAddress",
    "ClientInfoString",
    "MailboxOwnerUPN",
    "LogonUserDisplayName",
    "ItemSubject",
    "ItemInternetMessageId",
    "FolderPathName",
    "LogonType",
    "InternalLogonType",
    "SessionId",
    "ClientAppId",
    "OriginatingServer",
    "PSComputerName",
    "RunspaceId",
    "PSShowComputerName",
    "DirtyProperties",
    "SourceItems",
    "SourceFolders",
];

fn mailbox(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let text = |name| slot::member(row, name);
    let mut record = start(row, place, &["LastAccessed"])?;
    record.operation = field::operation(&text("Operation").unwrap_or_default());
    record.record_type = Some("MailboxAudit".to_owned());
    if let Some(id) = text("Identity") {
        record.id_key = Some(HappeningKey::of(&["id", &id]));
        record.record_id = id;
    }
    record.result_code = text("OperationResult");
    record.result = record
        .result_code
        .as_deref()
        .map_or(Outcome::Unknown, outcome_of);
    record.owner = text("MailboxOwnerUPN").and_then(|name| field::account(&name));
    let logon = text("LogonType").map(|kind| logon_type(&kind));
    record.actor = mailbox_actor(
        logon.as_deref(),
        text("LogonUserDisplayName"),
        record.owner.as_deref(),
    );
    field::set_address(&mut record, text("ClientIPAddress").as_deref());
    record.user_agent = text("ClientInfoString");
    let client = record
        .user_agent
        .as_deref()
        .and_then(|info| info.split(';').next());
    record.client_app = client.map(str::to_owned);
    record.session_id = text("SessionId");
    record.app_id = text("ClientAppId")
        .or_else(|| text("AppId"))
        .and_then(|id| slot::real_id(&id));
    record.message_id = text("ItemInternetMessageId");
    record.subject = text("ItemSubject");
    record.object_path = text("FolderPathName");
    record.target = mailbox_target(&record);
    facts(row, logon, &mut record);
    Ok(Mapped::Event(Box::new(record)))
}

/// The owner acts himself; everybody else is known by a display name only.
fn mailbox_actor(logon: Option<&str>, name: Option<String>, owner: Option<&str>) -> Actor {
    let is_owner = logon.is_some_and(|kind| kind.eq_ignore_ascii_case("Owner"));
    let named = name
        .as_deref()
        .filter(|name| name.contains('@'))
        .and_then(field::account);
    Actor {
        upn: if is_owner {
            owner.map(str::to_owned)
        } else {
            named
        },
        id: None,
        name,
        kind: match logon {
            Some(kind) if kind.eq_ignore_ascii_case("Admin") => ActorKind::Admin,
            Some(kind)
                if kind.eq_ignore_ascii_case("Owner") || kind.eq_ignore_ascii_case("Delegate") =>
            {
                ActorKind::User
            }
            Some("Transport" | "SystemService") => ActorKind::System,
            _ => ActorKind::Unknown,
        },
    }
}

fn mailbox_target(record: &Record) -> Target {
    let is_message = record.subject.is_some() || record.message_id.is_some();
    let (kind, name) = if is_message {
        ("message", record.subject.clone())
    } else {
        ("folder", record.object_path.clone())
    };
    Target {
        kind: Some(kind.to_owned()),
        id: record.message_id.clone().filter(|_| is_message),
        name,
    }
}

/// The rest as facts. Lists of items come as JSON or as text between semicolons, as the collector chose.
fn facts(row: &Value, logon: Option<String>, record: &mut Record) {
    field::push_fact(record, "LogonType", logon);
    each_member(row, |name, value| {
        if NO_FACT.contains(&name)
            || slot::text_of(value).is_none() && slot::entered(value).is_none()
        {
            return;
        }
        let (fact, is_list) = match name {
            "SourceItemSubjectsList" => ("Item.Subject", true),
            "SourceItemInternetMessageIdsList" => ("Item.InternetMessageId", true),
            "SourceItemFolderPathNamesList" | "SourceFolderPathNamesList" => ("Item.Path", true),
            "SourceItemAttachmentsList" | "ItemAttachments" => ("Attachment", true),
            other => (other, false),
        };
        match (slot::entered(value), value.as_str()) {
            (Some(inner), _) => open_fact(record, fact, &inner),
            (None, Some(text)) if is_list => {
                let words = text
                    .split([';', ','])
                    .map(str::trim)
                    .filter(|word| !word.is_empty());
                let words = words.map(|word| (fact.into(), word.into()));
                record.parameters.extend(words);
            }
            (None, _) => open_fact(record, fact, value),
        }
    });
}

/// A session or a message out of `MailItemsAccessed`.
fn accessed(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    const NO_FACT: &[&str] = &[
        "TimeStamp",
        "Timestamp",
        "User",
        "Action",
        "SessionId",
        "SessionID",
        "ClientIP",
        "IPaddress",
        "FolderPath",
        "InternetMessageId",
    ];
    let text = |name| slot::member(row, name);
    let mut record = start(row, place, &["TimeStamp"])?;
    let action = text("Action").unwrap_or_else(|| "MailItemsAccessed".to_owned());
    record.operation = field::operation(&action);
    record.result = Outcome::Success;
    record.actor.kind = ActorKind::User;
    record.actor.upn = text("User").and_then(|name| field::account(&name));
    let address = text("ClientIP").or_else(|| text("IPaddress"));
    field::set_address(&mut record, address.as_deref());
    record.session_id = text("SessionId");
    record.message_id = text("InternetMessageId");
    record.object_path = text("FolderPath");
    record.target = mailbox_target(&record);
    each_member(row, |name, value| {
        if !NO_FACT.contains(&name) && slot::text_of(value).is_some() {
            open_fact(&mut record, name, value);
        }
    });
    Ok(Mapped::Event(Box::new(record)))
}
