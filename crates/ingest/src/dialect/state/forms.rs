//! Which exports of configuration objects there are: how each is told, and which properties are its id, its
//! name and its owner.
//!
//! Data only. Property names are those of Graph, Exchange PowerShell and Microsoft-Extractor-Suite 4.1.0
//! (`facts/forms.md` 28, `facts/state-collect.md`).

use hourzero_model::Form;

use super::{Container, IdParts, fits, map};
use crate::dialect::FormSpec;

/// A kind of object in one form.
pub(super) struct Kind {
    /// What it is, in outputs and in SQL.
    pub(super) name: &'static str,
    /// The container that it comes in; `None` for either.
    pub(super) container: Option<Container>,
    /// Properties that are always there.
    pub(super) must: &'static [&'static str],
    /// Properties of which at least one is there.
    pub(super) one_of: &'static [&'static str],
    /// Properties that only other objects have.
    pub(super) never: &'static [&'static str],
    /// Properties that make its id.
    pub(super) id: &'static [&'static str],
    /// Whether one of them is the id or all together.
    pub(super) id_parts: IdParts,
    /// Properties that name it for people.
    pub(super) label: &'static [&'static str],
    /// Properties that name the account that it belongs to; empty for objects of the whole tenant.
    pub(super) owner: &'static [&'static str],
}

macro_rules! kinds {
    ($($form:literal $about:literal $kind:ident $value:expr;)*) => {
        $(const $kind: Kind = $value;)*

        /// The forms of configuration objects.
        pub(crate) const FORMS: &[FormSpec] = &[$(FormSpec {
            form: Form($form),
            about: $about,
            fits: |shape| fits(shape, &$kind),
            map,
        },)*];

        /// The kind of object that each form holds.
        pub(super) const KINDS: &[(&str, &Kind)] = &[$(($form, &$kind),)*];
    };
}

/// Conditions and actions of which every export of an inbox rule has some.
const RULE_PARTS: &[&str] = &[
    "ForwardTo",
    "RedirectTo",
    "ForwardAsAttachmentTo",
    "ForwardAsAttachment",
    "DeleteMessage",
    "Delete",
    "MoveToFolder",
    "MarkAsRead",
    "StopProcessingRules",
    "SubjectOrBodyContainsWords",
];

/// What a user of the directory never has: another log's or object's mark.
const NO_USER: &[&str] = &[
    "appId",
    "ipAddress",
    "riskState",
    "riskLevel",
    "deviceId",
    "createdByAppId",
    "activityDateTime",
    "methodsRegistered",
    "Timestamp",
];

