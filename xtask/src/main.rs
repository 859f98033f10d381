//! `cargo xtask tidy`: rules of the house that no compiler checks. They are tests as well.
//! `cargo xtask bench`: builds the program as it is released and measures it.
//! `cargo xtask score`: plays every scenario and judges what the program says of it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line of our own"
)]

mod score;
mod tidy;

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."));
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("tidy") => {
            let faults = tidy::faults(root);
            faults.iter().for_each(|fault| println!("{fault}"));
            if faults.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Some("bench") => bench(root, words),
        Some("score") => score::score(root, words),
        _ => {
            eprintln!("usage: cargo xtask tidy | bench [OPTIONS] | score [OPTIONS]");
            ExitCode::from(2)
        }
    }
}

/// Builds what is measured, then hands everything over to the crate that measures.
fn bench(root: &Path, words: impl Iterator<Item = String>) -> ExitCode {
    let cargo = |arguments: &[&str]| {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        command.args(arguments).current_dir(root);
        command
    };
    let packages = ["-p", "hourzero-cli", "-p", "hourzero-bench"];
    let built = cargo(&["build", "--release"]).args(packages).status();
    if !built.is_ok_and(|status| status.success()) {
        return ExitCode::from(3);
    }
    let run = ["run", "--release", "--quiet", "-p", "hourzero-bench", "--"];
    let code = cargo(&run)
        .args(words)
        .status()
        .ok()
        .and_then(|status| status.code());
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(3))
}
