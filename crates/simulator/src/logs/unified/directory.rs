//! Changes of the directory (record type 8), from the same description as the directory audit.

use hourzero_model::Timestamp;

use super::super::Writing;
use super::super::directory::{By, Recorded, Shown, principal_of, service_app_id, unified_value};
use super::record::{self, Head, Lateness, User};
use super::sign_in::id_and_type;
use crate::happening::{DirectoryChange, TargetKind, TargetObject};
use crate::id::Guid;
use crate::json::{self, List};
use crate::world::{Account, World};

/// Adds the records of a change of the directory, as far as this log has them.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let changes = std::mem::take(&mut writing.changes);
    for recorded in &changes {
        if recorded.change.in_audit_log {
            write_one(writing, recorded);
        }
    }
    writing.changes = changes;
}

fn write_one(writing: &mut Writing<'_, '_>, recorded: &Recorded) {
    let world = writing.world;
    let change = &recorded.change;
    let operation = recorded.unified_operation();
    let object = change.targets.first().map(object_id).unwrap_or_default();
    // The address that the directory audit shows reaches this log in few records only.
    let address = (recorded.shown == Shown::Client && writing.stream.chance(150))
        .then(|| record::bare(writing))
        .flatten();
    let at = Timestamp::from_micros(writing.happening.at.micros() + recorded.after);
    let head = Head {
        at,
        id: writing.stream.guid(),
        operation: &operation,
        record_type: 8,
        workload: "AzureActiveDirectory",
        result: Some(if recorded.succeeded() {
            "Success"
        } else {
            "Failure"
        }),
        client_ip: address.clone(),
        object: Some(&object),
        user: user(world, &recorded.by),
    };
    let intra = writing.stream.guid();
    let tenant = world.tenant.id;
    record::push(writing, &head, Lateness::Entra, |record| {
        record
            .number("AzureActiveDirectoryEventType", 1)
            .list("ExtendedProperties", |list| {
                let details = json::object(|details| {
                    for (key, value) in &change.details {
                        details.text(key, value);
                    }
                });
                list.pair("additionalDetails", details);
                list.pair("extendedAuditEventCategory", category(change));
            })
            .list("ModifiedProperties", |list| {
                for property in &change.changes {
                    list.object(|entry| {
                        entry
                            .text("Name", &property.name)
                            .text("NewValue", unified_value(&property.new))
                            .text("OldValue", unified_value(&property.old));
                    });
                }
            })
            .list("Actor", |list| actor(list, world, &recorded.by))
            .shown("ActorContextId", tenant)
            .maybe("ActorIpAddress", address.as_deref())
            .shown("InterSystemsId", recorded.correlation)
            .shown("IntraSystemId", intra)
            .text("SupportTicketId", "")
            .list("Target", |list| {
                for (at, target) in change.targets.iter().enumerate() {
                    let subject = recorded.subject.filter(|_| at == 0);
                    let account = subject.map(|number| world.account(number));
                    write_target(list, world, target, account);
                }
            })
            .shown("TargetContextId", tenant);
    });
}

fn user(world: &World, by: &By) -> User {
    match *by {
        By::User(number) => {
            let account = world.account(number);
            let domain = account.upn.rsplit('@').next().unwrap_or_default();
            User::new(account.upn.clone(), format!("{}@{domain}", account.puid), 0)
        }
        By::App(app) => application_user(world.app(app).principal),
        By::Service(name) => application_user(principal_of(world, name)),
        By::Named(name) => User::new(name, "Not Available", 4),
    }
}

fn application_user(principal: Guid) -> User {
    User::new(format!("ServicePrincipal_{principal}"), "Not Available", 4)
}

fn actor(list: &mut List<'_>, world: &World, by: &By) {
    let application = |list: &mut List<'_>, name: &str, id: Guid, principal: Guid| {
        id_and_type(list, name, 1);
        id_and_type(list, &id.to_string(), 2);
        three_forms(list, "ServicePrincipal", &principal.to_string());
    };
    match *by {
        By::User(number) => {
            let account = world.account(number);
            id_and_type(list, &account.upn, 5);
            id_and_type(list, &account.puid, 3);
            three_forms(list, "User", &account.id.to_string());
        }
        By::App(number) => {
            let app = world.app(number);
            application(list, &app.name, app.id, app.principal);
        }
        By::Service(name) => {
            application(list, name, service_app_id(name), principal_of(world, name));
        }
        By::Named(name) => id_and_type(list, name, 5),
    }
}

/// `User_<guid>`, `<guid>`, `User`.
fn three_forms(list: &mut List<'_>, kind: &str, id: &str) {
    id_and_type(list, &format!("{kind}_{id}"), 2);
    id_and_type(list, id, 2);
    id_and_type(list, kind, 2);
}

fn write_target(
    list: &mut List<'_>,
    world: &World,
    target: &TargetObject,
    account: Option<&Account>,
) {
    three_forms(list, kind_name(target.kind), &target.id);
    match (target.kind, &target.upn) {
        (TargetKind::User, Some(upn)) => {
            id_and_type(list, upn, 5);
            if let Some(account) = account {
                id_and_type(list, &account.puid, 3);
            }
        }
        (TargetKind::ServicePrincipal, _) => {
            id_and_type(list, &target.name, 1);
            let known = world
                .apps
                .iter()
                .find(|app| app.principal.to_string() == target.id);
            if let Some(app) = known {
                id_and_type(list, &app.id.to_string(), 2);
                id_and_type(list, &app.id.to_string(), 4);
            }
        }
        _ if !target.name.is_empty() => id_and_type(list, &target.name, 1),
        _ => {}
    }
}

fn object_id(target: &TargetObject) -> String {
    match &target.upn {
        Some(upn) => upn.clone(),
        None => format!("{}_{}", kind_name(target.kind), target.id),
    }
}

fn kind_name(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::User => "User",
        TargetKind::ServicePrincipal => "ServicePrincipal",
        TargetKind::Application => "Application",
        TargetKind::Group => "Group",
        TargetKind::Device => "Device",
        TargetKind::Role => "Role",
        TargetKind::Policy => "Policy",
        TargetKind::Directory => "Company",
        TargetKind::Other => "Other",
    }
}

/// `extendedAuditEventCategory`: the directory audit's category in the singular of its object.
fn category(change: &DirectoryChange) -> &'static str {
    match change.category {
        "UserManagement" => "User",
        "GroupManagement" => "Group",
        "RoleManagement" => "Role",
        "Device" => "Device",
        "Policy" => "Policy",
        "DirectoryManagement" => "Company",
        _ => change
            .targets
            .first()
            .map_or("Other", |target| kind_name(target.kind)),
    }
}
