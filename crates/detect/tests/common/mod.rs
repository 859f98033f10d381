//! Records and packs for the tests.
#![allow(dead_code, unreachable_pub)]

use hourzero_detect::{Detection, Evaluator, Hit, Mappings, RulePack};
use hourzero_model::{ArtefactId, EvidenceRef, Finding, Form, Log, Provenance, Record, Timestamp};

/// The pack of rule texts; a rule that fails is shown.
pub fn pack(files: &[(&str, &str)]) -> RulePack {
    let mappings = Mappings::built_in().unwrap_or_default();
    RulePack::load(files.iter().copied(), &mappings)
}

/// A record of a log, `minute` minutes after the hour, named `r<number>`.
pub fn record(log: Log, number: u64, minute: i64) -> Record {
    let place = Provenance {
        artefact: ArtefactId::from_bytes([7; 32]),
        position: number,
        offset: 0,
        length: 1,
    };
    let start = Timestamp::parse("2026-03-06T10:00:00Z").unwrap_or(Timestamp::from_micros(0));
    let mut record = Record::new(
        place,
        Form("ual-json"),
        log,
        start.plus_seconds(minute * 60),
    );
    record.record_id = format!("r{number}");
    record
}

/// Where a record stands.
pub fn evidence(record: &Record) -> EvidenceRef {
    EvidenceRef {
        record_id: record.record_id.clone(),
        file: "audit.jsonl".to_owned(),
        sha256: record.provenance.artefact,
        position: record.provenance.position,
    }
}

/// The findings of a pack on records, in the order given.
pub fn findings(pack: &RulePack, records: &[Record]) -> Vec<Finding> {
    let rules: Vec<_> = pack
        .predicates()
        .map(|(index, expr)| (index, Evaluator::new(expr)))
        .collect();
    let mut detection = Detection::new(pack);
    for record in records {
        for (index, rule) in &rules {
            if rule.holds(record, None) {
                let evidence = evidence(record);
                detection.hit(
                    *index,
                    &Hit {
                        record,
                        raw: None,
                        evidence: &evidence,
                        speaker: &record.record_id,
                    },
                );
            }
        }
    }
    detection.finish()
}
