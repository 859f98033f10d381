//! What the client or its IT has done before and beside us: one `[[done]]` table.
//!
//! Gives the one form in which such an act is written, wherever it is read: the answers of the first
//! call, the actions that scope takes out of the attacker's account, and the simulator's
//! interventions. It must never know what an act destroys; that is data of `intake`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Timestamp, UnknownWord};

/// Writes an enum whose variants have one word each, with the list of all of them.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $meaning:literal { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every word, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word in files.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// The meaning of a word.
            ///
            /// # Errors
            /// When the word is none of the list.
            pub fn from_name(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|one| one.name() == word)
                    .ok_or_else(|| UnknownWord { word: word.to_owned(), allowed: $meaning })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::from_name(&word).map_err(serde::de::Error::custom)
            }
        }
    };
}

words! {
    /// The kind of an act.
    ActionKind, "the acts of a `[[done]]` table, such as password-reset or rules-deleted" {
        /// A password was set anew.
        PasswordReset = "password-reset",
        /// Refresh tokens and sessions were revoked.
        SessionsRevoked = "sessions-revoked",
        /// An account was blocked from signing in.
        AccountDisabled = "account-disabled",
        /// An account was deleted.
        AccountDeleted = "account-deleted",
        /// Authentication methods were taken off an account.
        MfaRemoved = "mfa-removed",
        /// Inbox rules were deleted.
        RulesDeleted = "rules-deleted",
        /// Forwarding of a mailbox was switched off.
        ForwardingRemoved = "forwarding-removed",
        /// A right on a mailbox was taken away.
        DelegateRemoved = "delegate-removed",
        /// An application's service principal was disabled.
        AppDisabled = "app-disabled",
        /// An application, its service principal or its grants were deleted.
        AppRemoved = "app-removed",
        /// Mail was deleted from mailboxes.
        MailPurged = "mail-purged",
        /// A computer or telephone was wiped or installed anew.
        DeviceWiped = "device-wiped",
        /// A device was scanned and perhaps cleaned.
        DeviceScanned = "device-scanned",
        /// A licence was taken off an account.
        LicenceRemoved = "licence-removed",
        /// A mailbox became a shared one.
        MailboxConverted = "mailbox-converted",
        /// Conditional Access was changed.
        CaChanged = "ca-changed",
        /// Security defaults were switched on.
        SecurityDefaults = "security-defaults",
        /// Auditing was switched on.
        AuditEnabled = "audit-enabled",
        /// Addresses were blocked.
        IpBlocked = "ip-blocked",
        /// Clients or partners were told.
        ClientsNotified = "clients-notified",
        /// The staff were told by mail.
        StaffMailed = "staff-mailed",
        /// Something was put back from a backup.
        Restored = "restored",
        /// A device's registration was disabled.
        DeviceDisabled = "device-disabled",
        /// An account was let in again.
        AccountEnabled = "account-enabled",
        /// Somebody worked on a device from afar.
        RemoteSession = "remote-session",
        /// A supplier was paid a second time.
        VendorPaidAgain = "vendor-paid-again",
        /// Another way back in was taken away by hand.
        FootholdRemoved = "foothold-removed",
        /// The police were told.
        Police = "police",
        /// The insurer was told.
        Insurer = "insurer",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// The way by which a password was reset: what dies with it depends on that.
    Channel, "entra, m365, azure, graph, sspr, user, on-premises, unknown" {
        /// The Entra admin centre.
        Entra = "entra",
        /// The Microsoft 365 admin centre.
        M365 = "m365",
        /// The Azure portal.
        Azure = "azure",
        /// Microsoft Graph, PowerShell or a tool.
        Graph = "graph",
        /// Self-service password reset.
        Sspr = "sspr",
        /// The user changed it.
        User = "user",
        /// Active Directory on the premises.
        OnPremises = "on-premises",
        /// Nobody knows.
        Unknown = "unknown",
    }
}

/// When an act was done: the instant, with the text as it was given, or (in interventions on a
/// simulated tenant) a span after the attacker's first success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionTime {
    /// A point in time.
    At {
        /// The instant in UTC.
        utc: Timestamp,
        /// The text as given, with its own offset.
        original: String,
    },
    /// So long after the attacker's first success.
    AfterFirstSuccess {
        /// The span in seconds.
        seconds: i64,
        /// The text as given, such as `+3d4h`.
        original: String,
    },
}

