//! What the tenant as a whole tells: shared networks, addresses that try passwords, sessions that leap.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::client::{is_browser, older_of};
use super::hosting::is_hosting;
use super::seat::{Seat, SeatKey};
use super::split::Split;
use super::trace::prefix;
use super::weigh::Tenant;

/// So many accounts with devices of their own share a network before it is called shared.
const SHARED_BY: usize = 3;
/// So many accounts with refused passwords make a network a spraying one.
const SPRAYED: usize = 8;
/// An address that serves on more days is where an application runs, if these are a quarter of all days at its addresses.
const SETTLED_DAYS: u32 = 2;
/// An address that serves on more days is where it runs, however many others there are.
const HOME_DAYS: u32 = 5;
/// A session with more places than these is a service's.
const MANY: usize = 500;
/// An application has so many addresses when it runs nowhere.
const HOMELESS: usize = 8;
/// What moves among so many providers of rented machines belongs to none of their customers.
const PROVIDERS: usize = 3;
/// A place that is used on more days is no hop.
const HOP_DAYS: u32 = 3;
/// A session in so many networks leaps; one of an account that is nowhere at home in fewer, if a machine there is rented.
const NETWORKS: usize = 4;
/// See [`NETWORKS`].
const NETWORKS_OF_NOBODY: usize = 3;

/// Where a session or an application was seen.
#[derive(Default)]
struct Leaps<'s> {
    nets: BTreeSet<String>,
    ips: BTreeSet<IpAddr>,
    /// Providers of rented machines.
    rented: BTreeSet<u32>,
    /// Those at which sign-ins of the session told no client, as of an application that somebody let in.
    untold: BTreeSet<u32>,
    /// Autonomous systems, whoever's.
    systems: BTreeSet<u32>,
    countries: BTreeSet<&'s str>,
    /// Days of the address that served longest, and of all addresses together.
    longest: u32,
    days: u32,
}

/// What the tenant as a whole knows.
pub(super) fn tenant(seats: &BTreeMap<SeatKey, Seat>) -> Tenant {
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut refused: BTreeMap<IpAddr, BTreeSet<&str>> = BTreeMap::new();
    for (key, seat) in seats {
        let Some(ip) = key.ip else { continue };
        if !seat.devices.is_empty() || seat.days.count_ones() > 5 {
            users.entry(prefix(ip)).or_default().insert(&key.account);
        }
        if seat.password_refusals > 0 {
            refused.entry(ip).or_default().insert(&key.account);
        }
    }
    let shared: BTreeSet<String> = users
        .into_iter()
        .filter(|(_, accounts)| accounts.len() >= SHARED_BY)
        .map(|(net, _)| net)
        .collect();
    let spraying = refused
        .into_iter()
        .filter(|(ip, accounts)| accounts.len() >= SPRAYED && !shared.contains(&prefix(*ip)))
        .map(|(ip, _)| ip)
        .collect();
    let programs = seats
        .values()
        .filter(|seat| seat.is_app && seat.sign_ins > 0);
    let first_days = programs.map(|seat| seat.days.trailing_zeros());
    Tenant {
        shared,
        spraying,
        apps_since: first_days.min().unwrap_or_default(),
    }
}

/// Sessions that leap between networks: of several providers of rented machines, or of many places. A telephone
/// does that too, and so does a computer on a journey: a network in which the account shows a device is none of them,
/// whichever of the computer's programs says so. An application has no session, and runs where it was installed: it
/// leaps where three providers are among its places. Each with its points.
pub(super) fn hops<'s>(
    seats: &'s BTreeMap<SeatKey, Seat>,
    tenant: &Tenant,
) -> BTreeMap<(&'s str, &'s str), (i32, &'static str)> {
    let shown: BTreeSet<(&str, String)> = seats
        .iter()
        .filter(|(_, seat)| !seat.devices.is_empty())
        .filter_map(|(key, _)| Some((key.account.as_str(), prefix(key.ip?))))
        .collect();
    let at_home = at_home(seats);
    let mut all: BTreeMap<(&str, &str), Leaps<'_>> = BTreeMap::new();
    for (key, seat) in seats {
        let Some(ip) = key.ip.filter(|_| !key.session.is_empty() || seat.is_app) else {
            continue;
        };
        let leaps = seat.devices.is_empty() && (key.is_computer() || key.platform == "library");
        let place = (key.account.as_str(), prefix(ip));
        if tenant.shared.contains(&place.1) || seat.only_refused() {
            continue;
        }
        let days = seat.days.count_ones();
        let seen = all.entry((&key.account, &key.session)).or_default();
        seen.longest = seen.longest.max(days);
        seen.days += days;
        if key.platform.is_empty() && seat.sign_ins > 0 && !seat.is_app {
            seen.untold.extend(seat.asn.filter(|asn| is_hosting(*asn)));
        }
        if leaps && days <= HOP_DAYS && !shown.contains(&place) {
            seen.nets.insert(place.1);
            seen.ips.insert(ip);
            seen.rented.extend(seat.asn.filter(|asn| is_hosting(*asn)));
            seen.systems.extend(seat.asn);
            seen.countries
                .extend(Some(seat.country.as_str()).filter(|country| !country.is_empty()));
        }
    }
    all.into_iter()
        .filter_map(|(session, seen)| {
            let because = if session.1.is_empty() {
                seen.because_of_app()
            } else {
                seen.because(at_home.contains(session.0))
            };
            Some((session, because?))
        })
        .collect()
}

