//! What the caller said: one value a key, the acts already done, and every earlier answer.
//!
//! Takes answers one by one or from a file and gives them back typed. It must never know what they
//! mean for the orders, nor read a clock.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{ResponderAction, Timestamp};
use serde::{Deserialize, Serialize};

use crate::check;
use crate::schema;
use crate::value::{self, Moment, Value};
use crate::written::{done_toml, spoken, value_toml};

/// The key of the acts.
pub(crate) const DONE: &str = "done";

/// One answer as it was given; a later answer to the same key never removes an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Which key, such as `payment.state`, or `done`.
    pub key: String,
    /// The value as text; for `done` the table as TOML.
    pub value: String,
    /// Who said it.
    pub by: String,
    /// When it was said.
    pub at: Timestamp,
}

/// Where a set of answers came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A file, which stands for itself: it takes the place of an earlier one.
    File,
    /// Somebody, one by one.
    Spoken,
}

/// Answers that were given together, and are taken whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSet {
    /// Where they came from.
    pub origin: Origin,
    /// The file's name, where it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The answers.
    pub answers: Vec<Answer>,
}

impl AnswerSet {
    /// Answers that somebody gave.
    pub const fn spoken(answers: Vec<Answer>) -> Self {
        Self {
            origin: Origin::Spoken,
            file: None,
            answers,
        }
    }

    /// Everything that a file says.
    pub const fn of_file(file: String, answers: Vec<Answer>) -> Self {
        Self {
            origin: Origin::File,
            file: Some(file),
            answers,
        }
    }
}

/// Why an answer was not taken. Nothing is stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {what}; {hint}")]
pub struct AnswerRefused {
    /// The key that was to be answered.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to say instead.
    pub hint: String,
}

/// All that is known from the first call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    values: BTreeMap<&'static str, Value>,
    done: Option<Vec<ResponderAction>>,
    /// Whether somebody was asked what was done and did not know.
    done_asked: bool,
    /// Whether somebody said that nothing was done.
    told_nothing: bool,
    from_file: BTreeSet<&'static str>,
    acts_of_file: Vec<ResponderAction>,
    acts_spoken: Vec<ResponderAction>,
    history: Vec<Answer>,
}

