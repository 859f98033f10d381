//! The four answers: computed from the attack, and as `scope.json` has them.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{
    AccountVerdict, Attribution, Confidence, EntryHypothesis, Foothold, Reason, Timestamp, Verdict,
};
use hourzero_report::base::Sent;
use hourzero_report::{Answers, Facts, Questions};
use hourzero_scope::attribution::{CREATED, Link, Weight, phished};
use hourzero_scope::{
    AccessedRow, Activity, ContainmentRow, Coverage, IdBatches, LogSpan, NamedInput, RecipientRow,
    Step, StepInput, activity, id_batches, money_thread, named_verdicts, next_steps,
};

use super::attack::Attack;
use super::deeds::Deeds;
use super::lists::By;
use super::told::{Told, Trail};
use crate::attribution::Attributed;
use crate::{Case, CaseError};

/// So many points make a verdict of `compromised`; fewer leave it at `likely`.
const SURE: i32 = 8;

/// The answers as they are computed, before anything is written.
pub(crate) struct Answered {
    pub(crate) verdicts: Vec<AccountVerdict>,
    pub(crate) ways: Vec<EntryHypothesis>,
    pub(crate) hostile: Vec<Foothold>,
    pub(crate) accessed: Vec<AccessedRow>,
    pub(crate) activity: Activity,
    pub(crate) coverage: Coverage,
    pub(crate) contained: Vec<ContainmentRow>,
    pub(crate) links: Vec<Link>,
    /// What the report counts of his events.
    pub(crate) deeds: Deeds,
    /// What he sent, in numbers.
    pub(crate) sent: Sent,
    /// The attacker's mails about money.
    pub(crate) money: Vec<RecipientRow>,
    pub(crate) steps: Vec<Step>,
    /// Ids of messages that he reached, by mailbox.
    pub(crate) batches: Vec<IdBatches>,
}

impl From<Answered> for Answers {
    fn from(answered: Answered) -> Self {
        Self {
            compromised: answered.verdicts,
            entry: answered.ways,
            persistence: answered.hostile,
            accessed: answered.accessed,
            active: answered.activity,
        }
    }
}

impl Answered {
    /// What the pages print of them.
    pub(crate) fn questions(&self) -> Questions<'_> {
        Questions {
            verdicts: &self.verdicts,
            entry: &self.ways,
            footholds: &self.hostile,
            accessed: &self.accessed,
            activity: &self.activity,
            coverage: &self.coverage,
            contained: &self.contained,
        }
    }
}

impl Case<'_> {
    /// The answers.
    pub(super) fn answered(
        &self,
        by: By<'_>,
        (mut attack, whose): (Attack, &BTreeMap<String, BTreeSet<Attribution>>),
        (facts, spans): (&Facts, &[LogSpan]),
    ) -> Result<Answered, CaseError> {
        let mut verdicts = verdicts(by.attributed, &attack.told);
        let entered = verdicts.iter().filter(|one| one.verdict.is_found());
        let entered: BTreeMap<String, Timestamp> = entered
            .filter_map(|one| {
                let trail = attack.told.accounts.get(&one.account)?;
                Some((one.account.clone(), trail.entered?))
            })
            .collect();
        let mut between = phished(&entered, &attack.recipients);
        between.extend(attack.told.links_by_acts());
        let links = self.links(by.attributed, &attack.told, between)?;
        let found = &by.attributed.found;
        let tried = attack.told.accounts.iter();
        verdicts.extend(named_verdicts(&NamedInput {
            found,
            attempts: &tried
                .filter_map(|(account, trail)| Some((account.clone(), trail.attempts()?)))
                .collect(),
            findings: &facts.findings,
            whose,
            called: self.answers()?.list("accounts.known"),
            links: &links,
            users: &found.accounts_by_log(),
            coverage: &attack.coverage,
            attack: attack.told.acts.first().zip(attack.told.last()),
        }));
        rank(&mut verdicts);
        confirm(&mut verdicts, &links);
        let kept = std::mem::take(&mut attack.told.kept);
        let activity = activity(&attack.told.acts, spans, &attack.hostile, &attack.contained);
        let likenesses: Vec<String> = facts
            .look_alikes
            .iter()
            .filter(|row| !row.finding.is_empty())
            .map(|row| row.domain.clone())
            .collect();
        let ways = self.entry(by, (&attack.accounts, kept), (spans, &likenesses))?;
        let reads =
            self.rows("SELECT 1 FROM records WHERE operation = 'MailItemsAccessed' LIMIT 1")?;
        let accessed = attack
            .told
            .accessed
            .rows(&attack.accounts, !reads.is_empty());
        let steps = next_steps(&StepInput {
            verdicts: &verdicts,
            activity: &activity,
            footholds: &attack.hostile,
            recipients: &attack.recipients,
            done: &attack.contained,
            coverage: &attack.coverage,
            entry: &ways,
        });
        Ok(Answered {
            batches: id_batches(attack.told.accessed.mailboxes()),
            money: money_thread(&attack.recipients),
            sent: attack.told.deeds.sent(&attack.recipients),
            deeds: attack.told.deeds,
            verdicts,
            ways,
            hostile: attack.hostile,
            accessed,
            activity,
            coverage: attack.coverage,
            contained: attack.contained,
            links,
            steps,
        })
    }
}

