//! What the directory writes about a change: the one description from which the directory audit of Graph
//! and the unified audit log (record type 8) both write.
//!
//! Sources: `facts/attack-traces.md` §2 (services and names), `facts/schemas.md` §2.3 and §3.2 (properties),
//! Microsoft's reference of audit activities, and the shapes of real rows.

mod accounts;
mod apps;
mod names;
mod objects;

pub(crate) use names::{principal_of, service_app_id};

use crate::happening::{
    DirectoryAct, DirectoryChange, Happening, Initiator, PropertyChange, TargetKind, TargetObject,
};
use crate::id::{AccountNo, AppNo, Guid};
use crate::json;
use crate::random::Stream;
use crate::world::World;

/// Whom a record names as the one who began the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum By {
    /// An account of the directory.
    User(AccountNo),
    /// An application of the tenant.
    App(AppNo),
    /// A service of Microsoft's by its name; [`service_app_id`] and [`principal_of`] know its ids.
    Service(&'static str),
    /// A user name that is no account of the directory, such as the service of self-service password reset.
    Named(&'static str),
}

/// What stands where the initiator's address belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The address from which the request came.
    Client,
    /// An address of Microsoft's service that passed the request on.
    Service,
    /// An empty text.
    Empty,
    /// Null.
    Null,
}

/// One change as the logs record it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recorded {
    /// Activity, service, objects, properties. The first target carries the properties, the others none.
    pub(crate) change: DirectoryChange,
    /// Who began it.
    pub(crate) by: By,
    /// `correlationId` of the directory audit, `InterSystemsId` of the unified audit log.
    pub(crate) correlation: Guid,
    /// `resultReason` of what succeeded; empty where nothing is said. A failure's reason is in the change.
    pub(crate) reason: String,
    /// What stands as the initiator's address.
    pub(crate) shown: Shown,
    /// Microseconds after the happening.
    pub(crate) after: i64,
    /// The account that the first target is, if it is one.
    pub(crate) subject: Option<AccountNo>,
}

impl Recorded {
    /// The operation of the unified audit log: the activity with a dot, but for names that end with a blank.
    pub(crate) fn unified_operation(&self) -> String {
        let activity = &self.change.activity;
        if activity.ends_with([' ', '.']) {
            activity.clone()
        } else {
            format!("{activity}.")
        }
    }

    /// Whether it succeeded.
    pub(crate) fn succeeded(&self) -> bool {
        self.change.failure.is_none()
    }
}

/// A property's value as the unified audit log writes it: single texts without their quotes, lists and objects
/// over several lines that end with `\r\n`, nothing as an empty text.
pub(crate) fn unified_value(value: &str) -> String {
    if let Some(text) = value
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    {
        return unescaped(text);
    }
    if !value.starts_with(['[', '{']) || value == "[]" || value == "{}" {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push_str("\r\n");
        out.extend(std::iter::repeat_n(' ', 2 * depth));
    };
    let mut signs = value.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            _ if quoted => {
                out.push(sign);
                quoted = escaped || sign != '"';
                escaped = sign == '\\' && !escaped;
            }
            '"' => {
                quoted = true;
                out.push(sign);
            }
            '[' | '{' => {
                out.push(sign);
                if signs.peek().is_some_and(|next| matches!(next, ']' | '}')) {
                    out.extend(signs.next());
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(sign);
            }
            ',' => {
                out.push(sign);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            sign if sign.is_ascii_whitespace() => {}
            sign => out.push(sign),
        }
    }
    out
}

/// The text inside quotes of JSON that we wrote ourselves.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        match (sign, sign == '\\') {
            (_, true) => match signs.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            (sign, false) => out.push(sign),
        }
    }
    out
}

