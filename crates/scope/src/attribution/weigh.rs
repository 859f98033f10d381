//! How strange a seat is for its account: points with reasons, for and against.

use std::collections::BTreeSet;

use super::hosting::is_hosting;
use super::profile::{Profile, SHORT_HISTORY};
use super::seat::{Seat, SeatKey};
use super::trace::prefix;

/// A reason with its weight; what speaks against has a weight below nought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// Points.
    pub points: i32,
    /// A clause for a sentence: "a network that the account never used".
    pub text: String,
    /// Whether it is about what was done, not about where from.
    pub is_deed: bool,
    /// Whether it is odd enough that an ordinary act (a new sign-in method, a device) beside it weighs too.
    pub is_odd: bool,
}

/// What is said of a client that the account uses: it may be copied, so it does not mean the place.
pub(crate) const KNOWN_CLIENT: &str = "a client that the account uses";

fn weight(points: i32, text: impl Into<String>) -> Weight {
    Weight {
        points,
        text: text.into(),
        is_deed: false,
        is_odd: false,
    }
}

/// A weight beside which ordinary acts weigh too.
pub(crate) fn odd(points: i32, text: impl Into<String>) -> Weight {
    Weight {
        is_odd: points > 0,
        ..weight(points, text)
    }
}

/// What the tenant as a whole knows.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    /// Networks that several accounts use with devices of their own.
    pub(crate) shared: BTreeSet<String>,
    /// Addresses from which passwords were refused to many accounts.
    pub(crate) spraying: BTreeSet<std::net::IpAddr>,
    /// The first day of the calendar on which applications signed in.
    pub(crate) apps_since: u32,
}

/// So many files taken from one seat are a mass.
const MASS: u64 = 40;

/// What the other places of a seat's session say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Session {
    /// Nothing.
    Whole,
    /// The session was used in another country on the same day, with another browser.
    Torn,
    /// Another browser went on with the session of the one that began it.
    Copied,
}

/// Weighs a seat against what is known of its account.
pub(crate) fn weigh(
    (key, seat): (&SeatKey, &Seat),
    session: Session,
    profile: &Profile,
    tenant: &Tenant,
) -> Vec<Weight> {
    let mut weights = Vec::new();
    let history = profile.has_history(seat);
    let known_device = seat
        .devices
        .iter()
        .any(|device| profile.devices.contains_key(device.as_ref()));
    network(key, seat, (profile, history), tenant, &mut weights);
    if session == Session::Copied && history {
        // Whoever has a copy of the session may come through the company's own network, or sit in it.
        weights.retain(|weight| weight.points >= 0);
        weights.push(odd(
            6,
            "a session of the owner's browser, in another browser",
        ));
    }
    let known = (known_device, session == Session::Copied);
    client(key, seat, (profile, history), known, &mut weights);
    how(seat, (profile, history), &mut weights);
    if seat.taken >= MASS && seat.taken_a_day() > profile.taken * 3 {
        let mut much = weight(3, format!("{} files taken", seat.taken));
        much.is_deed = true;
        weights.push(much);
    }
    let settled =
        !seat.devices.is_empty() && seat.days.count_ones() >= SHORT_HISTORY && !seat.is_rented();
    if settled && !known_device {
        weights.push(weight(-3, "a device of its own, on many days"));
    }
    let is_torn = session == Session::Torn && history && profile.net_days(key) == 0;
    if is_torn {
        weights.push(odd(
            5,
            "a session that was used in another country on the same day, with another browser",
        ));
    }
    // Who stole the session shows the device that it is bound to.
    if known_device && !is_torn {
        let elsewhere =
            key.ip.is_some() && profile.net_days(key) == 0 && seat.asn.is_some_and(is_hosting);
        if !elsewhere {
            weights.push(weight(-3, "a device that the account uses"));
        }
    }
    if seat.is_app && !history {
        // Of an application that has hardly been seen nothing is strange.
        weights.retain(|weight| weight.is_deed || weight.points < 0);
    }
    weights
}

