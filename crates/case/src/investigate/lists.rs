//! The lists of `out/` that may have a line for every record: gathered event by event, sorted on disk.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Attribution, EvidenceRef, Foothold, Provenance, Severity, Timestamp};
use hourzero_report::{Mark, TIMELINE_ROWS, Timeline, csv_line, json_line};
use hourzero_scope::attribution::account_of;
use hourzero_scope::{
    Devices, EXPOSING_OPERATIONS, Event, ExposureRow, RecipientRow, SENDING_OPERATIONS, Suspicion,
    TimelineRow, exposure, footholds, may_be_foothold, recipients, timeline_row,
};
use jiff::tz::TimeZone;

use super::entry::tells;
use super::events::{List, in_order};
use super::facts::enrich;
use crate::attribution::{Attributed, is_service};
use crate::found::FoundFindings;
use crate::lines::{Key, Lines};
use crate::networks::Networks;
use crate::outputs::{EXPOSURE, RECIPIENTS, TIMELINE};
use crate::{Case, CaseError};

/// Lines on their way to `out/`.
pub(crate) struct Lists {
    /// `findings.jsonl`.
    pub(crate) findings: Lines,
    /// `timeline.jsonl`, and behind it on a new line the row of `timeline.csv`.
    pub(crate) timeline: Lines,
    /// `recipients.csv`.
    pub(crate) recipients: Lines,
    /// `exposure.csv`.
    pub(crate) exposure: Lines,
}

/// What the events behind findings gave beside the lists.
pub(super) struct Behind {
    pub(super) timeline: Timeline,
    pub(super) devices: Devices,
    /// Those that may have made a foothold, by time.
    pub(super) making: Vec<Event>,
    /// The attacker's among them.
    shown: BTreeSet<Provenance>,
    first: First,
}

/// With what events are labelled and shown.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) zone: &'a TimeZone,
    pub(super) networks: &'a Networks,
    pub(super) attributed: &'a Attributed,
}

impl By<'_> {
    /// Fills in the network and who did it.
    pub(super) fn label(self, event: &mut Event) {
        let service = |ip| is_service(self.networks, ip);
        event.label = self.attributed.found.label(&event.record, service);
        enrich(std::slice::from_mut(event), self.networks);
    }
}

/// Footholds: all that findings tell of, and those that the attacker made.
pub(super) struct Standing {
    pub(super) all: Vec<Foothold>,
    pub(super) hostile: Vec<Foothold>,
}

/// What the attacker's events give beside the lists.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How many there are.
    pub(super) events: u64,
    /// By account: the first and the last, and some of them.
    pub(super) accounts: BTreeMap<String, Acts>,
    /// Those that tell of the way in and of the last act.
    pub(super) kept: Vec<Event>,
}

/// The attacker's acts in one account.
#[derive(Debug, Clone)]
pub(super) struct Acts {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) count: u64,
    pub(super) evidence: Vec<EvidenceRef>,
}

/// So many of the first records are named for a verdict.
const NAMED: usize = 20;

impl Told {
    fn take(&mut self, event: &Event) {
        self.events += 1;
        let account = account_of(&event.record);
        let time = event.record.event_time;
        let acts = self.accounts.entry(account).or_insert_with(|| Acts {
            first: time,
            last: time,
            count: 0,
            evidence: Vec::new(),
        });
        acts.first = acts.first.min(time);
        acts.last = acts.last.max(time);
        acts.count += 1;
        acts.evidence.push(event.evidence.clone());
        if acts.evidence.len() > NAMED * 8 {
            acts.trim();
        }
    }
}

impl Acts {
    fn trim(&mut self) {
        self.evidence.sort();
        self.evidence.truncate(NAMED);
    }

    /// Some of the records, always the same ones.
    pub(super) fn named(&self) -> Vec<EvidenceRef> {
        let mut acts = self.clone();
        acts.trim();
        acts.evidence
    }
}

