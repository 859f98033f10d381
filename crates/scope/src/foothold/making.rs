//! Which operation makes which kind of foothold, and which takes it away again.

/// How a record of an operation is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// A rule of a mailbox: by name, else by number.
    Rule,
    /// `Set-Mailbox`: a forwarding, and rights to send on behalf.
    Mailbox,
    /// A right on a mailbox or a folder, for somebody.
    Right,
    /// The target by its own name and id.
    Target,
    /// An application that somebody consented to.
    Consent,
    /// An application that got a key: the id of the key.
    Key,
    /// An application permission.
    AppRole,
    /// An owner of an application.
    Owner,
    /// A role of somebody.
    Role,
    /// Membership of a group.
    Group,
    /// A method of somebody.
    Method,
    /// A device of somebody.
    Device,
    /// A policy, where it was loosened.
    Policy,
    /// A member of a restricted-management unit.
    Unit,
    /// A switch of auditing, where it was switched off.
    Audit,
    /// A flow of somebody.
    Flow,
    /// An account.
    Account,
    /// A domain, where it became a federated one.
    Domain,
}

/// An operation that makes something.
#[derive(Debug)]
pub(super) struct Making {
    /// As logged.
    pub(super) operation: &'static str,
    /// The kind of foothold.
    pub(super) kind: &'static str,
    pub(super) read: Read,
    /// Operations that take it away.
    pub(super) removed_by: &'static [&'static str],
}

const fn making(
    operation: &'static str,
    kind: &'static str,
    read: Read,
    removed_by: &'static [&'static str],
) -> Making {
    Making {
        operation,
        kind,
        read,
        removed_by,
    }
}

/// A key that was used: no record of the evidence need say who made it, and when.
pub(super) static KEY_USED: Making = making("", "app-key", Read::Key, KEYS);

const RULES: &[&str] = &["Remove-InboxRule", "Disable-InboxRule", "UpdateInboxRules"];
const SWEEP: &[&str] = &["Remove-SweepRule", "Disable-SweepRule"];
const RIGHTS: &[&str] = &[
    "Remove-MailboxPermission",
    "Remove-RecipientPermission",
    "Remove-MailboxFolderPermission",
    "RemoveFolderPermissions",
];
const FLOW_OF_MAIL: &[&str] = &["Remove-TransportRule", "Disable-TransportRule"];
const GRANTS: &[&str] = &[
    "Remove delegated permission grant",
    "Remove service principal",
    "Delete application",
    "Hard Delete application",
];
const APP_ROLES: &[&str] = &[
    "Remove app role assignment from service principal",
    "Remove service principal",
    "Delete application",
];
const KEYS: &[&str] = &[
    "Update application - Certificates and secrets management",
    "Remove service principal credentials",
    "Remove service principal",
    "Delete application",
];
const ROLES: &[&str] = &[
    "Remove member from role",
    "Remove eligible member from role",
    "Remove member from role in PIM completed (permanent)",
    "Remove member from role in PIM completed (timebound)",
    "Remove scoped member from role",
];
const METHODS: &[&str] = &[
    "User deleted security info",
    "Admin deleted security info",
    "Delete Windows Hello for Business credential",
    "Delete FIDO2 security key",
    "Delete Passkey (device-bound)",
    "Delete passwordless phone sign-in credential",
    "Delete platform credential",
];
const DEVICES: &[&str] = &["Delete device", "Unregister device", "Update device"];
const ACCOUNTS: &[&str] = &["Delete user", "Disable account"];
const POLICIES: &[&str] = &["Update conditional access policy", "Update policy"];
const DOMAINS: &[&str] = &[
    "Remove unverified domain",
    "Remove verified domain",
    "Set domain authentication",
];
const FLOWS: &[&str] = &["DeleteFlow", "AdminDeleteFlow", "DisableFlow", "StopFlow"];

