//! Mail (record types 2, 3, 50, 101 and 275): reading, sending, moving, rules, rights.

use std::sync::Arc;

use super::super::Writing;
use super::mailbox::{self, ItemIds, MailboxRecord};
use super::read;
use super::record::{self, Head, Lateness, User};
use super::security;
use crate::happening::{Attachment, Logon, MailAct, Manner, Message};
use crate::id::AccountNo;
use crate::json::Object;

/// Adds the records of something with mail.
#[expect(
    clippy::too_many_lines,
    reason = "a flat match that hands each act to its function"
)]
pub(super) fn write(writing: &mut Writing<'_, '_>, act: &MailAct) {
    match act {
        MailAct::Transported {
            message, delivery, ..
        } => security::mail_verdict(writing, message, *delivery, None),
        // What an administrator takes away is told by his own acts.
        MailAct::Removed {
            message,
            mailbox,
            reason,
            to,
        } => {
            if *reason != "Manual remediation" {
                security::mail_verdict(writing, message, *to, Some(*mailbox));
            }
        }
        MailAct::Sent {
            message,
            mailbox,
            manner,
            saved,
        } => {
            let sending = Sending {
                message,
                manner: *manner,
                saved: *saved,
            };
            sent(writing, *mailbox, &sending);
        }
        MailAct::Read {
            mailbox,
            logon,
            folders,
            throttled,
        } => {
            let read = read::Reading {
                logon: *logon,
                folders,
                throttled: *throttled,
            };
            read::read(writing, *mailbox, &read);
        }
        MailAct::Synced {
            mailbox,
            logon,
            folder,
            ..
        } => read::synced(writing, *mailbox, *logon, folder),
        MailAct::Moved {
            operation,
            mailbox,
            from,
            to,
            messages,
        } => {
            let to = to.as_deref().unwrap_or(match *operation {
                "MoveToDeletedItems" => "\\Deleted Items",
                _ => "",
            });
            let moving = Moving {
                operation,
                from,
                to,
                messages,
            };
            moved(writing, *mailbox, &moving);
        }
        MailAct::Item {
            operation,
            mailbox,
            folder,
            subject,
            message,
            changed,
        } => {
            let item = Item {
                operation,
                folder,
                subject,
                message: message.as_deref(),
                changed,
            };
            self::item(writing, *mailbox, &item);
        }
        MailAct::FolderRights {
            operation,
            mailbox,
            folder,
            member,
            rights,
        } => {
            let right = Right {
                operation,
                folder,
                member,
                rights,
            };
            folder_right(writing, *mailbox, &right);
        }
        MailAct::RulesUpdated {
            mailbox,
            operation,
            name,
            condition,
            actions,
        } => {
            let rule = Rule {
                operation,
                name: name.as_deref(),
                condition,
                actions,
            };
            rule_updated(writing, *mailbox, &rule);
        }
        MailAct::Searched { mailbox, query } => read::searched(writing, *mailbox, query),
        MailAct::WebTokenIssued { .. } => web_token(writing),
    }
}

/// Whoever opens a mailbox that is not his own is a delegate.
fn logon_of(writing: &Writing<'_, '_>, mailbox: AccountNo) -> Logon {
    match writing.happening.account {
        Some(account) if account != mailbox => Logon::Delegate,
        _ => Logon::Owner,
    }
}

struct Sending<'a> {
    message: &'a Message,
    manner: Manner,
    saved: bool,
}

