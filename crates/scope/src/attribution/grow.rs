//! From strange seats to the attacker's: in the order of time, then along shared addresses and sessions until
//! nothing is added.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::{Log, Timestamp};

use super::hosting::is_hosting;
use super::seat::{Seat, SeatKey, seats};
use super::trace::{Trace, prefix};
use super::weigh::{KNOWN_CLIENT, Profile, Tenant, Weight, weigh};

/// So many points make a seat the attacker's by itself.
const HOSTILE: i32 = 6;
/// So many make it one beside others of the same account, or of the same network.
const BESIDE: i32 = 4;
/// A session that begins with so many points is strange as a whole.
const STRANGE: i32 = 5;
/// With more than so many points a seat teaches nothing about its account.
const TEACHES: i32 = 3;
/// So many accounts with devices of their own share a network before it is called shared.
const SHARED_BY: usize = 3;
/// So many accounts with refused passwords make a network a spraying one.
const SPRAYED: usize = 8;

/// A campaign of guessing leads to a fall within so many seconds.
const CAMPAIGN_SECONDS: i64 = 7 * 86_400;

/// An act that weighs by itself, with the seat that it came from.
#[derive(Debug, Clone)]
pub struct Deed {
    /// The account.
    pub account: String,
    /// Session, empty where not logged.
    pub session: String,
    /// Address.
    pub ip: Option<IpAddr>,
    /// When, UTC.
    pub time: Timestamp,
    /// Points.
    pub points: i32,
    /// A clause.
    pub text: String,
}

/// What attribution is made from.
#[derive(Debug, Default)]
pub struct Input {
    /// All traces.
    pub traces: Vec<Trace>,
    /// Acts that weigh.
    pub deeds: Vec<Deed>,
    /// The tenant's own mail domains, lower-case.
    pub domains: Vec<String>,
    /// Accounts that somebody named as compromised (first call, analyst).
    pub named: BTreeSet<String>,
    /// Addresses that somebody named as hostile.
    pub hostile_ips: BTreeSet<IpAddr>,
}

/// What is said of the seats.
#[derive(Debug, Default)]
pub struct Attribution {
    /// The attacker's seats, with the reasons.
    pub hostile: BTreeMap<SeatKey, Vec<Weight>>,
    /// All seats.
    pub seats: BTreeMap<SeatKey, Seat>,
    /// Points of every seat.
    pub points: BTreeMap<SeatKey, i32>,
    /// The reasons behind the points of strange seats.
    pub strange: BTreeMap<SeatKey, Vec<Weight>>,
    /// The attacker's addresses: no innocent account uses them.
    pub ips: BTreeSet<IpAddr>,
    /// The attacker's networks.
    pub networks: BTreeSet<String>,
    /// Sessions that hold nothing but seats of the attacker's.
    pub sessions: BTreeSet<(String, String)>,
    /// Accounts in which he had success, with the reasons of the strangest seat.
    pub accounts: BTreeMap<String, Vec<Weight>>,
    /// Seats of the owner's: a network, shared network or device that the account uses.
    pub(crate) home: BTreeSet<SeatKey>,
    /// Seats that are the attacker's by their own weight.
    pub(crate) origins: BTreeSet<SeatKey>,
    /// Tokens that were issued to the attacker.
    pub tokens: BTreeSet<String>,
    /// Where he has mail sent to.
    pub targets: BTreeSet<String>,
    /// Libraries and tools with which he signed in, by network.
    pub(crate) tools: BTreeSet<(String, String)>,
    /// When which account was used, and whether by him.
    pub(crate) moments: BTreeMap<String, Vec<(Timestamp, bool)>>,
    /// To whom outside mail of a compromised account went: from how many networks, and since when.
    pub(crate) outward: BTreeMap<(String, String), (BTreeSet<String>, Timestamp)>,
    pub(crate) domains: Vec<String>,
}

