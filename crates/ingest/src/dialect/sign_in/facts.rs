//! The named facts of a sign-in that have no column, under one name in every dialect.

use std::borrow::Cow;

use hourzero_model::Fact;
use sonic_rs::Value;

use super::columns::SignInColumn as C;
use super::place::Whereabouts;
use super::word;
use crate::dialect::slot::{self, Slots, member};

/// Results of a Conditional Access policy that did not bear on the sign-in.
const NOT_APPLIED: [&str; 5] = [
    "notApplied",
    "notEnabled",
    "unknown",
    "unknownFutureValue",
    "reportOnlyNotApplied",
];

/// The list of named facts under construction.
#[derive(Debug, Default)]
pub(super) struct Facts(Vec<Fact>);

impl Facts {
    /// Adds a fact where there is one.
    pub(super) fn add(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.0.push((name.into(), value.into()));
        }
    }

    /// The facts in the order in which they were added.
    pub(super) fn into_list(self) -> Vec<Fact> {
        self.0
    }
}

/// A word in Graph's spelling.
pub(super) fn spelled(
    slots: &Slots<'_, C>,
    slot: C,
    known: &[&str],
    aliases: word::Aliases,
) -> Option<String> {
    slots
        .text(slot)
        .map(|text| word::spelled(&text, known, aliases))
}

/// What the sign-in says about policies, tokens and tenants.
pub(super) fn policy_and_token(slots: &Slots<'_, C>, facts: &mut Facts) {
    facts.add(
        "ConditionalAccessStatus",
        spelled(
            slots,
            C::ConditionalAccess,
            word::ACCESS,
            word::ACCESS_ALIASES,
        ),
    );
    facts.add(
        "IncomingTokenType",
        spelled(slots, C::IncomingToken, word::INCOMING, &[]),
    );
    facts.add(
        "OriginalTransferMethod",
        spelled(slots, C::TransferMethod, word::TRANSFERS, &[]),
    );
    facts.add(
        "CrossTenantAccessType",
        spelled(slots, C::CrossTenant, word::CROSS_TENANT, &[]),
    );
    facts.add("HomeTenantId", slots.id(C::HomeTenant));
    facts.add("ResourceTenantId", slots.id(C::ResourceTenant));
    facts.add("UserType", user_type(slots));
    facts.add(
        "TokenIssuerType",
        spelled(slots, C::TokenIssuer, word::ISSUERS, word::ISSUER_ALIASES),
    );
    let protection = slots
        .entered(C::TokenProtectionDetails)
        .and_then(|details| member(&details, "signInSessionStatus"))
        .or_else(|| slots.text(C::TokenProtection));
    facts.add(
        "TokenProtection",
        protection.map(|text| word::spelled(&text, word::PROTECTION, &[])),
    );
    facts.add(
        "ClientCredentialType",
        spelled(slots, C::CredentialType, word::CREDENTIALS, &[]),
    );
    facts.add("CredentialKeyId", slots.id(C::CredentialKeyId));
    facts.add("CredentialThumbprint", slots.text(C::CredentialThumbprint));
    for policy in slots.list(C::Policies) {
        facts.add("ConditionalAccessPolicy", applied(&policy));
    }
}

/// `Member` or `Guest`.
pub(super) fn user_type(slots: &Slots<'_, C>) -> Option<String> {
    spelled(slots, C::UserType, word::USERS, &[]).or_else(|| {
        let guest = word::truth(&slots.text(C::IsGuest)?);
        Some(if guest == "True" { "Guest" } else { "Member" }.to_owned())
    })
}

/// `name: result` of a policy that bore on the sign-in.
fn applied(policy: &Value) -> Option<String> {
    let result = member(policy, "result")?;
    if NOT_APPLIED
        .iter()
        .any(|word| word.eq_ignore_ascii_case(&result))
    {
        return None;
    }
    let name = member(policy, "displayName").or_else(|| member(policy, "id"))?;
    Some(format!("{name}: {result}"))
}

/// How the user proved who he is, step by step, and what the service noted about it.
pub(super) fn authentication(slots: &Slots<'_, C>, facts: &mut Facts) {
    for step in slots.list(C::Steps) {
        facts.add(
            "AuthenticationMethod",
            member(&step, "authenticationMethod"),
        );
        facts.add(
            "AuthenticationMethodDetail",
            member(&step, "authenticationMethodDetail"),
        );
        let detail = member(&step, "authenticationStepResultDetail");
        facts.add(
            "AuthenticationStepResult",
            detail.or_else(|| member(&step, "succeeded").map(|text| word::truth(&text))),
        );
    }
    for note in slots.list(C::Processing) {
        if let Some(key) = member(&note, "key") {
            facts.add(
                &format!("AuthenticationProcessing.{key}"),
                member(&note, "value"),
            );
        }
    }
    let details = slots
        .entered(C::Status)
        .and_then(|status| member(&status, "additionalDetails"))
        .or_else(|| slots.text(C::AdditionalDetails))
        .or_else(|| slots.text(C::MfaResult));
    facts.add("AdditionalDetails", details);
}

