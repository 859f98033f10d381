//! Seats: where an account sat. One seat is an account, session, address and platform; the traces of all logs
//! that share them lie together.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::net::IpAddr;
use std::sync::Arc;

use hourzero_model::{ActorKind, Log, Outcome, Record, Timestamp};

use super::client::{Client, browser_of};
use super::hosting::is_hosting;
use super::name::Name;
use super::split::Split;
use super::trace::{Trace, before_first, prefix, wide_prefix};

/// What names a seat.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SeatKey {
    /// The account.
    pub account: Name,
    /// The session, empty where the log has none.
    pub session: Name,
    /// The address; nothing where the log has none, or one of Microsoft's own that says nothing.
    pub ip: Option<IpAddr>,
    /// Platform of the client, empty where its strings do not tell.
    pub platform: &'static str,
    /// What tells the browser from the others of the session, where several held it; else empty.
    pub(crate) browser: &'static str,
    /// Version of the browser, until it is known which sessions several held; then 0.
    pub(super) version: u16,
}

impl SeatKey {
    /// The seat of a record; `service` says whether an address is one of Microsoft's published front ends.
    pub(crate) fn of(record: &Record, service: impl Fn(IpAddr) -> bool) -> Self {
        Self::new(
            (
                super::label::account_of(record).as_str().into(),
                record.session_id.as_deref().unwrap_or_default().into(),
            ),
            record.ip.filter(|ip| !service(*ip)),
            (
                record.user_agent.as_deref().unwrap_or_default(),
                record.client_app.as_deref().unwrap_or_default(),
            ),
        )
    }

    /// The seat of an account in a session; `ip` is nothing where the address says nothing.
    pub(crate) fn new(
        (account, session): (Name, Name),
        ip: Option<IpAddr>,
        (user_agent, client_app): (&str, &str),
    ) -> Self {
        let (browser, version) = browser_of(user_agent);
        // Without a session nothing is told apart by it.
        let version = if session.is_empty() { 0 } else { version };
        Self {
            account,
            session,
            ip,
            platform: Client::read(user_agent, client_app).platform,
            browser,
            version,
        }
    }

    /// Whether the client is a telephone's.
    pub(super) fn is_telephone(&self) -> bool {
        matches!(self.platform, "ios" | "android")
    }

    /// Whether the client is a computer's.
    pub(super) fn is_computer(&self) -> bool {
        matches!(self.platform, "windows" | "mac" | "linux")
    }

    /// The key as the seats have it: the browser tells places apart only in sessions that several of them held.
    pub(crate) fn among(mut self, split: &Split) -> Self {
        self.browser = split.browser(&self.session, (self.browser, self.version));
        self.version = 0;
        self
    }
}

/// A few values, sorted and each once. A large tenant has hundreds of thousands of seats, most of them with one
/// value of each kind, for which a tree would be a hundred times too large.
#[derive(Debug, Clone)]
pub(crate) struct Few<T>(Vec<T>);

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord> Few<T> {
    fn insert(&mut self, value: T) {
        if let Err(at) = self.0.binary_search(&value) {
            if self.0.is_empty() {
                self.0.reserve_exact(1);
            }
            self.0.insert(at, value);
        }
    }

    fn join(&mut self, other: Self) {
        other.0.into_iter().for_each(|value| self.insert(value));
    }
}

impl<T> std::ops::Deref for Few<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

/// A few texts, sorted and each once, with the days on which each was seen. A place without a session lives for weeks and
/// holds whatever was used there: what came late must not count for the days before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dated(Vec<(Arc<str>, u64)>);

impl Dated {
    fn insert(&mut self, text: Arc<str>, days: u64) {
        match self.0.binary_search_by(|(held, _)| held.cmp(&text)) {
            Ok(at) => {
                if let Some((_, held)) = self.0.get_mut(at) {
                    *held |= days;
                }
            }
            Err(at) => {
                if self.0.is_empty() {
                    self.0.reserve_exact(1);
                }
                self.0.insert(at, (text, days));
            }
        }
    }

    fn join(&mut self, other: Self) {
        other
            .0
            .into_iter()
            .for_each(|(text, days)| self.insert(text, days));
    }

