//! Risk detections of Entra ID Protection, as Graph gives them (`facts/schemas.md` §3.3). Without P2 there
//! are few words: the type is `generic`, the level hidden (`facts/logs-collect.md` §7).

use super::sign_in::location;
use super::stamp::ticks;
use super::{Source, Writing};
use crate::happening::{Act, RiskDetection};
use crate::json;
use crate::world::EntraPlan;

/// Techniques that go with a type.
fn techniques(kind: &str) -> &'static str {
    match kind {
        "anonymizedIPAddress" | "riskyIPAddress" => "T1090.003,T1078",
        "passwordSpray" => "T1110.003,T1110.001",
        "leakedCredentials" => "T1589.001",
        "anomalousToken" | "tokenIssuerAnomaly" => "T1539,T1606.002",
        "attackerinTheMiddle" => "T1557,T1539",
        "suspiciousAPITraffic" => "T1087.004",
        "mcasSuspiciousInboxManipulationRules" => "T1564.008",
        "suspiciousInboxForwarding" => "T1114.003",
        "attemptedPrtAccess" => "T1528",
        _ => "T1078",
    }
}

/// The product that found it.
fn source(kind: &str) -> &'static str {
    match kind {
        _ if kind.starts_with("mcas") => "MicrosoftCloudAppSecurity",
        "suspiciousInboxForwarding" | "newCountry" | "riskyIPAddress" => {
            "MicrosoftCloudAppSecurity"
        }
        "attemptedPrtAccess" => "Defender for Endpoint",
        _ => "IdentityProtection",
    }
}

/// Adds the detection.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let happening = writing.happening;
    let (Act::Risk(detection), Some(number)) = (&happening.act, happening.account) else {
        return;
    };
    let world = writing.world;
    let account = world.account(number);
    let told = world.tenant.entra == EntraPlan::P2;
    let id: String = [writing.stream.guid(), writing.stream.guid()]
        .iter()
        .flat_map(|part| part.bytes())
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let digit = u8::try_from(writing.stream.below(10)).unwrap_or(0);
    let updated = happening.at.plus_seconds(writing.stream.between(20, 1_500));
    let (request, correlation) = match detection.request {
        Some((request, correlation)) => (request.to_string(), correlation.to_string()),
        None => (String::new(), String::new()),
    };
    let access = happening.access.as_ref();
    let text = json::object(|row| {
        row.text("id", &id)
            .text("requestId", &request)
            .text("correlationId", &correlation)
            .text(
                "riskEventType",
                if told { detection.kind } else { "generic" },
            )
            .text("riskState", detection.state)
            .text("riskLevel", if told { detection.level } else { "hidden" })
            .text(
                "riskDetail",
                if told { detail(detection) } else { "hidden" },
            )
            .text("source", source(detection.kind))
            .text("detectionTimingType", detection.timing)
            .text(
                "activity",
                if detection.request.is_some() {
                    "signin"
                } else {
                    "user"
                },
            )
            .text("tokenIssuerType", "AzureAD");
        match access {
            Some(access) => row.shown("ipAddress", access.place.address),
            None => row.null("ipAddress"),
        };
        row.shown("activityDateTime", ticks(detection.activity, digit))
            .shown("detectedDateTime", ticks(happening.at, digit))
            .shown("lastUpdatedDateTime", ticks(updated, digit))
            .shown("userId", account.id)
            .text("userDisplayName", &account.display_name)
            .text("userPrincipalName", account.upn_lower())
            .text("additionalInfo", additional(writing, detection, told));
        location(
            row,
            "location",
            access.map(|access| world.network(access.place.network)),
        );
    });
    let latency = match detection.timing {
        "realtime" => writing.stream.between(120, 600),
        "nearRealtime" => writing.stream.between(300, 1_800),
        _ => writing.stream.between(1_200, 7_200),
    };
    writing.push(Source::Risk, id, latency, text);
}

/// Why the state is what it is.
fn detail(detection: &RiskDetection) -> &'static str {
    match detection.state {
        "remediated" => "userPerformedSecuredPasswordReset",
        "dismissed" => "adminDismissedAllRiskForUser",
        "confirmedCompromised" => "adminConfirmedUserCompromised",
        "confirmedSafe" => "adminConfirmedSigninSafe",
        _ => "none",
    }
}

/// `additionalInfo`: a list of keys and values inside a text.
fn additional(writing: &Writing<'_, '_>, detection: &RiskDetection, told: bool) -> String {
    let pair = |key: &str, value: &str| {
        json::object(|pair| {
            pair.text("Key", key).text("Value", value);
        })
    };
    let mut pairs = Vec::new();
    if let Some(access) = &writing.happening.access {
        pairs.push(pair("userAgent", &access.client.user_agent));
    }
    if told {
        pairs.push(pair("mitreTechniques", techniques(detection.kind)));
    }
    format!("[{}]", pairs.join(","))
}
