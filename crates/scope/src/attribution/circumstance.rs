//! What happened around a seat: prompts that were refused there, a reset a moment before or an account that has one place
//! only make it strange; the owner's telephone or other sessions beside it speak for the owner.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::deed::{RESET_SECONDS, Reset, SLACK_SECONDS};
use super::name::Name;
use super::profile::Profile;
use super::seat::{Seat, SeatKey};
use super::trace::prefix;
use super::weigh::{Weight, odd};

/// So many refused prompts are no slip of a finger.
const PROMPTS: u64 = 3;

/// So many sessions of the owner's in one place are more than a thief takes.
const SESSIONS: usize = 2;

/// Where the owner's telephone is while somebody is at a new address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telephone {
    /// At the same address.
    There,
    /// In the same network of rented machines.
    Near,
    /// Elsewhere, or not seen.
    Elsewhere,
}

/// What is known of all seats before any is weighed.
pub(super) struct Circumstances<'c> {
    /// Accounts and addresses at which prompts were refused again and again.
    prompted: BTreeSet<(&'c str, IpAddr)>,
    /// When an account got a new password or a temporary pass.
    resets: &'c BTreeMap<String, BTreeSet<Reset>>,
    /// Sessions of telephones, by account and address.
    telephones: Beside<'c, IpAddr>,
    /// Those in networks of rented machines, by account and network.
    in_rented: Beside<'c, String>,
    /// Sessions of computers at rented machines, by account and address.
    computers: Beside<'c, IpAddr>,
}

/// Places of sessions, by account and what else they have in common.
type Beside<'c, P> = BTreeMap<(&'c str, P), Vec<(&'c SeatKey, &'c Seat)>>;

impl<'c> Circumstances<'c> {
    pub(super) fn of(
        seats: &'c BTreeMap<SeatKey, Seat>,
        resets: &'c BTreeMap<String, BTreeSet<Reset>>,
    ) -> Self {
        // A prompt that was refused has no session, and the sign-in that followed has one: the address ties them.
        let mut denied: BTreeMap<(&str, IpAddr), u64> = BTreeMap::new();
        for (key, seat) in seats.iter().filter(|(_, seat)| seat.denied_prompts > 0) {
            if let Some(ip) = key.ip {
                *denied.entry((&key.account, ip)).or_default() += seat.denied_prompts;
            }
        }
        let prompted = denied
            .into_iter()
            .filter(|(_, prompts)| *prompts >= PROMPTS);
        Self {
            prompted: prompted.map(|(place, _)| place).collect(),
            resets,
            telephones: beside(seats, |key, _, ip| key.is_telephone().then_some(ip)),
            in_rented: beside(seats, |key, seat, ip| {
                (key.is_telephone() && seat.is_rented()).then(|| prefix(ip))
            }),
            computers: beside(seats, |key, seat, ip| {
                (key.is_computer() && seat.is_rented()).then_some(ip)
            }),
        }
    }

    /// Adds what speaks against a seat or for it.
    pub(super) fn weigh(
        &self,
        (key, seat): (&SeatKey, &Seat),
        profile: &Profile,
        weights: &mut Vec<Weight>,
    ) {
        let Some(ip) = key.ip else { return };
        if self.prompted.contains(&(key.account.as_str(), ip)) {
            weights.push(odd(3, "prompts that were refused again and again"));
        }
        let is_unused = profile.net_days(key) == 0;
        if is_unused {
            weights.extend(self.beside((key, ip), seat, profile));
        }
        // Days of a log that names no address are no history of networks.
        let is_new = is_unused && profile.has_networks(seat);
        if is_new && !profile.knows_client(key, seat) {
            let reset = self.reset_before((key, ip), seat);
            weights.extend(reset.map(|words| odd(3, words)));
        }
        if is_new && is_synchronisation(&key.account) {
            weights.push(odd(
                5,
                "the account of the directory synchronisation, which signs in from its server alone",
            ));
        }
    }

