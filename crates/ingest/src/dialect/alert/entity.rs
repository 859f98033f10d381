//! What an alert concerns: accounts, addresses, hosts, apps, messages.
//!
//! Takes Sentinel's and Defender's entities, where `$id` and `$ref` tie one to another, and puts them into
//! a record: every one as a parameter, the account and address that matter most into the columns.

use hourzero_model::{ActorKind, Record};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::dialect::field;
use crate::dialect::field::push_fact;

/// Entities nest in each other no deeper than this; what lies deeper is in the raw record.
const MAX_DEPTH: usize = 16;

/// An account that an alert names.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) upn: Option<String>,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    /// Whether the alert says that it was taken or attacked.
    pub(super) is_victim: bool,
}

/// Whose address it is, as the alert says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The attacker's.
    Attacker,
    /// Somebody else's, or the alert does not say.
    Other,
}

impl Role {
    /// The role of an entity whose list of roles names the attacker or does not.
    pub(super) fn of(entity: &Value, key: &str) -> Self {
        if has_role(entity, key, "attacker") {
            Self::Attacker
        } else {
            Self::Other
        }
    }
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Found {
    accounts: Vec<Account>,
    ips: Vec<(Role, String)>,
}

/// Reads a list of entities into the record. An entity that stands inside another is read where it
/// stands; the references to it say nothing new.
pub(super) fn read(record: &mut Record, entities: &Value) {
    let mut found = Found::default();
    walk(record, entities, &mut found, 0);
    settle(record, &found);
}

fn walk(record: &mut Record, value: &Value, found: &mut Found, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    if let Some(items) = value.as_array() {
        for item in items {
            walk(record, item, found, depth + 1);
        }
        return;
    }
    let Some(entries) = value.as_object() else {
        return;
    };
    if let Some(kind) = field::text(value, "Type") {
        one(record, value, &kind.to_ascii_lowercase(), found);
    }
    for (_, inner) in entries {
        if inner.is_object() || inner.is_array() {
            walk(record, inner, found, depth + 1);
        }
    }
}

/// Reads one entity by its type.
fn one(record: &mut Record, entity: &Value, kind: &str, found: &mut Found) {
    let text = |keys: &[&str]| field::first_text(entity, keys);
    match kind {
        "account" => found.account(record, account(entity)),
        "ip" => {
            let address = text(&["Address"]);
            found.ip(record, address.as_deref(), Role::of(entity, "Roles"));
        }
        "host" => unique(
            record,
            "EntityHost",
            text(&["FQDN", "HostName", "NetBiosName"]),
        ),
        "cloud-application" => {
            unique(
                record,
                "EntityApp",
                text(&["InstanceName", "Name", "AppId"]),
            );
        }
        "oauth-application" => unique(record, "EntityApp", text(&["OAuthAppId", "AppId", "Name"])),
        "url" => unique(record, "EntityUrl", text(&["Url"])),
        "mailbox" => {
            let address = text(&["MailboxPrimaryAddress", "Upn"]);
            unique(record, "EntityMailbox", address.map(|it| it.to_lowercase()));
        }
        "file" => unique(record, "EntityFile", text(&["Name"])),
        "mailmessage" => message(record, entity),
        "mailcluster" => {
            for id in field::list(entity, "NetworkMessageIds") {
                let id = field::scalar(&id).map(|id| id.to_lowercase());
                unique(record, "EntityMessage", id);
            }
        }
        "cloud-logon-request" => unique(record, "EntityRequest", text(&["RequestId"])),
        "cloud-logon-session" => {
            let session = text(&["SessionId"]);
            record.session_id = record.session_id.take().or_else(|| session.clone());
            record.user_agent = record.user_agent.take().or_else(|| text(&["UserAgent"]));
            unique(record, "EntitySession", session);
        }
        _ => {}
    }
}

/// A message, its id also in the record's own columns where it is the first.
fn message(record: &mut Record, entity: &Value) {
    let id = field::lower(entity, "NetworkMessageId");
    record.network_message_id = record.network_message_id.take().or_else(|| id.clone());
    record.message_id = record
        .message_id
        .take()
        .or_else(|| field::text(entity, "InternetMessageId"));
    record.subject = record
        .subject
        .take()
        .or_else(|| field::text(entity, "Subject"));
    unique(record, "EntityMessage", id);
    for (name, key) in [
        ("EntityRecipient", "Recipient"),
        ("EntitySender", "P2Sender"),
    ] {
        let address = field::text(entity, key).and_then(|address| field::account(&address));
        unique(record, name, address);
    }
}

/// An account under the most telling of the names that the entity has. `Name` may be a display name: it
/// makes a principal name only where it has no blank.
fn account(entity: &Value) -> Account {
    let text = |key: &str| field::text(entity, key);
    let joined = || {
        let suffix = text("UPNSuffix")?;
        let name = text("Name").filter(|name| !name.contains(char::is_whitespace));
        let name = name.or_else(|| text("AccountName"))?;
        Some(if name.contains('@') {
            name
        } else {
            format!("{name}@{suffix}")
        })
    };
    let whole = || text("Name").filter(|name| name.contains('@'));
    let upn = text("UserPrincipalName").or_else(whole).or_else(joined);
    let windows = || {
        let name = text("AccountName").or_else(|| text("Name"))?;
        let domain = text("NTDomain").or_else(|| text("DnsDomain"));
        Some(domain.map_or_else(|| name.clone(), |domain| format!("{domain}\\{name}")))
    };
    Account {
        upn: upn.as_deref().and_then(field::account),
        id: field::lower(entity, "AadUserId"),
        name: text("DisplayName").or_else(windows),
        is_victim: is_victim(entity, "Roles"),
    }
}

/// Whether an entity's list of roles says that it was taken or attacked.
pub(super) fn is_victim(entity: &Value, key: &str) -> bool {
    has_role(entity, key, "compromised") || has_role(entity, key, "attacked")
}

/// Whether an entity's list of roles has this one.
fn has_role(entity: &Value, key: &str, role: &str) -> bool {
    field::list(entity, key)
        .iter()
        .filter_map(field::scalar)
        .any(|held| held.eq_ignore_ascii_case(role))
}

impl Found {
    /// An account, as a parameter and as a candidate for the actor.
    pub(super) fn account(&mut self, record: &mut Record, account: Account) {
        let shown = account.upn.clone().or_else(|| account.name.clone());
        unique(
            record,
            "EntityAccount",
            shown.or_else(|| account.id.clone()),
        );
        unique(record, "EntityAccountId", account.id.clone());
        self.accounts.push(account);
    }

