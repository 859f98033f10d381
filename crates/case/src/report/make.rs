//! Making a document, and journalling that it was made.

use std::path::{Path, PathBuf};

use hourzero_model::words;
use hourzero_report::base::{FactBase, Row, redacted};
use hourzero_report::document::{Audience, Document, compose};
use hourzero_report::{cell, document_html};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::base::{LISTED, as_text};
use super::{DOCUMENT, FACT_BASE};
use crate::ask::TIMELINE_LINES;
use crate::folder::write_whole;
use crate::hash::sha256;
use crate::outputs::TIMELINE;
use crate::{Case, CaseError, rules};

words! {
    /// The form of a document.
    Format, "html, pdf, docx, xlsx, csv, stix, misp, timesketch, navigator, kql, json", {
        /// One page that opens offline.
        Html = "html",
        /// PDF with links from each statement to its records.
        Pdf = "pdf",
        /// A text to edit.
        Docx = "docx",
        /// Statements, tables and the whole timeline as sheets.
        Xlsx = "xlsx",
        /// The statements as a table.
        Csv = "csv",
        /// STIX 2.1 bundle.
        Stix = "stix",
        /// MISP event.
        Misp = "misp",
        /// Timeline for Timesketch, JSON lines.
        Timesketch = "timesketch",
        /// Layer for ATT&CK Navigator.
        Navigator = "navigator",
        /// Queries for Sentinel and Defender.
        Kql = "kql",
        /// The fact base: every statement with what stands behind it, and every figure.
        Json = "json",
    }
}

impl Format {
    /// The end of the file's name.
    const fn ending(self) -> &'static str {
        match self {
            Self::Stix => "stix.json",
            Self::Misp => "misp.json",
            Self::Timesketch => "timesketch.jsonl",
            Self::Navigator => "navigator.json",
            other => other.name(),
        }
    }
}

/// What a document is, beside its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// For whom.
    pub audience: Audience,
    /// In which form.
    pub format: Format,
    /// Whether it is final: the case must be sealed, and nothing have come since.
    pub is_final: bool,
    /// Whether words stand in place of mail addresses.
    pub is_redacted: bool,
}

/// Which document is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it is.
    pub kind: Kind,
    /// Where to; nothing for `report-<audience>.<ending>` in `out/`.
    pub out: Option<PathBuf>,
}

/// A document that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Where it lies: below the case where it lies in it.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// For whom it is.
    pub audience: String,
    /// Its form.
    pub format: String,
    /// The version of the program that made it.
    pub version: String,
    /// Whether it is final.
    #[serde(default)]
    pub is_final: bool,
    /// Whether words stand in place of mail addresses.
    #[serde(default)]
    pub is_redacted: bool,
}

/// Prints forms that need a heavy library. Pure: the same document gives the same bytes.
pub trait Printer {
    /// PDF.
    ///
    /// # Errors
    /// Why it could not be made.
    fn pdf(&self, document: &Document) -> Result<Vec<u8>, String>;
    /// DOCX.
    ///
    /// # Errors
    /// Why it could not be made.
    fn docx(&self, document: &Document) -> Result<Vec<u8>, String>;
    /// XLSX with all rows of the timeline.
    ///
    /// # Errors
    /// Why it could not be made.
    fn xlsx(
        &self,
        base: &FactBase,
        header: &[&str],
        timeline: &mut dyn Iterator<Item = Vec<String>>,
    ) -> Result<Vec<u8>, String>;
}

