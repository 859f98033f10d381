//! Which of the four kinds a sign-in is: the log says it in five ways, and the portal's CSV only by its
//! file name.

use super::columns::SignInColumn as C;
use super::word;
use crate::dialect::slot::{Slots, fold};

/// The four kinds of sign-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Interactive,
    NonInteractive,
    ServicePrincipal,
    ManagedIdentity,
}

impl Kind {
    /// The record type, by the name of the category in diagnostic settings.
    pub(super) fn record_type(self) -> &'static str {
        match self {
            Self::Interactive => "SignInLogs",
            Self::NonInteractive => "NonInteractiveUserSignInLogs",
            Self::ServicePrincipal => "ServicePrincipalSignInLogs",
            Self::ManagedIdentity => "ManagedIdentitySignInLogs",
        }
    }

    /// Whether a user signed in.
    pub(super) fn is_user(self) -> bool {
        matches!(self, Self::Interactive | Self::NonInteractive)
    }

    /// The kind that a category, table, event type or file name speaks of.
    fn named(text: &str) -> Option<Self> {
        let text = fold(text);
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["noninteractive"]) {
            Some(Self::NonInteractive)
        } else if says(&["managedidentity", "msisignin"]) {
            Some(Self::ManagedIdentity)
        } else if says(&["serviceprincipal", "applicationsignin"]) {
            Some(Self::ServicePrincipal)
        } else if says(&["interactive"]) || text == "signinlogs" {
            Some(Self::Interactive)
        } else {
            None
        }
    }

    /// The kind of a sign-in, from what says it most surely to what only hints at it.
    pub(super) fn of(slots: &Slots<'_, C>, file: &str) -> Self {
        // The folder and the archive around a file say nothing about its rows.
        let file = file.rsplit(['/', '\\', '!']).next().unwrap_or(file);
        let types = slots.words(C::EventTypes);
        if let Some(kind) = types.iter().find_map(|word| Self::named(word)) {
            return kind;
        }
        let labels = [slots.text(C::Category), slots.text(C::Table)];
        if let Some(kind) = labels.iter().flatten().find_map(|text| Self::named(text)) {
            return kind;
        }
        let user = slots.id(C::UserId).is_some() || slots.has(C::UserPrincipalName);
        if !user && slots.has(C::ServicePrincipalId) {
            return Self::of_app(slots, file);
        }
        let interactive = slots.text(C::IsInteractive).map(|text| word::truth(&text));
        match interactive.as_deref() {
            Some("True") => Self::Interactive,
            Some("False") => Self::NonInteractive,
            // Graph's first version lists interactive sign-ins only.
            _ => Self::named(file).unwrap_or(Self::Interactive),
        }
    }

    fn of_app(slots: &Slots<'_, C>, file: &str) -> Self {
        let identity = slots.text(C::ManagedIdentityType).map(|text| fold(&text));
        let managed = identity.is_some_and(|text| text != "none")
            || slots
                .text(C::IsManagedIdentity)
                .is_some_and(|text| word::truth(&text) == "True")
            || Self::named(file) == Some(Self::ManagedIdentity);
        if managed {
            Self::ManagedIdentity
        } else {
            Self::ServicePrincipal
        }
    }
}
