//! The events behind findings, and those that belong to the lists.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::{Check, Expr, Field, Pattern, Test};
use hourzero_lake::{Hit, RecordKey};
use hourzero_model::{Column, Finding};
use hourzero_scope::{
    EXPOSING_OPERATIONS, Event, REMOVING_OPERATIONS, SENDING_OPERATIONS, Suspicion,
};

use crate::detection::evidence_of;
use crate::{Case, CaseError};

impl Case<'_> {
    /// Every event that stands behind a finding, by time, then record id: those too that are beyond what
    /// the finding lists as evidence. `records` are those behind each finding, in their order.
    pub(crate) fn events_behind(
        &self,
        findings: &[Finding],
        records: &[Vec<RecordKey>],
    ) -> Result<Vec<Event>, CaseError> {
        let mut behind: BTreeMap<RecordKey, BTreeSet<&str>> = BTreeMap::new();
        for (finding, records) in findings.iter().zip(records) {
            for key in records {
                behind.entry(*key).or_default().insert(&finding.id);
            }
        }
        let keys: Vec<RecordKey> = behind.keys().copied().collect();
        let speakers = self.lake.speakers(&keys)?;
        let mut of_speaker: BTreeMap<RecordKey, BTreeSet<&str>> = BTreeMap::new();
        for (speaker, ids) in speakers.into_iter().zip(behind.into_values()) {
            of_speaker.entry(speaker).or_default().extend(ids);
        }
        let keys: Vec<RecordKey> = of_speaker.keys().copied().collect();
        let records = self.lake.fetch(&keys)?;
        let witnesses = self.lake.witnesses(&keys)?;
        let names = self.names();
        let mut events: Vec<Event> = records
            .into_iter()
            .zip(witnesses)
            .zip(of_speaker.into_values())
            .filter_map(|((record, witnesses), ids)| {
                let record = record?;
                Some(Event {
                    evidence: evidence_of(&record, &names),
                    witnesses: witnesses
                        .into_iter()
                        .filter(|log| *log != record.log)
                        .map(|log| log.name().to_owned())
                        .collect(),
                    findings: ids.into_iter().map(str::to_owned).collect(),
                    network_class: None,
                    label: None,
                    record,
                })
            })
            .collect();
        events.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(events)
    }

    /// For each expression the events that meet it, those that speak only, by time, then record id; all
    /// in one scan.
    pub(super) fn events_that<const N: usize>(
        &self,
        filters: &[Expr; N],
    ) -> Result<[Vec<Event>; N], CaseError> {
        let names = self.names();
        let mut lists = [const { Vec::new() }; N];
        self.lake.scan(filters, &mut |filter, hit: &Hit| {
            let Some(list) = lists.get_mut(filter).filter(|_| hit.speaks) else {
                return;
            };
            list.push(Event {
                record: hit.record.clone(),
                evidence: evidence_of(&hit.record, &names),
                witnesses: Vec::new(),
                findings: Vec::new(),
                network_class: None,
                label: None,
            });
        })?;
        for list in &mut lists {
            list.sort_by(|a: &Event, b: &Event| order(a).cmp(&order(b)));
        }
        Ok(lists)
    }

    /// Every event that speaks, by time, then record id.
    pub(crate) fn all_events(&self) -> Result<Vec<Event>, CaseError> {
        let [events] = self.events_that(&[Expr::Const(true)])?;
        Ok(events)
    }

    /// The events that belong to the lists beside those behind findings. What counts as suspected are the
    /// addresses and sessions that grave findings rest on.
    pub(crate) fn listed(&self, suspicion: &Suspicion) -> Result<Listed, CaseError> {
        let by_suspected = |operations: &[&'static str]| {
            Expr::All(vec![
                one_of(Column::Operation, operations.iter().copied()),
                suspected(suspicion),
            ])
        };
        let [removals, exposing, sent] = self.events_that(&[
            one_of(Column::Operation, REMOVING_OPERATIONS.iter().copied()),
            by_suspected(EXPOSING_OPERATIONS),
            by_suspected(SENDING_OPERATIONS),
        ])?;
        let messages: BTreeSet<String> = sent
            .iter()
            .filter_map(|event| event.record.message_id.clone())
            .collect();
        let [mut sending] = self.events_that(&[Expr::All(vec![
            one_of(
                Column::Operation,
                ["Message trace", "Email sent", "Email internal"],
            ),
            one_of(Column::MessageId, messages.iter().map(String::as_str)),
        ])])?;
        sending.extend(sent);
        sending.sort_by(|a, b| order(a).cmp(&order(b)));
        sending.dedup_by(|a, b| a.record.provenance == b.record.provenance);
        Ok(Listed {
            removals,
            exposing,
            sending,
        })
    }
}

/// Events for the lists, each by time, then record id.
pub(crate) struct Listed {
    /// Those that remove a foothold.
    pub(crate) removals: Vec<Event>,
    /// Access to content by the suspected.
    pub(crate) exposing: Vec<Event>,
    /// What the suspected sent or shared, and what the mail logs say of the same messages.
    pub(crate) sending: Vec<Event>,
}

fn order(event: &Event) -> (i64, &str, &str, u64) {
    let evidence = &event.evidence;
    (
        event.record.event_time.micros(),
        &evidence.record_id,
        &evidence.file,
        evidence.position,
    )
}

/// The column has one of these values, case ignored; false for none.
pub(crate) fn one_of<'v>(column: Column, values: impl IntoIterator<Item = &'v str>) -> Expr {
    let patterns: Vec<Pattern> = values
        .into_iter()
        .map(|value| Pattern::Exact(value.to_lowercase()))
        .collect();
    if patterns.is_empty() {
        return Expr::Const(false);
    }
    Expr::Test(Test {
        field: Field::Column(column),
        check: Check::Matches {
            patterns,
            cased: false,
        },
    })
}

fn suspected(suspicion: &Suspicion) -> Expr {
    Expr::Any(vec![
        one_of(Column::Ip, suspicion.ips.iter().map(String::as_str)),
        one_of(
            Column::SessionId,
            suspicion.sessions.iter().map(String::as_str),
        ),
    ])
}
