//! A file of answers, read and checked before any case is touched.

use std::path::{Path, PathBuf};

use hourzero_intake::{AnswerSet, Answers, FILE_LIMIT};
use hourzero_model::Timestamp;

use crate::{CaseError, Settings};

/// A file of answers that holds together.
pub struct AnswerFile {
    path: PathBuf,
    answers: Answers,
    now: Timestamp,
}

impl AnswerFile {
    /// Reads and checks a file. `now` is the time of the call where it names none.
    ///
    /// # Errors
    /// [`CaseError::Read`] when it cannot be read, [`CaseError::Refused`] with every line and key that is
    /// wrong.
    pub fn read(path: &Path, now: Timestamp) -> Result<Self, CaseError> {
        let (name, text) = read_text(path)?;
        let answers = Answers::parse(&text, &name, now).map_err(|errors| CaseError::Refused {
            problems: errors.iter().map(ToString::to_string).collect(),
        })?;
        Ok(Self {
            path: path.to_owned(),
            answers,
            now,
        })
    }

    /// What the file says about a case that nobody described.
    pub(super) fn settings(&self, plain: Settings) -> Settings {
        let said = |key: &str| self.answers.text(key).map(str::to_owned);
        Settings {
            tenant: said("tenant.domain").map_or(plain.tenant, |domain| domain.to_lowercase()),
            zone: said("client.zone").unwrap_or(plain.zone),
            ..plain
        }
    }

    /// Whether the file names the time of the call; else every reading of it is another call.
    pub(super) fn names_its_time(&self) -> bool {
        self.answers.time("call.at").is_some()
    }

    /// Its answers as a set: said at the time of the call by whoever called, unless another is named.
    pub(super) fn set(&self, by: Option<&str>, analyst: &str) -> AnswerSet {
        let caller = self.answers.text("call.by");
        let by = by.or(caller).unwrap_or(analyst);
        let name = self.path.file_name().unwrap_or_default();
        let entries = self.answers.entries(by, self.answers.call_time(self.now));
        AnswerSet::of_file(name.to_string_lossy().into_owned(), entries)
    }
}

/// The name and text of a small file that a person wrote.
///
/// # Errors
/// [`CaseError::Read`] when it cannot be read, [`CaseError::Refused`] when it is no text in UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<(String, String), CaseError> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(|error| CaseError::read(path, error))?;
    let mut bytes = Vec::new();
    // One byte more than the limit, so that a file without end is refused and not read.
    file.take(FILE_LIMIT as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| CaseError::read(path, error))?;
    let name = path.display().to_string();
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.iter().take(error.valid_up_to());
            let line = before.filter(|byte| **byte == b'\n').count() + 1;
            return Err(CaseError::Refused {
                problems: vec![format!(
                    "{name}: line {line}: file: it is not written in UTF-8; save it as UTF-8"
                )],
            });
        }
    };
    // Editors on Windows write this mark before the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok((name, text.to_owned()))
}