impl Case<'_> {
    /// The fact base, with custody. Where the case has changed since the last investigation, the analysis is made
    /// again first; `own_rules` are the user's Sigma rules, as for [`Case::investigate`].
    ///
    /// # Errors
    /// When the case cannot be read, or was last investigated with rules that are not given.
    pub fn facts_told(&mut self, own_rules: &[PathBuf]) -> Result<FactBase, CaseError> {
        self.catch_up()?;
        let held: Option<FactBase> = match self.derived(FACT_BASE) {
            Ok(base) => Some(base),
            Err(CaseError::NotInvestigated { .. } | CaseError::Derived { .. }) => None,
            Err(error) => return Err(error),
        };
        if let Some(base) = held {
            let case = &base.case;
            if case.version == env!("CARGO_PKG_VERSION")
                && case.evidence == self.evidence_hash()?
                && case.decisions == self.decisions_hash()
                && (own_rules.is_empty() || case.rules == rules_hash(own_rules)?)
            {
                return Ok(self.whole(base));
            }
            same_rules(&base, own_rules)?;
        }
        self.investigate(own_rules)?;
        let base = self.derived(FACT_BASE)?;
        Ok(self.whole(base))
    }

    /// Makes a document, and journals it. The insurer's copy has its recommendations beside it.
    ///
    /// # Errors
    /// When the case cannot be read, the document not be made or written, or there is nothing to say in it.
    pub fn make_documents(
        &mut self,
        wanted: &Wanted,
        own_rules: &[PathBuf],
        printer: &dyn Printer,
    ) -> Result<Vec<Made>, CaseError> {
        let Wanted { kind, out } = wanted;
        let kind = *kind;
        let base = self.facts_told(own_rules)?;
        if kind.audience == Audience::NoIncident && self.no_incident()?.is_none() {
            return Err(CaseError::Refused {
                problems: vec![
                    "nobody has decided that this is no incident; `hourzero intake --no-incident WHY --by NAME` does"
                        .to_owned(),
                ],
            });
        }
        if kind.is_final && self.covering_seal().is_none() {
            return Err(CaseError::Refused {
                problems: vec![
                    "no seal covers everything that was said and given in this case; `hourzero evidence seal --key FILE` makes one"
                        .to_owned(),
                ],
            });
        }
        let path = out.clone().unwrap_or_else(|| {
            let redacted = if kind.is_redacted { "-redacted" } else { "" };
            let name = format!(
                "report-{}{redacted}.{}",
                kind.audience.name(),
                kind.format.ending()
            );
            self.folder.out().join(name)
        });
        let mut made = vec![self.make(&base, kind, &path, printer)?];
        let is_text = matches!(kind.format, Format::Html | Format::Pdf | Format::Docx);
        if kind.audience == Audience::Insurer && is_text {
            let beside = beside(&path, "-recommendations");
            let kind = Kind {
                audience: Audience::Recommendations,
                ..kind
            };
            made.push(self.make(&base, kind, &beside, printer)?);
        }
        Ok(made)
    }

    fn make(
        &mut self,
        base: &FactBase,
        kind: Kind,
        path: &Path,
        printer: &dyn Printer,
    ) -> Result<Made, CaseError> {
        let bytes = self.rendered(base, kind, printer)?;
        write_whole(path, &bytes)?;
        let made = Made {
            path: self.named(path),
            sha256: sha256(&bytes),
            audience: kind.audience.name().to_owned(),
            format: kind.format.name().to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            is_final: kind.is_final,
            is_redacted: kind.is_redacted,
        };
        let content = serde_json::to_value(&made)
            .map_err(|error| CaseError::Internal(format!("a document has no JSON: {error}")))?;
        self.note(DOCUMENT, content, None)?;
        Ok(made)
    }

    /// The bytes of a document.
    pub(super) fn rendered(
        &self,
        base: &FactBase,
        kind: Kind,
        printer: &dyn Printer,
    ) -> Result<Vec<u8>, CaseError> {
        let failed = |why: String| CaseError::Print {
            format: kind.format.name(),
            why,
        };
        let key = match kind.is_redacted {
            true => Some(self.redaction_key(base)?),
            false => None,
        };
        let hidden = key.as_ref().map(|key| redacted(base, key));
        let base = hidden.as_ref().unwrap_or(base);
        let seal = self.covering_seal().filter(|_| kind.is_final);
        let shown = |text: String| match &key {
            Some(key) => key.applied(&text),
            None => text,
        };
        let workbook = || -> Result<Vec<u8>, CaseError> {
            let mut lost = None;
            let mut rows = self
                .each_line(TIMELINE_LINES)?
                .map_while(|line| match line {
                    Ok(row) => Some(cells(&row).into_iter().map(&shown).collect()),
                    Err(error) => {
                        lost = Some(error);
                        None
                    }
                });
            let bytes = printer.xlsx(base, TIMELINE, &mut rows).map_err(failed)?;
            lost.map_or(Ok(bytes), Err)
        };
        let document = || -> Result<Document, CaseError> {
            let named = with_workbook(base.clone(), &workbook()?, kind.is_redacted);
            Ok(compose(&named, kind.audience, seal.as_deref()))
        };
        match kind.format {
            Format::Html => Ok(document_html(&document()?)?.into_bytes()),
            Format::Json => Ok(as_text(base)?.into_bytes()),
            Format::Pdf => printer.pdf(&document()?).map_err(failed),
            Format::Docx => printer.docx(&document()?).map_err(failed),
            Format::Xlsx => workbook(),
            Format::Csv => Ok(hourzero_report::statements_csv(base)?.into_bytes()),
            Format::Stix => Ok(hourzero_report::stix(base)?.into_bytes()),
            Format::Misp => Ok(hourzero_report::misp(base)?.into_bytes()),
            Format::Navigator => Ok(hourzero_report::navigator(base)?.into_bytes()),
            Format::Kql => Ok(hourzero_report::kql(base).into_bytes()),
            Format::Timesketch => {
                let mut text = String::new();
                for line in self.each_line(TIMELINE_LINES)? {
                    text.push_str(&shown(hourzero_report::timesketch(&line?)?));
                }
                Ok(text.into_bytes())
            }
        }
    }

    /// A path as it is journalled: below the case where it lies in it, so that a case can be moved.
    fn named(&self, path: &Path) -> String {
        let full = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let (path, root) = (full(path), full(self.folder.root()));
        let within = path.strip_prefix(&root).unwrap_or(&path);
        slashed(within).replace("//", "/")
    }
}

