//! From strange seats to the attacker's: in the order of time, then along shared addresses and sessions until
//! nothing is added.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use hourzero_model::{Record, Timestamp};

use super::apps::{AppUse, Seen, is_app_id};
use super::deed::Reset;
use super::known_app::AppUsed;
use super::link::link_id;
use super::name::Name;
use super::seat::{Seat, SeatKey, Seats};
use super::split::Split;
use super::spread::spread;
use super::tenant::tenant;
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
    /// Points.
    pub points: i32,
    /// A clause.
    pub text: String,
    /// Addresses to which it has mail sent, lower-case.
    pub drops: BTreeSet<String>,
}

/// What attribution is made from, beside where every account sat.
#[derive(Debug, Default)]
pub struct Input {
    /// Acts that weigh.
    pub deeds: Vec<Deed>,
    /// The tenant's own mail domains, lower-case.
    pub domains: Vec<String>,
    /// Ids of links, accounts, addresses and sessions that a person said are not the attacker's.
    pub refused: BTreeSet<String>,
    /// When an account got a new password or a temporary pass.
    pub resets: BTreeMap<String, BTreeSet<Reset>>,
    /// Addresses that other cases know, each with the clause that says so.
    pub known: BTreeMap<IpAddr, String>,
    /// Where the attacker has mail sent to, lower-case, and of which accounts: who has mail of another sent there is he.
    pub targets: BTreeMap<String, BTreeSet<String>>,
    /// Addresses, sessions, applications and mail addresses that a person said are the attacker's, each with the clause
    /// that says so.
    pub accepted: BTreeMap<String, String>,
    /// Applications that are the attacker's in every account, lower-case, each with the clause that says so.
    pub apps: BTreeMap<String, String>,
    /// Uses of these applications in the name of accounts.
    pub used: BTreeSet<AppUsed>,
    /// Accounts that the attacker made and that nobody else uses, lower-case.
    pub created: BTreeSet<String>,
}

/// Clients of one account, as their strings name them.
#[derive(Debug, Default)]
pub(crate) struct Agents {
    pub(crate) his: BTreeSet<Arc<str>>,
    pub(crate) others: BTreeSet<Arc<str>>,
}

/// What is said of the seats.
#[derive(Debug, Default)]
pub struct Attribution {
    /// The attacker's seats, with the reasons.
    pub hostile: BTreeMap<SeatKey, Vec<Weight>>,
    /// All seats.
    pub seats: BTreeMap<SeatKey, Seat>,
    /// Sessions that several browsers held.
    pub(crate) split: Split,
    /// Points of every seat.
    pub points: BTreeMap<SeatKey, i32>,
    /// The attacker's addresses: no innocent account uses them.
    pub ips: BTreeSet<IpAddr>,
    /// The attacker's networks.
    pub networks: BTreeSet<String>,
    /// Sessions that hold nothing but seats of the attacker's.
    pub sessions: BTreeSet<(Name, Name)>,
    /// Accounts in which he had success, with the reasons of the strangest seat.
    pub accounts: BTreeMap<String, Vec<Weight>>,
    /// Seats of the owner's: a network, shared network or device that the account uses.
    pub(crate) home: BTreeSet<SeatKey>,
    /// Seats that a person said are not the attacker's; they count as the owner's.
    pub(crate) refused: BTreeSet<SeatKey>,
    /// Seats that are the attacker's by their own weight.
    pub(crate) origins: BTreeSet<SeatKey>,
    /// Tokens that were issued to the attacker.
    pub tokens: BTreeSet<String>,
    /// Where he has mail sent to.
    pub targets: BTreeSet<String>,
    /// Where owners have their own mail sent to.
    pub(crate) owners_targets: BTreeSet<String>,
    /// The days on which he had success from an address.
    pub(crate) ip_days: BTreeMap<IpAddr, u64>,
    /// Clients with which he signed in, by network, each with its days.
    pub(crate) tools: BTreeMap<(String, String), u64>,
    /// Clients with which an account that he took was used: from his seats, and from all others.
    pub(crate) agents: BTreeMap<String, Agents>,
    /// Accounts and addresses at which he had success.
    pub(crate) sat: BTreeSet<(Name, IpAddr)>,
    /// To whom he gave a share, and when: the invitation to it is a mail of Microsoft's.
    pub invited: BTreeMap<String, BTreeSet<Timestamp>>,
    /// Accounts that he made and that nobody else used, lower-case.
    pub created: BTreeSet<String>,
    /// Records of accounts that were made, until it is told by whom.
    pub(super) creations: Vec<Record>,
    /// Ids of applications that he registered.
    pub made: BTreeSet<String>,
    /// Who used which application with which account.
    pub(crate) app_use: BTreeMap<(String, String), AppUse>,
    /// Accounts and applications with which nobody but he signed in, and since when he did.
    pub(crate) his_apps: BTreeMap<(String, String), Timestamp>,
    /// Accounts in which he used an application that is known for his.
    pub(crate) known_apps: BTreeSet<(String, String)>,
    /// Ids of keys that he added to applications, lower-case.
    pub added_keys: BTreeSet<String>,
    /// Records of applications and keys that were made, until it is told by whom.
    pub(super) app_changes: Vec<Record>,
    /// Applications that acted in their own name from his places.
    pub(crate) keyed: BTreeSet<String>,
    /// When each of them was used, with which token.
    pub(crate) app_seen: BTreeMap<String, Vec<Seen>>,
    /// Reads of these applications that follow at once on a sign-in of his, by application.
    pub(crate) app_reads: BTreeSet<(String, Timestamp)>,
    /// When which account was used, and whether by him.
    pub(crate) moments: BTreeMap<String, Vec<(Timestamp, bool)>>,
    /// To whom outside mail of a compromised account went: from how many networks, and since when.
    pub(crate) outward: BTreeMap<(String, String), (BTreeSet<String>, Timestamp)>,
    pub(crate) domains: Vec<String>,
    /// Domains outside that look like true ones and write about money.
    pub look_alikes: BTreeSet<String>,
    /// Mail addresses outside that a person said are the attacker's, lower-case.
    pub senders: BTreeSet<String>,
    /// Addresses that hand in mail in the tenant's own name, where nobody of the tenant ever is.
    pub forgers: BTreeSet<IpAddr>,
}

