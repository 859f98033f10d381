//! What the seats tell of an account as a whole: which logs hold it, and where it was that is strange for it.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::Log;

use super::grow::Attribution;
use super::seat::{Seat, SeatKey};

/// With more points a place is strange, though not enough to be the attacker's.
pub(super) const STRANGE: i32 = 3;

impl Attribution {
    /// The seats of one account. All lie in the order of accounts, and a large tenant has hundreds of thousands.
    pub(super) fn seats_of<'a>(
        &'a self,
        account: &'a str,
    ) -> impl Iterator<Item = (&'a SeatKey, &'a Seat)> {
        let first = SeatKey {
            account: account.into(),
            ..SeatKey::default()
        };
        self.seats
            .range(first..)
            .take_while(move |(key, _)| key.account == account)
    }

    /// The logs that hold records of an account's own acts.
    pub fn logs_of(&self, account: &str) -> BTreeSet<Log> {
        self.seats_of(account)
            .flat_map(|(_, seat)| seat.logs.iter().copied())
            .collect()
    }

    /// Of how many accounts each log holds acts.
    pub fn accounts_by_log(&self) -> BTreeMap<Log, usize> {
        let mut counts: BTreeMap<Log, (usize, &str)> = BTreeMap::new();
        for (key, seat) in &self.seats {
            for log in seat.logs.iter() {
                let (count, last) = counts.entry(*log).or_insert((0, ""));
                if key.account != *last {
                    *count += 1;
                    *last = &key.account;
                }
            }
        }
        counts
            .into_iter()
            .map(|(log, (count, _))| (log, count))
            .collect()
    }

    /// Places from which an account was used with success that are strange for it and not called the attacker's. A
    /// place of which a person said that it is not his is none.
    pub fn strange_places(&self, account: &str) -> BTreeSet<String> {
        self.seats_of(account)
            .filter(|(key, seat)| {
                self.is_strange(key) && seat.is_used() && !self.refused.contains(*key)
            })
            .map(|(key, _)| key.place().0)
            .collect()
    }

    /// Whether the account has a place of its own: without one nothing about it can be strange.
    pub fn has_learnt_place(&self, account: &str) -> bool {
        self.seats_of(account).any(|(key, _)| self.is_learnt(key))
    }

    /// Whether much speaks against a seat, or it is the attacker's.
    pub(super) fn is_strange(&self, key: &SeatKey) -> bool {
        self.hostile.contains_key(key)
            || self.points.get(key).is_some_and(|points| *points > STRANGE)
    }

    /// Whether something is strange about the address of a record that does not tell its client.
    pub(super) fn is_strange_address(&self, key: &SeatKey) -> bool {
        key.ip.is_some()
            && self
                .seats_of(&key.account)
                .any(|(other, _)| other.ip == key.ip && self.is_strange(other))
    }
}