/// A verdict for every account that the attacker used, the surest first.
pub(super) fn verdicts(attributed: &Attributed, told: &Told) -> Vec<AccountVerdict> {
    let accounts = attributed.found.accounts.iter();
    let mut verdicts: Vec<AccountVerdict> = accounts
        .map(|(account, weights)| verdict(account, weights, told))
        .collect();
    rank(&mut verdicts);
    verdicts
}

fn verdict(account: &str, weights: &[Weight], told: &Told) -> AccountVerdict {
    let acts = told.accounts.get(account);
    let sure = weights.iter().map(|weight| weight.points).sum::<i32>() >= SURE;
    let texts: Vec<&str> = weights
        .iter()
        .filter(|weight| weight.points > 0)
        .map(|weight| weight.text.as_str())
        .collect();
    let (mut first, last) = (acts.map(|acts| acts.first), acts.map(|acts| acts.last));
    let mut evidence = acts.map(Trail::named).unwrap_or_default();
    let text = if texts == [CREATED] {
        let made = told.creations(account);
        first = made.iter().map(|event| event.record.event_time).min();
        evidence.splice(0..0, made.into_iter().map(|event| event.evidence.clone()));
        "The attacker made it.".to_owned()
    } else {
        format!(
            "It was used from a place that is not its owner's: {}.",
            texts.join("; ")
        )
    };
    let (verdict, confidence) = if sure {
        (Verdict::Compromised, Confidence::Confirmed)
    } else {
        (Verdict::Likely, Confidence::Likely)
    };
    AccountVerdict {
        account: account.to_owned(),
        verdict,
        confidence,
        first,
        last: last.or(first),
        reasons: vec![Reason { text, evidence }],
    }
}

/// The gravest first, then by time.
fn rank(verdicts: &mut [AccountVerdict]) {
    verdicts.sort_by(|a, b| {
        b.verdict
            .cmp(&a.verdict)
            .then_with(|| a.first.cmp(&b.first))
            .then_with(|| a.account.cmp(&b.account))
    });
}

/// What a person has accepted is no longer only likely.
fn confirm(verdicts: &mut [AccountVerdict], links: &[Link]) {
    for verdict in verdicts {
        let word = links
            .iter()
            .filter(|link| link.to == verdict.account)
            .filter_map(|link| link.decision.as_ref())
            .find(|decision| decision.accepted);
        if let Some(word) = word {
            verdict.verdict = Verdict::Compromised;
            verdict.confidence = Confidence::Confirmed;
            verdict.reasons.push(Reason {
                text: format!("{} confirmed it: {}", word.by, word.why),
                evidence: Vec::new(),
            });
        }
    }
}