impl Attribution {
    /// Addresses from which accounts were used, each with whether an application did: mail on its way is left out, and so is
    /// who only tried passwords.
    pub fn places(&self) -> impl Iterator<Item = (IpAddr, bool)> {
        self.seats
            .iter()
            .filter(|(_, seat)| seat.is_used())
            .filter_map(|(key, seat)| Some((key.ip?, seat.is_app)))
    }

    /// Applications that acted in their own name from the attacker's places.
    pub fn apps(&self) -> BTreeSet<String> {
        let accounts = self.hostile.keys().map(|key| key.account.as_str());
        let ids = accounts.filter(|account| is_app_id(account));
        ids.map(str::to_owned).collect()
    }

    /// Whether nothing at all is called an attacker's.
    pub fn is_empty(&self) -> bool {
        self.hostile.is_empty()
            && self.known_apps.is_empty()
            && self.look_alikes.is_empty()
            && self.forgers.is_empty()
            && self.senders.is_empty()
    }

    /// Whether an address or account lies in one of the tenant's own domains.
    pub fn is_own(&self, address: &str) -> bool {
        address
            .rsplit_once('@')
            .is_some_and(|(_, domain)| self.domains.iter().any(|own| own == domain))
    }
}

/// Finds the attacker's seats. `seats` say where every account sat.
pub fn attribute(seats: Seats, input: &Input) -> Attribution {
    let (seats, split) = seats.all();
    let tenant = tenant(&seats);
    let mut found = Attribution {
        domains: input.domains.clone(),
        senders: input
            .accepted
            .keys()
            .filter(|id| id.contains('@'))
            .cloned()
            .collect(),
        refused: refused(&seats, &input.refused),
        ..Attribution::default()
    };
    found.home.clone_from(&found.refused);
    Walk::new((&seats, &split), &tenant, input).all(&mut found);
    (found.seats, found.split) = (seats, split);
    spread(&mut found, &tenant);
    conclude(&mut found);
    found.name_known_uses(input);
    found
}

/// The seats of refused links, accounts, addresses and sessions.
fn refused(seats: &BTreeMap<SeatKey, Seat>, ids: &BTreeSet<String>) -> BTreeSet<SeatKey> {
    if ids.is_empty() {
        return BTreeSet::new();
    }
    let is_refused = |key: &&SeatKey| {
        ids.contains(key.account.as_str())
            || ids.contains(key.session.as_str())
            || key.ip.is_some_and(|ip| ids.contains(&ip.to_string()))
            || ids.contains(&link_id(&key.place()))
    };
    seats.keys().filter(is_refused).cloned().collect()
}

fn conclude(found: &mut Attribution) {
    let mut accounts: BTreeMap<String, Vec<Weight>> = BTreeMap::new();
    for (key, weights) in &found.hostile {
        let success = found.seats.get(key).is_some_and(Seat::is_used);
        if let (true, Some(ip)) = (success, key.ip) {
            found.sat.insert((key.account.clone(), ip));
        }
        let ours = found.is_own(&key.account) || key.account.contains("#ext#@");
        if success && ours {
            let entry = accounts.entry(key.account.to_string()).or_default();
            let sum = |list: &[Weight]| list.iter().map(|weight| weight.points).sum::<i32>();
            if entry.is_empty() || sum(weights) > sum(entry) {
                entry.clone_from(weights);
            }
        }
    }
    found.accounts = accounts;
    found.agents = agents(found);
    found.keyed = found.apps();
}

/// The clients of the accounts that were taken. A seat without an address says nothing of who sat there. A seat without
/// a session is a whole place with everybody who used it: a client of the attacker's that came there with him is his.
fn agents(found: &Attribution) -> BTreeMap<String, Agents> {
    let mut agents: BTreeMap<String, Agents> = BTreeMap::new();
    let mut since: BTreeMap<&str, u64> = BTreeMap::new();
    let taken = || {
        let seats = found.seats.iter();
        seats.filter(|(key, _)| {
            key.ip.is_some() && found.accounts.contains_key(key.account.as_str())
        })
    };
    for (key, seat) in taken().filter(|(key, _)| found.hostile.contains_key(*key)) {
        let both = agents.entry(key.account.to_string()).or_default();
        both.his.extend(seat.agents.iter().cloned());
        let before = since.entry(key.account.as_str()).or_insert(u64::MAX);
        *before &= seat.days_before();
    }
    // Who was refused everywhere may be anybody.
    let others =
        |(key, seat): &(&SeatKey, &Seat)| !found.hostile.contains_key(*key) && !seat.only_refused();
    for (key, seat) in taken().filter(others) {
        let Agents { his, others } = agents.entry(key.account.to_string()).or_default();
        let before = since.get(key.account.as_str()).copied().unwrap_or_default();
        let came = |agent: &Arc<str>, days: u64| {
            key.session.is_empty() && his.contains(agent) && days & before == 0
        };
        let dated = seat.agents.dated();
        others.extend(
            dated
                .filter(|(agent, days)| !came(agent, *days))
                .map(|(agent, _)| Arc::clone(agent)),
        );
    }
    agents
}
