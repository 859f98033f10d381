//! `cargo xtask score`: every scenario on every seed, played and judged by the simulator's truth, in one table.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

const USAGE: &str =
    "usage: cargo xtask score [--seeds 1,2] [--accounts N] [--days N] [--orders yes]";

/// What is asked for.
struct Asked {
    seeds: Vec<String>,
    size: Vec<String>,
}

impl Asked {
    fn read(words: impl Iterator<Item = String>) -> Option<Self> {
        let mut asked = Self {
            seeds: vec!["1".to_owned()],
            size: Vec::new(),
        };
        let mut words = words.peekable();
        while let Some(word) = words.next() {
            let value = words.next()?;
            match word.as_str() {
                "--seeds" => asked.seeds = value.split(',').map(str::to_owned).collect(),
                "--accounts" | "--days" => asked.size.extend([word, value]),
                "--orders" if value == "yes" => asked.size.push(word),
                _ => return None,
            }
        }
        Some(asked)
    }
}

/// Sums over the runs of one seed.
#[derive(Default)]
struct Sum {
    runs: u32,
    accounts: BTreeMap<&'static str, u64>,
    /// Runs with an attacker's event in the evidence, with the sums of their figures.
    attacked: u32,
    figures: BTreeMap<&'static str, f64>,
    entries: u64,
    first: u64,
    lost: u64,
    /// What came of the worksheet.
    worksheet: Played,
    /// The orders that others publish, by name, where they were played.
    orders: BTreeMap<String, Played>,
}

/// What came of an order of containment in all scenarios.
#[derive(Default)]
struct Played {
    evicted: u32,
    left: usize,
    cut: u64,
    locked_out: u64,
    destroyed: u64,
}

impl Played {
    fn take(&mut self, row: &Value) {
        let number = |key: &str| row.get(key).and_then(Value::as_u64).unwrap_or(0);
        self.evicted += u32::from(row.get("evicted") == Some(&Value::Bool(true)));
        self.left += row
            .get("footholds_left")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        self.cut += number("innocents_cut");
        self.locked_out += number("locked_out");
        self.destroyed += number("destroyed");
    }
}

impl Sum {
    fn take(&mut self, row: &Value) {
        let number = |path: &str| row.pointer(path).and_then(Value::as_u64).unwrap_or(0);
        let figure = |path: &str| row.pointer(path).and_then(Value::as_f64).unwrap_or(0.0);
        let list = |key: &str| row.get(key).and_then(Value::as_array).cloned();
        self.runs += 1;
        for (name, path) in [
            ("true", "/accounts/true"),
            ("found", "/accounts/found"),
            ("missed", "/accounts/missed"),
            ("wrong", "/accounts/wrong"),
        ] {
            *self.accounts.entry(name).or_default() += number(path);
        }
        if number("/events/attacker") > 0 {
            self.attacked += 1;
            for path in [
                "/events/precision",
                "/events/recall",
                "/exposure/precision",
                "/exposure/recall",
            ] {
                *self.figures.entry(path).or_default() += figure(path);
            }
        }
        let entries = list("entry").unwrap_or_default();
        self.entries += entries.len() as u64;
        self.first += entries
            .iter()
            .filter(|entry| entry.get("ranked_first") == Some(&Value::Bool(true)))
            .count() as u64;
        self.lost += number("/records/lost") + number("/records/ledger_false");
        self.worksheet.take(row);
        for order in list("orders").unwrap_or_default() {
            let name = order.get("id").and_then(Value::as_str).unwrap_or_default();
            self.orders.entry(name.to_owned()).or_default().take(&order);
        }
    }

    /// One row an order, the worksheet's first.
    fn orders(&self, seed: &str) -> Vec<String> {
        let all = self
            .orders
            .iter()
            .map(|(name, played)| (name.as_str(), played));
        std::iter::once(("the worksheet", &self.worksheet))
            .chain(all)
            .map(|(name, one)| {
                format!(
                    "| {seed} | {name} | {} of {} | {} | {} | {} | {} |",
                    one.evicted, self.runs, one.left, one.cut, one.locked_out, one.destroyed
                )
            })
            .collect()
    }

