//! What happened around a seat: prompts that were refused there, a reset a moment before or an account that has one place
//! only make it strange; the owner's telephone beside it speaks for the owner.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::deed::{RESET_SECONDS, Reset, SLACK_SECONDS};
use super::profile::Profile;
use super::seat::{Seat, SeatKey};
use super::trace::prefix;
use super::weigh::{Weight, odd};

/// So many refused prompts are no slip of a finger.
const PROMPTS: u64 = 3;

/// What is known of all seats before any is weighed.
pub(super) struct Circumstances<'c> {
    /// Accounts and addresses at which prompts were refused again and again.
    prompted: BTreeSet<(&'c str, IpAddr)>,
    /// When an account got a new password or a temporary pass.
    resets: &'c BTreeMap<String, BTreeSet<Reset>>,
    /// Sessions of telephones in networks of rented machines, by account and network.
    telephones: BTreeMap<(&'c str, String), Vec<Telephone<'c>>>,
}

/// A session of a telephone at an address, with the days on which it was used there.
type Telephone<'c> = (&'c SeatKey, IpAddr, u64);

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
            telephones: telephones(seats),
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
        weights.extend(self.beside_telephone((key, ip), seat, profile));
        // Days of a log that names no address are no history of networks.
        let is_new = profile.has_networks(seat) && profile.net_days(key) == 0;
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

    /// What the owner's telephone in the same new network of rented machines says: whoever has it there, in a session that it
    /// had elsewhere before, goes through a service that hides where he is.
    fn beside_telephone(
        &self,
        (key, ip): (&SeatKey, IpAddr),
        seat: &Seat,
        profile: &Profile,
    ) -> Option<Weight> {
        if is_telephone(key) || profile.net_days(key) > 0 {
            return None;
        }
        let around = seat.days | seat.days << 1 | seat.days >> 1;
        let place = (key.account.as_str(), prefix(ip));
        let there = self.telephones.get(&place)?.iter();
        let known = there
            .filter(|(telephone, _, days)| days & around != 0 && profile.continues(telephone))
            .map(|(_, at, _)| *at == ip);
        // The address itself says more than its network.
        let points = if known.max()? { -5 } else { -2 };
        Some(odd(points, "the owner's telephone is there on these days"))
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

fn is_telephone(key: &SeatKey) -> bool {
    matches!(key.platform, "ios" | "android")
}

fn telephones(seats: &BTreeMap<SeatKey, Seat>) -> BTreeMap<(&str, String), Vec<Telephone<'_>>> {
    let mut telephones: BTreeMap<(&str, String), Vec<Telephone<'_>>> = BTreeMap::new();
    let held = seats.iter().filter(|(key, seat)| {
        is_telephone(key) && !key.session.is_empty() && seat.is_rented() && !seat.only_refused()
    });
    for (key, seat) in held {
        if let Some(ip) = key.ip {
            let there = telephones.entry((&key.account, prefix(ip))).or_default();
            there.push((key, ip, seat.days));
        }
    }
    telephones
}

/// Accounts that Entra Connect makes for itself (`facts/auth.md`).
pub(super) fn is_synchronisation(account: &str) -> bool {
    account.starts_with("sync_") || account.starts_with("adtoaadsyncserviceaccount")
}
