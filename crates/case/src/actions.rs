//! What IT and responders did, as a file of `[[done]]` tables tells it: kept in the journal, read back by every
//! analysis.
//!
//! The first call tells such acts too. Both are one list; a file stands for itself and takes the place of an earlier
//! file of acts, never of what the call told.

use std::path::Path;

use hourzero_intake::{Answers, parse_acts_file};
use hourzero_model::ResponderAction;
use serde::{Deserialize, Serialize};

use crate::first_call::read_text;
use crate::{Case, CaseError};

/// The journal's kind of these entries.
const ACTIONS: &str = "actions";

/// A file of `[[done]]` tables that holds together, read before any case is touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionFile {
    /// The file's name.
    file: String,
    /// The acts, in its order.
    done: Vec<ResponderAction>,
}

impl ActionFile {
    /// Reads and checks a file. One without a table says that nothing was done.
    ///
    /// # Errors
    /// [`CaseError::Read`] when it cannot be read, [`CaseError::Refused`] with every line and key that is wrong.
    pub fn read(path: &Path) -> Result<Self, CaseError> {
        let (name, text) = read_text(path)?;
        let done = parse_acts_file(&text, &name).map_err(|errors| CaseError::Refused {
            problems: errors.iter().map(ToString::to_string).collect(),
        })?;
        let file = path.file_name().unwrap_or_default();
        Ok(Self {
            file: file.to_string_lossy().into_owned(),
            done,
        })
    }

    /// How many acts it tells.
    pub fn len(&self) -> usize {
        self.done.len()
    }

    /// Whether it tells none.
    pub fn is_empty(&self) -> bool {
        self.done.is_empty()
    }
}

impl Case<'_> {
    /// Takes a file of acts; it takes the place of an earlier one, and the pages of the first call follow it. Gives whether it was journalled: not where the
    /// case holds the same acts from the same file.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub fn take_actions(&mut self, file: &ActionFile) -> Result<bool, CaseError> {
        if self.action_file()?.as_ref() == Some(file) {
            return Ok(false);
        }
        let content = serde_json::to_value(file)
            .map_err(|error| CaseError::Internal(format!("acts have no JSON: {error}")))?;
        self.note(ACTIONS, content, None)?;
        if self.has_answers() {
            self.first_call()?;
        }
        Ok(true)
    }

    /// The answers of the first call with what a file of acts adds: orders and losses follow from both.
    pub(crate) fn answers_and_acts(&self) -> Result<Answers, CaseError> {
        let file = self.action_file()?;
        let acts = file.as_ref().map_or(&[][..], |file| file.done.as_slice());
        Ok(self.answers()?.with_acts(acts))
    }

    /// What the client, its IT or another helper has done: as the first call told it, then as the last file of acts
    /// does. An act that both tell is one.
    ///
    /// # Errors
    /// When the journal holds what no version of this program wrote.
    pub fn responder_actions(&self) -> Result<Vec<ResponderAction>, CaseError> {
        let mut acts = self.answers()?.done().to_vec();
        for act in self.action_file()?.map_or_else(Vec::new, |file| file.done) {
            if !acts.contains(&act) {
                acts.push(act);
            }
        }
        Ok(acts)
    }

    /// The file of acts that holds.
    fn action_file(&self) -> Result<Option<ActionFile>, CaseError> {
        let last = self.journal.of_kind(ACTIONS).last();
        last.map(|entry| serde_json::from_value(entry.entry.content.clone()))
            .transpose()
            .map_err(|error| {
                CaseError::Internal(format!(
                    "the journal holds acts that no version of this program wrote: {error}"
                ))
            })
    }
}
