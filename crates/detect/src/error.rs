//! Why a rule or a mapping cannot be used, in sentences for the person who wrote it.

/// Why a rule cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// The text is no YAML, or too much of it.
    #[error("the text is not usable YAML: {0}")]
    Yaml(String),
    /// A key is missing or holds the wrong kind of thing.
    #[error("`{key}`: {problem}")]
    Key {
        /// Where.
        key: String,
        /// What is wrong and what is needed.
        problem: String,
    },
    /// The condition cannot be read.
    #[error("condition `{condition}`: {problem}")]
    Condition {
        /// As written.
        condition: String,
        /// What is wrong.
        problem: String,
    },
    /// A modifier that is unknown, or does not go with the others or with the value.
    #[error("modifier `{modifier}` of `{field}`: {problem}")]
    Modifier {
        /// The field that it stands at.
        field: String,
        /// Which one.
        modifier: String,
        /// What is wrong.
        problem: String,
    },
    /// No mapping for this log source.
    #[error("log source {source_name} is not mapped; mapped are {known}")]
    LogSource {
        /// As the rule names it.
        source_name: String,
        /// What is mapped.
        known: String,
    },
    /// A field that our own taxonomy does not have.
    #[error(
        "field `{0}` is no column, `param.<Name>`, `changed.<Name>.new|old`, `changed.name` or `raw.<path>`"
    )]
    Field(String),
    /// A correlation names a rule that is not there or cannot be compiled.
    #[error("refers to rule `{0}`, which is not in the pack or cannot be compiled")]
    Reference(String),
}

impl RuleError {
    /// A key with its problem.
    pub(crate) fn key(key: &str, problem: impl Into<String>) -> Self {
        Self::Key {
            key: key.to_owned(),
            problem: problem.into(),
        }
    }
}

/// Why a mapping file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mapping {file}: {source}")]
pub struct MappingError {
    /// Which file.
    pub file: String,
    /// What is wrong.
    pub source: RuleError,
}