    /// What the owner's other places at a new address say: his telephone, and sessions of his that go on there.
    fn beside(&self, (key, ip): (&SeatKey, IpAddr), seat: &Seat, profile: &Profile) -> Vec<Weight> {
        let telephone = self.telephone_beside((key, ip), seat, profile);
        let words = "the owner's telephone is there on these days";
        let mut weights = match telephone {
            Telephone::There => return vec![odd(-5, words)],
            Telephone::Near => vec![odd(-2, words)],
            Telephone::Elsewhere => Vec::new(),
        };
        let sessions = self.sessions_beside((key, ip), seat, profile);
        // His telephone next door is a session of his, too, beside the one that the computer has here.
        let near = usize::from(telephone == Telephone::Near);
        if sessions > 0 && sessions + near >= SESSIONS {
            let words = if sessions >= SESSIONS {
                "several sessions of the owner's computer go on there"
            } else {
                "another session of the owner's computer goes on there"
            };
            weights.push(odd(-3, words));
        }
        weights
    }

    /// Whether the owner's telephone is at the same address, in a session that it had elsewhere before: he is there. In a
    /// network of rented machines his telephone next door goes through the same service that hides where he is.
    fn telephone_beside(
        &self,
        (key, ip): (&SeatKey, IpAddr),
        seat: &Seat,
        profile: &Profile,
    ) -> Telephone {
        if key.is_telephone() {
            return Telephone::Elsewhere;
        }
        let around = seat.days | seat.days << 1 | seat.days >> 1;
        let is_his = |(telephone, there): &(&SeatKey, &Seat)| {
            there.days & around != 0 && profile.continues(telephone)
        };
        let account = key.account.as_str();
        let here = self.telephones.get(&(account, ip));
        let near = || self.in_rented.get(&(account, prefix(ip)));
        if here.is_some_and(|there| there.iter().any(is_his)) {
            Telephone::There
        } else if near().is_some_and(|there| there.iter().any(is_his)) {
            Telephone::Near
        } else {
            Telephone::Elsewhere
        }
    }

    /// How many other sessions that the owner's computer had elsewhere before go on at the same rented machine with their
    /// clients: a thief has one.
    fn sessions_beside(
        &self,
        (key, ip): (&SeatKey, IpAddr),
        seat: &Seat,
        profile: &Profile,
    ) -> usize {
        let here = self.computers.get(&(key.account.as_str(), ip));
        let go_on = here.into_iter().flatten().filter(|(other, there)| {
            other.session != key.session
                && there.days & seat.days != 0
                && profile.continues(other)
                && profile.knows_client(other, there)
        });
        let sessions: BTreeSet<&Name> = go_on.map(|(other, _)| &other.session).collect();
        sessions.len()
    }

    /// The words for a reset shortly before the seat's first sign-in: by somebody else, or by the self-service from the same
    /// address.
    fn reset_before(&self, (key, ip): (&SeatKey, IpAddr), seat: &Seat) -> Option<&'static str> {
        let resets = self.resets.get(key.account.as_str())?;
        let first = seat.first.filter(|_| seat.sign_ins > 0)?;
        let before = |reset: &&Reset| {
            let after = first.seconds_since(reset.time);
            (-SLACK_SECONDS..=RESET_SECONDS).contains(&after)
        };
        let mut before = resets.iter().filter(before);
        if before.clone().any(|reset| reset.from.is_none()) {
            Some("a new client in a new network, soon after somebody else reset the password")
        } else {
            let is_here = before.any(|reset| reset.from == Some(ip));
            is_here.then_some(
                "a new client in a new network, soon after a reset by self-service from there",
            )
        }
    }
}

/// The sessions that were used with success, by account and what `place` makes of where.
fn beside<P: Ord>(
    seats: &BTreeMap<SeatKey, Seat>,
    place: impl Fn(&SeatKey, &Seat, IpAddr) -> Option<P>,
) -> Beside<'_, P> {
    let mut beside: Beside<'_, P> = BTreeMap::new();
    let held = seats
        .iter()
        .filter(|(key, seat)| !key.session.is_empty() && !seat.only_refused());
    for (key, seat) in held {
        if let Some(place) = key.ip.and_then(|ip| place(key, seat, ip)) {
            let there = beside.entry((&key.account, place)).or_default();
            there.push((key, seat));
        }
    }
    beside
}

/// Accounts that Entra Connect makes for itself (`facts/auth.md`).
pub(super) fn is_synchronisation(account: &str) -> bool {
    account.starts_with("sync_") || account.starts_with("adtoaadsyncserviceaccount")
}
