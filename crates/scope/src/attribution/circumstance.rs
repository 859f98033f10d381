//! What happened around a seat that makes it strange: prompts that were refused there, a reset a moment before, an
//! account that has one place only.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::Timestamp;

use super::deed::{RESET_SECONDS, SLACK_SECONDS};
use super::profile::Profile;
use super::seat::{Seat, SeatKey};
use super::weigh::{Weight, odd};

/// So many refused prompts are no slip of a finger.
const PROMPTS: u64 = 3;

/// What is known of all seats before any is weighed.
pub(super) struct Circumstances<'c> {
    /// Accounts and addresses at which prompts were refused again and again.
    prompted: BTreeSet<(&'c str, IpAddr)>,
    /// When somebody else gave an account a new password or a temporary pass.
    resets: &'c BTreeMap<String, BTreeSet<Timestamp>>,
}

impl<'c> Circumstances<'c> {
    pub(super) fn of(
        seats: &'c BTreeMap<SeatKey, Seat>,
        resets: &'c BTreeMap<String, BTreeSet<Timestamp>>,
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
        if is_new && self.follows_reset(key, seat) && !profile.knows_client(key, seat) {
            weights.push(odd(
                3,
                "a new client in a new network, soon after somebody else reset the password",
            ));
        }
        if is_new && is_synchronisation(&key.account) {
            weights.push(odd(
                5,
                "the account of the directory synchronisation, which signs in from its server alone",
            ));
        }
    }

    fn follows_reset(&self, key: &SeatKey, seat: &Seat) -> bool {
        let (Some(resets), Some(first)) = (self.resets.get(key.account.as_str()), seat.first)
        else {
            return false;
        };
        let after = |reset: &Timestamp| first.seconds_since(*reset);
        let mut after = resets.iter().map(after);
        seat.sign_ins > 0 && after.any(|after| (-SLACK_SECONDS..=RESET_SECONDS).contains(&after))
    }
}

/// Accounts that Entra Connect makes for itself (`facts/auth.md`).
pub(super) fn is_synchronisation(account: &str) -> bool {
    account.starts_with("sync_") || account.starts_with("adtoaadsyncserviceaccount")
}
