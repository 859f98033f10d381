//! What the report counts of the attacker's events: acts by account, days, hours and places, and some of the
//! records of each.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{EvidenceRef, Log, Outcome, Timestamp};
use hourzero_report::base::{ActCount, Charts, DayCount, Edge, PlaceCount, Sent};
use hourzero_scope::attribution::{Link, account_of};
use hourzero_scope::{Event, RecipientRow, SENDING_OPERATIONS};
use jiff::tz::TimeZone;

use super::first_records::FirstRecords;

/// Counts, taken in event by event in any order. They grow with accounts, operations and days, not with events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Deeds {
    acts: BTreeMap<(String, String, &'static str), Act>,
    days: BTreeMap<(String, String), u64>,
    places: BTreeMap<(String, String), (u64, u64)>,
    hours: BTreeMap<(usize, usize), u64>,
    reached: BTreeMap<String, Named>,
    sent: Named,
}

#[derive(Debug, Clone)]
struct Act {
    events: u64,
    first: Timestamp,
    last: Timestamp,
    /// The records of the first and of the last time; of several at one time, the first in their own order.
    ends: [EvidenceRef; 2],
    evidence: Named,
}

/// So many records stand for each of them.
type Named = FirstRecords<25>;

impl Act {
    fn take(&mut self, time: Timestamp, record: &EvidenceRef) {
        self.events += 1;
        let [first, last] = &mut self.ends;
        if (time, record) < (self.first, first) {
            (self.first, *first) = (time, record.clone());
        }
        if time > self.last || (time == self.last && record < last) {
            (self.last, *last) = (time, record.clone());
        }
        self.evidence.take(record);
    }

    /// Some of the records, the first and the last among them.
    fn list(&self) -> Vec<EvidenceRef> {
        let all: BTreeSet<EvidenceRef> = self.evidence.iter().chain(&self.ends).cloned().collect();
        all.into_iter().collect()
    }
}

impl Deeds {
    /// Takes in an event of the attacker's.
    pub(super) fn take(&mut self, event: &Event, zone: &TimeZone) {
        let record = &event.record;
        let (account, time) = (account_of(record), record.event_time);
        let day = time.day();
        *self.days.entry((account.clone(), day)).or_default() += 1;
        if let Ok(at) = jiff::Timestamp::from_microsecond(time.micros()) {
            let local = zone.to_datetime(at);
            let weekday = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
            let hour = usize::try_from(local.hour()).unwrap_or(0);
            *self.hours.entry((weekday, hour)).or_default() += 1;
        }
        if record.log == Log::SignIn {
            let country = record.country.clone().unwrap_or_default();
            let network = record.asn.map(|asn| format!("AS{asn}")).unwrap_or_default();
            let place = self.places.entry((country, network)).or_default();
            if record.result == Outcome::Success {
                place.0 += 1;
            } else {
                place.1 += 1;
            }
        }
        if SENDING_OPERATIONS.contains(&record.operation.as_str()) {
            self.sent.take(&event.evidence);
        }
        let key = (account, record.operation.clone(), record.log.name());
        let act = self.acts.entry(key).or_insert_with(|| Act {
            events: 0,
            first: time,
            last: time,
            ends: [event.evidence.clone(), event.evidence.clone()],
            evidence: Named::default(),
        });
        act.take(time, &event.evidence);
    }

    /// Takes in that something of an account was reached.
    pub(super) fn reach(&mut self, account: &str, record: &EvidenceRef) {
        self.reached
            .entry(account.to_owned())
            .or_default()
            .take(record);
    }

    /// Acts by the account's first act, then by their own.
    pub(crate) fn acts(&self) -> Vec<ActCount> {
        let mut rows: Vec<ActCount> = self
            .acts
            .iter()
            .map(|((account, operation, source), act)| ActCount {
                account: account.clone(),
                operation: operation.clone(),
                source: (*source).to_owned(),
                events: act.events,
                first: act.first,
                last: act.last,
                ends: act.ends.clone(),
                evidence: act.list(),
            })
            .collect();
        rows.sort_by(|a, b| {
            (a.first, &a.account, &a.operation, &a.source).cmp(&(
                b.first,
                &b.account,
                &b.operation,
                &b.source,
            ))
        });
        rows
    }

    /// Some of the records of what was reached, by account.
    pub(crate) fn reached(&self) -> BTreeMap<String, Vec<EvidenceRef>> {
        self.reached
            .iter()
            .map(|(account, records)| (account.clone(), records.list()))
            .collect()
    }

    /// What the charts are drawn from.
    pub(crate) fn charts(&self, links: &[Link]) -> Charts {
        let days = self.days.iter().map(|((account, day), events)| DayCount {
            account: account.clone(),
            day: day.clone(),
            events: *events,
        });
        let mut places: Vec<PlaceCount> = self
            .places
            .iter()
            .map(|((country, network), (succeeded, refused))| PlaceCount {
                country: country.clone(),
                network: network.clone(),
                succeeded: *succeeded,
                refused: *refused,
            })
            .collect();
        places.sort_by_key(|one| std::cmp::Reverse(one.succeeded + one.refused));
        let hours = (0..7)
            .map(|weekday| {
                (0..24)
                    .map(|hour| self.hours.get(&(weekday, hour)).copied().unwrap_or(0))
                    .collect()
            })
            .collect();
        Charts {
            days: days.collect(),
            places,
            hours,
            spread: links
                .iter()
                .filter(|link| !link.from.is_empty() && !link.to.is_empty())
                .filter(|link| link.decision.as_ref().is_none_or(|word| word.accepted))
                .map(|link| Edge {
                    from: link.from.clone(),
                    to: link.to.clone(),
                    kind: link.kind.clone(),
                })
                .collect(),
        }
    }

    /// What the attacker sent, in numbers.
    pub(crate) fn sent(&self, rows: &[RecipientRow]) -> Sent {
        let of_his = rows
            .iter()
            .filter(|row| row.attribution == hourzero_model::Attribution::Attacker.name());
        let (mut messages, mut inside, mut outside) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut clicked = BTreeSet::new();
        for row in of_his {
            messages.insert((
                &row.account,
                &row.subject,
                &row.internet_message_id,
                &row.network_message_id,
            ));
            if row.recipient.is_empty() {
                continue;
            }
            match row.direction.as_str() {
                "internal" => inside.insert(&row.recipient),
                _ => outside.insert(&row.recipient),
            };
            if row.clicked == "yes" {
                clicked.insert(&row.recipient);
            }
        }
        let mut domains: BTreeMap<String, u64> = BTreeMap::new();
        for person in inside.iter().chain(&outside) {
            let domain = person.rsplit('@').next().unwrap_or_default();
            *domains.entry(domain.to_lowercase()).or_default() += 1;
        }
        let mut domains: Vec<(String, u64)> = domains.into_iter().collect();
        domains.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        Sent {
            messages: messages.len() as u64,
            inside: inside.len() as u64,
            outside: outside.len() as u64,
            clicked: clicked.len() as u64,
            domains,
            evidence: self.sent.list(),
        }
    }
}
