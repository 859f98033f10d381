//! What one round of following starts from, as far as it hangs on all seats: the attacker's tools and sessions, where owners sit, who
//! else is at an address, and what tried passwords before an account fell.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::Timestamp;

use super::client::tells_client;
use super::grow::Attribution;
use super::newcomer::Newcomers;
use super::seat::{Seat, SeatKey};
use super::spread::BESIDE;
use super::trace::prefix;
use super::weigh::Tenant;

/// A campaign of guessing leads to a fall within so many seconds.
const CAMPAIGN_SECONDS: i64 = 7 * 86_400;

/// A place: account, session, address; with a browser where several held the session.
pub(super) type Place<'f> = (&'f str, &'f str, Option<IpAddr>, &'f str);

/// Whether all seats whose client is known are the attacker's, by account, session and network, of sessions in which he
/// sits. Refusals say nothing of who sits there.
pub(super) fn near(found: &Attribution) -> BTreeMap<(&str, &str, String), bool> {
    let placed = found.hostile.keys().filter(|key| !key.session.is_empty());
    let his: BTreeSet<(&str, &str)> = placed
        .map(|key| (key.account.as_str(), key.session.as_str()))
        .collect();
    let mut near = BTreeMap::new();
    let told = found.seats.iter();
    for (key, _) in told.filter(|(key, seat)| !key.platform.is_empty() && !seat.only_refused()) {
        let (account, session) = (key.account.as_str(), key.session.as_str());
        if let (Some(ip), true) = (key.ip, his.contains(&(account, session))) {
            let network = (account, session, prefix(ip));
            *near.entry(network).or_insert(true) &= found.hostile.contains_key(key);
        }
    }
    near
}

/// Which accounts are used at which address by others than the attacker.
pub(super) fn users(found: &Attribution) -> BTreeMap<IpAddr, BTreeSet<&str>> {
    let mut users: BTreeMap<IpAddr, BTreeSet<&str>> = BTreeMap::new();
    for (key, seat) in &found.seats {
        if let (Some(ip), true) = (key.ip, found.is_others(key, seat)) {
            users.entry(ip).or_default().insert(&key.account);
        }
    }
    users
}

/// Clients of the attacker's, to the letter, with which nobody did anything that is not strange too. A seat without an
/// address says nothing of who sat there.
pub(super) fn tools(found: &Attribution) -> BTreeSet<&str> {
    let seats = found.origins.iter().filter_map(|key| found.seats.get(key));
    let mut his: BTreeSet<&str> = seats
        .flat_map(|seat| seat.agents.iter())
        .filter(|agent| tells_client(agent))
        .map(AsRef::as_ref)
        .collect();
    let is_plain = |key: &SeatKey| found.points.get(key).is_none_or(|points| *points <= BESIDE);
    let others = found.seats.iter().filter(|(key, seat)| {
        key.ip.is_some()
            && !seat.only_refused()
            && is_plain(key)
            && !found.hostile.contains_key(*key)
    });
    for agent in others.flat_map(|(_, seat)| seat.agents.iter()) {
        his.remove(agent.as_ref());
    }
    his
}

/// The sessions whose first seat is the attacker's by its own weight. A session that an owner began and that was
/// stolen is none of them.
pub(super) fn begun(found: &Attribution) -> BTreeMap<(&str, &str), BTreeSet<&str>> {
    let mut first: BTreeMap<(&str, &str), (Option<Timestamp>, &SeatKey)> = BTreeMap::new();
    let placed = |key: &SeatKey| key.ip.is_some() && !key.session.is_empty();
    for (key, seat) in found.seats.iter().filter(|(key, _)| placed(key)) {
        let session = (key.account.as_str(), key.session.as_str());
        let known = first.entry(session).or_insert((seat.first, key));
        *known = (*known).min((seat.first, key));
    }
    first.retain(|_, (_, key)| found.origins.contains(*key));
    let mut begun: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for key in found.hostile.keys() {
        let session = (key.account.as_str(), key.session.as_str());
        if let (true, Some(seat)) = (first.contains_key(&session), found.seats.get(key)) {
            let clients = begun.entry(session).or_default();
            clients.extend(seat.agents.iter().map(AsRef::as_ref));
        }
    }
    begun
}

/// Where owners sit outside their own networks: with a session and client, or a device, that they have at home too. Where
/// a client came with the attacker, the device that is shown says nothing.
pub(super) fn owners_places<'f>(
    found: &'f Attribution,
    newcomers: &Newcomers<'_>,
) -> BTreeSet<(&'f str, IpAddr)> {
    let mut clients: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut devices: BTreeSet<(&str, &str)> = BTreeSet::new();
    for key in found
        .home
        .iter()
        .filter(|key| !found.hostile.contains_key(*key))
    {
        let Some(seat) = found.seats.get(key) else {
            continue;
        };
        let account = key.account.as_str();
        if !key.session.is_empty() {
            let agents = seat.agents.iter().filter(|agent| tells_client(agent));
            clients.extend(agents.map(|agent| (account, key.session.as_str(), agent.as_ref())));
        }
        devices.extend(seat.devices.iter().map(|device| (account, device.as_ref())));
    }
    let sits = |key: &SeatKey, seat: &Seat| {
        let account = key.account.as_str();
        let mut agents = seat.agents.iter();
        let mut held = seat.devices.iter();
        agents.any(|agent| clients.contains(&(account, key.session.as_str(), agent.as_ref())))
            || held.any(|device| devices.contains(&(account, device.as_ref())))
    };
    let place = |key: &'f SeatKey| (key.account.as_str(), key.session.as_str(), key.ip);
    let seats = || found.seats.iter();
    let along: BTreeSet<_> = seats()
        .filter(|(key, seat)| {
            let points = found.points.get(key).copied().unwrap_or_default();
            newcomers.went_along(key, seat, points)
        })
        .map(|(key, _)| place(key))
        .collect();
    seats()
        .filter(|(key, seat)| !found.hostile.contains_key(*key) && sits(key, seat))
        .filter(|(key, _)| !along.contains(&place(key)))
        .filter_map(|(key, _)| Some((key.account.as_str(), key.ip?)))
        .collect()
}

/// Addresses that tried passwords of many accounts, several times each, shortly before one of these accounts fell.
/// The internet's ordinary noise tries each account once or twice.
pub(super) fn campaign(found: &Attribution, tenant: &Tenant) -> BTreeSet<Option<IpAddr>> {
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