/// Names the workbook, which has every row of the timeline and of each table, among the lists beside a document. The same
/// case gives the same bytes of it, whether or not it has been written yet.
fn with_workbook(mut base: FactBase, workbook: &[u8], is_redacted: bool) -> FactBase {
    let redacted = if is_redacted { "-redacted" } else { "" };
    let row = Row {
        cells: vec![
            format!("report-full{redacted}.xlsx (hourzero report --format xlsx)"),
            workbook.len().to_string(),
            sha256(workbook),
        ],
        evidence: Vec::new(),
    };
    let lists = base.tables.iter_mut().find(|table| table.id == LISTED);
    if let Some(table) = lists {
        table.rows.push(row);
    }
    base
}

/// The hash over all rules, the user's among them.
fn rules_hash(own_rules: &[PathBuf]) -> Result<String, CaseError> {
    let mut texts = rules::built_in();
    texts.extend(rules::of_user(own_rules)?);
    Ok(rules::hash(&texts))
}

/// An analysis that was made with a user's rules is not made again without them.
pub(super) fn same_rules(base: &FactBase, own_rules: &[PathBuf]) -> Result<(), CaseError> {
    if base.case.version != env!("CARGO_PKG_VERSION")
        || !own_rules.is_empty()
        || base.case.rules == rules_hash(&[])?
    {
        return Ok(());
    }
    Err(CaseError::Refused {
        problems: vec![
            "the case was investigated with rules of your own; give them with --rules, so that the analysis can be made again"
                .to_owned(),
        ],
    })
}

/// A path with `/` between its parts on every system.
pub(super) fn slashed(path: &Path) -> String {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

/// The same path with something added to the file's name, before its ending.
fn beside(path: &Path, addition: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let dot = if ending.is_empty() { "" } else { "." };
    path.with_file_name(format!("{stem}{addition}{dot}{ending}"))
}

/// A row of the timeline in the order of its columns.
fn cells(row: &Value) -> Vec<String> {
    TIMELINE
        .iter()
        .map(|column| cell(row.get(*column)))
        .collect()
}
