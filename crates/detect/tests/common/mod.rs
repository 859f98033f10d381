//! Records and packs for the tests.
#![allow(dead_code, unreachable_pub)]

use hourzero_detect::ir::Field;
use hourzero_detect::{Detection, Evaluator, Hit, Mappings, Needs, RulePack};
use hourzero_model::{ArtefactId, Column, Finding, Form, Log, Provenance, Record, Timestamp};

/// Sign-ins that failed and that succeeded, for correlations to count.
pub const BASES: &str = "
title: A failed sign-in
name: failed
logsource: {product: hourzero, service: sign-in}
detection: {selection: {result: failure}, condition: selection}
---
title: A sign-in that succeeded
name: succeeded
logsource: {product: hourzero, service: sign-in}
detection: {selection: {result: success}, condition: selection}
---
";

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

/// A hit on a whole record that speaks for itself.
pub fn hit(record: &Record) -> Hit<'_> {
    Hit {
        record,
        raw: None,
        file: "audit.jsonl",
        speaker: (record.provenance.artefact, record.provenance.position),
    }
}

/// The record with what is needed of it and nothing else, as a scan gives it.
pub fn lean(record: &Record, needs: &Needs) -> Record {
    let Needs::Fields(fields) = needs else {
        return record.clone();
    };
    let mut lean = Record::new(record.provenance, Form(""), Log::Other, record.event_time);
    let mut missing = Vec::new();
    for field in fields {
        match field {
            Field::Column(Column::Actor) => lean.actor.upn.clone_from(&record.actor.upn),
            Field::Column(Column::ActorId) => lean.actor.id.clone_from(&record.actor.id),
            Field::Column(Column::ActorName) => lean.actor.name.clone_from(&record.actor.name),
            Field::Column(Column::Owner) => lean.owner.clone_from(&record.owner),
            Field::Column(Column::AppId) => lean.app_id.clone_from(&record.app_id),
            Field::Column(Column::TargetId) => lean.target.id.clone_from(&record.target.id),
            Field::Column(Column::Target) => lean.target.name.clone_from(&record.target.name),
            Field::Column(Column::Ip) => lean.ip = record.ip,
            Field::Column(Column::SessionId) => lean.session_id.clone_from(&record.session_id),
            Field::Column(Column::Subject) => lean.subject.clone_from(&record.subject),
            Field::Column(Column::UserAgent) => lean.user_agent.clone_from(&record.user_agent),
            Field::Column(Column::Operation) => lean.operation.clone_from(&record.operation),
            Field::Parameter(_) => lean.parameters.clone_from(&record.parameters),
            Field::Changed { .. } => lean.changed.clone_from(&record.changed),
            other => missing.push(other),
        }
    }
    assert_eq!(missing, Vec::<&Field>::new(), "needed and not given");
    lean
}

/// The findings of a pack on records, in the order given, from hits that hold no more than is needed.
pub fn findings(pack: &RulePack, records: &[Record]) -> Vec<Finding> {
    let rules: Vec<_> = pack
        .predicates()
        .map(|(index, expr)| (index, Evaluator::new(expr)))
        .collect();
    let mut detection = Detection::new(pack);
    for record in records {
        for (index, rule) in &rules {
            if rule.holds(record, None) {
                let lean = lean(record, &detection.needs(*index));
                detection.hit(*index, &hit(&lean));
            }
        }
    }
    detection.finish(records)
}
