//! Directory audits, as Graph gives them (`facts/schemas.md` §3.2, `attack-traces.md` §2).

use super::directory::{By, Recorded, Shown, principal_of};
use super::stamp::ticks;
use super::{Source, Writing};
use crate::happening::TargetKind;
use crate::json::{self, Object};
use crate::world::NetworkKind;

/// Adds a record for each change.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let changes = std::mem::take(&mut writing.changes);
    for (place, change) in (0_i64..).zip(&changes) {
        write_one(writing, change, place);
    }
    writing.changes = changes;
}

fn write_one(writing: &mut Writing<'_, '_>, record: &Recorded, place: i64) {
    let at = hourzero_model::Timestamp::from_micros(writing.happening.at.micros() + record.after);
    let id = id(writing, record, at, place);
    let digit = u8::try_from(writing.stream.below(10)).unwrap_or(0);
    let address = address(writing, record.shown);
    let change = &record.change;
    let text = json::object(|row| {
        row.text("id", &id)
            .text("category", change.category)
            .shown("correlationId", record.correlation)
            .text(
                "result",
                if record.succeeded() {
                    "success"
                } else {
                    "failure"
                },
            )
            .text(
                "resultReason",
                change.failure.as_deref().unwrap_or(&record.reason),
            )
            .text("activityDisplayName", &change.activity)
            .shown("activityDateTime", ticks(at, digit))
            .text("loggedByService", change.service)
            .text("operationType", change.operation);
        initiated_by(row, writing, &record.by, address.as_deref());
        targets(row, record);
        row.list("additionalDetails", |list| {
            for (key, value) in &change.details {
                list.object(|detail| {
                    detail.text("key", key).text("value", value);
                });
            }
        });
    });
    let latency = writing.stream.between(90, 900);
    writing.push_at(Source::DirectoryAudits, id, (at, latency), text);
}

/// The id: the service's own prefix, the correlation, a code and a number, or a time for Privileged Identity
/// Management. The prefixes of Device Registration, Conditional Access, Invited Users and B2B Auth are
/// unverified; the others are those of real rows.
fn id(
    writing: &mut Writing<'_, '_>,
    record: &Recorded,
    at: hourzero_model::Timestamp,
    place: i64,
) -> String {
    let prefix = match record.change.service {
        "Core Directory" => "Directory",
        "Authentication Methods" => "IAMUX",
        "Self-service Password Management" => "SSPR",
        "Self-service Group Management" => "SSGM",
        "Device Registration Service" => "ADRS",
        "Conditional Access" => "IPCGraph",
        "Account Provisioning" => "Sync",
        "Terms Of Use" => "AADERM",
        other => other,
    };
    let correlation = record.correlation;
    if prefix == "PIM" {
        // Ticks of 100 ns since 1601.
        let filetime = at.micros() * 10 + 116_444_736_000_000_000;
        return format!("PIM_{correlation}_{}_{filetime}", writing.world.tenant.id);
    }
    let code: String = (0..5)
        .map(|_| {
            let drawn = u8::try_from(writing.stream.below(36)).unwrap_or(0);
            char::from(if drawn < 10 {
                b'0' + drawn
            } else {
                b'A' + drawn - 10
            })
        })
        .collect();
    let number = writing.stream.between(1_000_000, 699_999_999) + place;
    format!("{prefix}_{correlation}_{code}_{number}")
}

/// The initiator's address: nothing stands for null.
fn address(writing: &mut Writing<'_, '_>, shown: Shown) -> Option<String> {
    match shown {
        Shown::Null => None,
        Shown::Empty => Some(String::new()),
        Shown::Client => Some(
            writing
                .happening
                .access
                .as_ref()
                .map_or_else(String::new, |access| access.place.address.to_string()),
        ),
        Shown::Service => {
            let world = writing.world;
            let services: Vec<_> = world
                .networks
                .iter()
                .filter(|network| network.kind == NetworkKind::MicrosoftService)
                .collect();
            let network = writing.stream.pick(&services).copied();
            Some(network.map_or_else(String::new, |network| {
                network.address(&mut writing.stream).to_string()
            }))
        }
    }
}

fn initiated_by(row: &mut Object<'_>, writing: &Writing<'_, '_>, by: &By, address: Option<&str>) {
    let world = writing.world;
    row.object("initiatedBy", |initiator| {
        let (id, upn) = match by {
            By::User(number) => {
                let account = world.account(*number);
                (account.id, account.upn.as_str())
            }
            By::Named(name) => (principal_of(world, name), *name),
            By::App(number) => {
                let app = world.app(*number);
                application(initiator, &app.name, app.principal);
                return;
            }
            By::Service(name) => {
                application(initiator, name, principal_of(world, name));
                return;
            }
        };
        initiator.null("app").object("user", |user| {
            user.shown("id", id)
                .null("displayName")
                .text("userPrincipalName", upn);
            match address {
                Some(address) => user.text("ipAddress", address),
                None => user.null("ipAddress"),
            };
            user.null("userType")
                .null("homeTenantId")
                .null("homeTenantName");
        });
    });
}

fn application(initiator: &mut Object<'_>, name: &str, principal: crate::id::Guid) {
    initiator
        .object("app", |app| {
            app.null("appId")
                .text("displayName", name)
                .shown("servicePrincipalId", principal)
                .null("servicePrincipalName");
        })
        .null("user");
}

fn kind(kind: TargetKind) -> &'static str {
    match kind {
        TargetKind::User => "User",
        TargetKind::ServicePrincipal => "ServicePrincipal",
        TargetKind::Application => "Application",
        TargetKind::Group => "Group",
        TargetKind::Device => "Device",
        TargetKind::Role => "Role",
        TargetKind::Policy => "Policy",
        TargetKind::Directory => "Directory",
        TargetKind::Other => "Other",
    }
}

fn targets(row: &mut Object<'_>, record: &Recorded) {
    row.list("targetResources", |list| {
        for (place, target) in record.change.targets.iter().enumerate() {
            list.object(|object| {
                object.text("id", &target.id);
                if target.name.is_empty() {
                    object.null("displayName");
                } else {
                    object.text("displayName", &target.name);
                }
                object.text("type", kind(target.kind));
                match &target.upn {
                    Some(upn) => object.text("userPrincipalName", upn),
                    None => object.null("userPrincipalName"),
                };
                if target.kind == TargetKind::Group {
                    object.text("groupType", "unknownFutureValue");
                } else {
                    object.null("groupType");
                }
                object.list("modifiedProperties", |properties| {
                    // The properties stand with the first object.
                    let changes = if place == 0 {
                        record.change.changes.as_slice()
                    } else {
                        &[]
                    };
                    for change in changes {
                        properties.object(|property| {
                            property.text("displayName", &change.name);
                            for (key, value) in
                                [("oldValue", &change.old), ("newValue", &change.new)]
                            {
                                if value.is_empty() {
                                    property.null(key);
                                } else {
                                    property.text(key, value);
                                }
                            }
                        });
                    }
                });
            });
        }
    });
}
