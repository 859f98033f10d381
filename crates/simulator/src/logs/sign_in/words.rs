//! What sign-in logs say in words: clients, reasons, details.

use crate::happening::{Protocol, SignIn};
use crate::world::{Client, ClientKind};

/// `clientAppUsed`.
pub(in crate::logs) fn client_app(client: &Client, sign_in: &SignIn) -> &'static str {
    match client.kind {
        ClientKind::Browser => "Browser",
        ClientKind::Imap => "IMAP4",
        ClientKind::Pop => "POP3",
        ClientKind::Smtp => "Authenticated SMTP",
        ClientKind::ActiveSync => "Exchange ActiveSync",
        ClientKind::WebServices => "Exchange Web Services",
        ClientKind::App | ClientKind::Script if old(client, sign_in) => "Other clients",
        ClientKind::App | ClientKind::Script => "Mobile Apps and Desktop clients",
    }
}

/// The proxy of old protocols signs in with the password itself, under a name of its own.
fn old(client: &Client, sign_in: &SignIn) -> bool {
    sign_in.protocol == Protocol::Ropc
        && ["BAV2ROPC", "CBAInPROD", "CBAinPROD"]
            .iter()
            .any(|name| client.user_agent.starts_with(name))
}

/// `status.failureReason` of an error. Codes and meanings are those of `facts/schemas.md` §5; the wording was
/// seen in real rows for 50074, 50158 and 70044, and is unverified for the rest.
#[expect(clippy::too_many_lines, reason = "a table of Microsoft's texts")]
pub(in crate::logs) const fn failure_reason(error: u32) -> &'static str {
    match error {
        16_000 => {
            "Either multiple user identities are available for the current request or selected account is not supported for the scenario."
        }
        50_034 => {
            "The user account {EUII Hidden} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."
        }
        50_053 => {
            "The account is locked, you've tried to sign in too many times with an incorrect user ID or password."
        }
        50_055 => "The password is expired.",
        50_056 => {
            "Invalid or null password: password does not exist in the directory for this user."
        }
        50_057 => "The user account is disabled.",
        50_058 => "Session information is not sufficient for single-sign-on.",
        50_059 => {
            "No tenant-identifying information found in either the request or implied by any provided credentials."
        }
        50_064 => "Credential validation failed.",
        50_072 => {
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication."
        }
        50_074 => "Strong Authentication is required.",
        50_076 => {
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource."
        }
        50_078 => {
            "Presented multi-factor authentication has expired due to policies configured by your administrator, you must refresh your multi-factor authentication to access the resource."
        }
        50_079 => {
            "Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource."
        }
        50_088 => "Limit on telecom MFA calls reached. Please try again in a few minutes.",
        50_089 => {
            "Flow token expired - Authentication failed. Have the user try signing-in again with username-password."
        }
        50_097 => "Device authentication is required.",
        50_105 => {
            "Your administrator has configured the application to block users unless they are specifically granted ('assigned') access to the application."
        }
        50_125 => "Sign-in was interrupted due to a password reset or password registration entry.",
        50_126 => "Invalid username or password or Invalid on-premise username or password.",
        50_129 => {
            "Device is not workplace joined - Workplace join is required to register the device."
        }
        50_131 => {
            "Device is not in required device state: {state}. Conditional Access policy requires a compliant device, and the device is not compliant."
        }
        50_132 => {
            "The session is not valid due to the following reasons: password expiration or recent password change, SSO Artifact is invalid or expired, session is not fresh enough for application, or a silent sign-in request was sent but the user's session with Entra is invalid or has expired."
        }
        50_133 => "Session is invalid due to expiration or recent password change.",
        50_135 => "Password change is required due to account risk.",
        50_140 => {
            "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in."
        }
        50_144 => {
            "User's Active Directory password has expired. Generate a new password for the user or have the end user using self-service reset tool."
        }
        50_155 => "Device authentication failed for this user.",
        50_158 => "External security challenge was not satisfied.",
        50_173 => {
            "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password."
        }
        50_199 => {
            "For security reasons, user confirmation is required for this request. Please repeat the request allowing user interaction."
        }
        51_004 => {
            "The user account does not exist in the directory. To sign into this application, the account must be added to the directory."
        }
        53_000 => {
            "Device is not in required device state: {state}. Conditional Access policy requires a compliant device, and the device is not compliant."
        }
        53_001 => {
            "Device is not in required device state: {state}. Conditional Access policy requires a domain joined device, and the device is not domain joined."
        }
        53_002 => "The app used is not an approved app for Conditional Access.",
        53_003 => {
            "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
        }
        53_004 => {
            "User needs to complete Multi-factor authentication registration process before accessing this content. User should register for multi-factor authentication."
        }
        65_001 => {
            "The user or administrator has not consented to use the application with ID '{identifier}'{namePhrase}. Send an interactive authorization request for this user and resource."
        }
        65_004 => "User declined to consent to access the app.",
        70_000 => "The provided grant is invalid or malformed.",
        70_008 => {
            "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource."
        }
        70_016 => "Pending end-user authorization.",
        70_018 => {
            "Invalid verification code due to user typing in wrong user code for device code flow."
        }
        70_019 => "Verification code expired.",
        70_043 => {
            "The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access."
        }
        70_044 => {
            "The session has expired or is invalid due to sign-in frequency checks by Conditional Access."
        }
        90_094 => {
            "Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin."
        }
        90_095 => {
            "Admin consent is required for the permissions requested by this application. An admin consent request may be sent to the admin."
        }
        135_011 => "The device used during the authentication is disabled.",
        500_121 => "Authentication failed during strong authentication request.",
        500_212 => {
            "The user's administrator has set an outbound access policy that does not allow access to the resource tenant."
        }
        500_213 => {
            "The resource tenant's cross-tenant access policy does not allow this user to access this tenant."
        }
        530_032 => "User blocked due to risk on home tenant.",
        530_035 => {
            "Access has been blocked by security defaults. This is due to the request using legacy auth or being deemed unsafe by security defaults policies."
        }
        700_016 => {
            "Application with identifier '{appIdentifier}' was not found in the directory '{tenantName}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        }
        700_027 => "Client assertion contains an invalid signature.",
        700_082 => "The refresh token has expired due to inactivity.",
        900_941 => {
            "An administrator must consent to this application because it is considered risky."
        }
        7_000_112 => "Application is disabled.",
        7_000_215 => "Invalid client secret is provided.",
        7_000_218 => {
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        }
        7_000_222 => "The provided client secret keys are expired.",
        _ => "Other.",
    }
}

/// `status.additionalDetails`: what became of the second factor.
pub(super) fn additional_details(sign_in: &SignIn) -> Option<&'static str> {
    let remembered = "MFA requirement satisfied by claim in the token";
    let last = sign_in
        .steps
        .iter()
        .rev()
        .find(|step| step.method != "Password" && !step.method.is_empty());
    match (sign_in.error, last) {
        (0, Some(step)) if step.result == remembered => Some(remembered),
        (0, Some(step)) if step.succeeded && step.method != "Previously satisfied" => {
            Some("MFA completed in Azure AD")
        }
        (50_074 | 50_076 | 50_079, None) => Some("MFA required in Azure AD"),
        (0, _) => None,
        (_, Some(step)) if !step.succeeded => Some(step.result),
        (50_140 | 50_199 | 70_043, Some(step)) if step.result == remembered => Some(remembered),
        _ => None,
    }
}