fn sent(writing: &mut Writing<'_, '_>, number: AccountNo, sending: &Sending<'_>) {
    let owner = writing.world.account(number);
    let ids = ItemIds::of(owner);
    let message = sending.message;
    let (operation, other) = match sending.manner {
        Manner::Own => ("Send", None),
        Manner::SendAs => ("SendAs", Some(("SendAsUserSmtp", "SendAsUserMailboxGuid"))),
        Manner::OnBehalf => (
            "SendOnBehalf",
            Some(("SendOnBehalfOfUserSmtp", "SendOnBehalfOfUserMailboxGuid")),
        ),
    };
    // The item is handed in from the drafts or, by programs that keep none, from the outbox.
    let parent = if writing.stream.chance(900) {
        "\\Drafts"
    } else {
        "\\Outbox"
    };
    MailboxRecord {
        operation,
        record_type: 2,
        mailbox: number,
        logon: logon_of(writing, number),
        properties: Vec::new(),
        both_addresses: true,
    }
    .push(writing, |record| {
        record.object("Item", |item| {
            attachments(item, &message.attachments);
            item.text("Id", ids.item(parent, &message.item))
                .text("ImmutableId", ids.immutable(&message.item))
                .text("InternetMessageId", &message.internet_id);
            mailbox::folder(item, "ParentFolder", &ids, parent);
            item.number("SizeInBytes", signed(message.size))
                .text("Subject", &message.subject);
        });
        record.flag("SaveToSentItems", sending.saved);
        if let Some((smtp, guid)) = other {
            record.text(smtp, &owner.upn).maybe(guid, owner.mailbox);
        }
        let count = u32::try_from(message.to.len()).unwrap_or(u32::MAX);
        record
            .number("recipientCount", count)
            .list("recipientList", |list| {
                mailbox::recipients(list, message.to.iter().map(|one| &one.address));
            });
    });
}

struct Moving<'a> {
    operation: &'a str,
    from: &'a str,
    to: &'a str,
    messages: &'a [Arc<Message>],
}

fn moved(writing: &mut Writing<'_, '_>, number: AccountNo, moving: &Moving<'_>) {
    let ids = ItemIds::of(writing.world.account(number));
    MailboxRecord {
        operation: moving.operation,
        record_type: 3,
        mailbox: number,
        logon: logon_of(writing, number),
        properties: Vec::new(),
        both_addresses: true,
    }
    .push(writing, |record| {
        record.list("AffectedItems", |list| {
            for message in moving.messages {
                list.object(|item| {
                    attachments(item, &message.attachments);
                    item.text("Id", ids.item(moving.from, &message.item))
                        .text("InternetMessageId", &message.internet_id);
                    mailbox::folder(item, "ParentFolder", &ids, moving.from);
                    item.text("Subject", &message.subject);
                });
            }
        });
        record.flag("CrossMailboxOperation", false);
        if !moving.to.is_empty() {
            mailbox::folder(record, "DestFolder", &ids, moving.to);
        }
        mailbox::folder(record, "Folder", &ids, moving.from);
    });
}

struct Item<'a> {
    operation: &'a str,
    folder: &'a str,
    subject: &'a str,
    message: Option<&'a Message>,
    changed: &'a [&'static str],
}

fn item(writing: &mut Writing<'_, '_>, number: AccountNo, act: &Item<'_>) {
    let owner = writing.world.account(number);
    let ids = ItemIds::of(owner);
    let drawn = writing.stream.bytes();
    let size = writing.stream.between(3_000, 90_000);
    let forest = &writing.world.tenant.forest;
    MailboxRecord {
        operation: act.operation,
        record_type: 2,
        mailbox: number,
        logon: logon_of(writing, number),
        properties: Vec::new(),
        both_addresses: true,
    }
    .push(writing, |record| {
        record.object("Item", |item| {
            if let Some(message) = act.message {
                attachments(item, &message.attachments);
            }
            let bytes = act.message.map_or(&drawn, |message| &message.item);
            item.text("Id", ids.item(act.folder, bytes));
            match act.message {
                Some(message) => item.text("InternetMessageId", &message.internet_id),
                None => item.text(
                    "InternetMessageId",
                    internet_id(&owner.server, forest, &drawn),
                ),
            };
            item.flag("IsRecord", false);
            mailbox::folder(item, "ParentFolder", &ids, act.folder);
            let size = act.message.map_or(size, |message| signed(message.size));
            item.number("SizeInBytes", size)
                .text("Subject", act.subject);
        });
        if act.operation == "Update" {
            record.texts("ModifiedProperties", act.changed);
        }
    });
}

/// A Message-ID as Exchange makes it for items of its own.
fn internet_id(server: &str, forest: &str, drawn: &[u8; 16]) -> String {
    let hex: String = drawn
        .iter()
        .skip(3)
        .map(|byte| format!("{byte:02X}"))
        .collect();
    format!("<{server}{hex}@{server}.{forest}.PROD.OUTLOOK.COM>")
}