/// Every making that is known (`facts/attack-traces.md` §2).
pub(super) const MAKING: &[Making] = &[
    making("New-InboxRule", "inbox-rule", Read::Rule, RULES),
    making("Set-InboxRule", "inbox-rule", Read::Rule, RULES),
    making("Enable-InboxRule", "inbox-rule", Read::Rule, RULES),
    making("UpdateInboxRules", "inbox-rule", Read::Rule, RULES),
    making("New-SweepRule", "sweep-rule", Read::Rule, SWEEP),
    making("Set-SweepRule", "sweep-rule", Read::Rule, SWEEP),
    making("Set-Mailbox", "forwarding", Read::Mailbox, &["Set-Mailbox"]),
    making("Add-MailboxPermission", "delegate", Read::Right, RIGHTS),
    making("Add-RecipientPermission", "delegate", Read::Right, RIGHTS),
    making(
        "Add-MailboxFolderPermission",
        "delegate",
        Read::Right,
        RIGHTS,
    ),
    making(
        "Set-MailboxFolderPermission",
        "delegate",
        Read::Right,
        RIGHTS,
    ),
    making("AddFolderPermissions", "delegate", Read::Right, RIGHTS),
    making("ModifyFolderPermissions", "delegate", Read::Right, RIGHTS),
    making("UpdateFolderPermissions", "delegate", Read::Right, RIGHTS),
    making("UpdateCalendarDelegation", "delegate", Read::Right, RIGHTS),
    making(
        "New-App",
        "add-in",
        Read::Target,
        &["Remove-App", "Disable-App"],
    ),
    making(
        "New-TransportRule",
        "transport-rule",
        Read::Target,
        FLOW_OF_MAIL,
    ),
    making(
        "Set-TransportRule",
        "transport-rule",
        Read::Target,
        FLOW_OF_MAIL,
    ),
    making(
        "Enable-TransportRule",
        "transport-rule",
        Read::Target,
        FLOW_OF_MAIL,
    ),
    making(
        "New-InboundConnector",
        "connector",
        Read::Target,
        &["Remove-InboundConnector"],
    ),
    making(
        "Set-InboundConnector",
        "connector",
        Read::Target,
        &["Remove-InboundConnector"],
    ),
    making(
        "New-OutboundConnector",
        "connector",
        Read::Target,
        &["Remove-OutboundConnector"],
    ),
    making(
        "Set-OutboundConnector",
        "connector",
        Read::Target,
        &["Remove-OutboundConnector"],
    ),
    making(
        "Consent to application",
        "oauth-grant",
        Read::Consent,
        GRANTS,
    ),
    making(
        "Add delegated permission grant",
        "oauth-grant",
        Read::Consent,
        GRANTS,
    ),
    making(
        "Add application",
        "app",
        Read::Target,
        &["Delete application", "Hard Delete application"],
    ),
    making(
        "Add app role assignment to service principal",
        "app-role",
        Read::AppRole,
        APP_ROLES,
    ),
    making(
        "Add app role assignment grant to service principal",
        "app-role",
        Read::AppRole,
        APP_ROLES,
    ),
    making(
        "Add service principal credentials",
        "app-credential",
        Read::Key,
        KEYS,
    ),
    making(
        "Update application - Certificates and secrets management",
        "app-credential",
        Read::Key,
        KEYS,
    ),
    making(
        "Create application - Certificates and secrets management",
        "app-credential",
        Read::Key,
        KEYS,
    ),
    making(
        "Add owner to application",
        "app-owner",
        Read::Owner,
        &["Remove owner from application", "Delete application"],
    ),
    making(
        "Add owner to service principal",
        "app-owner",
        Read::Owner,
        &[
            "Remove owner from service principal",
            "Remove service principal",
        ],
    ),
    making("Add member to role", "role", Read::Role, ROLES),
    making("Add eligible member to role", "role", Read::Role, ROLES),
    making(
        "Add member to role in PIM completed (permanent)",
        "role",
        Read::Role,
        ROLES,
    ),
    making(
        "Add member to role in PIM completed (timebound)",
        "role",
        Read::Role,
        ROLES,
    ),
    making(
        "Add member to role outside of PIM (permanent)",
        "role",
        Read::Role,
        ROLES,
    ),
    making(
        "Add member to role completed (PIM activation)",
        "role",
        Read::Role,
        ROLES,
    ),
    making("Add scoped member to role", "role", Read::Role, ROLES),
    making(
        "Add-RoleGroupMember",
        "role",
        Read::Target,
        &["Remove-RoleGroupMember"],
    ),
    making(
        "New-ManagementRoleAssignment",
        "role",
        Read::Target,
        &["Remove-ManagementRoleAssignment"],
    ),
    making(
        "Add member to group",
        "group",
        Read::Group,
        &["Remove member from group", "Delete group"],
    ),
    making(
        "Add owner to group",
        "group",
        Read::Group,
        &["Remove owner from group", "Delete group"],
    ),
    making("Add user", "account", Read::Account, ACCOUNTS),
    making("Restore user", "account", Read::Account, ACCOUNTS),
    making("Invite external user", "guest", Read::Account, ACCOUNTS),
    making(
        "User registered security info",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Admin registered security info",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "User updated security info",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Add Windows Hello for Business credential",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Add FIDO2 security key",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Add Passkey (device-bound)",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Add passwordless phone sign-in credential",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Add platform credential",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Create Temporary Access Pass method for user",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "User registered temporary access pass method",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making(
        "Update user",
        "authentication-method",
        Read::Method,
        METHODS,
    ),
    making("Register device", "device", Read::Device, DEVICES),
    making("Add device", "device", Read::Device, DEVICES),
    making(
        "Add registered owner to device",
        "device",
        Read::Device,
        DEVICES,
    ),
    making(
        "Add registered users to device",
        "device",
        Read::Device,
        DEVICES,
    ),
    making(
        "Set domain authentication",
        "federation",
        Read::Domain,
        DOMAINS,
    ),
    making(
        "Set federation settings on domain",
        "federation",
        Read::Domain,
        DOMAINS,
    ),
    making("Add unverified domain", "federation", Read::Domain, DOMAINS),
    making("Add verified domain", "federation", Read::Domain, DOMAINS),
    making("Add federated domain", "federation", Read::Domain, DOMAINS),
    making(
        "Add conditional access policy",
        "policy",
        Read::Policy,
        POLICIES,
    ),
    making(
        "Update conditional access policy",
        "policy",
        Read::Policy,
        POLICIES,
    ),
    making(
        "Delete conditional access policy",
        "policy",
        Read::Policy,
        POLICIES,
    ),
    making("Update policy", "policy", Read::Policy, POLICIES),
    making(
        "Update security defaults",
        "security-defaults",
        Read::Policy,
        &["Update security defaults"],
    ),
    making(
        "Disable Strong Authentication",
        "security-defaults",
        Read::Target,
        &["Enable Strong Authentication"],
    ),
    making(
        "Add named location",
        "named-location",
        Read::Target,
        &["Delete named location"],
    ),
    making(
        "Update named location",
        "named-location",
        Read::Target,
        &["Delete named location"],
    ),
    making(
        "Authentication Methods Policy Update",
        "policy",
        Read::Target,
        &[],
    ),
    making("Update authorization policy", "policy", Read::Target, &[]),
    making(
        "Add a partner to cross-tenant access setting",
        "cross-tenant-access",
        Read::Target,
        &["Delete partner specific cross-tenant access setting"],
    ),
    making(
        "Create a partner cross-tenant identity sync setting",
        "cross-tenant-access",
        Read::Target,
        &["Delete partner specific cross-tenant access setting"],
    ),
    making(
        "Add partner to company",
        "partner",
        Read::Target,
        &["Remove partner from company"],
    ),
    making(
        "Add member to restricted management administrative unit",
        "restricted-unit",
        Read::Unit,
        &[
            "Remove member from restricted management administrative unit",
            "Delete administrative unit",
        ],
    ),
    making(
        "Create application password for user",
        "app-password",
        Read::Method,
        &["Delete application password for user"],
    ),
    making(
        "Set-MailboxAuditBypassAssociation",
        "audit",
        Read::Audit,
        &["Set-MailboxAuditBypassAssociation"],
    ),
    making(
        "Set-AdminAuditLogConfig",
        "audit",
        Read::Audit,
        &["Set-AdminAuditLogConfig"],
    ),
    making(
        "Set-OrganizationConfig",
        "audit",
        Read::Audit,
        &["Set-OrganizationConfig"],
    ),
    making("CreateFlow", "flow", Read::Flow, FLOWS),
    making("PutFlow", "flow", Read::Flow, FLOWS),
    making("EditFlow", "flow", Read::Flow, FLOWS),
];

