//! Some of many records: always the same ones.

use std::collections::BTreeSet;

use hourzero_model::EvidenceRef;

/// The first records in their own order, at most `KEPT`, whatever the order in which they came.
#[derive(Debug, Clone, Default)]
pub(super) struct FirstRecords<const KEPT: usize>(BTreeSet<EvidenceRef>);

impl<const KEPT: usize> FirstRecords<KEPT> {
    pub(super) fn take(&mut self, record: &EvidenceRef) {
        if self.0.len() >= KEPT && self.0.last().is_some_and(|last| last < record) {
            return;
        }
        self.0.insert(record.clone());
        if self.0.len() > KEPT {
            self.0.pop_last();
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &EvidenceRef> {
        self.0.iter()
    }

    pub(super) fn list(&self) -> Vec<EvidenceRef> {
        self.iter().cloned().collect()
    }
}
