//! What a record says was made: kind, name, id, whose.
//!
//! The unified audit log and the directory audits say the same act with the same facts in different places;
//! here both give the same thing.

use hourzero_model::Record;

use super::making::{Making, Read};
use crate::Event;

/// Something that was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Thing {
    pub(super) kind: &'static str,
    /// Its name for people.
    pub(super) target: String,
    /// Its id as logged.
    pub(super) object_id: String,
    /// Whose it is.
    pub(super) account: String,
    /// By what records of the same thing are known for such, in lower case.
    pub(super) key: String,
    /// The id is the one by which calls name it.
    pub(super) good_id: bool,
}

/// The things that an event made; none where it only looks like it (a rule deleted, auditing switched on).
pub(super) fn made(event: &Event, making: &Making) -> Vec<Thing> {
    let record = &event.record;
    let thing = |target: String, object_id: String, account: String| {
        let key = if target.is_empty() {
            &object_id
        } else {
            &target
        };
        Thing {
            kind: making.kind,
            key: key.to_lowercase(),
            target,
            object_id,
            account,
            good_id: true,
        }
    };
    let actor = || event.account().unwrap_or_default().to_owned();
    let name = record.target.name.clone().unwrap_or_default();
    let id = record.target.id.clone().unwrap_or_default();
    let found = match making.read {
        Read::Rule => rule(record).then(|| thing(name, id, mailbox(event))),
        Read::Mailbox => return of_mailbox(event, &thing),
        Read::Right => right(record).map(|user| thing(user, String::new(), mailbox(event))),
        Read::Target => Some(Thing {
            account: record.owner.clone().unwrap_or_default(),
            ..thing(fallback(name, record), id, String::new())
        }),
        Read::Consent => Some(consent(record, &thing, actor())),
        Read::Key => return keys(record, &thing),
        Read::AppRole => Some(app_role(record, &thing)),
        Read::Owner => Some(owner(record, &thing)),
        Read::Role => Some(role(record, &thing)),
        Read::Group => {
            let group = new_value(record, "Group.ObjectID")
                .or_else(|| fact(record, "Target.Id"))
                .unwrap_or(id);
            let shown = new_value(record, "Group.DisplayName").unwrap_or_default();
            let mut group = thing(shown, group, person(record));
            group.key = group.object_id.to_lowercase();
            Some(group)
        }
        Read::Method => method(event, &thing),
        Read::Device => Some(device(event, &thing)),
        Read::Policy => loosened(record).then(|| {
            let mut policy = thing(name, id.clone(), String::new());
            if !id.is_empty() {
                policy.key = id.to_lowercase();
            }
            policy
        }),
        Read::Unit => {
            let unit = fact(record, "Target.Id").unwrap_or(id);
            let shown = fact(record, "Target.Other")
                .or_else(|| fact(record, "Target.AdministrativeUnit"))
                .unwrap_or_default();
            let mut unit = thing(shown, unit, person(record));
            unit.key = unit.object_id.to_lowercase();
            Some(unit)
        }
        Read::Audit => switched_off(record).then(|| thing(name, id, String::new())),
        Read::Flow => {
            let shown = fact(record, "FlowConnectorNames").unwrap_or_default();
            let mut flow = thing(shown, id, actor());
            flow.key = flow.object_id.to_lowercase();
            Some(flow)
        }
        Read::Account => {
            let upn = if name.is_empty() { id.clone() } else { name };
            Some(thing(upn.clone(), id, upn))
        }
        Read::Domain => {
            let managed =
                new_value(record, "LiveType").is_some_and(|live| !live.contains("Federated"));
            (!managed).then(|| thing(fallback(name, record), id, String::new()))
        }
    };
    found.into_iter().collect()
}

/// A named fact that is not empty.
pub(super) fn fact(record: &Record, name: &str) -> Option<String> {
    record
        .parameter(name)
        .map(str::trim)
        .find(|value| !value.is_empty() && *value != "$null")
        .map(str::to_owned)
}

/// What a property became, where that is something.
pub(super) fn new_value(record: &Record, name: &str) -> Option<String> {
    record
        .changed
        .iter()
        .filter(|change| change.name.eq_ignore_ascii_case(name))
        .filter_map(|change| change.new.as_deref())
        .map(str::trim)
        .find(|value| !value.is_empty() && *value != "[]")
        .map(str::to_owned)
}

fn fallback(name: String, record: &Record) -> String {
    if !name.is_empty() {
        return name;
    }
    fact(record, "Name")
        .or_else(|| record.object_path.clone())
        .unwrap_or_default()
}

/// Whose mailbox.
pub(super) fn mailbox(event: &Event) -> String {
    let record = &event.record;
    let named = record
        .target
        .name
        .as_deref()
        .filter(|name| name.contains('@'));
    let kind = record.target.kind.as_deref();
    record
        .owner
        .clone()
        .or_else(|| {
            named
                .filter(|_| kind == Some("mailbox"))
                .map(str::to_lowercase)
        })
        .unwrap_or_else(|| event.account().unwrap_or_default().to_owned())
}

