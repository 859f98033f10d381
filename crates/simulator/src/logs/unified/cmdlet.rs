//! Cmdlets: of Exchange (record type 1), of Security & Compliance (18), of Teams (23).

use super::super::Writing;
use super::record::{self, Context, Head, Lateness, User};
use crate::happening::{Cmdlet, CmdletService};
use crate::json::List;
use crate::world::{Client, ClientKind};

/// The application that PowerShell for Exchange Online runs as.
const POWERSHELL: &str = "fb78d390-0c51-40cd-8e17-fdbfab77341b";
/// The Exchange admin centre.
const ADMIN_CENTRE: &str = "497effe9-df71-4043-a8bb-14cf78c4b63b";
/// Exchange Online, as which Outlook on the web runs cmdlets for its user.
const EXCHANGE: &str = "00000002-0000-0ff1-ce00-000000000000";

/// Adds the record of a cmdlet.
pub(super) fn write(writing: &mut Writing<'_, '_>, cmdlet: &Cmdlet) {
    match cmdlet.service {
        CmdletService::Exchange => exchange(writing, cmdlet),
        CmdletService::Compliance => compliance(writing, cmdlet),
        CmdletService::Teams => teams(writing, cmdlet),
    }
}

/// Cmdlets that Outlook on the web runs when its user changes his own rules and settings.
fn is_own_setting(name: &str) -> bool {
    name.ends_with("-InboxRule")
        || name.ends_with("-SweepRule")
        || name.contains("MailboxJunkEmail")
        || name.contains("MailboxAutoReply")
        || name.contains("MailboxMessageConfiguration")
}

fn exchange(writing: &mut Writing<'_, '_>, cmdlet: &Cmdlet) {
    let world = writing.world;
    let happening = writing.happening;
    let client = happening.access.as_ref().map(|access| &*access.client);
    let object = object(writing, cmdlet);
    let from_outlook = is_own_setting(cmdlet.name)
        && client.is_some_and(|client| client.kind == ClientKind::Browser);
    let user = user(writing, cmdlet, from_outlook);
    let by_service = cmdlet.by_service || happening.account.is_none();
    // Of people's cmdlets, those of newer front ends name the token.
    let newest = !by_service && writing.stream.chance(700);
    let token = happening
        .access
        .as_ref()
        .and_then(|access| access.token)
        .filter(|_| newest);
    let session = happening.access.as_ref().and_then(|access| access.session);
    let context = token.map(|token| Context {
        session: session.map(|session| session.to_string()),
        issued: Some(record::creation_time(token.issued)),
        token: Some(token.id.to_string()),
        ..Context::default()
    });
    let head = Head {
        at: happening.at,
        id: record::ticked_id(&mut writing.stream, happening.at),
        operation: cmdlet.name,
        record_type: 1,
        workload: "Exchange",
        result: Some(if cmdlet.succeeded { "True" } else { "False" }),
        client_ip: if by_service {
            None
        } else {
            record::with_port(writing)
        },
        object: Some(&object),
        user,
    };
    let server = server(writing, by_service);
    let request = from_outlook.then(|| writing.stream.guid());
    let account = happening.account.map(|number| world.account(number));
    let device = happening.access.as_ref().and_then(|access| access.device);
    record::push_with_context(writing, &head, Lateness::Core, context, |record| {
        record.text(
            "AppId",
            if by_service {
                ""
            } else {
                app(client, from_outlook)
            },
        );
        if from_outlook {
            record.text("AppPoolName", "MSExchangeOWAAppPool");
        }
        record.text("ClientAppId", "");
        if from_outlook {
            record.text("CorrelationID", "");
        }
        if let (true, Some(device)) = (newest, device) {
            record.shown("DeviceId", world.device(device).id);
        }
        record
            .flag("ExternalAccess", cmdlet.external || by_service)
            .text("OrganizationName", &world.tenant.first_domain)
            .text("OriginatingServer", server)
            .list("Parameters", |list| parameters(list, cmdlet))
            .maybe("RequestId", request);
        if !by_service {
            record.maybe("SessionId", session);
        }
        if let (Some(_), Some(account)) = (token, account) {
            record
                .shown("TokenObjectId", account.id)
                .shown("TokenTenantId", world.tenant.id);
        }
    });
}

/// People and mailboxes stand in `ObjectId` as their object ids, whatever name the cmdlet was given.
fn object(writing: &Writing<'_, '_>, cmdlet: &Cmdlet) -> String {
    let named = (cmdlet.object.contains('@') && !cmdlet.object.contains('\\'))
        .then(|| writing.world.account_named(&cmdlet.object))
        .flatten();
    match named {
        Some(number) => writing.world.account(number).id.to_string(),
        None => cmdlet.object.clone(),
    }
}

