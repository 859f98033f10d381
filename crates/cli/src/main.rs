//! The command line: arguments to one call, and text.
//!
//! Data goes to standard output, talk and progress to standard error. It must hold no logic.

mod args;
mod commands;
mod console;
mod memory;
mod printer;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command, Contain, Enrich, Evidence, Indicators, Rules, Simulate};
use console::{Console, Status};

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Help, and words that are not understood, have ended the program before.
    memory::keep_freed();
    let console = Console::new(&cli.global);
    let done = match &cli.command {
        Command::Investigate(args) => commands::investigate(&console, args),
        Command::New(args) => commands::new(&console, args),
        Command::Intake(args) => commands::intake(&console, args),
        Command::Log(log) => commands::log(&console, log),
        Command::Import(args) => commands::import(&console, args),
        Command::Findings(args) => commands::findings(&console, args),
        Command::Timeline(args) => commands::timeline(&console, args),
        Command::Coverage(args) => commands::coverage(&console, args),
        Command::Scope(args) => commands::scope(&console, args),
        Command::Contain(Contain::Plan(args)) => commands::plan(&console, args),
        Command::Contain(Contain::Show) => commands::show_plan(&console),
        Command::Indicators(Indicators::Export { file }) => {
            commands::export_indicators(&console, file)
        }
        Command::Indicators(Indicators::Import { file }) => {
            commands::import_indicators(&console, file)
        }
        Command::Report(args) => commands::report(&console, args),
        Command::Query(args) => commands::query(&console, args),
        Command::Evidence(Evidence::Verify) => commands::verify(&console),
        Command::Evidence(Evidence::List(args)) => commands::list_artefacts(&console, args),
        Command::Evidence(Evidence::Export { artefact, out }) => {
            commands::export(&console, artefact, out)
        }
        Command::Evidence(Evidence::Seal { key, make_key }) => {
            commands::seal(&console, key, *make_key)
        }
        Command::Rules(Rules::List(args)) => commands::list_rules(&console, args),
        Command::Rules(Rules::Test) => commands::test_rules(&console),
        Command::Rules(Rules::Check { paths }) => commands::check_rules(&console, paths),
        Command::Enrich(Enrich::Add { file }) => commands::add_networks(&console, file),
        Command::Demo(args) => commands::demo(&console, args),
        Command::Simulate(Simulate::List) => commands::list_scenarios(&console),
        Command::Simulate(Simulate::Export(args)) => commands::simulate(&console, args),
        Command::Completions { shell } => commands::completions(&console, *shell),
        Command::Manual => commands::manual(&console),
    };
    match done {
        Ok(status) => status.code(),
        // Whoever reads our output closed it, as `head` does: nothing is wrong.
        Err(commands::Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            Status::Done.code()
        }
        Err(failure) => {
            console.failure(&failure);
            failure.status().code()
        }
    }
}
