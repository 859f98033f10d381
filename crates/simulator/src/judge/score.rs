//! The score: figures of `contract.md`, `demo --json`. What the product does not answer yet is null.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::Said;
use crate::truth::Truth;

/// Accounts called compromised or likely, against those that were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accounts {
    /// Accounts with at least one act of an attacker in the evidence.
    #[serde(rename = "true")]
    pub really: usize,
    /// Accounts called so, right or wrong.
    pub found: usize,
    /// Really, and not called so.
    pub missed: usize,
    /// Called so, and not really.
    pub wrong: usize,
    /// Missed, although nothing of the attacker's in the account is hidden by a gap that the case states.
    pub unexplained: usize,
}

/// Precision and recall, in four digits; 1 when both sides are empty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrecisionRecall {
    /// Of what was said, how much is true.
    pub precision: f64,
    /// Of what is true, how much was said.
    pub recall: f64,
}

/// Events attributed to an attacker.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Events {
    /// Acts of attackers that are in the evidence.
    pub attacker: usize,
    /// Precision.
    pub precision: f64,
    /// Recall.
    pub recall: f64,
}

/// What the attacker read, took, sent, shared.
pub type Exposure = PrecisionRecall;

/// Where the true entry stands among the hypotheses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryScore {
    /// The true id.
    #[serde(rename = "true")]
    pub really: String,
    /// It stands first.
    pub ranked_first: bool,
    /// Its rank from 1; nothing when it is not named.
    pub rank: Option<usize>,
}

/// Whether every record arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Records {
    /// Records in the export.
    pub given: u64,
    /// Records that the case counts.
    pub arrived: u64,
    /// Records that it does not.
    pub lost: u64,
    /// Files whose figures do not add up or do not agree with the export.
    pub ledger_false: u64,
}

/// How well a case found the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Accounts.
    pub accounts: Option<Accounts>,
    /// Events.
    pub events: Option<Events>,
    /// An element for each attacker.
    pub entry: Option<Vec<EntryScore>>,
    /// Exposure.
    pub exposure: Option<Exposure>,
    /// Records.
    pub records: Records,
}

/// Compares what a case says with the truth.
pub fn score(truth: &Truth, said: &Said) -> Score {
    let given = || truth.events.iter().filter(|(_, event)| event.given);
    Score {
        accounts: said.accounts.as_ref().map(|called| {
            // A password that was guessed in vain does not make an account his.
            let really: BTreeSet<String> = given()
                .filter_map(|(_, event)| event.account.clone())
                .filter(|account| truth.compromised.contains(account))
                .collect();
            Accounts {
                really: really.len(),
                found: called.len(),
                missed: really.difference(called).count(),
                // An account that he made and never used is his, although no event in it can be given.
                wrong: called.difference(&truth.compromised).count(),
                unexplained: really
                    .difference(called)
                    .filter(|account| !is_explained(truth, said, account))
                    .count(),
            }
        }),
        events: said.attributed().then(|| events(truth, said)),
        entry: said.entry.as_ref().map(|entry| entries(truth, entry)),
        exposure: said.attributed().then(|| {
            let really: BTreeSet<String> = given()
                .flat_map(|(_, event)| event.gains.iter().cloned())
                .collect();
            let hits = said.gains.intersection(&really).count();
            ratio(hits, said.gains.len(), really.len())
        }),
        records: records(truth, said),
    }
}

/// Whether a case says why it could not see the attacker in an account: it says of the account that it cannot be told,
/// or names a gap in which an act of his lies that left nothing else.
fn is_explained(truth: &Truth, said: &Said, account: &str) -> bool {
    let hidden = truth
        .events
        .values()
        .filter(|event| !event.given && event.account.as_deref() == Some(account));
    said.open.contains(account)
        || hidden
            .map(|event| event.at.as_str())
            .any(|at| said.gaps.iter().any(|gap| gap.holds(account, at)))
}

