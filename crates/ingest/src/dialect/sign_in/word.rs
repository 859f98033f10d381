//! One spelling a word: the portal writes `Multifactor authentication`, the hunting tables `0`, Graph
//! `multiFactorAuthentication`; a rule must find one.
//!
//! Takes a word as logged and gives Graph's spelling where the word is known, else the word itself.

use hourzero_model::Outcome;

use crate::dialect::slot::fold;

/// A vocabulary: other writings, folded, and what they mean.
pub(super) type Aliases = &'static [(&'static str, &'static str)];

/// Error numbers with which Entra stops a sign-in to ask for more, so that it has neither succeeded nor
/// failed (`facts/schemas.md` §5, "Success & interrupts"): no session yet (50058), routing between
/// accounts and tenants (16000, 16003, 50059), registration of a second factor (50072, 50079), a second
/// factor asked for (50074, 50076, 50078, 50158), password to be changed (50125), device to be proven
/// (50097, 50129, 50155), "keep me signed in" (50140), confirmation of the app in device code (50199).
/// Blocks by policy (53xxx, 50131) and refused consent (65001) are failures.
const INTERRUPTS: [&str; 16] = [
    "16000", "16003", "50058", "50059", "50072", "50074", "50076", "50078", "50079", "50097",
    "50125", "50129", "50140", "50155", "50158", "50199",
];

/// How a sign-in ended, from its error number; where there is none, from the portal's word.
pub(super) fn outcome(code: Option<&str>, status: Option<&str>) -> Outcome {
    match code {
        Some("0") => Outcome::Success,
        Some(code) if INTERRUPTS.contains(&code) => Outcome::Interrupted,
        Some(code) if code.bytes().all(|byte| byte.is_ascii_digit()) => Outcome::Failure,
        other => match status.or(other).map(fold).as_deref() {
            Some("success") => Outcome::Success,
            Some("failure") => Outcome::Failure,
            Some("interrupted") => Outcome::Interrupted,
            _ => Outcome::Unknown,
        },
    }
}

/// A whole number without the `.0` that data frames add.
pub(super) fn whole(text: &str) -> &str {
    text.strip_suffix(".0").unwrap_or(text)
}

/// Graph's spelling of a word, else the word as logged.
pub(super) fn spelled(text: &str, known: &[&str], aliases: Aliases) -> String {
    // Graph and Log Analytics write it so already, row after row.
    if known.contains(&text) {
        return text.to_owned();
    }
    let folded = fold(text);
    if let Some((_, word)) = aliases.iter().find(|(other, _)| *other == folded) {
        return (*word).to_owned();
    }
    known
        .iter()
        .find(|word| fold(word) == folded)
        .map_or_else(|| text.to_owned(), |word| (*word).to_owned())
}

/// `True` or `False` for any writing of a truth value, else the text as logged.
pub(super) fn truth(text: &str) -> String {
    match fold(text).as_str() {
        "true" | "yes" | "1" => "True".to_owned(),
        "false" | "no" | "0" => "False".to_owned(),
        _ => text.to_owned(),
    }
}

/// `authenticationRequirement`.
pub(super) const REQUIREMENTS: &[&str] =
    &["singleFactorAuthentication", "multiFactorAuthentication"];

/// `authenticationProtocol`.
pub(super) const PROTOCOLS: &[&str] = &[
    "none",
    "oAuth2",
    "ropc",
    "wsFederation",
    "saml20",
    "deviceCode",
    "authenticationTransfer",
    "nativeAuth",
];

/// `incomingTokenType`.
pub(super) const INCOMING: &[&str] = &[
    "none",
    "primaryRefreshToken",
    "saml11",
    "saml20",
    "remoteDesktopToken",
    "refreshToken",
];

/// `originalTransferMethod`.
pub(super) const TRANSFERS: &[&str] = &["none", "deviceCodeFlow", "authenticationTransfer"];

/// `crossTenantAccessType`.
pub(super) const CROSS_TENANT: &[&str] = &[
    "none",
    "b2bCollaboration",
    "b2bDirectConnect",
    "microsoftSupport",
    "serviceProvider",
    "passthrough",
];

/// `clientCredentialType`.
pub(super) const CREDENTIALS: &[&str] = &[
    "none",
    "clientSecret",
    "clientAssertion",
    "federatedIdentityCredential",
    "managedIdentity",
    "certificate",
];

/// `conditionalAccessStatus`.
pub(super) const ACCESS: &[&str] = &["success", "failure", "notApplied"];
/// The numbers of the hunting tables for it.
pub(super) const ACCESS_ALIASES: Aliases =
    &[("0", "success"), ("1", "failure"), ("2", "notApplied")];

/// `tokenIssuerType`.
pub(super) const ISSUERS: &[&str] = &["AzureAD", "ADFederationServices"];
/// The hunting tables' numbers and the portal's new name for it.
pub(super) const ISSUER_ALIASES: Aliases = &[
    ("0", "AzureAD"),
    ("microsoftentraid", "AzureAD"),
    ("1", "ADFederationServices"),
];

/// `signInSessionStatus`.
pub(super) const PROTECTION: &[&str] = &["none", "bound", "unbound"];

/// `riskLevelDuringSignIn`, `riskLevelAggregated`.
pub(super) const LEVELS: &[&str] = &["none", "low", "medium", "high", "hidden"];
/// The numbers of the hunting tables for it.
pub(super) const LEVEL_ALIASES: Aliases = &[
    ("0", "none"),
    ("1", "none"),
    ("10", "low"),
    ("50", "medium"),
    ("100", "high"),
];

/// `riskState`.
pub(super) const STATES: &[&str] = &[
    "none",
    "confirmedSafe",
    "remediated",
    "dismissed",
    "atRisk",
    "confirmedCompromised",
];
/// The numbers of the hunting tables for it.
pub(super) const STATE_ALIASES: Aliases = &[
    ("0", "none"),
    ("1", "confirmedSafe"),
    ("2", "remediated"),
    ("3", "dismissed"),
    ("4", "atRisk"),
    ("5", "confirmedCompromised"),
];

/// `userType`.
pub(super) const USERS: &[&str] = &["Member", "Guest"];

/// `deviceDetail.trustType` in the words that logs have used longest.
pub(super) const TRUSTS: &[&str] = &[
    "Azure AD joined",
    "Azure AD registered",
    "Hybrid Azure AD joined",
];
/// The hunting tables' words and the portal's new names for it.
pub(super) const TRUST_ALIASES: Aliases = &[
    ("azuread", "Azure AD joined"),
    ("microsoftentrajoined", "Azure AD joined"),
    ("workplace", "Azure AD registered"),
    ("microsoftentraregistered", "Azure AD registered"),
    ("serverad", "Hybrid Azure AD joined"),
    ("microsoftentrahybridjoined", "Hybrid Azure AD joined"),
];
