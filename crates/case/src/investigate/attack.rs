//! What the attacker's events tell, read once: his acts by account, what he reached, what he sent, what he made.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::Expr;
use hourzero_model::{Attribution as Who, Foothold, State, Timestamp};
use hourzero_scope::attribution::{Concerned, Others, place_of};
use hourzero_scope::{
    Containment, ContainmentRow, Coverage, Event, LogSpan, RecipientRow, Suspicion, footholds,
    read_states,
};

use super::events::{List, in_order};
use super::lists::By;
use super::mail::{Mail, push_recipients};
use super::told::Told;
use crate::attribution::{at_work, is_service};
use crate::lines::Lines;
use crate::{Case, CaseError};

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
                told.take_others(event, &apps);
                return Ok(());
            }
            told.tally.see(&event, found, service);
            told.take(&event, (found, place_of(&event.record, service)));
            told.deeds.take(&event, by.zone);
            told.reach(&event, reached)?;
            mail.take(&event);
            Ok(())
        })?;
        told.settle();
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
