//! `completions` and `manual`, made from the arguments themselves.

use clap::CommandFactory as _;

use super::Failure;
use crate::args::Cli;
use crate::console::{Console, Status};

/// Writes a shell's completions.
pub(crate) fn completions(
    console: &Console<'_>,
    shell: clap_complete::Shell,
) -> Result<Status, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "hourzero", &mut text);
    console.data(&String::from_utf8_lossy(&text))?;
    Ok(Status::Done)
}

/// Writes the man page: the program's own, then one section for each command.
pub(crate) fn manual(console: &Console<'_>) -> Result<Status, Failure> {
    let mut text = Vec::new();
    let command = Cli::command();
    clap_mangen::Man::new(command.clone())
        .render(&mut text)
        .map_err(Failure::Output)?;
    for sub in command.get_subcommands() {
        let name = format!("hourzero {}", sub.get_name());
        let sub = sub.clone().display_name(&name).bin_name(&name);
        clap_mangen::Man::new(sub)
            .render(&mut text)
            .map_err(Failure::Output)?;
    }
    console.data(&String::from_utf8_lossy(&text))?;
    Ok(Status::Done)
}
