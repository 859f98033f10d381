//! Applications that are known for the attacker's wherever they are used: he entered another account with one to which
//! this account consented too, or a person says so.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::{ActorKind, Log, Outcome, Record};

use super::apps::{bare, is_app_id, is_through_interface};
use super::grow::{Attribution, Input};
use super::label::account_of;
use super::link::{Place, link_id};
use super::seat::{SeatKey, is_persons};
use super::walk::HOSTILE;
use super::weigh::Weight;

/// What is said of an application with which he entered another account.
pub const CONSENTED_APP: &str = "an application with which the attacker entered another account";
/// A client like the owner's does not speak against it.
const POINTS: i32 = HOSTILE + 2;
/// Neither does anything that the application is used to, where it signs in with a key of his.
const KEY_POINTS: i32 = 2 * HOSTILE;
/// So many days of use at home make an application the company's own.
const HOME_DAYS: usize = 2;

/// A use of an application in the name of an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AppUsed {
    /// The account.
    pub account: String,
    /// The application's id, or that of the key with which it signed in by itself.
    pub app: String,
    /// Session, empty where not logged.
    pub session: String,
    /// Address; none where it is the service's own.
    pub ip: Option<IpAddr>,
}

impl AppUsed {
    /// What a record tells of it: a sign-in with an application, or what was done through one. `service` is as for
    /// [`Attribution::label`]. A sign-in at the service's own address tells nothing of who has the application.
    pub fn of(record: &Record, service: impl Fn(IpAddr) -> bool) -> Option<Self> {
        let ip = record.ip.filter(|ip| !service(*ip));
        let told = match record.log {
            Log::SignIn => ip.is_some(),
            Log::UnifiedAudit => ip.is_some() || is_through_interface(record),
            _ => false,
        };
        if !told || !is_persons(record.actor.kind, record.log) || record.result == Outcome::Failure
        {
            return None;
        }
        Some(Self {
            account: account_of(record),
            app: record.app_id.clone()?,
            session: record.session_id.clone().unwrap_or_default(),
            ip,
        })
    }

    /// Where a link by the application to the account begins, and the account.
    fn place(&self) -> Place {
        place((&self.account, &self.app))
    }
}

fn place((account, app): (&str, &str)) -> Place {
    (format!("application {app}"), account.to_owned())
}

/// To which application a record is the consent of, lower-case.
pub fn consented_app(record: &Record) -> Option<String> {
    if record.operation.trim_end_matches('.') != "Consent to application"
        || record.result == Outcome::Failure
    {
        return None;
    }
    let changed = record.changed.iter();
    let named = changed
        .filter(|change| change.name == "TargetId.ServicePrincipalNames")
        .filter_map(|change| change.new.as_deref());
    let ids = named.chain(record.parameter("AppId")).map(bare);
    ids.chain(record.resource_app_id.clone())
        .chain(record.app_id.clone())
        .find(|id| is_app_id(id))
}

/// Uses of known applications as the way through the seats needs them.
pub(super) struct KnownUses<'u> {
    placed: BTreeMap<(&'u str, &'u str, IpAddr), &'u str>,
}

impl<'u> KnownUses<'u> {
    pub(super) fn of(input: &'u Input) -> Self {
        let placed = standing(input).filter_map(|(one, clause)| {
            let place = (one.account.as_str(), one.session.as_str(), one.ip?);
            Some((place, clause))
        });
        Self {
            placed: placed.collect(),
        }
    }

    /// What the use of a known application at a seat weighs. Where the owner is at home, it is he who consented; what an
    /// application is used to says nothing of who has its new key.
    pub(super) fn weight(&self, key: &SeatKey, at_home: bool) -> Option<Weight> {
        let place = (key.account.as_str(), key.session.as_str(), key.ip?);
        let text = self.placed.get(&place)?;
        let by_itself = is_app_id(&key.account);
        (by_itself || !at_home).then(|| Weight {
            points: if by_itself { KEY_POINTS } else { POINTS },
            ..weight(text)
        })
    }
}

