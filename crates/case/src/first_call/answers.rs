//! Answers in the journal: stored set by set, read back, never changed.

use hourzero_intake::{
    Answer, AnswerSet, Answers, Interview, NoIncident, Playbook, Speaker, read_act, read_answer,
};
use hourzero_model::{ResponderAction, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ANSWERS, AnswerFile, OUTCOME, damaged};
use crate::{Case, CaseError};

/// Who is named for what the case was told when it was opened: nobody said it at the call.
pub(super) const SETTINGS: &str = "settings of the case";

/// One answer with its place in the history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnswerRow {
    /// The key, such as `payment.state`, or `done`.
    pub key: String,
    /// The value as it was given.
    pub value: String,
    /// Who said it.
    pub by: String,
    /// When it was said.
    pub at: Timestamp,
    /// Whether it holds; an earlier answer stays in the list.
    pub holds: bool,
}

/// What became of a file of answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// Whether it was journalled; not where the case holds the same answers of the same call.
    pub stored: bool,
    /// Keys that an earlier file answered and this one leaves out: they are open again.
    pub open_again: Vec<String>,
}

/// Whether it was an incident, as the journal holds it.
#[derive(Serialize, Deserialize)]
struct Outcome {
    no_incident: bool,
    #[serde(flatten)]
    decision: Decision,
}

#[derive(Serialize, Deserialize)]
struct Decision {
    by: String,
    reason: String,
    at: Timestamp,
}

impl Case<'_> {
    /// The answers that hold, with their history.
    ///
    /// # Errors
    /// When the journal holds what no version of this program wrote.
    pub fn answers(&self) -> Result<Answers, CaseError> {
        Answers::replay(&self.answer_sets()?).map_err(|error| damaged("answers", &error))
    }

    /// Whether anybody has answered anything.
    pub(crate) fn has_answers(&self) -> bool {
        self.journal.of_kind(ANSWERS).next().is_some()
    }

    /// The sets of answers, oldest first; before them what the case was told when it was opened.
    fn answer_sets(&self) -> Result<Vec<AnswerSet>, CaseError> {
        let described = self.journal.of_kind("case").filter_map(|entry| {
            let content = &entry.entry.content;
            let word = |name: &str| content.get(name).and_then(Value::as_str).unwrap_or("");
            // What the case took from the answers themselves says nothing new.
            if word("from") == ANSWERS {
                return None;
            }
            let told = [("client.zone", "zone", "UTC"), ("tenant.domain", "tenant", "")];
            let answers: Vec<Answer> = told
                .iter()
                .filter(|(_, name, plain)| !matches!(word(name), word if word == *plain || word.is_empty()))
                .map(|(key, name, _)| Answer {
                    key: (*key).to_owned(),
                    value: word(name).to_owned(),
                    by: SETTINGS.to_owned(),
                    at: entry.entry.time,
                })
                .collect();
            (!answers.is_empty()).then(|| AnswerSet::spoken(answers))
        });
        let mut sets: Vec<AnswerSet> = described.collect();
        for entry in self.journal.of_kind(ANSWERS) {
            let set = serde_json::from_value(entry.entry.content.clone());
            sets.push(set.map_err(|error| damaged("answers", &error))?);
        }
        Ok(sets)
    }

    /// Every answer ever given, oldest first.
    ///
    /// # Errors
    /// As [`Case::answers`].
    pub fn answer_rows(&self) -> Result<Vec<AnswerRow>, CaseError> {
        let answers = self.answers()?;
        let history = answers.history();
        let rows = history.iter().enumerate().map(|(index, answer)| {
            let later = history
                .iter()
                .skip(index + 1)
                .any(|one| one.key == answer.key);
            let holds = match answer.key.as_str() {
                "done" => toml::from_str::<ResponderAction>(&answer.value)
                    .map_or(!later, |act| answers.done().contains(&act)),
                key => !later && answers.was_asked(key),
            };
            AnswerRow {
                key: answer.key.clone(),
                value: answer.value.replace('\n', " ").trim().to_owned(),
                by: answer.by.clone(),
                at: answer.at,
                holds,
            }
        });
        Ok(rows.collect())
    }

    /// Takes a file of answers, whole or not at all. `by` says who gave them, where it is not the caller
    /// whom the file names.
    ///
    /// # Errors
    /// [`CaseError::Refused`] when it contradicts what somebody said otherwise; nothing is stored then.
    pub fn take_answer_file(
        &mut self,
        file: &AnswerFile,
        by: Option<&str>,
    ) -> Result<Taken, CaseError> {
        let set = file.set(by, self.environment.actor);
        let before = self.answers()?;
        let last = self.journal.of_kind(ANSWERS).last();
        let last = last.and_then(|entry| serde_json::from_value(entry.entry.content.clone()).ok());
        if file.names_its_time() && last.as_ref() == Some(&set) {
            return Ok(Taken::default());
        }
        let after = self.store_answers(&before, &set)?;
        let mut open_again: Vec<String> = before
            .history()
            .iter()
            .map(|answer| answer.key.clone())
            .filter(|key| before.was_asked(key) && !after.was_asked(key))
            .collect();
        open_again.sort();
        open_again.dedup();
        let settings = file.settings(self.settings.clone());
        self.describe(&settings, Some(ANSWERS))?;
        Ok(Taken {
            stored: true,
            open_again,
        })
    }

    /// Takes answers of the form `KEY=VALUE`, all or none, said by somebody now. Times without an offset are
    /// read in the client's zone; `done` takes an act such as `password-reset; target=pat@example.com`, and
    /// `done=none` takes back the acts told.
    ///
    /// # Errors
    /// [`CaseError::Refused`] with the key and what to write instead; nothing is stored then.
    pub fn set_answers(&mut self, pairs: &[String], by: &str) -> Result<(), CaseError> {
        let now = self.now();
        let before = self.answers()?;
        let set = typed(pairs, by, &before, now)?;
        self.store_answers(&before, &set).map(|_| ())
    }

    /// A talk that goes on where the last one stopped.
    ///
    /// # Errors
    /// As [`Case::answers`].
    pub fn interview<'p>(
        &self,
        playbook: &'p Playbook,
        by: Option<&str>,
    ) -> Result<Interview<'p>, CaseError> {
        let speaker = Speaker {
            name: by.map(str::to_owned),
        };
        let now = self.now();
        Ok(Interview::new(self.answers()?, playbook, speaker, now))
    }

    /// Journals what was said in a talk; it is on the medium when this returns.
    ///
    /// # Errors
    /// When it contradicts the answers, or cannot be written.
    pub fn keep(&mut self, set: &AnswerSet) -> Result<(), CaseError> {
        let before = self.answers()?;
        self.store_answers(&before, set).map(|_| ())
    }

    fn store_answers(&mut self, before: &Answers, set: &AnswerSet) -> Result<Answers, CaseError> {
        let said = set.answers.iter().map(|answer| answer.at).max();
        let now = said.unwrap_or_else(|| self.now());
        let after = before
            .with(set, now)
            .map_err(|refused| CaseError::Refused {
                problems: vec![refused.to_string()],
            })?;
        let content = serde_json::to_value(set)
            .map_err(|error| CaseError::Internal(format!("answers: {error}")))?;
        self.note(ANSWERS, content, None)?;
        Ok(after)
    }

    /// Decides that it was no incident.
    ///
    /// # Errors
    /// [`CaseError::Refused`] when the answers speak against it, or nobody or no reason is named.
    pub fn decide_no_incident(&mut self, by: &str, reason: &str) -> Result<(), CaseError> {
        self.decide(by, reason, true)
    }

    /// Takes back that it was no incident; the page goes, the decision stays in the journal.
    ///
    /// # Errors
    /// [`CaseError::Refused`] when no reason is named.
    pub fn reopen(&mut self, by: &str, reason: &str) -> Result<(), CaseError> {
        self.decide(by, reason, false)
    }

    fn decide(&mut self, by: &str, reason: &str, no_incident: bool) -> Result<(), CaseError> {
        let decision = NoIncident {
            by: by.to_owned(),
            reason: reason.to_owned(),
            at: self.now(),
        };
        let answers = if no_incident {
            self.answers()?
        } else {
            Answers::default()
        };
        let decision = decision
            .checked(&answers)
            .map_err(|refused| CaseError::Refused {
                problems: vec![refused.to_string()],
            })?;
        let outcome = Outcome {
            no_incident,
            decision: Decision {
                by: decision.by,
                reason: decision.reason,
                at: decision.at,
            },
        };
        let content = serde_json::to_value(outcome)
            .map_err(|error| CaseError::Internal(format!("the outcome: {error}")))?;
        self.note(OUTCOME, content, None)
    }

    /// The decision that it was no incident, where it stands.
    pub(crate) fn no_incident(&self) -> Result<Option<NoIncident>, CaseError> {
        let Some(entry) = self.journal.of_kind(OUTCOME).last() else {
            return Ok(None);
        };
        let outcome: Outcome = serde_json::from_value(entry.entry.content.clone())
            .map_err(|error| damaged("outcome", &error))?;
        let Decision { by, reason, at } = outcome.decision;
        Ok(outcome.no_incident.then_some(NoIncident { by, reason, at }))
    }
}