/// Finds the attacker's seats.
pub fn attribute(input: &Input) -> Attribution {
    let (seats, _) = seats(&input.traces);
    let tenant = tenant(&seats);
    let mut found = Attribution {
        domains: input.domains.clone(),
        ..Attribution::default()
    };
    let mut order: Vec<&SeatKey> = seats.keys().collect();
    order.sort_by_key(|key| (seats.get(*key).and_then(|seat| seat.first), (*key).clone()));
    let mut profiles: BTreeMap<String, Profile> = BTreeMap::new();
    let hops = hops(&seats, &tenant);
    let mut began: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    let mut entered: BTreeSet<&str> = BTreeSet::new();
    let told: BTreeSet<(&str, &str, IpAddr)> = seats
        .keys()
        .filter(|key| !key.platform.is_empty())
        .filter_map(|key| Some((key.account.as_str(), key.session.as_str(), key.ip?)))
        .collect();
    for key in order {
        let Some(seat) = seats.get(key) else { continue };
        let beside = key
            .ip
            .map(|ip| (key.account.as_str(), key.session.as_str(), ip));
        if key.platform.is_empty() && beside.is_some_and(|place| told.contains(&place)) {
            // Records that do not tell the client go with those of the same place that do.
            continue;
        }
        let profile = profiles.entry(key.account.clone()).or_default();
        let mut weights = weigh(key, seat, profile, &tenant);
        let odd = weights.iter().any(|weight| weight.is_odd);
        for deed in input.deeds.iter().filter(|deed| deed.points > 1 || odd) {
            let same_ip = deed.ip.is_some() && deed.ip == key.ip;
            let same_session = !deed.session.is_empty() && deed.session == key.session;
            if deed.account == key.account
                && (same_ip && (same_session || deed.session.is_empty() || key.session.is_empty())
                    || same_session && (deed.ip.is_none() || key.ip.is_none()))
            {
                weights.push(Weight {
                    points: deed.points,
                    text: deed.text.clone(),
                    is_deed: true,
                    is_odd: false,
                });
            }
        }
        let at_home = weights
            .iter()
            .any(|weight| weight.points <= -2 && weight.text != KNOWN_CLIENT);
        if !at_home && began.get(&(key.account.as_str(), key.session.as_str())) == Some(&true) {
            weights.push(Weight {
                points: 4,
                text: "a session that began in a strange place".to_owned(),
                is_deed: false,
                is_odd: false,
            });
        }
        if !at_home
            && !matches!(key.platform.as_str(), "ios" | "android")
            && let Some(text) = hops.get(&(key.account.as_str(), key.session.as_str()))
        {
            weights.push(Weight {
                points: 3,
                text: (*text).to_owned(),
                is_deed: false,
                is_odd: false,
            });
        }
        weights.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.text.cmp(&b.text)));
        weights.dedup();
        let points: i32 = weights.iter().map(|weight| weight.points).sum();
        if at_home && points <= -1 {
            found.home.insert(key.clone());
        }
        found.points.insert(key.clone(), points);
        if points > TEACHES {
            found.strange.insert(key.clone(), weights.clone());
        }
        let named = key.ip.is_some_and(|ip| input.hostile_ips.contains(&ip));
        if !key.session.is_empty() && key.ip.is_some() {
            began
                .entry((key.account.as_str(), key.session.as_str()))
                .or_insert(points >= STRANGE);
        }
        if (points >= HOSTILE && !seat.only_refused()) || named {
            entered.insert(&key.account);
            found.origins.insert(key.clone());
            found.hostile.insert(key.clone(), weights);
        } else if points
            <= if entered.contains(key.account.as_str()) {
                -1
            } else {
                TEACHES
            }
        {
            profile.learn(key, seat);
        }
    }
    found.seats = seats;
    spread(&mut found, &profiles, &tenant);
    conclude(&mut found);
    found
}

/// What the tenant as a whole knows.
fn tenant(seats: &BTreeMap<SeatKey, Seat>) -> Tenant {
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
    Tenant { shared, spraying }
}