/// The device as the service saw it, whether it came as an object or as columns.
pub(super) struct Device<'a, 'b> {
    slots: &'b Slots<'a, C>,
    detail: Option<Cow<'a, Value>>,
}

impl<'a, 'b> Device<'a, 'b> {
    /// The device of a sign-in.
    pub(super) fn of(slots: &'b Slots<'a, C>) -> Self {
        Self {
            slots,
            detail: slots.entered(C::DeviceDetail),
        }
    }

    fn part(&self, key: &str, slot: C) -> Option<String> {
        let inside = self
            .detail
            .as_deref()
            .and_then(|detail| member(detail, key));
        inside.or_else(|| self.slots.text(slot))
    }

    /// Its id, lower-case.
    pub(super) fn id(&self) -> Option<String> {
        self.part("deviceId", C::DeviceId)
            .and_then(|id| slot::real_id(&id))
    }

    /// Its facts.
    pub(super) fn facts(&self, facts: &mut Facts) {
        let trust = self
            .part("trustType", C::TrustType)
            .map(|text| word::spelled(&text, word::TRUSTS, word::TRUST_ALIASES));
        facts.add("DeviceTrustType", trust);
        facts.add(
            "DeviceOperatingSystem",
            self.part("operatingSystem", C::OperatingSystem),
        );
        facts.add("DeviceBrowser", self.part("browser", C::Browser));
        facts.add("DeviceDisplayName", self.part("displayName", C::DeviceName));
        let truth = |text: String| word::truth(&text);
        facts.add(
            "DeviceIsCompliant",
            self.part("isCompliant", C::Compliant).map(truth),
        );
        facts.add(
            "DeviceIsManaged",
            self.part("isManaged", C::Managed).map(truth),
        );
    }
}

/// Where it came from.
pub(super) fn network(slots: &Slots<'_, C>, place: &Whereabouts, facts: &mut Facts) {
    facts.add("City", place.city.clone());
    facts.add("State", place.state.clone());
    for network in slots.list(C::Networks) {
        facts.add("NetworkType", member(&network, "networkType"));
        let names = slot::member_value(&network, "networkNames");
        for name in slot::elements(names) {
            facts.add("NetworkName", slot::text_of(&name));
        }
    }
}

/// The risk that Entra saw in the sign-in.
#[derive(Debug)]
pub(super) struct Risk {
    during: Option<String>,
    aggregated: Option<String>,
    state: Option<String>,
    detail: Option<String>,
    types: Vec<String>,
}

impl Risk {
    /// The risk of a sign-in.
    pub(super) fn of(slots: &Slots<'_, C>) -> Self {
        let level = |slot| spelled(slots, slot, word::LEVELS, word::LEVEL_ALIASES);
        let mut types = slots.words(C::RiskTypes);
        if types.is_empty() {
            types = slots.words(C::RiskTypesOld);
        }
        Self {
            during: level(C::RiskDuring),
            aggregated: level(C::RiskAggregated),
            state: spelled(slots, C::RiskState, word::STATES, word::STATE_ALIASES),
            detail: slots.text(C::RiskDetail),
            types,
        }
    }

    /// Levels, state and types that say anything, each once, separated by `;`.
    pub(super) fn summary(&self) -> Option<String> {
        let said = [&self.during, &self.aggregated, &self.state];
        let mut words: Vec<&str> = Vec::new();
        let levels = said.into_iter().flatten().map(String::as_str);
        for text in levels.chain(self.types.iter().map(String::as_str)) {
            if text != "none" && !words.contains(&text) {
                words.push(text);
            }
        }
        (!words.is_empty()).then(|| words.join(";"))
    }

    /// Its facts.
    pub(super) fn facts(self, facts: &mut Facts) {
        facts.add("RiskLevelDuringSignIn", self.during);
        facts.add("RiskLevelAggregated", self.aggregated);
        facts.add("RiskState", self.state);
        facts.add("RiskDetail", self.detail);
        for text in self.types {
            facts.add("RiskEventType", Some(text));
        }
    }
}
