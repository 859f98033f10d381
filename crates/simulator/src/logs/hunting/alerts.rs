//! `AlertInfo` and `AlertEvidence`: the same alerts as hunting has them.

use super::{empty, nothing};
use crate::happening::{AlertEntity, Message};
use crate::json::{self, Object};
use crate::logs::Writing;
use crate::logs::alert::{Raised, capital, product};
use crate::logs::stamp::ticks;
use crate::world::World;

/// Techniques by their numbers (MITRE ATT&CK).
const TECHNIQUES: &[(&str, &str)] = &[
    ("T1078", "Valid Accounts"),
    ("T1078.004", "Cloud Accounts"),
    ("T1090.003", "Multi-hop Proxy"),
    ("T1098", "Account Manipulation"),
    ("T1098.001", "Additional Cloud Credentials"),
    ("T1098.003", "Additional Cloud Roles"),
    ("T1098.005", "Device Registration"),
    ("T1110", "Brute Force"),
    ("T1110.001", "Password Guessing"),
    ("T1110.003", "Password Spraying"),
    ("T1114", "Email Collection"),
    ("T1114.002", "Remote Email Collection"),
    ("T1114.003", "Email Forwarding Rule"),
    ("T1213.002", "Sharepoint"),
    ("T1485", "Data Destruction"),
    ("T1528", "Steal Application Access Token"),
    ("T1530", "Data from Cloud Storage"),
    ("T1534", "Internal Spearphishing"),
    ("T1539", "Steal Web Session Cookie"),
    ("T1550", "Use Alternate Authentication Material"),
    ("T1550.001", "Application Access Token"),
    ("T1550.004", "Web Session Cookie"),
    ("T1556", "Modify Authentication Process"),
    ("T1557", "Adversary-in-the-Middle"),
    ("T1562.008", "Disable or Modify Cloud Logs"),
    ("T1564", "Hide Artifacts"),
    ("T1564.008", "Email Hiding Rules"),
    ("T1566", "Phishing"),
    ("T1566.001", "Spearphishing Attachment"),
    ("T1566.002", "Spearphishing Link"),
    ("T1567", "Exfiltration Over Web Service"),
    ("T1586", "Compromise Accounts"),
    ("T1606.002", "SAML Tokens"),
];

