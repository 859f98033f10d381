//! A corpus of any size out of the unified audit log of a simulated tenant.
//!
//! It starts the program for the export and takes the first records of it, so that it links no simulator.
//! People do in it what people do, and an attacker takes over one of them: the shares of ordinary and
//! hostile acts are those of a tenant. The same number gives the same bytes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
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
/// How an answer of Graph begins.
const ANSWER_BEGINS: &[u8] =
    br#"{"@odata.context":"https://graph.microsoft.com/beta/$metadata#auditLogs/signIns","value":["#;
/// Records of an answer, as scripts gather them before they write a file.
const IN_AN_ANSWER: u64 = 100_000;

/// Lets the program write an undamaged export of a simulated tenant.
pub(crate) fn export(program: &Path, out: &Path, words: &[&str]) -> anyhow::Result<()> {
    export_in(program, (out, "clean"), words)
}

/// Lets the program write some 250 MB of exports as responders get them: 150 people, two weeks.
pub(crate) fn write_mixed(program: &Path, out: &Path) -> anyhow::Result<()> {
    let words = ["--seed", FIRST, "--accounts", "150", "--days", "14"];
    export_in(program, (out, "mixed"), &words)
}

fn export_in(program: &Path, (out, forms): (&Path, &str), words: &[&str]) -> anyhow::Result<()> {
    let done = Command::new(program)
        .args(["--quiet", "simulate", "export", "--forms", forms, "--out"])
        .arg(out)
        .args(words)
        .stdout(Stdio::null())
        .status()
        .with_context(|| program.display().to_string())?;
    ensure!(done.success(), "{}: {done}", program.display());
    Ok(())
}

/// Writes `records` lines of a seed's tenant into the folder; gives their bytes. All sign-ins of the same days go into the
/// folder `sign_ins`, where one is named.
pub(crate) fn write(
    program: &Path,
    (folder, seed): (&Path, &str),
    records: u64,
    sign_ins: Option<&Path>,
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
    if let Some(folder) = sign_ins {
        as_graph_answers(&beside.join("signins.jsonl"), folder)?;
    }
    fs::remove_dir_all(&beside)?;
    parts.finish()
}

/// Writes the records of a file of JSON lines as answers of Graph, so many in each.
fn as_graph_answers(lines: &Path, folder: &Path) -> anyhow::Result<()> {
    let file = File::open(lines).with_context(|| lines.display().to_string())?;
    let mut lines = BufReader::with_capacity(1 << 20, file);
    fs::create_dir_all(folder)?;
    let (mut line, mut ended) = (Vec::new(), false);
    for number in 0.. {
        if ended {
            break;
        }
        let path = folder.join(format!("signins-{number:03}.json"));
        let mut answer = BufWriter::with_capacity(1 << 20, File::create(path)?);
        answer.write_all(ANSWER_BEGINS)?;
        for place in 0..IN_AN_ANSWER {
            line.clear();
            if lines.read_until(b'\n', &mut line)? == 0 {
                ended = true;
                break;
            }
            if place > 0 {
                answer.write_all(b",\n")?;
            }
            answer.write_all(line.trim_ascii_end())?;
        }
        answer.write_all(b"]}\n")?;
        answer.flush()?;
    }
    Ok(())
}
