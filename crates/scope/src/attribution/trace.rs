//! What the logs say of who was where, as aggregates: one trace an account, session, address and client.

use std::net::IpAddr;

use hourzero_model::{ActorKind, Log, Outcome, Timestamp};

/// Records of one account that share log, session, address, client, device and result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trace {
    /// UPN in lower case, else the object id.
    pub account: String,
    /// What kind of actor.
    pub kind: ActorKind,
    /// The log.
    pub log: Log,
    /// Session, empty where the record has none.
    pub session: String,
    /// The client's address.
    pub ip: Option<IpAddr>,
    /// User agent or client string as logged.
    pub user_agent: String,
    /// Kind of client as logged.
    pub client_app: String,
    /// Device id.
    pub device: String,
    /// `deviceCode`, `ropc` …
    pub protocol: String,
    /// How it ended.
    pub result: Outcome,
    /// The code as logged.
    pub code: String,
    /// Risk as logged.
    pub risk: String,
    /// Number of the autonomous system, where the log or a database says it.
    pub asn: Option<u32>,
    /// Country, where the log or a database says it.
    pub country: String,
    /// Whether the address is one of Microsoft's published service front ends, which says nothing about who acted.
    pub is_service_address: bool,
    /// Whether the address is a rented machine of Azure's.
    pub is_azure_address: bool,
    /// The first record, UTC.
    pub first: Timestamp,
    /// The last record, UTC.
    pub last: Timestamp,
    /// Records.
    pub count: u64,
    /// Files downloaded or synchronised among them.
    pub taken: u64,
    /// Days with records, one bit a day counted from the evidence's first; days beyond 63 share the last bit
    /// of their part of the span.
    pub days: u64,
}

impl Trace {
    /// Whether it is a sign-in.
    pub fn is_sign_in(&self) -> bool {
        self.log == Log::SignIn
            || self.code == "0"
            || (self.log == Log::UnifiedAudit && self.code.bytes().all(|b| b.is_ascii_digit()))
                && !self.code.is_empty()
    }
}

/// Of days as bits all before the first.
pub(crate) const fn before_first(days: u64) -> u64 {
    let first = days & days.wrapping_neg();
    first.wrapping_sub(1)
}

/// Of days as bits the first and all before it.
pub(crate) const fn until_first(days: u64) -> u64 {
    before_first(days) | days & days.wrapping_neg()
}

/// The network of an address: `/24` of IPv4, `/48` of IPv6.
pub fn prefix(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

/// The wider network of an address, in which a provider's addresses lie together: `/16` of IPv4, `/32` of IPv6.
pub fn wide_prefix(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            format!("{a}.{b}.0.0/16")
        }
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            format!("{a:x}:{b:x}::/32")
        }
    }
}