    fn row(&self, seed: &str) -> String {
        let account = |name| self.accounts.get(name).copied().unwrap_or(0);
        let mean =
            |path| self.figures.get(path).copied().unwrap_or(0.0) / f64::from(self.attacked.max(1));
        format!(
            "| {seed} | {} | {} of {} | {} | {:.2} / {:.2} | {} of {} | {:.2} / {:.2} | {} | {} of {} | {} | {} | {} |",
            self.runs,
            account("true") - account("missed"),
            account("true"),
            account("wrong"),
            mean("/events/precision"),
            mean("/events/recall"),
            self.first,
            self.entries,
            mean("/exposure/precision"),
            mean("/exposure/recall"),
            self.lost,
            self.worksheet.evicted,
            self.runs,
            self.worksheet.left,
            self.worksheet.cut,
            self.worksheet.locked_out,
        )
    }
}

/// Builds the program as it is released and plays everything.
pub(crate) fn score(root: &Path, words: impl Iterator<Item = String>) -> ExitCode {
    let Some(asked) = Asked::read(words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    println!(
        "| seed | scenarios | accounts found | wrong | events: precision / recall | way in first | exposure: precision / recall | records lost | evicted | footholds left | innocents cut | locked out |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut orders = Vec::new();
    for seed in &asked.seeds {
        let Some(sum) = play(root, seed, &asked.size) else {
            return ExitCode::from(3);
        };
        println!("{}", sum.row(seed));
        if !sum.orders.is_empty() {
            orders.extend(sum.orders(seed));
        }
    }
    if !orders.is_empty() {
        println!(
            "\n| seed | order | evicted | footholds left | innocents cut | locked out | acts that destroy with no export before |\n|---|---|---|---|---|---|---|"
        );
        println!("{}", orders.join("\n"));
    }
    ExitCode::SUCCESS
}

/// Plays every scenario on one seed; what it said of each goes to standard error.
fn play(root: &Path, seed: &str, size: &[String]) -> Option<Sum> {
    let cases = std::env::temp_dir().join(format!("hourzero-score-{seed}-{}", std::process::id()));
    let output = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .current_dir(root)
        .args(["run", "--release", "--quiet", "-p", "hourzero-cli", "--"])
        .args([
            "demo",
            "--scenario",
            "all",
            "--json",
            "--quiet",
            "--seed",
            seed,
        ])
        .arg("--case")
        .arg(&cases)
        .args(size)
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
    let mut sum = Sum::default();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if let Ok(row) = serde_json::from_str::<Value>(line) {
            eprintln!("{line}");
            sum.take(&row);
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Sum;

    #[test]
    fn a_clean_tenant_counts_for_accounts_and_not_for_means() {
        let mut sum = Sum::default();
        sum.take(&json!({
            "accounts": {"true": 2, "found": 2, "missed": 1, "wrong": 1},
            "events": {"attacker": 9, "precision": 0.5, "recall": 1.0},
            "exposure": {"precision": 1.0, "recall": 0.25},
            "entry": [{"ranked_first": true}, {"ranked_first": false}],
            "records": {"lost": 0, "ledger_false": 0},
            "evicted": true, "footholds_left": ["role x"], "innocents_cut": 1, "locked_out": 2,
            "orders": [{"id": "reset first", "evicted": false, "footholds_left": ["rule", "role"],
                "innocents_cut": 0, "locked_out": 1, "destroyed": 4}]
        }));
        sum.take(&json!({
            "accounts": {"true": 0, "found": 0, "missed": 0, "wrong": 0},
            "events": {"attacker": 0, "precision": 1.0, "recall": 1.0},
            "entry": [], "records": {"lost": 3, "ledger_false": 0}, "evicted": true
        }));
        assert_eq!(
            sum.row("7"),
            "| 7 | 2 | 1 of 2 | 1 | 0.50 / 1.00 | 1 of 2 | 1.00 / 0.25 | 3 | 2 of 2 | 1 | 1 | 2 |"
        );
        assert_eq!(
            sum.orders("7"),
            [
                "| 7 | the worksheet | 2 of 2 | 1 | 1 | 2 | 0 |",
                "| 7 | reset first | 0 of 2 | 2 | 0 | 1 | 4 |"
            ]
        );
    }
}
