//! Alerts, as `alerts_v2` of Graph gives them, with their evidence (`facts/schemas.md` §3.4).

mod evidence;

use super::hunting;
use super::stamp::ticks;
use super::{Source, Writing};
use crate::happening::{Act, Alert, AlertEntity};
use crate::json::{self, Object};
use crate::world::EntraPlan;

/// An alert with the ids that its rows share.
pub(super) struct Raised<'a> {
    /// What is said.
    pub(super) alert: &'a Alert,
    /// `AlertId`, `id`.
    pub(super) id: String,
    /// The incident that it belongs to.
    pub(super) incident: u64,
    /// The last digit of its times.
    pub(super) digit: u8,
}

/// Adds the alert and its rows of hunting. Alerts exist where Defender is licensed; those of Identity
/// Protection with P2 as well.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let Act::Alert(alert) = &writing.happening.act else {
        return;
    };
    let tenant = &writing.world.tenant;
    let protection = alert.source == "azureAdIdentityProtection" && tenant.entra == EntraPlan::P2;
    if !tenant.defender && !protection {
        return;
    }
    let raised = Raised {
        alert,
        id: id(writing, alert),
        incident: incident(writing, alert),
        digit: u8::try_from(writing.stream.below(10)).unwrap_or(0),
    };
    let latency = writing.stream.between(60, 1_200);
    let text = graph(writing, &raised);
    writing.push(Source::Alerts, raised.id.clone(), latency, text);
    if tenant.defender {
        hunting::write_alert(writing, &raised, latency);
    }
}

/// The id of an alert: a mark of its product and what that product counts with.
fn id(writing: &mut Writing<'_, '_>, alert: &Alert) -> String {
    let hex = |writing: &mut Writing<'_, '_>, digits: usize| -> String {
        let first = writing.stream.guid().to_string() + &writing.stream.guid().to_string();
        first
            .chars()
            .filter(|sign| *sign != '-')
            .take(digits)
            .collect()
    };
    match alert.source {
        "microsoftDefenderForOffice365" => format!("fa{}", writing.stream.guid()),
        "microsoftDefenderForCloudApps" => format!("ca{}", hex(writing, 24)),
        "azureAdIdentityProtection" => format!("ad{}", hex(writing, 40)),
        "microsoftDefenderForIdentity" => format!("aa{}", writing.stream.guid()),
        "microsoftDefenderForEndpoint" => format!("da{}_1", writing.stream.guid()),
        _ => {
            let ticks = writing.happening.at.micros() * 10 + 621_355_968_000_000_000;
            let number = writing.stream.between(-2_000_000_000, 2_000_000_000);
            format!("ra{ticks}_{number}")
        }
    }
}

/// Alerts about the same account within a week are one incident.
fn incident(writing: &Writing<'_, '_>, alert: &Alert) -> u64 {
    let week = crate::calendar::Day::of(writing.happening.at).0 / 7;
    let account = alert.entities.iter().find_map(|entity| match entity {
        AlertEntity::Account(number) | AlertEntity::MailboxConfiguration(number, _) => {
            Some(u64::from(number.0))
        }
        _ => None,
    });
    let mut stream = writing
        .world
        .seed
        .child("incident")
        .number(u64::try_from(week).unwrap_or(0))
        .number(account.unwrap_or(u64::MAX))
        .stream();
    1_000 + stream.below(90_000)
}

/// A first letter in capitals, as hunting writes severities.
pub(super) fn capital(word: &str) -> String {
    let mut signs = word.chars();
    signs
        .next()
        .map(|first| first.to_uppercase().chain(signs).collect())
        .unwrap_or_default()
}

fn graph(writing: &Writing<'_, '_>, raised: &Raised<'_>) -> String {
    let alert = raised.alert;
    let tenant = writing.world.tenant.id;
    let time = |at| ticks(at, raised.digit);
    let at = writing.happening.at;
    json::object(|row| {
        row.text("id", &raised.id)
            .text("providerAlertId", provider_id(&raised.id))
            .text("incidentId", raised.incident.to_string())
            .text("status", "new")
            .text("severity", alert.severity)
            .null("classification")
            .null("determination")
            .text("serviceSource", alert.source)
            .text("detectionSource", alert.detection)
            .text("productName", product(alert.source))
            .text("detectorId", detector(alert))
            .shown("tenantId", tenant)
            .text("title", &alert.title)
            .text("description", description(alert))
            .text("recommendedActions", "")
            .text("category", alert.category)
            .texts("categories", [alert.category])
            .null("assignedTo")
            .text(
                "alertWebUrl",
                format!(
                    "https://security.microsoft.com/alerts/{}?tid={tenant}",
                    raised.id
                ),
            )
            .text(
                "incidentWebUrl",
                format!(
                    "https://security.microsoft.com/incident2/{}/overview?tid={tenant}",
                    raised.incident
                ),
            )
            .null("actorDisplayName")
            .null("threatDisplayName")
            .null("threatFamilyName")
            .texts("mitreTechniques", &alert.techniques)
            .shown("createdDateTime", time(at))
            .shown("lastUpdateDateTime", time(at.plus_seconds(90)))
            .null("resolvedDateTime")
            .shown("firstActivityDateTime", time(alert.activity.0))
            .shown("lastActivityDateTime", time(alert.activity.1));
        policy(row, alert);
        row.null("investigationState")
            .list("systemTags", |_| {})
            .null("customDetails")
            .null("additionalData")
            .list("comments", |_| {});
        row.list("evidence", |list| {
            for entity in &alert.entities {
                list.object(|object| {
                    evidence::write(object, writing, raised, entity);
                });
            }
        });
    })
}

/// The id that the product itself gave, without the mark before it.
fn provider_id(id: &str) -> &str {
    id.get(2..).unwrap_or(id)
}

fn policy(row: &mut Object<'_>, alert: &Alert) {
    if alert.source == "microsoftDefenderForOffice365" {
        row.text("alertPolicyId", detector(alert));
    } else {
        row.null("alertPolicyId");
    }
}

/// What found it: the same for all alerts of a title, in every tenant.
fn detector(alert: &Alert) -> String {
    crate::random::Seed::new(0)
        .child("detector")
        .child(&alert.title)
        .stream()
        .guid()
        .to_string()
}

/// The product as Graph names it.
pub(super) fn product(source: &str) -> &'static str {
    match source {
        "microsoftDefenderForOffice365" => "Microsoft Defender for Office 365",
        "microsoftDefenderForCloudApps" => "Microsoft Defender for Cloud Apps",
        "microsoftDefenderForIdentity" => "Microsoft Defender for Identity",
        "microsoftDefenderForEndpoint" => "Microsoft Defender for Endpoint",
        "azureAdIdentityProtection" => "Microsoft Entra ID Protection",
        "microsoftAppGovernance" => "App Governance",
        _ => "Microsoft Defender XDR",
    }
}

fn description(alert: &Alert) -> String {
    match alert.source {
        "microsoftDefenderForOffice365" => {
            format!(
                "{}: activity matched an alert policy of the organization.",
                alert.title
            )
        }
        "azureAdIdentityProtection" => {
            format!(
                "{}: a sign-in or user was found to be at risk.",
                alert.title
            )
        }
        _ => format!(
            "{}: the activity differs from what the account is known for.",
            alert.title
        ),
    }
}
