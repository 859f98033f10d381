//! What Microsoft's own detections say.

use std::net::IpAddr;
use std::sync::Arc;

use hourzero_model::Timestamp;

use super::Message;
use crate::id::{AccountNo, AppNo, Guid};

/// What an alert is about.
#[derive(Debug, Clone)]
pub enum AlertEntity {
    /// An account.
    Account(AccountNo),
    /// An address.
    Address(IpAddr),
    /// A message.
    Message(Arc<Message>),
    /// A mailbox's rule or forwarding.
    MailboxConfiguration(AccountNo, &'static str),
    /// An application.
    App(AppNo),
    /// A link.
    Url(String),
    /// A session.
    Session(Guid),
}

/// An alert.
#[derive(Debug, Clone)]
pub struct Alert {
    /// Title.
    pub title: String,
    /// `serviceSource`: `microsoftDefenderForOffice365`, `microsoftDefenderForCloudApps`, `azureAdIdentityProtection` …
    pub source: &'static str,
    /// `detectionSource`.
    pub detection: &'static str,
    /// `informational`, `low`, `medium`, `high`.
    pub severity: &'static str,
    /// Category, such as `InitialAccess` or `SuspiciousActivity`.
    pub category: &'static str,
    /// Techniques of MITRE ATT&CK.
    pub techniques: Vec<&'static str>,
    /// First and last activity; the happening's own time is when the alert was made.
    pub activity: (Timestamp, Timestamp),
    /// What it is about.
    pub entities: Vec<AlertEntity>,
    /// The operation of the unified audit log that raised it, for record type 40; empty for others.
    pub operation: &'static str,
}

/// A risk detection of Entra ID Protection.
#[derive(Debug, Clone)]
pub struct RiskDetection {
    /// Type, such as `anonymizedIPAddress`.
    pub kind: &'static str,
    /// `low`, `medium`, `high`.
    pub level: &'static str,
    /// `atRisk`, `remediated`, `dismissed`, `confirmedCompromised`.
    pub state: &'static str,
    /// `realtime`, `nearRealtime`, `offline`.
    pub timing: &'static str,
    /// The sign-in it is about, and its correlation id.
    pub request: Option<(Guid, Guid)>,
    /// When the activity was; the happening's own time is when it was detected.
    pub activity: Timestamp,
}

/// A click on a link that Safe Links saw.
#[derive(Debug, Clone)]
pub struct Click {
    /// The message the link stood in.
    pub message: Arc<Message>,
    /// The link.
    pub url: String,
    /// `ClickAllowed`, `ClickBlocked`, `PendingDetonation` …
    pub action: &'static str,
    /// `Email`, `Office`, `Teams`.
    pub workload: &'static str,
}