/// The person among the targets of a directory record.
pub(super) fn person(record: &Record) -> String {
    let target = record.target.name.clone().filter(|name| name.contains('@'));
    target
        .or_else(|| fact(record, "Target.User"))
        .or_else(|| fact(record, "ObjectId").filter(|name| name.contains('@')))
        .or_else(|| record.target.name.clone())
        .or_else(|| record.target.id.clone())
        .map(|name| name.to_lowercase())
        .unwrap_or_default()
}

/// Whether the record makes or changes a rule, as opposed to taking it away.
fn rule(record: &Record) -> bool {
    !fact(record, "RuleOperation").is_some_and(|operation| takes_away(&operation))
}

/// `DeleteMailboxRule`, `RemoveMailboxRule`, `Clear…`.
pub(super) fn takes_away(operation: &str) -> bool {
    ["Delete", "Remove", "Clear", "Disable"]
        .iter()
        .any(|word| operation.contains(word))
}

type Maker<'m> = &'m dyn Fn(String, String, String) -> Thing;

/// `Set-Mailbox` can forward, give a right to send on behalf, and switch auditing off.
fn of_mailbox(event: &Event, thing: Maker<'_>) -> Vec<Thing> {
    let record = &event.record;
    let of = mailbox(event);
    let mut found = Vec::new();
    let forwards = ["ForwardingSmtpAddress", "ForwardingAddress"];
    let address = forwards.iter().find_map(|name| fact(record, name));
    if let Some(address) = address {
        let address = address
            .strip_prefix("smtp:")
            .or_else(|| address.strip_prefix("SMTP:"))
            .unwrap_or(&address)
            .to_owned();
        found.push(thing(address, String::new(), of.clone()));
    }
    if let Some(user) = fact(record, "GrantSendOnBehalfTo") {
        found.push(Thing {
            kind: "delegate",
            ..thing(user, String::new(), of.clone())
        });
    }
    let unaudited =
        fact(record, "AuditEnabled").is_some_and(|value| value.eq_ignore_ascii_case("false"));
    if unaudited {
        found.push(Thing {
            kind: "audit",
            ..thing(of, String::new(), String::new())
        });
    }
    found
}

/// Who gets a right; nobody where the right is taken away by setting it to nothing.
pub(super) fn right(record: &Record) -> Option<String> {
    let nothing =
        fact(record, "AccessRights").is_some_and(|rights| rights.eq_ignore_ascii_case("none"));
    if nothing {
        return None;
    }
    [
        "User",
        "Trustee",
        "Item.ParentFolder.MemberUpn",
        "MemberUpn",
        "Delegate",
    ]
    .iter()
    .find_map(|name| fact(record, name))
    .map(|user| user.to_lowercase())
}

/// The service principal that was consented to: the grant's own record names the resource as its target.
fn consent(record: &Record, thing: Maker<'_>, actor: String) -> Thing {
    let client = new_value(record, "ServicePrincipal.ObjectID")
        .or_else(|| fact(record, "ServicePrincipal.ObjectID"));
    let own = client.is_none();
    let name = new_value(record, "ServicePrincipal.DisplayName")
        .or_else(|| record.target.name.clone().filter(|_| own))
        .unwrap_or_default();
    let id = client
        .or_else(|| record.target.id.clone())
        .unwrap_or_default();
    let mut grant = thing(name, id, actor);
    if !grant.object_id.is_empty() {
        grant.key = grant.object_id.to_lowercase();
    }
    grant
}

/// Ids of keys in a `KeyDescription`.
pub(super) fn key_ids(text: &str) -> Vec<String> {
    text.split("KeyIdentifier=")
        .skip(1)
        .filter_map(|rest| rest.split([',', ']']).next())
        .map(|id| id.trim().to_lowercase())
        .filter(|id| !id.is_empty())
        .collect()
}

/// Keys that an application has before and after.
pub(super) fn key_change(record: &Record) -> Option<(Vec<String>, Vec<String>)> {
    let change = record
        .changed
        .iter()
        .find(|change| change.name.eq_ignore_ascii_case("KeyDescription"))?;
    let ids = |text: &Option<String>| text.as_deref().map(key_ids).unwrap_or_default();
    Some((ids(&change.old), ids(&change.new)))
}

/// Keys that a record gave an application; nothing where it does not tell of keys.
pub(crate) fn added_keys(record: &Record) -> Option<impl Iterator<Item = String>> {
    let (old, new) = key_change(record)?;
    Some(new.into_iter().filter(move |id| !old.contains(id)))
}

fn keys(record: &Record, thing: Maker<'_>) -> Vec<Thing> {
    let name = record.target.name.clone().unwrap_or_default();
    match added_keys(record) {
        Some(added) => added
            .map(|id| Thing {
                key: id.clone(),
                ..thing(name.clone(), id, String::new())
            })
            .collect(),
        None => vec![thing(
            name,
            record.target.id.clone().unwrap_or_default(),
            String::new(),
        )],
    }
}

