//! Devices, applications, groups and policies of the directory.

use super::place::Platform;
use crate::id::{AccountNo, GroupNo, Guid};

/// How a device belongs to the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrustType {
    /// A private device with a work account.
    Registered,
    /// Joined to Entra ID.
    Joined,
    /// Joined to Active Directory and known to Entra ID.
    Hybrid,
}

/// A device.
#[derive(Debug, Clone)]
pub struct Device {
    /// Device id, as sign-ins and tokens carry it.
    pub id: Guid,
    /// Object id in the directory.
    pub object_id: Guid,
    /// Its name, such as `LAPTOP-4F2K9`.
    pub name: String,
    /// The system it runs.
    pub platform: Platform,
    /// Operating system as sign-in logs name it.
    pub os: String,
    /// Version of the operating system.
    pub os_version: String,
    /// How it belongs to the directory.
    pub trust: TrustType,
    /// Meets the rules of device management.
    pub compliant: bool,
    /// Is managed.
    pub managed: bool,
    /// Whose it is.
    pub owner: Option<AccountNo>,
}

/// What an application is to the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AppKind {
    /// A client program of Microsoft's.
    FirstPartyClient,
    /// A service of Microsoft's that tokens are made for.
    FirstPartyService,
    /// A service of another maker that people sign in to (single sign-on).
    SingleSignOn,
    /// An application of another maker that reads data through Graph.
    ThirdParty,
    /// An application of the company itself.
    OwnApp,
    /// Not in the tenant when its logs begin: registered or consented to later. Nobody uses it by habit.
    Newcomer,
}

/// An application and its service principal in the tenant.
#[derive(Debug, Clone)]
pub struct App {
    /// Application (client) id.
    pub id: Guid,
    /// Object id of its service principal here.
    pub principal: Guid,
    /// Object id of the application itself, where it is registered here.
    pub object_id: Option<Guid>,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: AppKind,
    /// Directory of its maker.
    pub owner_tenant: Guid,
    /// Delegated permissions granted for all users.
    pub scopes: Vec<&'static str>,
    /// Application permissions granted.
    pub roles: Vec<&'static str>,
    /// Reply addresses.
    pub reply_urls: Vec<String>,
    /// Signs in by itself, as a service, so often a day in thousandths.
    pub daily_sign_ins: u64,
}

/// A group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Object id.
    pub id: Guid,
    /// Name.
    pub name: String,
    /// Holds directory roles for its members.
    pub role_assignable: bool,
    /// Members.
    pub members: Vec<AccountNo>,
}

/// A Conditional Access policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Id.
    pub id: Guid,
    /// Name.
    pub name: String,
    /// Asks for a second factor.
    pub requires_mfa: bool,
    /// Blocks old protocols.
    pub blocks_legacy: bool,
    /// Asks for a compliant device.
    pub requires_device: bool,
    /// Applies to administrators only.
    pub administrators_only: bool,
    /// Only reports what it would do.
    pub report_only: bool,
    /// Groups that it spares.
    pub excludes: Vec<GroupNo>,
}
