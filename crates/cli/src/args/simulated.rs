//! What can be typed for the simulated tenant.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

#[derive(Debug, Subcommand)]
pub(crate) enum Simulate {
    /// Print the names of the scenarios, one a line.
    #[command(after_help = "Example: hourzero simulate list")]
    List,
    /// Write the evidence of a simulated tenant into a new folder.
    #[command(
        after_help = "Example: hourzero simulate export --out ./exports --scenario aitm-invoice-fraud --seed 7 --truth truth.jsonl"
    )]
    Export(SimulateExport),
}

/// Forms of simulated evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvidenceForms {
    /// What responders get: a choice of export forms, split, overlapping, with holes and damaged records.
    Mixed,
    /// One undamaged file of JSON lines a log, with Microsoft's own field names.
    Clean,
}

/// What a simulated tenant is made from.
#[derive(Debug, Args)]
pub(crate) struct SimulatedTenant {
    /// Everything is drawn from it: the same seed gives the same bytes.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Accounts of the directory.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(5..=20_000))]
    pub(crate) accounts: u32,
    /// Days of logs.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(2..=400))]
    pub(crate) days: i64,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateExport {
    /// The folder to write into; new or empty.
    #[arg(long, value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
    /// What happens there; `simulate list` prints the names.
    #[arg(long, default_value = hourzero_simulator::DEFAULT_SCENARIO)]
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) tenant: SimulatedTenant,
    /// In which forms.
    #[arg(long, value_enum, default_value_t = EvidenceForms::Mixed)]
    pub(crate) forms: EvidenceForms,
    /// What IT and responders do, and when: `[[done]]` tables as in an answer file; `at` may be a span such
    /// as "+3d4h" after the attacker's first success.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) intervene: Option<PathBuf>,
    /// Write what really happened to this file, which must lie outside the export's folder.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) truth: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// What happens there; `all` runs every scenario.
    #[arg(long, default_value = hourzero_simulator::DEFAULT_SCENARIO)]
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) tenant: SimulatedTenant,
    /// With holes and damaged records in the evidence.
    #[arg(long)]
    pub(crate) holes: bool,
    /// Part of the calls to the tenant that fail; nothing is collected live yet, so that it changes nothing.
    #[arg(long, default_value_t = 0.0, value_name = "RATE")]
    pub(crate) faults: f64,
    /// Play the orders that others publish too, each in a tenant of its own, for comparison with the worksheet.
    #[arg(long, hide = true)]
    pub(crate) orders: bool,
    /// Do not open the workbench at the end; there is none yet.
    #[arg(long)]
    pub(crate) no_serve: bool,
}