fn app_role(record: &Record, thing: Maker<'_>) -> Thing {
    let client = new_value(record, "ServicePrincipal.ObjectID")
        .or_else(|| record.target.id.clone())
        .unwrap_or_default();
    let name = new_value(record, "ServicePrincipal.DisplayName").unwrap_or_default();
    let role = new_value(record, "AppRole.Value").unwrap_or_default();
    let mut given = thing(name, client, String::new());
    given.key = format!("{} {role}", given.object_id).to_lowercase();
    given
}

fn owner(record: &Record, thing: Maker<'_>) -> Thing {
    let prefixes = ["Application", "ServicePrincipal"];
    let of = |what: &str| {
        prefixes
            .iter()
            .find_map(|prefix| new_value(record, &format!("{prefix}.{what}")))
    };
    let name = of("DisplayName")
        .or_else(|| fact(record, "Target.Application"))
        .unwrap_or_default();
    let id = of("ObjectID")
        .or_else(|| fact(record, "Target.Id"))
        .or_else(|| record.target.id.clone())
        .unwrap_or_default();
    let mut owned = thing(name, id, person(record));
    owned.key = owned.object_id.to_lowercase();
    owned
}

fn role(record: &Record, thing: Maker<'_>) -> Thing {
    let name = new_value(record, "Role.DisplayName")
        .or_else(|| fact(record, "Role.DisplayName"))
        .unwrap_or_default();
    let id = new_value(record, "Role.ObjectID").unwrap_or_default();
    let template = ["Role.TemplateId", "TemplateId", "RoleDefinitionOriginId"]
        .iter()
        .find_map(|name| new_value(record, name).or_else(|| fact(record, name)));
    let mut given = thing(name, id, person(record));
    if let Some(template) = template {
        given.key = template.to_lowercase();
        if given.object_id.is_empty() {
            given.object_id = template;
            given.good_id = false;
        }
    }
    given
}

/// A method by the reason that the log gives, else by the property that tells of it.
fn method(event: &Event, thing: Maker<'_>) -> Option<Thing> {
    let record = &event.record;
    let of = if record.target.name.is_some() || record.target.id.is_some() {
        person(record)
    } else {
        event.account().unwrap_or_default().to_owned()
    };
    if record.operation == "Update user" {
        let (property, value) = [
            "SearchableDeviceKey",
            "StrongAuthenticationPhoneAppDetail",
            "StrongAuthenticationMethod",
            "StrongAuthenticationUserDetails",
        ]
        .iter()
        .find_map(|name| Some((*name, new_value(record, name)?)))?;
        let label = match property {
            "SearchableDeviceKey" if value.contains("FIDO") => "FIDO2 security key",
            "SearchableDeviceKey" => "Windows Hello for Business",
            "StrongAuthenticationUserDetails" => "telephone",
            _ => "Authenticator App",
        };
        return Some(thing(label.to_owned(), String::new(), of));
    }
    let reason = record
        .result_reason
        .clone()
        .or_else(|| fact(record, "ResultReason"));
    let label = reason
        .as_deref()
        .map_or(record.operation.as_str(), |reason| {
            let reason = reason.trim().trim_end_matches('.');
            reason
                .strip_prefix("User registered ")
                .or_else(|| reason.strip_prefix("Admin registered "))
                .unwrap_or(reason)
        });
    let label = label.strip_suffix(" for user").unwrap_or(label);
    let label = label.strip_prefix("Add ").unwrap_or(label);
    Some(thing(label.to_owned(), String::new(), of))
}

/// A device by its name: its registration, its object and its owner are told by four records, of which one has
/// the id that sign-ins name.
fn device(event: &Event, thing: Maker<'_>) -> Thing {
    let record = &event.record;
    let named = record
        .target
        .name
        .clone()
        .filter(|name| !name.contains('@'));
    let name = new_value(record, "Device.DisplayName")
        .or_else(|| fact(record, "Target.Device").filter(|name| name.len() != 36))
        .or(named)
        .unwrap_or_default();
    let logged = ["DeviceId", "Device Id"]
        .iter()
        .find_map(|name| fact(record, name));
    let good_id = logged.is_some();
    let id = logged
        .or_else(|| new_value(record, "Device.ObjectID"))
        .or_else(|| record.target.id.clone())
        .unwrap_or_default();
    let owner = record
        .target
        .name
        .as_deref()
        .filter(|name| name.contains('@'))
        .map(str::to_lowercase);
    let account = owner
        .or_else(|| record.actor.upn.clone())
        .unwrap_or_default();
    Thing {
        good_id,
        ..thing(name, id, account)
    }
}

/// Whether a policy is not what it was.
fn loosened(record: &Record) -> bool {
    record.operation.starts_with("Delete")
        || record.operation.starts_with("Add")
        || record
            .changed
            .iter()
            .filter(|change| !change.name.starts_with("Included Updated"))
            .any(|change| change.old != change.new)
}

/// Whether a switch of auditing was turned off.
pub(super) fn switched_off(record: &Record) -> bool {
    [
        ("AuditBypassEnabled", "true"),
        ("AuditDisabled", "true"),
        ("UnifiedAuditLogIngestionEnabled", "false"),
    ]
    .iter()
    .any(|(name, off)| fact(record, name).is_some_and(|value| value.eq_ignore_ascii_case(off)))
}