/// Operations that remove a foothold: the case reads these too, beside the events behind findings.
pub const REMOVING_OPERATIONS: &[&str] = &[
    "AdminDeleteFlow",
    "Delete FIDO2 security key",
    "Delete Passkey (device-bound)",
    "Delete Windows Hello for Business credential",
    "Delete administrative unit",
    "Delete application",
    "Delete application password for user",
    "Delete device",
    "Delete group",
    "Delete named location",
    "Delete partner specific cross-tenant access setting",
    "Delete passwordless phone sign-in credential",
    "Delete platform credential",
    "Delete user",
    "DeleteFlow",
    "Disable account",
    "Disable-App",
    "Disable-InboxRule",
    "Disable-SweepRule",
    "Disable-TransportRule",
    "DisableFlow",
    "Enable Strong Authentication",
    "Hard Delete application",
    "Remove app role assignment from service principal",
    "Remove delegated permission grant",
    "Remove eligible member from role",
    "Remove member from group",
    "Remove member from restricted management administrative unit",
    "Remove member from role",
    "Remove member from role in PIM completed (permanent)",
    "Remove member from role in PIM completed (timebound)",
    "Remove owner from application",
    "Remove owner from group",
    "Remove owner from service principal",
    "Remove partner from company",
    "Remove scoped member from role",
    "Remove service principal",
    "Remove service principal credentials",
    "Remove unverified domain",
    "Remove verified domain",
    "Remove-App",
    "Remove-InboundConnector",
    "Remove-InboxRule",
    "Remove-MailboxFolderPermission",
    "Remove-MailboxPermission",
    "Remove-ManagementRoleAssignment",
    "Remove-OutboundConnector",
    "Remove-RecipientPermission",
    "Remove-RoleGroupMember",
    "Remove-SweepRule",
    "Remove-TransportRule",
    "RemoveFolderPermissions",
    "Set domain authentication",
    "Set-AdminAuditLogConfig",
    "Set-Mailbox",
    "Set-MailboxAuditBypassAssociation",
    "Set-OrganizationConfig",
    "StopFlow",
    "Unregister device",
    "Update application - Certificates and secrets management",
    "Update conditional access policy",
    "Update device",
    "Update policy",
    "Update security defaults",
    "UpdateInboxRules",
    "Admin deleted security info",
    "User deleted security info",
];
