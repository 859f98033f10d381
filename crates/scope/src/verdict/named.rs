//! Who was named, by what.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Attribution as Who, Finding, Reason, Timestamp};

use super::{Attempts, NAMED, NamedInput, is_attempt, is_grave, said};
use crate::attribution::Link;

/// What names one account.
#[derive(Debug, Default)]
pub(super) struct Named<'a> {
    attempts: Option<&'a Attempts>,
    findings: Vec<&'a Finding>,
    words: Vec<&'a Link>,
    at_the_call: bool,
}

/// Every account of the tenant that is named, with what names it.
pub(super) fn named<'a>(input: &NamedInput<'a>) -> BTreeMap<&'a str, Named<'a>> {
    let mut all: BTreeMap<&str, Named<'_>> = BTreeMap::new();
    for (account, attempts) in input.attempts {
        all.entry(account).or_default().attempts = Some(attempts);
    }
    for finding in input.findings.iter().filter(|one| is_grave(one)) {
        for account in &finding.accounts {
            all.entry(account).or_default().findings.push(finding);
        }
    }
    let refused = |link: &&Link| link.decision.as_ref().is_some_and(|word| !word.accepted);
    for link in input.links.iter().filter(refused) {
        all.entry(&link.to).or_default().words.push(link);
    }
    for account in input.called {
        all.entry(account).or_default().at_the_call = true;
    }
    all.retain(|account, _| input.found.is_own(account) || account.contains("#ext#@"));
    all
}

impl Named<'_> {
    /// Whether somebody tried to get in.
    pub(super) fn was_tried(&self) -> bool {
        self.attempts.is_some() || self.findings.iter().any(|finding| is_attempt(finding))
    }

    /// From when to when.
    pub(super) fn tried(&self) -> Option<(Timestamp, Timestamp)> {
        let by_him = self.attempts.iter().map(|tried| (tried.first, tried.last));
        let tries = self.findings.iter().filter(|finding| is_attempt(finding));
        by_him
            .chain(tries.map(|finding| (finding.first_seen, finding.last_seen)))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// The time that logs must cover: of attempts their own, else from the first suspicion to the last; nothing
    /// where there is no suspicion but somebody's.
    pub(super) fn window(
        &self,
        attack: Option<(Timestamp, Timestamp)>,
    ) -> Option<(Timestamp, Timestamp)> {
        let seen = self
            .findings
            .iter()
            .map(|finding| (finding.first_seen, finding.last_seen));
        seen.chain(self.tried())
            .chain(attack.filter(|_| !self.was_tried()))
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Why it is spoken of.
    pub(super) fn reasons(&self, account: &str) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if let Some(tried) = self.attempts {
            reasons.push(Reason {
                text: format!(
                    "The attacker tried it {} time{}, {} to {}, and was refused.",
                    tried.count,
                    if tried.count == 1 { "" } else { "s" },
                    tried.first,
                    tried.last
                ),
                evidence: tried.evidence.clone(),
            });
        }
        for finding in &self.findings {
            let evidence = finding.evidence.iter().take(NAMED).cloned().collect();
            reasons.push(Reason {
                text: format!("A finding names it: {} ({}).", finding.title, finding.id),
                evidence,
            });
        }
        if self.at_the_call {
            reasons.push(said("It was named at the first call.".to_owned()));
        }
        for link in &self.words {
            let Some(word) = &link.decision else { continue };
            let what = if link.from.is_empty() || link.from == account {
                "it as a whole".to_owned()
            } else {
                format!("the link to it from {}", link.from)
            };
            reasons.push(Reason {
                text: format!("{} refused {what}: {}", word.by, word.why),
                evidence: link.evidence.iter().take(NAMED).cloned().collect(),
            });
        }
        reasons
    }

    /// Grave findings that are no attempts, and of which nobody can be named who did it.
    pub(super) fn unexplained(&self, whose: &BTreeMap<String, BTreeSet<Who>>) -> Vec<Reason> {
        let is_open = |finding: &&&Finding| {
            let known = whose.get(&finding.id);
            let by_nobody = known.is_none_or(|known| {
                known.contains(&Who::Unknown) || known.contains(&Who::Attacker)
            });
            !is_attempt(finding) && by_nobody
        };
        let open = self.findings.iter().filter(is_open);
        open.map(|finding| {
            said(format!(
                "Who did what finding {} tells cannot be seen: ask the owner.",
                finding.id
            ))
        })
        .collect()
    }
}
