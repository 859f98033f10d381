//! Seats: where an account sat. One seat is an account, session, address and platform; the traces of all logs
//! that share them lie together.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_model::{ActorKind, Log, Outcome, Timestamp};

use super::client::Client;
use super::trace::{Trace, prefix, wide_prefix};

/// What names a seat.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SeatKey {
    /// The account.
    pub account: String,
    /// The session, empty where the log has none.
    pub session: String,
    /// The address; nothing where the log has none, or one of Microsoft's own that says nothing.
    pub ip: Option<IpAddr>,
    /// Platform of the client, empty where its strings do not tell.
    pub platform: String,
}

/// Where an account sat, with everything that was seen there.
#[derive(Debug, Clone, Default)]
pub struct Seat {
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
    pub(crate) days: u64,
    pub(crate) count: u64,
    pub(crate) successes: u64,
    pub(crate) refusals: u64,
    pub(crate) password_refusals: u64,
    pub(crate) denied_prompts: u64,
    pub(crate) clients: BTreeSet<Client>,
    pub(crate) agents: BTreeSet<String>,
    pub(crate) devices: BTreeSet<String>,
    pub(crate) without_device: u64,
    pub(crate) apps: BTreeSet<String>,
    pub(crate) protocols: BTreeSet<String>,
    pub(crate) risks: BTreeSet<String>,
    pub(crate) codes: BTreeMap<String, u64>,
    pub(crate) asn: Option<u32>,
    pub(crate) country: String,
    pub(crate) azure: bool,
    pub(crate) logs: BTreeSet<Log>,
    pub(crate) sign_ins: u64,
    pub(crate) taken: u64,
    pub(crate) is_app: bool,
}

/// Codes of a wrong or locked password.
const PASSWORD_CODES: &[&str] = &["50126", "50053", "50056", "50064", "50034"];

impl Seat {
    fn take(&mut self, trace: &Trace) {
        self.first = Some(
            self.first
                .map_or(trace.first, |first| first.min(trace.first)),
        );
        self.last = Some(self.last.map_or(trace.last, |last| last.max(trace.last)));
        self.days |= trace.days;
        self.count += trace.count;
        match trace.result {
            Outcome::Failure => self.refusals += trace.count,
            Outcome::Interrupted => {}
            _ => self.successes += trace.count,
        }
        if PASSWORD_CODES.contains(&trace.code.as_str()) {
            self.password_refusals += trace.count;
        }
        if trace.code == "500121" {
            self.denied_prompts += trace.count;
        }
        let client = Client::read(&trace.user_agent, &trace.client_app);
        if !client.is_unknown() {
            self.clients.insert(client);
        }
        if !trace.user_agent.is_empty() {
            self.agents.insert(trace.user_agent.clone());
        }
        if trace.device.is_empty() {
            self.without_device += trace.count;
        } else {
            self.devices.insert(trace.device.clone());
        }
        if !trace.app_id.is_empty() {
            self.apps.insert(trace.app_id.clone());
        }
        if !trace.protocol.is_empty() {
            self.protocols.insert(trace.protocol.to_ascii_lowercase());
        }
        if !trace.risk.is_empty() {
            self.risks.insert(trace.risk.clone());
        }
        if trace.is_sign_in() {
            self.sign_ins += trace.count;
            *self.codes.entry(trace.code.clone()).or_default() += trace.count;
        }
        self.asn = self.asn.or(trace.asn);
        if self.country.is_empty() {
            self.country.clone_from(&trace.country);
        }
        self.azure |= trace.is_azure_address;
        self.logs.insert(trace.log);
        self.taken += trace.taken;
        self.is_app |= trace.kind == ActorKind::App && !trace.account.contains('@');
    }

    /// Whether nothing but refused attempts was seen.
    pub(crate) fn only_refused(&self) -> bool {
        self.successes == 0
    }
}

/// The seat of a trace.
pub(crate) fn key_of(trace: &Trace) -> SeatKey {
    SeatKey {
        account: trace.account.clone(),
        session: trace.session.clone(),
        ip: trace.ip.filter(|_| !trace.is_service_address),
        platform: Client::read(&trace.user_agent, &trace.client_app)
            .platform
            .to_owned(),
    }
}

/// Networks: which autonomous system and country an address lies in, learnt from the logs that say it.
#[derive(Debug, Default)]
pub(super) struct Networks {
    exact: BTreeMap<IpAddr, (Option<u32>, String)>,
    near: BTreeMap<String, (Option<u32>, String)>,
    wide: BTreeMap<String, BTreeSet<(Option<u32>, String)>>,
}

impl Networks {
    /// Learns from all traces.
    pub(crate) fn learn(traces: &[Trace]) -> Self {
        let mut networks = Self::default();
        for trace in traces {
            let (Some(ip), true) = (trace.ip, trace.asn.is_some() || !trace.country.is_empty())
            else {
                continue;
            };
            let said = (trace.asn, trace.country.clone());
            networks.exact.entry(ip).or_insert_with(|| said.clone());
            networks
                .near
                .entry(prefix(ip))
                .or_insert_with(|| said.clone());
            networks
                .wide
                .entry(wide_prefix(ip))
                .or_default()
                .insert(said);
        }
        networks
    }

    /// The autonomous system and country: of the address, of its network, or of its wider network where that is one.
    pub(crate) fn of(&self, ip: IpAddr) -> (Option<u32>, String) {
        self.exact
            .get(&ip)
            .or_else(|| self.near.get(&prefix(ip)))
            .cloned()
            .or_else(|| {
                let wide = self.wide.get(&wide_prefix(ip))?;
                (wide.len() == 1).then(|| wide.first().cloned()).flatten()
            })
            .unwrap_or_default()
    }
}

/// All seats, and what the traces say of networks.
pub(crate) fn seats(traces: &[Trace]) -> (BTreeMap<SeatKey, Seat>, Networks) {
    let networks = Networks::learn(traces);
    let mut seats: BTreeMap<SeatKey, Seat> = BTreeMap::new();
    for trace in traces {
        if trace.account.is_empty() {
            continue;
        }
        seats.entry(key_of(trace)).or_default().take(trace);
    }
    for (key, seat) in &mut seats {
        if let (Some(ip), None) = (key.ip, seat.asn) {
            let (asn, country) = networks.of(ip);
            seat.asn = asn;
            if seat.country.is_empty() {
                seat.country = country;
            }
        }
    }
    (seats, networks)
}
