//! Evidence of alerts: one object for each thing that the alert is about.

use super::Raised;
use crate::happening::{AlertEntity, Message};
use crate::json::Object;
use crate::logs::Writing;
use crate::logs::stamp::{seconds, ticks};

/// Writes one piece of evidence.
pub(super) fn write(
    object: &mut Object<'_>,
    writing: &Writing<'_, '_>,
    raised: &Raised<'_>,
    entity: &AlertEntity,
) {
    let world = writing.world;
    object
        .text(
            "@odata.type",
            format!("#microsoft.graph.security.{}", kind(entity)),
        )
        .shown("createdDateTime", ticks(writing.happening.at, raised.digit))
        .text("verdict", verdict(raised, entity))
        .text("remediationStatus", "none")
        .null("remediationStatusDetails")
        .texts("roles", role(entity))
        .list("detailedRoles", |_| {})
        .list("tags", |_| {});
    match entity {
        AlertEntity::Account(number) => {
            object.null("stream");
            user_account(object, writing, *number);
        }
        AlertEntity::Address(address) => {
            object.shown("ipAddress", address);
            let place = writing
                .happening
                .access
                .as_ref()
                .filter(|access| access.place.address == *address)
                .map(|access| world.network(access.place.network));
            match place {
                Some(network) => {
                    object.text("countryLetterCode", &network.country);
                    crate::logs::sign_in::location(object, "location", Some(network));
                }
                None => {
                    object.null("countryLetterCode").null("location");
                }
            }
            object.null("stream");
        }
        AlertEntity::Message(message) => analysed(object, message),
        AlertEntity::MailboxConfiguration(number, kind) => {
            let account = world.account(*number);
            object
                .text("mailboxPrimaryAddress", &account.upn)
                .text("upn", &account.upn)
                .shown("externalDirectoryObjectId", account.id)
                .text("configurationType", kind)
                .null("configurationId")
                .text("displayName", &account.display_name);
        }
        AlertEntity::App(number) => {
            let app = world.app(*number);
            object
                .shown("appId", app.id)
                .shown("objectId", app.principal)
                .text("displayName", &app.name)
                .text("publisher", "");
        }
        AlertEntity::Url(url) => {
            object.text("url", url);
        }
        AlertEntity::Session(session) => session_of(object, writing, *session),
    }
}

fn kind(entity: &AlertEntity) -> &'static str {
    match entity {
        AlertEntity::Account(_) => "userEvidence",
        AlertEntity::Address(_) => "ipEvidence",
        AlertEntity::Message(_) => "analyzedMessageEvidence",
        AlertEntity::MailboxConfiguration(..) => "mailboxConfigurationEvidence",
        AlertEntity::App(_) => "oauthApplicationEvidence",
        AlertEntity::Url(_) => "urlEvidence",
        AlertEntity::Session(_) => "cloudLogonSessionEvidence",
    }
}

fn verdict(raised: &Raised<'_>, entity: &AlertEntity) -> &'static str {
    match (raised.alert.severity, entity) {
        ("high", AlertEntity::Url(_) | AlertEntity::Message(_)) => "malicious",
        ("informational", _) => "unknown",
        _ => "suspicious",
    }
}

fn role(entity: &AlertEntity) -> Option<&'static str> {
    match entity {
        AlertEntity::Account(_) => Some("compromised"),
        AlertEntity::Address(_) | AlertEntity::Session(_) => Some("attacker"),
        _ => None,
    }
}

fn user_account(object: &mut Object<'_>, writing: &Writing<'_, '_>, number: crate::id::AccountNo) {
    let account = writing.world.account(number);
    let (name, domain) = account.upn.split_once('@').unwrap_or((&account.upn, ""));
    object.object("userAccount", |user| {
        user.text("accountName", name)
            .text("domainName", domain)
            .text("userSid", &account.sid)
            .shown("azureAdUserId", account.id)
            .text("userPrincipalName", &account.upn)
            .text("displayName", &account.display_name)
            .shown("tenantId", writing.world.tenant.id)
            .list("resourceAccessEvents", |_| {});
    });
}

fn analysed(object: &mut Object<'_>, message: &Message) {
    let envelope = message.envelope_from.as_deref().unwrap_or(&message.from);
    let party = |object: &mut Object<'_>, key: &str, address: &str| {
        object.object(key, |party| {
            party
                .text("emailAddress", address)
                .text("displayName", &message.from_name)
                .text(
                    "domainName",
                    address.rsplit_once('@').map_or("", |(_, domain)| domain),
                );
        });
    };
    object
        .shown("networkMessageId", message.network_id)
        .text("internetMessageId", &message.internet_id)
        .text("subject", &message.subject)
        .text("language", "en")
        .shown("senderIp", message.from_address)
        .text(
            "recipientEmailAddress",
            message
                .to
                .first()
                .map_or("", |recipient| recipient.address.as_str()),
        )
        .text("antiSpamDirection", "inbound")
        .text("deliveryAction", "delivered")
        .text("deliveryLocation", "inbox")
        .text("urn", "")
        .list("threats", |_| {})
        .list("threatDetectionMethods", |_| {})
        .texts("urls", &message.urls)
        .raw("urlCount", &message.urls.len().to_string())
        .raw("attachmentsCount", &message.attachments.len().to_string())
        .shown("receivedDateTime", seconds(message.sent_at));
    party(object, "p1Sender", envelope);
    party(object, "p2Sender", &message.from);
}

fn session_of(object: &mut Object<'_>, writing: &Writing<'_, '_>, session: crate::id::Guid) {
    let access = writing.happening.access.as_ref();
    object.shown("sessionId", session);
    match writing.happening.account {
        Some(number) => user_account_as(object, writing, number),
        None => {
            object.null("account");
        }
    }
    match access {
        Some(access) => object
            .text("userAgent", &access.client.user_agent)
            .text("browser", &access.client.browser)
            .text("operatingSystem", &access.client.os),
        None => object
            .null("userAgent")
            .null("browser")
            .null("operatingSystem"),
    };
    object
        .null("deviceName")
        .text("protocol", "")
        .shown("startUtcDateTime", seconds(writing.happening.at))
        .null("previousLogonDateTime");
}

fn user_account_as(
    object: &mut Object<'_>,
    writing: &Writing<'_, '_>,
    number: crate::id::AccountNo,
) {
    let account = writing.world.account(number);
    object.object("account", |user| {
        user.text("userPrincipalName", &account.upn)
            .shown("azureAdUserId", account.id)
            .text("displayName", &account.display_name)
            .text("userSid", &account.sid);
    });
}
