//! Sign-ins of all four kinds, as the beta of Graph gives them (`facts/schemas.md` §3.1, `logs-collect.md` §1).

mod details;
mod policies;
mod words;

use std::net::IpAddr;

use super::stamp::seconds;
use super::{Source, Writing};
use crate::happening::{Act, Protocol, Requirement, SignIn, SignInKind, TokenOrigin, Transfer};
use crate::id::{Guid, TokenId};
use crate::json::{self, Object};
use crate::world::{Account, AccountKind, App, AppKind, Client, Device, EntraPlan, Network, World};

pub(super) use details::{browser, degrees, location, trust};
pub(super) use policies::{status as policies_status, text as policies_text};
pub(super) use words::{client_app, failure_reason};

/// Microsoft's own directory, the owner of its first-party applications.
const MICROSOFT: &str = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/// Everything that a row of a sign-in is made of, looked up once.
pub(super) struct Row<'w> {
    pub(super) world: &'w World,
    pub(super) sign_in: &'w SignIn,
    pub(super) account: Option<&'w Account>,
    /// The application itself, in the rows of service principals.
    pub(super) principal: Option<&'w App>,
    pub(super) client: Option<&'w Client>,
    pub(super) network: Option<&'w Network>,
    pub(super) address: Option<IpAddr>,
    pub(super) device: Option<&'w Device>,
    pub(super) session: Option<Guid>,
    pub(super) token: TokenId,
}

impl<'w> Row<'w> {
    /// The row of a happening, if it is a sign-in.
    pub(super) fn of(writing: &Writing<'w, '_>) -> Option<Self> {
        let happening = writing.happening;
        let Act::SignIn(sign_in) = &happening.act else {
            return None;
        };
        let world = writing.world;
        let access = happening.access.as_ref();
        let hidden = sign_in.kind == SignInKind::ManagedIdentity;
        Some(Self {
            world,
            sign_in,
            account: happening.account.map(|number| world.account(number)),
            principal: happening.app.map(|number| world.app(number)),
            client: access.map(|access| access.client.as_ref()),
            network: access
                .filter(|_| !hidden)
                .map(|access| world.network(access.place.network)),
            address: access
                .filter(|_| !hidden)
                .map(|access| access.place.address),
            device: access
                .and_then(|access| access.device)
                .map(|device| world.device(device)),
            session: access.and_then(|access| access.session),
            token: access
                .and_then(|access| access.token)
                .map_or_else(|| TokenId::of_request(sign_in.id), |token| token.id),
        })
    }

    /// The row is about a person.
    pub(super) fn is_user(&self) -> bool {
        matches!(
            self.sign_in.kind,
            SignInKind::Interactive | SignInKind::NonInteractive
        )
    }

    /// User principal name in lower case, or the name that was tried.
    pub(super) fn user_name(&self) -> String {
        match (self.account, &self.sign_in.unknown_name) {
            (Some(account), _) => account.upn_lower(),
            (None, Some(tried)) => tried.to_lowercase(),
            (None, None) => String::new(),
        }
    }

    /// Application id and name: the client's, or the principal's own.
    pub(super) fn application(&self) -> (Guid, &str) {
        match (self.is_user(), self.principal, self.client) {
            (false, Some(app), _) => (app.id, &app.name),
            (_, _, Some(client)) => (client.app_id, &client.app_name),
            (_, Some(app), None) => (app.id, &app.name),
            (_, None, None) => (Guid::NIL, ""),
        }
    }
}

/// Adds the sign-in.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let Some(row) = Row::of(writing) else {
        return;
    };
    let at = writing.happening.at;
    let milliseconds = writing.stream.between(38, 420);
    let hinted = writing.stream.chance(350);
    let continuous = row.is_user() && writing.stream.chance(250);
    let text = json::object(|record| {
        record
            .shown("id", row.sign_in.id)
            .shown("createdDateTime", seconds(at));
        who(record, &row);
        by_what(record, &row);
        record
            .flag("isInteractive", row.sign_in.kind == SignInKind::Interactive)
            .text("tokenIssuerName", "")
            .text("tokenIssuerType", issuer(row.sign_in))
            .text("clientCredentialType", credential_type(&row))
            .number("processingTimeInMilliseconds", milliseconds);
        risk(record, &row);
        resource(record, &row);
        authentication(record, &row);
        tokens(record, &row);
        record
            .shown("appOwnerTenantId", owner_of_client(&row))
            .shown(
                "resourceOwnerTenantId",
                owner(row.world.app(row.sign_in.resource)),
            );
        details::second_factor(record, row.sign_in);
        record.null("authenticationAppDeviceDetails");
        details::status(record, row.sign_in);
        details::device(record, &row);
        location(record, "location", row.network);
        policies::write(record, &row);
        record.list("authenticationContextClassReferences", |_| {});
        details::processing(record, &row, hinted, continuous);
        details::network_details(record, &row);
        details::steps(record, row.sign_in);
        details::requirements(record, &row);
        record
            .list("sessionLifetimePolicies", |_| {})
            .object("privateLinkDetails", |details| {
                details
                    .text("policyId", "")
                    .text("policyName", "")
                    .text("resourceId", "")
                    .text("policyTenantId", "");
            })
            .list("appliedEventListeners", |_| {})
            .list("authenticationAppPolicyEvaluationDetails", |_| {});
        details::managed_identity(record, &row);
        details::protection(record, row.sign_in);
    });
    let latency = writing.stream.between(60, 780);
    let id = row.sign_in.id.to_string();
    writing.push(Source::SignIns, id, latency, text);
}

