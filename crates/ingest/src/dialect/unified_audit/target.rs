//! What an act was done to.
//!
//! Takes a record whose facts are read and fills target, owner and path by the conventions of each
//! family. It must never guess a user out of a display name.

use hourzero_model::{ActorKind, Record, Target};

use super::family::Family;
use super::fields::Fields;
use super::names::Field;
use super::party::{kind_and_id, kind_word, party};
use crate::dialect::field;

/// Fills target, owner, path and resource of a record.
pub(super) fn read(
    family: Family,
    category: Option<&str>,
    fields: &Fields<'_>,
    record: &mut Record,
) {
    match family {
        Family::Cmdlet => cmdlet(fields, record),
        Family::Mailbox => mailbox(fields, record),
        Family::Directory => directory(category, fields, record),
        Family::Logon => logon(fields, record),
        Family::Files => files(fields, record),
        Family::Teams => teams(fields, record),
        Family::Alert => {
            let id = fields.text(Field::AlertId);
            record.target = target("alert", id, fields.text(Field::Name));
        }
        Family::Mail => {
            record.target = target("message", record.message_id.clone(), record.subject.clone());
        }
        Family::Click => {
            record.object_path = fields.text(Field::Url);
            record.network_message_id = fields.text(Field::SourceId).map(|id| id.to_lowercase());
            record.target = target("url", None, record.object_path.clone());
        }
        Family::Other => other(fields, record),
    }
}

fn target(kind: &str, id: Option<String>, name: Option<String>) -> Target {
    Target {
        kind: Some(kind.to_owned()),
        id,
        name,
    }
}

/// The first fact of a name.
fn fact(record: &Record, name: &str) -> Option<String> {
    let mut values = record.parameters.iter();
    let (_, value) = values.find(|(have, value)| have == name && !value.is_empty())?;
    Some(value.to_string())
}

/// What kind of object the cmdlets with this noun work on.
fn noun_kind(operation: &str) -> Option<&'static str> {
    const NOUNS: &[(&str, &str)] = &[
        ("inboxrule", "rule"),
        ("transportrule", "transport-rule"),
        ("connector", "connector"),
        ("rolegroup", "role-group"),
        ("managementrole", "role"),
        ("accepteddomain", "domain"),
        ("federateddomain", "domain"),
        ("unifiedgroup", "group"),
        ("distributiongroup", "group"),
        ("mailboxplan", "policy"),
        ("policy", "policy"),
        ("mailbox", "mailbox"),
        ("recipientpermission", "mailbox"),
        ("mailuser", "user"),
        ("-user", "user"),
        ("-app", "app"),
        ("config", "configuration"),
    ];
    let operation = operation.to_ascii_lowercase();
    let found = NOUNS.iter().find(|(noun, _)| operation.contains(noun));
    found.map(|(_, kind)| *kind)
}

fn cmdlet(fields: &Fields<'_>, record: &mut Record) {
    let object = fields.text(Field::ObjectId);
    let kind = noun_kind(&record.operation);
    record.target.kind = kind.map(str::to_owned);
    record.target.id = object
        .clone()
        .filter(|id| field::is_guid(id))
        .map(|id| id.to_lowercase());
    let last = object
        .as_deref()
        .and_then(|path| path.rsplit(['\\', '/']).next());
    if kind == Some("rule") {
        if fact(record, "Mailbox").is_none() && record.actor.kind == ActorKind::Admin {
            // Exchange calls everybody an administrator who runs a cmdlet, and Outlook on the web runs
            // them for a user's own rules.
            record.actor.kind = ActorKind::User;
        }
        record.target.name = fact(record, "Name").or_else(|| last.map(str::to_owned));
        record.owner = fact(record, "Mailbox")
            .filter(|name| name.contains('@'))
            .and_then(|name| field::account(&name));
        return;
    }
    let name = fact(record, "Identity").or_else(|| fact(record, "Name"));
    let name = name.or_else(|| object.clone());
    if kind == Some("mailbox") {
        // A folder of a mailbox is named `user@contoso.example:\Calendar`.
        let whole = name
            .as_deref()
            .map(|name| name.split(":\\").next().unwrap_or(name));
        record.owner = whole
            .filter(|name| name.contains('@') && !name.contains('/'))
            .and_then(field::account);
        record.target.name = record.owner.clone().or_else(|| whole.map(str::to_owned));
    } else {
        record.target.name = name;
    }
}