    /// The texts.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter().map(|(text, _)| text)
    }

    /// The texts, each with its days.
    pub(crate) fn dated(&self) -> impl Iterator<Item = (&Arc<str>, u64)> {
        self.0.iter().map(|(text, days)| (text, *days))
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Refused passwords with one client.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Guess {
    pub(crate) agent: Arc<str>,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

/// Where an account sat, with everything that was seen there.
#[derive(Debug, Clone, Default)]
pub struct Seat {
    pub(crate) first: Option<Timestamp>,
    pub(crate) days: u64,
    pub(crate) successes: u64,
    pub(crate) password_refusals: u64,
    /// With which client passwords were refused, from when to when.
    pub(crate) guesses: Few<Guess>,
    pub(crate) denied_prompts: u64,
    pub(crate) clients: Few<Client>,
    pub(crate) agents: Dated,
    pub(crate) devices: Few<Arc<str>>,
    pub(crate) protocols: Few<Arc<str>>,
    pub(crate) risks: Few<Arc<str>>,
    pub(crate) asn: Option<u32>,
    pub(crate) country: String,
    pub(crate) azure: bool,
    pub(crate) logs: Few<Log>,
    pub(crate) sign_ins: u64,
    pub(crate) taken: u64,
    pub(crate) is_app: bool,
    /// Events that a person can have caused, whoever it was.
    pub(crate) acts: u64,
}

/// Codes of a wrong or locked password.
const PASSWORD_CODES: &[&str] = &["50126", "50053", "50056", "50064", "50034"];

impl Seat {
    fn take(&mut self, trace: &Trace, words: &mut Words) {
        self.first = Some(
            self.first
                .map_or(trace.first, |first| first.min(trace.first)),
        );
        self.days |= trace.days;
        if !matches!(trace.result, Outcome::Failure | Outcome::Interrupted) {
            self.successes += trace.count;
        }
        if PASSWORD_CODES.contains(&trace.code.as_str()) {
            self.password_refusals += trace.count;
            self.guesses.insert(Guess {
                agent: words.one(&trace.user_agent),
                first: trace.first,
                last: trace.last,
            });
        }
        if trace.code == "500121" {
            self.denied_prompts += trace.count;
        }
        let client = Client::read(&trace.user_agent, &trace.client_app);
        if !client.is_unknown() {
            self.clients.insert(client);
        }
        if !trace.user_agent.is_empty() {
            let agent = words.one(&trace.user_agent);
            self.agents.insert(agent, trace.days);
        }
        for (held, value) in [
            (&mut self.devices, &trace.device),
            (&mut self.protocols, &trace.protocol.to_ascii_lowercase()),
            (&mut self.risks, &trace.risk),
        ] {
            if !value.is_empty() {
                held.insert(words.one(value));
            }
        }
        if trace.is_sign_in() {
            self.sign_ins += trace.count;
        }
        // Of two that the logs name the larger is taken, so that the order of the traces changes nothing.
        self.asn = self.asn.max(trace.asn);
        if trace.country > self.country {
            self.country.clone_from(&trace.country);
        }
        self.azure |= trace.is_azure_address;
        self.logs.insert(trace.log);
        self.taken += trace.taken;
        if is_persons(trace.kind, trace.log) {
            self.acts += trace.count;
        }
        self.is_app |= trace.kind == ActorKind::App && !trace.account.contains('@');
    }

    /// Takes in what another part of the same place has.
    fn join(&mut self, other: Self) {
        self.first = match (self.first, other.first) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        self.days |= other.days;
        self.successes += other.successes;
        self.password_refusals += other.password_refusals;
        self.guesses.join(other.guesses);
        self.denied_prompts += other.denied_prompts;
        self.clients.join(other.clients);
        self.agents.join(other.agents);
        self.devices.join(other.devices);
        self.protocols.join(other.protocols);
        self.risks.join(other.risks);
        self.asn = self.asn.max(other.asn);
        if other.country > self.country {
            self.country = other.country;
        }
        self.azure |= other.azure;
        self.logs.join(other.logs);
        self.sign_ins += other.sign_ins;
        self.taken += other.taken;
        self.is_app |= other.is_app;
        self.acts += other.acts;
    }

    /// Whether nothing but refused attempts was seen.
    pub(crate) fn only_refused(&self) -> bool {
        self.successes == 0
    }

    /// Whether somebody used the account there: mail on its way is no use, and neither are tries of passwords.
    pub(crate) fn is_used(&self) -> bool {
        !self.only_refused() && !self.only_mail()
    }

    /// All days before its first.
    pub(crate) const fn days_before(&self) -> u64 {
        before_first(self.days)
    }

    /// Files taken on one of its days.
    pub(crate) fn taken_a_day(&self) -> u64 {
        self.taken / u64::from(self.days.count_ones().max(1))
    }

    /// Whether it lies on a machine that anybody can rent.
    pub(crate) fn is_rented(&self) -> bool {
        self.azure || self.asn.is_some_and(is_hosting)
    }

    /// Whether only the logs of mail on its way tell of it: they name a sender, not somebody who sat there.
    pub(crate) fn only_mail(&self) -> bool {
        self.logs
            .iter()
            .all(|log| matches!(log, Log::MessageTrace | Log::EmailHunting | Log::Mail))
    }
}

/// Whether a record of this kind and log can tell of an act of a person's. Alerts and detections are the service's,
/// and a mail as a file is no act.
pub(crate) const fn is_persons(kind: ActorKind, log: Log) -> bool {
    matches!(
        kind,
        ActorKind::User | ActorKind::Guest | ActorKind::Admin | ActorKind::Unknown
    ) && !matches!(log, Log::Alert | Log::RiskDetection | Log::Mail)
}

/// Networks: which autonomous system and country an address lies in, learnt from the logs that say it.
#[derive(Debug, Default)]
pub(super) struct Networks {
    exact: BTreeMap<IpAddr, (Option<u32>, String)>,
    near: BTreeMap<String, (Option<u32>, String)>,
    wide: BTreeMap<String, BTreeSet<(Option<u32>, String)>>,
}

impl Networks {
    fn learn(&mut self, trace: &Trace) {
        let (Some(ip), true) = (trace.ip, trace.asn.is_some() || !trace.country.is_empty()) else {
            return;
        };
        let said = (trace.asn, trace.country.clone());
        let exact = self.exact.entry(ip).or_default();
        if said > *exact {
            exact.clone_from(&said);
        }
        let near = self.near.entry(prefix(ip)).or_default();
        if said > *near {
            near.clone_from(&said);
        }
        self.wide.entry(wide_prefix(ip)).or_default().insert(said);
    }

    /// The autonomous system and country: of the address, of its network, or of its wider network where that is one.
    pub(crate) fn of(&self, ip: IpAddr) -> (Option<u32>, String) {
        self.exact
            .get(&ip)
            .or_else(|| self.near.get(&prefix(ip)))
            .cloned()
            .or_else(|| {
                let wide = self.wide.get(&wide_prefix(ip))?;
                (wide.len() == 1).then(|| wide.first().cloned()).flatten()
            })
            .unwrap_or_default()
    }
}

/// Each text once: a tenant has few clients and networks, and many seats.
#[derive(Debug, Default)]
struct Words(HashSet<Arc<str>>);

impl Words {
    fn one(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(text);
        self.0.insert(Arc::clone(&new));
        new
    }
}

/// Seats in the making: takes traces one by one, in any order.
#[derive(Debug, Default)]
pub struct Seats {
    seats: BTreeMap<SeatKey, Seat>,
    networks: Networks,
    words: Words,
}

impl Seats {
    /// Takes in a trace.
    pub fn take(&mut self, trace: &Trace) {
        if trace.account.is_empty() {
            return;
        }
        self.networks.learn(trace);
        let key = SeatKey::new(
            (
                self.words.one(&trace.account).into(),
                self.words.one(&trace.session).into(),
            ),
            trace.ip.filter(|_| !trace.is_service_address),
            (&trace.user_agent, &trace.client_app),
        );
        let seat = self.seats.entry(key).or_default();
        seat.take(trace, &mut self.words);
    }

    /// All seats, and the sessions that several browsers held. Where their own logs name no network, those of
    /// others that share it do.
    pub(crate) fn all(mut self) -> (BTreeMap<SeatKey, Seat>, Split) {
        let split = Split::of(&self.seats);
        let mut seats: BTreeMap<SeatKey, Seat> = BTreeMap::new();
        for (key, seat) in std::mem::take(&mut self.seats) {
            match seats.entry(key.among(&split)) {
                Entry::Vacant(place) => {
                    place.insert(seat);
                }
                Entry::Occupied(mut held) => held.get_mut().join(seat),
            }
        }
        for (key, seat) in &mut seats {
            if let (Some(ip), None) = (key.ip, seat.asn) {
                let (asn, country) = self.networks.of(ip);
                seat.asn = asn;
                if seat.country.is_empty() {
                    seat.country = country;
                }
            }
        }
        (seats, split)
    }
}

impl<'t> FromIterator<&'t Trace> for Seats {
    fn from_iter<Traces: IntoIterator<Item = &'t Trace>>(traces: Traces) -> Self {
        let mut seats = Self::default();
        traces.into_iter().for_each(|trace| seats.take(trace));
        seats
    }
}