/// Sessions that leap between networks: of several providers of rented machines, or of many places. A telephone
/// does that too, and so does a computer with a device of its own on a journey.
fn hops<'s>(
    seats: &'s BTreeMap<SeatKey, Seat>,
    tenant: &Tenant,
) -> BTreeMap<(&'s str, &'s str), &'static str> {
    let mut nets: BTreeMap<(&str, &str), (BTreeSet<String>, BTreeSet<u32>)> = BTreeMap::new();
    for (key, seat) in seats {
        let Some(ip) = key.ip.filter(|_| !key.session.is_empty()) else {
            continue;
        };
        let leaps = seat.devices.is_empty()
            && matches!(
                key.platform.as_str(),
                "windows" | "mac" | "linux" | "library"
            );
        if leaps
            && !tenant.shared.contains(&prefix(ip))
            && seat.days.count_ones() <= 3
            && !seat.only_refused()
        {
            let (seen, rented) = nets.entry((&key.account, &key.session)).or_default();
            seen.insert(prefix(ip));
            rented.extend(seat.asn.filter(|asn| is_hosting(*asn)));
        }
    }
    nets.into_iter()
        .filter_map(|(session, (seen, rented))| {
            if rented.len() >= 2 {
                Some((
                    session,
                    "a session that leaps between providers of rented machines",
                ))
            } else if seen.len() >= 4 {
                Some((session, "a session that leaps between many networks"))
            } else {
                None
            }
        })
        .collect()
}

/// Follows addresses, networks and sessions until nothing is added.
fn spread(found: &mut Attribution, profiles: &BTreeMap<String, Profile>, tenant: &Tenant) {
    let _ = profiles;
    let campaign = campaign(found, tenant);
    loop {
        let before = found.hostile.len();
        indicators(found, tenant);
        let mut added: Vec<(SeatKey, Weight)> = Vec::new();
        let touched: BTreeSet<&str> = found
            .origins
            .iter()
            .map(|key| key.account.as_str())
            .collect();
        let mut places: BTreeMap<(&str, &str, Option<IpAddr>), bool> = BTreeMap::new();
        for key in found.seats.keys().filter(|key| !key.platform.is_empty()) {
            let all = places
                .entry((&key.account, &key.session, key.ip))
                .or_insert(true);
            *all &= found.hostile.contains_key(key);
        }
        for (key, seat) in &found.seats {
            if found.hostile.contains_key(key) {
                continue;
            }
            let points = found.points.get(key).copied().unwrap_or_default();
            let net = key.ip.map(prefix).unwrap_or_default();
            let same_tool = key.ip.is_some()
                && found.networks.contains(&net)
                && seat
                    .agents
                    .iter()
                    .any(|agent| found.tools.contains(&(net.clone(), agent.clone())));
            let beside = key.platform.is_empty()
                && !found.points.contains_key(key)
                && places.get(&(&key.account, &key.session, key.ip)) == Some(&true);
            let because = if beside {
                Some("the attacker sat there")
            } else if key.ip.is_some_and(|ip| found.ips.contains(&ip)) {
                Some("an address of the attacker's")
            } else if same_tool {
                Some("a network and tool of the attacker's")
            } else if found.networks.contains(&net)
                && !seat.only_refused()
                && points
                    > if touched.contains(key.account.as_str()) {
                        -3
                    } else {
                        STRANGE - 2
                    }
            {
                Some("a network of the attacker's")
            } else if campaign.contains(&key.ip) && seat.only_refused() {
                Some("the passwords of many accounts were tried from there until one fell")
            } else if found
                .sessions
                .contains(&(key.account.clone(), key.session.clone()))
                && points > -3
            {
                Some("a session of the attacker's")
            } else if touched.contains(key.account.as_str())
                && points > BESIDE
                && !seat.only_refused()
            {
                Some("strange beside other acts of the attacker's in this account")
            } else {
                None
            };
            if let Some(text) = because {
                added.push((
                    key.clone(),
                    Weight {
                        points: HOSTILE,
                        text: text.to_owned(),
                        is_deed: false,
                        is_odd: false,
                    },
                ));
            }
        }
        for (key, weight) in added {
            found.hostile.insert(key, vec![weight]);
        }
        if found.hostile.len() == before {
            return;
        }
    }
}