/// `AttackTechniques`: a list inside a text, `["Email Hiding Rules (T1564.008)"]`.
fn techniques(numbers: &[&'static str]) -> String {
    if numbers.is_empty() {
        return String::new();
    }
    let named: Vec<String> = numbers
        .iter()
        .map(|number| {
            let name = TECHNIQUES
                .iter()
                .find(|(known, _)| known == number)
                .map(|(_, name)| *name);
            json::quoted(
                &name.map_or_else(|| (*number).to_owned(), |name| format!("{name} ({number})")),
            )
        })
        .collect();
    format!("[{}]", named.join(","))
}

/// The product as hunting names it; Identity Protection keeps its older name.
fn service(source: &'static str) -> &'static str {
    match source {
        "azureAdIdentityProtection" => "AAD Identity Protection",
        source => product(source),
    }
}

fn detection(detection: &'static str) -> &'static str {
    match detection {
        "cloudAppSecurity" | "microsoftDefenderForCloudApps" => "Cloud App Security",
        "microsoft365Defender" => "Microsoft 365 Defender",
        other => service(other),
    }
}

/// Adds the alert and a row for each thing that it is about.
pub(in crate::logs) fn write(writing: &mut Writing<'_, '_>, raised: &Raised<'_>, latency: i64) {
    let alert = raised.alert;
    let at = ticks(alert.activity.0, raised.digit);
    let text = json::object(|row| {
        row.shown("Timestamp", at)
            .text("AlertId", &raised.id)
            .text("Title", &alert.title)
            .text("Category", alert.category)
            .text("Severity", capital(alert.severity))
            .text("ServiceSource", service(alert.source))
            .text("DetectionSource", detection(alert.detection))
            .text("AttackTechniques", techniques(&alert.techniques));
    });
    writing.row("AlertInfo", raised.id.clone(), latency, text);
    for (place, entity) in alert.entities.iter().enumerate() {
        let text = json::object(|row| {
            row.shown("Timestamp", at)
                .text("AlertId", &raised.id)
                .text("Title", &alert.title)
                .text("Categories", format!("[{}]", json::quoted(alert.category)))
                .text("AttackTechniques", techniques(&alert.techniques))
                .text("ServiceSource", service(alert.source))
                .text("DetectionSource", detection(alert.detection));
            evidence(row, writing.world, entity);
        });
        let id = format!("{}/{place}", raised.id);
        writing.row("AlertEvidence", id, latency, text);
    }
}

/// What one row of evidence says beside the alert.
struct Evidence {
    entity: &'static str,
    impacted: bool,
    account: Option<crate::id::AccountNo>,
    address: String,
    url: String,
    message: Option<(String, String)>,
    application: Option<String>,
    fields: String,
}

fn evidence(row: &mut Object<'_>, world: &World, entity: &AlertEntity) {
    let told = told(world, entity);
    row.text("EntityType", told.entity)
        .text(
            "EvidenceRole",
            if told.impacted { "Impacted" } else { "Related" },
        )
        .text("EvidenceDirection", "");
    empty(row, &["FileName", "FolderPath", "SHA1", "SHA256"]);
    nothing(row, &["FileSize"]);
    row.text("ThreatFamily", "")
        .text("RemoteIP", &told.address)
        .text("RemoteUrl", &told.url);
    match told.account.map(|number| world.account(number)) {
        Some(account) => {
            let (name, domain) = account.upn.split_once('@').unwrap_or((&account.upn, ""));
            row.text("AccountName", name.to_lowercase())
                .text("AccountDomain", domain)
                .text("AccountSid", &account.sid)
                .shown("AccountObjectId", account.id)
                .text("AccountUpn", account.upn_lower());
        }
        None => empty(
            row,
            &[
                "AccountName",
                "AccountDomain",
                "AccountSid",
                "AccountObjectId",
                "AccountUpn",
            ],
        ),
    }
    empty(row, &["DeviceId", "DeviceName", "LocalIP"]);
    let (network_id, subject) = told.message.unwrap_or_default();
    row.text("NetworkMessageId", network_id)
        .text("EmailSubject", subject);
    nothing(row, &["ApplicationId"]);
    row.text("Application", "").text(
        "OAuthApplicationId",
        told.application.as_deref().unwrap_or(""),
    );
    empty(
        row,
        &[
            "ProcessCommandLine",
            "RegistryKey",
            "RegistryValueName",
            "RegistryValueData",
        ],
    );
    row.text("AdditionalFields", &told.fields);
}

/// `AdditionalFields`: the thing itself, JSON inside a text.
fn told(world: &World, entity: &AlertEntity) -> Evidence {
    let none = Evidence {
        entity: "",
        impacted: false,
        account: None,
        address: String::new(),
        url: String::new(),
        message: None,
        application: None,
        fields: String::new(),
    };
    match entity {
        AlertEntity::Account(number) => Evidence {
            entity: "User",
            impacted: true,
            account: Some(*number),
            fields: account_fields(world, *number),
            ..none
        },
        AlertEntity::Address(address) => {
            let address = address.to_string();
            Evidence {
                entity: "Ip",
                fields: fields("ip", 1, &address, |object| {
                    object.text("Address", &address);
                }),
                address,
                ..none
            }
        }
        AlertEntity::Message(message) => Evidence {
            entity: "MailMessage",
            message: Some((message.network_id.to_string(), message.subject.clone())),
            fields: message_fields(message),
            ..none
        },
        AlertEntity::MailboxConfiguration(number, kind) => Evidence {
            entity: "MailboxConfiguration",
            fields: fields("mailbox-configuration", 1, kind, |object| {
                object
                    .text("MailboxPrimaryAddress", &world.account(*number).upn)
                    .text("ConfigType", capital(kind))
                    .text("ConfigId", "")
                    .text("RuleName", "");
            }),
            ..none
        },
        AlertEntity::App(number) => {
            let app = world.app(*number);
            Evidence {
                entity: "OAuthApplication",
                application: Some(app.id.to_string()),
                fields: fields("oauth-application", 1, &app.name, |object| {
                    object
                        .text("Name", &app.name)
                        .shown("OAuthAppId", app.id)
                        .shown("OAuthObjectId", app.principal);
                }),
                ..none
            }
        }
        AlertEntity::Url(url) => Evidence {
            entity: "Url",
            url: url.clone(),
            fields: fields("url", 1, url, |object| {
                object.text("Url", url);
            }),
            ..none
        },
        AlertEntity::Session(session) => Evidence {
            entity: "CloudLogonSession",
            fields: fields("cloud-logon-session", 1, &session.to_string(), |object| {
                object.shown("SessionId", session);
            }),
            ..none
        },
    }
}

/// The keys that all things have, then what the thing itself says.
fn fields(kind: &str, role: u8, merge: &str, fill: impl FnOnce(&mut Object<'_>)) -> String {
    // Twenty bytes that are the same for the same thing.
    let mut stream = crate::random::Seed::new(0)
        .child(kind)
        .child(merge)
        .stream();
    let bytes: Vec<u8> = stream
        .bytes()
        .into_iter()
        .chain(stream.bytes().into_iter().take(4))
        .collect();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let key = crate::id::base64(&bytes, crate::id::STANDARD);
    json::object(|object| {
        object
            .text("Type", kind)
            .number("Role", role)
            .text("MergeByKey", format!("{key}="))
            .text("MergeByKeyHex", hex);
        fill(object);
    })
}

fn account_fields(world: &World, number: crate::id::AccountNo) -> String {
    let account = world.account(number);
    let (name, domain) = account.upn.split_once('@').unwrap_or((&account.upn, ""));
    fields("account", 0, &account.id.to_string(), |object| {
        object
            .text("Name", name)
            .text("NTDomain", domain)
            .text("UPNSuffix", domain)
            .text("Sid", &account.sid)
            .shown("AadTenantId", world.tenant.id)
            .shown("AadUserId", account.id)
            .flag("IsDomainJoined", true)
            .text("DisplayName", &account.display_name);
    })
}

fn message_fields(message: &Message) -> String {
    fields("mailMessage", 1, &message.internet_id, |object| {
        let recipient = message.to.first();
        object
            .text(
                "Recipient",
                recipient.map_or("", |recipient| recipient.address.as_str()),
            )
            .text("Sender", &message.from)
            .text(
                "P1Sender",
                message.envelope_from.as_deref().unwrap_or(&message.from),
            )
            .shown("SenderIP", message.from_address)
            .text("P2Sender", &message.from)
            .shown("NetworkMessageId", message.network_id)
            .text("InternetMessageId", &message.internet_id)
            .text("Subject", &message.subject)
            .raw("AttachmentCount", &message.attachments.len().to_string())
            .raw("UrlCount", &message.urls.len().to_string());
    })
}
