//! What the directory writes about a change: the one description from which the directory audit of Graph
//! and the unified audit log (record type 8) both write.
//!
//! Sources: `facts/attack-traces.md` §2 (services and names), `facts/schemas.md` §2.3 and §3.2 (properties),
//! Microsoft's reference of audit activities, and the shapes of real rows.

mod accounts;
mod apps;
mod devices;
mod methods;
mod names;
mod objects;
mod value;

pub(crate) use names::{principal_of, service_app_id};
pub(crate) use value::unified_value;

use crate::happening::{
    DirectoryAct, DirectoryChange, Happening, Initiator, PropertyChange, TargetKind, TargetObject,
};
use crate::id::{AccountNo, AppNo, Guid};
use crate::json;
use crate::random::Stream;
use crate::world::{AccountKind, World};

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
            devices::registered(&mut writing, *device, *account);
        }
        DirectoryAct::DeviceEnabled { device, enabled } => {
            devices::set_enabled(&mut writing, *device, *enabled);
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
            .find(|(_, account)| account.kind == AccountKind::Sync)
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
            // What the synchronisation writes for somebody comes from its server, which Core Directory does not show.
            (By::User(account), "Core Directory") if self.happening.account != Some(*account) => {
                Shown::Empty
            }
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
        let change = self.with_initiator(change, &by);
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

    /// What Core Directory notes of the initiator among the properties: the client of directory
    /// synchronisation; the names of an application in many of its records and not in others.
    fn with_initiator(&mut self, mut change: DirectoryChange, by: &By) -> DirectoryChange {
        if change.service != "Core Directory" {
            return change;
        }
        let context = |name: &str, value: &str| PropertyChange {
            name: name.to_owned(),
            old: String::new(),
            new: json::quoted(value),
        };
        match by {
            By::User(number) if self.world.account(*number).kind == AccountKind::Sync => {
                let listed = change
                    .changes
                    .iter()
                    .position(|property| property.name == "Included Updated Properties");
                let place = listed.map_or(change.changes.len(), |at| at + 1);
                change
                    .changes
                    .insert(place, context("Action Client Name", "DirectorySync"));
            }
            By::App(_) | By::Service(_) if self.stream.chance(430) => {
                let id = match by {
                    By::App(number) => self.world.app(*number).id,
                    By::Service(name) => service_app_id(name),
                    By::User(_) | By::Named(_) => Guid::NIL,
                };
                for name in ["ActorId.ServicePrincipalNames", "SPN"] {
                    change.changes.push(context(name, &id.to_string()));
                }
            }
            _ => {}
        }
        change
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
