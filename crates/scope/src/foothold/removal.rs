//! Whether a later record takes a thing away.

use hourzero_model::Record;

use super::making::{Making, Read};
use super::thing::{
    Thing, fact, key_change, mailbox, new_value, person, right, switched_off, takes_away,
};
use crate::Event;

/// The record that took a thing away, the last of them.
pub(super) fn removal<'e>(
    thing: &Thing,
    (event, making): (&Event, &Making),
    removals: &'e [Event],
) -> Option<&'e Event> {
    removals
        .iter()
        .filter(|later| making.removed_by.contains(&later.record.operation.as_str()))
        .filter(|later| later.record.event_time > event.record.event_time)
        .filter(|later| later.record.result != hourzero_model::Outcome::Failure)
        .filter(|later| removes(thing, (event, making), later))
        .max_by_key(|later| later.record.event_time)
}

fn removes(thing: &Thing, (event, making): (&Event, &Making), later: &Event) -> bool {
    let record = &later.record;
    match making.read {
        Read::Rule => {
            let cleared = record.operation != "UpdateInboxRules"
                || fact(record, "RuleOperation").is_some_and(|word| takes_away(&word));
            let mailboxes = (mailbox(later), &thing.account);
            cleared
                && (same(&mailboxes.0, mailboxes.1) || record.owner.is_none())
                && names(thing, record)
        }
        Read::Mailbox => {
            let same_mailbox = same(&mailbox(later), &mailbox(event));
            same_mailbox && undone_on_mailbox(thing, record)
        }
        Read::Right => {
            same(&mailbox(later), &thing.account)
                && right(record).is_some_and(|user| same(&user, &thing.target))
        }
        Read::Key => match key_change(record) {
            Some((old, new)) => {
                let id = thing.object_id.to_lowercase();
                old.contains(&id) && !new.contains(&id)
            }
            None => names(thing, record),
        },
        Read::Consent | Read::AppRole => {
            let client = new_value(record, "ServicePrincipal.ObjectID");
            client.is_some_and(|id| same(&id, &thing.object_id)) || names(thing, record)
        }
        Read::Role => {
            let role = [
                new_value(record, "Role.TemplateId"),
                new_value(record, "Role.DisplayName"),
                old_value(record, "Role.TemplateId"),
                old_value(record, "Role.DisplayName"),
            ];
            same(&person(record), &thing.account)
                && role
                    .iter()
                    .flatten()
                    .any(|name| same(name, &thing.key) || same(name, &thing.target))
        }
        Read::Group | Read::Unit => {
            let whole = record.operation.starts_with("Delete");
            (whole || same(&person(record), &thing.account)) && mentions(record, &thing.object_id)
        }
        Read::Owner => same(&person(record), &thing.account) && mentions(record, &thing.object_id),
        Read::Method => same(&person(record), &thing.account) && same_method(thing, record),
        Read::Device => {
            let off = record.operation != "Update device"
                || new_value(record, "AccountEnabled")
                    .is_some_and(|on| on.eq_ignore_ascii_case("false"));
            off && (names(thing, record) || mentions(record, &thing.object_id))
        }
        Read::Policy => {
            restored(event, record) && (names(thing, record) || mentions(record, &thing.object_id))
        }
        Read::Audit => !switched_off(record) && names(thing, record),
        Read::Flow | Read::Account | Read::Target => names(thing, record),
        Read::Domain => {
            let back = record.operation != "Set domain authentication"
                || new_value(record, "LiveType").is_some_and(|live| live.contains("Managed"));
            back && names(thing, record)
        }
    }
}

fn undone_on_mailbox(thing: &Thing, record: &Record) -> bool {
    let said = |name: &str| record.parameter(name).next().map(str::to_owned);
    match thing.kind {
        "forwarding" => {
            let empty = |name: &str| {
                said(name).is_some_and(|value| value.trim().is_empty() || value == "$null")
            };
            let full = |name: &str| fact(record, name).is_some();
            let names = ["ForwardingSmtpAddress", "ForwardingAddress"];
            names.iter().any(|name| empty(name)) && !names.iter().any(|name| full(name))
        }
        "audit" => said("AuditEnabled").is_some_and(|value| value.eq_ignore_ascii_case("true")),
        _ => said("GrantSendOnBehalfTo")
            .is_some_and(|value| !value.to_lowercase().contains(&thing.key)),
    }
}

/// A policy is back when nobody whom the making let out is let out any more.
fn restored(event: &Event, later: &Record) -> bool {
    let value = |record: &Record, new: bool| {
        record
            .changed
            .iter()
            .filter(|change| !change.name.starts_with("Included Updated"))
            .filter_map(|change| {
                if new {
                    change.new.clone()
                } else {
                    change.old.clone()
                }
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    let (old, new) = (value(&event.record, false), value(&event.record, true));
    let now = value(later, true);
    let added: Vec<&str> = guids(&new).filter(|id| !old.contains(id)).collect();
    if added.is_empty() {
        now == old && now != new
    } else {
        // A record that tells a part of the policy alone, such as its name, says nothing of them.
        let was = value(later, false);
        added.iter().any(|id| was.contains(id)) && added.iter().all(|id| !now.contains(id))
    }
}

fn guids(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !(sign.is_ascii_hexdigit() || sign == '-'))
        .filter(|word| word.len() == 36)
}

/// A method is taken away by the record that names it; one that names none takes the account's.
fn same_method(thing: &Thing, record: &Record) -> bool {
    let word = thing.target.to_lowercase();
    let reason = record
        .result_reason
        .clone()
        .or_else(|| fact(record, "ResultReason"))
        .unwrap_or_default()
        .to_lowercase();
    let credential = record.operation.to_lowercase();
    if credential.contains("security info") {
        return reason.is_empty() || first_words(&word).is_some_and(|word| reason.contains(word));
    }
    first_words(&word).is_some_and(|word| credential.contains(word))
        || word.contains("app password")
        || record.operation.contains("application password")
}

fn first_words(text: &str) -> Option<&str> {
    text.split_whitespace().next()
}

fn old_value(record: &Record, name: &str) -> Option<String> {
    record
        .changed
        .iter()
        .filter(|change| change.name.eq_ignore_ascii_case(name))
        .find_map(|change| change.old.clone())
}

fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && one.eq_ignore_ascii_case(other)
}

/// Whether a record is about a thing by its name or id. Exchange names a rule `alias\name` in one record and
/// `name` in another.
fn names(thing: &Thing, record: &Record) -> bool {
    let last = |text: &str| {
        text.rsplit(['\\', '/'])
            .next()
            .unwrap_or(text)
            .to_lowercase()
    };
    let own = [&thing.target, &thing.object_id, &thing.key];
    let identity = fact(record, "Identity");
    let said = [
        record.target.name.as_deref(),
        record.target.id.as_deref(),
        identity.as_deref(),
    ];
    said.into_iter()
        .flatten()
        .any(|said| own.iter().any(|own| same(&last(said), &last(own))))
}

/// Whether an id stands in one of the places where directory records put ids.
fn mentions(record: &Record, id: &str) -> bool {
    let changed = record
        .changed
        .iter()
        .flat_map(|change| [change.new.as_deref(), change.old.as_deref()]);
    let facts = record.parameters.iter().map(|(_, value)| value.as_str());
    let target = record.target.id.as_deref();
    changed
        .flatten()
        .chain(facts)
        .chain(target)
        .any(|value| same(value, id))
}
