//! Clients that came into an account with the attacker: at his address, or in a session that he shares with the owner.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::Timestamp;

use super::grow::Attribution;
use super::seat::{Seat, SeatKey};
use super::spread::BESIDE;

/// What is known of the clients of the accounts that he entered.
#[derive(Default)]
pub(super) struct Newcomers<'f> {
    /// When he first was in an account, and the days before that.
    fell: BTreeMap<&'f str, (Timestamp, u64)>,
    /// Strings and families of the clients with which it was used before.
    before: BTreeMap<&'f str, BTreeSet<&'f str>>,
    /// His clients, by account and address.
    his: BTreeMap<(&'f str, IpAddr), BTreeSet<&'f str>>,
    /// Sessions at addresses at which he sat in them.
    shared: BTreeSet<(&'f str, &'f str, IpAddr)>,
    /// His clients and the devices that he showed, by account and session.
    held: BTreeMap<(&'f str, &'f str), BTreeSet<&'f str>>,
}

impl<'f> Newcomers<'f> {
    pub(super) fn of(found: &'f Attribution) -> Self {
        let mut all = Self::default();
        for key in &found.origins {
            let (Some(seat), account) = (found.seats.get(key), key.account.as_str()) else {
                continue;
            };
            if let Some(first) = seat.first {
                let known = all.fell.entry(account).or_insert((first, u64::MAX));
                *known = (first.min(known.0), known.1 & seat.days_before());
            }
            if !key.session.is_empty() {
                let held = all.held.entry((account, key.session.as_str())).or_default();
                held.extend(seat.agents.iter().map(AsRef::as_ref));
                held.extend(seat.devices.iter().map(AsRef::as_ref));
            }
            if let Some(ip) = key.ip {
                let clients = all.his.entry((account, ip)).or_default();
                clients.extend(seat.agents.iter().map(AsRef::as_ref));
                all.shared.insert((account, key.session.as_str(), ip));
            }
        }
        for (key, seat) in &found.seats {
            let account = key.account.as_str();
            let Some((fell, days)) = all.fell.get(account) else {
                continue;
            };
            // What was strange by itself already is no custom of the account's.
            let is_strange = found.points.get(key).is_some_and(|points| *points > BESIDE);
            if seat.first.is_some_and(|first| first < *fell) && !is_strange {
                let known = all.before.entry(account).or_default();
                let dated = seat.agents.dated();
                known.extend(
                    dated
                        .filter(|(_, used)| used & days != 0)
                        .map(|(agent, _)| agent.as_ref()),
                );
                known.extend(seat.clients.iter().map(|client| client.family.as_str()));
            }
        }
        all
    }

    /// Whether a seat whose records name no session, or nothing of the client's platform, holds only a client that came
    /// with him: his own at an address of his, or a program that the account never used in a session that he has there.
    pub(super) fn came(&self, key: &SeatKey, seat: &Seat) -> bool {
        let account = key.account.as_str();
        let (Some(ip), Some((fell, _))) = (key.ip, self.fell.get(account)) else {
            return false;
        };
        if seat.first.is_none_or(|first| first < *fell) || !seat.devices.is_empty() {
            return false;
        }
        let none = BTreeSet::new();
        let before = self.before.get(account).unwrap_or(&none);
        let his = self.his.get(&(account, ip)).unwrap_or(&none);
        let mut agents = seat.agents.iter().map(AsRef::as_ref);
        let mut families = seat.clients.iter().map(|client| client.family.as_str());
        if key.session.is_empty() {
            !seat.agents.is_empty()
                && agents.all(|agent| his.contains(agent) && !before.contains(agent))
        } else {
            key.platform.is_empty()
                && self.shared.contains(&(account, key.session.as_str(), ip))
                && !seat.clients.is_empty()
                && families.all(|family| !before.contains(family))
        }
    }

    /// Whether a seat in a session of his holds only clients that he has in it and that the account never used before he
    /// came; a seat that is strange by its own `points` may be where he came. The place says nothing then, and neither does a
    /// device that he shows too.
    pub(super) fn went_along(&self, key: &SeatKey, seat: &Seat, points: i32) -> bool {
        let account = key.account.as_str();
        let (Some((fell, _)), Some(held)) = (
            self.fell.get(account),
            self.held.get(&(account, key.session.as_str())),
        ) else {
            return false;
        };
        let before = self.before.get(account);
        let is_new = |agent: &str| before.is_none_or(|before| !before.contains(agent));
        let mut agents = seat.agents.iter().map(AsRef::as_ref);
        let mut devices = seat.devices.iter().map(AsRef::as_ref);
        (points > BESIDE || seat.first.is_some_and(|first| first >= *fell))
            && !seat.agents.is_empty()
            && agents.all(|agent| held.contains(agent) && is_new(agent))
            && devices.all(|device: &str| held.contains(device))
    }
}
