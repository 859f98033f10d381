//! How he came in: each way with what speaks for it, against it, and what is missing.

use hourzero_model::{EntryHypothesis, EntryId, EvidenceRef};

use super::make::{Draft, Material};
use super::{Ground, Section};

/// So many ways are told in sentences; `scope.json` has all of them.
const TOLD: usize = 6;

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    let ways = material.told.entry;
    draft.figure("entry_hypotheses", ways.len() as u64);
    if ways.is_empty() {
        draft.opinion(
            Section::Entry,
            "Nothing in the evidence tells how anybody came in.",
            Ground::Coverage("all".to_owned()),
        );
    }
    for (number, way) in ways.iter().take(TOLD).enumerate() {
        one(number, way, draft);
    }
    if ways.len() > TOLD {
        draft.fact(
            Section::Entry,
            format!(
                "{} less likely ways were considered too; scope.json lists them.",
                ways.len() - TOLD
            ),
            Ground::Coverage("all".to_owned()),
        );
    }
}

fn one(number: usize, way: &EntryHypothesis, draft: &mut Draft) {
    let place = if number == 0 {
        "What fits best"
    } else {
        "An alternative that was considered"
    };
    let account = if way.account.is_empty() {
        String::new()
    } else {
        format!(", into {}", way.account)
    };
    let all: Vec<EvidenceRef> = way
        .supports
        .iter()
        .chain(&way.against)
        .flat_map(|reason| reason.evidence.iter().cloned())
        .collect();
    let missing = match way.missing.as_slice() {
        [] => String::new(),
        missing => format!(" Missing: {}", missing.join(" ")),
    };
    draft.opinion(
        Section::Entry,
        format!(
            "{place}: {}{account}; fit {} of 100.{missing} It would be decided by: {}",
            meaning(way.id),
            way.score,
            way.decided_by
        ),
        Ground::records_or(&all, "all"),
    );
    for (word, reasons) in [("For it", &way.supports), ("Against it", &way.against)] {
        for reason in reasons {
            draft.opinion(
                Section::Entry,
                format!("{word} ({}{account}): {}", way.id, reason.text),
                Ground::records_or(&reason.evidence, "all"),
            );
        }
    }
}

/// An entry id in words.
pub(super) const fn meaning(id: EntryId) -> &'static str {
    match id {
        EntryId::Aitm => "a phishing proxy that took the session (aitm)",
        EntryId::CodePhishing => "an authorization code that was handed over (code-phishing)",
        EntryId::DeviceCode => "a device code that was approved (device-code)",
        EntryId::TokenTheft => "a stolen session or token (token-theft)",
        EntryId::PasswordGuessing => "a guessed or reused password (password-guessing)",
        EntryId::LegacyAuth => "a protocol without a second factor (legacy-auth)",
        EntryId::MfaFatigue => "one of many prompts that was approved (mfa-fatigue)",
        EntryId::HelpdeskReset => "a reset by the help desk or by self-service (helpdesk-reset)",
        EntryId::RemoteHelp => "a remote tool that was started for a caller (remote-help)",
        EntryId::Consent => "a consent to an application (consent)",
        EntryId::AppCredential => "a secret of an application (app-credential)",
        EntryId::Partner => "a partner with delegated administration (partner)",
        EntryId::Guest => "a guest of another tenant (guest)",
        EntryId::OnPremises => "the network on premises (on-premises)",
        EntryId::DelegateInsider => "somebody who already had access (delegate-insider)",
        EntryId::Counterparty => {
            "a mailbox of the other side, no account of this tenant (counterparty)"
        }
        EntryId::LookAlikeDomain => {
            "a domain that looks alike, no account of this tenant (look-alike-domain)"
        }
        EntryId::Spoof => "a forged sender, no account of this tenant (spoof)",
        EntryId::None => "no entry at all (none)",
        EntryId::Unknown => "one that the evidence does not show (unknown)",
    }
}
