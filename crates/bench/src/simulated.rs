//! A corpus of any size out of the unified audit log of a simulated tenant.
//!
//! It starts the program for the export and takes the first records of it, so that it links no simulator.
//! People do in it what people do, and an attacker takes over one of them: the shares of ordinary and
//! hostile acts are those of a tenant. The same number gives the same bytes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};

use crate::parts::Parts;

/// The seed of the corpus.
pub(crate) const FIRST: &str = "1";
/// The seed of what comes later.
pub(crate) const LATER: &str = "2";
/// Records of the unified audit log that an account leaves a day, a little less than measured.
const RECORDS_A_DAY: u64 = 36;
/// Days of an export.
const DAYS: u64 = 30;
const ACCOUNTS_LEAST: u64 = 50;

/// Lets the program write an undamaged export of a simulated tenant.
pub(crate) fn export(program: &Path, out: &Path, words: &[&str]) -> anyhow::Result<()> {
    let done = Command::new(program)
        .args(["--quiet", "simulate", "export", "--forms", "clean", "--out"])
        .arg(out)
        .args(words)
        .stdout(Stdio::null())
        .status()
        .with_context(|| program.display().to_string())?;
    ensure!(done.success(), "{}: {done}", program.display());
    Ok(())
}

/// Writes `records` lines of a seed's tenant into the folder; gives their bytes.
pub(crate) fn write(
    program: &Path,
    (folder, seed): (&Path, &str),
    records: u64,
) -> anyhow::Result<u64> {
    let beside = folder.with_extension("export");
    if beside.exists() {
        fs::remove_dir_all(&beside)?;
    }
    let accounts = records.div_ceil(RECORDS_A_DAY * DAYS).max(ACCOUNTS_LEAST);
    let (accounts_told, days) = (accounts.to_string(), DAYS.to_string());
    let size = [
        "--seed",
        seed,
        "--accounts",
        &accounts_told,
        "--days",
        &days,
    ];
    export(program, &beside, &size)?;
    let path = beside.join("ual.jsonl");
    let file = File::open(&path).with_context(|| path.display().to_string())?;
    let mut lines = BufReader::with_capacity(1 << 20, file);
    let (mut parts, mut line) = (Parts::new(folder, ("jsonl", b""))?, Vec::new());
    for number in 0..records {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            bail!("{accounts} accounts left {number} records in {DAYS} days, {records} are wanted");
        }
        parts.line(&line)?;
    }
    fs::remove_dir_all(&beside)?;
    parts.finish()
}
