//! Records and events as tests need them: everything left out has a plain value.

use hourzero_model::{
    ArtefactId, Attribution, Confidence, EvidenceRef, Form, Log, Outcome, Provenance, Record,
    Timestamp,
};
use hourzero_scope::{Event, Label};

/// The account whose case it is.
pub(crate) const PAT: &str = "pat@contoso.example";

/// An instant by its text after `2026-10-`.
pub(crate) fn at(day_and_time: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-10-{day_and_time}Z")).unwrap()
}

/// A record of a log, of `PAT`, from a neutral address.
pub(crate) fn record(log: Log, operation: &str, when: Timestamp) -> Record {
    let place = Provenance {
        artefact: ArtefactId::from_bytes([7; 32]),
        position: 1,
        offset: 0,
        length: 1,
    };
    let mut record = Record::new(place, Form("ual-json"), log, when);
    operation.clone_into(&mut record.operation);
    record.record_id = format!("{operation} {when}");
    record.actor.upn = Some(PAT.to_owned());
    record.result = Outcome::Success;
    record
}

/// The record with named facts.
pub(crate) fn with(mut record: Record, facts: &[(&str, &str)]) -> Record {
    for (name, value) in facts {
        record.parameters.push(((*name).into(), (*value).into()));
    }
    record
}

/// An event of somebody.
pub(crate) fn of(attribution: Attribution, record: Record) -> Event {
    Event {
        evidence: EvidenceRef {
            record_id: record.record_id.clone(),
            file: "audit.json".to_owned(),
            sha256: record.provenance.artefact,
            position: record.provenance.position,
        },
        record,
        witnesses: Vec::new(),
        findings: Vec::new(),
        network_class: None,
        label: Some(Label {
            attribution,
            confidence: Some(Confidence::Confirmed),
            reason: "the test says so".to_owned(),
        }),
    }
}

/// An event of the attacker.
pub(crate) fn attacker(record: Record) -> Event {
    of(Attribution::Attacker, record)
}

/// The tenant's own domains.
pub(crate) fn domains() -> Vec<String> {
    vec!["contoso.example".to_owned()]
}