/// Uses of known applications whose link nobody refused, each with the clause that says why it is known.
fn standing(input: &Input) -> impl Iterator<Item = (&AppUsed, &str)> {
    input.used.iter().filter_map(|one| {
        let clause = input.apps.get(&one.app)?;
        let is_refused = input.refused.contains(&link_id(&one.place()));
        (!is_refused).then_some((one, clause.as_str()))
    })
}

fn weight(text: &str) -> Weight {
    Weight {
        points: POINTS,
        text: text.to_owned(),
        is_deed: true,
        is_odd: true,
    }
}

impl Attribution {
    /// Names the accounts in which a known application was used away from home, or from the service's own addresses.
    pub(super) fn name_known_uses(&mut self, input: &Input) {
        for (one, clause) in standing(input) {
            let is_refused = input.refused.contains(&one.account);
            let is_ours = self.is_own(&one.account) || one.account.contains("#ext#@");
            if is_refused || !is_ours || one.ip.is_some() && !self.is_at_his_place(one) {
                continue;
            }
            self.known_apps
                .insert((one.account.clone(), one.app.clone()));
            self.accounts
                .entry(one.account.clone())
                .or_insert_with(|| vec![weight(clause)]);
        }
    }

    /// Whether an application was used at one of his places.
    pub fn is_at_his_place(&self, used: &AppUsed) -> bool {
        let from = SeatKey {
            account: used.account.as_str().into(),
            session: used.session.as_str().into(),
            ip: used.ip,
            ..SeatKey::default()
        };
        self.hostile
            .range(from.clone()..)
            .next()
            .is_some_and(|(key, _)| {
                key.account == from.account && key.session == from.session && key.ip == from.ip
            })
    }

    /// Applications with which he alone signed in to another account than this one, and those that he registered.
    pub fn has_entered_others_with(&self, app: &str, account: &str) -> bool {
        let mut alone = self.his_apps.keys();
        self.made.contains(app) || alone.any(|(other, his)| his == app && other != account)
    }

    /// Whether a record shows its account at home.
    pub fn shows_home(&self, record: &Record, service: impl Fn(IpAddr) -> bool) -> bool {
        let key = SeatKey::of(record, service).among(&self.split);
        key.ip.is_some() && !self.hostile.contains_key(&key) && self.is_learnt(&key)
    }

    /// Whether a record was made through a known application in its account's name, from the service's own addresses.
    pub(super) fn by_known_app(&self, record: &Record, key: &SeatKey) -> bool {
        let Some(app) = &record.app_id else {
            return false;
        };
        let used = (key.account.to_string(), app.clone());
        key.ip.is_none()
            && record.actor.kind != ActorKind::App
            && is_through_interface(record)
            && self.known_apps.contains(&used)
    }

    /// Links by known applications.
    pub(super) fn links_by_app(&self) -> impl Iterator<Item = (Place, &'static str)> {
        let used = self.known_apps.iter();
        used.map(|(account, app)| (place((account, app)), "consented-app"))
    }

    /// The place of a link by a known application, where a record of the attacker's was made with one.
    pub fn app_place(&self, record: &Record) -> Option<Place> {
        let used = (account_of(record), record.app_id.clone()?);
        let known = self.known_apps.get(&used)?;
        Some(place((&known.0, &known.1)))
    }
}

/// Counts the days on which accounts used applications at home: what is used there day after day is the company's own.
#[derive(Debug, Default)]
pub struct HomeUses(BTreeMap<String, BTreeSet<String>>);

impl HomeUses {
    /// Takes a record of an application.
    pub fn take(&mut self, record: &Record, found: &Attribution, service: impl Fn(IpAddr) -> bool) {
        if let Some(app) = &record.app_id
            && record.result != Outcome::Failure
            && found.shows_home(record, service)
        {
            let days = self.0.entry(app.clone()).or_default();
            days.insert(record.event_time.day());
        }
    }

    /// Whether an application is used at home on so many days that it is the company's own.
    pub fn is_own(&self, app: &str) -> bool {
        self.0.get(app).is_some_and(|days| days.len() >= HOME_DAYS)
    }
}
