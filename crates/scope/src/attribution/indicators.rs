//! What the attacker's seats make his: addresses, networks and sessions that no owner uses.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::grow::Attribution;
use super::hosting::is_hosting;
use super::name::Name;
use super::seat::SeatKey;
use super::trace::prefix;
use super::weigh::Tenant;

/// So many addresses of his make a network his, where no owner is.
const POOL: usize = 3;

/// The attacker's addresses, networks and sessions as far as seats are known.
pub(super) fn indicators(found: &mut Attribution, tenant: &Tenant) {
    let mut innocent_ips: BTreeSet<IpAddr> = BTreeSet::new();
    let mut innocent_nets: BTreeSet<String> = BTreeSet::new();
    let mut mixed: BTreeSet<(Name, Name)> = BTreeSet::new();
    for (key, seat) in &found.seats {
        if found.hostile.contains_key(key) || seat.only_refused() {
            continue;
        }
        // Of the browsers that held a session at once the one that is not his is the owner's, wherever it is.
        let is_owners = !key.browser.is_empty()
            && found.split.contains(&key.session)
            && !is_beside_him(found, key);
        // A colleague's computer in the company's network is no place of his, however new it is for the account.
        let is_shared = |ip: IpAddr| tenant.shared.contains(&prefix(ip));
        if is_owners || found.home.contains(key) || key.ip.is_some_and(is_shared) {
            if let Some(ip) = key.ip {
                innocent_ips.insert(ip);
                innocent_nets.insert(prefix(ip));
            }
            mixed.insert((key.account.clone(), key.session.clone()));
        }
    }
    for key in found.hostile.keys() {
        let Some(seat) = found.seats.get(key) else {
            continue;
        };
        if let Some(ip) = key.ip {
            let net = prefix(ip);
            if !seat.only_refused() {
                *found.ip_days.entry(ip).or_default() |= seat.days;
                for agent in seat.agents.iter() {
                    let tool = (net.clone(), agent.to_string());
                    *found.tools.entry(tool).or_default() |= seat.days;
                }
            }
            if !innocent_ips.contains(&ip) && !tenant.shared.contains(&net) {
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
    let pools = pools(&found.ips).into_iter();
    found
        .networks
        .extend(pools.filter(|net| !innocent_nets.contains(net) && !tenant.shared.contains(net)));
}

/// Whether a browser of a session that several held sits where the attacker goes on with it, at a place that is not its
/// owner's: his proxy began the session.
fn is_beside_him(found: &Attribution, key: &SeatKey) -> bool {
    let from = SeatKey {
        platform: "",
        browser: "",
        ..key.clone()
    };
    found.points.get(key).is_some_and(|points| *points > 0)
        && found
            .hostile
            .range(from..)
            .take_while(|(one, _)| {
                one.account == key.account && one.session == key.session && one.ip == key.ip
            })
            .any(|(one, _)| one != key)
}

/// Networks in which the attacker moves from address to address, whoever they belong to.
fn pools(ips: &BTreeSet<IpAddr>) -> BTreeSet<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for ip in ips {
        *counts.entry(prefix(*ip)).or_default() += 1;
    }
    counts.retain(|_, count| *count >= POOL);
    counts.into_keys().collect()
}
