//! Accounts that the attacker made: whoever signs in to one is he.

use std::net::IpAddr;

use hourzero_model::{Outcome, Record};

use super::grow::Attribution;
use super::label::account_of;
use super::weigh::Weight;

/// What is said of an account that he made.
pub const CREATED: &str = "the attacker made this account";
/// There is no owner who could speak against it.
const CREATED_POINTS: i32 = 10;

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
        for record in std::mem::take(&mut self.creations) {
            let Some(name) = record.target.name.as_deref().map(str::to_lowercase) else {
                continue;
            };
            let is_his = account_of(&record) != name && self.label(&record, |_| false).is_some();
            if !is_his || self.is_used_by_others(&name) {
                continue;
            }
            self.accounts.entry(name.clone()).or_insert_with(|| {
                vec![Weight {
                    points: CREATED_POINTS,
                    text: CREATED.to_owned(),
                    is_deed: true,
                    is_odd: true,
                }]
            });
            self.created.insert(name);
        }
    }

    fn is_used_by_others(&self, account: &str) -> bool {
        self.seats_of(account).any(|(key, seat)| {
            key.ip.is_some() && !seat.only_refused() && !self.hostile.contains_key(key)
        })
    }
}
