//! Reading the truth back: only what judging needs is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};

use serde_json::Value;

/// The truth could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadTruthError {
    /// The file could not be read.
    #[error("the truth cannot be read ({0}); check the path and the rights on it")]
    Read(#[from] io::Error),
    /// A line is not of the truth's form.
    #[error(
        "line {0} of the truth is none that this program writes; give the file that `simulate export --truth` wrote"
    )]
    Line(usize),
}

/// An act of an attacker.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Which attacker: `attacker-1` …
    pub attacker: String,
    /// In whose name.
    pub account: Option<String>,
    /// When, RFC 3339.
    pub at: String,
    /// At least one undamaged record of it is in the evidence.
    pub given: bool,
    /// What it gained him, as items with a prefix for their kind.
    pub gains: BTreeSet<String>,
    /// Internet message id of the mail that was handed in or carried by it.
    pub message: Option<String>,
}

/// The truth about one export.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    /// Scenario.
    pub scenario: String,
    /// Seed.
    pub seed: u64,
    /// Acts of attackers by number.
    pub events: BTreeMap<u64, Event>,
    /// Number of the act behind each record of an attacker: by file and position.
    pub places: BTreeMap<(String, u64), u64>,
    /// Records of attackers by Microsoft's id, for rows that name another copy of the record.
    pub ids: BTreeMap<String, u64>,
    /// Records given, by file.
    pub files: BTreeMap<String, u64>,
    /// What came of each attacker, as the simulation says.
    pub outcome: Value,
    /// Accounts that an attacker had in his hands. Those at which he only knocked are not among them.
    pub compromised: BTreeSet<String>,
}

impl Truth {
    /// Reads the truth.
    ///
    /// # Errors
    /// When it cannot be read or a line has another form.
    pub fn read(from: impl BufRead) -> Result<Self, ReadTruthError> {
        let mut truth = Self::default();
        for (at, line) in from.lines().enumerate() {
            let line = line?;
            let said: Value =
                serde_json::from_str(&line).map_err(|_| ReadTruthError::Line(at + 1))?;
            truth.take(&said).ok_or(ReadTruthError::Line(at + 1))?;
        }
        Ok(truth)
    }

    fn take(&mut self, said: &Value) -> Option<()> {
        let text = |key: &str| said.get(key).and_then(Value::as_str).unwrap_or_default();
        let number = || said.get("number").and_then(Value::as_u64);
        match said.get("kind")?.as_str()? {
            "tenant" => {
                self.scenario = text("scenario").to_owned();
                self.seed = text("seed").parse().ok()?;
            }
            "event" if text("actor").starts_with("attacker-") => {
                self.events.insert(
                    number()?,
                    Event {
                        attacker: text("actor").to_owned(),
                        account: said
                            .get("account")
                            .and_then(Value::as_str)
                            .map(str::to_owned),
                        at: text("at").to_owned(),
                        given: false,
                        gains: gains(said),
                        message: said
                            .get("message")
                            .and_then(Value::as_str)
                            .map(str::to_owned),
                    },
                );
            }
            "record" if text("actor").starts_with("attacker-") => {
                let number = number()?;
                let position = said.get("position")?.as_u64()?;
                let damaged = said.get("damaged").is_some();
                if let Some(event) = self.events.get_mut(&number) {
                    event.given |= !damaged;
                }
                self.places
                    .insert((text("file").to_owned(), position), number);
                self.ids.insert(text("id").to_owned(), number);
            }
            "file" => {
                let records = said.get("records")?.as_u64()?;
                self.files.insert(text("name").to_owned(), records);
            }
            "outcome" => {
                self.outcome = said.get("attackers")?.clone();
                self.compromised = compromised(&self.outcome);
            }
            "event" | "record" => {}
            _ => return None,
        }
        Some(())
    }
}

fn compromised(outcome: &Value) -> BTreeSet<String> {
    let attackers = outcome.as_array().into_iter().flatten();
    attackers
        .filter_map(|attacker| attacker.get("compromised")?.as_array())
        .flatten()
        .filter_map(|one| one.get("account")?.as_str())
        .map(str::to_lowercase)
        .collect()
}

fn gains(event: &Value) -> BTreeSet<String> {
    let list = |key: &str, prefix: &'static str| {
        event
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(move |item| format!("{prefix} {}", item.to_lowercase()))
            .collect::<Vec<_>>()
    };
    let mut gains: BTreeSet<String> = list("read", "mail").into_iter().collect();
    gains.extend(list("files", "file"));
    gains.extend(list("sent", "sent"));
    if let Some(synced) = event.get("synced") {
        let part = |key: &str| {
            synced
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_lowercase()
        };
        gains.insert(format!("folder {} {}", part("mailbox"), part("folder")));
    }
    let shares = event
        .get("shared")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for share in shares {
        let part = |key: &str| {
            share
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_lowercase()
        };
        gains.insert(format!("share {} {}", part("file"), part("with")));
    }
    gains
}
