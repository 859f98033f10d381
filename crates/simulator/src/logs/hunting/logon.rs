//! Sign-ins as hunting has them: `EntraIdSignInEvents`, `EntraIdSpnSignInEvents`, `IdentityLogonEvents`.

use crate::happening::{Requirement, SignInKind};
use crate::json::{self, Object};
use crate::logs::Writing;
use crate::logs::sign_in::{self, Row, browser, client_app, degrees, trust};
use crate::logs::stamp::ticks;
use crate::world::{AccountKind, EntraPlan};

/// Adds the rows of a sign-in. The tables of Entra need P2 (`facts/logs-collect.md` §6, which names their key
/// columns; no real row of them was at hand, so the other columns and their order are unverified).
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let Some(row) = Row::of(writing) else {
        return;
    };
    let latency = writing.stream.between(300, 2_400);
    let digit = u8::try_from(writing.stream.below(10)).unwrap_or(0);
    let at = ticks(writing.happening.at, digit);
    let id = row.sign_in.id.to_string();
    if row.world.tenant.entra == EntraPlan::P2 {
        if row.is_user() {
            let text = json::object(|out| {
                out.shown("Timestamp", at);
                user_row(out, &row);
            });
            writing.row("EntraIdSignInEvents", id.clone(), latency, text);
        } else {
            let text = json::object(|out| {
                out.shown("Timestamp", at);
                principal_row(out, &row);
            });
            writing.row("EntraIdSpnSignInEvents", id.clone(), latency, text);
        }
    }
    // Identity's own table has what people did at the keyboard.
    if row.sign_in.kind == SignInKind::Interactive && row.account.is_some() {
        let text = json::object(|out| {
            out.shown("Timestamp", at);
            logon(out, &row);
        });
        writing.row("IdentityLogonEvents", id, latency, text);
    }
}

fn place(out: &mut Object<'_>, row: &Row<'_>) {
    match row.address {
        Some(address) => out.shown("IPAddress", address),
        None => out.text("IPAddress", ""),
    };
    match row.network {
        Some(network) => out
            .text("Country", &network.country)
            .text("State", &network.state)
            .text("City", &network.city)
            .text("Latitude", degrees(network.coordinates.0))
            .text("Longitude", degrees(network.coordinates.1)),
        None => out
            .text("Country", "")
            .text("State", "")
            .text("City", "")
            .text("Latitude", "")
            .text("Longitude", ""),
    };
}

/// 0, 1, 10, 50 or 100: `RiskLevelAggregated` of hunting.
fn risk_level(row: &Row<'_>) -> u8 {
    match row.sign_in.risk.as_ref().map(|(level, _)| *level) {
        Some("low") => 10,
        Some("medium") => 50,
        Some("high") => 100,
        _ => 0,
    }
}

fn user_row(out: &mut Object<'_>, row: &Row<'_>) {
    let sign_in = row.sign_in;
    let (app, name) = row.application();
    let resource = row.world.app(sign_in.resource);
    out.text("Application", name)
        .shown("ApplicationId", app)
        .text(
            "LogonType",
            if sign_in.kind == SignInKind::Interactive {
                r#"["interactiveUser"]"#
            } else {
                r#"["nonInteractiveUser"]"#
            },
        )
        .text("EndpointCall", sign_in.request_type)
        .number("ErrorCode", sign_in.error)
        .shown("CorrelationId", sign_in.correlation);
    match row.session {
        Some(session) => out.shown("SessionId", session),
        None => out.text("SessionId", ""),
    };
    match row.account {
        Some(account) => out
            .text("AccountDisplayName", &account.display_name)
            .shown("AccountObjectId", account.id),
        None => out
            .text("AccountDisplayName", "")
            .text("AccountObjectId", ""),
    };
    let guest = row
        .account
        .is_some_and(|account| account.kind == AccountKind::Guest);
    out.text("AccountUpn", row.user_name())
        .number("IsExternalUser", i64::from(sign_in.home.is_some()))
        .flag("IsGuestUser", guest)
        .text("AlternateSignInName", "")
        .null("LastPasswordChangeTimestamp")
        .text("ResourceDisplayName", &resource.name)
        .shown("ResourceId", resource.id)
        .shown("ResourceTenantId", row.world.tenant.id);
    let system = row.client.map_or("", |client| client.os.as_str());
    match row.device {
        Some(device) => out
            .text("DeviceName", &device.name)
            .shown("EntraIdDeviceId", device.id)
            .text("OSPlatform", system)
            .text("DeviceTrustType", trust(device.trust))
            .number("IsManaged", i64::from(device.managed))
            .number("IsCompliant", i64::from(device.compliant)),
        None => out
            .text("DeviceName", "")
            .text("EntraIdDeviceId", "")
            .text("OSPlatform", system)
            .text("DeviceTrustType", "")
            .number("IsManaged", 0)
            .number("IsCompliant", 0),
    };
    decision(out, row);
    place(out, row);
    out.text("NetworkLocationDetails", "[]")
        .shown("RequestId", sign_in.id)
        .shown("ReportId", sign_in.id)
        .shown("UniqueTokenId", row.token);
}

