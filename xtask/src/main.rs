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

/// Builds what is measured, then hands everything over to the crate that measures. Both packages are built by one command,
/// with the features of the program as it is released; `cargo run` of the other alone would build the engine once more.
fn bench(root: &Path, words: impl Iterator<Item = String>) -> ExitCode {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    let packages = ["-p", "hourzero-cli", "-p", "hourzero-bench"];
    let build = cargo.args(["build", "--release"]).args(packages);
    let built = build.current_dir(root).status();
    if !built.is_ok_and(|status| status.success()) {
        return ExitCode::from(3);
    }
    // This program lies in the target folder's `debug`, what was built in its `release`.
    let name = format!("hourzero-bench{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe().ok().and_then(|own| {
        let target = own.parent()?.parent()?;
        Some(target.join("release").join(name))
    });
    let Some(program) = beside.filter(|path| path.is_file()) else {
        eprintln!("the benchmark was built to a folder that is not beside this program's own");
        return ExitCode::from(3);
    };
    let code = Command::new(program).args(words).status();
    let code = code.ok().and_then(|status| status.code());
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(3))
}
