//! What the attacker's events say, taken one at a time: his acts by account and place, what he made, on whom he acted.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{ActorKind, EvidenceRef, Outcome, Timestamp};
use hourzero_scope::attribution::{Attribution, Link, Place, Tally, account_of, is_creation};
use hourzero_scope::{
    Accessed, Acts, Attempts, Event, Traits, acted_on, acted_on_link, exposure, key_used,
    may_be_foothold,
};

use super::deeds::Deeds;
use super::entry::tells;
use super::events::in_order;
use super::first_records::FirstRecords;
use super::lists::of_exposure;
use crate::CaseError;
use crate::lines::Lines;
use crate::outputs::EXPOSURE;

/// What the attacker's events give.
#[derive(Default)]
pub(crate) struct Told {
    /// Whose the events are of which more is known than their place.
    pub(super) tally: Tally,
    /// Acts of administrators and responders on compromised accounts and footholds.
    pub(super) at_work: Vec<Event>,
    /// By account: the first and the last, and some of them.
    pub(super) accounts: BTreeMap<String, Trail>,
    /// His acts as counts and times.
    pub(super) acts: Acts,
    /// Those that tell of the way in.
    pub(super) kept: Vec<Event>,
    /// Those that may have made a foothold.
    pub(super) making: Vec<Event>,
    /// His first sign-in with each key of an application.
    keys: BTreeMap<String, Event>,
    /// Some of his acts by place, as links name it.
    pub(crate) places: BTreeMap<Place, Trail>,
    /// His acts on other accounts: from which to which, and of which kind.
    acted_on: BTreeMap<(String, String, &'static str), FirstRecords<20>>,
    /// Consents that owners gave.
    consents: Vec<Event>,
    /// Accounts that were made by accounts of his, by whomever.
    created: Vec<Event>,
    /// When he first used which application with which account.
    programs: BTreeMap<(String, String), Timestamp>,
    /// What he reached, by account.
    pub(super) accessed: Accessed,
    /// What betrays him.
    pub(super) traits: Traits,
    /// What the report counts.
    pub(super) deeds: Deeds,
}

/// The attacker's acts in one account.
#[derive(Debug, Clone)]
pub(crate) struct Trail {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    /// The first that was not refused.
    pub(super) entered: Option<Timestamp>,
    /// How many of them were refused.
    refused: u64,
    /// Those that are named for a verdict.
    evidence: FirstRecords<20>,
}

impl Told {
    /// His last act.
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.accounts.values().map(|trail| trail.last).max()
    }

    /// Takes one of his events, with its place as links name it.
    pub(super) fn take(&mut self, event: &Event, (found, place): (&Attribution, Place)) {
        self.betray(event, found);
        self.acts.see(event);
        self.accessed.see(event);
        let time = event.record.event_time;
        let new = || Trail {
            first: time,
            last: time,
            entered: None,
            refused: 0,
            evidence: FirstRecords::default(),
        };
        let account = account_of(&event.record);
        self.accounts.entry(account).or_insert_with(new).take(event);
        for place in std::iter::once(place).chain(found.app_place(&event.record)) {
            self.places.entry(place).or_insert_with(new).take(event);
        }
        for (on, kind) in acted_on(event) {
            let key = (account_of(&event.record), on, kind);
            self.acted_on.entry(key).or_default().take(&event.evidence);
        }
        if tells(event) {
            self.kept.push(event.clone());
        }
        if may_be_foothold(event) {
            self.making.push(event.clone());
        }
        if let Some(key) = key_used(event) {
            let order = |one: &Event| (one.record.event_time, one.evidence.record_id.clone());
            let first = self.keys.entry(key).or_insert_with(|| event.clone());
            if order(event) < order(first) {
                *first = event.clone();
            }
        }
    }

    /// Takes an event that is not his. A consent is given by the victim, and is the attacker's foothold all the same; `apps` are
    /// his applications.
    pub(super) fn take_others(&mut self, event: Event, apps: &BTreeSet<String>) {
        if !may_be_foothold(&event) {
            return;
        }
        if names_one_of(&event, apps) {
            self.making.push(event);
        } else if is_consent(&event) {
            self.consents.push(event);
        } else if is_creation(&event.record) {
            self.created.push(event);
        }
    }

    /// Ends the reading: what was kept for what came later is settled.
    pub(super) fn settle(&mut self) {
        self.take_consents();
        self.take_created();
        let keys = std::mem::take(&mut self.keys);
        self.making.extend(keys.into_values());
        in_order(&mut self.making);
    }

    /// Links from account to account by what he did with the first to the second.
    pub(super) fn links_by_acts(&self) -> Vec<Link> {
        let acts = self.acted_on.iter();
        acts.map(|((from, to, kind), records)| acted_on_link((from, to), kind, records.list()))
            .collect()
    }

