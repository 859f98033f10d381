//! Who was written to, or was given a share (`recipients.csv`).
//!
//! A message is told by several logs: the mailbox says that it was sent, the trace to whom it was carried,
//! Defender what was clicked and purged. One row is one message and one recipient, whoever told it.

mod path;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Attribution, EvidenceRef, Log, Outcome, Record, Timestamp};
use serde::Serialize;

use crate::Event;
pub use path::{Carried, MailPaths, canonical_message_id, is_drop, message_id_forms};
pub(crate) use path::{DROPS, addresses, is_mail_log, recipients_of};

/// Operations whose records name people who received something.
pub const SENDING_OPERATIONS: &[&str] = &[
    "Send",
    "SendAs",
    "SendOnBehalf",
    "Message trace",
    "Email sent",
    "Email internal",
    "MipLabel",
    "AddedToSecureLink",
    "SecureLinkCreated",
    "AnonymousLinkCreated",
    "CompanyLinkCreated",
    "SharingSet",
    "SharingInvitationCreated",
];

/// Acts by which a file or folder is given to somebody; a link that names nobody is given to whoever has it.
pub(crate) const SHARING: &[&str] = &[
    "AddedToSecureLink",
    "SharingSet",
    "SharingInvitationCreated",
    "AnonymousLinkCreated",
    "CompanyLinkCreated",
];

/// A row of `recipients.csv`; the names are those of `contract.md`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RecipientRow {
    /// When, UTC.
    pub time: Timestamp,
    /// The account that sent or shared.
    pub account: String,
    /// `mail` or `share`.
    pub kind: String,
    /// Subject, or the shared object.
    pub subject: String,
    /// Internet message id.
    pub internet_message_id: String,
    /// Network message id.
    pub network_message_id: String,
    /// Who received it; empty where the log names nobody, which is not "nobody".
    pub recipient: String,
    /// `internal`, `external`, empty where the recipient is not named.
    pub direction: String,
    /// As logged; empty where not logged.
    pub delivered: String,
    /// `yes` where a click went through, `blocked` where one was stopped; empty otherwise.
    pub clicked: String,
    /// `yes` where it was purged afterwards; empty otherwise.
    pub purged: String,
    /// Who did it.
    pub attribution: String,
    /// Some of the records that tell it, those of clicks last. No list of recipients prints them.
    #[serde(skip)]
    pub records: Vec<EvidenceRef>,
}

/// So many records that tell of a message and recipient are kept.
const TELLING: usize = 4;

/// The rows of an event by itself; one a recipient. `domains` are the tenant's own, lower-case. An event that
/// gives nobody anything has none.
pub fn recipients(event: &Event, domains: &[String]) -> Vec<RecipientRow> {
    let record = &event.record;
    if !SENDING_OPERATIONS.contains(&record.operation.as_str())
        || is_link_before_its_members(record)
    {
        return Vec::new();
    }
    let named = recipients_of(record);
    if named.is_empty() {
        vec![row(event, String::new(), domains)]
    } else {
        named
            .into_iter()
            .map(|name| row(event, name, domains))
            .collect()
    }
}

/// The rows of all events: one a message and recipient, whichever logs told of it, sorted.
///
/// `events` are the attacker's sending and sharing, and whatever the mail logs say of the same messages,
/// whoever these rows were attributed to. A row is the attacker's when one of its records is. Messages that
/// only passed on what had arrived are no sending; they are in [`exposures`](crate::exposures).
pub fn recipient_rows(
    events: &[Event],
    domains: &[String],
    paths: &MailPaths,
) -> Vec<RecipientRow> {
    let mut rows = Rows::new();
    for event in events {
        if paths
            .carried(event)
            .is_some_and(|carried| carried != Carried::Sent)
        {
            continue;
        }
        for row in recipients(event, domains) {
            let key = (
                row.kind.clone(),
                first_of([
                    &row.internet_message_id,
                    &row.network_message_id,
                    &row.subject,
                ]),
                row.recipient.clone(),
            );
            match rows.get_mut(&key) {
                Some(held) => merge(held, row),
                None => {
                    rows.insert(key, row);
                }
            }
        }
    }
    attribute(&mut rows);
    without_unnamed(&mut rows);
    aftermath(&mut rows, events);
    let mut rows: Vec<RecipientRow> = rows.into_values().collect();
    rows.sort();
    rows
}

type Rows = BTreeMap<(String, String, String), RecipientRow>;

fn first_of(words: [&String; 3]) -> String {
    words
        .into_iter()
        .find(|word| !word.is_empty())
        .cloned()
        .unwrap_or_default()
}

/// A link is made first and its members are added then, each with a record of its own.
fn is_link_before_its_members(record: &Record) -> bool {
    record.operation == "SecureLinkCreated" && recipients_of(record).is_empty()
}