/// Addresses that tried passwords of many accounts, several times each, shortly before one of these accounts fell.
/// The internet's ordinary noise tries each account once or twice.
fn campaign(found: &Attribution, tenant: &Tenant) -> BTreeSet<Option<IpAddr>> {
    let mut fell: BTreeMap<&str, Timestamp> = BTreeMap::new();
    for key in found.hostile.keys() {
        if let Some(first) = found.seats.get(key).and_then(|seat| seat.first) {
            let known = fell.entry(&key.account).or_insert(first);
            *known = first.min(*known);
        }
    }
    let mut tried: BTreeMap<IpAddr, (BTreeSet<&str>, u64, bool)> = BTreeMap::new();
    for (key, seat) in &found.seats {
        let (Some(ip), Some(first)) =
            (key.ip.filter(|ip| tenant.spraying.contains(ip)), seat.first)
        else {
            continue;
        };
        let (accounts, count, led) = tried.entry(ip).or_default();
        accounts.insert(&key.account);
        *count += seat.password_refusals;
        *led |= fell.get(key.account.as_str()).is_some_and(|fall| {
            let lead = fall.seconds_since(first);
            (0..=CAMPAIGN_SECONDS).contains(&lead)
        });
    }
    tried
        .into_iter()
        .filter(|(_, (accounts, count, led))| *led && *count >= 3 * accounts.len() as u64)
        .map(|(ip, _)| Some(ip))
        .collect()
}

/// The attacker's addresses, networks and sessions as far as seats are known.
fn indicators(found: &mut Attribution, tenant: &Tenant) {
    let mut innocent_ips: BTreeMap<IpAddr, u64> = BTreeMap::new();
    let mut innocent_nets: BTreeSet<String> = BTreeSet::new();
    let mut mixed: BTreeSet<(String, String)> = BTreeSet::new();
    for (key, seat) in &found.seats {
        if found.hostile.contains_key(key) || seat.only_refused() {
            continue;
        }
        if found.home.contains(key) {
            if let Some(ip) = key.ip {
                *innocent_ips.entry(ip).or_default() += seat.count;
                innocent_nets.insert(prefix(ip));
            }
            mixed.insert((key.account.clone(), key.session.clone()));
        }
    }
    for (key, _) in &found.hostile {
        let Some(seat) = found.seats.get(key) else {
            continue;
        };
        if let Some(ip) = key.ip {
            let net = prefix(ip);
            if !seat.only_refused() {
                for agent in &seat.agents {
                    found.tools.insert((net.clone(), agent.clone()));
                }
            }
            if !innocent_ips.contains_key(&ip) && !tenant.shared.contains(&net) {
                found.ips.insert(ip);
                if seat.asn.is_none_or(is_hosting) && !innocent_nets.contains(&net) {
                    found.networks.insert(net);
                }
            }
        }
        let session = (key.account.clone(), key.session.clone());
        if !key.session.is_empty() && !mixed.contains(&session) {
            found.sessions.insert(session);
        }
    }
}

fn conclude(found: &mut Attribution) {
    let mut accounts: BTreeMap<String, Vec<Weight>> = BTreeMap::new();
    for (key, weights) in &found.hostile {
        let success = found.seats.get(key).is_some_and(|seat| {
            !seat.only_refused()
                && seat
                    .logs
                    .iter()
                    .any(|log| !matches!(log, Log::MessageTrace | Log::EmailHunting | Log::Mail))
        });
        let ours = found
            .domains
            .iter()
            .any(|domain| key.account.ends_with(&format!("@{domain}")))
            || key.account.contains("#ext#@");
        if success && ours {
            let entry = accounts.entry(key.account.clone()).or_default();
            let sum = |list: &[Weight]| list.iter().map(|weight| weight.points).sum::<i32>();
            if entry.is_empty() || sum(weights) > sum(entry) {
                entry.clone_from(weights);
            }
        }
    }
    found.accounts = accounts;
}