    /// An address, as a parameter and as a candidate for the record's own.
    pub(super) fn ip(&mut self, record: &mut Record, address: Option<&str>, role: Role) {
        let Some(address) = address.and_then(hourzero_model::canonical_ip) else {
            return;
        };
        let address = address.ip.to_string();
        unique(record, "EntityIp", Some(address.clone()));
        self.ips.push((role, address));
    }
}

/// Puts the account and the address that matter most into the record's columns: the victim, else the
/// first with a principal name, else the first; the attacker's address, else the first.
pub(super) fn settle(record: &mut Record, found: &Found) {
    let ip = found
        .ips
        .iter()
        .find(|(role, _)| *role == Role::Attacker)
        .or_else(|| found.ips.first());
    if record.ip.is_none() {
        field::set_address(record, ip.map(|(_, address)| address.as_str()));
    }
    let accounts = &found.accounts;
    let account = accounts
        .iter()
        .find(|account| account.is_victim && account.upn.is_some())
        .or_else(|| accounts.iter().find(|account| account.upn.is_some()))
        .or_else(|| accounts.first());
    if let (None, Some(account)) = (&record.actor.upn, account) {
        record.actor.upn.clone_from(&account.upn);
        record.actor.id.clone_from(&account.id);
        record.actor.name.clone_from(&account.name);
        record.actor.kind = ActorKind::User;
    }
}

/// Puts a value into the parameters unless it is there already.
pub(super) fn unique(record: &mut Record, name: &str, value: Option<String>) {
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return;
    };
    if !record.parameter(name).any(|known| known == value) {
        push_fact(record, name, Some(value));
    }
}
