//! What the journal says about each artefact: under which names it came, out of which archive.

use std::collections::BTreeMap;

use hourzero_evidence::{Journal, RECEIPT};
use hourzero_model::ArtefactId;
use serde::{Deserialize, Serialize};

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
    /// The kind of container that it is.
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

/// What the journal's receipts say, by artefact.
pub(crate) fn held(journal: &Journal) -> BTreeMap<ArtefactId, Held> {
    let mut all: BTreeMap<ArtefactId, Held> = BTreeMap::new();
    for entry in journal.of_kind(RECEIPT) {
        let Some(id) = entry.entry.object else {
            continue;
        };
        let Ok(receipt) = serde_json::from_value::<Receipt>(entry.entry.content.clone()) else {
            continue;
        };
        let held = all.entry(id).or_insert_with(|| Held {
            file: receipt.file.clone(),
            names: Vec::new(),
            size: receipt.size,
            container: receipt.container.clone(),
            missed: receipt.missed.clone(),
        });
        held.names.push(receipt.file);
        held.names.sort();
        held.names.dedup();
        held.file = held.names.first().cloned().unwrap_or_default();
    }
    all
}
