//! Mail as Defender for Office 365 saw it: `EmailEvents`, `EmailUrlInfo`, `EmailAttachmentInfo`,
//! `EmailPostDeliveryEvents`, `UrlClickEvents`.

use std::net::IpAddr;

use super::{domain, empty, host, nothing, number_of};
use crate::happening::{Authentication, Click, Delivery, Direction, Message, Recipient};
use crate::id::{AccountNo, Guid};
use crate::json::{self, Object};
use crate::logs::Writing;
use crate::logs::stamp::seconds;
use crate::world::World;

/// What the filter decided: action, place, threat, how it was found.
struct Verdict {
    action: &'static str,
    place: &'static str,
    threat: &'static str,
    methods: &'static str,
    confidence: &'static str,
    policy_action: &'static str,
    policy: &'static str,
}

fn verdict(delivery: Delivery, outside: bool) -> Verdict {
    let clean = Verdict {
        action: "Delivered",
        place: if outside {
            "On-premises/external"
        } else {
            "Inbox/folder"
        },
        threat: "",
        methods: "",
        confidence: "",
        policy_action: "",
        policy: "",
    };
    match delivery {
        Delivery::Delivered => clean,
        Delivery::Failed => Verdict {
            action: "Blocked",
            place: "Failed",
            ..clean
        },
        Delivery::Junk => Verdict {
            action: "Junked",
            place: "Junk folder",
            threat: "Spam",
            methods: r#"{"Spam":["Advanced filter"]}"#,
            confidence: r#"{"Spam":"Normal"}"#,
            policy_action: "Move message to Junk Email folder",
            policy: "Antispam normal",
        },
        Delivery::Quarantined => Verdict {
            action: "Blocked",
            place: "Quarantine",
            threat: "Phish",
            methods: r#"{"Phish":["Advanced filter","URL malicious reputation"]}"#,
            confidence: r#"{"Phish":"High"}"#,
            policy_action: "Send to quarantine",
            policy: "Antispam high-confidence phish",
        },
    }
}

fn direction(message: &Message) -> &'static str {
    match message.direction {
        Direction::Inbound => "Inbound",
        Direction::Outbound => "Outbound",
        Direction::IntraOrg => "Intra-org",
    }
}

/// `AuthenticationDetails`: mail between accounts of the tenant is not checked.
fn authentication(message: &Message) -> String {
    if message.direction == Direction::IntraOrg {
        return r#"{"DKIM":"none","DMARC":"none"}"#.to_owned();
    }
    let Authentication {
        spf,
        dkim,
        dmarc,
        compauth,
    } = &message.authentication;
    json::object(|details| {
        details
            .text("SPF", spf)
            .text("DKIM", dkim)
            .text("DMARC", dmarc);
        if let Some(word) = compauth.split_whitespace().next() {
            details.text("CompAuth", word);
        }
    })
}

fn object_id(world: &World, account: Option<AccountNo>) -> String {
    account.map_or_else(String::new, |number| world.account(number).id.to_string())
}

