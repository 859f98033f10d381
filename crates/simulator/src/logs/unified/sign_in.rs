//! Sign-ins (record type 15): what the unified audit log tells of interactive sign-ins and of some others.

use super::super::Writing;
use super::record::{self, Head, Lateness, User};
use crate::happening::{Access, Protocol, SignIn, SignInKind};
use crate::json::{List, Object};
use crate::world::{ClientKind, Device, TrustType};

/// Adds the record of a sign-in. Of the non-interactive ones only some are written, of those of service
/// principals and managed identities none; names that nobody has left the log in 2020.
pub(super) fn write(writing: &mut Writing<'_, '_>, sign_in: &SignIn) {
    let happening = writing.happening;
    let (Some(number), Some(access)) = (happening.account, &happening.access) else {
        return;
    };
    let written = match sign_in.kind {
        SignInKind::Interactive => true,
        SignInKind::NonInteractive => writing.stream.chance(NON_INTERACTIVE_THOUSANDTHS),
        SignInKind::ServicePrincipal | SignInKind::ManagedIdentity => false,
    };
    if !written {
        return;
    }
    let world = writing.world;
    let account = world.account(number);
    let resource = world.app(sign_in.resource).id;
    let failed = is_failure(sign_in.error);
    let address = access.place.address.to_string();
    let name = user_name(account.upn.as_str(), access.client.kind);
    // Interrupted attempts may carry the object id where the name belongs.
    let user_id = if failed && writing.stream.chance(8) {
        account.id.to_string()
    } else {
        name.clone()
    };
    let tenant = world.tenant.id;
    let head = Head {
        at: happening.at,
        id: sign_in.id,
        operation: if failed {
            "UserLoginFailed"
        } else {
            "UserLoggedIn"
        },
        record_type: 15,
        workload: "AzureActiveDirectory",
        result: Some(result(sign_in, failed)),
        client_ip: Some(address.clone()),
        object: Some(&resource.to_string()),
        user: User::new(user_id, account.id.to_string(), 0),
    };
    let device = access.device.map(|device| world.device(device));
    record::push(writing, &head, Lateness::Entra, |record| {
        record
            .number("AzureActiveDirectoryEventType", 1)
            .list("ExtendedProperties", |list| {
                extended(list, sign_in, access, failed);
            })
            .list("ModifiedProperties", |_| {})
            .list("Actor", |list| {
                id_and_type(list, &account.id.to_string(), 0);
                id_and_type(list, &name, 5);
            });
        let home = sign_in.home.map_or(tenant, |(home, _)| home);
        record
            .shown("ActorContextId", home)
            .text("ActorIpAddress", &address)
            .shown("InterSystemsId", sign_in.correlation)
            .shown("IntraSystemId", sign_in.id)
            .text("SupportTicketId", "")
            .list("Target", |list| {
                id_and_type(list, &resource.to_string(), 0);
            })
            .shown("TargetContextId", tenant)
            .shown("ApplicationId", access.client.app_id);
        device_properties(record, access, device);
        record.shown("ErrorNumber", sign_in.error);
        if failed {
            record.text("LogonError", logon_error(sign_in.error));
        }
    });
}

/// The share of non-interactive sign-ins that this log has.
const NON_INTERACTIVE_THOUSANDTHS: u64 = 180;

/// An interrupt for "stay signed in?" counts as a sign-in; all other codes are failures.
fn is_failure(error: u32) -> bool {
    !matches!(error, 0 | 50_140)
}

/// Browsers hand over the name as typed, which is seldom in the case of the directory.
fn user_name(upn: &str, client: ClientKind) -> String {
    if client == ClientKind::Browser {
        upn.to_lowercase()
    } else {
        upn.to_owned()
    }
}

/// `ResultStatus` is about the HTTP request: a page that says "wrong password" was served with success.
fn result(sign_in: &SignIn, failed: bool) -> &'static str {
    let page = !matches!(sign_in.request_type, "OAuth2:Token");
    if !failed || page { "Success" } else { "Failed" }
}

fn extended(list: &mut List<'_>, sign_in: &SignIn, access: &Access, failed: bool) {
    let detail = if failed {
        "UserError"
    } else if sign_in.request_type == "OAuth2:Authorize" {
        "Redirect"
    } else {
        "Success"
    };
    list.pair("ResultStatusDetail", detail);
    let agent = match sign_in.protocol {
        Protocol::Ropc if access.client.user_agent.is_empty() => "BAV2ROPC",
        _ => access.client.user_agent.as_str(),
    };
    if !agent.is_empty() {
        list.pair("UserAgent", agent);
    }
    list.pair("UserAuthenticationMethod", authentication_flags(sign_in));
    list.pair("RequestType", sign_in.request_type);
    if sign_in.error == 50_140 {
        list.pair("KeepMeSignedIn", "True");
    }
}

