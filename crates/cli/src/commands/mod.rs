//! One function a command: a call to the case, then text.

mod ask;
mod evidence;
mod intake;
mod investigate;
mod log;
mod rules;
mod shell;
mod table;

pub(crate) use ask::{coverage, findings, query, timeline};
pub(crate) use evidence::{add_networks, export, list_artefacts, seal, verify};
pub(crate) use intake::intake;
pub(crate) use investigate::{import, investigate, new};
pub(crate) use log::log;
pub(crate) use rules::{check_rules, list_rules, test_rules};
pub(crate) use shell::{completions, manual};

use hourzero_case::CaseError;

use crate::console::Status;

/// Why a command could not be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The case failed.
    Case(CaseError),
    /// What was typed could not be read.
    Input(std::io::Error),
    /// The output could not be written.
    Output(std::io::Error),
}

impl Failure {
    /// How a command that failed so ends: what was given cannot be taken, or it could not be done.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Case(error) if error.is_wrong_usage() => Status::Usage,
            _ => Status::Failed,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Case(error) => error.fmt(f),
            Self::Input(error) => write!(f, "standard input could not be read: {error}"),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
        }
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        Self::Case(error)
    }
}
