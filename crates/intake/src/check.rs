//! Answers that cannot be true together.
//!
//! Takes checked answers and the time of the call, gives each contradiction with the key that has to
//! be corrected. It must never judge whether an answer is likely, only whether it is possible.

use hourzero_model::Timestamp;

use crate::answers::Answers;

/// One contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Contradiction {
    /// The key to correct; `done.at` for an act.
    pub(crate) key: &'static str,
    /// Which `[[done]]` table, counted from 0.
    pub(crate) act: Option<usize>,
    pub(crate) what: String,
    pub(crate) hint: String,
}

/// All contradictions of the answers, at a call at this time if they name none.
pub(crate) fn contradictions(answers: &Answers, now: Timestamp) -> Vec<Contradiction> {
    let mut found = Vec::new();
    times(answers, answers.call_time(now), &mut found);
    payment(answers, answers.call_time(now), &mut found);
    acts(answers, answers.call_time(now), &mut found);
    found
}

fn at(key: &'static str, what: String, hint: &str) -> Contradiction {
    Contradiction {
        key,
        act: None,
        what,
        hint: hint.to_owned(),
    }
}

fn times(answers: &Answers, call: Timestamp, found: &mut Vec<Contradiction>) {
    for key in ["noticed.at", "noticed.since", "noticed.confirmed_at"] {
        if let Some(moment) = answers.moment(key)
            && moment.utc > call
        {
            found.push(at(
                key,
                format!("{} lies after the call at {call}", moment.original),
                "check the date and the offset, or the time of the call",
            ));
        }
    }
    let noticed = answers.time("noticed.at");
    if let (Some(since), Some(noticed)) = (answers.moment("noticed.since"), noticed)
        && since.utc > noticed
    {
        found.push(at(
            "noticed.since",
            format!("{} lies after noticed.at, {noticed}", since.original),
            "write the earliest suspected start, which is no later than the notice",
        ));
    }
    if let (Some(confirmed), Some(noticed)) = (answers.moment("noticed.confirmed_at"), noticed)
        && confirmed.utc < noticed
    {
        found.push(at(
            "noticed.confirmed_at",
            format!("{} lies before noticed.at, {noticed}", confirmed.original),
            "nobody is certain before anybody has noticed: correct one of the two",
        ));
    }
}

fn payment(answers: &Answers, call: Timestamp, found: &mut Vec<Contradiction>) {
    let paid = answers.moment("payment.at");
    if answers.is("payment.state", "sent")
        && let Some(paid) = paid
        && paid.utc > call
    {
        found.push(at(
            "payment.at",
            format!(
                "payment.state is sent, but {} lies after the call at {call}",
                paid.original
            ),
            "write payment.state = \"instructed\" and the bank's time as payment.executes_at",
        ));
    }
    if answers.is("payment.state", "instructed")
        && let (Some(paid), Some(executes)) = (paid, answers.moment("payment.executes_at"))
        && executes.utc < paid.utc
    {
        found.push(at(
            "payment.executes_at",
            format!(
                "{} lies before payment.at, {}",
                executes.original, paid.original
            ),
            "the bank cannot execute a payment before it is instructed: correct one of the two",
        ));
    }
    if answers.is("payment.state", "none") {
        for key in ["payment.at", "payment.executes_at", "payment.amount"] {
            if !answers.is_open(key) {
                found.push(at(
                    key,
                    "payment.state is none, so there is no such payment".to_owned(),
                    "leave the key out, or write the state of the payment",
                ));
            }
        }
    }
}

fn acts(answers: &Answers, call: Timestamp, found: &mut Vec<Contradiction>) {
    for (index, act) in answers.done().iter().enumerate() {
        if let Some(time) = act.at.as_ref()
            && let Some(utc) = time.utc()
            && utc > call
        {
            found.push(Contradiction {
                key: "done.at",
                act: Some(index),
                what: format!(
                    "{} is told as done, but {} lies after the call at {call}",
                    act.action,
                    time.original()
                ),
                hint: "write only what was done before the call; check the date and the offset"
                    .to_owned(),
            });
        }
    }
}
