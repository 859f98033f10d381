//! Questions to a case: SQL, and what the last investigation wrote.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use hourzero_detect::ir::Expr;
use hourzero_lake::{QueryLimits, Table};
use hourzero_model::{Finding, Severity};
use hourzero_report::{LogRow, json_line};
use hourzero_scope::attribution::Others;
use hourzero_scope::{LOOK_ALIKE_RULE, timeline_row};
use serde_json::Value;

use crate::investigate::{By, of_timeline};
use crate::lines::Lines;
use crate::networks::{self, Added, Networks};
use crate::{Case, CaseError};

/// The timeline, one object a line.
pub(crate) const TIMELINE_LINES: &str = "timeline.jsonl";

/// So many rows of the whole timeline are given at once.
const AT_ONCE: usize = 1_000;

impl Case<'_> {
    /// One SELECT over the case's events; read only.
    ///
    /// # Errors
    /// When the statement cannot be run, with what is wrong in it.
    pub fn query(&mut self, sql: &str, max_rows: usize) -> Result<Table, CaseError> {
        self.catch_up()?;
        Ok(self.lake.query(
            sql,
            QueryLimits {
                max_rows,
                ..QueryLimits::default()
            },
        )?)
    }

    /// The findings that the last investigation wrote.
    ///
    /// # Errors
    /// When there is none yet.
    pub fn findings(&self) -> Result<Vec<Finding>, CaseError> {
        self.lines("findings.jsonl")?
            .into_iter()
            .map(|line| {
                serde_json::from_value(line)
                    .map_err(|error| self.damaged("findings.jsonl", &error.to_string()))
            })
            .collect()
    }

    /// The timeline that the last investigation wrote, one object a row.
    ///
    /// # Errors
    /// When there is none yet.
    pub fn timeline(&self) -> Result<Vec<Value>, CaseError> {
        self.lines(TIMELINE_LINES)
    }

    /// Every event as a timeline row, by time, then record id, with whose it is: some at a time, so that any number
    /// of them can be given. They are put in order on disk.
    ///
    /// # Errors
    /// When the case cannot be read, or what `on` gives.
    pub fn timeline_of_all<E: From<CaseError>>(
        &mut self,
        on: &mut dyn FnMut(&[Value]) -> Result<(), E>,
    ) -> Result<(), E> {
        let lines = self.lines_of_all()?;
        let mut rows = Vec::with_capacity(AT_ONCE);
        let mut stopped = None;
        let done = lines.each(&mut |_, line| {
            let row = serde_json::from_str(line).map_err(|error| {
                CaseError::Internal(format!("a row of the timeline has no JSON: {error}"))
            })?;
            rows.push(row);
            if rows.len() < AT_ONCE {
                return Ok(());
            }
            let given = on(&rows);
            rows.clear();
            given.map_err(|error| {
                stopped = Some(error);
                CaseError::Internal("the list of the timeline was ended".to_owned())
            })
        });
        match (done, stopped) {
            (_, Some(error)) => Err(error),
            (Err(error), None) => Err(E::from(error)),
            (Ok(()), None) => on(&rows),
        }
    }

    fn lines_of_all(&mut self) -> Result<Lines, CaseError> {
        self.catch_up()?;
        let zone = self.settings.time_zone()?;
        let networks = Networks::open(&self.folder.networks())?;
        let survey = self.survey()?;
        let attributed = self.attributed((&networks, &survey), &self.known_look_alikes()?)?;
        let by = By {
            zone: &zone,
            networks: &networks,
            survey: &survey,
            attributed: &attributed,
            others: &Others::default(),
        };
        let others = self.others_concerned(by)?;
        let by = By {
            others: &others,
            ..by
        };
        let mut lines = Lines::new(&self.folder.temporary());
        self.each_event_that(&[Expr::Const(true)], &mut |_, mut event| {
            by.label(&mut event);
            let row = timeline_row(&event, &zone);
            lines.push(&of_timeline(&row), &json_line(&row)?)
        })?;
        Ok(lines)
    }

    /// The look-alike domains whose mail the last investigation called the attacker's; none before the first.
    fn known_look_alikes(&self) -> Result<BTreeSet<String>, CaseError> {
        if !self.folder.out().join("findings.jsonl").exists() {
            return Ok(BTreeSet::new());
        }
        let findings = self.findings()?.into_iter();
        Ok(findings
            .filter(|one| one.rule == LOOK_ALIKE_RULE && one.severity >= Severity::Medium)
            .flat_map(|one| one.targets)
            .collect())
    }

    /// What the last investigation said of accounts: the elements of `answers.compromised` of `scope.json`.
    ///
    /// # Errors
    /// When the case was not investigated, or `scope.json` cannot be read.
    pub fn verdicts(&self) -> Result<Vec<Value>, CaseError> {
        let scope: Value = self.derived("scope.json")?;
        let verdicts = scope.pointer("/answers/compromised");
        Ok(verdicts
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default())
    }

    /// A part of what the last investigation said of coverage: `ranges`, `pulls` or `horizons`.
    ///
    /// # Errors
    /// When the case was not investigated, or `scope.json` cannot be read.
    pub fn coverage_part(&self, part: &str) -> Result<Vec<Value>, CaseError> {
        let scope: Value = self.derived("scope.json")?;
        let rows = scope.get("coverage").and_then(|told| told.get(part));
        Ok(rows.and_then(Value::as_array).cloned().unwrap_or_default())
    }

    /// The logs that the evidence holds, with their spans.
    ///
    /// # Errors
    /// When the case cannot be read.
    pub fn coverage(&mut self) -> Result<Vec<LogRow>, CaseError> {
        self.catch_up()?;
        Ok(self.survey()?.logs)
    }

    fn lines(&self, name: &str) -> Result<Vec<Value>, CaseError> {
        self.each_line(name)?.collect()
    }

    /// The objects of a file of `out/` that has one a line; it may be too long for memory.
    pub(crate) fn each_line<'c>(
        &'c self,
        name: &'c str,
    ) -> Result<impl Iterator<Item = Result<Value, CaseError>> + use<'c>, CaseError> {
        let path = self.folder.out().join(name);
        let file = File::open(&path).map_err(|error| unread(&path, error))?;
        Ok(BufReader::new(file).lines().map(move |line| {
            let line = line.map_err(|error| CaseError::read(&path, error))?;
            serde_json::from_str(&line).map_err(|error| self.damaged(name, &error.to_string()))
        }))
    }

    /// A file of `out/` that is one JSON value.
    pub(crate) fn derived<Told: serde::de::DeserializeOwned>(
        &self,
        name: &str,
    ) -> Result<Told, CaseError> {
        let path = self.folder.out().join(name);
        let text = std::fs::read_to_string(&path).map_err(|error| unread(&path, error))?;
        serde_json::from_str(&text).map_err(|error| self.damaged(name, &error.to_string()))
    }

    pub(crate) fn damaged(&self, name: &str, why: &str) -> CaseError {
        CaseError::Derived {
            path: self.folder.out().join(name),
            why: why.to_owned(),
        }
    }

    /// Copies a database of networks into the case, and journals it with its hash and date.
    ///
    /// # Errors
    /// When the file cannot be read or is no such database.
    pub fn add_networks(&mut self, file: &Path) -> Result<Added, CaseError> {
        let added = networks::add(&self.folder.networks(), file)?;
        let content = serde_json::json!({
            "what": "networks", "name": added.name, "sha256": added.sha256, "type": added.kind,
            "built": added.built,
        });
        self.note("enrich", content, None)?;
        Ok(added)
    }
}

/// Why a derived file cannot be read: most often nothing was derived yet.
fn unread(path: &Path, error: io::Error) -> CaseError {
    match error.kind() {
        io::ErrorKind::NotFound => CaseError::NotInvestigated {
            path: path.to_owned(),
        },
        _ => CaseError::read(path, error),
    }
}
