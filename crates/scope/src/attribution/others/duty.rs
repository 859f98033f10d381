//! Which acts are administration.

use std::collections::BTreeSet;

use hourzero_model::{ActorKind, Log, Record};

use crate::attribution::account_of;
use crate::contained::target_of;

/// Acts on somebody else or on the tenant that succeed only for an account with a role (Entra roles, Exchange's role
/// groups): whoever is seen to do one holds one.
pub const ROLE_OPERATIONS: &[&str] = &[
    "Add conditional access policy",
    "Add eligible member to role",
    "Add member to role",
    "Add named location",
    "Add unverified domain",
    "Add user",
    "Add verified domain",
    "Add-MailboxPermission",
    "Add-RecipientPermission",
    "Add-RoleGroupMember",
    "Admin deleted security info",
    "Admin registered security info",
    "Admin updated security info",
    "Change user license",
    "Delete conditional access policy",
    "Delete named location",
    "Delete user",
    "Disable account",
    "Disable-TransportRule",
    "Enable account",
    "Enable-TransportRule",
    "Hard Delete user",
    "New-ComplianceSearch",
    "New-ComplianceSearchAction",
    "New-InboundConnector",
    "New-Mailbox",
    "New-ManagementRoleAssignment",
    "New-OutboundConnector",
    "New-TenantAllowBlockListItems",
    "New-TransportRule",
    "Remove eligible member from role",
    "Remove member from role",
    "Remove unverified domain",
    "Remove verified domain",
    "Remove-InboundConnector",
    "Remove-Mailbox",
    "Remove-MailboxPermission",
    "Remove-OutboundConnector",
    "Remove-RecipientPermission",
    "Remove-RoleGroupMember",
    "Remove-TransportRule",
    "Reset password (by admin)",
    "Reset user password",
    "Restore user",
    "Set Company Information",
    "Set domain authentication",
    "Set federation settings on domain",
    "Set force change user password",
    "Set-AdminAuditLogConfig",
    "Set-CASMailbox",
    "Set-InboundConnector",
    "Set-Mailbox",
    "Set-OrganizationConfig",
    "Set-OutboundConnector",
    "Set-TransportRule",
    "Update StsRefreshTokenValidFrom Timestamp",
    "Update authorization policy",
    "Update conditional access policy",
    "Update named location",
    "Update security defaults",
    "Update user",
    "Verify domain",
];

/// Types of records that tell of administration beside those of the directory's own log.
pub const ADMINISTRATION_TYPES: &[&str] = &["ExchangeAdmin", "AzureActiveDirectory"];

/// Whether a record is administration by an account that holds a role: by what it did, or as `holders` know.
pub(super) fn is_administration(record: &Record, holders: &BTreeSet<String>) -> bool {
    let account = account_of(record);
    let on_itself = target_of(record) == account || record.owner.as_deref() == Some(&account);
    if on_itself {
        return false;
    }
    let needs_role = ROLE_OPERATIONS.contains(&record.operation.as_str());
    let of_directory = record.log == Log::DirectoryAudit
        || record
            .record_type
            .as_deref()
            .is_some_and(|kind| ADMINISTRATION_TYPES.contains(&kind));
    let holds_role = holders.contains(&account) || record.actor.kind == ActorKind::Admin;
    needs_role || (of_directory && holds_role)
}
