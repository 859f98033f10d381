//! One entry of a log, in columns that all logs share.

use std::net::IpAddr;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::{ArtefactId, HappeningKey, Timestamp};

/// A text of a named fact. A record has a dozen or two, most of them short: up to 24 bytes lie where they are named, without
/// memory of their own.
pub type FactText = CompactString;

/// A named fact: its name and its value.
pub type Fact = (FactText, FactText);

/// The name of an export form, stable across versions: `ual-json`, `graph-signins`, `purview-csv` ….
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Form(pub &'static str);

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// The log a record belongs to, whatever transport or form brought it. Two records of one log with
/// different ids are never merged; records of different logs may witness one happening.
///
/// The order of the variants is the rank: where several logs tell of one happening, the record of the
/// first of them speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Log {
    /// Entra sign-ins of all four kinds (Graph `signIn`, diagnostic settings, Log Analytics, portal).
    SignIn,
    /// Entra directory audits (Graph `directoryAudit`, `AuditLogs`).
    DirectoryAudit,
    /// The unified audit log in any transport, `OfficeActivity` included.
    UnifiedAudit,
    /// Mailbox audit of the retired `Search-MailboxAuditLog`.
    MailboxAudit,
    /// Message trace in any form.
    MessageTrace,
    /// `EmailEvents` and its sister tables, and `UrlClickEvents`.
    EmailHunting,
    /// Calls to Microsoft Graph (`MicrosoftGraphActivityLogs`, `GraphApiAuditEvents`).
    GraphActivity,
    /// Entra provisioning (`AADProvisioningLogs`).
    Provisioning,
    /// Azure's control plane (`AzureActivity`).
    AzureActivity,
    /// Entra risk detections and risky users' events.
    RiskDetection,
    /// Microsoft's alerts, their evidence and incidents.
    Alert,
    /// Defender for Cloud Apps (`CloudAppEvents`).
    CloudAppEvents,
    /// Defender for Identity and other identity hunting tables.
    IdentityHunting,
    /// Device hunting tables.
    DeviceHunting,
    /// One mail as a file: its headers and who handed it on.
    Mail,
    /// Another product's log, read by a mapping file; the product stands in `workload`.
    Other,
}

impl Log {
    /// Every log, in the order of rank.
    pub const ALL: [Self; 16] = [
        Self::SignIn,
        Self::DirectoryAudit,
        Self::UnifiedAudit,
        Self::MailboxAudit,
        Self::MessageTrace,
        Self::EmailHunting,
        Self::GraphActivity,
        Self::Provisioning,
        Self::AzureActivity,
        Self::RiskDetection,
        Self::Alert,
        Self::CloudAppEvents,
        Self::IdentityHunting,
        Self::DeviceHunting,
        Self::Mail,
        Self::Other,
    ];

    /// The name in outputs and in SQL (`source`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::DirectoryAudit => "directory-audit",
            Self::UnifiedAudit => "unified-audit",
            Self::MailboxAudit => "mailbox-audit",
            Self::MessageTrace => "message-trace",
            Self::EmailHunting => "email-hunting",
            Self::GraphActivity => "graph-activity",
            Self::Provisioning => "provisioning",
            Self::AzureActivity => "azure-activity",
            Self::RiskDetection => "risk-detection",
            Self::Alert => "alert",
            Self::CloudAppEvents => "cloud-app-events",
            Self::IdentityHunting => "identity-hunting",
            Self::DeviceHunting => "device-hunting",
            Self::Mail => "mail",
            Self::Other => "other",
        }
    }

    /// The log of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|log| log.name() == name)
    }
}

/// How an act ended. `Interrupted` is a sign-in that Entra stopped to ask for more (50074, 50140 …):
/// neither success nor failure. `Unknown` where the log does not say.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused or failed.
    Failure,
    /// It was stopped to ask for more.
    Interrupted,
    /// The log does not say.
    #[default]
    Unknown,
}

impl Outcome {
    /// The word in outputs and in SQL (`result`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Interrupted => "interrupted",
            Self::Unknown => "unknown",
        }
    }

    /// The outcome of this name; `Unknown` for any other word.
    pub fn from_name(name: &str) -> Self {
        [Self::Success, Self::Failure, Self::Interrupted]
            .into_iter()
            .find(|outcome| outcome.name() == name)
            .unwrap_or_default()
    }
}

