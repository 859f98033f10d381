//! What the caller said: one value a key, the acts already done, and every earlier answer.
//!
//! Takes answers one by one or from a file and gives them back typed. It must never know what they
//! mean for the orders, nor read a clock.

use std::collections::BTreeMap;

use hourzero_model::{ActionTime, Channel, ResponderAction, Timestamp};
use serde::{Deserialize, Serialize};

use crate::check;
use crate::schema::{self, Kind};
use crate::value::{self, Moment, Raw, Value};

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
            "done" => self.done.is_none(),
            _ => matches!(self.values.get(key), None | Some(Value::Unknown)),
        }
    }

    /// Whether the key was answered, be it by "unknown".
    pub fn was_asked(&self, key: &str) -> bool {
        match key {
            "done" => self.done.is_some(),
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

    /// When the call is: as answered, else as the caller of this crate says.
    pub fn call_time(&self, now: Timestamp) -> Timestamp {
        self.time("call.at").unwrap_or(now)
    }

    /// Every answer ever given, oldest first.
    pub fn history(&self) -> &[Answer] {
        &self.history
    }

    /// Takes one answer. Lists are separated by commas; `unknown` is an answer to every key.
    ///
    /// # Errors
    /// When there is no such key, the value is impossible, or it contradicts the other answers.
    pub fn set(&mut self, answer: Answer) -> Result<(), AnswerRefused> {
        let refuse = |what: String, hint: String| AnswerRefused {
            key: answer.key.clone(),
            what,
            hint,
        };
        let Some(key) = schema::find(&answer.key) else {
            let hint = match schema::nearest(&answer.key, schema::KEYS.iter().map(|key| key.path)) {
                Some(meant) => format!("did you mean {meant}?"),
                None => "the keys are those of the answer file".to_owned(),
            };
            return Err(refuse("there is no such key".to_owned(), hint));
        };
        let raw = spoken(key.kind, &answer.value);
        let value =
            value::check(key.kind, &raw).map_err(|problem| refuse(problem.what, problem.hint))?;
        let mut next = self.clone();
        next.values.insert(key.path, value);
        if let Some(first) = check::contradictions(&next, answer.at).into_iter().next() {
            return Err(refuse(first.what, first.hint));
        }
        next.history.push(answer);
        *self = next;
        Ok(())
    }

    /// Takes one act that was done, by whom it was told and when.
    ///
    /// # Errors
    /// When the act lies after the call or contradicts another answer.
    pub fn add_done(
        &mut self,
        act: ResponderAction,
        by: &str,
        at: Timestamp,
    ) -> Result<(), AnswerRefused> {
        let mut next = self.clone();
        let value = done_toml(&act);
        next.done.get_or_insert_with(Vec::new).push(act);
        if let Some(first) = check::contradictions(&next, at).into_iter().next() {
            return Err(AnswerRefused {
                key: "done".to_owned(),
                what: first.what,
                hint: first.hint,
            });
        }
        next.history.push(Answer {
            key: "done".to_owned(),
            value,
            by: by.to_owned(),
            at,
        });
        *self = next;
        Ok(())
    }

    /// Takes the answer that nothing was done yet.
    pub fn set_nothing_done(&mut self, by: &str, at: Timestamp) {
        if self.done.is_none() {
            self.done = Some(Vec::new());
            self.history.push(Answer {
                key: "done".to_owned(),
                value: String::new(),
                by: by.to_owned(),
                at,
            });
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
            Some([]) => vec![entry("done", String::new())],
            Some(acts) => acts
                .iter()
                .map(|act| entry("done", done_toml(act)))
                .collect(),
        };
        keyed.chain(acts).collect()
    }

    /// The answers from a journal, oldest first; a later answer to a key holds, acts add up.
    ///
    /// # Errors
    /// When an entry is none that this crate wrote.
    pub fn replay(history: &[Answer]) -> Result<Self, AnswerRefused> {
        let mut answers = Self::default();
        for one in history {
            match (one.key.as_str(), one.value.as_str()) {
                ("done", "") => answers.set_nothing_done(&one.by, one.at),
                ("done", table) => {
                    let act = toml::from_str(table).map_err(|error| AnswerRefused {
                        key: one.key.clone(),
                        what: error.message().to_owned(),
                        hint: "the journal's entry is damaged: verify the case".to_owned(),
                    })?;
                    answers.add_done(act, &one.by, one.at)?;
                }
                _ => answers.set(one.clone())?,
            }
        }
        Ok(answers)
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

    /// The answers as a file that reads back to the same answers.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        let mut table = "";
        for key in schema::KEYS {
            let Some(value) = self.values.get(key.path) else {
                continue;
            };
            let (head, name) = key.path.split_once('.').unwrap_or(("", key.path));
            if head != table {
                let gap = if text.is_empty() { "" } else { "\n" };
                text.push_str(&format!("{gap}[{head}]\n"));
                table = head;
            }
            text.push_str(&format!("{name} = {}\n", value_toml(value)));
        }
        match self.done.as_deref() {
            None => {}
            // A bare key after a table would belong to that table, so it stands before them all.
            Some([]) => text.insert_str(0, "done = []\n\n"),
            Some(acts) => {
                for act in acts {
                    let gap = if text.is_empty() { "" } else { "\n" };
                    text.push_str(&format!("{gap}[[done]]\n{}", done_toml(act)));
                }
            }
        }
        text
    }
}

/// What somebody typed or said, as a raw value for its kind.
fn spoken(kind: Kind, text: &str) -> Raw {
    let text = text.trim();
    let is_list = matches!(
        kind,
        Kind::Texts | Kind::Words(_) | Kind::OpenWords(_) | Kind::Places
    );
    if !is_list {
        return Raw::Text(text.to_owned());
    }
    if text.starts_with('[')
        && let Some(items) = toml_list(text)
    {
        return Raw::List(items);
    }
    if matches!(text, "" | "none" | "nothing") {
        return Raw::List(Vec::new());
    }
    Raw::List(
        text.split(',')
            .map(|item| Raw::Text(item.trim().to_owned()))
            .collect(),
    )
}

/// The texts of a TOML array; nothing when it is none.
fn toml_list(text: &str) -> Option<Vec<Raw>> {
    #[derive(Deserialize)]
    struct Listed {
        list: Vec<String>,
    }
    let listed: Listed = toml::from_str(&format!("list = {text}")).ok()?;
    Some(listed.list.into_iter().map(Raw::Text).collect())
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn value_toml(value: &Value) -> String {
    match value {
        Value::Unknown => quoted("unknown"),
        Value::Time(moment) => quoted(&moment.original),
        Value::Text(text) => quoted(text),
        Value::Amount(text) => text.clone(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

/// One act as the lines of a `[[done]]` table.
pub(crate) fn done_toml(act: &ResponderAction) -> String {
    let mut text = format!("action = {}\n", quoted(act.action.name()));
    let optional = [
        ("channel", act.channel.map(Channel::name)),
        ("target", act.target.as_deref()),
        ("at", act.at.as_ref().map(ActionTime::original)),
        ("by", act.by.as_deref()),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            text.push_str(&format!("{name} = {}\n", quoted(value)));
        }
    }
    text
}
