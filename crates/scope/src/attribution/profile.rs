//! What is known of an account from places that nobody doubts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::client::{browser_of, is_browser};
use super::name::Name;
use super::seat::{Seat, SeatKey};
use super::trace::{prefix, until_first};

/// How many days of history are needed before "never seen" means anything.
pub(super) const SHORT_HISTORY: u32 = 3;

/// Families of programs of a computer that sign in by themselves, in sessions of their own.
const PROGRAMS: &[&str] = &["office", "onedrive", "exchange-msexchangerpc"];

/// How a session was held.
#[derive(Debug, Default, Clone)]
pub(super) struct Held {
    pub(super) platforms: BTreeSet<&'static str>,
    by_browser: bool,
    by_program: bool,
}

impl Held {
    /// Whether a seat brings a program into a session that was held in a browser alone.
    pub(super) fn gets_program(&self, seat: &Seat) -> bool {
        self.by_browser && !self.by_program && is_by(seat, is_program)
    }
}

fn is_by(seat: &Seat, kind: impl Fn(&str) -> bool) -> bool {
    seat.clients.iter().any(|client| kind(&client.family))
}

fn is_program(family: &str) -> bool {
    PROGRAMS.contains(&family)
}

/// What is known of an account from seats that nobody doubts.
#[derive(Debug, Default, Clone)]
pub(super) struct Profile {
    pub(super) days: u64,
    pub(super) nets: BTreeMap<String, u64>,
    pub(super) systems: BTreeMap<u32, u64>,
    pub(super) countries: BTreeMap<String, u64>,
    pub(super) platforms: BTreeMap<&'static str, u64>,
    pub(super) agents: BTreeMap<Arc<str>, u64>,
    pub(super) families: BTreeSet<String>,
    pub(super) devices: BTreeMap<Arc<str>, u64>,
    pub(super) sessions: BTreeMap<Name, Held>,
    /// Places from which a session was signed in to: with a device, and without.
    pub(super) bound: BTreeMap<Name, (u64, u64)>,
    /// All places, and those at which a computer signed in.
    places: Shown,
    computers: Shown,
    pub(super) protocols: BTreeSet<Arc<str>>,
    pub(super) taken: u64,
}

/// How many places there are, and how many of them show a device.
#[derive(Debug, Clone, Default)]
struct Shown {
    all: u64,
    with_device: u64,
}

impl Shown {
    fn take(&mut self, seat: &Seat) {
        self.all += 1;
        self.with_device += u64::from(!seat.devices.is_empty());
    }

    /// Whether a device is usual: of several places three in ten show one.
    fn usually(&self) -> bool {
        self.all > 5 && self.with_device * 10 >= self.all * 3
    }
}

impl Profile {
    /// Whether the account's computers show their devices: among all its places, or among those of computers alone where a
    /// telephone has most.
    pub(super) fn shows_devices(&self) -> bool {
        self.places.usually() || self.computers.usually()
    }

    /// Learns a seat.
    pub(super) fn learn(&mut self, key: &SeatKey, seat: &Seat) {
        if seat.only_refused() {
            return;
        }
        self.days |= seat.days;
        if let Some(ip) = key.ip {
            *self.nets.entry(prefix(ip)).or_default() |= seat.days;
        }
        if let Some(asn) = seat.asn {
            *self.systems.entry(asn).or_default() |= seat.days;
        }
        if !seat.country.is_empty() {
            *self.countries.entry(seat.country.clone()).or_default() |= seat.days;
        }
        if !key.platform.is_empty() {
            *self.platforms.entry(key.platform).or_default() |= seat.days;
        }
        for (agent, days) in seat.agents.dated() {
            *self.agents.entry(Arc::clone(agent)).or_default() |= days;
        }
        for client in seat.clients.iter() {
            if !self.families.contains(&client.family) {
                self.families.insert(client.family.clone());
            }
        }
        for device in seat.devices.iter() {
            *self.devices.entry(Arc::clone(device)).or_default() |= seat.days;
        }
        if !key.session.is_empty() {
            let held = self.sessions.entry(key.session.clone()).or_default();
            if !key.platform.is_empty() {
                held.platforms.insert(key.platform);
            }
            held.by_browser |= is_by(seat, is_browser);
            held.by_program |= is_by(seat, is_program);
        }
        if seat.sign_ins > 0 && !key.session.is_empty() {
            let (with, without) = self.bound.entry(key.session.clone()).or_default();
            *(if seat.devices.is_empty() {
                without
            } else {
                with
            }) += 1;
        }
        self.places.take(seat);
        if seat.sign_ins > 0 && key.is_computer() {
            self.computers.take(seat);
        }
        self.protocols.extend(seat.protocols.iter().cloned());
        self.taken = self.taken.max(seat.taken_a_day());
    }

