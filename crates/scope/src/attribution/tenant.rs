//! What the tenant as a whole tells: shared networks, addresses that try passwords, sessions that leap.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::hosting::is_hosting;
use super::seat::{Seat, SeatKey};
use super::trace::prefix;
use super::weigh::Tenant;

/// So many accounts with devices of their own share a network before it is called shared.
const SHARED_BY: usize = 3;
/// So many accounts with refused passwords make a network a spraying one.
const SPRAYED: usize = 8;

/// Networks of a session, and the providers of rented machines among them.
type Leaps = (BTreeSet<String>, BTreeSet<u32>);

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
    Tenant { shared, spraying }
}

/// Sessions that leap between networks: of several providers of rented machines, or of many places. A telephone
/// does that too, and so does a computer with a device of its own on a journey. An application has no session, and
/// runs where it was installed: it leaps where three providers are among its places. Each with its points.
pub(super) fn hops<'s>(
    seats: &'s BTreeMap<SeatKey, Seat>,
    tenant: &Tenant,
) -> BTreeMap<(&'s str, &'s str), (i32, &'static str)> {
    let mut nets: BTreeMap<(&str, &str), Leaps> = BTreeMap::new();
    for (key, seat) in seats {
        let Some(ip) = key.ip.filter(|_| !key.session.is_empty() || seat.is_app) else {
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
            if session.1.is_empty() {
                let text = "an application that leaps between providers of rented machines";
                (rented.len() >= 3).then_some((session, (4, text)))
            } else if rented.len() >= 2 {
                let text = "a session that leaps between providers of rented machines";
                Some((session, (3, text)))
            } else if seen.len() >= 4 {
                Some((session, (3, "a session that leaps between many networks")))
            } else {
                None
            }
        })
        .collect()
}
