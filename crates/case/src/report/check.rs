//! Whether what was reported still holds: evidence, derived files, every statement, every document.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use hourzero_lake::RecordKey;
use hourzero_model::EvidenceRef;
use hourzero_report::base::{FactBase, Statement};
use hourzero_report::document::Audience;
use serde::Serialize;

use super::make::{Format, Kind, Made, Printer, same_rules, slashed};
use super::{DOCUMENT, FACT_BASE};
use crate::hash::{self, sha256};
use crate::{Case, CaseError};

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// `evidence`, `derived`, `statement`, `document`.
    pub check: &'static str,
    /// Which one: a file, a statement's id.
    pub object: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was found, as a sentence.
    pub found: String,
    /// Of a document: what it was made for, and its hash as journalled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Made>,
}

impl Checked {
    fn of(check: &'static str, object: &str, holds: bool, found: impl Into<String>) -> Self {
        Self {
            check,
            object: object.to_owned(),
            holds,
            found: found.into(),
            document: None,
        }
    }
}

/// Where a document stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DocumentState {
    /// Its bytes are those that were journalled, and it would be made the same today.
    Same,
    /// Its bytes are not those that were journalled.
    Changed,
    /// It is not where it was written to.
    Missing,
    /// Its bytes are those that were journalled; the case has moved on since.
    OutOfDate,
}

impl DocumentState {
    const fn sentence(self) -> &'static str {
        match self {
            Self::Same => "is as it was made, and would be made the same today",
            Self::Changed => {
                "was changed after it was made; make it again, and find out who changed it"
            }
            Self::Missing => "is not where it was written to; put it back or make it again",
            Self::OutOfDate => "is as it was made, but the case has moved on since; make it again",
        }
    }
}

