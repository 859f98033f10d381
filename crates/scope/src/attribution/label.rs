//! A record's label, from the seats.

use std::net::IpAddr;

use hourzero_model::{Attribution as Who, Confidence, Record};

use super::client::Client;
use super::grow::Attribution;
use super::seat::SeatKey;
use crate::Label;

impl Attribution {
    /// The attacker's label, where the record came from one of his seats. `service` says whether an address is one
    /// of Microsoft's published front ends.
    pub fn label(&self, record: &Record, service: impl Fn(IpAddr) -> bool) -> Option<Label> {
        let account = account_of(record);
        let session = record.session_id.clone().unwrap_or_default();
        let ip = record.ip.filter(|ip| !service(*ip));
        let agent = record.user_agent.as_deref().unwrap_or_default();
        let kind = record.client_app.as_deref().unwrap_or_default();
        let key = SeatKey {
            account: account.clone(),
            session: session.clone(),
            ip,
            platform: Client::read(agent, kind).platform.to_owned(),
        };
        if let Some(weights) = self.hostile.get(&key) {
            let reason = weights
                .iter()
                .filter(|weight| weight.points > 0)
                .take(3)
                .map(|weight| weight.text.clone())
                .collect::<Vec<_>>()
                .join("; ");
            return Some(attacker(reason));
        }
        if ip.is_some_and(|ip| self.ips.contains(&ip)) {
            return Some(attacker("an address of the attacker's".to_owned()));
        }
        if ip.is_none() && !session.is_empty() && self.sessions.contains(&(account, session)) {
            return Some(attacker("a session of the attacker's".to_owned()));
        }
        None
    }
}

/// The account in whose name a record speaks: the actor, else the app.
pub(crate) fn account_of(record: &Record) -> String {
    record
        .actor
        .upn
        .clone()
        .or_else(|| record.actor.id.clone())
        .unwrap_or_default()
}

fn attacker(reason: String) -> Label {
    Label {
        attribution: Who::Attacker,
        confidence: Some(Confidence::Likely),
        reason,
    }
}
