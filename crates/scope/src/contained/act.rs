//! Which record is which act of containment, and on what.

use hourzero_model::{ActionKind, Record};

/// Operations that can be acts of containment; [`super::contained`] decides by what they changed.
pub const CONTAINING_OPERATIONS: &[&str] = &[
    "Add conditional access policy",
    "Admin deleted security info",
    "Change password (self-service)",
    "Change user license",
    "Change user password",
    "Delete FIDO2 security key(s)",
    "Delete Passkey (device-bound)",
    "Delete Windows Hello for Business credential",
    "Delete application",
    "Delete application password for user",
    "Delete device",
    "Delete passwordless phone sign-in credential",
    "Delete user",
    "Disable account",
    "Disable-InboxRule",
    "Disable-TransportRule",
    "Enable account",
    "Hard Delete application",
    "Hard Delete user",
    "New-ComplianceSearchAction",
    "New-TenantAllowBlockListItems",
    "Remove app role assignment from service principal",
    "Remove delegated permission grant",
    "Remove member from group",
    "Remove member from role",
    "Remove service principal",
    "Remove service principal credentials",
    "Remove-InboundConnector",
    "Remove-InboxRule",
    "Remove-MailboxFolderPermission",
    "Remove-MailboxPermission",
    "Remove-OutboundConnector",
    "Remove-RecipientPermission",
    "Remove-RoleGroupMember",
    "Remove-SweepRule",
    "Remove-TransportRule",
    "RemoveFolderPermissions",
    "Reset password (by admin)",
    "Reset password (self-service)",
    "Reset user password",
    "SearchResultsPurged",
    "Set-AdminAuditLogConfig",
    "Set-InboxRule",
    "Set-Mailbox",
    "Unregister device",
    "Update StsRefreshTokenValidFrom Timestamp",
    "Update conditional access policy",
    "Update device",
    "Update security defaults",
    "Update service principal",
    "Update user",
    "UpdateInboxRules",
    "User deleted security info",
];

/// Which act a record is, if it is one.
pub(crate) fn kind_of(record: &Record) -> Option<ActionKind> {
    Some(match record.operation.as_str() {
        "Disable account" => ActionKind::AccountDisabled,
        "Enable account" => ActionKind::AccountEnabled,
        "Delete user" | "Hard Delete user" => ActionKind::AccountDeleted,
        "Update user" => match switched(record)? {
            false => ActionKind::AccountDisabled,
            true => ActionKind::AccountEnabled,
        },
        "Update device" if switched(record) == Some(false) => ActionKind::DeviceDisabled,
        "Update service principal" if switched(record) == Some(false) => ActionKind::AppDisabled,
        "Update StsRefreshTokenValidFrom Timestamp" => ActionKind::SessionsRevoked,
        "Reset password (by admin)"
        | "Reset password (self-service)"
        | "Reset user password"
        | "Change password (self-service)"
        | "Change user password" => ActionKind::PasswordReset,
        "Admin deleted security info"
        | "User deleted security info"
        | "Delete FIDO2 security key(s)"
        | "Delete Passkey (device-bound)"
        | "Delete Windows Hello for Business credential"
        | "Delete passwordless phone sign-in credential"
        | "Delete application password for user" => ActionKind::MfaRemoved,
        "Remove-InboxRule" | "Disable-InboxRule" | "Remove-SweepRule" => ActionKind::RulesDeleted,
        "Set-InboxRule" if given(record, "Enabled", "False") => ActionKind::RulesDeleted,
        "UpdateInboxRules" if given(record, "RuleOperation", "RemoveMailboxRule") => {
            ActionKind::RulesDeleted
        }
        "Set-Mailbox" => mailbox(record)?,
        "Remove-MailboxPermission"
        | "Remove-RecipientPermission"
        | "Remove-MailboxFolderPermission"
        | "RemoveFolderPermissions" => ActionKind::DelegateRemoved,
        "Delete application"
        | "Hard Delete application"
        | "Remove service principal"
        | "Remove service principal credentials"
        | "Remove delegated permission grant"
        | "Remove app role assignment from service principal" => ActionKind::AppRemoved,
        "New-ComplianceSearchAction" if record.parameter("Purge").next().is_some() => {
            ActionKind::MailPurged
        }
        "SearchResultsPurged" => ActionKind::MailPurged,
        "New-TenantAllowBlockListItems" if record.parameter("Block").next().is_some() => {
            ActionKind::IpBlocked
        }
        "Add conditional access policy" | "Update conditional access policy" => {
            ActionKind::CaChanged
        }
        "Update security defaults" => ActionKind::SecurityDefaults,
        "Set-AdminAuditLogConfig" if given(record, "UnifiedAuditLogIngestionEnabled", "True") => {
            ActionKind::AuditEnabled
        }
        "Delete device"
        | "Unregister device"
        | "Remove member from role"
        | "Remove member from group"
        | "Remove-RoleGroupMember"
        | "Remove-TransportRule"
        | "Disable-TransportRule"
        | "Remove-InboundConnector"
        | "Remove-OutboundConnector" => ActionKind::FootholdRemoved,
        _ => return None,
    })
}

/// On what: the account by UPN, a mailbox's owner, else the object's name.
pub(crate) fn target_of(record: &Record) -> String {
    let cmdlet = record.operation.contains('-') && !record.operation.contains(' ');
    let of_mailbox = record.parameter("Mailbox").next();
    let named = record.target.name.as_deref();
    let is_account = |name: &&str| name.contains('@');
    named
        .filter(is_account)
        .or(of_mailbox.filter(is_account).filter(|_| cmdlet))
        .or(record.owner.as_deref().filter(|_| cmdlet))
        .or(named)
        .or(record.target.id.as_deref())
        .unwrap_or_default()
        .to_lowercase()
}

/// To what `AccountEnabled` was changed.
fn switched(record: &Record) -> Option<bool> {
    let change = record
        .changed
        .iter()
        .find(|change| change.name.eq_ignore_ascii_case("AccountEnabled"))?;
    let to = change.new.as_deref()?.to_lowercase();
    match (to.contains("true"), to.contains("false")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn given(record: &Record, name: &str, word: &str) -> bool {
    record
        .parameter(name)
        .any(|value| value.eq_ignore_ascii_case(word))
}

/// What a `Set-Mailbox` does against an attacker, by its parameters.
fn mailbox(record: &Record) -> Option<ActionKind> {
    let emptied = |name: &str| {
        let mut values = record.parameter(name).peekable();
        values.peek().is_some() && values.all(|value| value.is_empty() || value == "$null")
    };
    if emptied("ForwardingSmtpAddress") || emptied("ForwardingAddress") {
        return Some(ActionKind::ForwardingRemoved);
    }
    if given(record, "Type", "Shared") {
        return Some(ActionKind::MailboxConverted);
    }
    given(record, "AuditEnabled", "True").then_some(ActionKind::AuditEnabled)
}