    /// Whether the seat's client is one of the account's, to the letter, on its first day or before, or its telephone.
    pub(super) fn knows_client(&self, key: &SeatKey, seat: &Seat) -> bool {
        key.is_telephone() && self.continues(key)
            || seat.agents.iter().any(|agent| {
                !agent.starts_with("Client=") && self.used(agent) & until_first(seat.days) != 0
            })
    }

    /// Whether the account never used the seat's client. What Exchange calls a client says nothing for or against one that is
    /// told beside it, unless the account has no program of the kind.
    pub(super) fn lacks_client(&self, seat: &Seat) -> bool {
        let (exchange, told): (Vec<_>, Vec<_>) = seat
            .agents
            .iter()
            .partition(|agent| agent.starts_with("Client="));
        let mut families = seat.clients.iter().map(|client| client.family.as_str());
        !told.is_empty()
            && told
                .iter()
                .all(|agent| self.used(agent) & until_first(seat.days) == 0)
            && (exchange.is_empty() || families.all(|family| !self.families.contains(family)))
    }

    /// Whether the account used a newer version of the seat's browser, by two or more, on its first day or before: a browser
    /// does not grow younger, but another computer's may be behind.
    pub(super) fn has_newer(&self, seat: &Seat) -> bool {
        const VERSIONS: u16 = 2;
        let until = until_first(seat.days);
        let known = self.agents.iter().filter(|(_, days)| **days & until != 0);
        let newest = |family: &str| {
            let versions = known.clone().map(|(agent, _)| browser_of(agent));
            let of_family = versions.filter(|(one, _)| *one == family);
            of_family.map(|(_, version)| version).max()
        };
        let browsers = seat.agents.iter().map(|agent| browser_of(agent));
        let told = browsers.filter(|(family, version)| !family.is_empty() && *version > 0);
        let mut newest = told.filter_map(|(family, version)| Some((version, newest(family)?)));
        newest.any(|(version, newest)| newest >= version.saturating_add(VERSIONS))
    }

    /// How the seat's session was held, if it was.
    pub(super) fn held(&self, key: &SeatKey) -> Option<&Held> {
        self.sessions
            .get(&key.session)
            .filter(|_| !key.session.is_empty())
    }

    /// The days on which a client was used.
    fn used(&self, agent: &str) -> u64 {
        self.agents.get(agent).copied().unwrap_or_default()
    }

    /// Whether the seat's client is one that the account uses, a mail program in the same session too.
    pub(super) fn knows_program(&self, key: &SeatKey, seat: &Seat) -> bool {
        let known = seat
            .agents
            .iter()
            .any(|agent| self.used(agent) & until_first(seat.days) != 0);
        self.knows_client(key, seat) || self.continues(key) && known
    }

    /// Whether the session was held on the same platform before.
    pub(super) fn continues(&self, key: &SeatKey) -> bool {
        let held = self.sessions.get(&key.session);
        !key.platform.is_empty() && held.is_some_and(|held| held.platforms.contains(&key.platform))
    }

    /// Whether every sign-in of the session was made on a device that Entra knows.
    pub(super) fn is_bound(&self, session: &str) -> bool {
        self.bound
            .get(session)
            .is_some_and(|(with, without)| *with > 0 && *without == 0)
    }

    /// Whether the account was seen on enough days before the seat for "never" to mean anything. What a place is known
    /// for on later days is no history: on the first days of the evidence everything but one long-lived place is new.
    pub(super) fn has_history(&self, seat: &Seat) -> bool {
        (self.days & until_first(seat.days)).count_ones() >= SHORT_HISTORY
    }

    /// Whether any network was used on enough days before the seat.
    pub(super) fn has_networks(&self, seat: &Seat) -> bool {
        let days = self.nets.values().fold(0, |all, days| all | days);
        (days & until_first(seat.days)).count_ones() >= SHORT_HISTORY
    }

    /// Days on which the network was used.
    pub(super) fn net_days(&self, key: &SeatKey) -> u32 {
        key.ip
            .and_then(|ip| self.nets.get(&prefix(ip)))
            .map_or(0, |days| days.count_ones())
    }
}
