//! The engagement log: notes, decisions, calls, hours and costs, as entries for the journal.
//!
//! Gives plain structures that the case appends and never changes. It must never read a clock.

use hourzero_model::Timestamp;
use serde::{Deserialize, Serialize};

/// One entry of the engagement log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// Who wrote it.
    pub author: String,
    /// When it was written, in UTC.
    pub at: Timestamp,
    /// What it is.
    pub content: LogContent,
}

/// What an entry of the engagement log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum LogContent {
    /// An observation.
    Note {
        /// In words.
        text: String,
    },
    /// A decision and its reason.
    Decision {
        /// What was decided.
        text: String,
        /// Why.
        reason: String,
    },
    /// A conversation: an early warning, the bank, the insurer.
    Call {
        /// With whom.
        with: String,
        /// Which number was called, or called from.
        number: Option<String>,
        /// What was said.
        text: String,
    },
    /// Time spent.
    Hours {
        /// For what.
        text: String,
        /// How long, in minutes.
        minutes: u32,
    },
    /// Money spent.
    Cost {
        /// For what.
        text: String,
        /// The sum as decimal digits.
        amount: String,
        /// ISO 4217 code.
        currency: String,
    },
}

impl LogContent {
    /// The minutes of an entry of time; 0 for others.
    pub const fn minutes(&self) -> u32 {
        match self {
            Self::Hours { minutes, .. } => *minutes,
            _ => 0,
        }
    }
}