/// Everything that the directory records of an act, in the order of time.
pub(crate) fn expand(
    world: &World,
    happening: &Happening,
    act: &DirectoryAct,
    stream: &mut Stream,
) -> Vec<Recorded> {
    let mut writing = Expansion {
        world,
        happening,
        stream,
        records: Vec::new(),
    };
    match act {
        DirectoryAct::Consented { .. }
        | DirectoryAct::AppRegistered(_)
        | DirectoryAct::CredentialAdded { .. }
        | DirectoryAct::AppOwnerAdded { .. }
        | DirectoryAct::AppRoleGiven { .. }
        | DirectoryAct::AppEnabled { .. }
        | DirectoryAct::AppDeleted(_)
        | DirectoryAct::GrantRemoved(_) => apps::expand(&mut writing, act),
        DirectoryAct::UserMade(_)
        | DirectoryAct::UserChanged { .. }
        | DirectoryAct::UserEnabled { .. }
        | DirectoryAct::UserDeleted(_)
        | DirectoryAct::Guest { .. }
        | DirectoryAct::PasswordReset { .. }
        | DirectoryAct::SessionsRevoked(_)
        | DirectoryAct::MethodChanged { .. } => accounts::expand(&mut writing, act),
        DirectoryAct::Role {
            role,
            account,
            given,
            by_pim,
        } => objects::role(&mut writing, role, *account, *given, *by_pim),
        DirectoryAct::Membership {
            group,
            account,
            added,
        } => objects::membership(&mut writing, *group, *account, *added),
        DirectoryAct::GroupOwnerAdded { group, account } => {
            objects::group_owner_added(&mut writing, *group, *account);
        }
        DirectoryAct::GroupMade(group) => objects::group_made(&mut writing, *group),
        DirectoryAct::DeviceRegistered { device, account } => {
            objects::device_registered(&mut writing, *device, *account);
        }
        DirectoryAct::DeviceEnabled { device, enabled } => {
            objects::device_enabled(&mut writing, *device, *enabled);
        }
        DirectoryAct::Policy {
            kind,
            operation,
            id,
            name,
            old,
            new,
        } => {
            let policy = objects::PolicyChange {
                kind: *kind,
                operation,
                id: *id,
                name,
                old,
                new,
            };
            objects::policy_changed(&mut writing, &policy);
        }
        DirectoryAct::Federation {
            domain,
            federated,
            issuer,
        } => objects::federation(&mut writing, domain, *federated, issuer),
        DirectoryAct::Other { change, by } => {
            let by = writing.initiator(*by);
            let record = writing.record(change.clone(), by);
            writing.records.push(record);
        }
    }
    writing.records
}

/// An act that is being spelt out.
struct Expansion<'w, 's> {
    world: &'w World,
    happening: &'w Happening,
    stream: &'s mut Stream,
    records: Vec<Recorded>,
}

impl Expansion<'_, '_> {
    /// The one in whose name the happening is done.
    fn doer(&self) -> By {
        match (self.happening.account, self.happening.app) {
            (Some(account), _) => By::User(account),
            (None, Some(app)) => By::App(app),
            (None, None) => By::Service("Microsoft Substrate Management"),
        }
    }

    fn initiator(&self, by: Initiator) -> By {
        match by {
            Initiator::User => self.doer(),
            Initiator::App(app) => By::App(app),
            Initiator::Service(name) => By::Service(name),
        }
    }

    /// The account of directory synchronisation, or the doer where there is none.
    fn synchroniser(&self) -> By {
        self.world
            .numbered_accounts()
            .find(|(_, account)| account.kind == crate::world::AccountKind::Sync)
            .map_or_else(|| self.doer(), |(number, _)| By::User(number))
    }

    /// The user agent of the request, as `additionalDetails` have it.
    fn user_agent(&self) -> Vec<(&'static str, String)> {
        self.happening
            .access
            .as_ref()
            .filter(|access| !access.client.user_agent.is_empty())
            .map(|access| ("User-Agent", access.client.user_agent.clone()))
            .into_iter()
            .collect()
    }

    /// A change as recorded, a little after the record before it, with a correlation of its own.
    fn record(&mut self, change: DirectoryChange, by: By) -> Recorded {
        let before = self.records.last().map_or(0, |record| record.after);
        let after = before + self.stream.between(1_000, 260_000);
        let shown = match (&by, change.service) {
            (By::User(_), "PIM" | "Terms Of Use") => Shown::Null,
            (By::User(_), "Core Directory") => {
                if self.happening.access.is_some() && self.stream.chance(620) {
                    Shown::Client
                } else {
                    Shown::Empty
                }
            }
            (By::User(_), _) => Shown::Client,
            _ => Shown::Empty,
        };
        Recorded {
            change,
            by,
            correlation: self.stream.guid(),
            reason: String::new(),
            shown,
            after,
            subject: None,
        }
    }

    /// Adds a change whose first target is this account, or none.
    fn add(&mut self, draft: Draft, by: By) {
        let mut record = self.record(draft.change, by);
        record.reason = draft.reason;
        record.subject = draft.subject;
        record.shown = draft.shown.unwrap_or(record.shown);
        self.records.push(record);
    }

