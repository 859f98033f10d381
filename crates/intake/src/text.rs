//! Sentences of the playbook with the answers put into them.
//!
//! Takes clauses and facts, gives text. It must never hold a sentence about a case itself.

use std::collections::BTreeMap;

use hourzero_model::{ActionKind, ResponderAction, Timestamp};
use jiff::tz::TimeZone;

use crate::answers::Answers;
use crate::entry::Clause;
use crate::facts::Facts;
use crate::span;

/// The words that stand for answers, such as `{amount}`.
pub(crate) type Blanks = BTreeMap<&'static str, String>;

/// The first clause that holds.
pub(crate) fn first(clauses: &[Clause], facts: &Facts, blanks: &Blanks) -> String {
    let said = clauses.iter().find_map(|clause| say(clause, facts));
    fill(said.unwrap_or(""), blanks)
}

/// Every clause that holds.
pub(crate) fn each(clauses: &[Clause], facts: &Facts, blanks: &Blanks) -> Vec<String> {
    clauses
        .iter()
        .filter_map(|clause| say(clause, facts))
        .map(|text| fill(text, blanks))
        .collect()
}

fn say<'a>(clause: &'a Clause, facts: &Facts) -> Option<&'a str> {
    match clause {
        Clause::Always(text) => Some(text),
        Clause::If(conditional) => conditional
            .when
            .iter()
            .all(|fact| facts.holds(fact))
            .then_some(conditional.say.as_str()),
    }
}

/// Puts the answers into the blanks, in one pass, so that an answer with braces stays what it is.
pub(crate) fn fill(text: &str, blanks: &Blanks) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) if blanks.contains_key(name) => {
                out.push_str(blanks.get(name).map_or("", String::as_str));
                rest = tail;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What stands in the blanks at this call.
pub(crate) fn blanks(answers: &Answers, call: Timestamp, zone: &TimeZone) -> Blanks {
    let when = |key: &str| {
        answers.time(key).map_or_else(
            || "a time nobody has named".to_owned(),
            |at| span::local(at, zone),
        )
    };
    let told = |kind: ActionKind| {
        let at = answers
            .done()
            .iter()
            .filter(|act| act.action == kind)
            .find_map(ResponderAction::time);
        at.map_or_else(
            || "a time nobody has named".to_owned(),
            |at| span::local(at, zone),
        )
    };
    let sum = match (
        answers.text("payment.amount"),
        answers.text("payment.currency"),
    ) {
        (Some(amount), Some(currency)) => format!("{amount} {currency}"),
        (Some(amount), None) => format!("{amount} (currency not known)"),
        (None, _) => "a sum nobody has named".to_owned(),
    };
    let list = |key: &str, none: &str| {
        let items = answers.list(key);
        if items.is_empty() {
            none.to_owned()
        } else {
            items.join(", ")
        }
    };
    BTreeMap::from([
        ("accounts", list("accounts.known", "the accounts concerned")),
        ("amount", sum),
        ("call", span::local(call, zone)),
        ("confirmed_at", when("noticed.confirmed_at")),
        (
            "domain",
            answers
                .text("tenant.domain")
                .unwrap_or("the tenant")
                .to_owned(),
        ),
        ("executes_at", when("payment.executes_at")),
        ("insurer_told_at", told(ActionKind::Insurer)),
        ("noticed_at", when("noticed.at")),
        ("paid_at", when("payment.at")),
        ("places", list("client.jurisdictions", "nobody has named")),
        ("police_told_at", told(ActionKind::Police)),
        ("regulated", list("client.regulated", "none named")),
    ])
}
