//! Links: by what the attacker is said to have used an account. A person can accept or refuse each.

use std::collections::BTreeMap;

use hourzero_model::{Attribution as Who, EvidenceRef, Record, Timestamp};
use serde::{Deserialize, Serialize};

use super::grow::Attribution;
use super::label::account_of;
use super::seat::SeatKey;
use super::spread::{NEWCOMER, WENT_ALONG};
use super::walk::SHARED_TARGET;
use crate::RecipientRow;
use crate::lookalike::finding_id;

/// From a place of the attacker's to an account that he used from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Stable over re-runs; the account itself for a decision on an account as a whole.
    pub id: String,
    /// An address, `session` and its id where the log has no address, `application` and its id, or an account; empty for an
    /// account as a whole.
    pub from: String,
    /// The account.
    pub to: String,
    /// From an account: `clicked-phishing`, `internal-phishing`, `created-account`, `password-reset`, `role-granted`, `group-membership`,
    /// `method-registered`, `delegation`. Else `strange-place`, `address`, `network-and-tool`, `network`, `campaign`, `session`, `beside`, `forwarding-target`, `consented-app`,
    /// `account`.
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
    (WENT_ALONG, "session"),
    (NEWCOMER, "beside"),
    (
        "strange beside other acts of the attacker's in this account",
        "beside",
    ),
];

const FORWARDING_TARGET: (&str, &str) = (SHARED_TARGET, "forwarding-target");

impl SeatKey {
    /// Where a link to this seat's account begins, and the account.
    pub(crate) fn place(&self) -> Place {
        let from = match self.ip {
            Some(ip) => ip.to_string(),
            None if self.session.is_empty() => "no address and no session".to_owned(),
            None => format!("session {}", self.session),
        };
        (from, self.account.to_string())
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
            let shares_target = weights.iter().any(|one| one.text == SHARED_TARGET);
            let kind = match weights.as_slice() {
                _ if shares_target => Some(&FORWARDING_TARGET),
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
        links.extend(self.links_by_app());
        links
    }
}

/// How one account led to another: the attacker's mails and shares from an account that he had to one that he had
/// later. `entered` says when he first was in each account, UTC. A click that the logs show says more than a delivery, and
/// the first of either is named.
pub fn phished(entered: &BTreeMap<String, Timestamp>, sent: &[RecipientRow]) -> Vec<Link> {
    let mut links: BTreeMap<(&str, &str), (bool, &RecipientRow)> = BTreeMap::new();
    for row in sent {
        let led = entered.get(&row.recipient).is_some_and(|first| {
            entered.contains_key(&row.account)
                && row.account != row.recipient
                && row.attribution == Who::Attacker.name()
                && row.time <= *first
        });
        if led {
            let clicked = row.clicked == "yes";
            let known = links
                .entry((&row.account, &row.recipient))
                .or_insert((clicked, row));
            if clicked && !known.0 || clicked == known.0 && row.time < known.1.time {
                *known = (clicked, row);
            }
        }
    }
    links
        .into_iter()
        .map(|((from, to), (clicked, row))| {
            let place = (from.to_owned(), to.to_owned());
            Link {
                id: link_id(&place),
                from: place.0,
                to: place.1,
                kind: if clicked {
                    "clicked-phishing"
                } else {
                    "internal-phishing"
                }
                .to_owned(),
                evidence: row.records.clone(),
                decision: None,
            }
        })
        .collect()
}

/// The place of a record, as links name it; `service` as for [`Attribution::label`].
pub fn place_of(record: &Record, service: impl Fn(std::net::IpAddr) -> bool) -> Place {
    SeatKey {
        account: account_of(record).as_str().into(),
        session: record.session_id.as_deref().unwrap_or_default().into(),
        ip: record.ip.filter(|ip| !service(*ip)),
        ..SeatKey::default()
    }
    .place()
}
