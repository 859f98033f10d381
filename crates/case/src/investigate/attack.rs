//! What the attacker's events tell, read once: his acts by account, what he reached, what he sent, what he made.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::Expr;
use hourzero_model::{ActorKind, EvidenceRef, Foothold, State, Timestamp};
use hourzero_scope::attribution::{Attribution, Place, account_of};
use hourzero_scope::{
    Accessed, Acts, Concern, Containment, ContainmentRow, Coverage, Event, LogSpan, RecipientRow,
    Suspicion, Traits, exposure, footholds, may_be_foothold, read_states,
};

use super::entry::tells;
use super::events::{List, in_order};
use super::lists::{By, of_exposure};
use super::mail::{Mail, push_recipients};
use crate::attribution::is_service;
use crate::lines::Lines;
use crate::outputs::EXPOSURE;
use crate::{Case, CaseError};

/// What the attacker's events give.
#[derive(Default)]
pub(crate) struct Told {
    /// How many there are.
    pub(super) events: u64,
    /// By account: the first and the last, and some of them.
    pub(super) accounts: BTreeMap<String, Trail>,
    /// His acts as counts and times.
    pub(super) acts: Acts,
    /// Those that tell of the way in.
    pub(super) kept: Vec<Event>,
    /// Those that may have made a foothold.
    pub(super) making: Vec<Event>,
    /// Some of his acts by place, as links name it.
    pub(crate) places: BTreeMap<Place, Trail>,
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
}

/// What is known of the attack before the timeline is told.
pub(super) struct Attack {
    pub(super) told: Told,
    removals: Vec<Event>,
    pub(super) accounts: Vec<String>,
    pub(super) hostile: Vec<Foothold>,
    pub(super) contained: Vec<ContainmentRow>,
    pub(super) coverage: Coverage,
    pub(super) recipients: Vec<RecipientRow>,
    /// What the exports of the tenant's state show.
    pub(super) states: Vec<State>,
}

/// The attacker's acts in one account.
#[derive(Debug, Clone)]
pub(crate) struct Trail {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    evidence: Vec<EvidenceRef>,
}

/// So many of the first records are named for a verdict.
const NAMED: usize = 20;

impl Told {
    fn take(&mut self, event: &Event, (found, place): (&Attribution, Place)) {
        self.events += 1;
        self.betray(event, found);
        self.acts.see(event);
        self.accessed.see(event);
        let time = event.record.event_time;
        let new = || Trail {
            first: time,
            last: time,
            evidence: Vec::new(),
        };
        let account = account_of(&event.record);
        self.accounts.entry(account).or_insert_with(new).take(event);
        self.places.entry(place).or_insert_with(new).take(event);
        if tells(event) {
            self.kept.push(event.clone());
        }
        if may_be_foothold(event) {
            self.making.push(event.clone());
        }
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
            && found.sessions.contains(&(account.clone(), session.clone()))
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
    fn reach(&mut self, event: &Event, reached: &mut Lines) -> Result<(), CaseError> {
        for row in exposure(event) {
            self.accessed.take(&row);
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
        self.evidence.push(event.evidence.clone());
        if self.evidence.len() > NAMED * 8 {
            self.trim();
        }
    }

    fn trim(&mut self) {
        self.evidence.sort();
        self.evidence.truncate(NAMED);
    }

    /// Some of the records, always the same ones.
    pub(crate) fn named(&self) -> Vec<EvidenceRef> {
        let mut trail = self.clone();
        trail.trim();
        trail.evidence
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

impl Case<'_> {
    /// Reads the attacker's events and mail, and what was done against him.
    pub(super) fn attack(
        &self,
        (suspicion, by): (&Suspicion, By<'_>),
        spans: &[LogSpan],
        (sent, reached): (&mut Lines, &mut Lines),
    ) -> Result<Attack, CaseError> {
        let mut mail = Mail::default();
        let (mut told, removals, contained) =
            self.told((suspicion, by), (&mut mail, sent, reached))?;
        let recipients = self.write_mail(by, mail, (sent, reached, &mut told.accessed))?;
        let accounts: Vec<String> = by.attributed.found.accounts.keys().cloned().collect();
        let mut states = Vec::new();
        self.lake.states(&mut |state| states.push(state))?;
        let hostile = standing(&told.making, (&removals, &states));
        let first_attack = told.acts.first();
        let coverage = self.covered(&accounts, spans, first_attack)?;
        Ok(Attack {
            told,
            removals,
            accounts,
            hostile,
            contained,
            coverage,
            recipients,
            states,
        })
    }

    /// Reads the attacker's events, and what the suspected reached and sent; gives also what
    /// removes footholds, and what was done against him.
    fn told(
        &self,
        (suspicion, by): (&Suspicion, By<'_>),
        (mail, sent, reached): (&mut Mail, &mut Lines, &mut Lines),
    ) -> Result<(Told, Vec<Event>, Vec<ContainmentRow>), CaseError> {
        let mut told = Told::default();
        let apps = by.attributed.found.apps();
        let all = [Expr::Const(true)];
        self.each_concerned(&by.attributed.concerned, &all, &mut |_, mut event| {
            by.label(&mut event);
            if event.label.is_none() {
                // A consent is given by the victim, and is the attacker's foothold all the same.
                if may_be_foothold(&event) {
                    if names_one_of(&event, &apps) {
                        told.making.push(event);
                    } else if is_consent(&event) {
                        told.consents.push(event);
                    } else if event.record.operation == "Add user" {
                        told.created.push(event);
                    }
                }
                return Ok(());
            }
            let found = &by.attributed.found;
            let place = found.place_of(&event.record, |ip| is_service(by.networks, ip));
            told.take(&event, (found, place));
            told.reach(&event, reached)?;
            mail.take(&event);
            Ok(())
        })?;
        told.take_consents();
        told.take_created();
        in_order(&mut told.making);
        let accounts = by.attributed.found.accounts.keys().cloned().collect();
        let made = footholds(&told.making, &[]);
        let concern = told.acts.first().map(|since| Concern {
            accounts: &accounts,
            footholds: &made,
            since,
        });
        let mut containment = Containment::default();
        let mut removals = Vec::new();
        let suspicion = Some(suspicion).filter(|_| by.attributed.found.accounts.is_empty());
        self.each_listed(suspicion, &mut |list, mut event| {
            by.label(&mut event);
            match (list, concern) {
                (List::Removals, _) => removals.push(event),
                (List::Sending, _) => push_recipients(&event, by, sent)?,
                (List::Exposing, _) => told.reach(&event, reached)?,
                (List::Containing, Some(concern)) => containment.see(&event, concern),
                (List::Containing, None) => {}
            }
            Ok(())
        })?;
        in_order(&mut removals);
        Ok((told, removals, containment.rows()))
    }
}

impl Attack {
    /// The footholds of the events behind findings and of the attacker's.
    pub(super) fn footholds_with(&self, mut making: Vec<Event>) -> Vec<Foothold> {
        let held: BTreeSet<_> = making.iter().map(|event| event.record.provenance).collect();
        let more = self.told.making.iter();
        making.extend(
            more.filter(|event| !held.contains(&event.record.provenance))
                .cloned(),
        );
        in_order(&mut making);
        standing(&making, (&self.removals, &self.states))
    }
}

/// Footholds that these events made, with what later records and states say of them.
fn standing(making: &[Event], (removals, states): (&[Event], &[State])) -> Vec<Foothold> {
    let mut all = footholds(making, removals);
    read_states(&mut all, states);
    all
}
