//! The lists of `out/` that may have a line for every record: gathered event by event, sorted on disk.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::Expr;
use hourzero_model::{Attribution, Finding, Provenance, Severity};
use hourzero_report::{Mark, TIMELINE_ROWS, Timeline, csv_line, json_line};
use hourzero_scope::{
    ContainmentRow, Devices, Event, ExposureRow, RecipientRow, TimelineRow, may_be_foothold,
    timeline_row,
};
use jiff::tz::TimeZone;

use super::facts::enrich;
use crate::attribution::{Attributed, is_service};
use crate::found::FoundFindings;
use crate::lines::{Key, Lines};
use crate::networks::Networks;
use crate::outputs::TIMELINE;
use crate::{Case, CaseError};

/// Lines on their way to `out/`.
pub(crate) struct Lists {
    /// `findings.jsonl`, before it is known whose they are.
    pub(crate) findings: Lines,
    /// Ids of those that are the attacker's.
    pub(crate) hostile: BTreeSet<String>,
    /// `timeline.jsonl`, and behind it on a new line the row of `timeline.csv`.
    pub(crate) timeline: Lines,
    /// `recipients.csv`.
    pub(crate) recipients: Lines,
    /// `exposure.csv`.
    pub(crate) exposure: Lines,
}

/// What the events behind findings gave beside the lists.
pub(super) struct Behind {
    pub(super) devices: Devices,
    /// Those that may have made a foothold, as they came.
    pub(super) making: Vec<Event>,
    /// Findings with an event of the attacker's behind them.
    pub(super) hostile: BTreeSet<String>,
    /// The attacker's among them.
    shown: BTreeSet<Provenance>,
    marks: Vec<Mark>,
    first: First,
}

impl Behind {
    /// Puts an event into the timeline, and keeps it where it may have made a foothold.
    fn show(
        &mut self,
        event: Event,
        severity: Severity,
        (zone, lines): (&TimeZone, &mut Lines),
    ) -> Result<(), CaseError> {
        self.marks.push(Mark {
            time: event.record.event_time,
            severity,
        });
        let row = timeline_row(&event, zone);
        let key = of_timeline(&row);
        lines.push(&key, &(json_line(&row)? + &csv_line(TIMELINE, &row)?))?;
        self.first.take((key, self.marks.len()), row);
        if may_be_foothold(&event) {
            self.making.push(event);
        }
        Ok(())
    }

    /// Findings with an event of the attacker's behind them are the attacker's.
    pub(super) fn attribute(&self, findings: &mut [Finding]) {
        for finding in findings {
            if self.hostile.contains(&finding.id) {
                finding.attribution = Attribution::Attacker;
            }
        }
    }

    /// What the page shows of the timeline.
    pub(super) fn timeline(self) -> Timeline {
        Timeline {
            first: self.first.0.into_values().collect(),
            events: self.marks.len() as u64,
            marks: self.marks,
        }
    }
}

/// With what events are labelled and shown.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) zone: &'a TimeZone,
    pub(crate) networks: &'a Networks,
    pub(crate) attributed: &'a Attributed,
}

impl By<'_> {
    /// Fills in the network and who did it.
    pub(super) fn label(self, event: &mut Event) {
        let service = |ip| is_service(self.networks, ip);
        event.label = self.attributed.found.label(&event.record, service);
        enrich(std::slice::from_mut(event), self.networks);
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
        let mut behind = Behind {
            devices: Devices::of(findings),
            making: Vec::new(),
            hostile: BTreeSet::new(),
            shown: BTreeSet::new(),
            marks: Vec::new(),
            first: First::default(),
        };
        self.each_event_behind(findings, keys, &mut |mut event| {
            by.label(&mut event);
            if event.label.is_some() {
                behind.shown.insert(event.record.provenance);
                behind.hostile.extend(event.findings.iter().cloned());
            }
            let grave = event
                .findings
                .iter()
                .filter_map(|id| severity.get(id.as_str()));
            let gravest = grave.max().copied().unwrap_or(Severity::Informational);
            behind.devices.see(&event);
            behind.show(event, gravest, (by.zone, lines))
        })?;
        Ok(behind)
    }

    /// Reads the attacker's events once more: those that stand behind no finding join the timeline, and each
    /// tells whether what was done against him held.
    pub(super) fn attackers(
        &self,
        by: By<'_>,
        (behind, done): (&mut Behind, &mut [ContainmentRow]),
        timeline: &mut Lines,
    ) -> Result<(), CaseError> {
        let all = [Expr::Const(true)];
        self.each_concerned(&by.attributed.concerned, &all, &mut |_, mut event| {
            by.label(&mut event);
            if event.label.is_none() {
                return Ok(());
            }
            done.iter_mut().for_each(|row| row.judge(&event));
            if behind.shown.contains(&event.record.provenance) {
                return Ok(());
            }
            behind.show(event, Severity::Informational, (by.zone, timeline))
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
pub(super) fn of_recipient(row: &RecipientRow) -> Key {
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
pub(super) fn of_exposure(row: &ExposureRow) -> Key {
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