/// What was asked, found and decided.
fn decision(out: &mut Object<'_>, row: &Row<'_>) {
    let sign_in = row.sign_in;
    let level = risk_level(row);
    out.text("AuthenticationProcessingDetails", "[]")
        .text(
            "AuthenticationRequirement",
            match sign_in.requirement {
                Requirement::SingleFactor => "singleFactorAuthentication",
                Requirement::MultiFactor => "multiFactorAuthentication",
            },
        )
        .number("TokenIssuerType", i64::from(sign_in.federated))
        .number("RiskLevelAggregated", level)
        .number("RiskDetails", 0)
        .number("RiskState", if level == 0 { 0 } else { 4 })
        .text(
            "UserAgent",
            row.client.map_or("", |client| client.user_agent.as_str()),
        )
        .text(
            "ClientAppUsed",
            row.client.map_or("", |client| client_app(client, sign_in)),
        )
        .text("Browser", browser(row.client))
        .text("ConditionalAccessPolicies", sign_in::policies_text(row))
        .number(
            "ConditionalAccessStatus",
            match sign_in::policies_status(row) {
                "success" => 0,
                "failure" => 1,
                _ => 2,
            },
        );
}

fn principal_row(out: &mut Object<'_>, row: &Row<'_>) {
    let sign_in = row.sign_in;
    let (app, name) = row.application();
    let resource = row.world.app(sign_in.resource);
    out.text("Application", name)
        .shown("ApplicationId", app)
        .flag(
            "IsManagedIdentity",
            sign_in.kind == SignInKind::ManagedIdentity,
        )
        .number("ErrorCode", sign_in.error)
        .shown("CorrelationId", sign_in.correlation)
        .text("ServicePrincipalName", name)
        .text(
            "ServicePrincipalId",
            row.principal
                .map_or_else(String::new, |app| app.principal.to_string()),
        )
        .text("ResourceDisplayName", &resource.name)
        .shown("ResourceId", resource.id)
        .shown("ResourceTenantId", row.world.tenant.id);
    place(out, row);
    out.shown("RequestId", sign_in.id)
        .shown("ReportId", sign_in.id)
        .shown("UniqueTokenId", row.token);
}

fn logon(out: &mut Object<'_>, row: &Row<'_>) {
    let sign_in = row.sign_in;
    let name = row.user_name();
    let (short, domain) = name.split_once('@').unwrap_or((&name, ""));
    let failed = sign_in.error != 0;
    out.text(
        "ActionType",
        if failed {
            "LogonFailed"
        } else {
            "LogonSuccess"
        },
    )
    .text("Application", "Microsoft 365")
    .text("LogonType", sign_in.request_type)
    .text("Protocol", "")
    .text(
        "FailureReason",
        if failed {
            sign_in::failure_reason(sign_in.error)
        } else {
            ""
        },
    )
    .text("AccountName", short)
    .text("AccountDomain", domain)
    .text("AccountUpn", &name)
    .text("AccountSid", "");
    match row.account {
        Some(account) => out
            .shown("AccountObjectId", account.id)
            .text("AccountDisplayName", &account.display_name),
        None => out
            .text("AccountObjectId", "")
            .text("AccountDisplayName", ""),
    };
    let system = row.client.map_or("", |client| client.os.as_str());
    let (kind, platform) = if system.starts_with("Windows") {
        ("Desktop", "Windows 10")
    } else {
        ("Other", "Unknown")
    };
    out.text("DeviceName", "")
        .text("DeviceType", kind)
        .text("OSPlatform", platform);
    match row.address {
        Some(address) => out.shown("IPAddress", address),
        None => out.text("IPAddress", ""),
    };
    out.null("Port")
        .text("DestinationDeviceName", "")
        .text("DestinationIPAddress", "")
        .null("DestinationPort")
        .text("TargetDeviceName", "")
        .text("TargetAccountDisplayName", "")
        .text(
            "Location",
            row.network.map_or("", |network| network.country.as_str()),
        )
        .text(
            "ISP",
            row.network
                .map_or("", |network| network.organisation.as_str()),
        )
        .shown("ReportId", sign_in.id)
        .object("AdditionalFields", |fields| {
            let (app, _) = row.application();
            fields
                .text("Category", "Initial Access")
                .text(
                    "AttackTechniques",
                    "Valid Accounts (T1078), Cloud Accounts (T1078.004)",
                )
                .shown("ARG.CLOUD_SERVICE", row.world.app(sign_in.resource).id)
                .shown("Request application ID", app)
                .text("Count", "1");
        });
}