/// Accounts that have a device, or an address that they keep for more than a few days.
fn at_home(seats: &BTreeMap<SeatKey, Seat>) -> BTreeSet<&str> {
    let mut kept: BTreeMap<(&str, IpAddr), u64> = BTreeMap::new();
    let mut at_home = BTreeSet::new();
    for (key, seat) in seats.iter().filter(|(_, seat)| !seat.only_refused()) {
        if !seat.devices.is_empty() {
            at_home.insert(key.account.as_str());
        }
        if let Some(ip) = key.ip {
            *kept.entry((key.account.as_str(), ip)).or_default() |= seat.days;
        }
    }
    let kept = kept.into_iter();
    at_home.extend(
        kept.filter(|(_, days)| days.count_ones() > HOP_DAYS)
            .map(|((account, _), _)| account),
    );
    at_home
}

/// Places of a session that on the same day was used from another country too, with another browser. A browser keeps
/// its session to itself: on a journey it is the same one that moves on.
pub(super) fn torn(seats: &BTreeMap<SeatKey, Seat>) -> BTreeSet<&SeatKey> {
    let mut sessions: BTreeMap<(&str, &str), Vec<(&SeatKey, &Seat)>> = BTreeMap::new();
    for (key, seat) in seats {
        let placed = key.ip.is_some() && !key.session.is_empty() && !seat.country.is_empty();
        if placed && !seat.only_refused() && browsers(seat).next().is_some() {
            let session = (key.account.as_str(), key.session.as_str());
            sessions.entry(session).or_default().push((key, seat));
        }
    }
    let mut torn = BTreeSet::new();
    for seats in sessions.values().filter(|seats| seats.len() <= MANY) {
        for (key, seat) in seats {
            let apart = |other: &Seat| {
                other.country != seat.country
                    && other.days & seat.days != 0
                    && browsers(other).all(|one| browsers(seat).all(|two| one != two))
            };
            if seats.iter().any(|(_, other)| apart(other)) {
                torn.insert(*key);
            }
        }
    }
    torn
}

/// Places of sessions that went on in another browser than the one that began them, on the same day or the next, or in an
/// older version at any time. A browser gives its session to no other; programs that share the sign-in of a device show
/// the device. So it is a copy where it shows none and the browser that began the session does, or where the session has
/// no device at all.
pub(super) fn copied<'s>(
    seats: &'s BTreeMap<SeatKey, Seat>,
    split: &Split,
) -> BTreeSet<&'s SeatKey> {
    let mut sessions: BTreeMap<(&str, &str), Vec<(&SeatKey, &Seat)>> = BTreeMap::new();
    for (key, seat) in seats {
        let told = !key.browser.is_empty() && !seat.only_refused();
        if told && split.contains(&key.session) {
            let session = (key.account.as_str(), key.session.as_str());
            sessions.entry(session).or_default().push((key, seat));
        }
    }
    let mut copied = BTreeSet::new();
    for seats in sessions.values() {
        let began = seats.iter().min_by_key(|(key, seat)| (seat.first, *key));
        let Some((began, _)) = began else { continue };
        let is_his = |key: &SeatKey| key.browser == began.browser;
        let owners = seats.iter().filter(|(key, _)| is_his(key));
        let days = owners.clone().fold(0, |days, (_, seat)| days | seat.days);
        let shows = owners.clone().any(|(_, seat)| !seat.devices.is_empty());
        let has_devices = seats.iter().any(|(_, seat)| !seat.devices.is_empty());
        let beside = seats.iter().filter(|(key, _)| !is_his(key));
        // One day together, or one after the other, makes it a copy wherever else that browser held the session.
        let at_once: BTreeSet<&str> = beside
            .clone()
            .filter(|(_, seat)| seat.days & (days | days << 1) != 0)
            .map(|(key, _)| key.browser)
            .collect();
        copied.extend(
            beside
                .filter(|(key, seat)| {
                    (at_once.contains(key.browser) || key.browser == older_of(began.browser))
                        && seat.devices.is_empty()
                        && (shows || !has_devices)
                })
                .map(|(key, _)| *key),
        );
    }
    copied
}

/// The browsers of a place, without their versions.
fn browsers(seat: &Seat) -> impl Iterator<Item = &str> {
    let families = seat.clients.iter().map(|client| client.family.as_str());
    families.filter(|family| is_browser(family))
}

impl Leaps<'_> {
    /// Whether one address is where an application runs. Who goes through a seller's many addresses meets one of them again now
    /// and then.
    fn is_settled(&self) -> bool {
        self.longest > HOME_DAYS || self.longest > SETTLED_DAYS && self.longest * 4 > self.days
    }

    /// What the leaps of a session weigh, and the words for it.
    fn because(&self, is_at_home: bool) -> Option<(i32, &'static str)> {
        let words = if self.rented.len() >= 2 || self.untold.len() >= PROVIDERS {
            "a session that leaps between providers of rented machines"
        } else if self.nets.len() >= NETWORKS {
            "a session that leaps between many networks"
        } else if !is_at_home && !self.rented.is_empty() && self.nets.len() >= NETWORKS_OF_NOBODY {
            "a session that leaps between networks, one of rented machines, of an account that is nowhere at home"
        } else {
            return None;
        };
        Some((3, words))
    }

    /// The same of an application.
    fn because_of_app(&self) -> Option<(i32, &'static str)> {
        // Vendors rent from one or two; who moves among three in one country is no more at home than in two countries.
        let spread = self.systems.len() >= 2 && self.countries.len() >= 2;
        let homeless = !self.is_settled()
            && self.ips.len() >= HOMELESS
            && (spread || self.rented.len() >= PROVIDERS);
        if homeless {
            Some((
                6,
                "an application that is nowhere at home: many addresses of several providers, none for long",
            ))
        } else {
            (self.rented.len() >= PROVIDERS).then_some((
                4,
                "an application that leaps between providers of rented machines",
            ))
        }
    }
}