fn network(
    key: &SeatKey,
    seat: &Seat,
    (profile, history): (&Profile, bool),
    tenant: &Tenant,
    weights: &mut Vec<Weight>,
) {
    let Some(ip) = key.ip else { return };
    let net = prefix(ip);
    if tenant.shared.contains(&net) {
        // A shared network says nothing for an account that never used it.
        let points = if profile.net_days(key) > 0 { -4 } else { -2 };
        weights.push(weight(points, "a network that several accounts share"));
    } else {
        match profile.net_days(key) {
            0 if history => {
                let system = seat
                    .asn
                    .is_some_and(|asn| profile.systems.contains_key(&asn));
                if system {
                    weights.push(weight(0, "a provider that the account uses"));
                } else {
                    let points = if seat.is_app { 3 } else { 2 };
                    weights.push(weight(
                        points,
                        "a network that the account never used before",
                    ));
                }
            }
            0 => {}
            // All customers of a provider share its networks: that the owner was among them says little of who else was.
            1 | 2 if seat.is_rented() => {}
            1 | 2 => weights.push(weight(-2, "a network that the account uses")),
            _ => {
                let points = if seat.is_rented() { -2 } else { -4 };
                let text = "a network that the account uses on many days";
                weights.push(weight(points, text));
            }
        }
    }
    if seat.is_rented() {
        let known = seat.asn.is_some_and(|asn| {
            profile
                .systems
                .get(&asn)
                .is_some_and(|days| days.count_ones() > 2)
        });
        weights.push(odd(
            if known { 0 } else { 2 },
            "a provider of rented machines",
        ));
    }
    if history
        && !seat.country.is_empty()
        && !profile.countries.is_empty()
        && !profile.countries.contains_key(&seat.country)
    {
        weights.push(odd(
            1,
            format!(
                "a country that the account never signed in from ({})",
                seat.country
            ),
        ));
    }
    if tenant.spraying.contains(&ip) {
        weights.push(odd(
            4,
            "the address from which passwords of many accounts were tried",
        ));
    }
}

fn client(
    key: &SeatKey,
    seat: &Seat,
    (profile, history): (&Profile, bool),
    (known_device, is_copy): (bool, bool),
    weights: &mut Vec<Weight>,
) {
    if !seat.is_app && seat.clients.iter().any(super::client::Client::is_library) {
        weights.push(odd(3, "a library or tool instead of a person's client"));
    } else if history && !key.platform.is_empty() && !profile.platforms.contains_key(&key.platform)
    {
        weights.push(weight(
            2,
            format!("a platform that the account never used ({})", key.platform),
        ));
    } else if history && profile.lacks_client(seat) {
        weights.push(weight(
            if seat.is_app { 2 } else { 1 },
            "a client that the account never used",
        ));
        if profile.has_newer(seat) {
            weights.push(weight(1, "an older version of the account's browser"));
        }
    }
    session(key, seat, (profile, history), weights);
    if history && !is_copy && key.platform != "library" && profile.knows_client(key, seat) {
        weights.push(weight(-2, KNOWN_CLIENT));
    }
    if profile.shows_devices()
        && !known_device
        && seat.sign_ins > 0
        && seat.devices.is_empty()
        && (key.is_computer() || key.platform == "library")
    {
        weights.push(weight(
            1,
            "no device, where the account's computers have one",
        ));
    }
}

fn how(seat: &Seat, (profile, history): (&Profile, bool), weights: &mut Vec<Weight>) {
    for (protocol, points, text) in [
        ("devicecode", 2, "a device code"),
        ("ropc", 3, "a password sent by a program"),
    ] {
        let used = seat.protocols.iter().any(|used| used.contains(protocol));
        let before = profile.protocols.iter().any(|used| used.contains(protocol));
        if used && !(before && history) {
            weights.push(weight(points, text));
        }
    }
    let risky = [
        "high",
        "medium",
        "atrisk",
        "confirmedcompromised",
        "anomaloustoken",
        "attackerinthemiddle",
        "passwordspray",
        "leaked",
    ];
    if seat.risks.iter().any(|risk| {
        let risk = risk.to_ascii_lowercase();
        risky.iter().any(|word| risk.contains(word))
    }) {
        weights.push(odd(2, "Microsoft calls it risky"));
    }
}

/// What the session tells: whether the owner holds it too.
fn session(
    key: &SeatKey,
    seat: &Seat,
    (profile, history): (&Profile, bool),
    weights: &mut Vec<Weight>,
) {
    let Some(held) = profile.held(key) else {
        return;
    };
    let platforms = &held.platforms;
    let elsewhere = key.ip.is_some() && profile.net_days(key) == 0 && history;
    let without = seat.sign_ins > 0 && seat.devices.is_empty() && profile.is_bound(&key.session);
    if elsewhere && without {
        weights.push(weight(4, "a session of a device, without the device"));
    }
    if elsewhere && seat.devices.is_empty() && held.gets_program(seat) {
        weights.push(weight(2, "a program in a session of the owner's browser"));
    }
    let is_new =
        !key.platform.is_empty() && !platforms.is_empty() && !platforms.contains(&key.platform);
    if is_new {
        weights.push(weight(3, "another client in a session of the owner's"));
    } else if elsewhere
        && seat.is_rented()
        // Records that tell no client tell of no other client either.
        && !seat.agents.is_empty()
        && !profile.knows_program(key, seat)
    {
        weights.push(weight(3, "a session of the owner's, from a rented machine"));
    } else if key.is_telephone() {
        weights.push(weight(-3, "the owner's telephone, on its way"));
    }
}
