//! What a record adds to a finding: small named values, taken from columns, facts and changes.
//!
//! Takes one record and gives slots with their values. The details are those that `contract.md` names;
//! they follow from what the record holds, never from the rule, so that a user's rule gives the same.

use hourzero_model::{ActorKind, Log, Outcome, Record};

use super::{app, mail};
use crate::knowledge::Knowledge;

/// Where a value belongs in a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Slot {
    /// An account of the tenant.
    Account,
    /// An address.
    Ip,
    /// An application id, else its name.
    App,
    /// A session id.
    Session,
    /// What was acted on.
    Target,
    /// A detail.
    Detail(&'static str),
    /// A named part of a detail.
    Part(&'static str, String),
    /// A detail that a rule names.
    Own(String),
}

/// Collects the slots of one record, each value once.
#[derive(Debug, Default)]
pub(crate) struct Slots(pub(crate) Vec<(Slot, String)>);

impl Slots {
    /// Adds a value that is not empty.
    pub(crate) fn add(&mut self, slot: Slot, value: impl AsRef<str>) {
        let value = value.as_ref().trim();
        if !value.is_empty()
            && !self
                .0
                .iter()
                .any(|(known, held)| *known == slot && held == value)
        {
            self.0.push((slot, value.to_owned()));
        }
    }

    /// Adds a detail where there is one.
    pub(crate) fn detail(&mut self, key: &'static str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.add(Slot::Detail(key), value);
        }
    }

    /// Adds an account: a user principal name or mail address.
    pub(crate) fn account(&mut self, name: Option<&str>) {
        if let Some(name) = name.filter(|name| is_account(name)) {
            self.add(Slot::Account, name.to_lowercase());
        }
    }
}

/// Whether a text names an account.
pub(crate) fn is_account(name: &str) -> bool {
    let mut parts = name.trim().split('@');
    let (user, domain) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    !user.is_empty()
        && domain.contains('.')
        && parts.next().is_none()
        && !name.contains(|c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | ';' | ',' | '/' | '\\')
        })
}

/// Whether an actor is a person or may be one.
fn is_person(kind: ActorKind) -> bool {
    !matches!(
        kind,
        ActorKind::App | ActorKind::Service | ActorKind::System | ActorKind::Anonymous
    )
}

/// Whether the sender of a mail log's record is somebody outside.
fn is_inbound(record: &Record) -> bool {
    record
        .parameter("EmailDirection")
        .any(|word| word.eq_ignore_ascii_case("Inbound"))
        || record
            .parameter("Directionality")
            .any(|word| word.eq_ignore_ascii_case("Inbound"))
        || matches!(record.log, Log::Mail)
}

/// The slots of a record.
pub(crate) fn of(record: &Record, knowledge: &Knowledge) -> Slots {
    let mut slots = Slots::default();
    accounts(record, &mut slots);
    if let Some(ip) = record.ip {
        slots.add(Slot::Ip, ip.to_string());
    }
    if let Some(app) = record.app_id.as_ref().or(record.app_name.as_ref()) {
        slots.add(Slot::App, app);
    }
    if let Some(session) = &record.session_id {
        slots.add(Slot::Session, session);
    }
    if let Some(target) = record.target.name.as_ref().or(record.target.id.as_ref()) {
        slots.add(Slot::Target, target);
    } else if let Some(path) = &record.object_path {
        slots.add(Slot::Target, path);
    }
    slots.detail("operations", Some(&record.operation));
    slots.detail("user_agent", record.user_agent.as_ref());
    slots.detail(
        "auth_protocol",
        record.auth_protocol.as_ref().filter(|word| *word != "none"),
    );
    slots.detail("subject", record.subject.as_ref());
    slots.detail("internet_message_id", record.message_id.as_ref());
    slots.detail("network_message_id", record.network_message_id.as_ref());
    let failed = matches!(record.result, Outcome::Failure | Outcome::Interrupted);
    let code = record
        .result_code
        .as_ref()
        .filter(|code| failed && code.chars().all(|c| c.is_ascii_digit()));
    slots.detail("error_codes", code);
    mail::add(record, &mut slots);
    app::add(record, knowledge, &mut slots);
    slots
}

fn accounts(record: &Record, slots: &mut Slots) {
    let is_mail = matches!(
        record.log,
        Log::MessageTrace | Log::EmailHunting | Log::Mail
    );
    let sender_is_outside = is_mail && is_inbound(record);
    if is_person(record.actor.kind) && !sender_is_outside {
        slots.account(record.actor.upn.as_deref());
    }
    slots.account(record.owner.as_deref());
    if matches!(record.target.kind.as_deref(), Some("user" | "mailbox")) {
        slots.account(record.target.name.as_deref());
    }
    // A role or group record may name the user beside the role.
    let beside = record
        .parameters
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("Target.User"));
    beside.for_each(|(_, name)| slots.account(Some(name)));
}