fn who(record: &mut Object<'_>, row: &Row<'_>) {
    if !row.is_user() {
        record
            .text("userDisplayName", "")
            .text("userPrincipalName", "")
            .shown("userId", Guid::NIL);
        return;
    }
    let name = row.user_name();
    match row.account {
        Some(account) => record
            .text("userDisplayName", &account.display_name)
            .text("userPrincipalName", name)
            .shown("userId", account.id),
        None => record
            .text("userDisplayName", &name)
            .text("userPrincipalName", name)
            .shown("userId", Guid::NIL),
    };
}

fn by_what(record: &mut Object<'_>, row: &Row<'_>) {
    let (id, name) = row.application();
    record.shown("appId", id).text("appDisplayName", name);
    match row.address {
        Some(address) => record.shown("ipAddress", address),
        None => record.text("ipAddress", ""),
    };
    record.null("ipAddressFromResourceProvider");
    let (app, agent) = match row.client {
        Some(client) if row.is_user() => {
            (client_app(client, row.sign_in), client.user_agent.as_str())
        }
        Some(client) => ("", client.user_agent.as_str()),
        None => ("", ""),
    };
    record
        .text("clientAppUsed", app)
        .text("userAgent", agent)
        .shown("correlationId", row.sign_in.correlation)
        .text("conditionalAccessStatus", policies::status(row))
        .shown("originalRequestId", row.sign_in.id);
}

/// Risk is told to tenants with P2; others see that there is something they may not see.
fn risk(record: &mut Object<'_>, row: &Row<'_>) {
    let none = (None, &[][..]);
    let (level, events) = row
        .sign_in
        .risk
        .as_ref()
        .map_or(none, |(level, events)| (Some(*level), events.as_slice()));
    let told = row.world.tenant.entra == EntraPlan::P2;
    let state = if level.is_some() { "atRisk" } else { "none" };
    let (detail, level) = match (row.is_user(), told) {
        (false, _) => ("none", "none"),
        (true, true) => ("none", level.unwrap_or("none")),
        (true, false) => ("hidden", "hidden"),
    };
    record
        .text("riskDetail", detail)
        .text("riskLevelAggregated", level)
        .text("riskLevelDuringSignIn", level)
        .text("riskState", state);
    for key in ["riskEventTypes", "riskEventTypes_v2"] {
        match (told, events.is_empty()) {
            (_, true) => record.list(key, |_| {}),
            (true, false) => record.texts(key, events),
            (false, false) => record.texts(key, ["generic"]),
        };
    }
}

fn resource(record: &mut Object<'_>, row: &Row<'_>) {
    let app = row.world.app(row.sign_in.resource);
    let tenant = &row.world.tenant;
    let home = match (
        &row.sign_in.home,
        row.account.and_then(|account| account.home.as_ref()),
    ) {
        (Some((home, _)), _) | (None, Some((home, _))) => *home,
        (None, None) => tenant.id,
    };
    record
        .text("resourceDisplayName", &app.name)
        .shown("resourceId", app.id)
        .shown("resourceTenantId", tenant.id)
        .shown("homeTenantId", home)
        .text("homeTenantName", "")
        .list("authenticationMethodsUsed", |_| {});
}

fn authentication(record: &mut Object<'_>, row: &Row<'_>) {
    let sign_in = row.sign_in;
    let typed = sign_in.kind == SignInKind::Interactive
        && sign_in.steps.iter().any(|step| step.method == "Password");
    record.text(
        "authenticationRequirement",
        match sign_in.requirement {
            Requirement::SingleFactor => "singleFactorAuthentication",
            Requirement::MultiFactor => "multiFactorAuthentication",
        },
    );
    if typed {
        record
            .text("signInIdentifier", row.user_name())
            .text("signInIdentifierType", "userPrincipalName");
    } else {
        record
            .text("signInIdentifier", "")
            .null("signInIdentifierType");
    }
    let principal = row.principal.filter(|_| !row.is_user());
    record
        .text(
            "servicePrincipalName",
            principal.map_or("", |app| app.name.as_str()),
        )
        .text(
            "servicePrincipalId",
            principal.map_or_else(String::new, |app| app.principal.to_string()),
        )
        .texts(
            "signInEventTypes",
            [match sign_in.kind {
                SignInKind::Interactive => "interactiveUser",
                SignInKind::NonInteractive => "nonInteractiveUser",
                SignInKind::ServicePrincipal => "servicePrincipal",
                SignInKind::ManagedIdentity => "managedIdentity",
            }],
        )
        .text("userType", user_type(row))
        .flag("flaggedForReview", false)
        .flag("isTenantRestricted", false)
        .number(
            "autonomousSystemNumber",
            row.network.map_or(0, |network| network.asn),
        )
        .text("crossTenantAccessType", crosses(row))
        .text("servicePrincipalCredentialKeyId", key(row))
        .text("servicePrincipalCredentialThumbprint", thumbprint(row))
        .text("federatedCredentialId", "");
}

