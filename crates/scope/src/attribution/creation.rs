//! Accounts that the attacker made: whoever signs in to one is he.

use std::collections::BTreeSet;
use std::net::IpAddr;

use hourzero_model::{Outcome, Record};

use super::grow::Attribution;
use super::label::account_of;
use super::seat::{Seat, SeatKey};
use super::trace::prefix;
use super::weigh::Weight;

/// What is said of an account that he made.
pub const CREATED: &str = "the attacker made this account";
/// There is no owner who could speak against it.
const CREATED_POINTS: i32 = 10;

/// What weighs in every place of an account that he made.
pub(super) fn made_by_him() -> Weight {
    Weight {
        points: CREATED_POINTS,
        text: CREATED.to_owned(),
        is_deed: true,
        is_odd: true,
    }
}

/// Whether a record makes an account.
pub fn is_creation(record: &Record) -> bool {
    record.operation.trim_end_matches('.') == "Add user"
        && record.result != Outcome::Failure
        && record.target.name.is_some()
}

/// A record to be asked about later, with its address where that is a place.
pub(super) fn placed(record: &Record, service: impl Fn(IpAddr) -> bool) -> Record {
    Record {
        ip: record.ip.filter(|ip| !service(*ip)),
        ..record.clone()
    }
}

impl Attribution {
    /// Notes that an account was made, by whomever: whose act it was can be told only when all is learnt. `service` is as
    /// for [`Attribution::label`].
    pub(super) fn note_creation(&mut self, record: &Record, service: impl Fn(IpAddr) -> bool) {
        if is_creation(record) {
            self.creations.push(placed(record, service));
        }
    }

    /// Names the accounts that he made and that nobody else has used since.
    pub(super) fn settle_creations(&mut self) {
        let creations = std::mem::take(&mut self.creations);
        let named = creations.iter().filter_map(|record| {
            let name = record.target.name.as_deref()?;
            Some((name.to_lowercase(), record))
        });
        let named: Vec<(String, &Record)> = named.collect();
        let mut lived = None;
        for (name, record) in &named {
            let is_his = account_of(record) != *name && self.label(record, |_| false).is_some();
            if !is_his {
                continue;
            }
            let made = || named.iter().map(|(name, _)| name.as_str()).collect();
            let lived = lived.get_or_insert_with(|| self.networks_of_others(&made()));
            if self.is_used_by_others(name, lived) {
                continue;
            }
            self.accounts
                .entry(name.clone())
                .or_insert_with(|| vec![made_by_him()]);
            self.created.insert(name.clone());
        }
    }

    /// Whether somebody of the tenant uses an account: on a device that is registered, on a telephone, or in a network
    /// where other people of the tenant are.
    fn is_used_by_others(&self, account: &str, lived: &BTreeSet<String>) -> bool {
        self.seats_of(account).any(|(key, seat)| {
            let is_somebodys =
                |ip| !seat.devices.is_empty() || key.is_telephone() || lived.contains(&prefix(ip));
            self.is_others(key, seat) && key.ip.is_some_and(is_somebodys)
        })
    }

    /// The networks where accounts that were not made in this evidence are used by others than the attacker.
    fn networks_of_others(&self, made: &BTreeSet<&str>) -> BTreeSet<String> {
        self.seats
            .iter()
            .filter(|(key, seat)| self.is_others(key, seat) && !made.contains(key.account.as_str()))
            .filter_map(|(key, _)| key.ip.map(prefix))
            .collect()
    }

    /// Whether somebody else than the attacker uses the account at a place.
    pub(super) fn is_others(&self, key: &SeatKey, seat: &Seat) -> bool {
        key.ip.is_some() && seat.is_used() && !self.hostile.contains_key(key)
    }
}
