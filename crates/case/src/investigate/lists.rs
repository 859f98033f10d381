//! The lists of `out/` that may have a line for every record: gathered event by event, sorted on disk.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::Expr;
use hourzero_lake::RecordKey;
use hourzero_model::{Attribution, Finding, Severity};
use hourzero_report::{Mark, TIMELINE_ROWS, Timeline, csv_line, json_line};
use hourzero_scope::attribution::Others;
use hourzero_scope::{
    Devices, Event, ExposureRow, RecipientRow, TimelineRow, is_mail_within, may_be_foothold,
    timeline_row,
};
use jiff::tz::TimeZone;

use super::attack::Attack;
use super::events::key_of;
use super::facts::enrich;
use crate::aside::Backing;
use crate::attribution::{Attributed, is_service};
use crate::found::FoundFindings;
use crate::lines::{Key, Lines};
use crate::networks::Networks;
use crate::outputs::TIMELINE;
use crate::survey::Survey;
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
    /// To whom the events behind each finding are attributed.
    pub(super) whose: BTreeMap<String, BTreeSet<Attribution>>,
    /// Findings with an event of the attacker's behind them.
    pub(super) hostile: BTreeSet<String>,
    /// All of them, in order.
    keys: Vec<RecordKey>,
    /// Rows of mail that the page does not show.
    mail: u64,
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
        let is_beside = matches!(
            event.attribution(),
            Attribution::Owner | Attribution::Service | Attribution::Unknown
        );
        self.first.take((is_beside, key, self.marks.len()), row);
        if may_be_foothold(&event) {
            self.making.push(event);
        }
        Ok(())
    }

    /// Whether an event stands behind a finding, and so in the timeline.
    fn shows(&self, event: &Event) -> bool {
        self.keys.binary_search(&key_of(&event.record)).is_ok()
    }

    /// Puts mail into the timeline's files. The page leaves it out, because it would fill it.
    fn show_mail(
        &mut self,
        event: &Event,
        (zone, lines): (&TimeZone, &mut Lines),
    ) -> Result<(), CaseError> {
        let row = timeline_row(event, zone);
        let line = json_line(&row)? + &csv_line(TIMELINE, &row)?;
        self.mail += 1;
        lines.push(&of_timeline(&row), &line)
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
        let mut first: Vec<_> = self.first.0.into_iter().collect();
        first.sort_by(|((_, a, i), _), ((_, b, j), _)| (a, i).cmp(&(b, j)));
        Timeline {
            first: first.into_iter().map(|(_, row)| row).collect(),
            events: self.marks.len() as u64,
            marks: self.marks,
            mail: self.mail,
        }
    }
}

/// With what events are labelled and shown.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) zone: &'a TimeZone,
    pub(crate) networks: &'a Networks,
    pub(crate) survey: &'a Survey,
    pub(crate) attributed: &'a Attributed,
    pub(crate) others: &'a Others,
}

impl By<'_> {
    /// Fills in the network and who did it.
    pub(crate) fn label(self, event: &mut Event) {
        let service = |ip| is_service(self.networks, ip);
        let found = &self.attributed.found;
        event.label = self.others.whose(&event.record, found, service);
        enrich(std::slice::from_mut(event), self.networks);
    }
}

impl Case<'_> {
    /// Reads the events behind findings once.
    pub(super) fn behind(
        &self,
        (found, backing): (&mut FoundFindings, &Backing),
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
            whose: BTreeMap::new(),
            hostile: BTreeSet::new(),
            keys: Vec::new(),
            mail: 0,
            marks: Vec::new(),
            first: First::default(),
        };
        self.each_event_behind(findings, (keys, backing), &mut |mut event| {
            by.label(&mut event);
            for id in &event.findings {
                let whose = behind.whose.entry(id.clone()).or_default();
                whose.insert(event.attribution());
            }
            if event.is_attackers() {
                behind.hostile.extend(event.findings.iter().cloned());
            }
            let grave = event
                .findings
                .iter()
                .filter_map(|id| severity.get(id.as_str()));
            let gravest = grave.max().copied().unwrap_or(Severity::Informational);
            behind.devices.see(&event);
            behind.keys.push(key_of(&event.record));
            behind.show(event, gravest, (by.zone, lines))
        })?;
        behind.keys.sort_unstable();
        Ok(behind)
    }

    /// Completes the timeline with what stands behind no finding: the attacker's other events, of which each tells
    /// also whether what was done against him held; acts of administrators and responders on what the case
    /// concerns; mail to and from the attacker's accounts in the time of his acts.
    pub(super) fn beside(
        &self,
        by: By<'_>,
        (behind, attack): (&mut Behind, &mut Attack),
        timeline: &mut Lines,
    ) -> Result<(), CaseError> {
        let windows = attack.windows();
        let done = &mut attack.contained;
        let all = [Expr::Const(true)];
        self.each_concerned(&by.attributed.concerned, &all, &mut |_, mut event| {
            by.label(&mut event);
            let is_attackers = event.is_attackers();
            if is_attackers {
                done.iter_mut().for_each(|row| row.judge(&event));
            }
            if behind.shows(&event) {
                Ok(())
            } else if is_attackers {
                behind.show(event, Severity::Informational, (by.zone, timeline))
            } else if is_mail_within(&event, &windows) {
                behind.show_mail(&event, (by.zone, timeline))
            } else {
                Ok(())
            }
        })?;
        for event in std::mem::take(&mut attack.told.at_work) {
            if !behind.shows(&event) && !is_mail_within(&event, &windows) {
                behind.show(event, Severity::Informational, (by.zone, timeline))?;
            }
        }
        Ok(())
    }
}

/// The first rows of the timeline, before all others those of the attacker and of who worked against him; those of one
/// key in the order in which they came.
#[derive(Default)]
struct First(BTreeMap<(bool, Key, usize), TimelineRow>);

impl First {
    fn take(&mut self, key: (bool, Key, usize), row: TimelineRow) {
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

pub(crate) fn of_timeline(row: &TimelineRow) -> Key {
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
                records: Vec::new(),
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
