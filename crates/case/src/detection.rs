//! Rules over the case's records: columns in one scan, the rest over raw records, then findings.

use std::collections::BTreeMap;

use hourzero_detect::ir::Expr;
use hourzero_detect::{
    Detection, Evaluator, Hit, Inventory, Live, Liveness, RawRecord, RuleIndex, RulePack, liveness,
    pruned, raw_literals,
};
use hourzero_lake::RecordKey;
use hourzero_model::{ArtefactId, EvidenceRef, Record, Reject, State};

use crate::aside::Backing;
use crate::columnar::ColumnRules;
use crate::found::FoundFindings;
use crate::import::Noted;
use crate::{Case, CaseError};

/// What a run of the rules gave.
pub(crate) struct Detected {
    pub(crate) found: FoundFindings,
    /// The records behind findings.
    pub(crate) backing: Backing,
    /// By rule, in the order of the pack.
    pub(crate) liveness: Vec<Liveness>,
    /// Records that each rule hit, in the order of the pack.
    pub(crate) hits: Vec<u64>,
}

/// A rule over raw records, made ready.
struct RawRule {
    index: RuleIndex,
    evaluator: Evaluator,
    /// One of these stands in every raw record that meets it, in lower case; nothing if that cannot be said.
    literals: Option<Vec<String>>,
}

impl Case<'_> {
    /// Names of files by artefact: the first in order of each artefact's names.
    pub(crate) fn names(&self) -> BTreeMap<ArtefactId, String> {
        self.receipts
            .iter()
            .map(|(id, held)| (*id, held.file.clone()))
            .collect()
    }

    /// What the evidence holds, for liveness.
    pub(crate) fn inventory(&self) -> Result<Inventory, CaseError> {
        let mut inventory = Inventory::default();
        for (log, presence) in self.lake.presence()?.sources {
            let held = inventory.logs.entry(log).or_default();
            held.records = presence.records;
            held.columns = presence.columns.into_keys().collect();
            held.parameters = presence
                .parameters
                .into_keys()
                .map(|name| name.to_ascii_lowercase())
                .collect();
            held.changed = presence
                .changed
                .into_keys()
                .map(|name| name.to_ascii_lowercase())
                .collect();
        }
        for stored in self.lake.artefacts() {
            let noted = Noted::of(&stored);
            // Paths are noted by form; a form belongs to the logs of its artefact.
            let paths: Vec<String> = noted
                .inventory
                .values()
                .flat_map(BTreeMap::keys)
                .map(|path| path.replace("[]", "").to_ascii_lowercase())
                .collect();
            for log in stored.logs.keys() {
                inventory
                    .logs
                    .entry(*log)
                    .or_default()
                    .raw
                    .extend(paths.iter().cloned());
            }
        }
        Ok(inventory)
    }

    /// Runs all rules of a pack.
    pub(crate) fn detect(&self, pack: &RulePack) -> Result<Detected, CaseError> {
        let inventory = self.inventory()?;
        let liveness: Vec<Liveness> = (0..pack.rules.len())
            .map(|at| liveness(pack, RuleIndex(at), &inventory))
            .collect();
        let mut detection = Detection::new(pack);
        let mut hits = vec![0_u64; pack.rules.len()];
        let names = self.names();
        let (mut columnar, mut raw) = (ColumnRules::default(), Vec::new());
        for (index, predicate) in pack.predicates() {
            let left = pruned(predicate, &inventory);
            match left {
                Expr::Const(false) => {}
                left if left.is_columnar() => columnar.add(&detection, index, left),
                left => raw.push(RawRule {
                    index,
                    literals: raw_literals(&left),
                    evaluator: Evaluator::new(&left),
                }),
            }
        }
        let file = |artefact: &ArtefactId| names.get(artefact).map_or("", String::as_str);
        let waited = columnar.scan(&self.lake, &mut detection, &file)?;
        for (index, count) in &waited.hits {
            if let Some(all) = hits.get_mut(index.0) {
                *all += count;
            }
        }
        self.over_raw_records(&raw, &names, (&mut detection, &mut hits))?;
        columnar.gather(&self.lake, &mut detection, (&waited, &file))?;
        drop(waited);
        let mut found = FoundFindings::new(&self.folder.temporary());
        let settled = detection.settle();
        let fields = settled.fields();
        let backing = self.back(settled.places().iter().map(key_at).collect())?;
        settled.finish(
            &mut |places, on| {
                let keys: Vec<RecordKey> = places.iter().map(key_at).collect();
                let mut give = |record: Record| on(&record);
                self.visit_backing(&backing, (&keys, Some(&fields)), &mut give)
            },
            &mut |backed| {
                let records = backed.records.iter().map(key_at);
                found.add(backed.finding, records)
            },
        )?;
        Ok(Detected {
            found,
            backing,
            liveness,
            hits,
        })
    }

    /// Rules on what no column holds: every artefact is read again, and only the records that hold one of
    /// a rule's words are looked at.
    fn over_raw_records(
        &self,
        rules: &[RawRule],
        names: &BTreeMap<ArtefactId, String>,
        (detection, hits): (&mut Detection<'_>, &mut [u64]),
    ) -> Result<(), CaseError> {
        if rules.is_empty() {
            return Ok(());
        }
        for stored in self
            .lake
            .artefacts()
            .iter()
            .filter(|stored| stored.records > 0)
        {
            let noted = Noted::of(stored);
            let file = names.get(&stored.artefact).map_or("", String::as_str);
            let mut give = |found: Vec<RawHit>| -> Result<(), CaseError> {
                let keys: Vec<RecordKey> = found.iter().map(|hit| key_of(&hit.record)).collect();
                let speakers = self.lake.speakers(&keys)?;
                for (hit, speaker) in found.iter().zip(speakers) {
                    if let Some(count) = hits.get_mut(hit.rule.0) {
                        *count += 1;
                    }
                    let raw = RawRecord {
                        value: &hit.value,
                        text: &hit.text,
                    };
                    let seen = Hit {
                        record: &hit.record,
                        raw: Some(raw),
                        file,
                        speaker: place_of(&speaker),
                    };
                    detection.hit(hit.rule, &seen);
                }
                Ok(())
            };
            let mut sink = RawScan {
                case: self,
                rules,
                noted: &noted,
                found: Vec::new(),
                give: &mut give,
                fault: None,
            };
            let source = hourzero_ingest::Source {
                artefact: stored.artefact,
                name: &noted.name,
            };
            let mut bytes = self.store.objects().read(stored.artefact)?;
            let header = noted.header.as_deref();
            hourzero_ingest::read_again(&source, header, &mut bytes, &mut sink).map_err(
                |error| CaseError::Read {
                    path: self.store.objects().path(stored.artefact),
                    source: error.error,
                },
            )?;
            sink.finish()?;
        }
        Ok(())
    }
}

