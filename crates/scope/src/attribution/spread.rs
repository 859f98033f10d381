//! From the attacker's seats to further ones: along addresses, networks, tools and sessions, until nothing is added.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use super::client::tells_client;
use super::grow::Attribution;
use super::indicators::indicators;
use super::name::Name;
use super::newcomer::Newcomers;
use super::profile::SHORT_HISTORY;
use super::relay::{Relay, Source, relays};
use super::round::{Place, begun, campaign, near, owners_places, tools, users};
use super::seat::{Seat, SeatKey};
use super::trace::prefix;
use super::walk::{HOSTILE, STRANGE};
use super::weigh::{Tenant, Weight};

/// A client that nobody used in the account before he came, where he is.
pub(super) const NEWCOMER: &str = "a client that came into this account with the attacker";
/// A client of his in a session that he shares with the owner, in a further place.
pub(super) const WENT_ALONG: &str = "a client that came into this session with the attacker";
/// So many make it one beside others of the same account, or of the same network.
pub(super) const BESIDE: i32 = 4;
/// With so few points a seat is the owner's.
const AT_HOME: i32 = -3;
/// With more a seat is strange enough to follow a network into an account that nothing else touches.
const NEARLY_STRANGE: i32 = STRANGE - 2;

/// Follows addresses, networks and sessions until nothing is added.
pub(super) fn spread(found: &mut Attribution, tenant: &Tenant) {
    let campaign = campaign(found, tenant);
    let relays = relays(&found.seats);
    loop {
        indicators(found, tenant);
        let round = Round::new(found, (&campaign, &relays), tenant);
        let added: Vec<(SeatKey, &str)> = found
            .seats
            .iter()
            .filter(|(key, _)| !found.hostile.contains_key(key) && !found.refused.contains(key))
            .filter_map(|(key, seat)| Some((key.clone(), round.because(key, seat)?)))
            .collect();
        if added.is_empty() {
            return;
        }
        for (key, text) in added {
            let weight = Weight {
                points: HOSTILE,
                text: text.to_owned(),
                is_deed: false,
                is_odd: false,
            };
            found.hostile.insert(key, vec![weight]);
        }
    }
}

/// What one round of following looks at.
struct Round<'f> {
    found: &'f Attribution,
    campaign: &'f BTreeSet<Option<IpAddr>>,
    /// What took turns with an address of the attacker's in trying passwords.
    turns: BTreeSet<&'f Source>,
    /// Sessions that began at a place of the attacker's, with the clients that he has in them.
    begun: BTreeMap<(&'f str, &'f str), BTreeSet<&'f str>>,
    /// Accounts with seats that are the attacker's by their own weight.
    touched: BTreeSet<&'f str>,
    /// Accounts and addresses at which the owner sits, as his session and client or his device tell.
    owners: BTreeSet<(&'f str, IpAddr)>,
    /// Accounts that others than the attacker use, by address.
    users: BTreeMap<IpAddr, BTreeSet<&'f str>>,
    /// Whether all seats of a place whose client is known are the attacker's.
    places: BTreeMap<Place<'f>, bool>,
    /// The same of the networks of an account's session.
    near: BTreeMap<(&'f str, &'f str, String), bool>,
    /// The days on which he had success from a network.
    net_days: BTreeMap<String, u64>,
    /// The first day on which applications signed in.
    apps_since: u32,
    /// Sessions in which he has places of which no record tells the client.
    untold: BTreeSet<(&'f str, &'f str)>,
    /// Clients of his that nobody else in the tenant uses.
    tools: BTreeSet<&'f str>,
    /// Clients that came with the attacker.
    newcomers: Newcomers<'f>,
}