fn row(event: &Event, recipient: String, domains: &[String]) -> RecipientRow {
    let record = &event.record;
    let share = SHARING.contains(&record.operation.as_str())
        || record.operation == "SecureLinkCreated"
        || record.workload.as_deref().is_some_and(|workload| {
            workload.eq_ignore_ascii_case("SharePoint") || workload.eq_ignore_ascii_case("OneDrive")
        });
    let recipient = match record.operation.as_str() {
        "AnonymousLinkCreated" if recipient.is_empty() => "anyone with the link".to_owned(),
        "CompanyLinkCreated" if recipient.is_empty() => "everyone in the tenant".to_owned(),
        _ => recipient,
    };
    RecipientRow {
        time: record.event_time,
        account: event.account().unwrap_or_default().to_owned(),
        kind: if share { "share" } else { "mail" }.to_owned(),
        subject: record
            .subject
            .clone()
            .filter(|_| !share)
            .or_else(|| share.then(|| record.object_path.clone()).flatten())
            .unwrap_or_default(),
        internet_message_id: record
            .message_id
            .as_deref()
            .map(canonical_message_id)
            .unwrap_or_default(),
        network_message_id: record.network_message_id.clone().unwrap_or_default(),
        direction: direction(&recipient, domains).to_owned(),
        recipient,
        delivered: delivered(event),
        clicked: String::new(),
        purged: String::new(),
        attribution: event.attribution().name().to_owned(),
        records: vec![event.evidence.clone()],
    }
}

/// Brings two records of one message and recipient together: what one does not say the other fills in.
fn merge(held: &mut RecipientRow, other: RecipientRow) {
    let fill = |mine: &mut String, theirs: String| {
        if mine.is_empty() {
            *mine = theirs;
        }
    };
    held.time = held.time.min(other.time);
    fill(&mut held.account, other.account);
    fill(&mut held.subject, other.subject);
    fill(&mut held.internet_message_id, other.internet_message_id);
    fill(&mut held.network_message_id, other.network_message_id);
    fill(&mut held.delivered, other.delivered);
    held.records.extend(other.records);
    held.records.sort_unstable();
    held.records.dedup();
    held.records.truncate(TELLING);
    if other.attribution == Attribution::Attacker.name() {
        held.attribution = other.attribution;
    }
}

/// A message has one sender: if one of its rows is the attacker's, all are.
fn attribute(rows: &mut Rows) {
    let attackers: BTreeSet<(String, String)> = rows
        .iter()
        .filter(|((kind, _, _), row)| {
            kind == "mail" && row.attribution == Attribution::Attacker.name()
        })
        .map(|((kind, id, _), _)| (kind.clone(), id.clone()))
        .collect();
    for ((kind, id, _), row) in rows.iter_mut() {
        if attackers.contains(&(kind.clone(), id.clone())) {
            Attribution::Attacker
                .name()
                .clone_into(&mut row.attribution);
        }
    }
}

/// Where one record names the recipients of a message or a share, the row of another that names none says
/// nothing more.
fn without_unnamed(rows: &mut Rows) {
    let named: BTreeSet<(String, String)> = rows
        .keys()
        .filter(|(_, _, recipient)| !recipient.is_empty())
        .map(|(kind, id, _)| (kind.clone(), id.clone()))
        .collect();
    rows.retain(|(kind, id, to), _| !to.is_empty() || !named.contains(&(kind.clone(), id.clone())));
}

/// Clicks on the links of a message, and what took it out of mailboxes again.
fn aftermath(rows: &mut Rows, events: &[Event]) {
    let mut clicked: BTreeMap<(&str, &str), (bool, &EvidenceRef)> = BTreeMap::new();
    let mut purged: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (record, told_by) in events.iter().map(|event| (&event.record, &event.evidence)) {
        let (Log::EmailHunting, Some(message)) = (record.log, record.network_message_id.as_deref())
        else {
            continue;
        };
        if record.operation.starts_with("Click") {
            let through = record.operation == "ClickAllowed"
                || record
                    .parameter("IsClickedThrough")
                    .any(|value| matches!(value, "1" | "true" | "True"));
            let who = record.actor.upn.as_deref().unwrap_or_default();
            // A click that went through says more than one that was stopped.
            let click = (through, told_by);
            let known = clicked.entry((message, who)).or_insert(click);
            if (through, std::cmp::Reverse(told_by)) > (known.0, std::cmp::Reverse(known.1)) {
                *known = click;
            }
        } else if is_purge(record) {
            for who in record
                .owner
                .as_deref()
                .into_iter()
                .chain(record.parameter("Recipient"))
            {
                purged.insert((message, who));
            }
        }
    }
    for row in rows.values_mut().filter(|row| row.kind == "mail") {
        let key = (row.network_message_id.as_str(), row.recipient.as_str());
        if let Some((through, told_by)) = clicked.get(&key) {
            let word = if *through { "yes" } else { "blocked" };
            word.clone_into(&mut row.clicked);
            row.records.push((*told_by).clone());
        }
        if purged.contains(&key) {
            "yes".clone_into(&mut row.purged);
        }
    }
}

/// Whether a record took a message out of a mailbox after delivery (`ActionType` of `EmailPostDeliveryEvents`).
fn is_purge(record: &Record) -> bool {
    !is_mail_log(record)
        && (record.operation.contains("ZAP") || record.operation.contains("remediation"))
        && record.result != Outcome::Failure
}

fn direction(recipient: &str, domains: &[String]) -> &'static str {
    match recipient.rsplit_once('@') {
        Some((_, domain)) if domains.iter().any(|own| own == domain) => "internal",
        Some(_) => "external",
        None => "",
    }
}

fn delivered(event: &Event) -> String {
    match event.record.log {
        Log::MessageTrace => event.record.result_code.clone().unwrap_or_default(),
        Log::EmailHunting => event
            .record
            .parameter("DeliveryAction")
            .next()
            .map(str::to_owned)
            .or_else(|| event.record.result_code.clone())
            .unwrap_or_default(),
        _ => String::new(),
    }
}