fn user_type(row: &Row<'_>) -> &'static str {
    match row.account {
        _ if !row.is_user() => "member",
        Some(account) if account.kind == AccountKind::Guest => "guest",
        _ => "member",
    }
}

fn crosses(row: &Row<'_>) -> &'static str {
    match (&row.sign_in.home, row.account) {
        (Some((_, how)), _) => how,
        (None, Some(account)) if account.home.is_some() => "b2bCollaboration",
        (None, _) => "none",
    }
}

fn key(row: &Row<'_>) -> String {
    row.sign_in
        .credential
        .map_or_else(String::new, |key| key.to_string())
}

/// Whether the key of a service principal is a certificate; the id of the key decides, so that all its rows
/// agree.
fn certificate(row: &Row<'_>) -> bool {
    row.sign_in
        .credential
        .is_some_and(|key| key.bytes().first().is_some_and(|byte| byte % 3 == 0))
}

/// The thumbprint of the certificate: 40 digits that belong to the key.
fn thumbprint(row: &Row<'_>) -> String {
    match row.sign_in.credential {
        Some(key) if certificate(row) => {
            let bytes = key.bytes();
            bytes
                .iter()
                .chain(bytes.iter().take(4))
                .zip(0_u8..)
                .map(|(byte, at)| format!("{:02X}", byte.wrapping_mul(167).wrapping_add(at)))
                .collect()
        }
        _ => String::new(),
    }
}

fn credential_type(row: &Row<'_>) -> &'static str {
    match (row.sign_in.kind, row.sign_in.credential) {
        (SignInKind::ManagedIdentity, _) => "managedIdentity",
        (_, Some(_)) if certificate(row) => "certificate",
        (_, Some(_)) => "clientSecret",
        _ => "none",
    }
}

fn tokens(record: &mut Object<'_>, row: &Row<'_>) {
    let sign_in = row.sign_in;
    let resource = row.world.app(sign_in.resource);
    record
        .shown("uniqueTokenIdentifier", row.token)
        .text(
            "incomingTokenType",
            match sign_in.origin {
                TokenOrigin::None => "none",
                TokenOrigin::RefreshToken => "refreshToken",
                TokenOrigin::PrimaryRefreshToken => "primaryRefreshToken",
                TokenOrigin::Saml20 => "saml20",
            },
        )
        .text("authenticationProtocol", protocol(sign_in.protocol))
        .shown("resourceServicePrincipalId", resource.principal)
        .text("signInTokenProtectionStatus", bound(sign_in.bound))
        .text(
            "originalTransferMethod",
            match sign_in.transfer {
                Transfer::None => "none",
                Transfer::DeviceCodeFlow => "deviceCodeFlow",
                Transfer::AuthenticationTransfer => "authenticationTransfer",
            },
        )
        .flag("isThroughGlobalSecureAccess", false)
        .text("globalSecureAccessIpAddress", "")
        .list("conditionalAccessAudiences", |_| {});
    match row.session.filter(|_| row.is_user()) {
        Some(session) => record.shown("sessionId", session),
        None => record.text("sessionId", ""),
    };
}

fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::None => "none",
        Protocol::OAuth2 => "oAuth2",
        Protocol::Ropc => "ropc",
        Protocol::WsFederation => "wsFederation",
        Protocol::Saml20 => "saml20",
        Protocol::DeviceCode => "deviceCode",
    }
}

const fn bound(bound: Option<bool>) -> &'static str {
    match bound {
        None => "none",
        Some(true) => "bound",
        Some(false) => "unbound",
    }
}

fn issuer(sign_in: &SignIn) -> &'static str {
    if sign_in.federated {
        "ADFederationServices"
    } else {
        "AzureAD"
    }
}

/// The directory of an application's maker.
fn owner(app: &App) -> Guid {
    match app.kind {
        AppKind::FirstPartyClient | AppKind::FirstPartyService => {
            Guid::parse(MICROSOFT).unwrap_or(app.owner_tenant)
        }
        _ => app.owner_tenant,
    }
}

fn owner_of_client(row: &Row<'_>) -> Guid {
    let (id, _) = row.application();
    row.world
        .app_by_id(id)
        .map(|number| owner(row.world.app(number)))
        .or_else(|| Guid::parse(MICROSOFT))
        .unwrap_or(Guid::NIL)
}