impl<'f> Round<'f> {
    fn new(
        found: &'f Attribution,
        (campaign, relays): (&'f BTreeSet<Option<IpAddr>>, &'f [Relay]),
        tenant: &Tenant,
    ) -> Self {
        let mut places: BTreeMap<Place<'_>, bool> = BTreeMap::new();
        for key in found.seats.keys().filter(|key| !key.platform.is_empty()) {
            for browser in BTreeSet::from([key.browser, ""]) {
                let place = (key.account.as_str(), key.session.as_str(), key.ip, browser);
                let all = places.entry(place).or_insert(true);
                *all &= found.hostile.contains_key(key);
            }
        }
        let newcomers = Newcomers::of(found);
        let mut net_days: BTreeMap<String, u64> = BTreeMap::new();
        for (ip, days) in &found.ip_days {
            *net_days.entry(prefix(*ip)).or_default() |= days;
        }
        Self {
            near: near(found),
            net_days,
            apps_since: tenant.apps_since,
            tools: tools(found),
            untold: found
                .hostile
                .keys()
                .filter(|key| key.platform.is_empty() && !key.session.is_empty())
                .map(|key| (key.account.as_str(), key.session.as_str()))
                .collect(),
            found,
            campaign,
            turns: relays
                .iter()
                .filter(|relay| relay.iter().any(|(ip, _)| found.ips.contains(ip)))
                .flatten()
                .collect(),
            begun: begun(found),
            touched: found
                .origins
                .iter()
                .map(|key| key.account.as_str())
                .collect(),
            owners: owners_places(found, &newcomers),
            users: users(found),
            places,
            newcomers,
        }
    }

