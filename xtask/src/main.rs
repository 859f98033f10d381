//! `cargo xtask tidy`: rules of the house that no compiler checks. They are tests as well.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line of our own"
)]

mod tidy;

use std::path::Path;
use std::process::ExitCode;

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
        _ => {
            eprintln!("usage: cargo xtask tidy");
            ExitCode::from(2)
        }
    }
}
