//! What a case says: its `out/` folder, and the figures of its files.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use serde_json::Value;

/// The figures that a case gives for one imported file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The file's name in the case.
    pub file: String,
    /// Records counted.
    pub records: u64,
    /// Events, states, duplicates and rejects together; the same as `records` in an honest ledger.
    pub accounted: u64,
}

/// What a case says, as far as it is judged.
#[derive(Debug, Clone, Default)]
pub struct Said {
    /// Accounts called `compromised` or `likely`; nothing where scope has not answered.
    pub accounts: Option<BTreeSet<String>>,
    /// Entry hypotheses, best first: id and account; nothing where scope has not answered.
    pub entry: Option<Vec<(String, String)>>,
    /// Rows of the timeline that are attributed to an attacker: record id, file, position.
    pub attacker_rows: Vec<(String, String, u64)>,
    /// Items that the lists call read, taken, sent or shared by the attacker.
    pub gains: BTreeSet<String>,
    /// Accounts of which the case says that it cannot tell.
    pub open: BTreeSet<String>,
    /// What the case says that it did not see.
    pub gaps: Vec<Gap>,
    /// Figures of the files.
    pub ledger: Vec<Ledger>,
}

/// A time of which the case says that a log is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Of whom; empty for everybody.
    pub account: String,
    /// First day, `YYYY-MM-DD`, or an instant as RFC 3339.
    pub from: String,
    /// Last day, or the end.
    pub to: String,
}

impl Gap {
    /// Whether an instant of an account lies in it, as RFC 3339.
    pub fn holds(&self, account: &str, at: &str) -> bool {
        let at = at.get(..self.from.len()).unwrap_or(at);
        (self.account.is_empty() || self.account == account)
            && self.from.as_str() <= at
            && at <= self.to.as_str()
    }
}

impl Said {
    /// Reads a case's `out/` folder.
    ///
    /// # Errors
    /// When a file of it cannot be read.
    pub fn read(out: &Path, ledger: Vec<Ledger>) -> io::Result<Self> {
        let scope: Value = serde_json::from_str(&std::fs::read_to_string(out.join("scope.json"))?)
            .map_err(io::Error::other)?;
        let answers = scope.get("answers").unwrap_or(&Value::Null);
        let mut said = Self {
            accounts: answers.get("compromised").and_then(accounts),
            entry: answers.get("entry").and_then(entries),
            open: open(answers.get("compromised")),
            gaps: gaps(scope.pointer("/coverage/ranges"))
                .into_iter()
                .chain(holes(scope.pointer("/coverage/holes")))
                .collect(),
            ledger,
            ..Self::default()
        };
        said.timeline(&std::fs::read_to_string(out.join("timeline.jsonl"))?);
        said.exposure(&out.join("exposure.csv"))?;
        said.recipients(&out.join("recipients.csv"))?;
        Ok(said)
    }

    /// Whether attribution has been argued at all: scope has answered, or some event is an attacker's.
    pub fn attributed(&self) -> bool {
        self.accounts.is_some() || !self.attacker_rows.is_empty()
    }

    fn timeline(&mut self, text: &str) {
        for row in text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        {
            let get = |key: &str| {
                row.get(key)
                    .and_then(Value::as_str)
                    .unwrap_or("")
                    .to_owned()
            };
            if get("attribution") == "attacker" {
                let position = row.get("position").and_then(Value::as_u64).unwrap_or(0);
                self.attacker_rows
                    .push((get("record_id"), get("file"), position));
            }
        }
    }

    fn exposure(&mut self, path: &Path) -> io::Result<()> {
        for row in rows(path)? {
            if row("attribution") != "attacker" {
                continue;
            }
            let (account, folder) = (row("account"), row("folder"));
            let item = match row("proof").as_str() {
                "sync-folder" => format!("folder {account} {folder}"),
                "file" => format!("file {}", row("file")),
                "bind" | "app" | "forwarded" => format!("mail {}", row("message_id")),
                _ => continue,
            };
            self.gains.insert(item.to_lowercase());
        }
        Ok(())
    }

    fn recipients(&mut self, path: &Path) -> io::Result<()> {
        for row in rows(path)? {
            if row("attribution") != "attacker" {
                continue;
            }
            let item = match row("kind").as_str() {
                "share" => format!("share {} {}", row("subject"), row("recipient")),
                _ => format!("sent {}", row("internet_message_id")),
            };
            self.gains.insert(item.to_lowercase());
        }
        Ok(())
    }
}

type Row = Box<dyn Fn(&str) -> String>;

/// The rows of a table, each as a function of the column's name.
fn rows(path: &Path) -> io::Result<Vec<Row>> {
    let mut reader = csv::Reader::from_path(path).map_err(io::Error::other)?;
    let header = reader.headers().map_err(io::Error::other)?.clone();
    let mut rows: Vec<Row> = Vec::new();
    for record in reader.into_records() {
        let (record, header) = (record.map_err(io::Error::other)?, header.clone());
        rows.push(Box::new(move |name| {
            header
                .iter()
                .position(|column| column == name)
                .and_then(|at| record.get(at))
                // Cells that a spreadsheet would take for a formula are written with a quote before them.
                .map(|cell| cell.strip_prefix('\'').unwrap_or(cell))
                .unwrap_or_default()
                .to_owned()
        }));
    }
    Ok(rows)
}

/// Accounts that are called not assessable.
fn open(list: Option<&Value>) -> BTreeSet<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter(|one| one.get("verdict").and_then(Value::as_str) == Some("not-assessable"))
        .filter_map(|one| one.get("account")?.as_str())
        .map(str::to_lowercase)
        .collect()
}

/// Stretches of days on which a log is not there.
fn gaps(ranges: Option<&Value>) -> Vec<Gap> {
    let ranges = ranges.and_then(Value::as_array).into_iter().flatten();
    let text = |range: &Value, key: &str| Some(range.get(key)?.as_str()?.to_owned());
    ranges
        .filter(|range| {
            let state = range.get("state").and_then(Value::as_str);
            matches!(state, Some("absent" | "out-of-retention" | "not-licensed"))
        })
        .filter_map(|range| {
            Some(Gap {
                account: text(range, "account")?,
                from: text(range, "from")?,
                to: text(range, "to")?,
            })
        })
        .collect()
}

/// Hours in which a log is not there.
fn holes(list: Option<&Value>) -> Vec<Gap> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let text = |hole: &Value, key: &str| Some(hole.get(key)?.as_str()?.to_owned());
    list.filter_map(|hole| {
        Some(Gap {
            account: String::new(),
            from: text(hole, "from")?,
            to: text(hole, "to")?,
        })
    })
    .collect()
}

fn accounts(list: &Value) -> Option<BTreeSet<String>> {
    let list = list.as_array()?;
    let called = list.iter().filter(|one| {
        matches!(
            one.get("verdict").and_then(Value::as_str),
            Some("compromised" | "likely")
        )
    });
    Some(
        called
            .filter_map(|one| one.get("account").and_then(Value::as_str))
            .map(str::to_lowercase)
            .collect(),
    )
}

fn entries(list: &Value) -> Option<Vec<(String, String)>> {
    let text = |one: &Value, key: &str| {
        one.get(key)
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_lowercase()
    };
    let list = list.as_array()?;
    Some(
        list.iter()
            .map(|one| (text(one, "id"), text(one, "account")))
            .collect(),
    )
}
