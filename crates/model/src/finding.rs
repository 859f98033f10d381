//! A stated observation with a rule, a severity and its records (`contract.md`, `findings.jsonl`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{ArtefactId, Timestamp};

/// A word that is none of those allowed here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not one of {allowed}")]
pub struct UnknownWord {
    /// The word as given.
    pub word: String,
    /// The words that are allowed, separated by commas.
    pub allowed: &'static str,
}

/// Makes an enumeration whose variants are words: in JSON, on the command line, in documents. It has `ALL`, `name`,
/// `meaning` (its documentation), `Display` and `FromStr`; the caller names the words that are allowed for errors.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $allowed:literal, { $($(#[doc = $doc:literal])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[doc = $doc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// What it means, in a sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),*),)* }
            }

            /// The word in outputs.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::UnknownWord { word: word.to_owned(), allowed: $allowed }),
                }
            }
        }
    };
}

words! {
    /// How grave a finding is; the order is from the least to the gravest. The meanings are fixed by `contract.md`.
    Severity, "informational, low, medium, high, critical", {
        /// Context.
        Informational = "informational",
        /// Unusual, usually innocent.
        Low = "low",
        /// Likely hostile, needs one check.
        Medium = "medium",
        /// Alone enough to act tonight.
        High = "high",
        /// Money or control of the tenant is moving now.
        Critical = "critical",
    }
}

words! {
    /// How sure a statement is.
    Confidence, "possible, likely, confirmed", {
        /// One reading among several.
        Possible = "possible",
        /// An innocent reading exists and is named.
        Likely = "likely",
        /// The records show it and no innocent reading is left.
        Confirmed = "confirmed",
    }
}

words! {
    /// Who did an event. `Unknown` is a legal answer; a guess is not.
    Attribution, "attacker, owner, administrator, responder, partner, service, unknown", {
        /// The attacker.
        Attacker = "attacker",
        /// The account's owner.
        Owner = "owner",
        /// An administrator doing his work.
        Administrator = "administrator",
        /// The people who respond, our own work included.
        Responder = "responder",
        /// A partner with delegated administration.
        Partner = "partner",
        /// Microsoft's service.
        Service = "service",
        /// Nobody can tell from the evidence.
        Unknown = "unknown",
    }
}

/// At most so many records are listed under a finding; more are counted and `evidence_truncated` says so
/// (`contract.md`).
pub const EVIDENCE_LIMIT: usize = 1_000;

/// One record behind a statement: enough to find its bytes again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// The record's id.
    pub record_id: String,
    /// The file below the path given, a member as `a.zip!inner.csv`.
    pub file: String,
    /// The artefact's hash.
    pub sha256: ArtefactId,
    /// The 1-based number of the record in it.
    pub position: u64,
}

/// A stated observation. Fields as in `contract.md`; all lists are sorted and without repetition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable over re-runs on the same evidence.
    pub id: String,
    /// Rule id; `microsoft/<product>/<type>` for Microsoft's own alerts and risk detections.
    pub rule: String,
    /// A sentence.
    pub title: String,
    /// How grave.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The ordinary explanation and what would confirm it.
    pub innocent: String,
    /// MITRE ATT&CK technique ids.
    pub attack: Vec<String>,
    /// The earliest event behind it.
    pub first_seen: Timestamp,
    /// The latest event behind it.
    pub last_seen: Timestamp,
    /// Every account of the tenant concerned, UPN in lower case.
    pub accounts: Vec<String>,
    /// Addresses.
    pub ips: Vec<String>,
    /// Application ids, else names.
    pub apps: Vec<String>,
    /// Session ids.
    pub sessions: Vec<String>,
    /// What was acted on.
    pub targets: Vec<String>,
    /// The rest, under the keys that `contract.md` names.
    pub details: BTreeMap<String, Value>,
    /// Events behind it.
    pub count: u64,
    /// The records, at most [`EVIDENCE_LIMIT`].
    pub evidence: Vec<EvidenceRef>,
    /// Present and true where more records stand behind it than are listed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub evidence_truncated: bool,
    /// Who did it; before scope is known, service or unknown.
    pub attribution: Attribution,
}

impl Finding {
    /// What findings are ordered by: the gravest first, then by time and id. Two that begin with the same record have one id,
    /// and are told apart by their end and their records.
    pub fn rank(&self) -> impl Ord + '_ {
        (
            std::cmp::Reverse(self.severity),
            self.first_seen,
            self.id.as_str(),
            self.last_seen,
            self.evidence.as_slice(),
        )
    }
}
