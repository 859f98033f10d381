//! Peers are brought to the machine and started: DuckDB from the Python index, rsigma from crates.io.
//!
//! Each gives the words of a command, or the reason why it cannot be measured here.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

/// Questions of a hunt, one statement a line.
pub(crate) const HUNTS: &str = include_str!("../peers/hunts.sql");

/// The command that turns a corpus into Parquet with DuckDB: `whole` with the work of an import, `thin`
/// without.
pub(crate) fn duckdb(kind: &str, work: &Path, corpus: &Path) -> anyhow::Result<Vec<String>> {
    let python = python(work)?;
    let script = peers().join("duckdb_import.py");
    let target = duckdb_target(work);
    Ok(words(&[&python, &script, Path::new(kind), corpus, &target]))
}

/// Where DuckDB writes.
pub(crate) fn duckdb_target(work: &Path) -> PathBuf {
    work.join("duckdb.parquet")
}

/// The command that asks the questions of a hunt over a case's Parquet files with DuckDB.
pub(crate) fn duckdb_hunts(work: &Path, case: &Path) -> anyhow::Result<Vec<String>> {
    let (python, peers) = (python(work)?, peers());
    let script = peers.join("duckdb_hunts.py");
    Ok(words(&[&python, &script, &peers.join("hunts.sql"), case]))
}

fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// Python with DuckDB, brought to the folder if it is not there.
fn python(work: &Path) -> anyhow::Result<PathBuf> {
    let python = work.join("venv/bin/python");
    if !python.exists() {
        run(Command::new("python3")
            .arg("-m")
            .arg("venv")
            .arg(work.join("venv")))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "duckdb"]))?;
    }
    Ok(python)
}

/// The command that runs Sigma rules over a corpus with rsigma.
pub(crate) fn rsigma(work: &Path, rules: &Path, corpus: &Path) -> anyhow::Result<Vec<String>> {
    let manifest = peers().join("rsigma/Cargo.toml");
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