    /// Why a seat is the attacker's too, if it is.
    fn because(&self, key: &SeatKey, seat: &Seat) -> Option<&'static str> {
        let found = self.found;
        let points = found.points.get(key).copied().unwrap_or_default();
        let net = key.ip.map(prefix).unwrap_or_default();
        let touched = self.touched.contains(key.account.as_str());
        let place = (
            key.account.as_str(),
            key.session.as_str(),
            key.ip,
            key.browser,
        );
        let untold = key.platform.is_empty() && !found.points.contains_key(key);
        let session = (key.account.clone(), key.session.clone());
        if untold && self.sat_there(place, &net) {
            Some("the attacker sat there")
        } else if key.ip.is_some_and(|ip| found.ips.contains(&ip))
            && (touched
                || seat.only_mail()
                || !self.is_programs(key, seat)
                    && (!seat.only_refused() || self.was_there(key, seat)))
        {
            Some("an address of the attacker's")
        } else if self.is_others_mail(key, seat) {
            None
        } else if found.networks.contains(&net) && self.same_tool(&net, (key, seat)) {
            Some("a network and tool of the attacker's")
        } else if found.networks.contains(&net)
            && !seat.only_refused()
            && !self.is_owners(key)
            && (points > if touched { AT_HOME } else { NEARLY_STRANGE }
                || self.begins_with_him((key, seat), &net, points))
        {
            Some("a network of the attacker's")
        } else if self.campaign.contains(&key.ip) && seat.only_refused() {
            Some("the passwords of many accounts were tried from there until one fell")
        } else if seat.only_refused() && self.takes_turns(key, seat) {
            Some("passwords were tried from there in turn with an address of the attacker's")
        } else if found.sessions.contains(&session) && points > AT_HOME
            || self.goes_on(key, seat)
            || self.goes_on_untold(key, seat, points)
        {
            Some("a session of the attacker's")
        } else if touched && !seat.only_refused() && self.newcomers.came(key, seat) {
            Some(NEWCOMER)
        } else if points > AT_HOME
            && !self.is_owners(key)
            && self.newcomers.went_along(key, seat, points)
        {
            Some(WENT_ALONG)
        } else if touched && points > BESIDE && !seat.only_refused() && !self.is_owners(key) {
            Some("strange beside other acts of the attacker's in this account")
        } else if points > BESIDE && !seat.only_refused() && self.has_his_tool(seat) {
            Some("strange, with a client that in this tenant only the attacker uses")
        } else {
            None
        }
    }

    /// Whether the attacker sat in a place of which no record tells the client: all others of the place are his, or, where
    /// there are none, all others of his session in the same network.
    fn sat_there(&self, place: Place<'_>, net: &str) -> bool {
        let (account, session, ..) = place;
        let all = self.places.get(&place).or_else(|| {
            let near = (account, session, net.to_owned());
            self.near.get(&near)
        });
        all == Some(&true)
    }

    /// Whether an account of which nothing is known yet is used from a network of his on one of his days there.
    fn begins_with_him(&self, (key, seat): (&SeatKey, &Seat), net: &str, points: i32) -> bool {
        let his = self.net_days.get(net).copied().unwrap_or_default();
        points > 0
            && !seat.is_app
            && his & seat.days != 0
            && (self.lived(&key.account) & seat.days_before()).count_ones() < SHORT_HISTORY
    }

    /// The days on which an account was used with success, by anybody.
    fn lived(&self, account: &Name) -> u64 {
        self.found
            .seats_of(account)
            .filter(|(_, seat)| seat.is_used())
            .fold(0, |days, (_, seat)| days | seat.days)
    }

    /// Whether a session that the attacker began goes on with his client in another place. The place says nothing
    /// then, because he may be in the owner's country, on his carrier or in a network of the company's.
    fn goes_on(&self, key: &SeatKey, seat: &Seat) -> bool {
        let session = (key.account.as_str(), key.session.as_str());
        seat.devices.is_empty()
            && self.begun.get(&session).is_some_and(|clients| {
                let his = |agent: &Arc<str>| clients.contains(agent.as_ref());
                !seat.agents.is_empty() && seat.agents.iter().all(his)
            })
    }

    /// Whether a session in which the attacker has places without a client, as an application does that he was let in by,
    /// goes on so in a place that the account never used.
    fn goes_on_untold(&self, key: &SeatKey, seat: &Seat, points: i32) -> bool {
        let session = (key.account.as_str(), key.session.as_str());
        seat.agents.is_empty()
            && !seat.only_refused()
            && points >= NEARLY_STRANGE
            && self.untold.contains(&session)
    }

    /// Whether the owner sits at the seat's address too: then a new network is a journey, or a service that hides
    /// where he is, unless the seat is strange by itself.
    fn is_owners(&self, key: &SeatKey) -> bool {
        key.ip
            .is_some_and(|ip| self.owners.contains(&(key.account.as_str(), ip)))
    }

    /// Whether only mail tells of the seat, and somebody else of the tenant works at its address: mail that is sent on carries
    /// the address of whoever wrote it.
    fn is_others_mail(&self, key: &SeatKey, seat: &Seat) -> bool {
        let users = key.ip.and_then(|ip| self.users.get(&ip));
        let mut users = users.into_iter().flatten();
        seat.only_mail() && users.any(|user| *user != key.account.as_str())
    }

    fn has_his_tool(&self, seat: &Seat) -> bool {
        let is_his = |agent: &Arc<str>| self.tools.contains(agent.as_ref());
        let mut told = seat.agents.iter().filter(|agent| tells_client(agent));
        seat.agents.iter().any(is_his) && told.all(is_his)
    }

    fn takes_turns(&self, key: &SeatKey, seat: &Seat) -> bool {
        let guesses = &mut seat.guesses.iter();
        key.ip
            .is_some_and(|ip| guesses.any(|guess| self.turns.contains(&(ip, guess.agent.clone()))))
    }

    /// Whether an application sits at an address of a provider that has many tenants: where the attacker only tried passwords,
    /// and where it has been as far back as sign-ins of applications go, on days of its own.
    fn is_programs(&self, key: &SeatKey, seat: &Seat) -> bool {
        let his = key.ip.and_then(|ip| self.found.ip_days.get(&ip));
        let has_lived = |his: &u64| {
            seat.days.trailing_zeros() <= self.apps_since + 1
                && (seat.days & !his).count_ones() >= SHORT_HISTORY
        };
        seat.is_app && his.is_none_or(has_lived)
    }

    /// Whether the attacker was at the seat's address on one of its days.
    fn was_there(&self, key: &SeatKey, seat: &Seat) -> bool {
        let days = key.ip.and_then(|ip| self.found.ip_days.get(&ip));
        days.is_some_and(|days| days & seat.days != 0)
    }

    /// Whether a tool of the attacker's was used in a network of his. Refused attempts with it are his on the days on which
    /// he was there, because the internet's noise comes from rented machines at any time; at an account that he took they
    /// are his with a client that nobody else in the tenant uses.
    fn same_tool(&self, net: &str, (key, seat): (&SeatKey, &Seat)) -> bool {
        let touched = self.touched.contains(key.account.as_str());
        let mut told = seat.agents.iter().filter(|agent| tells_client(agent));
        told.any(|agent| {
            let days = self.found.tools.get(&(net.to_owned(), agent.to_string()));
            days.is_some_and(|days| {
                !seat.only_refused()
                    || days & seat.days != 0
                    || touched && self.tools.contains(agent.as_ref())
            })
        })
    }
}