/// What kind of actor a record names.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A member of the tenant.
    User,
    /// A guest.
    Guest,
    /// An administrator, where the log says that he acted as one.
    Admin,
    /// An application or service principal.
    App,
    /// A service of Microsoft's acting for the tenant or for somebody.
    Service,
    /// The system itself (`NT AUTHORITY\SYSTEM`, data-centre administrators).
    System,
    /// Somebody without an account (an anonymous link).
    Anonymous,
    /// A partner's technician (delegated administration).
    Partner,
    /// The log does not say.
    #[default]
    Unknown,
}

impl ActorKind {
    /// The word in outputs and in SQL (`actor_kind`).
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Guest => "guest",
            Self::Admin => "admin",
            Self::App => "app",
            Self::Service => "service",
            Self::System => "system",
            Self::Anonymous => "anonymous",
            Self::Partner => "partner",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of this name; `Unknown` for any other word.
    pub fn from_name(name: &str) -> Self {
        [
            Self::User,
            Self::Guest,
            Self::Admin,
            Self::App,
            Self::Service,
            Self::System,
            Self::Anonymous,
            Self::Partner,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
        .unwrap_or_default()
    }
}

/// Who did it, as the record says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    /// User principal name or mail address, lower-case; for an app its display name is in `app_name`.
    pub upn: Option<String>,
    /// Object id in Entra (of the user or the service principal), lower-case.
    pub id: Option<String>,
    /// Display name as logged.
    pub name: Option<String>,
    /// What kind of actor.
    pub kind: ActorKind,
}

/// What it was done to, as the record says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// `user`, `app`, `service-principal`, `group`, `role`, `device`, `policy`, `mailbox`, `message`,
    /// `file`, `folder`, `site`, `rule`, `url`, `alert` … in lower case, with hyphens.
    pub kind: Option<String>,
    /// Its id as logged, lower-case where it is a GUID.
    pub id: Option<String>,
    /// Its name: a UPN lower-case, else as logged.
    pub name: Option<String>,
}

/// A property that the act changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The property's name as logged.
    pub name: String,
    /// The value before, unwrapped from JSON-in-a-string where it is a single scalar.
    pub old: Option<String>,
    /// The value after, unwrapped likewise.
    pub new: Option<String>,
}

/// Where a record stands in the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provenance {
    /// The artefact (the member itself where it came out of an archive).
    pub artefact: ArtefactId,
    /// The 1-based number of the record in it, rejects counted.
    pub position: u64,
    /// First byte of the record in the artefact as received.
    pub offset: u64,
    /// Its length in bytes as received.
    pub length: u64,
}

impl Provenance {
    /// The id of a record that has none of Microsoft's: `<first 12 of the artefact's sha256>:<position>`.
    pub fn own_id(&self) -> String {
        format!("{}:{}", self.artefact.short(), self.position)
    }
}

