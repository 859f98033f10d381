//! The nested parts of a sign-in: second factor, outcome, device, place, steps.

use super::{Row, bound, words};
use crate::happening::{Requirement, SignIn, SignInKind};
use crate::json::{self, Object};
use crate::logs::stamp::seconds;
use crate::world::{Client, ClientKind, EntraPlan, Network, NetworkKind, TrustType};

/// A step that was a second factor, and not one that was remembered.
fn is_second_factor(method: &str) -> bool {
    !matches!(method, "Password" | "Previously satisfied" | "")
}

pub(super) fn second_factor(record: &mut Object<'_>, sign_in: &SignIn) {
    match sign_in
        .steps
        .iter()
        .find(|step| is_second_factor(step.method))
    {
        Some(step) => record.object("mfaDetail", |detail| {
            detail.text("authMethod", step.method);
            if step.detail.is_empty() {
                detail.null("authDetail");
            } else {
                detail.text("authDetail", &step.detail);
            }
        }),
        None => record.null("mfaDetail"),
    };
}

pub(super) fn status(record: &mut Object<'_>, sign_in: &SignIn) {
    record.object("status", |status| {
        status
            .number("errorCode", sign_in.error)
            .text("failureReason", words::failure_reason(sign_in.error));
        match words::additional_details(sign_in) {
            Some(text) => status.text("additionalDetails", text),
            None => status.null("additionalDetails"),
        };
    });
}

/// How a device belongs to the directory, as sign-ins say it.
pub(in crate::logs) const fn trust(kind: TrustType) -> &'static str {
    match kind {
        TrustType::Registered => "Azure AD registered",
        TrustType::Joined => "Azure AD joined",
        TrustType::Hybrid => "Hybrid Azure AD joined",
    }
}

/// The browser of a sign-in: what the client is, or the library of a rich client on Windows.
pub(in crate::logs) fn browser(client: Option<&Client>) -> &str {
    match client {
        Some(client)
            if client.browser.is_empty()
                && client.kind == ClientKind::App
                && client.os.starts_with("Windows") =>
        {
            "Rich Client 4.65.0.0"
        }
        Some(client) => &client.browser,
        None => "",
    }
}

pub(super) fn device(record: &mut Object<'_>, row: &Row<'_>) {
    record.object("deviceDetail", |detail| {
        let client = row.client.filter(|_| row.is_user());
        let system = client.map_or("", |client| client.os.as_str());
        match row.device {
            Some(device) => detail
                .shown("deviceId", device.id)
                .text("displayName", &device.name)
                .text(
                    "operatingSystem",
                    if system.is_empty() {
                        &device.os
                    } else {
                        system
                    },
                )
                .text("browser", browser(client))
                .flag("isCompliant", device.compliant)
                .flag("isManaged", device.managed)
                .text("trustType", trust(device.trust)),
            None => detail
                .text("deviceId", "")
                .text("displayName", "")
                .text("operatingSystem", system)
                .text("browser", browser(client))
                .flag("isCompliant", false)
                .flag("isManaged", false)
                .text("trustType", ""),
        };
    });
}

/// Thousandths of a degree as a number.
pub(in crate::logs) fn degrees(thousandths: i32) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let (whole, rest) = (
        thousandths.unsigned_abs() / 1_000,
        thousandths.unsigned_abs() % 1_000,
    );
    let digits = format!("{rest:03}");
    match digits.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        digits => format!("{sign}{whole}.{digits}"),
    }
}

/// Where a network is; nulls where the log does not know.
pub(in crate::logs) fn location(record: &mut Object<'_>, key: &str, network: Option<&Network>) {
    record.object(key, |location| {
        match network {
            Some(network) => location
                .text("city", &network.city)
                .text("state", &network.state)
                .text("countryOrRegion", &network.country),
            None => location
                .text("city", "")
                .text("state", "")
                .text("countryOrRegion", ""),
        };
        location.object("geoCoordinates", |place| {
            place.null("altitude");
            match network {
                Some(network) => place
                    .raw("latitude", &degrees(network.coordinates.0))
                    .raw("longitude", &degrees(network.coordinates.1)),
                None => place.null("latitude").null("longitude"),
            };
        });
    });
}

