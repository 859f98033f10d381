//! Seats in the order of time: each is weighed against what its account did before, and teaches or is held back.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::circumstance::{Circumstances, is_synchronisation};
use super::creation::made_by_him;
use super::grow::{Attribution, Deed, Input};
use super::known_app::KnownUses;
use super::profile::{Profile, SHORT_HISTORY};
use super::seat::{Seat, SeatKey};
use super::split::Split;
use super::tenant::{copied, hops, torn};
use super::trace::prefix;
use super::weigh::{KNOWN_CLIENT, Session, Tenant, Weight, weigh};

/// So many points make a seat the attacker's by itself.
pub(super) const HOSTILE: i32 = 6;
/// A session that begins with so many points is strange as a whole.
pub(super) const STRANGE: i32 = 5;
/// An address that another case knows: not enough by itself, because addresses change hands.
const KNOWN_ELSEWHERE: i32 = 4;
/// A person's word weighs more than whatever speaks for the owner, and leaves nothing to be sure of.
const ACCEPTED: i32 = 100;
/// Mail is sent on to where the attacker has it sent from elsewhere.
pub(super) const SHARED_TARGET: &str =
    "mail is sent on to an address that is known for the attacker's";
/// A client like the owner's does not speak against it.
const SHARED_TARGET_POINTS: i32 = HOSTILE + 2;
/// With more than so many points a seat teaches nothing about its account.
const TEACHES: i32 = 3;

