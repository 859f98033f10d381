//! How the attacker came in: hypotheses with what speaks for each, against it, what is missing and what would
//! decide (`answers.entry` of `scope.json`; the ids are fixed by `contract.md`).
//!
//! Takes labelled events and gives ranked hypotheses. A hypothesis is named only where something in the
//! evidence speaks for it, or where it is the usual reading of a sign-in of which no more is known. The marks
//! are those of `facts/attack-traces.md` §1 and §4.2 and `facts/auth.md`.

mod account;
mod facts;
mod outside;
mod password;
mod taken;

use hourzero_model::{EntryHypothesis, EntryId, EvidenceRef, Reason};

use crate::recipient::MailPaths;
use crate::{Event, LogSpan};
use facts::AccountFacts;

/// What the ways in are told from.
#[derive(Debug, Clone, Copy)]
pub struct EntryInput<'a> {
    /// Accounts that the attacker used, UPN in lower case.
    pub accounts: &'a [String],
    /// All of the attacker's events, and on those accounts everybody's sign-ins, directory changes, consents
    /// and chats from two weeks before his first act on. Labelled; in any order.
    pub events: &'a [Event],
    /// From when to when each log reaches.
    pub spans: &'a [LogSpan],
    /// How messages were carried.
    pub paths: &'a MailPaths,
    /// Domains that look like one of the tenant's or of its correspondents'.
    pub look_alikes: &'a [String],
    /// Whether a payment went or was to go to another account, as the client says.
    pub diverted: bool,
}

/// The ways in, best first: the accounts in the order in which they were entered, and for each the hypotheses by
/// score. Those that enter no account come first where none was entered. `unknown` is always among them.
pub fn entry(input: &EntryInput<'_>) -> Vec<EntryHypothesis> {
    let mut accounts: Vec<AccountFacts<'_>> = input
        .accounts
        .iter()
        .filter_map(|account| AccountFacts::of(account, input))
        .collect();
    accounts.sort_by(|a, b| (a.start, a.account).cmp(&(b.start, b.account)));
    let outside = outside::hypotheses(input, accounts.first());
    let mut ranked = Vec::new();
    for facts in &accounts {
        ranked.extend(by_score(account::hypotheses(facts)));
    }
    let first_account = ranked
        .first()
        .map_or(0, |best: &EntryHypothesis| best.score);
    let outside = by_score(outside);
    let before = outside
        .first()
        .is_some_and(|best| accounts.is_empty() || best.score > first_account);
    if before {
        ranked.splice(0..0, outside);
    } else {
        ranked.extend(outside);
    }
    ranked
}

fn by_score(mut hypotheses: Vec<EntryHypothesis>) -> Vec<EntryHypothesis> {
    hypotheses.sort_by(|a, b| b.score.cmp(&a.score).then(a.id.cmp(&b.id)));
    hypotheses
}

/// A hypothesis in the making: reasons move its score.
struct Weighed {
    hypothesis: EntryHypothesis,
    score: i32,
}

impl Weighed {
    /// A hypothesis with its first score.
    fn new(id: EntryId, account: &str, score: i32, decided_by: &str) -> Self {
        Self {
            hypothesis: EntryHypothesis {
                id,
                account: account.to_owned(),
                score: 0,
                supports: Vec::new(),
                against: Vec::new(),
                missing: Vec::new(),
                decided_by: decided_by.to_owned(),
            },
            score,
        }
    }

    /// Something speaks for it.
    fn supported(mut self, weight: i32, text: impl Into<String>, evidence: &[&Event]) -> Self {
        self.score += weight;
        self.hypothesis.supports.push(reason(text, evidence));
        self
    }

    /// Something speaks against it.
    fn opposed(mut self, weight: i32, text: impl Into<String>, evidence: &[&Event]) -> Self {
        self.score -= weight;
        self.hypothesis.against.push(reason(text, evidence));
        self
    }

    /// Something is not in the evidence.
    fn missing(mut self, text: impl Into<String>) -> Self {
        self.hypothesis.missing.push(text.into());
        self
    }

    /// The hypothesis, its score between 1 and 100.
    fn done(mut self) -> EntryHypothesis {
        self.hypothesis.score = u32::try_from(self.score.clamp(1, 100)).unwrap_or(1);
        self.hypothesis
    }
}

/// A statement with the records behind it: the first twenty, each once.
fn reason(text: impl Into<String>, events: &[&Event]) -> Reason {
    const SHOWN: usize = 20;
    let mut evidence: Vec<EvidenceRef> = Vec::new();
    for event in events {
        if evidence.len() == SHOWN {
            break;
        }
        if !evidence.contains(&event.evidence) {
            evidence.push(event.evidence.clone());
        }
    }
    Reason {
        text: text.into(),
        evidence,
    }
}
