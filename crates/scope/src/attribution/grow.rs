//! From strange seats to the attacker's: in the order of time, then along shared addresses and sessions until
//! nothing is added.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::{Log, Timestamp};

use super::seat::{Seat, SeatKey, seats};
use super::spread::spread;
use super::tenant::tenant;
use super::trace::Trace;
use super::walk::Walk;
use super::weigh::Weight;

/// An act that weighs by itself, with the seat that it came from.
#[derive(Debug, Clone)]
pub struct Deed {
    /// The account.
    pub account: String,
    /// Session, empty where not logged.
    pub session: String,
    /// Address.
    pub ip: Option<IpAddr>,
    /// When, UTC.
    pub time: Timestamp,
    /// Points.
    pub points: i32,
    /// A clause.
    pub text: String,
}

/// What attribution is made from.
#[derive(Debug, Default)]
pub struct Input {
    /// All traces.
    pub traces: Vec<Trace>,
    /// Acts that weigh.
    pub deeds: Vec<Deed>,
    /// The tenant's own mail domains, lower-case.
    pub domains: Vec<String>,
    /// Addresses that somebody named as hostile.
    pub hostile_ips: BTreeSet<IpAddr>,
}

/// What is said of the seats.
#[derive(Debug, Default)]
pub struct Attribution {
    /// The attacker's seats, with the reasons.
    pub hostile: BTreeMap<SeatKey, Vec<Weight>>,
    /// All seats.
    pub seats: BTreeMap<SeatKey, Seat>,
    /// Points of every seat.
    pub points: BTreeMap<SeatKey, i32>,
    /// The reasons behind the points of strange seats.
    pub strange: BTreeMap<SeatKey, Vec<Weight>>,
    /// The attacker's addresses: no innocent account uses them.
    pub ips: BTreeSet<IpAddr>,
    /// The attacker's networks.
    pub networks: BTreeSet<String>,
    /// Sessions that hold nothing but seats of the attacker's.
    pub sessions: BTreeSet<(String, String)>,
    /// Accounts in which he had success, with the reasons of the strangest seat.
    pub accounts: BTreeMap<String, Vec<Weight>>,
    /// Seats of the owner's: a network, shared network or device that the account uses.
    pub(crate) home: BTreeSet<SeatKey>,
    /// Seats that are the attacker's by their own weight.
    pub(crate) origins: BTreeSet<SeatKey>,
    /// Tokens that were issued to the attacker.
    pub tokens: BTreeSet<String>,
    /// Where he has mail sent to.
    pub targets: BTreeSet<String>,
    /// Libraries and tools with which he signed in, by network.
    pub(crate) tools: BTreeSet<(String, String)>,
    /// When which account was used, and whether by him.
    pub(crate) moments: BTreeMap<String, Vec<(Timestamp, bool)>>,
    /// To whom outside mail of a compromised account went: from how many networks, and since when.
    pub(crate) outward: BTreeMap<(String, String), (BTreeSet<String>, Timestamp)>,
    pub(crate) domains: Vec<String>,
}

/// Finds the attacker's seats.
pub fn attribute(input: &Input) -> Attribution {
    let (seats, _) = seats(&input.traces);
    let tenant = tenant(&seats);
    let mut found = Attribution {
        domains: input.domains.clone(),
        ..Attribution::default()
    };
    Walk::new(&seats, &tenant, input).all(&mut found);
    found.seats = seats;
    spread(&mut found, &tenant);
    conclude(&mut found);
    found
}

fn conclude(found: &mut Attribution) {
    let mut accounts: BTreeMap<String, Vec<Weight>> = BTreeMap::new();
    for (key, weights) in &found.hostile {
        let success = found.seats.get(key).is_some_and(|seat| {
            !seat.only_refused()
                && seat
                    .logs
                    .iter()
                    .any(|log| !matches!(log, Log::MessageTrace | Log::EmailHunting | Log::Mail))
        });
        let ours = found
            .domains
            .iter()
            .any(|domain| key.account.ends_with(&format!("@{domain}")))
            || key.account.contains("#ext#@");
        if success && ours {
            let entry = accounts.entry(key.account.clone()).or_default();
            let sum = |list: &[Weight]| list.iter().map(|weight| weight.points).sum::<i32>();
            if entry.is_empty() || sum(weights) > sum(entry) {
                entry.clone_from(weights);
            }
        }
    }
    found.accounts = accounts;
}
