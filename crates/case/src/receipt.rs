//! What the journal says about each artefact: under which names it came, out of which archive.

use std::collections::BTreeMap;

use hourzero_evidence::{Journal, RECEIPT};
use hourzero_model::ArtefactId;
use serde::{Deserialize, Serialize};

/// The kind of the journal's entries that a mapping file is used, and what its receipt has in place of the
/// kind of a container.
pub(crate) const MAPPING: &str = "mapping";

/// The content of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    /// Name below the path given; a member as `a.zip!inner.csv`.
    pub(crate) file: String,
    /// Bytes.
    pub(crate) size: u64,
    /// The archive that it came out of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<ArtefactId>,
    /// The kind of container that it is; [`MAPPING`] for a mapping file, which is not read as a log either.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) container: Option<String>,
    /// What could not be unpacked from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) missed: Vec<String>,
}

/// All that the receipts say about one artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    /// The first of its names in order: the same whatever the order of import.
    pub(crate) file: String,
    /// All its names, sorted.
    pub(crate) names: Vec<String>,
    pub(crate) size: u64,
    pub(crate) container: Option<String>,
    pub(crate) missed: Vec<String>,
}

/// What the journal's receipts say, by artefact. Read once when a case is opened; every receipt that is
/// journalled after that is added.
#[derive(Debug, Default)]
pub(crate) struct Receipts(BTreeMap<ArtefactId, Held>);

impl Receipts {
    /// Reads them from the journal.
    pub(crate) fn of(journal: &Journal) -> Self {
        let mut all = Self::default();
        for entry in journal.of_kind(RECEIPT) {
            let Some(id) = entry.entry.object else {
                continue;
            };
            if let Ok(receipt) = serde_json::from_value::<Receipt>(entry.entry.content.clone()) {
                all.add(id, &receipt);
            }
        }
        all
    }

    /// Adds what a receipt says; tells whether it says something new, so that it has to be journalled.
    pub(crate) fn add(&mut self, id: ArtefactId, receipt: &Receipt) -> bool {
        let is_mapping = |container: &Option<String>| container.as_deref() == Some(MAPPING);
        let held = self.0.entry(id).or_insert_with(|| Held {
            file: receipt.file.clone(),
            names: Vec::new(),
            size: receipt.size,
            container: receipt.container.clone(),
            missed: receipt.missed.clone(),
        });
        let mut is_new = false;
        // A mapping file may have come among the exports before it was given as a mapping.
        if is_mapping(&receipt.container) && !is_mapping(&held.container) {
            held.container.clone_from(&receipt.container);
            is_new = true;
        }
        if let Err(at) = held.names.binary_search(&receipt.file) {
            held.names.insert(at, receipt.file.clone());
            is_new = true;
        }
        if let Some(first) = held.names.first() {
            held.file.clone_from(first);
        }
        is_new
    }

    /// What they say about an artefact.
    pub(crate) fn get(&self, id: &ArtefactId) -> Option<&Held> {
        self.0.get(id)
    }

    /// Whether the artefact is a mapping file.
    pub(crate) fn is_mapping(&self, id: &ArtefactId) -> bool {
        self.get(id)
            .is_some_and(|held| held.container.as_deref() == Some(MAPPING))
    }

    /// All of them, by artefact.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ArtefactId, &Held)> {
        self.0.iter()
    }
}
