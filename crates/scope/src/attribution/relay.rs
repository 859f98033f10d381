//! Addresses that take turns: passwords of many accounts are tried with one client, and when one address stops the next
//! goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use hourzero_model::Timestamp;

use super::seat::{Seat, SeatKey};

/// An address and the client with which it tried passwords.
pub(super) type Source = (IpAddr, Arc<str>);

/// Addresses that took turns.
pub(super) type Relay = BTreeSet<Source>;

/// A longer pause ends a run of attempts.
const PAUSE_SECONDS: i64 = 2 * 3_600;
/// What goes on for longer is the internet's noise.
const LONGEST_SECONDS: i64 = 3 * 86_400;
/// Of so many attempts in a run one at another time is few: who got in comes again, and may be refused then.
const FEW: usize = 10;
/// So many accounts are many.
const MANY: usize = 8;

/// When one account was tried from one source, first or last; time first, so that they sort by it. What lies in between
/// is not known, and a source that comes again after days must not bridge them.
type Attempt<'s> = (Timestamp, &'s str, IpAddr);

/// Every run of attempts in which several addresses took turns. An address belongs to a run when it tried two accounts
/// or more in it, in a turn of its own or else very many, and hardly any with the same client at other times: the
/// internet's noise comes at any minute, and again and again.
pub(super) fn relays(seats: &BTreeMap<SeatKey, Seat>) -> Vec<Relay> {
    let mut by_client: BTreeMap<&Arc<str>, Vec<Attempt<'_>>> = BTreeMap::new();
    for (key, seat) in seats {
        for guess in seat.guesses.iter().filter(|guess| !guess.agent.is_empty()) {
            if let Some(ip) = key.ip {
                let attempts = by_client.entry(&guess.agent).or_default();
                attempts.push((guess.first, key.account.as_str(), ip));
                if guess.last > guess.first {
                    attempts.push((guess.last, &key.account, ip));
                }
            }
        }
    }
    let mut relays = Vec::new();
    for (agent, mut attempts) in by_client {
        attempts.sort_unstable();
        let mut all: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for (_, _, ip) in &attempts {
            *all.entry(*ip).or_default() += 1;
        }
        for run in runs(&attempts) {
            if let Some(ips) = taking_turns(run, &all) {
                relays.push(ips.into_iter().map(|ip| (ip, Arc::clone(agent))).collect());
            }
        }
    }
    relays
}

/// Attempts in the order of time, cut at every long pause.
fn runs<'a, 's>(attempts: &'a [Attempt<'s>]) -> Vec<&'a [Attempt<'s>]> {
    let mut runs = Vec::new();
    let mut rest = attempts;
    while let Some(((time, ..), more)) = rest.split_first() {
        let mut until = *time;
        let goes_on = |(time, ..): &&Attempt<'_>| {
            let near = time.seconds_since(until) <= PAUSE_SECONDS;
            until = *time;
            near
        };
        let length = 1 + more.iter().take_while(goes_on).count();
        let (run, after) = rest.split_at(length);
        runs.push(run);
        rest = after;
    }
    runs
}

/// The addresses of a run, if they took turns in it; `all` says how often each tried at all.
fn taking_turns(run: &[Attempt<'_>], all: &BTreeMap<IpAddr, usize>) -> Option<BTreeSet<IpAddr>> {
    let ((first, ..), (last, ..)) = (run.first()?, run.last()?);
    if last.seconds_since(*first) > LONGEST_SECONDS {
        return None;
    }
    let mut tried: BTreeMap<IpAddr, Tried<'_>> = BTreeMap::new();
    for (at, (_, account, ip)) in run.iter().enumerate() {
        let one = tried.entry(*ip).or_insert_with(|| Tried {
            begins: at,
            ..Tried::default()
        });
        one.accounts.insert(account);
        one.count += 1;
        one.ends = at;
    }
    tried.retain(|ip, one| {
        let elsewhere = all.get(ip).map_or(0, |all| all.saturating_sub(one.count));
        let is_runs = elsewhere * FEW <= one.count;
        one.accounts.len() >= 2 && is_runs && (one.accounts.len() >= MANY || one.has_its_turn())
    });
    let accounts: BTreeSet<&str> = tried
        .values()
        .flat_map(|one| &one.accounts)
        .copied()
        .collect();
    (tried.len() >= 2 && accounts.len() >= MANY).then(|| tried.into_keys().collect())
}

/// What one address tried in a run.
#[derive(Default)]
struct Tried<'s> {
    accounts: BTreeSet<&'s str>,
    count: usize,
    /// Numbers of its first and last attempt among those of the run.
    begins: usize,
    ends: usize,
}

impl Tried<'_> {
    /// Whether hardly any other address tried between its first attempt and its last.
    fn has_its_turn(&self) -> bool {
        let others = self.ends.saturating_sub(self.begins) + 1 - self.count;
        others <= self.count
    }
}
