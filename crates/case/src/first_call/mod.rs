//! The first call in a case: answers, the outcome and the engagement log, as the journal holds them.
//!
//! Takes answers and entries, journals them and gives them back. It must hold no knowledge of orders,
//! laws or logs: that is for `intake` and its data.

mod answers;
mod documents;
mod file;
mod log;

pub use answers::{AnswerRow, Taken, check_answers};
pub use documents::FirstCall;
pub use file::AnswerFile;
pub(crate) use file::read_text;
pub use log::LogLine;

use hourzero_intake::Playbook;
use hourzero_model::Timestamp;

use crate::{Case, CaseError};

/// Kind of the journal's entries that hold a set of answers.
const ANSWERS: &str = "answers";

/// Kind of the journal's entries that say whether it was an incident.
const OUTCOME: &str = "outcome";

/// Kind of the journal's entries that hold an entry of the engagement log.
const LOG: &str = "log";

/// The knowledge behind the orders that is built in.
///
/// # Errors
/// Never in a released program, because a test reads it.
pub fn playbook() -> Result<Playbook, CaseError> {
    Playbook::built_in().map_err(|error| CaseError::Internal(error.to_string()))
}

impl Case<'_> {
    /// Now, in whole seconds: nobody says at which fraction of one something was said.
    pub(crate) fn now(&self) -> Timestamp {
        self.environment.clock.now().in_whole_seconds()
    }
}

fn damaged(what: &str, why: &dyn std::fmt::Display) -> CaseError {
    CaseError::Internal(format!(
        "the journal's {what} cannot be read: {why}; run `hourzero evidence verify`"
    ))
}
