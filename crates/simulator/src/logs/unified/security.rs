//! What Microsoft's detections leave in this log: alerts (record type 40), mail verdicts (28), clicks (41),
//! risk detections (294).

use super::super::Writing;
use super::record::{self, Head, Lateness, User, long_time};
use crate::happening::{Alert, AlertEntity, Click, Delivery, Message, RiskDetection};
use crate::id::AccountNo;
use crate::json;
use crate::world::EntraPlan;

const ALERTS: &str = "SecurityComplianceAlerts";

/// Adds the records of an alert that the audit log raised: the alert, then each thing it is about.
pub(super) fn alert(writing: &mut Writing<'_, '_>, alert: &Alert) {
    if alert.operation.is_empty() {
        return;
    }
    let world = writing.world;
    let alert_id = writing.stream.guid();
    // The policy is the same for all alerts of a title.
    let policy = crate::random::Seed::new(40)
        .child("alert policy")
        .child(&alert.title)
        .stream()
        .guid();
    let writes = Writes {
        alert,
        id: alert_id.to_string(),
        policy: policy.to_string(),
        tenant: world.tenant.id.to_string(),
    };
    let names: Vec<String> = alert
        .entities
        .iter()
        .filter_map(|entity| match entity {
            AlertEntity::Account(number) | AlertEntity::MailboxConfiguration(number, _) => {
                Some(world.account(*number).upn_lower())
            }
            _ => None,
        })
        .collect();
    let first = names.first().map_or("", String::as_str);
    let data = writes.triggered(first);
    writes.push(
        writing,
        &Part {
            operation: "AlertTriggered",
            object: &writes.id,
            data: &data,
        },
        None,
    );
    for name in &names {
        let data = writes.entity(name);
        writes.push(
            writing,
            &Part {
                operation: "AlertEntityGenerated",
                object: name,
                data: &data,
            },
            Some(name),
        );
    }
}

struct Writes<'a> {
    alert: &'a Alert,
    id: String,
    policy: String,
    tenant: String,
}

/// One of an alert's records.
struct Part<'p> {
    operation: &'p str,
    object: &'p str,
    data: &'p str,
}

impl Writes<'_> {
    fn push(&self, writing: &mut Writing<'_, '_>, part: &Part<'_>, entity: Option<&str>) {
        let head = Head {
            at: writing.happening.at,
            id: record::ticked_id(&mut writing.stream, writing.happening.at),
            operation: part.operation,
            record_type: 40,
            workload: "SecurityComplianceCenter",
            result: Some("Succeeded"),
            client_ip: None,
            object: Some(part.object),
            user: User::new(ALERTS, ALERTS, 4),
        };
        let source = if self.alert.source == "microsoftDefenderForCloudApps" {
            "Cloud App Security"
        } else {
            "Office 365 Security & Compliance"
        };
        record::push(writing, &head, Lateness::General, |record| {
            record
                .text("AlertId", &self.id)
                .list("AlertLinks", |list| {
                    list.object(|link| {
                        link.text("AlertLinkHref", "");
                    });
                })
                .text("AlertType", "System")
                .text("Category", category(self.alert.category))
                .text("Comments", "New alert")
                .text("Data", part.data)
                .text("Name", &self.alert.title)
                .text("PolicyId", &self.policy)
                .text("Severity", capital(self.alert.severity))
                .text("Source", source)
                .text("Status", "Active");
            if let Some(entity) = entity {
                record
                    .text("AlertEntityId", entity)
                    .text("EntityType", "User");
            }
        });
    }

    fn triggered(&self, user: &str) -> String {
        let (first, last) = self.alert.activity;
        json::object(|data| {
            data.text("aig", &self.id)
                .text("f3u", user)
                .text("ts", long_time(first))
                .text("te", long_time(last))
                .text("op", self.alert.operation)
                .text("wl", "Exchange")
                .text("tid", &self.tenant)
                .text("tdc", "1")
                .text("mdt", "Audit")
                .text("cid", &self.policy)
                .text("ad", &self.alert.title)
                .text("lon", self.alert.operation)
                .text("an", &self.alert.title)
                .text("sev", capital(self.alert.severity));
        })
    }

    fn entity(&self, user: &str) -> String {
        let (first, last) = self.alert.activity;
        json::object(|data| {
            data.text("etype", "User")
                .text("eid", user)
                .text("tid", &self.tenant)
                .text("ts", long_time(first))
                .text("te", long_time(last))
                .text("op", self.alert.operation)
                .text("tdc", "1")
                .text("suid", user)
                .text("ut", "Regular")
                .text("lon", self.alert.operation);
        })
    }
}

fn category(name: &str) -> &str {
    match name {
        "Exfiltration" => "DataGovernance",
        "Persistence" | "PrivilegeEscalation" => "AccessGovernance",
        "MailFlow" => "MailFlow",
        _ => "ThreatManagement",
    }
}

fn capital(word: &str) -> String {
    let mut signs = word.chars();
    signs
        .next()
        .map(|first| first.to_uppercase().chain(signs).collect())
        .unwrap_or_default()
}

