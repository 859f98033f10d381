//! The customer.

use crate::calendar::Zone;
use crate::id::Guid;

/// The Entra ID plan, which decides how long sign-ins are kept and which kinds of them exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntraPlan {
    /// Seven days of sign-ins, no risk detections.
    Free,
    /// Thirty days.
    P1,
    /// Thirty days, risk detections.
    P2,
}

/// The customer: one directory, one Exchange organisation.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Directory id.
    pub id: Guid,
    /// What the company is called.
    pub name: String,
    /// The mail domain of its people, such as `contoso.com`.
    pub domain: String,
    /// The first domain, such as `contoso.onmicrosoft.com`.
    pub first_domain: String,
    /// Where most of its people live.
    pub zone: Zone,
    /// Its country, ISO 3166.
    pub country: String,
    /// The plan of Entra ID.
    pub entra: EntraPlan,
    /// Security defaults are on: a second factor for all, no old protocols, without Conditional Access.
    pub security_defaults: bool,
    /// Accounts come from Active Directory on the premises.
    pub hybrid: bool,
    /// Defender for Office 365 and XDR are licensed: hunting tables and alerts exist.
    pub defender: bool,
    /// The Exchange forest in server names, such as `EURPR07`.
    pub forest: String,
}