impl Case<'_> {
    /// Reads the events behind findings once.
    pub(super) fn behind(
        &self,
        found: &mut FoundFindings,
        by: By<'_>,
        lines: &mut Lines,
    ) -> Result<Behind, CaseError> {
        let keys = std::mem::take(&mut found.behind);
        let findings = found.findings.as_slice();
        let severity: BTreeMap<&str, Severity> = findings
            .iter()
            .map(|finding| (finding.id.as_str(), finding.severity))
            .collect();
        let mut first = First::default();
        let mut marks = Vec::new();
        let mut devices = Devices::of(findings);
        let mut making = Vec::new();
        let mut shown = BTreeSet::new();
        self.each_event_behind(findings, keys, &mut |mut event| {
            by.label(&mut event);
            if event.label.is_some() {
                shown.insert(event.record.provenance);
            }
            let grave = event
                .findings
                .iter()
                .filter_map(|id| severity.get(id.as_str()));
            marks.push(Mark {
                time: event.record.event_time,
                severity: grave.max().copied().unwrap_or(Severity::Informational),
            });
            devices.see(&event);
            let row = timeline_row(&event, by.zone);
            let key = of_timeline(&row);
            lines.push(&key, &(json_line(&row)? + &csv_line(TIMELINE, &row)?))?;
            first.take((key, marks.len()), row);
            if may_be_foothold(&event) {
                making.push(event);
            }
            Ok(())
        })?;
        in_order(&mut making);
        Ok(Behind {
            timeline: Timeline {
                first: first.0.values().cloned().collect(),
                events: marks.len() as u64,
                marks,
            },
            devices,
            making,
            shown,
            first,
        })
    }

    /// Reads the attacker's events once: those that stand behind no finding join the timeline, and all go into
    /// the lists of what he reached and sent.
    pub(super) fn attackers(
        &self,
        by: By<'_>,
        behind: &mut Behind,
        (timeline, sent, reached): (&mut Lines, &mut Lines, &mut Lines),
    ) -> Result<Told, CaseError> {
        let domains = self.own_domains()?;
        let mut told = Told::default();
        if by.attributed.found.hostile.is_empty() {
            return Ok(told);
        }
        let filter = [by.attributed.filter.clone()];
        self.each_event_that(&filter, &mut |_, mut event| {
            by.label(&mut event);
            if event.label.is_none() {
                return Ok(());
            }
            told.take(&event);
            if tells(&event) {
                told.kept.push(event.clone());
            }
            for row in recipients(&event, &domains) {
                if SENDING_OPERATIONS.contains(&event.record.operation.as_str()) {
                    sent.push(&of_recipient(&row), &csv_line(RECIPIENTS, &row)?)?;
                }
            }
            if EXPOSING_OPERATIONS.contains(&event.record.operation.as_str()) {
                for row in exposure(&event) {
                    reached.push(&of_exposure(&row), &csv_line(EXPOSURE, &row)?)?;
                }
            }
            if behind.shown.contains(&event.record.provenance) {
                return Ok(());
            }
            behind.timeline.marks.push(Mark {
                time: event.record.event_time,
                severity: Severity::Informational,
            });
            behind.timeline.events += 1;
            let row = timeline_row(&event, by.zone);
            let key = of_timeline(&row);
            timeline.push(&key, &(json_line(&row)? + &csv_line(TIMELINE, &row)?))?;
            behind.first.take((key, behind.timeline.marks.len()), row);
            if may_be_foothold(&event) {
                behind.making.push(event);
            }
            Ok(())
        })?;
        in_order(&mut behind.making);
        behind.timeline.first = std::mem::take(&mut behind.first).0.into_values().collect();
        Ok(told)
    }

    /// Reads the events of the other lists; gives the footholds.
    pub(super) fn fill(
        &self,
        (suspicion, by): (&Suspicion, By<'_>),
        making: &[Event],
        (sent, reached): (&mut Lines, &mut Lines),
    ) -> Result<Standing, CaseError> {
        let domains = self.own_domains()?;
        let mut removals = Vec::new();
        self.each_listed(suspicion, &mut |list, mut event| {
            match list {
                List::Removals => removals.push(event),
                List::Sending => {
                    by.label(&mut event);
                    for row in recipients(&event, &domains) {
                        sent.push(&of_recipient(&row), &csv_line(RECIPIENTS, &row)?)?;
                    }
                }
                List::Exposing => {
                    by.label(&mut event);
                    for row in exposure(&event) {
                        reached.push(&of_exposure(&row), &csv_line(EXPOSURE, &row)?)?;
                    }
                }
            }
            Ok(())
        })?;
        in_order(&mut removals);
        let hostile: Vec<Event> = making
            .iter()
            .filter(|event| event.attribution() == Attribution::Attacker)
            .cloned()
            .collect();
        Ok(Standing {
            all: footholds(making, &removals),
            hostile: footholds(&hostile, &removals),
        })
    }
}

