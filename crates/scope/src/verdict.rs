//! What is said of accounts that were named and not entered: attacked without success, cleared, or not to be told.
//!
//! Takes who named each account, what was tried, what the logs cover, and gives a verdict with its reasons. An
//! all-clear needs logs that would show the contrary; where they are absent, or something is left unexplained, it
//! says so instead.

mod cover;
mod named;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{
    AccountVerdict, Attribution as Who, Confidence, EvidenceRef, Finding, Log, Reason, Severity,
    Timestamp, Verdict,
};

use crate::Coverage;
use crate::attribution::{Attribution, Link};
use cover::{Days, gaps};
use named::{Named, named};

/// Refused attempts of the attacker's on one account.
#[derive(Debug, Clone)]
pub struct Attempts {
    /// The first.
    pub first: Timestamp,
    /// The last.
    pub last: Timestamp,
    /// How many.
    pub count: u64,
    /// Some of the records.
    pub evidence: Vec<EvidenceRef>,
}

/// What these verdicts are made from.
#[derive(Debug, Clone, Copy)]
pub struct NamedInput<'a> {
    /// The attacker's seats, and everybody's.
    pub found: &'a Attribution,
    /// His attempts, by account.
    pub attempts: &'a BTreeMap<String, Attempts>,
    /// All findings.
    pub findings: &'a [Finding],
    /// To whom the events behind each finding are attributed, by its id.
    pub whose: &'a BTreeMap<String, BTreeSet<Who>>,
    /// Accounts that whoever called suspects.
    pub called: &'a [String],
    /// What people said of links and accounts.
    pub links: &'a [Link],
    /// Of how many accounts each log holds acts.
    pub users: &'a BTreeMap<Log, usize>,
    /// What the evidence covers.
    pub coverage: &'a Coverage,
    /// The attacker's first and last act, where there is one.
    pub attack: Option<(Timestamp, Timestamp)>,
}

/// So many records are named for a reason.
const NAMED: usize = 20;

/// Techniques by which somebody tries to get in, or to make somebody let him in: guessing, prompts, phishing.
const ATTEMPTS: &[&str] = &["T1110", "T1621", "T1566", "T1598", "T1534", "T1583.001"];

/// Logs whose absence leaves open whether an account was entered and used.
const DECIDING: [(Log, &str); 2] = [
    (Log::SignIn, "whether somebody else signed in"),
    (Log::UnifiedAudit, "what was done with the account"),
];

/// A verdict for every account that was named and that the attacker did not enter.
pub fn named_verdicts(input: &NamedInput<'_>) -> Vec<AccountVerdict> {
    named(input)
        .into_iter()
        .filter(|(account, _)| !input.found.accounts.contains_key(*account))
        .map(|(account, named)| verdict(input, account, &named))
        .collect()
}

fn verdict(input: &NamedInput<'_>, account: &str, named: &Named<'_>) -> AccountVerdict {
    let mut reasons = named.reasons(account);
    let was_tried = named.was_tried();
    let days = Days::of(named.window(input.attack), &input.coverage.ranges);
    let gaps = gaps(input, account, &days, was_tried);
    let mut open: Vec<Reason> = input
        .found
        .strange_places(account)
        .into_iter()
        .map(|place| {
            said(format!(
                "It was used from {place}, which is strange for it and not enough to call it the attacker's: ask its owner."
            ))
        })
        .collect();
    open.extend(named.unexplained(input.whose));
    if !was_tried && !input.found.has_learnt_place(account) {
        open.push(said(
            "Its history is too short to tell a strange place from its own.".to_owned(),
        ));
    }
    let (verdict, confidence) = if !gaps.is_empty() || !open.is_empty() {
        reasons.extend(open);
        reasons.extend(gaps);
        (Verdict::NotAssessable, Confidence::Possible)
    } else if was_tried {
        reasons.push(said(format!(
            "None of it succeeded: the logs that would show a success cover {} to {} and show none.",
            days.from, days.to
        )));
        (Verdict::TargetedOnly, Confidence::Likely)
    } else {
        reasons.push(said(format!(
            "The sign-in log and the unified audit log cover {} to {} and show nothing of the attacker's in it; every place that it was used from is known or plain.",
            days.from, days.to
        )));
        (Verdict::Cleared, Confidence::Likely)
    };
    let tried = named.tried();
    AccountVerdict {
        account: account.to_owned(),
        verdict,
        confidence,
        first: tried.map(|(first, _)| first),
        last: tried.map(|(_, last)| last),
        reasons,
    }
}

fn said(text: String) -> Reason {
    Reason {
        text,
        evidence: Vec::new(),
    }
}

/// Findings that name accounts gravely enough to ask about them.
fn is_grave(finding: &Finding) -> bool {
    finding.severity >= Severity::Medium
}

/// Whether a finding tells of somebody trying to get in.
fn is_attempt(finding: &Finding) -> bool {
    let tries = |technique: &String| ATTEMPTS.iter().any(|known| technique.starts_with(known));
    finding.attack.iter().any(tries)
}
