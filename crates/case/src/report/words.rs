//! What people add to a document at its end: their own words, a seal, a key to the names that were taken out.

use hourzero_evidence::RECEIPT;
use hourzero_model::UnknownWord;
use hourzero_report::base::{FactBase, RedactionKey, Section, Statement, StatementKind};
use serde::{Deserialize, Serialize};

use super::DOCUMENT;
use crate::folder::write_whole;
use crate::{Case, CaseError};

/// The journal's kind of the entries that hold an analyst's own words for a section.
pub(super) const WORDS: &str = "report-text";

/// The key to the names that were taken out, beside `case.toml`: it is handed on with nothing.
const KEY: &str = "redaction-key.json";

/// An analyst's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OwnWords {
    section: Section,
    by: String,
    text: String,
}

impl Case<'_> {
    /// Keeps an analyst's own words for a section of the report; every document has them, marked as his.
    ///
    /// # Errors
    /// [`CaseError::Refused`] without a name or words, or for an unknown section.
    pub fn add_words(&mut self, section: &str, by: &str, text: &str) -> Result<(), CaseError> {
        let refused = |problem: String| CaseError::Refused {
            problems: vec![problem],
        };
        let section: Section = section
            .parse()
            .map_err(|error: UnknownWord| refused(error.to_string()))?;
        if by.trim().is_empty() || text.trim().is_empty() {
            return Err(refused(
                "a text needs who wrote it (--by) and words (--text)".to_owned(),
            ));
        }
        let words = OwnWords {
            section,
            by: by.trim().to_owned(),
            text: text.trim().to_owned(),
        };
        let content = serde_json::to_value(&words)
            .map_err(|error| CaseError::Internal(format!("a text has no JSON: {error}")))?;
        self.note(WORDS, content, None)
    }

    /// Adds the analysts' words to the fact base, each at the end of its section.
    pub(super) fn with_words(&self, mut base: FactBase) -> FactBase {
        for entry in self.journal.of_kind(WORDS) {
            let Ok(words) = serde_json::from_value::<OwnWords>(entry.entry.content.clone()) else {
                continue;
            };
            let of_section = |one: &&Statement| one.section == words.section;
            let number = base.statements.iter().filter(of_section).count() + 1;
            let place = base
                .statements
                .iter()
                .rposition(|one| one.section <= words.section)
                .map_or(0, |place| place + 1);
            let statement = Statement {
                id: format!("{}-{number}", words.section.name()),
                section: words.section,
                kind: StatementKind::Told,
                text: format!("{} adds: {}", words.by, words.text),
                evidence: Vec::new(),
                evidence_truncated: false,
                decision: Some(format!("{WORDS}/{}", entry.entry.time)),
                coverage: None,
            };
            base.statements.insert(place, statement);
        }
        base
    }

    /// The first seal that covers everything that was said and given in the case; nothing where something came after
    /// the last one.
    pub(super) fn covering_seal(&self) -> Option<String> {
        let mut seal = None;
        for entry in self.journal.entries() {
            match entry.entry.kind.as_str() {
                "seal" => {
                    let content = &entry.entry.content;
                    let word = |key: &str| {
                        content
                            .get(key)
                            .map(|value| value.to_string().trim_matches('"').to_owned())
                            .unwrap_or_default()
                    };
                    seal.get_or_insert_with(|| {
                        format!(
                            "journal up to entry {}, head {}, Ed25519 key {}",
                            word("sequence"),
                            word("head"),
                            word("public_key")
                        )
                    });
                }
                DOCUMENT | "export" => {}
                _ => seal = None,
            }
        }
        seal
    }

    /// The key to the names, with a word for every address of this fact base; kept in the case.
    pub(super) fn redaction_key(&self, base: &FactBase) -> Result<RedactionKey, CaseError> {
        let path = self.folder.root().join(KEY);
        let mut key: RedactionKey = match std::fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| CaseError::Derived {
                path: path.clone(),
                why: error.to_string(),
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => RedactionKey::default(),
            Err(error) => return Err(CaseError::read(&path, error)),
        };
        let before = key.words.len();
        key.learn(base);
        if key.words.len() > before {
            let text = serde_json::to_string_pretty(&key)
                .map_err(|error| CaseError::Internal(format!("the key has no JSON: {error}")))?;
            write_whole(&path, (text + "\n").as_bytes())?;
        }
        Ok(key)
    }

    /// Whether an entry of the journal changes nothing of what is derived.
    pub(super) fn says_nothing_new(kind: &str) -> bool {
        [RECEIPT, DOCUMENT, WORDS, "export", "seal"].contains(&kind)
    }
}