/// What was noted while the request was processed; the list of scopes is JSON inside a text.
pub(super) fn processing(record: &mut Object<'_>, row: &Row<'_>, hinted: bool, continuous: bool) {
    let sign_in = row.sign_in;
    record.list("authenticationProcessingDetails", |list| {
        let mut pair = |key: &str, value: &str| {
            list.object(|pair| {
                pair.text("key", key).text("value", value);
            });
        };
        if !row.is_user() {
            if sign_in.kind == SignInKind::ServicePrincipal {
                pair(
                    "Azure AD App Authentication Library",
                    "Family: MSAL Library: MSAL.NET 4.65.0.0 Platform: .NET Core",
                );
            }
            return;
        }
        if hinted && sign_in.kind == SignInKind::Interactive {
            pair("Login Hint Present", "True");
        }
        pair("Legacy TLS (TLS 1.0, 1.1, 3DES)", "False");
        if !sign_in.scopes.is_empty() {
            let scopes: Vec<String> = sign_in
                .scopes
                .iter()
                .map(|scope| json::quoted(scope))
                .collect();
            pair("Oauth Scope Info", &format!("[{}]", scopes.join(",")));
        }
        pair("Is CAE Token", if continuous { "True" } else { "False" });
    });
}

/// Networks that the tenant has named; the company's own are, where policies can use them.
pub(super) fn network_details(record: &mut Object<'_>, row: &Row<'_>) {
    let named = row.network.is_some_and(|network| {
        matches!(network.kind, NetworkKind::Office | NetworkKind::CompanyVpn)
    });
    record.list("networkLocationDetails", |list| {
        if named && row.world.tenant.entra != EntraPlan::Free {
            list.object(|detail| {
                detail
                    .text("networkType", "trustedNamedLocation")
                    .texts("networkNames", [&row.world.tenant.name]);
            });
        }
    });
}

pub(super) fn steps(record: &mut Object<'_>, sign_in: &SignIn) {
    record.list("authenticationDetails", |list| {
        for step in &sign_in.steps {
            list.object(|detail| {
                detail
                    .shown("authenticationStepDateTime", seconds(step.at))
                    .text("authenticationMethod", step.method);
                if step.detail.is_empty() {
                    detail.null("authenticationMethodDetail");
                } else {
                    detail.text("authenticationMethodDetail", &step.detail);
                }
                detail
                    .flag("succeeded", step.succeeded)
                    .text("authenticationStepResultDetail", step.result)
                    .text("authenticationStepRequirement", step.requirement);
            });
        }
    });
}

pub(super) fn requirements(record: &mut Object<'_>, row: &Row<'_>) {
    record.list("authenticationRequirementPolicies", |list| {
        if !row.is_user() || row.sign_in.requirement != Requirement::MultiFactor {
            return;
        }
        let (provider, detail) = if row.world.policies.iter().any(|policy| policy.requires_mfa) {
            ("multiConditionalAccess", "Conditional Access")
        } else {
            ("securityDefaults", "Security defaults")
        };
        list.object(|policy| {
            policy
                .text("requirementProvider", provider)
                .text("detail", detail);
        });
    });
}

pub(super) fn managed_identity(record: &mut Object<'_>, row: &Row<'_>) {
    let kind = if row.sign_in.kind == SignInKind::ManagedIdentity {
        "systemAssigned"
    } else {
        "none"
    };
    record.object("managedServiceIdentity", |identity| {
        identity
            .text("msiType", kind)
            .null("associatedResourceId")
            .null("federatedTokenId")
            .null("federatedTokenIssuer");
    });
}

pub(super) fn protection(record: &mut Object<'_>, sign_in: &SignIn) {
    record.object("tokenProtectionStatusDetails", |details| {
        details.text("signInSessionStatus", bound(sign_in.bound));
        match sign_in.bound {
            Some(false) => details.number("signInSessionStatusCode", 1_002),
            _ => details.null("signInSessionStatusCode"),
        };
    });
}
