//! Links: by what the attacker is said to have used an account. A person can accept or refuse each.

use std::collections::BTreeMap;

use hourzero_model::{EvidenceRef, Record, Timestamp};
use serde::{Deserialize, Serialize};

use super::grow::Attribution;
use super::label::account_of;
use super::seat::SeatKey;
use crate::lookalike::finding_id;

/// From a place of the attacker's to an account that he used from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Stable over re-runs; the account itself for a decision on an account as a whole.
    pub id: String,
    /// An address, or `session` and its id where the log has no address; empty for an account as a whole.
    pub from: String,
    /// The account.
    pub to: String,
    /// `strange-place`, `address`, `network-and-tool`, `network`, `campaign`, `session`, `beside`, `account`.
    pub kind: String,
    /// Some of the records of that account from there.
    pub evidence: Vec<EvidenceRef>,
    /// What a person said of it.
    pub decision: Option<LinkDecision>,
}

/// A person's word on a link or an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkDecision {
    /// Whether it holds.
    pub accepted: bool,
    /// Who said so.
    pub by: String,
    /// Why.
    pub why: String,
    /// When, UTC.
    pub at: Timestamp,
}

/// Where a link leads from and to.
pub type Place = (String, String);

/// The id of a link.
pub fn link_id((from, to): &Place) -> String {
    finding_id(&["link", from, to])
}

/// What follows a place into an account, and the word for it.
const KINDS: &[(&str, &str)] = &[
    ("the attacker sat there", "strange-place"),
    ("an address of the attacker's", "address"),
    ("a network and tool of the attacker's", "network-and-tool"),
    ("a network of the attacker's", "network"),
    (
        "the passwords of many accounts were tried from there until one fell",
        "campaign",
    ),
    ("a session of the attacker's", "session"),
    (
        "strange beside other acts of the attacker's in this account",
        "beside",
    ),
];

impl SeatKey {
    /// Where a link to this seat's account begins, and the account.
    pub(crate) fn place(&self) -> Place {
        let from = match self.ip {
            Some(ip) => ip.to_string(),
            None if self.session.is_empty() => "no address and no session".to_owned(),
            None => format!("session {}", self.session),
        };
        (from, self.account.clone())
    }
}

impl Attribution {
    /// Every link, with its kind: seats of the attacker's in which he had success.
    pub fn links(&self) -> BTreeMap<Place, &'static str> {
        let mut links = BTreeMap::new();
        for (key, weights) in &self.hostile {
            if self
                .seats
                .get(key)
                .is_none_or(super::seat::Seat::only_refused)
            {
                continue;
            }
            let kind = match weights.as_slice() {
                [one] => KINDS.iter().find(|(text, _)| *text == one.text),
                _ => None,
            };
            let kind = kind.map_or("strange-place", |(_, kind)| kind);
            // What stands by its own weight says more than what follows from elsewhere.
            let known = links.entry(key.place()).or_insert(kind);
            if kind == "strange-place" {
                *known = kind;
            }
        }
        links
    }
}

/// The place of a record, as links name it; `service` as for [`Attribution::label`].
pub fn place_of(record: &Record, service: impl Fn(std::net::IpAddr) -> bool) -> Place {
    SeatKey {
        account: account_of(record),
        session: record.session_id.clone().unwrap_or_default(),
        ip: record.ip.filter(|ip| !service(*ip)),
        platform: String::new(),
    }
    .place()
}
