//! Changes of the directory, told as acts; the log writer knows which records each leaves.

use hourzero_model::Channel;

use crate::id::{AccountNo, AppNo, DeviceNo, GroupNo, Guid};
use crate::world::Account;

/// Who begins a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    /// The account of the happening.
    User,
    /// An application of the tenant.
    App(AppNo),
    /// A service of Microsoft's by name, such as `Microsoft Substrate Management`.
    Service(&'static str),
}

/// An authentication method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum Method {
    AuthenticatorApp,
    Phone,
    Email,
    Fido2,
    WindowsHello,
    TemporaryAccessPass,
    SoftwareOath,
    AppPassword,
}

/// Kinds of policies that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum PolicyKind {
    ConditionalAccess,
    NamedLocation,
    AuthenticationMethods,
    Authorization,
    SecurityDefaults,
    CrossTenantAccess,
}

/// What kind of object a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are Microsoft's")]
pub enum TargetKind {
    User,
    ServicePrincipal,
    Application,
    Group,
    Device,
    Role,
    Policy,
    Directory,
    Other,
}

/// An object that a change is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetObject {
    /// What it is.
    pub kind: TargetKind,
    /// Object id.
    pub id: String,
    /// Name.
    pub name: String,
    /// User principal name, for users.
    pub upn: Option<String>,
}

/// A property that changed. Values are JSON as the directory writes it, such as `["x"]` or `true`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyChange {
    /// Name.
    pub name: String,
    /// Value before.
    pub old: String,
    /// Value after.
    pub new: String,
}

/// A change in the words of the directory audit log, for all that has no act of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryChange {
    /// `activityDisplayName`, without the dot of the unified audit log.
    pub activity: String,
    /// `loggedByService`, such as `Core Directory`.
    pub service: &'static str,
    /// Category, such as `UserManagement`.
    pub category: &'static str,
    /// `operationType`: `Add`, `Update`, `Assign`, `Unassign`, `Delete`.
    pub operation: &'static str,
    /// Objects.
    pub targets: Vec<TargetObject>,
    /// Properties that changed.
    pub changes: Vec<PropertyChange>,
    /// `additionalDetails`.
    pub details: Vec<(&'static str, String)>,
    /// Why it failed; nothing when it did not.
    pub failure: Option<String>,
    /// The unified audit log has it too (record type 8).
    pub in_audit_log: bool,
}

