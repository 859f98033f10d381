//! Sessions that several browsers held. A browser keeps the cookies of its sessions to itself and is never put back to an older
//! version, so that two families on one day or on two in a row, or an older version that goes on beside a newer, are two
//! browsers: one of them has a copy.

use std::collections::BTreeMap;

use super::client::older_of;
use super::name::Name;
use super::seat::{Seat, SeatKey};
use super::trace::until_first;

/// The program that shows web pages within others is a version behind or ahead of the browser at times.
const APART: u16 = 2;

/// By session the families of which two browsers held it, each with the newest version of the older one.
#[derive(Debug, Default)]
pub(crate) struct Split(BTreeMap<Name, Vec<(&'static str, u16)>>);

/// Who held a session: family, version and days.
type Held = Vec<(&'static str, u16, u64)>;

impl Split {
    /// The sessions that several browsers held. Keys tell the version still.
    pub(super) fn of(seats: &BTreeMap<SeatKey, Seat>) -> Self {
        let mut sessions: BTreeMap<&Name, BTreeMap<&Name, Held>> = BTreeMap::new();
        for (key, seat) in seats {
            if key.session.is_empty() || key.browser.is_empty() || seat.only_refused() {
                continue;
            }
            let accounts = sessions.entry(&key.session).or_default();
            let held = accounts.entry(&key.account).or_default();
            let same = |one: &&mut (&str, u16, u64)| one.0 == key.browser && one.1 == key.version;
            match held.iter_mut().find(same) {
                Some((_, _, days)) => *days |= seat.days,
                None => held.push((key.browser, key.version, seat.days)),
            }
        }
        let mut split = Self::default();
        for (session, accounts) in sessions {
            let older: Vec<_> = accounts.values().flat_map(older).collect();
            if !older.is_empty() || accounts.values().any(has_families) {
                split.0.insert(session.clone(), older);
            }
        }
        split
    }

    /// Whether several browsers held a session.
    pub(crate) fn contains(&self, session: &Name) -> bool {
        self.0.contains_key(session)
    }

    /// What tells a browser from the others of its session; empty where there are none.
    pub(super) fn browser(
        &self,
        session: &Name,
        (family, version): (&'static str, u16),
    ) -> &'static str {
        let Some(older) = self.0.get(session) else {
            return "";
        };
        let is_older = older
            .iter()
            .any(|(of, newest)| *of == family && version <= *newest);
        if is_older { older_of(family) } else { family }
    }
}

/// Whether two families held it on one day, or one the day after the other.
fn has_families(held: &Held) -> bool {
    held.iter().any(|(family, _, days)| {
        let near = days | days << 1 | days >> 1;
        held.iter()
            .any(|(other, _, theirs)| other != family && theirs & near != 0)
    })
}

/// Families of which an older version went on after a day on which a much newer one was there, with the newest of these.
fn older(held: &Held) -> Vec<(&'static str, u16)> {
    let went_on = |(family, version, days): &(&'static str, u16, u64), least: u16| {
        *version > 0
            && held.iter().any(|(other, newer, theirs)| {
                other == family
                    && newer.saturating_sub(*version) >= least
                    && days & !until_first(*theirs) != 0
            })
    };
    let mut found: BTreeMap<&str, u16> = BTreeMap::new();
    for one in held.iter().filter(|one| went_on(one, APART)) {
        found.entry(one.0).or_default();
    }
    for one in held.iter().filter(|one| went_on(one, 1)) {
        if let Some(newest) = found.get_mut(one.0) {
            *newest = one.1.max(*newest);
        }
    }
    found.into_iter().collect()
}