fn key_at((artefact, position): &(ArtefactId, u64)) -> RecordKey {
    RecordKey {
        artefact: *artefact,
        position: *position,
    }
}

fn place_of(key: &RecordKey) -> (ArtefactId, u64) {
    (key.artefact, key.position)
}

fn key_of(record: &Record) -> RecordKey {
    RecordKey {
        artefact: record.provenance.artefact,
        position: record.provenance.position,
    }
}

/// Where a record stands, for a reader.
pub(crate) fn evidence_of(record: &Record, names: &BTreeMap<ArtefactId, String>) -> EvidenceRef {
    EvidenceRef {
        record_id: record.record_id.clone(),
        file: names
            .get(&record.provenance.artefact)
            .cloned()
            .unwrap_or_default(),
        sha256: record.provenance.artefact,
        position: record.provenance.position,
    }
}

struct RawHit {
    rule: RuleIndex,
    record: Record,
    value: serde_json::Value,
    text: String,
}

/// So many hits on raw records are held before they are handed on.
const RAW_HITS_AT_ONCE: usize = 1_024;

struct RawScan<'c, 'g> {
    case: &'c Case<'c>,
    rules: &'c [RawRule],
    noted: &'c Noted,
    found: Vec<RawHit>,
    give: &'g mut dyn FnMut(Vec<RawHit>) -> Result<(), CaseError>,
    fault: Option<CaseError>,
}

impl RawScan<'_, '_> {
    fn finish(mut self) -> Result<(), CaseError> {
        match self.fault {
            Some(fault) => Err(fault),
            None => (self.give)(std::mem::take(&mut self.found)),
        }
    }

    fn look(&mut self, record: &Record) -> Result<(), CaseError> {
        let place = record.provenance;
        let bytes = self
            .case
            .raw
            .range(place.artefact, place.offset, place.length)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let folded = text.to_lowercase();
        let candidates: Vec<&RawRule> = self
            .rules
            .iter()
            .filter(|rule| {
                rule.literals
                    .as_ref()
                    .is_none_or(|literals| literals.iter().any(|word| folded.contains(word)))
            })
            .collect();
        if candidates.is_empty() {
            return Ok(());
        }
        let raw = hourzero_ingest::RawRecord {
            form: record.form,
            header: self.noted.header.as_deref(),
            name: &self.noted.name,
            place,
            bytes: &bytes,
        };
        let value = hourzero_ingest::raw_value(&raw).map_err(CaseError::Internal)?;
        for rule in candidates {
            if rule.evaluator.holds(
                record,
                Some(RawRecord {
                    value: &value,
                    text: &text,
                }),
            ) {
                self.found.push(RawHit {
                    rule: rule.index,
                    record: record.clone(),
                    value: value.clone(),
                    text: text.clone(),
                });
            }
        }
        if self.found.len() >= RAW_HITS_AT_ONCE {
            (self.give)(std::mem::take(&mut self.found))?;
        }
        Ok(())
    }
}

impl hourzero_ingest::Sink for RawScan<'_, '_> {
    fn record(&mut self, record: Record) {
        if self.fault.is_none() {
            self.fault = self.look(&record).err();
        }
    }

    fn state(&mut self, _state: State) {}

    fn reject(&mut self, _reject: Reject) {}
}

/// The rules that cannot fire, and the words for it.
pub(crate) fn counted(
    pack: &RulePack,
    liveness: &[Liveness],
) -> (u64, u64, Vec<hourzero_report::RuleState>) {
    let (mut columnar, mut raw, mut dead) = (0, 0, Vec::new());
    for (rule, live) in pack.rules.iter().zip(liveness) {
        match live.live {
            Live::Columnar => columnar += 1,
            Live::Raw => raw += 1,
            Live::Dead => dead.push(hourzero_report::RuleState {
                id: rule.id.clone(),
                title: rule.title.clone(),
                why: live.dead_fields.join(", "),
            }),
        }
    }
    (columnar, raw, dead)
}