/// The first rows of the timeline; those of one key in the order in which they came.
#[derive(Default)]
struct First(BTreeMap<(Key, usize), TimelineRow>);

impl First {
    fn take(&mut self, key: (Key, usize), row: TimelineRow) {
        let is_full = self.0.len() >= TIMELINE_ROWS;
        if is_full && self.0.last_key_value().is_some_and(|(last, _)| *last < key) {
            return;
        }
        self.0.insert(key, row);
        if is_full {
            self.0.pop_last();
        }
    }
}

fn of_timeline(row: &TimelineRow) -> Key {
    Key::default()
        .time(row.time)
        .text(&row.record_id)
        .text(&row.file)
        .number(row.position)
}

/// Every field, in the order in which rows compare.
fn of_recipient(row: &RecipientRow) -> Key {
    let texts = [
        &row.account,
        &row.kind,
        &row.subject,
        &row.internet_message_id,
        &row.network_message_id,
        &row.recipient,
        &row.direction,
        &row.delivered,
        &row.clicked,
        &row.purged,
        &row.attribution,
    ];
    let key = Key::default().time(row.time);
    texts.into_iter().fold(key, |key, text| key.text(text))
}

/// Every field, in the order in which rows compare.
fn of_exposure(row: &ExposureRow) -> Key {
    let texts = [
        &row.message_id,
        &row.subject,
        &row.folder,
        &row.file,
        &row.app_id,
        &row.session,
        &row.ip,
        &row.attribution,
    ];
    let key = Key::default()
        .time(row.time)
        .text(&row.account)
        .number(row.proof as u64);
    texts.into_iter().fold(key, |key, text| key.text(text))
}

#[cfg(test)]
mod tests {
    use hourzero_model::Timestamp;
    use hourzero_scope::{ExposureProof, ExposureRow, RecipientRow};
    use proptest::prelude::*;

    use super::{of_exposure, of_recipient};

    fn recipient() -> impl Strategy<Value = RecipientRow> {
        (-1_i64..2, prop::array::uniform11("[ab]{0,2}")).prop_map(|(time, texts)| {
            let [
                account,
                kind,
                subject,
                internet,
                network,
                recipient,
                direction,
                rest @ ..,
            ] = texts;
            let [delivered, clicked, purged, attribution] = rest;
            RecipientRow {
                time: Timestamp::from_micros(time),
                account,
                kind,
                subject,
                internet_message_id: internet,
                network_message_id: network,
                recipient,
                direction,
                delivered,
                clicked,
                purged,
                attribution,
            }
        })
    }

    fn exposed() -> impl Strategy<Value = ExposureRow> {
        let proof = prop::sample::select(vec![
            ExposureProof::Bind,
            ExposureProof::SyncFolder,
            ExposureProof::Throttled,
            ExposureProof::File,
            ExposureProof::Search,
        ]);
        let texts = prop::array::uniform9("[ab]{0,2}");
        (-1_i64..2, proof, texts).prop_map(|(time, proof, texts)| {
            let [
                account,
                message_id,
                subject,
                folder,
                file,
                app_id,
                session,
                ip,
                attribution,
            ] = texts;
            ExposureRow {
                time: Timestamp::from_micros(time),
                account,
                proof,
                message_id,
                subject,
                folder,
                file,
                app_id,
                session,
                ip,
                attribution,
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn keys_compare_as_rows_do(a in recipient(), b in recipient(), c in exposed(), d in exposed()) {
            prop_assert_eq!(of_recipient(&a).cmp(&of_recipient(&b)), a.cmp(&b));
            prop_assert_eq!(of_exposure(&c).cmp(&of_exposure(&d)), c.cmp(&d));
            prop_assert_eq!(of_recipient(&a), of_recipient(&a.clone()));
        }
    }
}