/// `UserAuthenticationMethod`: bits, of which 1 is the password; other values are undocumented and seen
/// with the ways of signing in given here.
fn authentication_flags(sign_in: &SignIn) -> &'static str {
    let with = |method: &str| sign_in.steps.iter().any(|step| step.method == method);
    if sign_in.federated {
        "16"
    } else if with("Windows Hello for Business") || with("FIDO2 security key") {
        "262144"
    } else if with("Temporary Access Pass") {
        "4194304"
    } else if with("Previously satisfied") {
        "16457"
    } else {
        "1"
    }
}

fn device_properties(record: &mut Object<'_>, access: &Access, device: Option<&Device>) {
    record.list("DeviceProperties", |list| {
        if let Some(device) = device {
            list.pair("Id", device.id.to_string());
            list.pair("DisplayName", &device.name);
        }
        let system = device.map_or(access.client.os.as_str(), |device| device.os.as_str());
        if !system.is_empty() {
            list.pair("OS", spelt_system(system));
        }
        list.pair("BrowserType", browser(&access.client.browser));
        if let Some(device) = device {
            list.pair("IsCompliant", truth(device.compliant));
        }
        let good = device.is_some_and(|device| device.compliant && device.managed);
        list.pair("IsCompliantAndManaged", truth(good));
        if let Some(device) = device {
            let trust = match device.trust {
                TrustType::Registered => "0",
                TrustType::Joined => "1",
                TrustType::Hybrid => "2",
            };
            list.pair("TrustType", trust);
        }
        if let Some(session) = access.session {
            list.pair("SessionId", session.to_string());
        }
    });
}

/// The sign-in log's `Windows11` has a blank here.
fn spelt_system(name: &str) -> String {
    name.replace("Windows1", "Windows 1")
}

fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// `Edge 130.0.0` is `Edge` here; apps are `Other`.
fn browser(name: &str) -> &str {
    name.split(' ')
        .next()
        .filter(|word| !word.is_empty())
        .unwrap_or("Other")
}

/// `LogonError` of an error code (`facts/schemas.md` §2.4 and §5).
fn logon_error(code: u32) -> &'static str {
    match code {
        50_034 => "UserAccountNotFound",
        50_053 => "IdsLocked",
        50_055 => "InvalidPasswordExpiredPassword",
        50_056 => "InvalidUserNameOrPassword",
        50_057 => "UserDisabled",
        50_058 => "UserInformationNotProvided",
        50_072 => "UserStrongAuthEnrollmentRequiredInterrupt",
        50_074 => "UserStrongAuthClientAuthNRequiredInterrupt",
        50_076 => "UserStrongAuthClientAuthNRequired",
        50_078 => "UserStrongAuthExpired",
        50_079 => "UserStrongAuthEnrollmentRequired",
        50_097 => "DeviceAuthenticationRequired",
        50_105 => "EntitlementGrantsNotFound",
        50_125 => "PasswordResetRegistrationRequiredInterrupt",
        50_126 => "InvalidUserNameOrPassword",
        50_131 => "ConditionalAccessFailed",
        50_132 | 50_133 => "SsoArtifactInvalidOrExpired",
        50_144 => "InvalidPasswordExpiredOnPremPassword",
        50_173 => "FreshTokenNeeded",
        50_199 => "CmsiInterrupt",
        53_000 => "DeviceNotCompliant",
        53_001 => "DeviceNotDomainJoined",
        53_003 => "BlockedByConditionalAccess",
        65_001 => "DelegationDoesNotExist",
        65_004 => "UserDeclinedConsent",
        70_008 => "ExpiredOrRevokedGrant",
        70_043 => "BadTokenDueToSignInFrequency",
        90_094 | 90_095 => "AdminConsentRequired",
        500_121 => "AuthenticationFailedSasError",
        530_034 => "DelegatedAdminBlockedDueToSuspiciousActivity",
        700_016 => "UnauthorizedClient_DoesNotMatchRequest",
        700_082 => "ExpiredOrRevokedGrantInactiveToken",
        7_000_112 => "UnauthorizedClientApplicationDisabled",
        _ => "Other",
    }
}

/// An entry of `Actor` or `Target`.
pub(super) fn id_and_type(list: &mut List<'_>, id: &str, kind: u8) {
    list.object(|entry| {
        entry.text("ID", id).number("Type", kind);
    });
}