/// The event for which each event of the truth stands: itself, or the first that is about the same mail, since
/// handing a mail in and carrying it may be told as one happening with two witnesses.
fn stands_for(truth: &Truth) -> BTreeMap<u64, u64> {
    let mut first: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let events = truth.events.iter();
    events
        .map(|(number, event)| match &event.message {
            Some(message) => {
                let key = (event.attacker.as_str(), message.as_str());
                (*number, *first.entry(key).or_insert(*number))
            }
            None => (*number, *number),
        })
        .collect()
}

fn events(truth: &Truth, said: &Said) -> Events {
    let same = stands_for(truth);
    let one = |number: &u64| same.get(number).copied().unwrap_or(*number);
    let given: BTreeSet<u64> = truth
        .events
        .iter()
        .filter(|(_, event)| event.given)
        .map(|(number, _)| one(number))
        .collect();
    let (mut right, mut wrong) = (BTreeSet::new(), 0);
    for (id, file, position) in &said.attacker_rows {
        let number = truth
            .places
            .get(&(file.clone(), *position))
            .or_else(|| truth.ids.get(id));
        match number {
            Some(number) => {
                right.insert(one(number));
            }
            None => wrong += 1,
        }
    }
    let found = right.intersection(&given).count();
    let ratio = ratio(right.len(), right.len() + wrong, right.len());
    let recall = self::ratio(found, given.len(), given.len()).recall;
    Events {
        attacker: given.len(),
        precision: ratio.precision,
        recall,
    }
}

fn entries(truth: &Truth, said: &[(String, String)]) -> Vec<EntryScore> {
    let attackers = truth
        .outcome
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let text = |one: &Value, key: &str| {
        one.get(key)
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_lowercase()
    };
    // `unknown` first is right where no record of the entry is in the evidence.
    let unknown_first = said.first().is_some_and(|(id, _)| id == "unknown");
    // With several attackers, each looks at the hypotheses of the accounts that he entered.
    let mut scores = Vec::new();
    for attacker in attackers {
        let (really, account) = (text(attacker, "entry"), text(attacker, "account"));
        let mut ranks: BTreeMap<&str, usize> = BTreeMap::new();
        let own = said
            .iter()
            .filter(|(_, of)| attackers.len() == 1 || of.is_empty() || *of == account);
        for (id, _) in own {
            let next = ranks.len() + 1;
            ranks.entry(id).or_insert(next);
        }
        let rank = ranks.get(really.as_str()).copied();
        let hidden = attacker.get("entry_given") == Some(&Value::Bool(false));
        scores.push(EntryScore {
            ranked_first: rank == Some(1) || (hidden && unknown_first),
            really,
            rank,
        });
    }
    scores
}

fn records(truth: &Truth, said: &Said) -> Records {
    let counted: BTreeMap<&str, &super::Ledger> = said
        .ledger
        .iter()
        .map(|ledger| (ledger.file.as_str(), ledger))
        .collect();
    let mut records = Records {
        given: truth.files.values().sum(),
        arrived: 0,
        lost: 0,
        ledger_false: 0,
    };
    for (file, given) in &truth.files {
        let ledger = counted.get(file.as_str());
        let arrived = ledger.map_or(0, |ledger| ledger.records);
        records.arrived += arrived;
        records.lost += given.saturating_sub(arrived);
        let honest = ledger.is_some_and(|ledger| ledger.records == ledger.accounted);
        records.ledger_false += u64::from(!honest || arrived != *given);
    }
    records
}

/// Hits among what was said and what is true.
fn ratio(hits: usize, said: usize, really: usize) -> PrecisionRecall {
    PrecisionRecall {
        precision: part(hits, said),
        recall: part(hits, really),
    }
}

/// A part of a whole in four digits; 1 of nothing.
fn part(hits: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 1.0;
    }
    let ten_thousandths = u32::try_from(hits * 10_000 / whole).unwrap_or(10_000);
    f64::from(ten_thousandths) / 10_000.0
}