/// The text names neither an instant nor a span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is neither a time with an offset, such as 2026-03-06T15:30:00+01:00, nor a span, such as +3d4h"
)]
pub struct ParseActionTimeError(pub String);

impl ActionTime {
    /// Reads RFC 3339 with an offset, or `+` and days, hours, minutes, seconds in this order.
    ///
    /// # Errors
    /// When the text is neither, or the span does not fit.
    pub fn parse(text: &str) -> Result<Self, ParseActionTimeError> {
        let fail = || ParseActionTimeError(text.to_owned());
        let original = text.trim().to_owned();
        match original.strip_prefix('+') {
            Some(span) => {
                let seconds = span_seconds(span).ok_or_else(fail)?;
                Ok(Self::AfterFirstSuccess { seconds, original })
            }
            None => {
                let utc = Timestamp::parse(&original).map_err(|_| fail())?;
                Ok(Self::At { utc, original })
            }
        }
    }

    /// The instant, where the time is one.
    pub const fn utc(&self) -> Option<Timestamp> {
        match self {
            Self::At { utc, .. } => Some(*utc),
            Self::AfterFirstSuccess { .. } => None,
        }
    }

    /// The text as it was given.
    pub fn original(&self) -> &str {
        match self {
            Self::At { original, .. } | Self::AfterFirstSuccess { original, .. } => original,
        }
    }
}

/// The seconds of a span such as `3d4h`: each unit at most once, the larger before the smaller.
fn span_seconds(span: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut digits = String::new();
    let mut last = i64::MAX;
    for sign in span.chars() {
        if sign.is_ascii_digit() {
            digits.push(sign);
            continue;
        }
        let unit = match sign {
            'd' => 86_400,
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        if unit >= last {
            return None;
        }
        last = unit;
        let number: i64 = digits.parse().ok()?;
        digits.clear();
        total = total.checked_add(number.checked_mul(unit)?)?;
    }
    (digits.is_empty() && last != i64::MAX).then_some(total)
}

impl Serialize for ActionTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.original())
    }
}

impl<'de> Deserialize<'de> for ActionTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// One act of the client, its IT or another helper: one `[[done]]` table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponderAction {
    /// What was done.
    pub action: ActionKind,
    /// For resets: the way by which it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Free text, or the object's id where a program wrote the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// When, if anybody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<ActionTime>,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

impl ResponderAction {
    /// The instant of the act, where one is known.
    pub fn time(&self) -> Option<Timestamp> {
        self.at.as_ref().and_then(ActionTime::utc)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_in_order_of_their_units() {
        for (text, seconds) in [
            ("+3d4h", 273_600),
            ("+90m", 5_400),
            ("+0s", 0),
            ("+1d1s", 86_401),
        ] {
            assert_eq!(
                ActionTime::parse(text),
                Ok(ActionTime::AfterFirstSuccess {
                    seconds,
                    original: text.to_owned()
                })
            );
        }
        for text in [
            "+",
            "+3",
            "+d",
            "+4h3d",
            "+3d3d",
            "+3w",
            "+99999999999999999999d",
            "3d",
        ] {
            assert!(ActionTime::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_act_reads_back_as_it_was_written() {
        let text = r#"{"action":"password-reset","channel":"on-premises","target":"pat@example.com","at":"2026-03-06T15:30:00+01:00","by":"IT"}"#;
        let act: ResponderAction = serde_json::from_str(text).unwrap();
        assert_eq!(
            act.at
                .as_ref()
                .and_then(ActionTime::utc)
                .unwrap()
                .to_string(),
            "2026-03-06T14:30:00Z"
        );
        assert_eq!(serde_json::to_string(&act).unwrap(), text);
        assert!(serde_json::from_str::<ResponderAction>(r#"{"action":"nuked"}"#).is_err());
        assert!(
            serde_json::from_str::<ResponderAction>(r#"{"action":"other","when":"x"}"#).is_err()
        );
        assert_eq!(ActionKind::ALL.len(), 30);
        assert_eq!(Channel::ALL.len(), 8);
    }
}