impl Answers {
    /// The answer to a key; nothing where it was never asked.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.values.get(key)
    }

    /// Whether nobody has a value for the key yet, asked or not.
    pub fn is_open(&self, key: &str) -> bool {
        match key {
            DONE => self.done.is_none(),
            _ => matches!(self.values.get(key), None | Some(Value::Unknown)),
        }
    }

    /// Whether the key was answered, be it by "unknown".
    pub fn was_asked(&self, key: &str) -> bool {
        match key {
            DONE => self.done.is_some() || self.done_asked,
            _ => self.values.contains_key(key),
        }
    }

    /// The word or text of a key.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.values.get(key) {
            Some(Value::Text(text) | Value::Amount(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether the key has this word.
    pub fn is(&self, key: &str, word: &str) -> bool {
        self.text(key) == Some(word)
    }

    /// Whether a payment is suspected, instructed or sent.
    pub fn has_payment_in_play(&self) -> bool {
        matches!(
            self.text("payment.state"),
            Some("suspected" | "instructed" | "sent")
        )
    }

    /// The words of a list; empty where nothing is known.
    pub fn list(&self, key: &str) -> &[String] {
        match self.values.get(key) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// The instant of a key, with its original text.
    pub fn moment(&self, key: &str) -> Option<&Moment> {
        match self.values.get(key) {
            Some(Value::Time(moment)) => Some(moment),
            _ => None,
        }
    }

    /// The instant of a key.
    pub fn time(&self, key: &str) -> Option<Timestamp> {
        self.moment(key).map(|moment| moment.utc)
    }

    /// What was done already, in the order in which it was told.
    pub fn done(&self) -> &[ResponderAction] {
        self.done.as_deref().unwrap_or(&[])
    }

    /// The same answers, with acts that were told elsewhere: what they destroyed is lost and what they began is under way,
    /// whoever says so.
    #[must_use]
    pub fn with_acts(mut self, acts: &[ResponderAction]) -> Self {
        for act in acts {
            let done = self.done.get_or_insert_default();
            if !done.contains(act) {
                done.push(act.clone());
            }
        }
        self
    }

    /// When the call is: as answered, else as the caller of this crate says.
    pub fn call_time(&self, now: Timestamp) -> Timestamp {
        self.time("call.at").unwrap_or(now)
    }

    /// Every answer ever given, oldest first.
    pub fn history(&self) -> &[Answer] {
        &self.history
    }

    /// Takes one answer. Lists are separated by commas; `unknown` is an answer to every key. For `done`
    /// the value is the table as TOML; nothing for "nothing was done", which takes back what was told.
    ///
    /// # Errors
    /// When there is no such key, the value is impossible, or it contradicts the other answers.
    pub fn set(&mut self, answer: Answer) -> Result<(), AnswerRefused> {
        let now = answer.at;
        *self = self.with(&AnswerSet::spoken(vec![answer]), now)?;
        Ok(())
    }

    /// Takes one act that was done, by whom it was told and when.
    ///
    /// # Errors
    /// When the act lies after the call or contradicts another answer.
    pub fn add_done(
        &mut self,
        act: &ResponderAction,
        by: &str,
        at: Timestamp,
    ) -> Result<(), AnswerRefused> {
        self.set(Answer {
            key: DONE.to_owned(),
            value: done_toml(act),
            by: by.to_owned(),
            at,
        })
    }

    /// The answers with a set more, taken whole or not at all. `now` is the time of the call where the
    /// answers name none.
    ///
    /// # Errors
    /// When a key or a value is none, or the answers then contradict each other.
    pub fn with(&self, set: &AnswerSet, now: Timestamp) -> Result<Self, AnswerRefused> {
        let mut next = self.clone();
        next.take(set)?;
        match check::contradictions(&next, now).into_iter().next() {
            None => Ok(next),
            Some(first) => Err(AnswerRefused {
                key: first.key.to_owned(),
                what: first.what,
                hint: first.hint,
            }),
        }
    }

    /// The answers from a journal, oldest set first. A later answer to a key holds and acts add up; a
    /// file stands for itself, so what an earlier file said and it leaves out is open again.
    ///
    /// What was taken once is not judged again: a later version may know more contradictions, and a case
    /// must not become unreadable by that.
    ///
    /// # Errors
    /// When a set is none that this crate wrote.
    pub fn replay(sets: &[AnswerSet]) -> Result<Self, AnswerRefused> {
        let mut answers = Self::default();
        for set in sets {
            answers.take(set)?;
        }
        Ok(answers)
    }

    fn take(&mut self, set: &AnswerSet) -> Result<(), AnswerRefused> {
        if set.origin == Origin::File {
            let earlier = std::mem::take(&mut self.from_file);
            self.values.retain(|key, _| !earlier.contains(key));
            self.acts_of_file.clear();
            self.done = (self.told_nothing || !self.acts_spoken.is_empty()).then(Vec::new);
            self.join_acts();
        }
        for answer in &set.answers {
            self.take_one(answer, set.origin)?;
            self.history.push(answer.clone());
        }
        Ok(())
    }

    fn take_one(&mut self, answer: &Answer, origin: Origin) -> Result<(), AnswerRefused> {
        let refuse = |what: String, hint: String| AnswerRefused {
            key: answer.key.clone(),
            what,
            hint,
        };
        if answer.key == DONE {
            return self.take_act(&answer.value, origin).map_err(|error| {
                let hint = "write an act as a [[done]] table".to_owned();
                refuse(error.message().to_owned(), hint)
            });
        }
        let Some(key) = schema::find(&answer.key) else {
            let hint = match schema::nearest(&answer.key, schema::KEYS.iter().map(|key| key.path)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "the keys are those of the answer file, such as payment.state".to_owned(),
            };
            return Err(refuse("there is no such key".to_owned(), hint));
        };
        let raw = spoken(key.kind, &answer.value);
        let value =
            value::check(key.kind, &raw).map_err(|problem| refuse(problem.what, problem.hint))?;
        self.values.insert(key.path, value);
        match origin {
            Origin::File => self.from_file.insert(key.path),
            Origin::Spoken => self.from_file.remove(key.path),
        };
        Ok(())
    }

    fn take_act(&mut self, value: &str, origin: Origin) -> Result<(), toml::de::Error> {
        match value {
            "unknown" => self.done_asked = true,
            "" | "none" | "nothing" => {
                self.acts_of_file.clear();
                if origin == Origin::Spoken {
                    self.acts_spoken.clear();
                    self.told_nothing = true;
                }
                self.done = Some(Vec::new());
                self.join_acts();
            }
            table => {
                let act: ResponderAction = toml::from_str(table)?;
                match origin {
                    Origin::File => self.acts_of_file.push(act),
                    Origin::Spoken => self.acts_spoken.push(act),
                }
                self.join_acts();
            }
        }
        Ok(())
    }

    /// Puts the acts of the file and those told one by one together; the same act told twice is one.
    fn join_acts(&mut self) {
        let mut acts = self.acts_of_file.clone();
        for act in &self.acts_spoken {
            if !acts.contains(act) {
                acts.push(act.clone());
            }
        }
        if self.done.is_some() || !acts.is_empty() {
            self.done = Some(acts);
        }
    }

    /// The answers as single ones, said by this person at this time: what a file says, for the journal.
    pub fn entries(&self, by: &str, at: Timestamp) -> Vec<Answer> {
        let entry = |key: &str, value: String| Answer {
            key: key.to_owned(),
            value,
            by: by.to_owned(),
            at,
        };
        let keyed = schema::KEYS.iter().filter_map(|key| {
            let value = self.values.get(key.path)?;
            Some(entry(
                key.path,
                match value {
                    Value::List(_) => value_toml(value),
                    other => other.to_string(),
                },
            ))
        });
        let acts = match self.done.as_deref() {
            None => Vec::new(),
            Some([]) => vec![entry(DONE, String::new())],
            Some(acts) => acts.iter().map(|act| entry(DONE, done_toml(act))).collect(),
        };
        keyed.chain(acts).collect()
    }

    /// The acts; nothing where nobody was asked or nobody knew.
    pub(crate) fn acts_told(&self) -> Option<&[ResponderAction]> {
        self.done.as_deref()
    }

    /// Puts a checked value in without history; for the reader of files and for trying an answer.
    pub(crate) fn put(&mut self, key: &'static str, value: Value) {
        self.values.insert(key, value);
    }

    /// Puts acts in without history.
    pub(crate) fn put_done(&mut self, acts: Vec<ResponderAction>) {
        self.done = Some(acts);
    }

    /// All instants of the answers, the bank's future execution time left out.
    pub(crate) fn known_times(&self) -> impl Iterator<Item = Timestamp> + '_ {
        let keyed = self
            .values
            .iter()
            .filter(|(key, _)| **key != "payment.executes_at")
            .filter_map(|(_, value)| match value {
                Value::Time(moment) => Some(moment.utc),
                _ => None,
            });
        let acts = self.done().iter().filter_map(ResponderAction::time);
        keyed.chain(acts)
    }
}
