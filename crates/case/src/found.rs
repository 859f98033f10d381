//! Findings as they are found: their lines on disk, in memory what the lists and the page need of them.

use std::collections::BTreeMap;
use std::path::Path;

use hourzero_lake::RecordKey;
use hourzero_model::Finding;
use hourzero_report::{EVIDENCE_SHOWN, json_line};

use crate::CaseError;
use crate::lines::{Key, Lines};

/// The findings of a run. A finding lists up to a thousand records and as many items, so that those of a
/// large case do not fit into memory.
pub(crate) struct FoundFindings {
    /// Without the items of a series and with the first records that the page shows; as they came.
    pub(crate) findings: Vec<Finding>,
    /// How many records each lists, by id.
    pub(crate) listed: BTreeMap<String, usize>,
    /// Every record behind each finding, which goes by its number in `findings`.
    pub(crate) behind: Vec<(RecordKey, u32)>,
    /// The lines of `findings.jsonl`.
    pub(crate) lines: Lines,
}

impl FoundFindings {
    pub(crate) fn new(spilled: &Path) -> Self {
        Self {
            findings: Vec::new(),
            listed: BTreeMap::new(),
            behind: Vec::new(),
            lines: Lines::new(spilled),
        }
    }

    /// Takes in a finding with every record behind it, in whatever order.
    pub(crate) fn add(
        &mut self,
        mut finding: Finding,
        records: impl Iterator<Item = RecordKey>,
    ) -> Result<(), CaseError> {
        let grave = u64::from(u8::MAX - finding.severity as u8);
        let key = Key::default()
            .number(grave)
            .time(finding.first_seen)
            .text(&finding.id);
        self.lines.push(&key, &json_line(&finding)?)?;
        let number = u32::try_from(self.findings.len())
            .map_err(|_| CaseError::Internal("more findings than can be numbered".to_owned()))?;
        self.behind.extend(records.map(|key| (key, number)));
        self.listed
            .insert(finding.id.clone(), finding.evidence.len());
        finding.details.remove("items");
        finding.evidence.truncate(EVIDENCE_SHOWN);
        finding.evidence.shrink_to_fit();
        self.findings.push(finding);
        Ok(())
    }
}
