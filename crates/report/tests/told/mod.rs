//! A case as the stages give it, for tests of what is said about it.

use std::collections::BTreeMap;

use hourzero_model::{
    AccountVerdict, ArtefactId, Confidence, EntryHypothesis, EntryId, EvidenceRef, Foothold,
    FootholdState, Reason, Timestamp, Verdict,
};
use hourzero_report::base::{ActCount, Call, Charts, FactBase, Material, Sent};
use hourzero_report::{Facts, Questions};
use hourzero_scope::{AccessedRow, ActiveVerdict, Activity, Coverage, Step};

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn record(position: u64) -> EvidenceRef {
    EvidenceRef {
        record_id: format!("r{position}"),
        file: "audit.csv".to_owned(),
        sha256: ArtefactId::from_bytes([7; 32]),
        position,
    }
}

/// What a case gives, as far as these tests change it.
pub(crate) struct Given {
    pub(crate) facts: Facts,
    pub(crate) verdicts: Vec<AccountVerdict>,
    pub(crate) entry: Vec<EntryHypothesis>,
    pub(crate) footholds: Vec<Foothold>,
    pub(crate) accessed: Vec<AccessedRow>,
    pub(crate) acts: Vec<ActCount>,
    pub(crate) steps: Vec<Step>,
    pub(crate) records: BTreeMap<String, EvidenceRef>,
}

pub(crate) fn nothing() -> Given {
    Given {
        facts: Facts {
            name: "case".to_owned(),
            tenant: "contoso.example".to_owned(),
            zone: "UTC".to_owned(),
            version: "0".to_owned(),
            chain: "c".repeat(64),
            ..Facts::default()
        },
        verdicts: Vec::new(),
        entry: Vec::new(),
        footholds: Vec::new(),
        accessed: Vec::new(),
        acts: Vec::new(),
        steps: Vec::new(),
        records: BTreeMap::new(),
    }
}

pub(crate) fn attack() -> Given {
    let because = |text: &str, records: Vec<EvidenceRef>| Reason {
        text: text.to_owned(),
        evidence: records,
    };
    let (first, last) = (at("2026-10-20T07:00:00.25Z"), at("2026-10-22T08:00:00Z"));
    Given {
        verdicts: vec![AccountVerdict {
            account: "pat@contoso.example".to_owned(),
            verdict: Verdict::Compromised,
            confidence: Confidence::Confirmed,
            first: Some(first),
            last: Some(last),
            reasons: vec![because(
                "It was used from afar.",
                vec![record(1), record(2)],
            )],
        }],
        entry: vec![EntryHypothesis {
            id: EntryId::Aitm,
            account: "pat@contoso.example".to_owned(),
            score: 70,
            supports: vec![because("A new session.", vec![record(1)])],
            against: Vec::new(),
            missing: Vec::new(),
            decided_by: "The lure.".to_owned(),
        }],
        footholds: vec![Foothold {
            id: "f".to_owned(),
            kind: "inbox-rule".to_owned(),
            target: "rss".to_owned(),
            object_id: String::new(),
            account: "pat@contoso.example".to_owned(),
            detail: String::new(),
            created: first,
            by: "pat@contoso.example".to_owned(),
            state: FootholdState::Present,
            as_of: last,
            evidence: vec!["r3".to_owned()],
        }],
        accessed: vec![AccessedRow {
            account: "pat@contoso.example".to_owned(),
            messages: 4,
            forwarded: 1,
            folders: vec!["Inbox".to_owned()],
            files: 0,
            searches: 0,
            chats: 0,
            apps: Vec::new(),
            systems: Vec::new(),
            unknown: vec!["1 folders were synchronised.".to_owned()],
        }],
        acts: vec![ActCount {
            account: "pat@contoso.example".to_owned(),
            operation: "New-InboxRule".to_owned(),
            source: "unified-audit".to_owned(),
            events: 2,
            first,
            last,
            ends: [record(3), record(4)],
            evidence: vec![record(3), record(4)],
        }],
        steps: vec![Step {
            text: "Cut pat@contoso.example.".to_owned(),
            why: "He is active.".to_owned(),
        }],
        records: BTreeMap::from([("r3".to_owned(), record(3))]),
        ..nothing()
    }
}

pub(crate) fn told(given: &Given) -> FactBase {
    let activity = Activity {
        verdict: ActiveVerdict::Unknown,
        last_event: None,
        horizon: None,
        reasons: Vec::new(),
        accounts: Vec::new(),
    };
    let coverage = Coverage {
        ranges: Vec::new(),
        holes: Vec::new(),
        horizons: Vec::new(),
        start_unknown: None,
        pulls: Vec::new(),
    };
    let zone = jiff::tz::TimeZone::get(&given.facts.zone).unwrap();
    FactBase::of(&Material {
        facts: &given.facts,
        zone: &zone,
        told: Questions {
            verdicts: &given.verdicts,
            entry: &given.entry,
            footholds: &given.footholds,
            accessed: &given.accessed,
            activity: &activity,
            coverage: &coverage,
            contained: &[],
        },
        links: &[],
        money: &[],
        sent: &Sent::default(),
        steps: &given.steps,
        records: &given.records,
        reached: &BTreeMap::new(),
        acts: &given.acts,
        call: &Call::default(),
        charts: &Charts::default(),
        worksheet: &[],
    })
}
