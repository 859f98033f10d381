//! Whose the acts are that are not the attacker's: of responders, administrators, partners, owners.
//!
//! Takes what people told of their own acts, who holds a role and whom the case concerns, and labels a record at a
//! time. Where nothing speaks for anybody it says nothing: *unknown* is a legal answer, a guess is not.

mod duty;
mod tally;
mod told;

use std::collections::BTreeSet;
use std::net::IpAddr;

use hourzero_model::{
    ActorKind, Attribution as Who, Confidence, Foothold, Outcome, Record, ResponderAction,
    Timestamp,
};

use super::grow::Attribution;
use super::label::account_of;
use super::seat::{SeatKey, is_persons};
use crate::contained::{against, target_of};
use crate::{Concern, Label};

pub use duty::{ADMINISTRATION_TYPES, ROLE_OPERATIONS};
pub use tally::Tally;

/// On so many days an account is at a place before that is called its own, where nothing was learnt before.
const DAILY: u32 = 4;

/// What is known of those who are not the attacker.
#[derive(Debug, Default, Clone)]
pub struct Others {
    /// What people told of their own acts.
    pub told: Vec<ResponderAction>,
    /// Accounts that were given a role, UPN in lower case.
    pub holders: BTreeSet<String>,
    /// Technicians of partners, by name and by object id.
    pub partners: BTreeSet<String>,
    /// Whom and what the case concerns; nothing before that is known, and where nobody was entered.
    pub concern: Option<Concerned>,
}

/// Whom and what the case concerns.
#[derive(Debug, Clone)]
pub struct Concerned {
    /// Accounts that were entered.
    pub accounts: BTreeSet<String>,
    /// What the attacker left behind.
    pub footholds: Vec<Foothold>,
    /// His first act.
    pub since: Timestamp,
}

impl Concerned {
    /// The same, as the reading of containment takes it.
    pub fn as_concern(&self) -> Concern<'_> {
        Concern {
            accounts: &self.accounts,
            footholds: &self.footholds,
            since: self.since,
        }
    }

    /// Whether a record acts on one of the accounts or footholds.
    pub fn is_about(&self, record: &Record) -> bool {
        let acted = account_of(record);
        let on = [
            Some(target_of(record)),
            record.owner.clone(),
            record.target.name.as_deref().map(str::to_lowercase),
        ];
        on.into_iter()
            .flatten()
            .any(|name| name != acted && self.accounts.contains(&name))
            || against(record, self.as_concern()).is_some_and(|done| !done.is_tenant_wide())
    }
}

/// How an account's place looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The account's own.
    Home,
    /// Nothing speaks for or against it.
    Plain,
    /// Much speaks against it, or it is the attacker's.
    Strange,
}

impl Others {
    /// Whose a record is; nothing where nobody can tell. `service` is as for [`Attribution::label`].
    ///
    /// What people told as their own act is theirs, also where nobody but the attacker was active in the account in
    /// these minutes; an act from an address or with a token of the attacker's stays his.
    pub fn whose(
        &self,
        record: &Record,
        found: &Attribution,
        service: impl Fn(IpAddr) -> bool,
    ) -> Option<Label> {
        let key = SeatKey::of(record, &service).among(&found.split);
        let since = self.concern.as_ref().map(|concern| concern.since);
        let told = told::told(&self.told, record, since);
        let is_placed = found.hostile.contains_key(&key)
            || key.ip.is_some_and(|ip| found.ips.contains(&ip))
            || record
                .token_id
                .as_ref()
                .is_some_and(|token| found.tokens.contains(token));
        if told.is_some() && !is_placed {
            return told;
        }
        found
            .label(record, &service)
            .or_else(|| self.partner(record, found))
            .or_else(|| self.at_work(record, found, &key))
            .or_else(|| owner(record, found, &key))
    }

    /// The same, now that it is known whom the case concerns.
    #[must_use]
    pub fn concerning(self, concern: Option<Concerned>) -> Self {
        Self { concern, ..self }
    }

    /// The places from which acts were done that people told, as ids of links: they are not the attacker's. An
    /// account's act on itself is left out, because the attacker does that too, in the same minutes.
    pub fn told_place(&self, record: &Record, service: impl Fn(IpAddr) -> bool) -> Option<String> {
        let is_theirs = told::told(&self.told, record, None)
            .is_some_and(|label| label.confidence == Some(Confidence::Confirmed));
        let place = super::link::place_of(record, service);
        (is_theirs && target_of(record) != place.1).then(|| super::link::link_id(&place))
    }

    /// A partner's technician at delegated administration.
    fn partner(&self, record: &Record, found: &Attribution) -> Option<Label> {
        let says_so = record.actor.kind == ActorKind::Partner
            || record
                .parameter("CrossTenantAccessType")
                .any(|value| value.to_lowercase().contains("serviceprovider"));
        let names = [record.actor.upn.as_ref(), record.actor.id.as_ref()];
        let known = names
            .into_iter()
            .flatten()
            .any(|name| self.partners.contains(name));
        if !says_so && !known {
            return None;
        }
        // Where the attacker came in as that technician, the rest of his acts may be the attacker's too.
        let account = account_of(record);
        let used = found.hostile.keys().any(|key| key.account == account);
        let (confidence, reason) = match (used, says_so) {
            (true, _) => (
                Confidence::Possible,
                "a partner's technician, whose account the attacker used too",
            ),
            (false, true) => (
                Confidence::Confirmed,
                "the log names the actor as a partner with delegated administration",
            ),
            (false, false) => (
                Confidence::Likely,
                "this technician of a partner signed in with delegated administration",
            ),
        };
        Some(label(Who::Partner, confidence, reason))
    }

