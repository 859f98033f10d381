//! Teams (record type 25) and Power Automate (30).

use super::super::Writing;
use super::record::{self, Context, Head, Lateness, User};
use crate::happening::{ChatAct, Flow};
use crate::id::AccountNo;
use crate::json::{List, Object};
use crate::world::{AccountKind, World};

/// Microsoft Teams Services, which changes teams for their owners.
const TEAMS_SERVICES: &str = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe";

/// Adds the record of something in Teams.
pub(super) fn chat(writing: &mut Writing<'_, '_>, act: &ChatAct) {
    let world = writing.world;
    let happening = writing.happening;
    let user = match happening.account {
        Some(number) => {
            let account = world.account(number);
            User::new(account.upn.clone(), account.id.to_string(), 0)
        }
        None => User::new("Microsoft Teams Sync", TEAMS_SERVICES, 5),
    };
    let session = act.operation == "TeamsSessionStarted";
    let object = session.then(|| {
        let client = happening.access.as_ref().map(|access| &access.client);
        let os = client.map_or("Unknown", |client| &client.os);
        format!("{os} (Unknown)")
    });
    let client_ip = happening
        .account
        .is_some()
        .then(|| record::mapped(writing))
        .flatten();
    let context = happening.access.as_ref().and_then(|access| {
        let token = access.token.filter(|_| writing.stream.chance(700))?;
        Some(Context {
            session: access.session.map(|session| session.to_string()),
            client_app: Some(access.client.app_id.to_string()),
            issued: Some(record::creation_time(token.issued)),
            token: Some(token.id.to_string()),
            ..Context::default()
        })
    });
    let head = Head {
        at: happening.at,
        id: writing.stream.guid(),
        operation: act.operation,
        record_type: 25,
        workload: "MicrosoftTeams",
        result: None,
        client_ip,
        object: object.as_deref(),
        user,
    };
    record::push_with_context(writing, &head, Lateness::Core, context, |record| {
        if !session {
            thread(record, world, happening.account, act);
        }
    });
}

/// What the record says of a team, a channel or a chat.
fn thread(record: &mut Object<'_>, world: &World, doer: Option<AccountNo>, act: &ChatAct) {
    let team = act
        .team
        .map(|(number, channel)| (world.team(number), channel));
    if let Some((team, _)) = team {
        record.shown("AADGroupId", world.group(team.group).id);
    }
    if let (None, Some(thread)) = (team, &act.thread) {
        record.text("ChatThreadId", thread);
    }
    record.text("CommunicationType", communication(act));
    if let Some((team, channel)) = team {
        if let (Some((name, thread)), false) =
            (team.channels.get(channel), is_about_team(act.operation))
        {
            record.text("ChannelGuid", thread).text("ChannelName", name);
        }
        record.text("ItemName", &team.name);
    }
    members(record, world, doer, act);
    message(record, act);
    participants(record, world, act);
    record.shown("ResourceTenantId", world.tenant.id);
    if let Some((team, _)) = team {
        record
            .text("TeamGuid", &team.thread)
            .text("TeamName", &team.name);
    }
    record.list("ExtraProperties", |list| {
        if team.is_none() {
            extra(list, "TimeZone", world.tenant.zone.name());
        }
    });
}

fn extra(list: &mut List<'_>, key: &str, value: &str) {
    list.object(|entry| {
        entry.text("Key", key).text("Value", value);
    });
}

fn is_about_team(operation: &str) -> bool {
    operation.starts_with("Member") || operation.starts_with("Team")
}

fn communication(act: &ChatAct) -> &'static str {
    match &act.team {
        Some(_) if is_about_team(act.operation) => "Team",
        Some(_) => "Channel",
        None if act.operation.starts_with("Meeting") => "Meeting",
        None if act.members.len() + act.foreign.len() <= 2 => "OneOnOne",
        None => "GroupChat",
    }
}

fn message(record: &mut Object<'_>, act: &ChatAct) {
    let Some(id) = &act.message_id else {
        return;
    };
    record.text("MessageId", id);
    if !act.urls.is_empty() {
        record.texts("MessageURLs", &act.urls);
    }
    record.text("MessageVersion", id);
}

fn members(record: &mut Object<'_>, world: &World, doer: Option<AccountNo>, act: &ChatAct) {
    record.list("Members", |list| {
        for number in &act.members {
            let account = world.account(*number);
            let role = match account.kind {
                AccountKind::Guest => 2,
                _ if Some(*number) == doer && act.operation == "TeamCreated" => 1,
                _ => 0,
            };
            let home = account
                .home
                .as_ref()
                .map_or(world.tenant.id, |(home, _)| *home);
            list.object(|member| {
                member
                    .text("DisplayName", &account.display_name)
                    .shown("OrganizationId", home)
                    .number("Role", role)
                    .text("UPN", &account.upn);
            });
        }
        for (name, address, tenant) in &act.foreign {
            list.object(|member| {
                member
                    .text("DisplayName", name)
                    .shown("OrganizationId", tenant)
                    .number("Role", 0)
                    .text("UPN", address);
            });
        }
    });
}

fn participants(record: &mut Object<'_>, world: &World, act: &ChatAct) {
    let guests = act
        .members
        .iter()
        .any(|number| world.account(*number).kind == AccountKind::Guest);
    let domain = |address: &str| {
        address
            .rsplit('@')
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    record.object("ParticipantInfo", |info| {
        info.flag("HasForeignTenantUsers", !act.foreign.is_empty())
            .flag("HasGuestUsers", guests)
            .flag("HasOtherGuestUsers", false)
            .flag("HasUnauthenticatedUsers", false)
            .texts(
                "ParticipatingDomains",
                act.foreign.iter().map(|(_, address, _)| domain(address)),
            )
            .list("ParticipatingSIPDomains", |list| {
                for (_, address, tenant) in &act.foreign {
                    list.object(|entry| {
                        entry
                            .text("DomainName", domain(address))
                            .shown("TenantId", tenant);
                    });
                }
            })
            .list("ParticipatingTenantIds", |list| {
                list.text(world.tenant.id.to_string());
                for (_, _, tenant) in &act.foreign {
                    list.text(tenant.to_string());
                }
            });
    });
}

/// Adds the record of a flow.
pub(super) fn flow(writing: &mut Writing<'_, '_>, act: &Flow) {
    let Some(number) = writing.happening.account else {
        return;
    };
    let world = writing.world;
    let account = world.account(number);
    let head = Head {
        at: writing.happening.at,
        id: writing.stream.guid(),
        operation: act.operation,
        record_type: 30,
        workload: "MicrosoftFlow",
        result: Some("Success"),
        client_ip: record::bare(writing),
        object: Some(&act.id.to_string()),
        user: User::new(account.upn_lower(), account.id.to_string(), 0),
    };
    let recipient = act.shared_with.map(|number| world.account(number));
    record::push(writing, &head, Lateness::General, |record| {
        record
            .text("FlowConnectorNames", act.connectors)
            .text(
                "FlowDetailsUrl",
                format!(
                    "https://admin.powerplatform.microsoft.com/environments/Default-{}/flows/{}",
                    act.environment, act.id
                ),
            )
            .maybe(
                "RecipientUPN",
                recipient.map(crate::world::Account::upn_lower),
            );
        if recipient.is_some() {
            record.number("SharingPermission", 3);
        }
    });
}