/// Checks answers of the form `KEY=VALUE` for a case that does not exist yet, so that none is made for
/// answers that cannot be taken.
///
/// # Errors
/// As [`Case::set_answers`].
pub fn check_answers(pairs: &[String], now: Timestamp) -> Result<(), CaseError> {
    let none = Answers::default();
    let set = typed(pairs, "", &none, now)?;
    match none.with(&set, now) {
        Ok(_) => Ok(()),
        Err(refused) => Err(CaseError::Refused {
            problems: vec![refused.to_string()],
        }),
    }
}

/// Answers as somebody typed them, in the form of their keys.
fn typed(
    pairs: &[String],
    by: &str,
    before: &Answers,
    now: Timestamp,
) -> Result<AnswerSet, CaseError> {
    let zone = before.text("client.zone").unwrap_or("UTC");
    let mut answers = Vec::new();
    let mut problems = Vec::new();
    for pair in pairs {
        let Some((key, value)) = pair.split_once('=') else {
            problems.push(format!(
                "{pair}: there is no `=`; write KEY=VALUE, such as payment.state=sent"
            ));
            continue;
        };
        let (key, value) = (key.trim(), value.trim());
        let read = match (key, value) {
            (_, "") => Err("there is no value; write unknown where nobody knows".to_owned()),
            ("done", "none" | "nothing") => Ok(String::new()),
            ("done", "unknown") => Ok(value.to_owned()),
            ("done", act) => read_act(act, zone, now),
            _ => read_answer(key, value, zone, now),
        };
        match read {
            Ok(value) => answers.push(Answer {
                key: key.to_owned(),
                value,
                by: by.to_owned(),
                at: now,
            }),
            Err(problem) => problems.push(format!("{key}: {problem}")),
        }
    }
    if problems.is_empty() {
        Ok(AnswerSet::spoken(answers))
    } else {
        Err(CaseError::Refused { problems })
    }
}
