//! Acts that weigh by themselves: what attackers do with an account and owners seldom do.

use std::net::IpAddr;

use hourzero_model::{Outcome, Record, Timestamp};

/// Operations that [`deed`] knows.
pub const DEED_OPERATIONS: &[&str] = &[
    "New-InboxRule",
    "Set-InboxRule",
    "UpdateInboxRules",
    "Set-Mailbox",
    "User registered security info",
    "User registered all required security info",
    "Consent to application",
    "Register device",
    "Add registered owner to device",
    "Set federation settings on domain",
    "Set domain authentication",
    "Update application - Certificates and secrets management",
    "Add service principal credentials",
    "Add member to role",
    "Add eligible member to role",
];

/// What an act adds to the weight of the seat that it came from, and the words for it.
pub fn deed(record: &Record) -> Option<(i32, &'static str)> {
    if record.result == Outcome::Failure {
        return None;
    }
    let has = |names: &[&str]| {
        record.parameters.iter().any(|(name, value)| {
            names.iter().any(|n| name.eq_ignore_ascii_case(n))
                && !matches!(value.trim().to_ascii_lowercase().as_str(), "" | "false")
        })
    };
    match record.operation.as_str() {
        "New-InboxRule" | "Set-InboxRule" => {
            let sends = has(&["ForwardTo", "RedirectTo", "ForwardAsAttachmentTo"]);
            let hides = has(&["DeleteMessage", "MarkAsRead", "SoftDeleteMessage"])
                || record.parameter("MoveToFolder").any(|folder| {
                    let folder = folder.to_ascii_lowercase();
                    [
                        "rss",
                        "archive",
                        "archiv",
                        "conversation history",
                        "junk",
                        "deleted",
                        "notes",
                        "sync",
                    ]
                    .iter()
                    .any(|word| folder.contains(word))
                });
            let bare = record.parameter("Name").any(|name| {
                !name.is_empty()
                    && name.chars().count() <= 4
                    && !name.chars().any(char::is_alphanumeric)
            });
            if sends || hides && bare {
                Some((4, "a rule that sends mail out or hides it"))
            } else if hides || bare {
                Some((3, "a rule that hides mail"))
            } else {
                Some((1, "a new inbox rule"))
            }
        }
        "UpdateInboxRules" => Some((1, "inbox rules changed")),
        "Set-Mailbox" if has(&["ForwardingSmtpAddress", "ForwardingAddress"]) => {
            Some((4, "forwarding of a mailbox"))
        }
        "User registered security info" | "User registered all required security info" => {
            Some((1, "a new sign-in method"))
        }
        "Consent to application" => Some((1, "consent to an application")),
        "Register device" | "Add registered owner to device" => Some((1, "a device registered")),
        "Set federation settings on domain" | "Set domain authentication" => {
            Some((3, "federation changed"))
        }
        "Update application - Certificates and secrets management"
        | "Add service principal credentials" => Some((1, "a key added to an application")),
        "Add member to role" | "Add eligible member to role" => Some((1, "a role given")),
        _ => None,
    }
}

/// Operations that [`reset`] knows.
pub const RESET_OPERATIONS: &[&str] = &[
    "Reset password (by admin)",
    "Reset user password",
    "Create Temporary Access Pass method for user",
    "Admin registered security info",
    SELF_SERVICE,
];

/// As the directory's own log calls a reset that the account gave itself.
pub(crate) const SELF_SERVICE: &str = "Reset password (self-service)";

/// Whoever talked somebody into a reset uses it within so many seconds.
pub(crate) const RESET_SECONDS: i64 = 6 * 3_600;
/// Clocks of two logs differ by so many seconds at most.
pub(crate) const SLACK_SECONDS: i64 = 60;

/// Whether a record says that somebody gave an account a new password or a temporary pass.
pub(crate) fn is_given_reset(record: &Record) -> bool {
    let reason = record.result_reason.as_deref().unwrap_or_default();
    match record.operation.as_str() {
        SELF_SERVICE => false,
        "Admin registered security info" => reason.to_lowercase().contains("temporary access pass"),
        operation => RESET_OPERATIONS.contains(&operation),
    }
}

/// The account to which somebody else gave a new password or a temporary pass, lower-case.
pub(crate) fn reset_by_another(record: &Record) -> Option<String> {
    let account = record.target.name.as_deref()?.to_lowercase();
    let by_itself = record.actor.upn.as_deref() == Some(account.as_str());
    (is_given_reset(record) && !by_itself && record.result != Outcome::Failure).then_some(account)
}

/// When an account got a new password or a temporary pass, and from where it gave itself one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reset {
    /// When.
    pub time: Timestamp,
    /// The address of whoever used the self-service; none where it was somebody else who gave it.
    pub from: Option<IpAddr>,
}

/// The account that a record gives a new password or a temporary pass, lower-case, and how. Of the self-service only a
/// record with an address tells something. `service` is as for [`super::Attribution::label`].
pub fn reset(record: &Record, service: impl Fn(IpAddr) -> bool) -> Option<(String, Reset)> {
    let time = record.event_time;
    if let Some(account) = reset_by_another(record) {
        return Some((account, Reset { time, from: None }));
    }
    let is_own = record.operation == SELF_SERVICE && record.result != Outcome::Failure;
    let from = record.ip.filter(|ip| is_own && !service(*ip))?;
    let account = record.target.name.as_ref().or(record.actor.upn.as_ref())?;
    let from = Some(from);
    Some((account.to_lowercase(), Reset { time, from }))
}
