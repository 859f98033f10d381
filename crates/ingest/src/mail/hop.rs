//! The chain of hands that a mail went through, and down to which of them it can be believed.
//!
//! A `Received` line proves something only when a system that we trust wrote it: here Microsoft's
//! service, from the top of the mail down to the line of its border. Everything below may be forged by
//! the sender (`facts/forms.md`, "Headers: which matter and what they prove").

use std::net::IpAddr;

use hourzero_model::{Timestamp, canonical_ip};

use super::header::{Headers, instant};

/// A gap between two hops above this many seconds is said.
const GAP: i64 = 3_600;

/// One `Received` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hop {
    /// Its place among the headers.
    pub(super) at: usize,
    pub(super) from: Option<String>,
    pub(super) ip: Option<IpAddr>,
    pub(super) by: Option<String>,
    pub(super) time: Option<Timestamp>,
}

/// All hops, the newest first, and the border.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chain {
    pub(super) hops: Vec<Hop>,
    /// How many hops from the top were written by Microsoft's service.
    pub(super) trusted: usize,
}

impl Chain {
    /// Reads the chain. `connecting` is the address that the service names as the connecting one: where
    /// a hop has it, the border is there.
    pub(super) fn read(headers: &Headers, connecting: Option<IpAddr>) -> Self {
        let hops: Vec<Hop> = headers
            .all("Received")
            .map(|(at, value)| hop(at, value))
            .collect();
        let ours = hops
            .iter()
            .take_while(|hop| hop.by.as_deref().is_some_and(is_microsoft))
            .count();
        let run = hops.get(..ours).unwrap_or_default();
        let border = run
            .iter()
            .position(|hop| connecting.is_some() && hop.ip == connecting)
            .or_else(|| {
                run.iter()
                    .position(|hop| hop.from.as_deref().is_some_and(|from| !is_microsoft(from)))
            });
        Self {
            trusted: border.map_or(ours, |border| border + 1),
            hops,
        }
    }

    /// The last hop that Microsoft's service wrote.
    pub(super) fn border(&self) -> Option<&Hop> {
        self.hops.get(self.trusted.checked_sub(1)?)
    }

    /// Whether a header at this place stands above the border's line, where the sender cannot write.
    pub(super) fn is_above_border(&self, at: usize) -> bool {
        self.border().is_some_and(|hop| at < hop.at)
    }

    /// Each hop in words.
    pub(super) fn told(&self) -> Vec<String> {
        let unknown = || "?".to_owned();
        let hops = self.hops.iter().enumerate();
        hops.map(|(number, hop)| {
            format!(
                "{}: from {} by {} at {} ({})",
                number + 1,
                hop.from.clone().unwrap_or_else(unknown),
                hop.by.clone().unwrap_or_else(unknown),
                hop.time.map_or_else(unknown, |time| time.to_string()),
                hop.ip.map_or_else(unknown, |ip| ip.to_string()),
            )
        })
        .collect()
    }

    /// Where time goes backwards from one hop to the next, or stands still for more than an hour.
    pub(super) fn gaps(&self) -> Vec<String> {
        let pairs = self.hops.iter().zip(self.hops.iter().skip(1)).enumerate();
        pairs
            .filter_map(|(number, (newer, older))| {
                let seconds = newer.time?.seconds_since(older.time?);
                let (to, from) = (number + 1, number + 2);
                if seconds < 0 {
                    let seconds = seconds.unsigned_abs();
                    Some(format!("hop {to} is {seconds} s before hop {from}"))
                } else if seconds > GAP {
                    Some(format!("hop {to} is {seconds} s after hop {from}"))
                } else {
                    None
                }
            })
            .collect()
    }
}

/// Whether a host belongs to Microsoft's mail service.
fn is_microsoft(host: &str) -> bool {
    const SERVICES: [&str; 5] = [
        "outlook.com",
        "office365.com",
        "exchangelabs.com",
        "outlook.office365.us",
        "partner.outlook.cn",
    ];
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    SERVICES.iter().any(|service| {
        let before = host.strip_suffix(service);
        before.is_some_and(|before| before.ends_with('.'))
    })
}

fn hop(at: usize, value: &str) -> Hop {
    let (clauses, date) = value.rsplit_once(';').unwrap_or((value, ""));
    let mut from = Vec::new();
    let mut by = Vec::new();
    let mut clause = "";
    let mut depth = 0_usize;
    for word in clauses.split_whitespace() {
        let is_clause = depth == 0
            && ["from", "by", "with", "id", "for", "via"]
                .iter()
                .any(|name| word.eq_ignore_ascii_case(name));
        if is_clause {
            clause = word;
        } else if clause.eq_ignore_ascii_case("from") {
            from.push(word);
        } else if clause.eq_ignore_ascii_case("by") {
            by.push(word);
        }
        depth += word.matches('(').count();
        depth = depth.saturating_sub(word.matches(')').count());
    }
    let host = |words: &[&str]| {
        let host = words.first()?.trim_matches(['(', ')', ';']);
        (!host.is_empty()).then(|| super::clipped(host))
    };
    Hop {
        at,
        from: host(&from),
        // The host's own claim comes first; what the receiver saw stands in the brackets behind it.
        ip: from
            .iter()
            .skip(1)
            .rev()
            .chain(from.first())
            .find_map(|word| address(word)),
        by: host(&by),
        time: instant(date),
    }
}

/// An address in brackets of any kind.
fn address(word: &str) -> Option<IpAddr> {
    let word = word.trim_matches(['(', ')', '[', ']', ',', ';']);
    let word = word.get(..5).map_or(word, |start| {
        if start.eq_ignore_ascii_case("ipv6:") {
            word.get(5..).unwrap_or_default()
        } else {
            word
        }
    });
    canonical_ip(word).map(|address| address.ip)
}
