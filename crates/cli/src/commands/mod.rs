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
    /// The simulated tenant failed.
    Simulate(hourzero_simulator::SimulateError),
    /// A file that an option names cannot be read.
    Read(String, std::io::Error),
    /// A folder for passing work failed.
    Work(std::io::Error),
    /// The output could not be written.
    Output(std::io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Case(error) => error.fmt(f),
            Self::Simulate(error) => error.fmt(f),
            Self::Read(path, error) => {
                write!(
                    f,
                    "{path}: cannot be read ({error}); check the path and the rights on it"
                )
            }
            Self::Work(error) => write!(
                f,
                "what the demo needs in passing cannot be kept ({error}); check the space in the folder for temporary files"
            ),
            Self::Output(error) => write!(f, "the output could not be written: {error}"),
        }
    }
}

impl From<hourzero_simulator::SimulateError> for Failure {
    fn from(error: hourzero_simulator::SimulateError) -> Self {
        Self::Simulate(error)
    }
}

impl From<CaseError> for Failure {
    fn from(error: CaseError) -> Self {
        Self::Case(error)
    }
}
