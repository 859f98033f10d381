//! The next five steps, for the first page that people read.
//!
//! The order is that of the hours (`design.md` §1): money in flight, the cut, what brings mail out or lets him back
//! in, evidence that vanishes, then the door.

use std::collections::BTreeSet;

use hourzero_model::{
    AccountVerdict, Attribution, EntryHypothesis, EntryId, Foothold, FootholdState,
};
use serde::{Deserialize, Serialize};

use crate::lookalike::about_money;
use crate::{ActiveVerdict, Activity, ContainmentRow, Coverage, Held, RecipientRow};

/// So many steps fit a head at night.
const STEPS: usize = 5;

/// A step and why it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What to do, as a sentence.
    pub text: String,
    /// Why now.
    pub why: String,
}

/// What the steps are told from.
#[derive(Debug, Clone, Copy)]
pub struct StepInput<'a> {
    /// What is said of each account.
    pub verdicts: &'a [AccountVerdict],
    /// Whether he is still active.
    pub activity: &'a Activity,
    /// What he left behind.
    pub footholds: &'a [Foothold],
    /// Who was written to or given a share.
    pub recipients: &'a [RecipientRow],
    /// What was done about it.
    pub done: &'a [ContainmentRow],
    /// What the evidence covers.
    pub coverage: &'a Coverage,
    /// How he came in, best first.
    pub entry: &'a [EntryHypothesis],
}

/// Mail of the attacker's about money, by time: the thread that a bank or a payer must hear of.
pub fn money_thread(rows: &[RecipientRow]) -> Vec<RecipientRow> {
    rows.iter()
        .filter(|row| {
            row.kind == "mail"
                && row.attribution == Attribution::Attacker.name()
                && about_money(&row.subject)
        })
        .cloned()
        .collect()
}

/// The next steps, at most five, the most urgent first.
pub fn next_steps(input: &StepInput<'_>) -> Vec<Step> {
    let mut steps: Vec<Step> = [
        money(input),
        cut(input),
        again(input),
        footholds(input),
        pull(input),
        warn(input),
        door(input),
    ]
    .into_iter()
    .flatten()
    .collect();
    if steps.is_empty() {
        steps.push(Step {
            text: "Nothing in the evidence asks for an act tonight; complete the evidence before the case is closed."
                .to_owned(),
            why: "No account is called compromised or likely.".to_owned(),
        });
    }
    steps.truncate(STEPS);
    steps
}

fn money(input: &StepInput<'_>) -> Option<Step> {
    let thread = money_thread(input.recipients);
    let last = thread.last()?;
    let people: BTreeSet<&str> = thread.iter().map(|row| row.recipient.as_str()).collect();
    Some(Step {
        text: format!(
            "Stop the money: call each of the {} recipients of the mails about payment, and the bank, by numbers from before.",
            people.len()
        ),
        why: format!("“{}” went out at {}.", last.subject, last.time),
    })
}

/// Accounts that are his and that nothing has cut off.
fn open_accounts<'a>(input: &StepInput<'a>) -> Vec<&'a str> {
    input
        .verdicts
        .iter()
        .filter(|one| one.verdict.is_found())
        .map(|one| one.account.as_str())
        .filter(|account| {
            !input
                .done
                .iter()
                .any(|row| row.target == *account && row.cuts_access() && row.held == Held::Refused)
        })
        .collect()
}

fn cut(input: &StepInput<'_>) -> Option<Step> {
    let open = open_accounts(input);
    if open.is_empty() {
        return None;
    }
    let why = match input.activity.verdict {
        ActiveVerdict::Yes => "He is active.",
        ActiveVerdict::NoEvidenceSince => {
            "Silence is no eviction: nothing shows that he was cut off."
        }
        ActiveVerdict::Unknown => "Whether he is still in cannot be seen; act as if he were.",
    };
    Some(Step {
        text: format!(
            "Cut {} in one wave by the worksheet: block, revoke, then reset; export first what the cut destroys.",
            named(&open)
        ),
        why: why.to_owned(),
    })
}

fn again(input: &StepInput<'_>) -> Option<Step> {
    let broken = input
        .done
        .iter()
        .find(|row| row.cuts_access() && row.held == Held::Broken)?;
    Some(Step {
        text: format!(
            "Do not count on what was done: after {} of {} the attacker went on.",
            broken.action, broken.target
        ),
        why: format!(
            "{} acts after {}, the last at {}.",
            broken.acts_after,
            broken.time,
            broken
                .last_act_after
                .map(|time| time.to_string())
                .unwrap_or_default()
        ),
    })
}

fn footholds(input: &StepInput<'_>) -> Option<Step> {
    let standing: Vec<&Foothold> = input
        .footholds
        .iter()
        .filter(|one| one.state != FootholdState::Removed)
        .collect();
    if standing.is_empty() {
        return None;
    }
    let kinds: BTreeSet<&str> = standing.iter().map(|one| one.kind.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    Some(Step {
        text: format!(
            "Read back and remove his {} footholds ({}), those of the tenant before those of a user.",
            standing.len(),
            kinds.join(", ")
        ),
        why: "A reset and a revocation leave them standing.".to_owned(),
    })
}

fn pull(input: &StepInput<'_>) -> Option<Step> {
    let first = input.coverage.pulls.first()?;
    Some(Step {
        text: format!(
            "Pull the {} log from {} to {}{}.",
            first.source,
            first.from,
            first.to,
            if first.account.is_empty() {
                String::new()
            } else {
                format!(" of {}", first.account)
            }
        ),
        why: match first.vanishes {
            Some(time) => format!("It begins to vanish at {time}; it tells {}.", first.why),
            None => format!("How long it is kept is not known; it tells {}.", first.why),
        },
    })
}

fn warn(input: &StepInput<'_>) -> Option<Step> {
    let people: BTreeSet<&str> = input
        .recipients
        .iter()
        .filter(|row| {
            row.attribution == Attribution::Attacker.name()
                && !row.recipient.is_empty()
                && row.purged.is_empty()
        })
        .map(|row| row.recipient.as_str())
        .collect();
    if people.is_empty() {
        return None;
    }
    Some(Step {
        text: format!(
            "Warn the {} whom the attacker wrote to or shared with, by telephone where money is meant.",
            match people.len() {
                1 => "one person".to_owned(),
                many => format!("{many} people"),
            }
        ),
        why: "Each of them may be the next to be entered.".to_owned(),
    })
}

fn door(input: &StepInput<'_>) -> Option<Step> {
    let best = input
        .entry
        .first()
        .filter(|best| best.id != EntryId::None)?;
    Some(Step {
        text: format!("Settle how he came in ({}): {}", best.id, best.decided_by),
        why: "An open door lets the next one in.".to_owned(),
    })
}

/// Up to three names, else how many.
fn named(accounts: &[&str]) -> String {
    match accounts {
        [_] | [_, _] | [_, _, _] => accounts.join(", "),
        many => format!("{} accounts", many.len()),
    }
}
