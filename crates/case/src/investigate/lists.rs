//! The lists of `out/` that may have a line for every record: gathered event by event, sorted on disk.

use std::collections::BTreeMap;

use hourzero_model::{Foothold, Severity};
use hourzero_report::{Mark, TIMELINE_ROWS, Timeline, csv_line, json_line};
use hourzero_scope::{
    Devices, Event, ExposureRow, RecipientRow, Suspicion, TimelineRow, exposure, footholds,
    may_be_foothold, recipients, timeline_row,
};
use jiff::tz::TimeZone;

use super::events::{List, in_order};
use super::facts::enrich;
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
}

impl Case<'_> {
    /// Reads the events behind findings once.
    pub(super) fn behind(
        &self,
        found: &mut FoundFindings,
        (zone, networks): (&TimeZone, &Networks),
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
        self.each_event_behind(findings, keys, &mut |mut event| {
            enrich(std::slice::from_mut(&mut event), networks);
            let grave = event
                .findings
                .iter()
                .filter_map(|id| severity.get(id.as_str()));
            marks.push(Mark {
                time: event.record.event_time,
                severity: grave.max().copied().unwrap_or(Severity::Informational),
            });
            devices.see(&event);
            let row = timeline_row(&event, zone);
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
                first: first.0.into_values().collect(),
                events: marks.len() as u64,
                marks,
            },
            devices,
            making,
        })
    }

    /// Reads the events of the other lists; gives the footholds.
    pub(super) fn fill(
        &self,
        (suspicion, networks): (&Suspicion, &Networks),
        making: &[Event],
        (sent, reached): (&mut Lines, &mut Lines),
    ) -> Result<Vec<Foothold>, CaseError> {
        let domains = self.own_domains()?;
        let mut removals = Vec::new();
        self.each_listed(suspicion, &mut |list, mut event| {
            match list {
                List::Removals => removals.push(event),
                List::Sending => {
                    enrich(std::slice::from_mut(&mut event), networks);
                    for row in recipients(&event, &domains) {
                        sent.push(&of_recipient(&row), &csv_line(RECIPIENTS, &row)?)?;
                    }
                }
                List::Exposing => {
                    enrich(std::slice::from_mut(&mut event), networks);
                    for row in exposure(&event) {
                        reached.push(&of_exposure(&row), &csv_line(EXPOSURE, &row)?)?;
                    }
                }
            }
            Ok(())
        })?;
        in_order(&mut removals);
        Ok(footholds(making, &removals))
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
