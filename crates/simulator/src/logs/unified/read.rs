//! Reading and searching mail (`MailItemsAccessed`, record types 50 and 2; searches, 101).

use std::sync::Arc;

use super::super::Writing;
use super::mail::{last_part, signed};
use super::mail_access::Bind;
use super::mailbox::{ItemIds, MailboxRecord};
use super::record::{self, Head, Lateness, User};
use crate::happening::{Logon, Message};
use crate::id::AccountNo;
use crate::world::{AccountKind, Licence};

/// Whether reads of the mailbox are logged. Shared mailboxes have no licence; the reader's counts.
fn reads_are_logged(writing: &Writing<'_, '_>, mailbox: AccountNo) -> bool {
    let owner = writing.world.account(mailbox);
    let licence = match (owner.kind, writing.happening.account) {
        (AccountKind::Shared, Some(reader)) => writing.world.account(reader).licence,
        _ => owner.licence,
    };
    licence.logs_mail_access()
}

/// Single messages that are read.
pub(super) struct Reading<'a> {
    /// In which role.
    pub(super) logon: Logon,
    /// Folders with messages.
    pub(super) folders: &'a [(String, Vec<Arc<Message>>)],
    /// Logging is throttled from here on.
    pub(super) throttled: bool,
}

/// Adds the record of single reads (Bind), as far as the service writes it.
pub(super) fn read(writing: &mut Writing<'_, '_>, number: AccountNo, reading: &Reading<'_>) {
    if !reads_are_logged(writing, number) {
        return;
    }
    let Some(bind) = writing
        .memory
        .bind(writing.happening, number, reading.folders)
    else {
        return;
    };
    let Bind { listed, throttled } = bind;
    let ids = ItemIds::of(writing.world.account(number));
    let requests: Vec<_> = (0..listed.iter().map(|(_, items)| items.len()).sum())
        .map(|_| writing.stream.chance(600).then(|| writing.stream.guid()))
        .collect();
    let mut properties = vec![("MailAccessType", "Bind".to_owned())];
    let throttled = throttled || reading.throttled;
    // Records of 2025 and later leave the key out now and then.
    if throttled || writing.stream.chance(900) {
        let value = if throttled { "True" } else { "False" };
        properties.push(("IsThrottled", value.to_owned()));
    }
    MailboxRecord {
        operation: "MailItemsAccessed",
        record_type: 50,
        mailbox: number,
        logon: reading.logon,
        properties,
        both_addresses: false,
    }
    .push(writing, |record| {
        let mut requests = requests.iter();
        let mut count: u32 = 0;
        record.list("Folders", |list| {
            for (path, messages) in &listed {
                list.object(|folder| {
                    folder.list("FolderItems", |items| {
                        for message in messages {
                            count += 1;
                            items.object(|item| {
                                item.maybe("ClientRequestId", requests.next().copied().flatten())
                                    .text("Id", ids.immutable(&message.item))
                                    .text("ImmutableId", ids.immutable(&message.item))
                                    .text("InternetMessageId", &message.internet_id)
                                    .number("SizeInBytes", signed(message.size))
                                    .text("Subject", &message.subject);
                            });
                        }
                    });
                    folder.text("Id", ids.folder(path)).text("Path", path);
                });
            }
        });
        record.number("OperationCount", count);
    });
}

/// Adds the record of a folder that a program synchronised (Sync).
pub(super) fn synced(writing: &mut Writing<'_, '_>, number: AccountNo, logon: Logon, folder: &str) {
    if !reads_are_logged(writing, number) {
        return;
    }
    let ids = ItemIds::of(writing.world.account(number));
    MailboxRecord {
        operation: "MailItemsAccessed",
        record_type: 2,
        mailbox: number,
        logon,
        properties: vec![
            ("MailAccessType", "Sync".to_owned()),
            ("IsThrottled", "False".to_owned()),
        ],
        both_addresses: false,
    }
    .push(writing, |record| {
        record.object("Item", |item| {
            item.text("Id", ids.folder(folder))
                .object("ParentFolder", |parent| {
                    parent
                        .text("Id", ids.folder(folder))
                        .text("Name", last_part(folder))
                        .text("Path", folder);
                });
        });
    });
}

/// Searches are logged only for the few mailboxes where somebody switched that on, and with Audit (Premium).
pub(super) fn searched(writing: &mut Writing<'_, '_>, number: AccountNo, query: &str) {
    let owner = writing.world.account(number);
    let switched_on = writing
        .world
        .seed
        .child("search audit")
        .number(u64::from(number.0))
        .stream()
        .chance(60);
    if owner.licence != Licence::E5 || !switched_on {
        return;
    }
    let head = Head {
        at: writing.happening.at,
        id: record::ticked_id(&mut writing.stream, writing.happening.at),
        operation: "SearchQueryInitiatedExchange",
        record_type: 101,
        workload: "Exchange",
        result: None,
        client_ip: record::bare(writing),
        object: None,
        user: User::new(owner.upn.clone(), owner.puid.clone(), 0),
    };
    let trace = writing.stream.guid();
    record::push(writing, &head, Lateness::Core, |record| {
        record
            .text("QuerySource", "Outlook")
            .text("QueryText", query)
            .text("ScenarioName", "owa.react")
            .shown("TraceId", trace);
    });
}
