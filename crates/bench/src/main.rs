//! `cargo xtask bench`: what an import, the rules and a whole investigation cost, next to a floor and to
//! peers that do the same work.
//!
//! It takes a number of records and gives measurements and gates. Every measurement is a process of its
//! own, whose times and memory the kernel counts. It must never be needed by another crate.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line of our own"
)]

mod gate;
mod measure;
mod parts;
mod peer;
mod purview;
mod replicated;
mod report;
mod simulated;
mod steps;
mod work;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// That of the program, so that the floor has the same advantage.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the import, the rules and a whole investigation.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    inner: Option<Inner>,
    #[command(flatten)]
    options: Options,
}

/// What a run measures.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Sizes of the corpus in records, smallest first.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000_000_u64, 5_000_000])]
    records: Vec<u64>,
    /// Where the records come from.
    #[arg(long, value_enum, default_value_t = Corpus::Simulated)]
    corpus: Corpus,
    /// Only steps whose name begins so; several with commas between.
    #[arg(long, value_name = "STEP", value_delimiter = ',', value_parser = steps::beginning)]
    only: Vec<String>,
    /// Instead of all that, every form of the report on an attack of so many events.
    #[arg(long, value_name = "EVENTS")]
    report: Option<u64>,
    /// Where the corpus and the cases go; a new folder for the time being if it is left out.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Keep the corpus and the cases.
    #[arg(long)]
    keep: bool,
    /// One JSON object a measurement and one with the gates.
    #[arg(long)]
    json: bool,
    /// Folder of the development data; `HOURZERO_SAMPLES` if it is left out.
    #[arg(long)]
    samples: Option<PathBuf>,
    /// The program that is measured; the one beside this one if it is left out.
    #[arg(long)]
    program: Option<PathBuf>,
}

/// Where the records of a corpus come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Corpus {
    /// The unified audit log of a simulated tenant in which one account is taken over.
    Simulated,
    /// Real records of the development data, replicated: far more of what rules look at than a tenant has.
    Replicated,
}

impl Corpus {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Simulated => "simulated",
            Self::Replicated => "replicated",
        }
    }
}

impl Options {
    /// The program that is measured.
    fn program(&self) -> anyhow::Result<PathBuf> {
        match &self.program {
            Some(program) => Ok(program.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("hourzero")),
        }
    }

    /// Where the development data lies.
    fn data(&self) -> PathBuf {
        let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").into();
        let named = || std::env::var_os("HOURZERO_SAMPLES").map(PathBuf::from);
        self.samples.clone().or_else(named).unwrap_or_else(beside)
    }
}

/// What the processes that are measured are started with.
#[derive(Debug, Subcommand)]
enum Inner {
    /// Starts a command and says what the kernel counted for it.
    #[command(hide = true)]
    Measure {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// One piece of work.
    #[command(hide = true)]
    Work {
        what: work::Work,
        /// The corpus, or a case.
        folder: PathBuf,
        /// Folders of rules; the built-in ones if there is none.
        rules: Vec<PathBuf>,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.inner {
        Some(Inner::Measure { command }) => measure::child(&command).map(|()| true),
        Some(Inner::Work {
            what,
            folder,
            rules,
        }) => work::run(what, &folder, &rules).map(|()| true),
        None => steps::run(&cli.options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(3)
        }
    }
}