struct Right<'a> {
    operation: &'a str,
    folder: &'a str,
    member: &'a str,
    rights: &'a str,
}

fn folder_right(writing: &mut Writing<'_, '_>, number: AccountNo, right: &Right<'_>) {
    let world = writing.world;
    let ids = ItemIds::of(world.account(number));
    let sid = world
        .accounts
        .iter()
        .find(|account| account.upn.eq_ignore_ascii_case(right.member))
        .map_or("S-1-1-0", |account| account.sid.as_str());
    MailboxRecord {
        operation: right.operation,
        record_type: 2,
        mailbox: number,
        logon: logon_of(writing, number),
        properties: Vec::new(),
        both_addresses: true,
    }
    .push(writing, |record| {
        record.object("Item", |item| {
            item.text("Id", ids.folder(right.folder))
                .object("ParentFolder", |parent| {
                    parent
                        .text("Id", ids.folder(right.folder))
                        .text("MemberRights", right.rights)
                        .text("MemberSid", sid)
                        .text("MemberUpn", right.member)
                        .text("Name", last_part(right.folder))
                        .text("Path", right.folder);
                });
        });
    });
}

struct Rule<'a> {
    operation: &'a str,
    name: Option<&'a str>,
    condition: &'a str,
    actions: &'a str,
}

fn rule_updated(writing: &mut Writing<'_, '_>, number: AccountNo, rule: &Rule<'_>) {
    let ids = ItemIds::of(writing.world.account(number));
    let rule_id = writing.stream.bits() >> 1;
    let mut properties = vec![
        ("RuleOperation", rule.operation.to_owned()),
        ("RuleId", rule_id.to_string()),
        ("RuleState", "Enabled, ExitAfterExecution".to_owned()),
        ("RuleCondition", rule.condition.to_owned()),
    ];
    if let Some(name) = rule.name {
        properties.push(("RuleName", name.to_owned()));
    }
    properties.push(("RuleProvider", "RuleOrganizer".to_owned()));
    properties.push(("RuleActions", rule.actions.to_owned()));
    MailboxRecord {
        operation: "UpdateInboxRules",
        record_type: 2,
        mailbox: number,
        logon: logon_of(writing, number),
        properties,
        both_addresses: true,
    }
    .push(writing, |record| {
        record.object("Item", |item| {
            item.text("Id", ids.folder("\\Inbox"))
                .object("ParentFolder", |parent| {
                    parent
                        .text("Id", ids.folder("\\Inbox"))
                        .text("Name", "Inbox")
                        .text("Path", "\\Inbox");
                });
        });
    });
}

fn web_token(writing: &mut Writing<'_, '_>) {
    let Some(account) = writing.happening.account else {
        return;
    };
    let account = writing.world.account(account);
    const RESOURCES: [&str; 4] = [
        "https://graph.microsoft.com",
        "https://webshell.suite.office.com",
        "https://outlook.office.com",
        "https://substrate.office.com",
    ];
    let resource = *writing.stream.pick(&RESOURCES).unwrap_or(&RESOURCES[0]);
    let token = writing.stream.token();
    let head = Head {
        at: writing.happening.at,
        id: record::ticked_id(&mut writing.stream, writing.happening.at),
        operation: "GATFRTokenIssue",
        record_type: 275,
        workload: "Exchange",
        result: Some("Succeeded"),
        client_ip: Some(String::new()),
        object: None,
        user: User::new(account.upn.clone(), account.puid.clone(), 0),
    };
    record::push(writing, &head, Lateness::Core, |record| {
        record
            .text("ResourceURL", resource)
            .shown("UniqueTokenIdentifier", token);
    });
}

/// `name (1024b); name2 (…)`, left out where there are none.
fn attachments(item: &mut Object<'_>, attachments: &[Attachment]) {
    if attachments.is_empty() {
        return;
    }
    let all: Vec<String> = attachments
        .iter()
        .map(|one| format!("{} ({}b)", one.name, one.size))
        .collect();
    item.text("Attachments", all.join("; "));
}

pub(super) fn last_part(path: &str) -> &str {
    path.rsplit('\\').next().unwrap_or(path)
}

pub(super) fn signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