fn user(writing: &mut Writing<'_, '_>, cmdlet: &Cmdlet, from_outlook: bool) -> User {
    if let (false, Some(number)) = (cmdlet.by_service, writing.happening.account) {
        let account = writing.world.account(number);
        let key = if from_outlook {
            account.upn.clone()
        } else {
            account.puid.clone()
        };
        return User::new(account.upn.clone(), key, 2);
    }
    const HOSTS: [(&str, u64); 4] = [
        ("Microsoft.Exchange.ServiceHost", 86),
        ("Microsoft.Exchange.AdminApi.NetCore", 9),
        ("w3wp", 4),
        ("MSExchangeMailboxAssistants", 1),
    ];
    let host = writing.stream.weighted(&HOSTS).copied().unwrap_or("w3wp");
    let name = format!("NT AUTHORITY\\SYSTEM ({host})");
    User::new(name.clone(), name, 3)
}

fn app(client: Option<&Client>, from_outlook: bool) -> &'static str {
    match client.map(|client| client.kind) {
        _ if from_outlook => EXCHANGE,
        Some(ClientKind::Browser) => ADMIN_CENTRE,
        _ => POWERSHELL,
    }
}

/// The server that ran it with the build of its software, which grows week by week.
fn server(writing: &mut Writing<'_, '_>, by_service: bool) -> String {
    let days = writing.happening.at.micros().div_euclid(86_400_000_000);
    // Exchange Online reached build 7982 in October 2024 and grows by about four numbers a week.
    let build = 7_982 + (days - 20_000) * 4 / 7;
    let revision = writing.stream.between(8, 32);
    let world = writing.world;
    let number = writing.happening.account.filter(|_| !by_service);
    let server = match number.map(|number| world.account(number)) {
        Some(account) if !account.server.is_empty() => account.server.clone(),
        _ => {
            let other = writing.stream.pick(&world.accounts);
            other.map(|other| other.server.clone()).unwrap_or_default()
        }
    };
    format!("{server} (15.20.{build}.{revision:03})")
}

fn parameters(list: &mut List<'_>, cmdlet: &Cmdlet) {
    for (name, value) in &cmdlet.parameters {
        list.pair(name, value);
    }
}

fn compliance(writing: &mut Writing<'_, '_>, cmdlet: &Cmdlet) {
    let world = writing.world;
    let by_system = cmdlet.by_service || writing.happening.account.is_none();
    let user = match writing.happening.account.filter(|_| !by_system) {
        Some(number) => {
            let upn = &world.account(number).upn;
            User::new(upn.clone(), upn.clone(), 2)
        }
        None => user(writing, cmdlet, false),
    };
    let head = Head {
        at: writing.happening.at,
        id: record::ticked_id(&mut writing.stream, writing.happening.at),
        operation: cmdlet.name,
        record_type: 18,
        workload: "SecurityComplianceCenter",
        result: Some(if cmdlet.succeeded {
            "Success"
        } else {
            "Failed"
        }),
        client_ip: None,
        object: Some(&cmdlet.object),
        user,
    };
    let spelt = |shown: bool| {
        let all: Vec<String> = cmdlet
            .parameters
            .iter()
            .map(|(name, value)| {
                let value = if shown { value } else { "<SNIP-PII>" };
                format!("-{name} \"{value}\"")
            })
            .collect();
        all.join(" ")
    };
    let request = writing.stream.chance(500).then(|| writing.stream.guid());
    record::push(writing, &head, Lateness::General, |record| {
        record
            .number("SecurityComplianceCenterEventType", 0)
            .text("ClientApplication", "EMC")
            .maybe("ClientRequestId", request)
            .text("CmdletVersion", "...")
            .text("EffectiveOrganization", &world.tenant.first_domain)
            .text("NonPIIParameters", spelt(false))
            .text("Parameters", spelt(true))
            .text("StartTime", record::creation_time(head.at))
            .text("UserServicePlan", "");
    });
}

fn teams(writing: &mut Writing<'_, '_>, cmdlet: &Cmdlet) {
    let world = writing.world;
    let user = match writing.happening.account {
        Some(number) => {
            let account = world.account(number);
            User::new(account.upn.clone(), account.puid.clone(), 2)
        }
        None => user(writing, cmdlet, false),
    };
    let head = Head {
        at: writing.happening.at,
        id: writing.stream.guid(),
        operation: cmdlet.name,
        record_type: 23,
        workload: "SkypeForBusiness",
        result: Some(if cmdlet.succeeded {
            "Success"
        } else {
            "Failed"
        }),
        client_ip: None,
        object: None,
        user,
    };
    record::push(writing, &head, Lateness::General, |record| {
        record
            .text("CmdletVersion", "...")
            .flag("ExternalAccess", cmdlet.external)
            .text("ObjectName", &cmdlet.object)
            .list("Parameters", |list| parameters(list, cmdlet))
            .number("SkypeForBusinessEventType", 0)
            .text("TenantName", &world.tenant.first_domain);
    });
}
