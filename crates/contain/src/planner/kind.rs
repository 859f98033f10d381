//! Kinds of footholds by the words that the analysis uses.

/// What a foothold is, as far as its removal differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Federation,
    RestrictedUnit,
    Role,
    Group,
    Policy,
    Audit,
    Partner,
    Key,
    AppOwner,
    AppRole,
    Account,
    Device,
    Forwarding,
    TransportRule,
    Connector,
    Rule,
    SweepRule,
    Delegate,
    AddIn,
    Grant,
    AppPassword,
    Method,
    Flow,
    Guest,
    Sharing,
    Other,
}

impl Kind {
    /// By the analysis' word.
    pub(super) fn of(word: &str) -> Self {
        match word {
            "federation" | "domain" => Self::Federation,
            "restricted-unit" => Self::RestrictedUnit,
            "role" | "eligible-role" => Self::Role,
            "group" => Self::Group,
            "policy" | "security-defaults" | "named-location" => Self::Policy,
            "audit" => Self::Audit,
            "partner" | "cross-tenant-access" => Self::Partner,
            "app-credential" | "app-key" => Self::Key,
            "app-owner" => Self::AppOwner,
            "app-role" => Self::AppRole,
            "account" => Self::Account,
            "device" => Self::Device,
            "forwarding" => Self::Forwarding,
            "transport-rule" => Self::TransportRule,
            "connector" => Self::Connector,
            "inbox-rule" => Self::Rule,
            "sweep-rule" => Self::SweepRule,
            "delegate" => Self::Delegate,
            "add-in" => Self::AddIn,
            "oauth-grant" | "app" => Self::Grant,
            "app-password" => Self::AppPassword,
            "authentication-method" | "method" => Self::Method,
            "flow" => Self::Flow,
            "guest" => Self::Guest,
            "sharing" | "sharing-link" => Self::Sharing,
            _ => Self::Other,
        }
    }
}