/// A change of the directory. The initiator is the happening's account unless it says otherwise.
#[derive(Debug, Clone)]
pub enum DirectoryAct {
    /// An application was consented to: service principal, grants, consent.
    Consented {
        /// The application.
        app: AppNo,
        /// Delegated permissions.
        scopes: Vec<&'static str>,
        /// Application permissions.
        roles: Vec<&'static str>,
        /// For everybody.
        by_admin: bool,
        /// Why it was refused (`90094`, `Risky application detected`); nothing when it was granted.
        refused: Option<&'static str>,
    },
    /// An application was registered here, with its service principal.
    AppRegistered(AppNo),
    /// A secret or certificate was added to an application.
    CredentialAdded {
        /// The application.
        app: AppNo,
        /// Key id.
        key: Guid,
        /// Name of the key.
        name: String,
        /// A certificate and no secret.
        certificate: bool,
    },
    /// An application got an owner.
    AppOwnerAdded {
        /// The application.
        app: AppNo,
        /// The owner.
        owner: AccountNo,
    },
    /// An application permission was given.
    AppRoleGiven {
        /// To which application.
        app: AppNo,
        /// Which permission.
        role: &'static str,
    },
    /// A service principal was disabled or enabled.
    AppEnabled {
        /// The application.
        app: AppNo,
        /// Enabled from now on.
        enabled: bool,
    },
    /// An application, its service principal and its grants were deleted.
    AppDeleted(AppNo),
    /// A grant of delegated permissions was deleted.
    GrantRemoved(AppNo),
    /// A directory role was given or taken.
    Role {
        /// Its name of today.
        role: &'static str,
        /// To or from whom.
        account: AccountNo,
        /// Given.
        given: bool,
        /// Through Privileged Identity Management.
        by_pim: bool,
    },
    /// A member was added to a group or taken out.
    Membership {
        /// The group.
        group: GroupNo,
        /// The member.
        account: AccountNo,
        /// Added.
        added: bool,
    },
    /// An owner was added to a group.
    GroupOwnerAdded {
        /// The group.
        group: GroupNo,
        /// The owner.
        account: AccountNo,
    },
    /// A group was made.
    GroupMade(GroupNo),
    /// An account was made.
    UserMade(AccountNo),
    /// An account was changed by hand or by a service: names of the changed properties with values.
    UserChanged {
        /// The account.
        account: AccountNo,
        /// Properties.
        changes: Vec<PropertyChange>,
        /// Who began it.
        by: Initiator,
    },
    /// An account may sign in, or may not.
    UserEnabled {
        /// The account.
        account: AccountNo,
        /// May sign in from now on.
        enabled: bool,
    },
    /// An account was deleted.
    UserDeleted(AccountNo),
    /// A guest was invited, or took the invitation.
    Guest {
        /// The guest's account.
        account: AccountNo,
        /// Took the invitation.
        redeemed: bool,
    },
    /// A password was set anew, by whom and how the channel says.
    PasswordReset {
        /// Whose.
        account: AccountNo,
        /// By which way.
        channel: Channel,
    },
    /// Refresh tokens and sessions were revoked.
    SessionsRevoked(AccountNo),
    /// An authentication method was registered or deleted.
    MethodChanged {
        /// Whose.
        account: AccountNo,
        /// Which.
        method: Method,
        /// Registered; else deleted.
        registered: bool,
        /// By an administrator.
        by_admin: bool,
        /// Name or number, such as a telephone's model or `+49 151 …`.
        detail: String,
    },
    /// A device was registered or joined.
    DeviceRegistered {
        /// The device.
        device: DeviceNo,
        /// Whose.
        account: AccountNo,
    },
    /// A device was disabled, enabled, or deleted (`None`).
    DeviceEnabled {
        /// The device.
        device: DeviceNo,
        /// Enabled, disabled, or deleted.
        enabled: Option<bool>,
    },
    /// A policy was made, changed or deleted.
    Policy {
        /// Its kind.
        kind: PolicyKind,
        /// `Add`, `Update`, `Delete`.
        operation: &'static str,
        /// Its id.
        id: Guid,
        /// Its name.
        name: String,
        /// Value before, as JSON; empty for a new one.
        old: String,
        /// Value after, as JSON; empty for a deleted one.
        new: String,
    },
    /// A domain was made federated, or managed again.
    Federation {
        /// The domain.
        domain: String,
        /// Federated from now on.
        federated: bool,
        /// The issuer set.
        issuer: String,
    },
    /// Anything else, in the log's own words.
    Other {
        /// The change.
        change: DirectoryChange,
        /// Who began it.
        by: Initiator,
    },
}

impl TargetObject {
    /// An account as a user.
    pub(crate) fn user(account: &Account) -> Self {
        Self {
            kind: TargetKind::User,
            id: account.id.to_string(),
            name: account.display_name.clone(),
            upn: Some(account.upn.clone()),
        }
    }
}

impl DirectoryChange {
    /// A change that succeeded, by the directory itself and in both logs; category and operation go together.
    pub(crate) fn core(
        activity: &str,
        (category, operation): (&'static str, &'static str),
        targets: Vec<TargetObject>,
    ) -> Self {
        Self {
            activity: activity.to_owned(),
            service: "Core Directory",
            category,
            operation,
            targets,
            changes: Vec::new(),
            details: Vec::new(),
            failure: None,
            in_audit_log: true,
        }
    }
}