impl Case<'_> {
    /// Checks everything that was reported, and gives every check that was made: those of statements only where
    /// one does not hold, and one for all of them.
    ///
    /// # Errors
    /// When the case cannot be read at all.
    pub fn check_report(
        &mut self,
        own_rules: &[PathBuf],
        printer: &dyn Printer,
    ) -> Result<Vec<Checked>, CaseError> {
        let mut checked = self.check_evidence()?;
        let told: Option<FactBase> = self.derived(FACT_BASE).ok();
        match &told {
            None => checked.push(Checked::of(
                "derived",
                FACT_BASE,
                false,
                "is not there or cannot be read; `hourzero investigate` makes it",
            )),
            Some(base) => {
                same_rules(base, own_rules)?;
                checked.extend(self.check_derived(own_rules)?);
                checked.extend(self.check_statements(base)?);
            }
        }
        checked.extend(self.check_documents(told, printer)?);
        Ok(checked)
    }

    /// How many statements of the last fact base have nothing behind them, or a record that cannot be read back.
    ///
    /// # Errors
    /// When the case was not investigated or cannot be read.
    pub fn uncited_statements(&self) -> Result<u64, CaseError> {
        let base: FactBase = self.derived(FACT_BASE)?;
        let cited = base
            .statements
            .iter()
            .flat_map(|one| &one.evidence)
            .collect();
        let wrong = self.unread_records(&cited)?;
        let uncited = base
            .statements
            .iter()
            .filter(|one| statement(one, &wrong).is_some());
        Ok(uncited.count() as u64)
    }

    fn check_evidence(&self) -> Result<Vec<Checked>, CaseError> {
        let verification = crate::vault::verify(self.folder.root(), self.environment.progress)?;
        let mut checked: Vec<Checked> = verification
            .problems
            .iter()
            .map(|problem| Checked::of("evidence", "evidence", false, problem.to_string()))
            .collect();
        if checked.is_empty() {
            checked.push(Checked::of(
                "evidence",
                "evidence",
                true,
                "no byte of evidence and no line of the journal has changed",
            ));
        }
        Ok(checked)
    }

    /// Makes the analysis again beside the old one, and compares every file that it writes.
    fn check_derived(&mut self, own_rules: &[PathBuf]) -> Result<Vec<Checked>, CaseError> {
        let kept = self.folder.out();
        let beside = self.folder.again();
        let failed = |error| CaseError::write(&beside, error);
        if beside.exists() {
            std::fs::remove_dir_all(&beside).map_err(failed)?;
        }
        std::fs::create_dir_all(&beside).map_err(failed)?;
        self.folder.write_out_to(&beside);
        let done = self.investigate(own_rules);
        self.folder.write_out_to(&kept);
        done?;
        let mut files = BTreeSet::new();
        below(&beside, Path::new(""), &mut files)?;
        let mut checked = Vec::new();
        for file in files {
            let path = beside.join(&file);
            let again = hash::of_file(&path).map_err(|error| CaseError::read(&path, error))?;
            let holds = matches!(hash::of_file(&kept.join(&file)), Ok(old) if old == again);
            let found = if holds {
                "comes out the same from the evidence"
            } else {
                "does not come out the same from the evidence: it was changed, or the case has moved on since; `hourzero investigate` makes it again"
            };
            let object = format!("out/{}", slashed(&file));
            checked.push(Checked::of("derived", &object, holds, found));
        }
        std::fs::remove_dir_all(&beside).map_err(failed)?;
        Ok(checked)
    }

    /// Reads the records of every statement and table back from the evidence.
    fn check_statements(&self, base: &FactBase) -> Result<Vec<Checked>, CaseError> {
        let cited: BTreeSet<&EvidenceRef> = base
            .statements
            .iter()
            .flat_map(|one| &one.evidence)
            .chain(
                base.tables
                    .iter()
                    .flat_map(|table| &table.rows)
                    .flat_map(|row| &row.evidence),
            )
            .collect();
        let wrong = self.unread_records(&cited)?;
        let mut checked: Vec<Checked> = Vec::new();
        for one in &base.statements {
            if let Some(found) = statement(one, &wrong) {
                checked.push(Checked::of("statement", &one.id, false, found));
            }
        }
        let rows = base.tables.iter().flat_map(|table| {
            let rows = table.rows.iter().enumerate();
            rows.flat_map(move |(number, row)| {
                let records = row.evidence.iter();
                records.map(move |record| (table, number, record))
            })
        });
        for (table, number, record) in rows {
            if let Some(why) = wrong.get(record) {
                checked.push(Checked::of(
                    "statement",
                    &format!("table {} row {}", table.id, number + 1),
                    false,
                    why.clone(),
                ));
            }
        }
        let holds = checked.is_empty();
        checked.push(Checked::of(
            "statements",
            FACT_BASE,
            holds,
            format!(
                "{} statements, {} records of theirs read back from the evidence{}",
                base.statements.len(),
                cited.len() - wrong.len(),
                if holds { "" } else { "; not all hold" }
            ),
        ));
        Ok(checked)
    }

    /// Which of these records are not what the fact base says, and why.
    fn unread_records(
        &self,
        cited: &BTreeSet<&EvidenceRef>,
    ) -> Result<BTreeMap<EvidenceRef, String>, CaseError> {
        /// So many are held at a time.
        const BATCH: usize = 5_000;
        let names = self.names();
        let mut wrong = BTreeMap::new();
        let mut all: Vec<&EvidenceRef> = cited.iter().copied().collect();
        all.sort_by_key(|record| (record.sha256, record.position));
        for batch in all.chunks(BATCH) {
            let keys: Vec<RecordKey> = batch
                .iter()
                .map(|record| RecordKey {
                    artefact: record.sha256,
                    position: record.position,
                })
                .collect();
            let found = self.lake.fetch(&keys)?;
            for (cited, found) in batch.iter().zip(found) {
                let file = names.get(&cited.sha256).map(String::as_str);
                let why = match found {
                    None => Some("the evidence holds no such record".to_owned()),
                    Some(record) if record.record_id != cited.record_id => {
                        Some(format!("the record there has the id {}", record.record_id))
                    }
                    Some(_) if file != Some(cited.file.as_str()) => {
                        Some("no file of that name holds it".to_owned())
                    }
                    Some(record) => self
                        .raw
                        .range(
                            cited.sha256,
                            record.provenance.offset,
                            record.provenance.length,
                        )
                        .err()
                        .map(|error| format!("its bytes cannot be read: {error}")),
                };
                if let Some(why) = why {
                    let place = format!("{}:{} {}", cited.file, cited.position, cited.record_id);
                    wrong.insert((*cited).clone(), format!("{place}: {why}"));
                }
            }
        }
        Ok(wrong)
    }

    /// Compares every document that was made with its bytes, and with what would be made today.
    fn check_documents(
        &self,
        told: Option<FactBase>,
        printer: &dyn Printer,
    ) -> Result<Vec<Checked>, CaseError> {
        let base = told.map(|base| self.whole(base));
        let mut last: BTreeMap<String, Made> = BTreeMap::new();
        for entry in self.journal.of_kind(DOCUMENT) {
            if let Ok(made) = serde_json::from_value::<Made>(entry.entry.content.clone()) {
                last.insert(made.path.clone(), made);
            }
        }
        last.into_values()
            .map(|made| {
                let state = self.state_of(&made, base.as_ref(), printer)?;
                Ok(Checked {
                    check: "document",
                    object: made.path.clone(),
                    holds: state == DocumentState::Same,
                    found: state.sentence().to_owned(),
                    document: Some(made),
                })
            })
            .collect()
    }

    fn state_of(
        &self,
        made: &Made,
        base: Option<&FactBase>,
        printer: &dyn Printer,
    ) -> Result<DocumentState, CaseError> {
        let path = self.folder.root().join(&made.path);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(DocumentState::Missing);
            }
            Err(error) => return Err(CaseError::read(&path, error)),
        };
        if sha256(&bytes) != made.sha256 {
            return Ok(DocumentState::Changed);
        }
        let (Some(base), Ok(audience), Ok(format)) = (
            base,
            Audience::from_str(&made.audience),
            Format::from_str(&made.format),
        ) else {
            return Ok(DocumentState::OutOfDate);
        };
        let kind = Kind {
            audience,
            format,
            is_final: made.is_final,
            is_redacted: made.is_redacted,
        };
        let again = self.rendered(base, kind, printer)?;
        Ok(if again == bytes {
            DocumentState::Same
        } else {
            DocumentState::OutOfDate
        })
    }
}

/// What is wrong with a statement, where something is.
fn statement(one: &Statement, wrong: &BTreeMap<EvidenceRef, String>) -> Option<String> {
    if one.evidence.is_empty() && one.decision.is_none() && one.coverage.is_none() {
        return Some("no record, no decision and no coverage stands behind it".to_owned());
    }
    one.evidence
        .iter()
        .find_map(|record| wrong.get(record))
        .cloned()
}

/// Every file below a folder, by its path in it.
fn below(root: &Path, within: &Path, files: &mut BTreeSet<PathBuf>) -> Result<(), CaseError> {
    let folder = root.join(within);
    let failed = |error| CaseError::read(&folder, error);
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = within.join(entry.file_name());
        if entry.file_type().map_err(failed)?.is_dir() {
            below(root, &path, files)?;
        } else {
            files.insert(path);
        }
    }
    Ok(())
}
