//! One function a command: a call to the case, then text.

mod ask;
mod contain;
mod demo;
mod evidence;
mod indicators;
mod intake;
mod investigate;
mod log;
mod report;
mod rules;
mod scope;
mod shell;
mod simulate;
mod table;

pub(crate) use ask::{coverage, findings, query, timeline};
pub(crate) use contain::{plan, show_plan};
pub(crate) use demo::demo;
pub(crate) use evidence::{add_networks, export, list_artefacts, seal, verify};
pub(crate) use indicators::{export_indicators, import_indicators};
pub(crate) use intake::intake;
pub(crate) use investigate::{import, investigate, new};
pub(crate) use log::log;
pub(crate) use report::report;
pub(crate) use rules::{check_rules, list_rules, test_rules};
pub(crate) use scope::scope;
pub(crate) use shell::{completions, manual};
pub(crate) use simulate::{list_scenarios, simulate};

use hourzero_case::CaseError;

use crate::console::Status;

/// Why a command could not be done.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The case failed.
    Case(CaseError),
    /// What was typed could not be read.
    Input(std::io::Error),
    /// The simulated tenant failed.
    Simulate(hourzero_simulator::SimulateError),
    /// A file that an option names cannot be read.
    Read(String, std::io::Error),
    /// A file is no fact base.
    FactBase(String, serde_json::Error),
    /// A time that an option gives cannot be read.
    Time(String, hourzero_model::ParseTimeError),
    /// A file that an option names cannot be written.
    Write(String, std::io::Error),
    /// A folder for passing work failed.
    Work(std::io::Error),
    /// The output could not be written.
    Output(std::io::Error),
}

impl Failure {
    /// How a command that failed so ends: what was given cannot be taken, or it could not be done.
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Case(error) if error.is_wrong_usage() => Status::Usage,
            Self::Simulate(error) if error.is_wrong_usage() => Status::Usage,
            Self::Time(..) | Self::FactBase(..) => Status::Usage,
            _ => Status::Failed,
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Case(error) => error.fmt(f),
            Self::Input(error) => write!(f, "standard input could not be read: {error}"),
            Self::Simulate(error) => error.fmt(f),
            Self::Read(path, error) => {
                write!(
                    f,
                    "{path}: cannot be read ({error}); check the path and the rights on it"
                )
            }
            Self::FactBase(path, error) => write!(
                f,
                "{path} is no fact base ({error}); give files of `hourzero report --format json`"
            ),
            Self::Time(text, error) => {
                write!(f, "--at {text}: {error}; give it as 2026-03-06T17:40:00Z")
            }
            Self::Write(path, error) => write!(
                f,
                "{path}: cannot be written ({error}); check the path and the rights on it"
            ),
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