    /// An act of a responder or administrator.
    fn at_work(&self, record: &Record, found: &Attribution, key: &SeatKey) -> Option<Label> {
        if !is_persons(record.actor.kind, record.log)
            || record.result == Outcome::Failure
            || !key.account.contains('@')
        {
            return None;
        }
        let done = self
            .concern
            .as_ref()
            .and_then(|concern| against(record, concern.as_concern()))
            .filter(|done| !done.is_tenant_wide() && done.target != key.account);
        let at_duty = duty::is_administration(record, &self.holders);
        if (done.is_none() && !at_duty) || record.owner.as_deref() == Some(&key.account) {
            return None;
        }
        let confidence = match (
            found.place(key),
            found.accounts.contains_key(key.account.as_str()),
        ) {
            (Place::Strange, _) | (Place::Plain, true) => return None,
            (Place::Home, true) => Confidence::Possible,
            (Place::Home | Place::Plain, false) => Confidence::Likely,
        };
        Some(match done {
            Some(done) => label(
                Who::Responder,
                confidence,
                &format!(
                    "{} against the attacker, by somebody who is not seen to be him",
                    done.action
                ),
            ),
            None => label(
                Who::Administrator,
                confidence,
                if self.holders.contains(key.account.as_str()) {
                    "administration by an account that holds a role"
                } else {
                    "administration that only a role allows, and nothing strange about the place"
                },
            ),
        })
    }
}

impl Attribution {
    /// Whether somebody signed in whose account lies in no domain of the tenant and who is no guest.
    pub fn has_foreign_sign_ins(&self) -> bool {
        self.seats.iter().any(|(key, seat)| {
            let account = &key.account;
            seat.sign_ins > 0 && !seat.is_app && !self.is_own(account) && !account.contains("#ext#")
        })
    }

    /// How the place of a record looks for its account.
    fn place(&self, key: &SeatKey) -> Place {
        if self.hostile.contains_key(key) {
            return Place::Strange;
        }
        if self.is_learnt(key) {
            return Place::Home;
        }
        // A record that does not tell its client is weighed by those of the same address that do.
        if self.is_strange(key) || self.is_strange_address(key) {
            Place::Strange
        } else {
            Place::Plain
        }
    }

    /// Whether a seat is one of the learnt places of an account of the tenant.
    fn is_owners(&self, key: &SeatKey) -> bool {
        (self.is_own(&key.account) || key.account.contains("#ext#@"))
            && !self.hostile.contains_key(key)
            && self.is_learnt(key)
    }

    /// Whether the account was known there before, or is there day after day with nothing against it. Records that
    /// do not tell their client go with those of the same place that do.
    pub(super) fn is_learnt(&self, key: &SeatKey) -> bool {
        if self.is_steady(key) {
            return true;
        }
        if !key.platform.is_empty() || self.points.contains_key(key) {
            return false;
        }
        let mut beside = self
            .seats
            .range(key..)
            .map(|(other, _)| other)
            .take_while(|other| {
                other.account == key.account && other.session == key.session && other.ip == key.ip
            })
            .filter(|other| !other.platform.is_empty())
            .peekable();
        beside.peek().is_some() && beside.all(|other| self.is_steady(other))
    }

    fn is_steady(&self, key: &SeatKey) -> bool {
        let is_daily = || {
            let days = self.seats.get(key).map_or(0, |seat| seat.days.count_ones());
            days >= DAILY && self.points.get(key).is_some_and(|points| *points <= 0)
        };
        !self.hostile.contains_key(key) && (self.home.contains(key) || is_daily())
    }

    /// Events that their place alone calls the owner's.
    pub(super) fn owners_events(&self) -> u64 {
        let seats = self.seats.iter();
        seats
            .filter(|(key, _)| self.is_owners(key))
            .map(|(_, seat)| seat.acts)
            .sum()
    }

    /// Whose a record is by its place alone, without what anybody did there.
    pub(super) fn by_place(&self, record: &Record, service: impl Fn(IpAddr) -> bool) -> Who {
        if matches!(record.actor.kind, ActorKind::System | ActorKind::Service) {
            Who::Service
        } else if is_persons(record.actor.kind, record.log)
            && self.is_owners(&SeatKey::of(record, service).among(&self.split))
        {
            Who::Owner
        } else {
            Who::Unknown
        }
    }
}

/// An act from where the account is at home.
fn owner(record: &Record, found: &Attribution, key: &SeatKey) -> Option<Label> {
    if !is_persons(record.actor.kind, record.log) || !found.is_owners(key) {
        return None;
    }
    Some(if found.refused.contains(key) {
        label(
            Who::Owner,
            Confidence::Likely,
            "a person said that this place is not the attacker's",
        )
    } else if found.accounts.contains_key(key.account.as_str()) {
        label(
            Who::Owner,
            Confidence::Possible,
            "from a network or device that the account used before; the attacker used this account too",
        )
    } else {
        label(
            Who::Owner,
            Confidence::Likely,
            "from a network or device that the account used before",
        )
    })
}

fn label(attribution: Who, confidence: Confidence, reason: &str) -> Label {
    Label {
        attribution,
        confidence: Some(confidence),
        reason: reason.to_owned(),
    }
}