    /// A consent that an owner gave shortly before the attacker used that application with his account was given
    /// to the attacker. One of long before is the company's own program.
    fn take_consents(&mut self) {
        for event in std::mem::take(&mut self.consents) {
            let record = &event.record;
            let name = record.target.name.clone().unwrap_or_default();
            let used = self.programs.get(&(account_of(record), name));
            let lured = used.is_some_and(|used| {
                (0..=LURED_SECONDS).contains(&used.seconds_since(record.event_time))
            });
            if lured {
                self.making.push(event);
            }
        }
    }

    /// The attacker's acts that made an account.
    pub(super) fn creations(&self, account: &str) -> Vec<&Event> {
        let named = |event: &&Event| {
            let name = event.record.target.name.as_deref();
            is_creation(&event.record)
                && name.is_some_and(|name| name.eq_ignore_ascii_case(account))
        };
        self.making.iter().filter(named).collect()
    }

    /// An account that was made shortly before the attacker gave it a role was made by him, also where the record of
    /// its making does not tell from where it was done.
    fn take_created(&mut self) {
        let raised: Vec<(String, Timestamp)> = self
            .making
            .iter()
            .filter(|event| RAISING.contains(&event.record.operation.as_str()))
            .filter_map(|event| Some((event.record.target.name.clone()?, event.record.event_time)))
            .collect();
        for event in std::mem::take(&mut self.created) {
            let record = &event.record;
            let his = raised.iter().any(|(name, at)| {
                record.target.name.as_ref() == Some(name)
                    && (0..=RAISED_SECONDS).contains(&at.seconds_since(record.event_time))
            });
            if his {
                self.making.push(event);
            }
        }
    }

    /// Takes in what of an event is the attacker's own: his addresses, sessions, programs and tokens.
    fn betray(&mut self, event: &Event, found: &Attribution) {
        let record = &event.record;
        let account = account_of(record);
        if let Some(ip) = record.ip.filter(|ip| found.ips.contains(ip)) {
            self.traits.note("ip", &ip.to_string(), event);
        }
        if let Some(session) = &record.session_id
            && found.holds_session(&account, session)
        {
            self.traits.note("session", session, event);
        }
        if let Some(name) = &record.app_name {
            let time = record.event_time;
            let key = (account.clone(), name.clone());
            let first = self.programs.entry(key).or_insert(time);
            *first = time.min(*first);
        }
        if record.actor.kind == ActorKind::App {
            self.traits.note("app", &account, event);
        }
        for target in &found.targets {
            if record.owner.as_ref() == Some(target) {
                self.traits.note("recipient", target, event);
            }
        }
    }

    /// Takes in what an event reached, and writes it down.
    pub(super) fn reach(&mut self, event: &Event, reached: &mut Lines) -> Result<(), CaseError> {
        for row in exposure(event) {
            self.accessed.take(&row);
            if row.attribution == hourzero_model::Attribution::Attacker.name() {
                self.deeds.reach(&row.account, &event.evidence);
            }
            reached.push(
                &of_exposure(&row),
                &hourzero_report::csv_line(EXPOSURE, &row)?,
            )?;
        }
        Ok(())
    }
}

impl Trail {
    fn take(&mut self, event: &Event) {
        let time = event.record.event_time;
        self.first = self.first.min(time);
        self.last = self.last.max(time);
        if matches!(event.record.result, Outcome::Failure | Outcome::Interrupted) {
            self.refused += 1;
        } else {
            self.entered = Some(self.entered.map_or(time, |first| first.min(time)));
        }
        self.evidence.take(&event.evidence);
    }

    /// As attempts, where some were refused.
    pub(super) fn attempts(&self) -> Option<Attempts> {
        (self.refused > 0).then(|| Attempts {
            first: self.first,
            last: self.last,
            count: self.refused,
            evidence: self.named(),
        })
    }

    /// Some of the records, always the same ones.
    pub(crate) fn named(&self) -> Vec<EvidenceRef> {
        self.evidence.list()
    }
}

/// So long after a consent the attacker's first use of the application tells for whom it was given.
const LURED_SECONDS: i64 = 86_400;

/// Acts that give an account power.
const RAISING: &[&str] = &[
    "Add member to role",
    "Add eligible member to role",
    "Add member to group",
];

/// So long after its making a role tells by whom an account was made.
const RAISED_SECONDS: i64 = 86_400;

/// Whether a person let an application do something.
fn is_consent(event: &Event) -> bool {
    let operation = event.record.operation.to_lowercase();
    operation.starts_with("consent to application")
}

/// Whether an event is about one of these applications.
fn names_one_of(event: &Event, apps: &BTreeSet<String>) -> bool {
    let record = &event.record;
    let is_one = |text: &str| apps.contains(text.trim_matches(['"', '[', ']']));
    !apps.is_empty()
        && (record.target.id.as_deref().is_some_and(is_one)
            || record.parameters.iter().any(|(_, value)| is_one(value))
            || record
                .changed
                .iter()
                .any(|change| change.new.as_deref().is_some_and(is_one)))
}