fn mailbox(fields: &Fields<'_>, record: &mut Record) {
    if record.operation.eq_ignore_ascii_case("UpdateInboxRules") {
        record.target = target("rule", fact(record, "RuleId"), fact(record, "RuleName"));
    } else if record
        .operation
        .to_ascii_lowercase()
        .contains("folderpermission")
    {
        record.target = target("folder", None, record.object_path.clone());
    } else if record.message_id.is_some()
        || record.subject.is_some()
        || fields.value(Field::Item).is_some()
    {
        record.target = target("message", record.message_id.clone(), record.subject.clone());
    } else if record.object_path.is_some() {
        record.target = target("folder", None, record.object_path.clone());
    }
}

fn directory(category: Option<&str>, fields: &Fields<'_>, record: &mut Record) {
    let found = fields
        .entered(Field::Target)
        .map(|list| party(&list))
        .unwrap_or_default();
    let object = fields.text(Field::ObjectId);
    let apart = object.as_deref().and_then(kind_and_id);
    let object_name = object.as_deref().filter(|_| apart.is_none());
    record.target.name = found.upn.or(found.name).or_else(|| {
        let name = object_name.filter(|name| !field::is_guid(name))?;
        if name.contains('@') {
            field::account(name)
        } else {
            Some(name.to_owned())
        }
    });
    record.target.id = found.id.or_else(|| match &apart {
        Some((_, id)) => Some(id.clone()),
        None => object_name
            .filter(|id| field::is_guid(id))
            .map(str::to_lowercase),
    });
    let is_user = record
        .target
        .name
        .as_deref()
        .is_some_and(|name| name.contains('@'));
    let kind = found
        .kind
        .as_deref()
        .or(apart.as_ref().map(|(kind, _)| *kind));
    record.target.kind = match (kind, is_user) {
        (Some(kind), _) => Some(kind_word(kind)),
        (None, true) => Some("user".to_owned()),
        (None, false) => category.map(kind_word),
    };
    if record.resource_app_id.is_none() {
        record.resource_app_id = found.app_id;
    }
}

/// The resource that was signed in to: its application id.
fn logon(fields: &Fields<'_>, record: &mut Record) {
    let object = fields.text(Field::ObjectId).filter(|id| field::is_guid(id));
    record.resource_app_id = object.map(|id| id.to_lowercase()).or_else(|| {
        let list = fields.entered(Field::Target)?;
        party(&list).id
    });
}

fn files(fields: &Fields<'_>, record: &mut Record) {
    let object = fields.text(Field::ObjectId);
    let kind = match fields.text(Field::ItemType).as_deref() {
        Some("Web" | "Site") => "site".to_owned(),
        Some(kind) if kind.bytes().all(|byte| byte.is_ascii_alphabetic()) => kind_word(kind),
        _ => "file".to_owned(),
    };
    record.object_path = object.as_deref().map(decoded);
    let last = object
        .as_deref()
        .and_then(|url| url.trim_end_matches('/').rsplit('/').next())
        .map(decoded);
    let name = fields.text(Field::SourceFileName).or(last);
    let id = fields
        .text(Field::ListItemUniqueId)
        .map(|id| id.to_lowercase());
    record.target = target(&kind, id, name);
}

fn teams(fields: &Fields<'_>, record: &mut Record) {
    if let Some(name) = fields.text(Field::TeamName) {
        let id = fields.text(Field::AadGroupId).map(|id| id.to_lowercase());
        record.target = target("team", id, Some(name));
    } else if let Some(thread) = fields.text(Field::ChatThreadId) {
        record.target = target("chat", Some(thread), None);
    } else {
        other(fields, record);
    }
}

fn other(fields: &Fields<'_>, record: &mut Record) {
    let Some(object) = fields.text(Field::ObjectId) else {
        return;
    };
    let is_message = object.starts_with('<') && object.ends_with('>');
    if is_message && record.message_id.as_ref().is_none_or(|id| *id == object) {
        record.message_id = Some(object.clone());
        record.target = target("message", Some(object), record.subject.clone());
    } else if let Some((kind, id)) = kind_and_id(&object) {
        record.target.kind = Some(kind_word(kind));
        record.target.id = Some(id);
    } else if field::is_guid(&object) {
        record.target.id = Some(object.to_lowercase());
    } else {
        let is_user = object.contains('@') && !object.contains('/');
        record.target.name = if is_user {
            field::account(&object)
        } else {
            Some(object)
        };
    }
}

/// A URL with its percent signs decoded; as it is where that gives no text.
fn decoded(url: &str) -> String {
    if !url.contains('%') {
        return url.to_owned();
    }
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| url.to_owned())
}
