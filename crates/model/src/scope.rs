//! What scope says: verdicts, hypotheses of entry, footholds, links (`contract.md`, `out/scope.json`).

use serde::{Deserialize, Serialize};

use crate::words;
use crate::{Confidence, EvidenceRef, Timestamp};

words! {
    /// What is said of an account; the order is from the least to the gravest.
    Verdict, "cleared, not-assessable, targeted-only, likely, compromised", {
        /// The evidence covers it and shows nothing of the attacker's.
        Cleared = "cleared",
        /// The evidence does not cover it.
        NotAssessable = "not-assessable",
        /// Attacked, not entered.
        TargetedOnly = "targeted-only",
        /// Probably used by the attacker; an innocent reading is left.
        Likely = "likely",
        /// Used by the attacker.
        Compromised = "compromised",
    }
}

impl Verdict {
    /// Whether the attacker is said to have used the account.
    pub const fn is_found(self) -> bool {
        matches!(self, Self::Compromised | Self::Likely)
    }
}

words! {
    /// How the attacker came in. The ids are fixed by `contract.md`.
    EntryId, "aitm, code-phishing, device-code, token-theft, password-guessing, legacy-auth, mfa-fatigue, helpdesk-reset, remote-help, consent, app-credential, partner, guest, on-premises, delegate-insider, counterparty, look-alike-domain, spoof, none, unknown", {
        /// A phishing proxy took the session.
        Aitm = "aitm",
        /// The victim handed over an authorization code.
        CodePhishing = "code-phishing",
        /// The victim approved a device code.
        DeviceCode = "device-code",
        /// A stolen cookie, refresh token or primary refresh token was replayed.
        TokenTheft = "token-theft",
        /// Spray, reuse, brute force.
        PasswordGuessing = "password-guessing",
        /// A protocol without a second factor.
        LegacyAuth = "legacy-auth",
        /// The victim approved one of many prompts.
        MfaFatigue = "mfa-fatigue",
        /// A help desk, self-service reset or temporary pass was abused.
        HelpdeskReset = "helpdesk-reset",
        /// A remote tool was started for a caller.
        RemoteHelp = "remote-help",
        /// The victim consented to an app.
        Consent = "consent",
        /// An app's own secret or certificate.
        AppCredential = "app-credential",
        /// A partner with delegated administration.
        Partner = "partner",
        /// A guest of another tenant.
        Guest = "guest",
        /// From on-premises: the synchronisation account, federation.
        OnPremises = "on-premises",
        /// Somebody who already had access.
        DelegateInsider = "delegate-insider",
        /// A mailbox of the other side; no account of this tenant was entered.
        Counterparty = "counterparty",
        /// A domain that looks like one of the two; no account was entered.
        LookAlikeDomain = "look-alike-domain",
        /// A forged sender, Direct Send included; no account was entered.
        Spoof = "spoof",
        /// Nobody came in.
        None = "none",
        /// The evidence does not show it.
        Unknown = "unknown",
    }
}

words! {
    /// Whether a foothold stands, as of a time.
    FootholdState, "present, removed, unknown", {
        /// A state read after its making shows it.
        Present = "present",
        /// A later record removes it.
        Removed = "removed",
        /// Nothing in the evidence tells.
        Unknown = "unknown",
    }
}

/// A statement and the records that it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A sentence.
    pub text: String,
    /// The records.
    pub evidence: Vec<EvidenceRef>,
}

/// What is said of one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountVerdict {
    /// UPN in lower case; the object id where no record has the name.
    pub account: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How sure.
    pub confidence: Confidence,
    /// The attacker's first event, UTC.
    pub first: Option<Timestamp>,
    /// The attacker's last event, UTC.
    pub last: Option<Timestamp>,
    /// Why, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// One way in that the evidence allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryHypothesis {
    /// Which way.
    pub id: EntryId,
    /// Which account was entered; empty for those that enter none.
    pub account: String,
    /// 0 to 100: how well the evidence fits, relative to the others.
    pub score: u32,
    /// What speaks for it.
    #[serde(rename = "for")]
    pub supports: Vec<Reason>,
    /// What speaks against it.
    pub against: Vec<Reason>,
    /// What the evidence does not hold.
    pub missing: Vec<String>,
    /// The log or act that would decide.
    pub decided_by: String,
}

/// Something that lets the attacker back in, or brings mail out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foothold {
    /// Stable id.
    pub id: String,
    /// `inbox-rule`, `forwarding`, `delegate`, `oauth-grant` …
    pub kind: String,
    /// The object by name.
    pub target: String,
    /// The object's id as logged; empty where the log has none.
    pub object_id: String,
    /// The account whose thing it is; empty for a thing of the tenant.
    pub account: String,
    /// What about it, as far as the record says.
    pub detail: String,
    /// When it was made, UTC.
    pub created: Timestamp,
    /// Who made it.
    pub by: String,
    /// Whether it stands.
    pub state: FootholdState,
    /// As of when the state is said: the last record that speaks of it.
    pub as_of: Timestamp,
    /// Record ids.
    pub evidence: Vec<String>,
}