/// One record in the columns that all logs share (`design.md` §6). A column that the log or form does
/// not have is `None` or empty; what no column holds stays reachable in the raw record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub provenance: Provenance,
    /// The form that it was read from.
    pub form: Form,
    /// The log that it belongs to.
    pub log: Log,
    /// When it happened, UTC. Never the time of ingestion.
    pub event_time: Timestamp,
    /// Microsoft's id of the record, else `<first 12 of the artefact's sha256>:<position>`.
    pub record_id: String,
    /// Shared by all records of the same Microsoft id in any log: the key of duplicates and witnesses.
    /// `None` where the record has no id of Microsoft's.
    pub id_key: Option<HappeningKey>,
    /// Shared by records of different logs that have the same correlation, act and target; such records
    /// are witnesses when they are at most two seconds apart.
    pub link_key: Option<HappeningKey>,
    /// Exchange, SharePoint, AzureActiveDirectory …; for a hunting table its name.
    pub workload: Option<String>,
    /// What was done, as logged but for white space and one trailing full stop, which are cut, and the
    /// en dash of "Update application – Certificates …", which becomes a hyphen.
    pub operation: String,
    /// The record type by name where it is known, else as logged (`ExchangeAdmin`, `SignInLogs` …).
    pub record_type: Option<String>,
    /// How it ended.
    pub result: Outcome,
    /// The code as logged: an Entra error number, `True`, `Succeeded` ….
    pub result_code: Option<String>,
    /// The reason in words as logged.
    pub result_reason: Option<String>,
    /// Who did it.
    pub actor: Actor,
    /// What it was done to.
    pub target: Target,
    /// The mailbox, site owner or account whose things were touched, as UPN in lower case, where it is
    /// not the actor by definition (`MailboxOwnerUPN`, recipient of a mail).
    pub owner: Option<String>,
    /// The client's address.
    pub ip: Option<IpAddr>,
    /// The client's port.
    pub ip_port: Option<u16>,
    /// Autonomous system number, from the log or a database of networks.
    pub asn: Option<u32>,
    /// Who holds the autonomous system.
    pub as_org: Option<String>,
    /// ISO 3166 code, upper-case.
    pub country: Option<String>,
    /// User agent or client string as logged.
    pub user_agent: Option<String>,
    /// Kind of client as logged (`Browser`, `Client=OWA`, `IMAP4` …).
    pub client_app: Option<String>,
    /// Application that acted, as a GUID in lower case.
    pub app_id: Option<String>,
    /// Its name as logged.
    pub app_name: Option<String>,
    /// Resource that it acted on, as a GUID in lower case.
    pub resource_app_id: Option<String>,
    /// Its name as logged.
    pub resource_name: Option<String>,
    /// Session (`sessionId`, `SessionId`, `AADSessionId`).
    pub session_id: Option<String>,
    /// Token (`uniqueTokenIdentifier`, `UniqueTokenId`, `SignInActivityId`); case-sensitive.
    pub token_id: Option<String>,
    /// Device id, lower-case.
    pub device_id: Option<String>,
    /// Correlation id, lower-case.
    pub correlation_id: Option<String>,
    /// `singleFactorAuthentication`, `multiFactorAuthentication`.
    pub auth_requirement: Option<String>,
    /// `deviceCode`, `ropc`, `oAuth2` …; where only `originalTransferMethod` is known, that.
    pub auth_protocol: Option<String>,
    /// Method and detail of the second factor.
    pub mfa_detail: Option<String>,
    /// Risk as logged: levels, state and event types, separated by `;`.
    pub risk: Option<String>,
    /// Internet message id with its angle brackets.
    pub message_id: Option<String>,
    /// Network message id, lower-case.
    pub network_message_id: Option<String>,
    /// Subject of the message, as logged.
    pub subject: Option<String>,
    /// Folder, file path or URL, decoded.
    pub object_path: Option<String>,
    /// Named facts of the act in the order as logged, names as logged: Exchange `Parameters`, operation,
    /// extended, device and additional properties, and the columns of a table that have no place above.
    /// A list becomes several entries of one name.
    pub parameters: Vec<Fact>,
    /// What the act changed.
    pub changed: Vec<Change>,
}

impl Record {
    /// A record with nothing but its place, log, time and act; a mapper fills in the rest.
    pub fn new(provenance: Provenance, form: Form, log: Log, event_time: Timestamp) -> Self {
        Self {
            provenance,
            form,
            log,
            event_time,
            record_id: String::new(),
            id_key: None,
            link_key: None,
            workload: None,
            operation: String::new(),
            record_type: None,
            result: Outcome::Unknown,
            result_code: None,
            result_reason: None,
            actor: Actor::default(),
            target: Target::default(),
            owner: None,
            ip: None,
            ip_port: None,
            asn: None,
            as_org: None,
            country: None,
            user_agent: None,
            client_app: None,
            app_id: None,
            app_name: None,
            resource_app_id: None,
            resource_name: None,
            session_id: None,
            token_id: None,
            device_id: None,
            correlation_id: None,
            auth_requirement: None,
            auth_protocol: None,
            mfa_detail: None,
            risk: None,
            message_id: None,
            network_message_id: None,
            subject: None,
            object_path: None,
            parameters: Vec::new(),
            changed: Vec::new(),
        }
    }

    /// The values of a named fact; ASCII case is ignored, because exports differ in it.
    pub fn parameter<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.parameters
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A record whose body cannot be read. It is kept and shown; a missing field is no reject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Where it stands.
    pub provenance: Provenance,
    /// Why, as a sentence without full stop that a responder understands.
    pub reason: String,
    /// What the wrapper still says (`CreationDate`, `Operations` …), name and value, where there is one.
    pub wrapper: Vec<(String, String)>,
}

/// Reads a record's bytes back from the evidence, as received.
pub trait RawRecords: Send + Sync {
    /// The bytes at that place of that artefact.
    ///
    /// # Errors
    /// A sentence that says which artefact could not be read and why.
    fn raw(&self, place: &Provenance) -> Result<Vec<u8>, String>;
}