/// Adds a record for each recipient of a message that Defender for Office 365 took for a threat.
/// With a mailbox, it was found only after the delivery there and taken away (zero-hour auto purge).
pub(super) fn mail_verdict(
    writing: &mut Writing<'_, '_>,
    message: &Message,
    delivery: Delivery,
    purged: Option<AccountNo>,
) {
    let (verdict, action) = match delivery {
        Delivery::Quarantined => ("Phish", "Quarantine"),
        Delivery::Junk => ("Spam", "MoveToJmf"),
        Delivery::Delivered | Delivery::Failed => return,
    };
    if !writing.world.tenant.defender {
        return;
    }
    let inside: Vec<&str> = message
        .to
        .iter()
        .filter(|one| one.account.is_some() && (purged.is_none() || one.account == purged))
        .map(|one| one.address.as_str())
        .collect();
    let network_id = message.network_id.to_string();
    let head = Head {
        at: writing.happening.at,
        id: writing.stream.guid(),
        operation: "TIMailData",
        record_type: 28,
        workload: "ThreatIntelligence",
        result: None,
        client_ip: None,
        object: Some(&format!(
            "{network_id}-{}",
            writing.stream.below(u64::MAX >> 1)
        )),
        user: User::new("ThreatIntel", "ThreatIntel", 4),
    };
    let envelope = message.envelope_from.as_ref().unwrap_or(&message.from);
    record::push(writing, &head, Lateness::General, |record| {
        record
            .list("AttachmentData", |list| {
                for file in &message.attachments {
                    list.object(|entry| {
                        let kind = file.name.rsplit('.').next().unwrap_or_default();
                        entry
                            .text("FileName", &file.name)
                            .text("FileType", kind)
                            .number("FileVerdict", i32::from(verdict == "Phish"))
                            .text("SHA256", file.sha256.to_uppercase());
                    });
                }
            })
            .text("DetectionMethod", "Fingerprint matching")
            .text(
                "DetectionType",
                if purged.is_some() { "ZAP" } else { "Inline" },
            )
            .text("EventDeepLink", deep_link(&network_id, inside.first()))
            .text("InternetMessageId", &message.internet_id)
            .text("MessageTime", long_time(message.sent_at))
            .text("NetworkMessageId", &network_id)
            .text("P1Sender", envelope)
            .text("P2Sender", &message.from)
            .text("Policy", "AntiSpam")
            .text("PolicyAction", action)
            .texts("Recipients", &inside)
            .shown("SenderIp", message.from_address)
            .text("Subject", &message.subject)
            .text("Verdict", verdict);
    });
}

fn deep_link(network_id: &str, recipient: Option<&&str>) -> String {
    format!(
        "https://security.microsoft.com/threatexplorer?dltarget=Explorer&dlstorage=Url&viewid=Phish&query-Recipients={}&query-NetworkMessageId={network_id}",
        recipient.copied().unwrap_or_default()
    )
}

/// Adds the record of a click that Safe Links saw.
pub(super) fn click(writing: &mut Writing<'_, '_>, click: &Click) {
    let (Some(number), true) = (writing.happening.account, writing.world.tenant.defender) else {
        return;
    };
    let user = writing.world.account(number).upn_lower();
    let network_id = click.message.network_id.to_string();
    let address = record::bare(writing).unwrap_or_default();
    let after = writing.stream.between(1, 60);
    let at = writing.happening.at;
    let head = Head {
        at: at.plus_seconds(after),
        id: writing.stream.guid(),
        operation: "TIUrlClickData",
        record_type: 41,
        workload: "ThreatIntelligence",
        result: None,
        client_ip: None,
        object: None,
        user: User::new(user.clone(), "ThreatIntel", 4),
    };
    let blocked = match click.action {
        "ClickBlocked" => Some(2),
        "PendingDetonation" => Some(3),
        _ => None,
    };
    let app = match click.workload {
        "Teams" => "Teams",
        "Office" => "Word",
        _ => "Mail",
    };
    record::push(writing, &head, Lateness::General, |record| {
        record
            .text("AppName", app)
            .text("AppVersion", "0.0.0000")
            .text(
                "EventDeepLink",
                deep_link(&network_id, Some(&user.as_str())),
            )
            .text("SourceId", &network_id)
            .text("TimeOfClick", record::creation_time(at))
            .text("Url", &click.url);
        if let Some(action) = blocked {
            record.number("UrlClickAction", action);
        }
        record.text("UserIp", &address);
    });
}

/// Adds the record of a risk detection; without Entra ID P2 there is none.
pub(super) fn risk(writing: &mut Writing<'_, '_>, risk: &RiskDetection) {
    let (Some(number), EntraPlan::P2) = (writing.happening.account, writing.world.tenant.entra)
    else {
        return;
    };
    let world = writing.world;
    let account = world.account(number);
    let location = writing
        .happening
        .access
        .as_ref()
        .map(|access| world.network(access.place.network));
    let address = record::bare(writing).unwrap_or_default();
    let head = Head {
        at: writing.happening.at,
        id: writing.stream.guid(),
        operation: "RiskDetection",
        record_type: 294,
        workload: "AzureActiveDirectory",
        result: None,
        client_ip: None,
        object: Some(&account.id.to_string()),
        user: User::new(account.upn_lower(), account.id.to_string(), 0),
    };
    record::push(writing, &head, Lateness::General, |record| {
        record.text("IPAddress", &address);
        if let Some(network) = location {
            record.text(
                "Location",
                format!("{}, {}, {}", network.city, network.state, network.country),
            );
        }
        record
            .maybe("RequestId", risk.request.map(|(request, _)| request))
            .text("RiskEventType", risk.kind)
            .text("RiskLevel", risk.level)
            .text("RiskState", risk.state);
    });
}