kinds! {
    "mes-inbox-rules-csv" "Inbox rules as CSV (Microsoft-Extractor-Suite Get-MailboxRules)." MES_INBOX_RULES Kind {
        name: "inbox-rule",
        container: Some(Container::Csv),
        must: &["RuleName", "Enabled"],
        one_of: RULE_PARTS,
        never: &[],
        id: &["RuleIdentity", "RuleName", "Sequence", "Priority"],
        id_parts: IdParts::First,
        label: &["RuleName"],
        owner: &["UserPrincipalName", "UserName"],
    };
    "inbox-rules" "Get-InboxRule of Exchange PowerShell as CSV or JSON." INBOX_RULES Kind {
        name: "inbox-rule",
        container: None,
        must: &["Name", "Enabled", "Priority"],
        one_of: &["RuleIdentity", "MailboxOwnerId", "SubjectOrBodyContainsWords", "ForwardAsAttachmentTo", "SupportedByTask"],
        never: &["RuleName", "Mode", "SetSCL"],
        id: &["RuleIdentity", "Identity", "Name"],
        id_parts: IdParts::First,
        label: &["Name"],
        owner: &["UserPrincipalName", "MailboxOwnerId", "Mailbox"],
    };
    "graph-inbox-rules" "Graph messageRules as JSON." GRAPH_INBOX_RULES Kind {
        name: "inbox-rule",
        container: Some(Container::Json),
        must: &["displayName", "sequence", "isEnabled"],
        one_of: &["actions", "conditions", "hasError", "isReadOnly"],
        never: &[],
        id: &["id", "displayName"],
        id_parts: IdParts::First,
        label: &["displayName"],
        owner: &["userPrincipalName", "mailbox"],
    };
    "mes-transport-rules-csv" "Transport rules as CSV or JSON (Microsoft-Extractor-Suite, Get-TransportRule)." TRANSPORT_RULES Kind {
        name: "transport-rule",
        container: None,
        must: &["Name", "State", "Priority", "Mode"],
        one_of: &["WhenChanged", "CreatedBy", "Description", "BlindCopyTo", "RedirectMessageTo", "SetSCL"],
        never: &[],
        id: &["Guid", "ImmutableId", "Identity", "Name"],
        id_parts: IdParts::First,
        label: &["Name"],
        owner: &[],
    };
    "mes-oauth-permissions-csv" "OAuth permissions as CSV (Microsoft-Extractor-Suite Get-OAuthPermissions)." OAUTH_PERMISSIONS Kind {
        name: "oauth-grant",
        container: Some(Container::Csv),
        must: &["PermissionType", "AppId", "Permission"],
        one_of: &["ClientObjectId", "ConsentType", "ResourceObjectId", "PrincipalObjectId", "AppDisplayName"],
        never: &[],
        id: &["ClientObjectId", "ResourceObjectId", "PermissionType", "ConsentType", "PrincipalObjectId", "Permission"],
        id_parts: IdParts::All,
        label: &["AppDisplayName", "ClientDisplayName"],
        owner: &["PrincipalUserPrincipalName"],
    };
    "mes-mfa-csv" "Authentication methods as CSV (Microsoft-Extractor-Suite Get-MFA)." MFA Kind {
        name: "authentication-methods",
        container: Some(Container::Csv),
        must: &["user", "MFAstatus"],
        one_of: &["fido2", "softwareoath", "hellobusiness", "phone", "app", "temporaryAccessPass"],
        never: &[],
        id: &["user"],
        id_parts: IdParts::First,
        label: &["user"],
        owner: &["user"],
    };
    "mes-mailbox-permissions-csv" "Delegations of mailboxes as CSV (Microsoft-Extractor-Suite Get-MailboxPermissions)." MES_MAILBOX_PERMISSIONS Kind {
        name: "mailbox-permission",
        container: Some(Container::Csv),
        must: &["UserPrincipalName", "RecipientTypeDetails"],
        one_of: &["FullAccessUsers", "SendAsUsers", "SendOnBehalfUsers", "FullAccess", "SendAs"],
        never: &["ForwardingSmtpAddress"],
        id: &["UserPrincipalName"],
        id_parts: IdParts::First,
        label: &["DisplayName"],
        owner: &["UserPrincipalName"],
    };
    "mailbox-permissions" "Get-MailboxPermission or Get-RecipientPermission as CSV or JSON." MAILBOX_PERMISSIONS Kind {
        name: "mailbox-permission",
        container: None,
        must: &["Identity", "AccessRights"],
        one_of: &["User", "Trustee"],
        never: &["FolderName"],
        id: &["Identity", "User", "Trustee", "AccessRights"],
        id_parts: IdParts::All,
        label: &["User", "Trustee"],
        owner: &["UserPrincipalName", "Identity"],
    };
    "mailbox" "Get-Mailbox or Get-EXOMailbox as CSV or JSON." MAILBOX Kind {
        name: "mailbox",
        container: None,
        must: &["RecipientTypeDetails"],
        one_of: &["ForwardingSmtpAddress", "ForwardingAddress", "DeliverToMailboxAndForward", "AuditEnabled", "GrantSendOnBehalfTo"],
        never: &["FullAccessUsers"],
        id: &["ExternalDirectoryObjectId", "ExchangeGuid", "Guid", "UserPrincipalName", "PrimarySmtpAddress", "Identity"],
        id_parts: IdParts::First,
        label: &["DisplayName", "Name"],
        owner: &["UserPrincipalName", "PrimarySmtpAddress", "WindowsEmailAddress"],
    };
    "graph-users" "Graph users as JSON or CSV." USERS Kind {
        name: "user",
        container: None,
        must: &["id", "userPrincipalName", "displayName"],
        one_of: &["mail", "businessPhones", "accountEnabled", "userType", "jobTitle", "assignedLicenses", "proxyAddresses"],
        never: NO_USER,
        id: &["id"],
        id_parts: IdParts::First,
        label: &["displayName"],
        owner: &["userPrincipalName"],
    };
    "identityinfo" "IdentityInfo of hunting or Sentinel: users with roles and groups." IDENTITY_INFO Kind {
        name: "user",
        container: None,
        must: &["AccountObjectId", "AccountUpn"],
        one_of: &["AssignedRoles", "IsAccountEnabled", "GroupMembership", "BlastRadius", "OnPremSid", "CloudSid", "GivenName"],
        never: &["ActionType", "AlertId", "NetworkMessageId"],
        id: &["AccountObjectId", "AccountUpn"],
        id_parts: IdParts::First,
        label: &["AccountDisplayName"],
        owner: &["AccountUpn"],
    };
    "graph-devices" "Graph devices as JSON or CSV." DEVICES Kind {
        name: "device",
        container: None,
        must: &["id", "deviceId", "displayName", "operatingSystem"],
        one_of: &["trustType", "physicalIds", "alternativeSecurityIds", "registrationDateTime", "approximateLastSignInDateTime"],
        never: &["ipAddress", "riskState", "ActionType"],
        id: &["deviceId", "id"],
        id_parts: IdParts::First,
        label: &["displayName"],
        owner: &["userPrincipalName", "registeredOwner"],
    };
    "graph-oauth-grants" "Graph oauth2PermissionGrants." OAUTH_GRANTS Kind {
        name: "oauth-grant",
        container: None,
        must: &["clientId", "consentType", "resourceId", "scope"],
        one_of: &[],
        never: &[],
        id: &["id"],
        id_parts: IdParts::First,
        label: &["clientDisplayName", "appDisplayName"],
        owner: &["principalUserPrincipalName"],
    };
    "graph-app-role-assignments" "Graph appRoleAssignments: application permissions." APP_ROLES Kind {
        name: "app-role-assignment",
        container: None,
        must: &["appRoleId", "principalId", "resourceId"],
        one_of: &[],
        never: &[],
        id: &["id"],
        id_parts: IdParts::First,
        label: &["principalDisplayName"],
        owner: &[],
    };
    "graph-role-assignments" "Graph roleAssignments of directory roles." ROLE_ASSIGNMENTS Kind {
        name: "role-assignment",
        container: None,
        must: &["roleDefinitionId", "principalId"],
        one_of: &["directoryScopeId", "appScopeId"],
        never: &[],
        id: &["id"],
        id_parts: IdParts::First,
        label: &["roleDefinitionDisplayName"],
        owner: &[],
    };
    "graph-service-principals" "Graph servicePrincipals." SERVICE_PRINCIPALS Kind {
        name: "service-principal",
        container: None,
        must: &["id", "appId", "displayName"],
        one_of: &["servicePrincipalType", "appOwnerOrganizationId", "servicePrincipalNames", "appRoleAssignmentRequired"],
        never: &["ipAddress", "riskState", "activityDateTime", "clientAppUsed"],
        id: &["id"],
        id_parts: IdParts::First,
        label: &["displayName"],
        owner: &[],
    };
    "graph-applications" "Graph applications." APPLICATIONS Kind {
        name: "application",
        container: None,
        must: &["id", "appId", "displayName"],
        one_of: &["publisherDomain", "requiredResourceAccess", "identifierUris", "isFallbackPublicClient"],
        never: &["servicePrincipalType", "ipAddress", "riskState", "clientAppUsed"],
        id: &["id"],
        id_parts: IdParts::First,
        label: &["displayName"],
        owner: &[],
    };
    "graph-authentication-methods" "Graph authentication methods, or userRegistrationDetails." AUTHENTICATION_METHODS Kind {
        name: "authentication-methods",
        container: None,
        must: &["id"],
        one_of: &["methodsRegistered", "phoneType", "aaGuid", "keyStrength", "secretKey", "isUsableOnce", "lifetimeInMinutes", "phoneAppVersion", "deviceTag", "isMfaRegistered"],
        never: &["ipAddress", "appId", "accountEnabled"],
        id: &["id"],
        id_parts: IdParts::First,
        label: &["displayName", "userDisplayName", "@odata.type"],
        owner: &["userPrincipalName"],
    };
    "conditional-access-policies" "Graph Conditional Access policies." CONDITIONAL_ACCESS Kind {
        name: "conditional-access-policy",
        container: None,
        must: &["displayName", "state", "conditions", "grantControls"],
        one_of: &[],
        never: &[],
        id: &["id", "displayName"],
        id_parts: IdParts::First,
        label: &["displayName"],
        owner: &[],
    };
}
