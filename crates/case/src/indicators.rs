//! What betrays an attacker, from case to case: with where it comes from, and until when it says anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read as _;
use std::net::IpAddr;
use std::path::Path;

use hourzero_model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::folder::write_whole;
use crate::{Case, CaseError};

/// The journal's kind of what was taken over from another case.
const IMPORTED: &str = "indicators";

/// A file of another case has at most so many bytes.
const FILE_LIMIT: u64 = 16 << 20;

/// Addresses change hands: so long after it was last seen one says something.
const LIVES_SECONDS: i64 = 90 * 86_400;

/// What one case hands to another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorFile {
    /// The case that they come from.
    pub case: String,
    /// Hash over that case's evidence.
    pub evidence: String,
    /// When the file was written, UTC.
    pub exported: Timestamp,
    /// Who wrote it.
    pub by: String,
    /// The indicators.
    pub indicators: Vec<SharedIndicator>,
}

/// One indicator on its way between cases. Accounts stay behind: they are the client's.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SharedIndicator {
    /// `ip`, `session`, `device`, `app`, `recipient`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value.
    pub value: String,
    /// First seen, UTC.
    pub first: Timestamp,
    /// Last seen, UTC.
    pub last: Timestamp,
    /// Until when it says anything, UTC.
    pub expires: Timestamp,
}

/// What was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenOver {
    /// Indicators in the file.
    pub indicators: usize,
    /// Addresses among them, which the analysis weighs.
    pub addresses: usize,
}

impl Case<'_> {
    /// Writes the indicators of the last investigation for another case. Addresses that innocents use, and what
    /// is the client's own (sessions, accounts), stay behind. Gives how many were written.
    ///
    /// # Errors
    /// When the case was not investigated, or the file cannot be written.
    pub fn export_indicators(&mut self, file: &Path) -> Result<usize, CaseError> {
        let scope: Value = self.derived("scope.json")?;
        let rows: Vec<Row> =
            serde_json::from_value(scope.get("indicators").cloned().unwrap_or(Value::Null))
                .map_err(|error| self.damaged("scope.json", &error.to_string()))?;
        let indicators: Vec<SharedIndicator> = rows
            .into_iter()
            .filter(|row| row.kind != "session" && row.shared_with_innocents == 0)
            .map(|row| SharedIndicator {
                expires: row.last.plus_seconds(LIVES_SECONDS),
                kind: row.kind,
                value: row.value,
                first: row.first,
                last: row.last,
            })
            .collect();
        let written = indicators.len();
        let told = IndicatorFile {
            case: self.settings.name.clone(),
            evidence: self.evidence_hash()?,
            exported: self.now(),
            by: self.environment.actor.to_owned(),
            indicators,
        };
        let text = serde_json::to_string_pretty(&told)
            .map_err(|error| CaseError::Internal(format!("indicators have no JSON: {error}")))?;
        write_whole(file, (text + "\n").as_bytes())?;
        Ok(written)
    }

    /// Takes over the indicators of another case: kept in the journal with where they come from.
    ///
    /// # Errors
    /// When the file cannot be read or is no file of indicators.
    pub fn import_indicators(&mut self, file: &Path) -> Result<TakenOver, CaseError> {
        let mut text = String::new();
        let opened = File::open(file).map_err(|error| CaseError::read(file, error))?;
        let mut limited = opened.take(FILE_LIMIT + 1);
        limited
            .read_to_string(&mut text)
            .map_err(|error| CaseError::read(file, error))?;
        let refused = |problem: String| CaseError::Refused {
            problems: vec![format!("{}: {problem}", file.display())],
        };
        if text.len() as u64 > FILE_LIMIT {
            return Err(refused(format!(
                "is larger than {} MiB, which no file of indicators is",
                FILE_LIMIT >> 20
            )));
        }
        let told: IndicatorFile = serde_json::from_str(&text)
            .map_err(|error| refused(format!("is no file of `indicators export`: {error}")))?;
        for one in told.indicators.iter().filter(|one| one.kind == "ip") {
            if one.value.parse::<IpAddr>().is_err() {
                return Err(refused(format!("`{}` is no address", one.value)));
            }
        }
        let taken = TakenOver {
            indicators: told.indicators.len(),
            addresses: told
                .indicators
                .iter()
                .filter(|one| one.kind == "ip")
                .count(),
        };
        let content = serde_json::to_value(&told)
            .map_err(|error| CaseError::Internal(format!("indicators have no JSON: {error}")))?;
        self.note(IMPORTED, content, None)?;
        Ok(taken)
    }

    /// Addresses that other cases know and that had not expired when this evidence begins, each with the words
    /// for a weight.
    pub(crate) fn known_addresses(
        &self,
        begins: Option<Timestamp>,
    ) -> Result<BTreeMap<IpAddr, String>, CaseError> {
        let mut known: BTreeMap<IpAddr, BTreeSet<String>> = BTreeMap::new();
        for entry in self.journal.of_kind(IMPORTED) {
            let told: IndicatorFile =
                serde_json::from_value(entry.entry.content.clone()).map_err(|error| {
                    CaseError::Internal(format!(
                        "the journal holds indicators that no version of this program wrote: {error}"
                    ))
                })?;
            for one in &told.indicators {
                let lives = begins.is_none_or(|begins| one.expires >= begins);
                if let (true, "ip", Ok(ip)) = (lives, one.kind.as_str(), one.value.parse()) {
                    known.entry(ip).or_default().insert(told.case.clone());
                }
            }
        }
        Ok(known
            .into_iter()
            .map(|(ip, cases)| {
                let cases: Vec<String> = cases.into_iter().collect();
                (
                    ip,
                    format!("an address that another case knows ({})", cases.join(", ")),
                )
            })
            .collect())
    }
}

/// An indicator as `scope.json` has it, as far as it is handed on.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "type")]
    kind: String,
    value: String,
    first: Timestamp,
    last: Timestamp,
    shared_with_innocents: u64,
}
