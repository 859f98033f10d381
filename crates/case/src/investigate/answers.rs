//! The four answers as `scope.json` has them.

use hourzero_model::{AccountVerdict, Confidence, EntryHypothesis, Foothold, Reason, Verdict};
use hourzero_report::Answers;
use hourzero_scope::Activity;

use super::lists::Told;
use crate::attribution::Attributed;

/// So many points make a verdict of `compromised`; fewer leave it at `likely`.
const SURE: i32 = 8;

/// What attribution and the attacker's events answer. What nothing answers yet stays `null`.
pub(super) fn answers(
    verdicts: &[AccountVerdict],
    ways: &[EntryHypothesis],
    (footholds, activity): (&[Foothold], &Activity),
) -> Answers {
    Answers {
        compromised: serde_json::to_value(verdicts).ok(),
        entry: serde_json::to_value(ways).ok(),
        persistence: serde_json::to_value(footholds).ok(),
        accessed: None,
        active: serde_json::to_value(activity).ok(),
    }
}

/// A verdict for every account that the attacker used, the surest first.
pub(super) fn verdicts(attributed: &Attributed, told: &Told) -> Vec<AccountVerdict> {
    let mut verdicts: Vec<AccountVerdict> = attributed
        .found
        .accounts
        .iter()
        .map(|(account, weights)| {
            let acts = told.accounts.get(account);
            let points: i32 = weights.iter().map(|weight| weight.points).sum();
            let sure = points >= SURE;
            let texts: Vec<String> = weights
                .iter()
                .filter(|weight| weight.points > 0)
                .map(|weight| weight.text.clone())
                .collect();
            let evidence = acts.map(super::lists::Acts::named).unwrap_or_default();
            AccountVerdict {
                account: account.clone(),
                verdict: if sure {
                    Verdict::Compromised
                } else {
                    Verdict::Likely
                },
                confidence: if sure {
                    Confidence::Confirmed
                } else {
                    Confidence::Likely
                },
                first: acts.map(|acts| acts.first),
                last: acts.map(|acts| acts.last),
                reasons: vec![Reason {
                    text: format!(
                        "It was used from a place that is not its owner's: {}.",
                        texts.join("; ")
                    ),
                    evidence,
                }],
            }
        })
        .collect();
    verdicts.sort_by(|a, b| {
        b.verdict
            .cmp(&a.verdict)
            .then_with(|| a.first.cmp(&b.first))
            .then_with(|| a.account.cmp(&b.account))
    });
    verdicts
}
