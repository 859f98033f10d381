//! Which question comes next: the one whose answer changes the orders most.
//!
//! Takes the answers so far and tries the plausible answers to each open question. It must never ask
//! twice, and never ask what changes nothing.

use std::collections::BTreeMap;

use hourzero_model::{ActionKind, ResponderAction, Timestamp};
use serde::Serialize;

use crate::answers::Answers;
use crate::assess::{self, Assessment, Order};
use crate::check;
use crate::entry::{Also, Choice, QuestionEntry};
use crate::facts;
use crate::playbook::Playbook;
use crate::schema;
use crate::value::{self, Raw};

/// After so many questions only those are asked that change an urgent order.
const PATIENCE: usize = 13;

/// What one urgent order more or less weighs, for each step of its rank.
const URGENT: usize = 100;

/// What another title or other steps of an order weigh.
const WORDS: usize = 30;

/// One question, in words for a frightened person on the telephone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The key it answers; `done` for the acts.
    pub key: String,
    /// What to say.
    pub say: String,
    /// Why it matters, for whoever asks.
    pub matters: String,
    /// Answers to choose from; none, where the answer is free.
    pub choices: Vec<Choice>,
    /// What is asked along with it, where it was answered.
    pub also: Vec<Also>,
    /// How much the orders can change with its answer; figures of one call can be compared.
    pub weight: usize,
}

/// The question to ask next; nothing when no answer would change anything.
pub fn next_question(answers: &Answers, playbook: &Playbook, now: Timestamp) -> Option<Question> {
    let call = answers.call_time(now);
    let before = assess::assess(answers, playbook, now);
    let facts = facts::of(answers, call);
    let asked = playbook
        .questions
        .iter()
        .filter(|question| answers.was_asked(&question.key))
        .count();
    let order = schema::by_urgency();
    let place = |key: &str| order.iter().position(|one| *one == key);
    playbook
        .questions
        .iter()
        .filter(|question| !answers.was_asked(&question.key))
        .filter(|question| question.when.is_empty() || facts.meet(&question.when))
        .map(|question| (weight(question, answers, playbook, &before, call), question))
        .filter(|(weight, _)| *weight > 0 && (asked < PATIENCE || *weight >= URGENT))
        // The greatest weight, and of equal ones the one that the open keys name first.
        .min_by_key(|(weight, question)| (usize::MAX - weight, place(&question.key)))
        .map(|(weight, question)| ask(question, weight))
}

fn ask(question: &QuestionEntry, weight: usize) -> Question {
    Question {
        key: question.key.clone(),
        say: question.say.clone(),
        matters: question.matters.clone(),
        choices: question.choices.clone(),
        also: question.also.clone(),
        weight,
    }
}

/// The question for a key, to ask it once more.
pub(crate) fn question_of(key: &str, playbook: &Playbook) -> Option<Question> {
    let mut questions = playbook.questions.iter();
    questions
        .find(|question| question.key == key)
        .map(|question| ask(question, 0))
}

/// The greatest change that a plausible answer makes.
fn weight(
    question: &QuestionEntry,
    answers: &Answers,
    playbook: &Playbook,
    before: &Assessment,
    call: Timestamp,
) -> usize {
    question
        .plausible
        .iter()
        .filter_map(|value| with(answers, &question.key, value, call))
        .map(|tried| change(before, &assess::assess(&tried, playbook, call)))
        .max()
        .unwrap_or(0)
}

/// The answers with one more; nothing when it contradicts them.
fn with(answers: &Answers, key: &str, value: &str, call: Timestamp) -> Option<Answers> {
    let mut tried = answers.clone();
    if key == "done" {
        tried.put_done(vec![ResponderAction {
            action: ActionKind::from_name(value).ok()?,
            channel: None,
            target: None,
            at: None,
            by: None,
        }]);
    } else {
        let key = schema::find(key)?;
        let raw = match (key.kind, hours(value)) {
            (schema::Kind::Time, Some(hours)) => {
                Raw::Text(call.plus_seconds(hours * 3_600).to_string())
            }
            (schema::Kind::Time, None) => return None,
            (
                schema::Kind::Texts
                | schema::Kind::Words(_)
                | schema::Kind::OpenWords(_)
                | schema::Kind::Places,
                _,
            ) => {
                let words = value.split(',').filter(|word| !word.is_empty());
                Raw::List(words.map(|word| Raw::Text(word.to_owned())).collect())
            }
            _ => Raw::Text(value.to_owned()),
        };
        tried.put(key.path, value::check(key.kind, &raw).ok()?);
    }
    check::contradictions(&tried, call)
        .is_empty()
        .then_some(tried)
}

/// Hours around the call, such as `-2h`.
fn hours(text: &str) -> Option<i64> {
    text.strip_suffix('h')?.parse().ok()
}

/// What an order tells somebody to do.
fn words(order: &Order) -> (&String, &Vec<String>) {
    (&order.title, &order.steps)
}

/// How far two assessments lie apart, urgent orders first.
fn change(before: &Assessment, after: &Assessment) -> usize {
    let by_id = |assessment: &Assessment| -> BTreeMap<String, Order> {
        let orders = assessment.orders.iter();
        orders
            .map(|order| (order.id.clone(), order.clone()))
            .collect()
    };
    let (old, new) = (by_id(before), by_id(after));
    let mut total = 0;
    for id in old
        .keys()
        .chain(new.keys().filter(|id| !old.contains_key(*id)))
    {
        let (was, is) = (old.get(id), new.get(id));
        let rank = was.or(is).map_or(7, |order| order.rank);
        let urgent = |order: Option<&Order>| order.is_some_and(|order| order.now);
        if urgent(was) != urgent(is) {
            total += URGENT * usize::from(8u8.saturating_sub(rank));
        } else if was.map(|order| order.due) != is.map(|order| order.due) {
            total += URGENT;
        } else if was.map(words) != is.map(words) {
            total += WORDS;
        }
    }
    // A clock of the payment or of a law weighs as much as the words of an order; one of a log, or a
    // warning, tells two answers apart that are equal otherwise.
    let apart = |assessment: &Assessment| -> BTreeMap<String, usize> {
        let clocks = assessment.clocks.iter().map(|clock| {
            let weight = if clock.horizon.is_none() { WORDS } else { 1 };
            let text = format!("{} {:?} {:?}", clock.id, clock.state, clock.ends);
            (text, weight)
        });
        let warnings = assessment.not_yet.iter().map(|one| (one.id.clone(), 1));
        clocks.chain(warnings).collect()
    };
    let (old, new) = (apart(before), apart(after));
    let gone = old.iter().filter(|(id, _)| !new.contains_key(*id));
    let come = new.iter().filter(|(id, _)| !old.contains_key(*id));
    total + gone.chain(come).map(|(_, weight)| weight).sum::<usize>()
}
