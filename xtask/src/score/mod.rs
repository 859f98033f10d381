//! `cargo xtask score`: every scenario on every seed, played and judged by the simulator's truth, in one table.

mod asked;
mod goal;
mod sum;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use asked::{Asked, USAGE};
use sum::{Sum, head};

/// Builds the program as it is released, plays everything and prints the tables: a line a seed and one for all, the
/// figures beside what is asked of them, and every run that falls short. Ends with 1 where something is asked in vain.
pub(crate) fn score(root: &Path, words: impl Iterator<Item = String>) -> ExitCode {
    let Some(asked) = Asked::read(words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    if let Some(folder) = &asked.keep
        && let Err(error) = std::fs::create_dir_all(folder)
    {
        eprintln!("{}: {error}", folder.display());
        return ExitCode::from(3);
    }
    println!("{}", head("seed"));
    let (mut total, mut seeds) = (Sum::default(), Vec::new());
    let mut scenarios: BTreeMap<String, Sum> = BTreeMap::new();
    let (mut orders, mut short) = (Vec::new(), Vec::new());
    for seed in &asked.seeds {
        let Some(rows) = kept(&asked, *seed).or_else(|| play(root, &asked, *seed)) else {
            return ExitCode::from(3);
        };
        let mut sum = Sum::default();
        for row in &rows {
            let name = row.get("scenario").and_then(Value::as_str).unwrap_or("");
            sum.take(row);
            total.take(row);
            scenarios.entry(name.to_owned()).or_default().take(row);
            short
                .extend(goal::shortfall(row).map(|words| format!("| {seed} | {name} | {words} |")));
        }
        println!("{}", sum.row(&seed.to_string()));
        if sum.has_orders() {
            orders.extend(sum.orders(&seed.to_string()));
        }
        seeds.push(sum);
    }
    println!("{}", total.row("all"));
    let (table, holds) = goal::judge(&total, &seeds, asked.has_holes);
    println!("\n{table}");
    println!("\n{}", head("scenario"));
    for (name, sum) in &scenarios {
        println!("{}", sum.row(name));
    }
    if !short.is_empty() {
        println!(
            "\n| seed | scenario | falls short |\n|---|---|---|\n{}",
            short.join("\n")
        );
    }
    if !orders.is_empty() {
        println!(
            "\n| seed | order | evicted | footholds left | innocents cut | locked out | acts that destroy with no export before |\n|---|---|---|---|---|---|---|"
        );
        println!("{}", orders.join("\n"));
    }
    if holds {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    }
}

/// The rows of a seed that was played before.
fn kept(asked: &Asked, seed: u64) -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(place(asked, seed)?).ok()?;
    eprintln!("seed {seed} was played before");
    Some(rows(&text))
}

/// Where the rows of a seed are kept. A name a set of options, so that no table mixes them.
fn place(asked: &Asked, seed: u64) -> Option<PathBuf> {
    let words = asked.words.concat().replace("--", "-");
    let folder = asked.keep.as_ref()?;
    Some(folder.join(format!("seed-{seed}{words}.jsonl")))
}

fn rows(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// Plays every scenario on one seed; what it said of each goes to standard error.
fn play(root: &Path, asked: &Asked, seed: u64) -> Option<Vec<Value>> {
    let cases = std::env::temp_dir().join(format!("hourzero-score-{seed}-{}", std::process::id()));
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(root)
        .args(["run", "--release", "--quiet", "-p", "hourzero-cli", "--"])
        .args(["demo", "--scenario", "all", "--json", "--quiet", "--seed"])
        .arg(seed.to_string())
        .arg("--case")
        .arg(&cases)
        .args(&asked.words)
        .stderr(Stdio::inherit())
        .output();
    // Cases of a whole pack are large; the figures are what is wanted.
    if let Err(error) = std::fs::remove_dir_all(&cases) {
        eprintln!("{}: {error}", cases.display());
    }
    let output = match output {
        Ok(output) if output.status.success() => output,
        Ok(output) => {
            eprintln!("the demo ended with {}", output.status);
            return None;
        }
        Err(error) => {
            eprintln!("the demo did not run: {error}");
            return None;
        }
    };
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().for_each(|line| eprintln!("{line}"));
    // A seed that was broken off leaves nothing that could be taken for whole.
    if let Some(path) = place(asked, seed)
        && let Err(error) = std::fs::write(&path, text.as_bytes())
    {
        eprintln!("{}: {error}", path.display());
    }
    Some(rows(&text))
}