    /// Adds a change that belongs together with the one before it.
    fn add_together(&mut self, draft: Draft, by: By) {
        let correlation = self.records.last().map(|record| record.correlation);
        self.add(draft, by);
        if let (Some(correlation), Some(record)) = (correlation, self.records.last_mut()) {
            record.correlation = correlation;
        }
    }

    /// An account as an object of a change. Core Directory leaves its name out, other services give it.
    fn user(&self, number: AccountNo, named: bool) -> TargetObject {
        let account = self.world.account(number);
        TargetObject {
            kind: TargetKind::User,
            id: account.id.to_string(),
            name: if named {
                account.display_name.clone()
            } else {
                String::new()
            },
            upn: Some(account.upn.clone()),
        }
    }

    /// The time of the happening, whole seconds, as properties have it.
    fn time(&self) -> String {
        let text = self.happening.at.to_string();
        format!("{}Z", text.get(..19).unwrap_or(&text))
    }
}

/// A change that is being described.
struct Draft {
    change: DirectoryChange,
    reason: String,
    subject: Option<AccountNo>,
    shown: Option<Shown>,
    updated: Vec<String>,
}

impl Draft {
    fn new(
        activity: &str,
        service: &'static str,
        category: &'static str,
        operation: &'static str,
    ) -> Self {
        Self {
            change: DirectoryChange {
                activity: activity.to_owned(),
                service,
                category,
                operation,
                targets: Vec::new(),
                changes: Vec::new(),
                details: Vec::new(),
                failure: None,
                in_audit_log: service == "Core Directory",
            },
            reason: String::new(),
            subject: None,
            shown: None,
            updated: Vec::new(),
        }
    }

    fn core(activity: &str, category: &'static str, operation: &'static str) -> Self {
        Self::new(activity, "Core Directory", category, operation)
    }

    fn target(mut self, target: TargetObject) -> Self {
        self.change.targets.push(target);
        self
    }

    fn about(mut self, account: AccountNo) -> Self {
        self.subject = Some(account);
        self
    }

    fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    fn shown(mut self, shown: Shown) -> Self {
        self.shown = Some(shown);
        self
    }

    fn details(mut self, details: Vec<(&'static str, String)>) -> Self {
        self.change.details.extend(details);
        self
    }

    fn detail(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.change.details.push((key, value.into()));
        self
    }

    /// A property of the object with its JSON before and after.
    fn updated(mut self, name: &str, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.updated.push(name.to_owned());
        self.property(name, old, new)
    }

    /// A property that names another object; an empty text is null.
    fn property(mut self, name: &str, old: impl Into<String>, new: impl Into<String>) -> Self {
        self.change.changes.push(PropertyChange {
            name: name.to_owned(),
            old: old.into(),
            new: new.into(),
        });
        self
    }

    /// A property of the new object.
    fn context(self, name: &str, value: &str) -> Self {
        self.property(name, "", json::quoted(value))
    }

    /// The list of the properties that were updated, which closes them.
    fn listed(mut self) -> Self {
        let names = std::mem::take(&mut self.updated).join(", ");
        self.context("Included Updated Properties", &names)
    }
}

/// A list of one text.
fn one(text: &str) -> String {
    format!("[{}]", json::quoted(text))
}

/// A list of true or false.
fn flag(value: bool) -> String {
    format!("[{value}]")
}

/// An object other than a user.
fn target(kind: TargetKind, id: impl std::fmt::Display, name: &str) -> TargetObject {
    TargetObject {
        kind,
        id: id.to_string(),
        name: name.to_owned(),
        upn: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_form_of_each_log() {
        for (directory, unified) in [
            ("", ""),
            ("\"Global Administrator\"", "Global Administrator"),
            (r#""a \"b\" \\c""#, r#"a "b" \c"#),
            ("[true]", "[\r\n  true\r\n]"),
            ("[]", "[]"),
            (
                r#"[{"RelyingParty":"*","State":1}]"#,
                "[\r\n  {\r\n    \"RelyingParty\": \"*\",\r\n    \"State\": 1\r\n  }\r\n]",
            ),
            (
                r#"["a, [b]: \"c\"","d"]"#,
                "[\r\n  \"a, [b]: \\\"c\\\"\",\r\n  \"d\"\r\n]",
            ),
            (
                r#"{"a":[],"b":{}}"#,
                "{\r\n  \"a\": [],\r\n  \"b\": {}\r\n}",
            ),
        ] {
            assert_eq!(unified_value(directory), unified);
        }
    }
}
