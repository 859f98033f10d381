//! One function a command: a call to the case, then text.

mod ask;
mod demo;
mod evidence;
mod investigate;
mod rules;
mod shell;
mod simulate;
mod table;

pub(crate) use ask::{coverage, findings, query, timeline};
pub(crate) use demo::demo;
pub(crate) use evidence::{add_networks, export, list_artefacts, seal, verify};
pub(crate) use investigate::{import, investigate, new};
pub(crate) use rules::{check_rules, list_rules, test_rules};
pub(crate) use shell::{completions, manual};
pub(crate) use simulate::{list_scenarios, simulate};

use hourzero_case::CaseError;

/// Why a command could not be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The case failed.
    Case(CaseError),
    /// The output could not be written.
    Output(std::io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Case(error) => error.fmt(f),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
        }
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        Self::Case(error)
    }
}
