//! Mails, folders, files and people that a record lists.
//!
//! Takes the item members of Exchange, Defender and Teams records and fills message columns, or facts
//! where a record lists several. It must never drop an item because the columns hold one.

use hourzero_model::{Fact, Record};
use sonic_rs::{JsonContainerTrait, Value};

use super::fields::{Fields, each, member};
use super::names::Field;
use super::parameters::{joined, open};
use crate::dialect::field::push_fact;
use crate::dialect::{field, slot};

/// Reads all that a record lists.
pub(super) fn read(fields: &Fields<'_>, record: &mut Record) {
    record.message_id = fields.text(Field::InternetMessageId);
    record.network_message_id = fields
        .text(Field::NetworkMessageId)
        .map(|id| id.to_lowercase());
    record.subject = fields.text(Field::Subject);
    if let Some(item) = fields.entered(Field::Item) {
        each(&item, |item| one_item(record, item));
    }
    if let Some(folder) = fields.entered(Field::Folder) {
        record.object_path = member(&folder, "Path").or(record.object_path.take());
        others(record, "Folder", &folder, &["Id", "Path"]);
    }
    if let Some(items) = fields.entered(Field::AffectedItems) {
        each(&items, |item| one_item(record, item));
    }
    if let Some(folders) = fields.entered(Field::Folders) {
        accessed(record, &folders);
    }
    recipients(fields, record);
    if let Some(mail) = fields.entered(Field::MailData) {
        labelled_mail(record, &mail);
    }
    if let Some(files) = fields.entered(Field::AttachmentData) {
        each(&files, |file| {
            push_fact(record, "Attachment", member(file, "FileName"));
            others(record, "AttachmentData", file, &["FileName"]);
        });
    }
    members(fields, record);
}

/// The first item goes to the columns, each further one to facts of the same meaning.
fn one_item(record: &mut Record, item: &Value) {
    let folder = slot::member_value(item, "ParentFolder").and_then(slot::entered);
    let path = folder.as_ref().and_then(|folder| member(folder, "Path"));
    keep(
        &mut record.message_id,
        &mut record.parameters,
        "Item.InternetMessageId",
        member(item, "InternetMessageId"),
    );
    keep(
        &mut record.subject,
        &mut record.parameters,
        "Item.Subject",
        member(item, "Subject"),
    );
    if path != record.object_path {
        keep(
            &mut record.object_path,
            &mut record.parameters,
            "Item.Path",
            path,
        );
    }
    for attachment in member(item, "Attachments")
        .iter()
        .flat_map(|list| list.split("; "))
    {
        push_fact(
            record,
            "Attachment",
            Some(attachment.trim_end_matches(';').to_owned()),
        );
    }
    if let Some(folder) = folder {
        others(record, "Item.ParentFolder", &folder, &["Id", "Path"]);
    }
    others(
        record,
        "Item",
        item,
        &[
            "InternetMessageId",
            "Subject",
            "Attachments",
            "ParentFolder",
        ],
    );
}

/// Puts a value into an empty column, else among the facts.
fn keep(column: &mut Option<String>, facts: &mut Vec<Fact>, name: &str, value: Option<String>) {
    match (column.is_none(), value) {
        (true, value) => *column = value,
        (false, Some(value)) => facts.push((name.into(), value.into())),
        (false, None) => {}
    }
}

/// Opens the members of an object that have not been read.
fn others(record: &mut Record, path: &str, object: &Value, read: &[&str]) {
    let Some(members) = object.as_object() else {
        return;
    };
    for (name, value) in members {
        if !read.iter().any(|done| done.eq_ignore_ascii_case(name)) {
            open(record, &joined(path, name), value, 1);
        }
    }
}

/// The folders and messages of an aggregated record. A single message also fills the column; of several
/// none is the one.
fn accessed(record: &mut Record, folders: &Value) {
    let first = record.parameters.len();
    let mut messages = 0_usize;
    each(folders, |folder| {
        let path = member(folder, "Path");
        if record.object_path.is_none() {
            record.object_path.clone_from(&path);
        }
        push_fact(record, "Folder", path);
        let Some(items) = slot::member_value(folder, "FolderItems").and_then(slot::entered) else {
            return;
        };
        each(&items, |item| {
            messages += 1;
            push_fact(
                record,
                "InternetMessageId",
                member(item, "InternetMessageId"),
            );
            push_fact(record, "Item.Subject", member(item, "Subject"));
        });
    });
    if messages == 1 && record.message_id.is_none() {
        let told = record.parameters.get(first..).unwrap_or_default();
        let only = told.iter().find(|(name, _)| name == "InternetMessageId");
        record.message_id = only.map(|(_, id)| id.to_string());
    }
}

fn recipients(fields: &Fields<'_>, record: &mut Record) {
    if let Some(list) = fields.entered(Field::RecipientList) {
        each(&list, |entry| recipient(record, entry));
        return;
    }
    let text = fields.text(Field::RecipientList).unwrap_or_default();
    for address in text.split([';', ',']) {
        push_fact(record, "Recipient", field::account(address));
    }
}

fn recipient(record: &mut Record, entry: &Value) {
    match slot::text_of(entry) {
        Some(address) => push_fact(record, "Recipient", field::account(&address)),
        None => open(record, "Recipient", entry, 1),
    }
}

/// The mail that a label or a policy was about; `ExchangeMetaData` and `EmailInfo` differ in case.
fn labelled_mail(record: &mut Record, mail: &Value) {
    record.message_id = record
        .message_id
        .take()
        .or_else(|| member(mail, "MessageID"));
    record.subject = record.subject.take().or_else(|| member(mail, "Subject"));
    push_fact(
        record,
        "Sender",
        member(mail, "From").as_deref().and_then(field::account),
    );
    for name in ["To", "CC", "BCC"] {
        if let Some(list) = slot::member_value(mail, name) {
            each(list, |entry| recipient(record, entry));
        }
    }
    let read = ["MessageID", "Subject", "From", "To", "CC", "BCC"];
    others(record, "Mail", mail, &read);
}

/// Members of a team or chat: the UPN is the member, what else is said of him stands beside it.
fn members(fields: &Fields<'_>, record: &mut Record) {
    let Some(list) = fields.entered(Field::Members) else {
        return;
    };
    each(&list, |one| {
        let upn = slot::text_of(one).or_else(|| member(one, "UPN"));
        push_fact(record, "Members", upn.as_deref().and_then(field::account));
        others(record, "Members", one, &["UPN"]);
    });
}
