//! Peers are brought to the machine and started: DuckDB from the Python index, rsigma from crates.io.
//!
//! Each gives the words of a command, or the reason why it cannot be measured here.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};

/// The command that turns a corpus into Parquet with DuckDB: `whole` with the work of an import, `thin`
/// without.
pub(crate) fn duckdb(kind: &str, work: &Path, corpus: &Path) -> anyhow::Result<Vec<String>> {
    let python = work.join("venv/bin/python");
    if !python.exists() {
        run(Command::new("python3")
            .arg("-m")
            .arg("venv")
            .arg(work.join("venv")))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "duckdb"]))?;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/duckdb_import.py");
    let target = work.join("duckdb.parquet");
    Ok(words(&[&python, &script, Path::new(kind), corpus, &target]))
}

/// The command that runs Sigma rules over a corpus with rsigma.
pub(crate) fn rsigma(work: &Path, rules: &Path, corpus: &Path) -> anyhow::Result<Vec<String>> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/rsigma/Cargo.toml");
    let target = work.join("rsigma");
    run(Command::new("cargo")
        .args([
            "build",
            "--release",
            "--quiet",
            "--ignore-rust-version",
            "--manifest-path",
        ])
        .arg(&manifest)
        .env("CARGO_TARGET_DIR", &target))?;
    let program = target.join("release/hourzero-bench-rsigma");
    Ok(words(&[&program, rules, corpus]))
}

fn words(paths: &[&Path]) -> Vec<String> {
    paths
        .iter()
        .map(|path| path.display().to_string())
        .collect()
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command
        .output()
        .with_context(|| command.get_program().display().to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let last = said.lines().last().unwrap_or_default();
    ensure!(
        output.status.success(),
        "{}: {last}",
        command.get_program().display()
    );
    Ok(())
}
