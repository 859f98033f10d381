//! What the attacker's events tell, read once: his acts by account, what he reached, what he sent, what he made.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::Expr;
use hourzero_model::{
    ActorKind, Attribution as Who, EvidenceRef, Foothold, Outcome, State, Timestamp,
};
use hourzero_scope::attribution::{
    Attribution, Concerned, Others, Place, Tally, account_of, is_creation, place_of,
};
use hourzero_scope::{
    Accessed, Acts, Attempts, Containment, ContainmentRow, Coverage, Event, LogSpan, RecipientRow,
    Suspicion, Traits, exposure, footholds, key_used, may_be_foothold, read_states,
};

use super::deeds::Deeds;
use super::entry::tells;
use super::events::{List, in_order};
use super::first_records::FirstRecords;
use super::lists::{By, of_exposure};
use super::mail::{Mail, push_recipients};
use crate::attribution::{at_work, is_service};
use crate::lines::Lines;
use crate::outputs::EXPOSURE;
use crate::{Case, CaseError};

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
    /// Whom and what the case concerns; nothing where nobody was entered.
    pub(super) concern: Option<Concerned>,
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

    fn take(&mut self, event: &Event, (found, place): (&Attribution, Place)) {
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
        self.places.entry(place).or_insert_with(new).take(event);
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
    fn reach(&mut self, event: &Event, reached: &mut Lines) -> Result<(), CaseError> {
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

impl Case<'_> {
    /// Reads the attacker's events and mail, and what was done against him.
    pub(super) fn attack(
        &self,
        (suspicion, by): (&Suspicion, By<'_>),
        spans: &[LogSpan],
        (sent, reached): (&mut Lines, &mut Lines),
    ) -> Result<Attack, CaseError> {
        let mut mail = Mail::default();
        let mut told = self.told(by, (&mut mail, reached))?;
        let concern = concern(by, &told);
        let (removals, contained) = self.done_by_others(
            (suspicion, by),
            concern.as_ref(),
            (&mut told, sent, reached),
        )?;
        let recipients = self.write_mail(by, mail, (sent, reached, &mut told.accessed))?;
        let accounts: Vec<String> = by.attributed.found.accounts.keys().cloned().collect();
        let mut states = Vec::new();
        self.lake.states(&mut |state| states.push(state))?;
        let hostile = standing(&told.making, (&removals, &states));
        let first_attack = told.acts.first();
        let coverage = self.covered((by.survey, &accounts), spans, first_attack)?;
        Ok(Attack {
            told,
            removals,
            accounts,
            hostile,
            contained,
            coverage,
            recipients,
            states,
            concern,
        })
    }

    /// What is known of others once it is known whom the case concerns; for labels outside an investigation.
    pub(crate) fn others_concerned(&self, by: By<'_>) -> Result<Others, CaseError> {
        let others = self.others(&by.attributed.found)?;
        let by = By {
            others: &others,
            ..by
        };
        let mut reached = Lines::new(&self.folder.temporary());
        let told = self.told(by, (&mut Mail::default(), &mut reached))?;
        Ok(others.clone().concerning(concern(by, &told)))
    }

    /// Reads the attacker's events.
    fn told(
        &self,
        by: By<'_>,
        (mail, reached): (&mut Mail, &mut Lines),
    ) -> Result<Told, CaseError> {
        let mut told = Told::default();
        let found = &by.attributed.found;
        let service = |ip| is_service(by.networks, ip);
        let apps = found.apps();
        let all = [Expr::Const(true)];
        self.each_concerned(&by.attributed.concerned, &all, &mut |_, mut event| {
            by.label(&mut event);
            if !event.is_attackers() {
                // A consent is given by the victim, and is the attacker's foothold all the same.
                if may_be_foothold(&event) {
                    if names_one_of(&event, &apps) {
                        told.making.push(event);
                    } else if is_consent(&event) {
                        told.consents.push(event);
                    } else if is_creation(&event.record) {
                        told.created.push(event);
                    }
                }
                return Ok(());
            }
            told.tally.see(&event, found, service);
            told.take(&event, (found, place_of(&event.record, service)));
            told.deeds.take(&event, by.zone);
            told.reach(&event, reached)?;
            mail.take(&event);
            Ok(())
        })?;
        told.take_consents();
        told.take_created();
        let keys = std::mem::take(&mut told.keys);
        told.making.extend(keys.into_values());
        in_order(&mut told.making);
        Ok(told)
    }

    /// Reads what others did: what removes footholds, what was done against the attacker, and what the suspected
    /// reached and sent.
    fn done_by_others(
        &self,
        (suspicion, by): (&Suspicion, By<'_>),
        concern: Option<&Concerned>,
        (told, sent, reached): (&mut Told, &mut Lines, &mut Lines),
    ) -> Result<(Vec<Event>, Vec<ContainmentRow>), CaseError> {
        let others = by.others.clone().concerning(concern.cloned());
        let by = By {
            others: &others,
            ..by
        };
        let found = &by.attributed.found;
        let service = |ip| is_service(by.networks, ip);
        let mut containment = Containment::default();
        let mut removals = Vec::new();
        let suspicion = Some(suspicion).filter(|_| found.accounts.is_empty());
        let filter = at_work(&others);
        self.each_listed((suspicion, filter), &mut |list, mut event| {
            by.label(&mut event);
            match list {
                List::Removals => removals.push(event),
                List::Sending => push_recipients(&event, by, sent)?,
                List::Exposing => told.reach(&event, reached)?,
                List::Containing => {
                    if let Some(concern) = concern {
                        containment.see(&event, concern.as_concern());
                    }
                }
                List::AtWork if event.is_attackers() => {}
                List::AtWork => {
                    told.tally.see(&event, found, service);
                    let is_work = matches!(
                        event.attribution(),
                        Who::Administrator | Who::Responder | Who::Partner
                    );
                    if is_work && concern.is_some_and(|concern| concern.is_about(&event.record)) {
                        told.at_work.push(event);
                    }
                }
            }
            Ok(())
        })?;
        in_order(&mut removals);
        Ok((removals, containment.rows()))
    }
}

/// Whom and what the case concerns, as far as the attacker's own events tell.
fn concern(by: By<'_>, told: &Told) -> Option<Concerned> {
    Some(Concerned {
        since: told.acts.first()?,
        accounts: by.attributed.found.accounts.keys().cloned().collect(),
        footholds: footholds(&told.making, &[]),
    })
}

impl Attack {
    /// From when to when the attacker is seen in each account that he entered.
    pub(super) fn windows(&self) -> BTreeMap<String, (Timestamp, Timestamp)> {
        let told = &self.told.accounts;
        let known = self.accounts.iter().filter_map(|account| {
            let trail = told.get(account)?;
            Some((account.clone(), (trail.first, trail.last)))
        });
        known.collect()
    }

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
