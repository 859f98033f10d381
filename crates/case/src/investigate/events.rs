//! The events behind findings, and those that belong to the lists.

use hourzero_detect::ir::{Check, Expr, Field, Pattern, Test};
use hourzero_lake::{Hit, Lake, RecordKey, ScanRule};
use hourzero_model::{Column, Finding, Record};
use hourzero_scope::{
    CONTAINING_OPERATIONS, EXPOSING_OPERATIONS, Event, REMOVING_OPERATIONS, SENDING_OPERATIONS,
    Suspicion,
};

use crate::aside::Backing;
use crate::detection::evidence_of;
use crate::{Case, CaseError};

impl Case<'_> {
    /// Gives every event that stands behind a finding, in no particular order: those too that are beyond what
    /// the finding lists as evidence. `behind` are the records behind findings, each with the number of
    /// its finding in `findings`.
    pub(crate) fn each_event_behind(
        &self,
        findings: &[Finding],
        (behind, backing): (Vec<(RecordKey, u32)>, &Backing),
        on: &mut dyn FnMut(Event) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        let of_speaker = self.by_speaker(behind)?;
        let mut keys: Vec<RecordKey> = of_speaker.iter().map(|(key, _)| *key).collect();
        keys.dedup();
        let witnesses = self.lake.witnesses(&keys)?;
        let names = self.names();
        let mut done = Ok(());
        self.visit_backing(backing, (&keys, None), &mut |record| {
            if done.is_err() {
                return;
            }
            let key = key_of(&record);
            let from = of_speaker.partition_point(|(other, _)| *other < key);
            let numbers = of_speaker.iter().skip(from);
            let mut ids: Vec<String> = numbers
                .take_while(|(other, _)| *other == key)
                .filter_map(|(_, number)| findings.get(*number as usize))
                .map(|finding| finding.id.clone())
                .collect();
            ids.sort_unstable();
            ids.dedup();
            let told = keys
                .binary_search(&key)
                .ok()
                .and_then(|at| witnesses.get(at));
            done = on(Event {
                evidence: evidence_of(&record, &names),
                witnesses: told
                    .into_iter()
                    .flatten()
                    .filter(|log| **log != record.log)
                    .map(|log| log.name().to_owned())
                    .collect(),
                findings: ids,
                network_class: None,
                label: None,
                record,
            });
        })?;
        done
    }

    /// Records behind findings to those that speak for them, in order.
    fn by_speaker(
        &self,
        mut behind: Vec<(RecordKey, u32)>,
    ) -> Result<Vec<(RecordKey, u32)>, CaseError> {
        behind.sort_unstable();
        let keys: Vec<RecordKey> = behind.iter().map(|(key, _)| *key).collect();
        let speakers = self.lake.speakers(&keys)?;
        for ((key, _), speaker) in behind.iter_mut().zip(speakers) {
            *key = speaker;
        }
        behind.sort_unstable();
        behind.dedup();
        Ok(behind)
    }

    /// Gives the events that meet each expression, those that speak only, with the expression's place in the
    /// list; artefact by artefact, all in one scan.
    pub(crate) fn each_event_that(
        &self,
        filters: &[Expr],
        on: &mut dyn FnMut(usize, Event) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        self.each_event_in(&self.lake, filters, on)
    }

    /// As [`Case::each_event_that`], of another lake that holds events of the case.
    pub(crate) fn each_event_in(
        &self,
        lake: &Lake,
        filters: &[Expr],
        on: &mut dyn FnMut(usize, Event) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        let names = self.names();
        let mut done = Ok(());
        let rules: Vec<ScanRule> = filters.iter().cloned().map(ScanRule::whole).collect();
        lake.scan(&rules, &mut |filter, hit: &Hit| {
            if hit.speaks && done.is_ok() {
                let event = Event {
                    record: hit.record.clone(),
                    evidence: evidence_of(&hit.record, &names),
                    witnesses: Vec::new(),
                    findings: Vec::new(),
                    network_class: None,
                    label: None,
                };
                done = on(filter, event);
            }
        })?;
        done
    }

    /// For each expression the events that meet it, those that speak only, by time, then record id; all
    /// in one scan. For lists that fit into memory.
    pub(super) fn events_that<const N: usize>(
        &self,
        filters: &[Expr; N],
    ) -> Result<[Vec<Event>; N], CaseError> {
        let mut lists = [const { Vec::new() }; N];
        self.each_event_that(filters, &mut |filter, event| {
            if let Some(list) = lists.get_mut(filter) {
                list.push(event);
            }
            Ok(())
        })?;
        lists.iter_mut().for_each(|list| in_order(list));
        Ok(lists)
    }

    /// Gives the events that belong to the lists beside those behind findings, in no order. Where nobody is known
    /// to have been entered, what was reached and sent from the addresses and in the sessions that grave findings
    /// rest on is all that there is to go by: `suspicion` is nothing otherwise.
    pub(crate) fn each_listed(
        &self,
        (suspicion, at_work): (Option<&Suspicion>, Expr),
        on: &mut dyn FnMut(List, Event) -> Result<(), CaseError>,
    ) -> Result<(), CaseError> {
        let by_suspected = |operations: &[&'static str]| {
            Expr::All(vec![
                one_of(Column::Operation, operations.iter().copied()),
                suspicion.map_or(Expr::Const(false), suspected),
            ])
        };
        let filters = [
            one_of(Column::Operation, REMOVING_OPERATIONS.iter().copied()),
            one_of(Column::Operation, CONTAINING_OPERATIONS.iter().copied()),
            by_suspected(EXPOSING_OPERATIONS),
            by_suspected(SENDING_OPERATIONS),
            at_work,
        ];
        self.each_event_that(&filters, &mut |filter, event| {
            let list = match filter {
                0 => List::Removals,
                1 => List::Containing,
                2 => List::Exposing,
                3 => List::Sending,
                _ => List::AtWork,
            };
            on(list, event)
        })
    }
}

/// A list that an event belongs to beside the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    /// It removes a foothold.
    Removals,
    /// It may be an act of containment.
    Containing,
    /// Access to content by the suspected.
    Exposing,
    /// What the suspected sent or shared.
    Sending,
    /// It may be an act of an administrator, responder or partner.
    AtWork,
}

/// Where a record stands, as the lake names it.
pub(super) fn key_of(record: &Record) -> RecordKey {
    RecordKey {
        artefact: record.provenance.artefact,
        position: record.provenance.position,
    }
}

/// Events by time, then record id.
pub(crate) fn in_order(events: &mut [Event]) {
    events.sort_by(|a, b| order(a).cmp(&order(b)));
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

/// The column has one of these values, without case; false for none.
pub(crate) fn one_of<'v>(column: Column, values: impl IntoIterator<Item = &'v str>) -> Expr {
    any_of(Field::Column(column), values)
}

/// A field has one of these values, without case; false for none.
pub(crate) fn any_of<'v>(field: Field, values: impl IntoIterator<Item = &'v str>) -> Expr {
    let patterns: Vec<Pattern> = values
        .into_iter()
        .map(|value| Pattern::Exact(value.to_lowercase()))
        .collect();
    if patterns.is_empty() {
        return Expr::Const(false);
    }
    Expr::Test(Test {
        field,
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