/// The way through the seats.
pub(super) struct Walk<'w> {
    seats: &'w BTreeMap<SeatKey, Seat>,
    tenant: &'w Tenant,
    deeds: BTreeMap<&'w str, Vec<&'w Deed>>,
    input: &'w Input,
    circumstances: Circumstances<'w>,
    known_uses: KnownUses<'w>,
    hops: BTreeMap<(&'w str, &'w str), (i32, &'static str)>,
    /// Places of sessions that were in two countries on one day.
    torn: BTreeSet<&'w SeatKey>,
    /// Places of sessions that went on in another browser.
    copied: BTreeSet<&'w SeatKey>,
    /// Places of which some records tell the client.
    told: BTreeSet<(&'w str, &'w str, IpAddr)>,
    /// Networks in which some records of a session tell the client, of sessions that have places of which none does.
    told_near: BTreeSet<(&'w str, &'w str, String)>,
    /// Addresses of accounts of which some records tell the client.
    seen: BTreeSet<(&'w str, IpAddr)>,
    /// Addresses of the synchronisation's server: it signs in from there day after day, and no record tells its client.
    servers: BTreeSet<(&'w str, IpAddr)>,
    profiles: BTreeMap<&'w str, Profile>,
    /// Whether a session began in a strange place.
    began: BTreeMap<(&'w str, &'w str), bool>,
    /// Accounts that the attacker has entered.
    entered: BTreeSet<&'w str>,
}

impl<'w> Walk<'w> {
    pub(super) fn new(
        (seats, split): (&'w BTreeMap<SeatKey, Seat>, &Split),
        tenant: &'w Tenant,
        input: &'w Input,
    ) -> Self {
        let mut deeds: BTreeMap<&str, Vec<&Deed>> = BTreeMap::new();
        for deed in &input.deeds {
            deeds.entry(&deed.account).or_default().push(deed);
        }
        let told = seats
            .keys()
            .filter(|key| !key.platform.is_empty())
            .filter_map(|key| Some((key.account.as_str(), key.session.as_str(), key.ip?)))
            .collect();
        let seen = seats
            .iter()
            .filter(|(key, seat)| !key.platform.is_empty() && !seat.only_refused())
            .filter_map(|(key, _)| Some((key.account.as_str(), key.ip?)))
            .collect();
        Self {
            seats,
            tenant,
            deeds,
            input,
            circumstances: Circumstances::of(seats, &input.resets),
            known_uses: KnownUses::of(input),
            hops: hops(seats, tenant),
            torn: torn(seats),
            copied: copied(seats, split),
            told_near: told_near(seats, &told),
            told,
            seen,
            servers: servers(seats),
            profiles: BTreeMap::new(),
            began: BTreeMap::new(),
            entered: BTreeSet::new(),
        }
    }

    /// Weighs every seat.
    pub(super) fn all(mut self, found: &mut Attribution) {
        let mut order: Vec<(&SeatKey, &Seat)> = self.seats.iter().collect();
        order.sort_by(|(a_key, a), (b_key, b)| (a.first, a_key).cmp(&(b.first, b_key)));
        for (key, seat) in order {
            let beside = key
                .ip
                .map(|ip| (key.account.as_str(), key.session.as_str(), ip));
            // Records that do not tell the client go with those of the same place that do, or of the same session next door.
            let is_told =
                beside.is_some_and(|place| self.told.contains(&place) || self.is_near(place));
            if !key.platform.is_empty() || !is_told || self.is_server(key) {
                self.one(key, seat, found);
            }
        }
    }

    /// Whether records of the session tell the client in the same network.
    fn is_near(&self, (account, session, ip): (&str, &str, IpAddr)) -> bool {
        !session.is_empty() && self.told_near.contains(&(account, session, prefix(ip)))
    }

    fn one(&mut self, key: &'w SeatKey, seat: &Seat, found: &mut Attribution) {
        let profile = self.profiles.entry(&key.account).or_default();
        let session = if self.copied.contains(key) {
            Session::Copied
        } else if self.torn.contains(key) {
            Session::Torn
        } else {
            Session::Whole
        };
        let mut weights = weigh((key, seat), session, profile, self.tenant);
        self.circumstances.weigh((key, seat), profile, &mut weights);
        if let Some(text) = key.ip.and_then(|ip| self.input.known.get(&ip)) {
            weights.push(Weight {
                points: KNOWN_ELSEWHERE,
                text: text.clone(),
                is_deed: false,
                is_odd: true,
            });
        }
        if let Some(text) = self.accepted_of(key, seat) {
            weights.push(Weight {
                points: ACCEPTED,
                text,
                is_deed: false,
                is_odd: true,
            });
        }
        // What names neither place nor session the service does at any time, in whosever account.
        let is_placed = key.ip.is_some() || !key.session.is_empty();
        if is_placed && self.input.created.contains(key.account.as_str()) {
            weights.push(made_by_him());
        }
        self.deeds_of(key, &mut weights);
        let at_home = is_at_home(&weights);
        if !at_home {
            self.session_of(key, &mut weights);
        }
        weights.extend(self.known_uses.weight(key, at_home));
        weights.sort_by(|a, b| b.points.cmp(&a.points).then_with(|| a.text.cmp(&b.text)));
        weights.dedup();
        let points: i32 = weights.iter().map(|weight| weight.points).sum();
        if at_home && points <= -1 {
            found.home.insert(key.clone());
        }
        found.points.insert(key.clone(), points);
        let session = (key.account.as_str(), key.session.as_str());
        if !key.session.is_empty() && key.ip.is_some() {
            self.began.entry(session).or_insert(points >= STRANGE);
        }
        let teaches = if self.entered.contains(key.account.as_str()) {
            -1
        } else {
            TEACHES
        };
        let refused = found.refused.contains(key);
        if points >= HOSTILE && !seat.only_refused() && !refused {
            self.entered.insert(&key.account);
            found.origins.insert(key.clone());
            found.hostile.insert(key.clone(), weights);
        } else if (points <= teaches && !self.is_blind(key) || refused)
            && let Some(profile) = self.profiles.get_mut(key.account.as_str())
        {
            profile.learn(key, seat);
        }
    }

    /// Whether the seat's records tell neither client nor session where others of the address do: a risk detection a
    /// minute before the sign-in that it is about would make the attacker's address the account's own.
    fn is_blind(&self, key: &SeatKey) -> bool {
        key.platform.is_empty()
            && key.session.is_empty()
            && !self.is_server(key)
            && key
                .ip
                .is_some_and(|ip| self.seen.contains(&(key.account.as_str(), ip)))
    }

    /// Whether the seat is the synchronisation's server: what another log calls its client for a day, where the log of
    /// sign-ins has a hole, does not stand for all the days before and after.
    fn is_server(&self, key: &SeatKey) -> bool {
        let place = key.ip.map(|ip| (key.account.as_str(), ip));
        place.is_some_and(|place| key.session.is_empty() && self.servers.contains(&place))
    }

    /// A person's word that the seat's address, session or application is the attacker's.
    fn accepted_of(&self, key: &SeatKey, seat: &Seat) -> Option<String> {
        if self.input.accepted.is_empty() {
            return None;
        }
        let ip = key.ip.map(|ip| ip.to_string());
        let app = seat.is_app.then(|| key.account.to_string());
        [ip, Some(key.session.to_string()), app]
            .into_iter()
            .flatten()
            .find_map(|place| self.input.accepted.get(&place).cloned())
    }

    /// Adds the acts that came from the seat. Ordinary ones weigh only beside something odd.
    fn deeds_of(&self, key: &SeatKey, weights: &mut Vec<Weight>) {
        let odd = weights.iter().any(|weight| weight.is_odd);
        let at_home = is_at_home(weights);
        let deeds = self.deeds.get(key.account.as_str()).into_iter().flatten();
        let elsewhere = |drop: &String| {
            let accounts = self.input.targets.get(drop);
            self.input.accepted.contains_key(drop)
                || accounts.is_some_and(|all| all.iter().any(|account| *account != key.account))
        };
        let shared = |deed: &Deed| !at_home && deed.drops.iter().any(elsewhere);
        for deed in deeds.filter(|deed| deed.points > 1 || odd || shared(deed)) {
            let same_ip = deed.ip.is_some() && deed.ip == key.ip;
            let same_session = !deed.session.is_empty() && deed.session == key.session;
            let any_session =
                deed.session.is_empty() || key.session.is_empty() && !self.has_told_place(deed);
            let no_ip = deed.ip.is_none() || key.ip.is_none();
            if same_ip && (same_session || any_session) || same_session && no_ip {
                weights.push(Weight {
                    points: deed.points,
                    text: deed.text.clone(),
                    is_deed: true,
                    is_odd: false,
                });
                // At the owner's own place everything else that happened there is the owner's.
                if shared(deed) {
                    weights.push(Weight {
                        points: SHARED_TARGET_POINTS,
                        text: SHARED_TARGET.to_owned(),
                        is_deed: true,
                        is_odd: true,
                    });
                }
            }
        }
    }

    /// Whether records of the act's session tell their client at its address: then its place is weighed apart from what
    /// else happened there.
    fn has_told_place(&self, deed: &Deed) -> bool {
        deed.ip.is_some_and(|ip| {
            let place = (deed.account.as_str(), deed.session.as_str(), ip);
            self.told.contains(&place)
        })
    }

    /// Adds what the seat's session tells.
    fn session_of(&self, key: &SeatKey, weights: &mut Vec<Weight>) {
        let session = (key.account.as_str(), key.session.as_str());
        let mut add = |points, text: &str| {
            weights.push(Weight {
                points,
                text: text.to_owned(),
                is_deed: false,
                is_odd: false,
            });
        };
        if self.began.get(&session) == Some(&true) {
            add(4, "a session that began in a strange place");
        }
        let hops = self.hops.get(&session);
        if let Some((points, text)) = hops.filter(|_| !key.is_telephone()) {
            add(*points, text);
        }
    }
}

/// In which networks records of a session tell the client, for sessions that have places of which no record does.
fn told_near<'s>(
    seats: &'s BTreeMap<SeatKey, Seat>,
    told: &BTreeSet<(&'s str, &'s str, IpAddr)>,
) -> BTreeSet<(&'s str, &'s str, String)> {
    let untold = seats
        .keys()
        .filter(|key| key.platform.is_empty() && !key.session.is_empty())
        .filter_map(|key| Some((key.account.as_str(), key.session.as_str(), key.ip?)))
        .filter(|place| !told.contains(place));
    let apart: BTreeSet<(&str, &str)> = untold
        .map(|(account, session, _)| (account, session))
        .collect();
    // A refusal in the same network says nothing of who had got in from there.
    seats
        .iter()
        .filter(|(key, seat)| !key.platform.is_empty() && !seat.only_refused())
        .map(|(key, _)| (key.account.as_str(), key.session.as_str(), key.ip))
        .filter(|(account, session, _)| apart.contains(&(*account, *session)))
        .filter_map(|(account, session, ip)| Some((account, session, prefix(ip?))))
        .collect()
}

/// Where accounts of the directory synchronisation signed in without a client on many days on which no record of the
/// place tells one.
fn servers(seats: &BTreeMap<SeatKey, Seat>) -> BTreeSet<(&str, IpAddr)> {
    let mut places: BTreeMap<(&str, IpAddr), (u64, u64)> = BTreeMap::new();
    let its = seats
        .iter()
        .filter(|(key, seat)| is_synchronisation(&key.account) && !seat.only_refused());
    for (key, seat) in its {
        let Some(ip) = key.ip else { continue };
        let (blank, telling) = places.entry((&key.account, ip)).or_default();
        if !key.platform.is_empty() {
            *telling |= seat.days;
        } else if key.session.is_empty() && seat.sign_ins > 0 {
            *blank |= seat.days;
        }
    }
    places
        .into_iter()
        .filter(|(_, (blank, telling))| (blank & !telling).count_ones() >= SHORT_HISTORY)
        .map(|(place, _)| place)
        .collect()
}

/// Whether something speaks for the owner beside a client that he uses.
fn is_at_home(weights: &[Weight]) -> bool {
    weights
        .iter()
        .any(|weight| weight.points <= -2 && weight.text != KNOWN_CLIENT)
}
