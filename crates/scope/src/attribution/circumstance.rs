//! What happened around a seat that makes it strange: prompts that were refused there, a reset a moment before, an
//! account that has one place only.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::deed::{RESET_SECONDS, Reset, SLACK_SECONDS};
use super::profile::Profile;
use super::seat::{Seat, SeatKey};
use super::weigh::{Weight, odd};

/// So many refused prompts are no slip of a finger.
const PROMPTS: u64 = 3;

/// What is known of all seats before any is weighed.
pub(super) struct Circumstances<'c> {
    /// Accounts and addresses at which prompts were refused again and again.
    prompted: BTreeSet<(&'c str, IpAddr)>,
    /// When an account got a new password or a temporary pass.
    resets: &'c BTreeMap<String, BTreeSet<Reset>>,
}

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
        }
    }

    /// Adds what speaks against a seat.
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

/// Accounts that Entra Connect makes for itself (`facts/auth.md`).
pub(super) fn is_synchronisation(account: &str) -> bool {
    account.starts_with("sync_") || account.starts_with("adtoaadsyncserviceaccount")
}
