//! Cmdlets and what services write by themselves.

/// Where a cmdlet ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CmdletService {
    /// Exchange Online, record type 1.
    Exchange,
    /// Security & Compliance, record type 18.
    Compliance,
    /// Teams and Skype for Business, record type 23.
    Teams,
}

/// A cmdlet, run by a person, an app or the service itself.
#[derive(Debug, Clone)]
pub struct Cmdlet {
    /// Where.
    pub service: CmdletService,
    /// Its name, such as `New-InboxRule`.
    pub name: &'static str,
    /// `ObjectId` as the log writes it: an alias, `alias\rule`, a path with a GUID.
    pub object: String,
    /// Parameters in the order in which they were given.
    pub parameters: Vec<(&'static str, String)>,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// Run by the service itself (`NT AUTHORITY\SYSTEM (…)`, user type 3).
    pub by_service: bool,
    /// Run by Microsoft's or a partner's people (`ExternalAccess`).
    pub external: bool,
}

/// A record that fills the unified audit log and changes nothing: its keys are data of the log writer.
#[derive(Debug, Clone)]
pub struct Noise {
    /// Workload as logged.
    pub workload: &'static str,
    /// Operation as logged.
    pub operation: &'static str,
    /// What it is about: a file, a URL, a machine; empty where nothing is.
    pub object: String,
}

impl Cmdlet {
    /// A cmdlet of Exchange Online that a person of the tenant runs with success.
    pub(crate) const fn by_person(
        name: &'static str,
        object: String,
        parameters: Vec<(&'static str, String)>,
    ) -> Self {
        Self {
            service: CmdletService::Exchange,
            name,
            object,
            parameters,
            succeeded: true,
            by_service: false,
            external: false,
        }
    }
}