/// A message reached its recipients, or did not: a row each, and its links and attachments.
pub(super) fn transported(writing: &mut Writing<'_, '_>, message: &Message, delivery: Delivery) {
    let latency = writing.stream.between(240, 1_500);
    let report = writing.stream.bits();
    for (place, recipient) in (0_u64..).zip(&message.to) {
        let outside = recipient.account.is_none();
        if outside && message.direction == Direction::Inbound {
            continue;
        }
        let report = report.wrapping_add(place.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let id = format!("{}-{report}-1", message.network_id);
        let verdict = verdict(delivery, outside);
        let text = event(writing, message, recipient, &verdict, &id);
        writing.row("EmailEvents", id, latency, text);
        attachments(writing, message, recipient, report, latency);
    }
    links(writing, message, latency);
}

fn event(
    writing: &Writing<'_, '_>,
    message: &Message,
    recipient: &Recipient,
    verdict: &Verdict,
    id: &str,
) -> String {
    let world = writing.world;
    json::object(|row| {
        row.shown("Timestamp", seconds(writing.happening.at))
            .shown("NetworkMessageId", message.network_id)
            .text("InternetMessageId", &message.internet_id);
        sender(row, world, message);
        row.text("RecipientEmailAddress", &recipient.address)
            .text("RecipientObjectId", object_id(world, recipient.account))
            .text("Subject", &message.subject)
            .raw(
                "EmailClusterId",
                &(number_of(&message.subject) & 0xffff_ffff).to_string(),
            )
            .text("EmailDirection", direction(message))
            .text("DeliveryAction", verdict.action)
            .text("DeliveryLocation", verdict.place)
            .text("ThreatTypes", verdict.threat)
            .text("ThreatNames", "")
            .text("DetectionMethods", verdict.methods)
            .text("ConfidenceLevel", verdict.confidence);
        nothing(row, &["BulkComplaintLevel"]);
        row.text("EmailAction", verdict.policy_action)
            .text("EmailActionPolicy", verdict.policy)
            .text("EmailActionPolicyGuid", policy_id(world, verdict.policy))
            .text("AuthenticationDetails", authentication(message))
            .raw("AttachmentCount", &message.attachments.len().to_string())
            .raw("UrlCount", &message.urls.len().to_string())
            .text("EmailLanguage", "en");
        empty(
            row,
            &[
                "Connectors",
                "OrgLevelAction",
                "OrgLevelPolicy",
                "UserLevelAction",
                "UserLevelPolicy",
            ],
        );
        row.text("LatestDeliveryLocation", verdict.place)
            .text("LatestDeliveryAction", verdict.action)
            .text("ReportId", id)
            .text("AdditionalFields", "");
    })
}

/// The id of the policy that acted: the same for all mail of a tenant.
fn policy_id(world: &World, policy: &str) -> String {
    if policy.is_empty() {
        return String::new();
    }
    let id: Guid = world
        .seed
        .child("mail policy")
        .child(policy)
        .stream()
        .guid();
    id.to_string()
}

fn sender(row: &mut Object<'_>, world: &World, message: &Message) {
    let envelope = message.envelope_from.as_deref().unwrap_or(&message.from);
    row.text("SenderMailFromAddress", envelope)
        .text("SenderFromAddress", &message.from)
        .text("SenderDisplayName", &message.from_name)
        .text("SenderObjectId", object_id(world, message.sender))
        .text("SenderMailFromDomain", domain(envelope))
        .text("SenderFromDomain", domain(&message.from));
    match message.from_address {
        IpAddr::V4(address) => row.shown("SenderIPv4", address).text("SenderIPv6", ""),
        IpAddr::V6(address) => row.text("SenderIPv4", "").shown("SenderIPv6", address),
    };
}

fn attachments(
    writing: &mut Writing<'_, '_>,
    message: &Message,
    recipient: &Recipient,
    report: u64,
    latency: i64,
) {
    for attachment in &message.attachments {
        let id = format!("{}-{report}-{}-1", message.network_id, attachment.sha256);
        let ending = attachment
            .name
            .rsplit_once('.')
            .map_or("", |(_, ending)| ending);
        let text = json::object(|row| {
            row.shown("Timestamp", seconds(writing.happening.at))
                .shown("NetworkMessageId", message.network_id)
                .text("SenderFromAddress", &message.from)
                .text("SenderDisplayName", &message.from_name)
                .text("SenderObjectId", object_id(writing.world, message.sender))
                .text("RecipientEmailAddress", &recipient.address)
                .text(
                    "RecipientObjectId",
                    object_id(writing.world, recipient.account),
                )
                .text("FileName", &attachment.name)
                .text("FileType", ending.to_lowercase())
                .text("SHA256", &attachment.sha256)
                .number(
                    "FileSize",
                    i64::try_from(attachment.size).unwrap_or(i64::MAX),
                );
            empty(row, &["ThreatTypes", "ThreatNames", "DetectionMethods"]);
            row.text("ReportId", &id);
        });
        writing.row("EmailAttachmentInfo", id, latency, text);
    }
}

fn links(writing: &mut Writing<'_, '_>, message: &Message, latency: i64) {
    for url in &message.urls {
        let id = format!("{}-{}", message.network_id, number_of(url));
        let text = json::object(|row| {
            row.shown("Timestamp", seconds(writing.happening.at))
                .shown("NetworkMessageId", message.network_id)
                .text("Url", url)
                .text("UrlDomain", host(url))
                .text("UrlLocation", "Body")
                .text("ReportId", &id);
        });
        writing.row("EmailUrlInfo", id, latency, text);
    }
}

/// A message was taken out of a mailbox after its delivery.
pub(super) fn removed(
    writing: &mut Writing<'_, '_>,
    message: &Message,
    mailbox: AccountNo,
    reason: &'static str,
    to: Delivery,
) {
    let recipient = message
        .to
        .iter()
        .find(|recipient| recipient.account == Some(mailbox))
        .map_or_else(
            || writing.world.account(mailbox).upn.clone(),
            |recipient| recipient.address.clone(),
        );
    let (action, place) = match to {
        Delivery::Junk => ("Moved to junk folder", "Junk folder"),
        _ => ("Moved to quarantine", "Quarantine"),
    };
    let threat = reason
        .split_whitespace()
        .next()
        .filter(|word| ["Phish", "Malware", "Spam"].contains(word));
    let report = writing.stream.bits();
    let latency = writing.stream.between(120, 900);
    let id = format!("{}-{report}", message.network_id);
    let text = json::object(|row| {
        row.shown("Timestamp", seconds(writing.happening.at))
            .shown("NetworkMessageId", message.network_id)
            .text("InternetMessageId", &message.internet_id)
            .text("Action", action)
            .text("ActionType", reason)
            .text(
                "ActionTrigger",
                if threat.is_some() {
                    "SpecialAction"
                } else {
                    "AdminAction"
                },
            )
            .text("ActionResult", "Success")
            .text("RecipientEmailAddress", &recipient)
            .text("DeliveryLocation", place)
            .text("ThreatTypes", threat.unwrap_or(""))
            .text(
                "DetectionMethods",
                threat.map_or_else(String::new, |threat| {
                    format!(r#"{{"{threat}":["URL detonation reputation"]}}"#)
                }),
            )
            .text("ReportId", &id);
    });
    writing.row("EmailPostDeliveryEvents", id, latency, text);
}

/// A link was clicked where Safe Links sees it.
pub(super) fn clicked(writing: &mut Writing<'_, '_>, click: &Click) {
    let Some(account) = writing.happening.account else {
        return;
    };
    let report = writing.stream.guid();
    let latency = writing.stream.between(300, 1_800);
    let address = writing
        .happening
        .access
        .as_ref()
        .map_or_else(String::new, |access| access.place.address.to_string());
    let blocked = click.action == "ClickBlocked";
    let text = json::object(|row| {
        row.shown("Timestamp", seconds(writing.happening.at))
            .text("Url", &click.url)
            .text("ActionType", click.action)
            .text("AccountUpn", writing.world.account(account).upn_lower())
            .text("Workload", click.workload)
            .text(
                "NetworkMessageId",
                if click.workload == "Email" {
                    click.message.network_id.to_string()
                } else {
                    String::new()
                },
            )
            .text("IPAddress", address)
            .text("ThreatTypes", if blocked { "Phish" } else { "" })
            .text(
                "DetectionMethods",
                if blocked {
                    r#"{"Phish":["URL detonation reputation"]}"#
                } else {
                    ""
                },
            )
            .flag("IsClickedThrough", false)
            .text("UrlChain", format!("[{}]", json::quoted(&click.url)))
            .shown("ReportId", report);
    });
    writing.row("UrlClickEvents", report.to_string(), latency, text);
}
