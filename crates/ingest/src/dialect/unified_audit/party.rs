//! Who did it and to whom: names, object ids and kinds out of the many ways in which they are written.
//!
//! Takes the `Actor` and `Target` lists of Entra and the `UserId`, `UserKey` and `UserType` of every
//! workload. It must never treat a PUID or a security identifier as an object id.

use hourzero_model::{Actor, ActorKind};
use sonic_rs::Value;

use super::fields::{Fields, each};
use super::names::Field;
use crate::dialect::{field, slot};

/// One side of an act in Entra's `[{ID, Type}]` lists.
#[derive(Debug, Default)]
pub(super) struct Party {
    /// `User`, `ServicePrincipal`, `Group` … as logged.
    pub(super) kind: Option<String>,
    /// Object id, lower-case.
    pub(super) id: Option<String>,
    /// User principal name, lower-case.
    pub(super) upn: Option<String>,
    /// Display name.
    pub(super) name: Option<String>,
    /// Application id of a service principal, lower-case.
    pub(super) app_id: Option<String>,
}

/// Reads an `Actor` or `Target` list. Type 0 is a claim, 1 a name, 2 an object id, a kind or both
/// (`User_<guid>`), 3 a PUID, 4 a service principal's name, 5 a UPN.
pub(super) fn party(list: &Value) -> Party {
    let mut party = Party::default();
    let mut bare: Vec<String> = Vec::new();
    each(list, |entry| {
        let Some(text) = slot::member(entry, "ID") else {
            return;
        };
        let kind = slot::member_value(entry, "Type").and_then(slot::text_of);
        match kind.as_deref().unwrap_or("2") {
            "1" => {
                party.name.get_or_insert(text);
            }
            "5" => party.upn = party.upn.take().or_else(|| field::account(&text)),
            "0" | "2" => other(&mut party, &mut bare, &text),
            "4" => {
                let first = text.split(';').next().unwrap_or_default().trim();
                if field::is_guid(first) {
                    party.app_id.get_or_insert(first.to_lowercase());
                }
            }
            _ => {}
        }
    });
    if party.id.is_none() {
        party.id = bare.first().cloned();
    }
    let is_application = matches!(
        party.kind.as_deref(),
        Some("ServicePrincipal" | "Application")
    );
    if is_application && party.app_id.is_none() {
        party.app_id = bare.into_iter().find(|id| Some(id) != party.id.as_ref());
    }
    party
}

fn other(party: &mut Party, bare: &mut Vec<String>, text: &str) {
    if field::is_guid(text) {
        bare.push(text.to_lowercase());
    } else if let Some((kind, id)) = kind_and_id(text) {
        party.kind = Some(kind.to_owned());
        party.id = Some(id);
    } else if text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        party.kind.get_or_insert(text.to_owned());
    }
}

/// Takes `Application_<guid>` apart.
pub(super) fn kind_and_id(text: &str) -> Option<(&str, String)> {
    let (kind, id) = text.trim().split_once('_')?;
    field::is_guid(id).then(|| (kind, id.to_lowercase()))
}

/// A kind as Entra writes it in lower case with hyphens: `ServicePrincipal` → `service-principal`.
pub(super) fn kind_word(kind: &str) -> String {
    if kind.eq_ignore_ascii_case("application") {
        return "app".to_owned();
    }
    let mut word = String::with_capacity(kind.len() + 2);
    for c in kind.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

/// The actor of a record, and the application that acted when Entra's list names one.
pub(super) fn actor(fields: &Fields<'_>, user_id: Option<&str>) -> (Actor, Option<String>) {
    let mut actor = Actor::default();
    let mut app_id = None;
    let user_type = fields.text(Field::UserType);
    let by_type = user_type
        .as_deref()
        .map_or(ActorKind::Unknown, kind_of_type);
    let by_name = user_id.and_then(|name| set_name(&mut actor, name));
    if let Some(list) = fields.entered(Field::Actor) {
        let party = party(&list);
        actor.id = party.id.or(actor.id);
        actor.upn = actor.upn.or(party.upn);
        actor.name = actor.name.or(party.name);
        app_id = party.app_id;
    }
    actor.kind = by_name.unwrap_or(by_type);
    if actor.id.is_none() {
        actor.id = token_owner(fields).or_else(|| owner_of_key(fields, actor.kind));
    }
    (actor, app_id)
}

/// Names that say what they are, whatever the user type.
fn set_name(actor: &mut Actor, name: &str) -> Option<ActorKind> {
    let lower = name.trim().to_lowercase();
    if let Some((kind, id)) = kind_and_id(name) {
        actor.id = Some(id);
        return kind
            .eq_ignore_ascii_case("ServicePrincipal")
            .then_some(ActorKind::App);
    }
    if field::is_guid(&lower) {
        actor.id = Some(lower);
        return None;
    }
    if let Some(guest) = lower.strip_prefix("urn:spo:guest#") {
        actor.upn = field::account(guest);
        return Some(ActorKind::Guest);
    }
    let without_account = match lower.as_str() {
        "app@sharepoint" => Some(ActorKind::App),
        "anonymous" => Some(ActorKind::Anonymous),
        "system" | "sharepoint\\system" | "s-1-5-18" | "s-1-0-0" => Some(ActorKind::System),
        "securitycompliancealerts" | "certificate" | "dlpagent" => Some(ActorKind::Service),
        _ if lower.starts_with("urn:spo:anon#") => Some(ActorKind::Anonymous),
        _ if lower.starts_with("nt authority") || lower.starts_with("nt service") => {
            Some(ActorKind::System)
        }
        _ if lower.starts_with("microsoft\\") => Some(ActorKind::Service),
        _ if lower.starts_with("s-1-5-") => Some(ActorKind::Unknown),
        _ => None,
    };
    if without_account.is_some() {
        actor.name = Some(name.trim().to_owned());
        return without_account.filter(|kind| *kind != ActorKind::Unknown);
    }
    let account = field::account(name)?;
    let is_address = account.contains('@');
    let kind = if account.contains("#ext#") {
        Some(ActorKind::Guest)
    } else if account.starts_with("sync_")
        || account == "fim_password_service@support.onmicrosoft.com"
    {
        Some(ActorKind::Service)
    } else {
        None
    };
    // `Microsoft Teams Sync`, `Device Registration Service`: a display name, no account.
    if !is_address && account.contains(' ') {
        actor.name = Some(name.trim().to_owned());
    } else {
        actor.upn = Some(account);
    }
    kind
}

/// The user types of the Management Activity API, by number and by the names that other exports write.
fn kind_of_type(user_type: &str) -> ActorKind {
    let number = user_type.strip_suffix(".0").unwrap_or(user_type);
    match number.to_ascii_lowercase().as_str() {
        "0" | "regular" => ActorKind::User,
        "2" | "admin" => ActorKind::Admin,
        "3" | "dcadmin" | "4" | "system" => ActorKind::System,
        "5" | "application" | "6" | "serviceprincipal" => ActorKind::App,
        "7" | "custompolicy" | "8" | "systempolicy" => ActorKind::Service,
        "9" | "partnertechnician" => ActorKind::Partner,
        "10" | "guest" => ActorKind::Guest,
        _ => ActorKind::Unknown,
    }
}

fn token_owner(fields: &Fields<'_>) -> Option<String> {
    fields
        .text(Field::TokenObjectId)
        .filter(|id| field::is_guid(id))
        .and_then(|id| slot::real_id(&id))
}

/// `UserKey` is an object id in sign-ins and Teams, but of an app's act in Exchange the app's id.
fn owner_of_key(fields: &Fields<'_>, kind: ActorKind) -> Option<String> {
    let key = fields
        .str(Field::UserKey)
        .filter(|key| field::is_guid(key))?;
    let names_an_app = [Field::ClientAppId, Field::AppId].into_iter().any(|app| {
        fields
            .str(app)
            .is_some_and(|id| id.eq_ignore_ascii_case(key))
    });
    if kind == ActorKind::App && fields.value(Field::MailboxOwnerUpn).is_some() || names_an_app {
        return None;
    }
    slot::real_id(key)
}
