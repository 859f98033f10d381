//! Domains among those that wrote to the tenant that look like another one: its own, or a
//! correspondent's.
//!
//! Takes the tenant's domains and its correspondents with their counts and gives pairs. A pair is a
//! hint: only with first mail in the case's window and money as its topic it is a finding
//! (`facts/forms.md`, "Look-alike test"). It must never look anything up; when a domain was registered
//! is not known here.
//!
//! Time is near-linear in the number of domains, whoever chose them: every test is a look-up in an
//! index, and where many domains share an entry each is compared with the first few only.

mod index;
mod judge;
mod money;
mod name;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::Timestamp;
use serde::Serialize;

use index::Index;
pub(crate) use judge::id as finding_id;
pub use judge::{
    LOOK_ALIKE_RULE, LookAlikeRow, Window, is_about_money, is_of, is_suspect, look_alike_finding,
    look_alike_row, money_threads,
};
pub(crate) use money::about_money;
use name::{Name, host};

/// A domain that mail came from or went to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondent {
    /// The domain as in the addresses; a sub-domain counts for the domain that was registered.
    pub domain: String,
    /// Messages that the tenant sent there.
    pub sent: u64,
    /// Messages that came from there.
    pub received: u64,
    /// The first message in the evidence.
    pub first: Timestamp,
    /// The last message in the evidence.
    pub last: Timestamp,
}

/// How often and since when a domain stands in the mail flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Traffic {
    /// Messages that the tenant sent there.
    pub sent: u64,
    /// Messages that came from there.
    pub received: u64,
    /// The first message in the evidence.
    pub first_seen: Timestamp,
    /// The last message in the evidence.
    pub last_seen: Timestamp,
}

/// In what way a domain resembles another, the most telling first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// It reads the same: `rn` for `m`, `1` for `l`, a Cyrillic letter.
    SameLook,
    /// The other domain stands in front of a foreign one: `fabrikam.com.evil.example`.
    SubDomain,
    /// A hyphen was added or dropped.
    Hyphen,
    /// One letter added, dropped or changed, or two swapped.
    OneEdit,
    /// Two such edits, in a label of at least ten characters.
    TwoEdits,
    /// The same label with a word: `fabrikam-billing`.
    AddedWord,
    /// The same label under another suffix: `.co` for `.com`. Often the same owner.
    OtherSuffix,
}

impl Likeness {
    /// The words on a page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SameLook => "reads the same",
            Self::SubDomain => "stands in front of a foreign domain",
            Self::Hyphen => "a hyphen more or less",
            Self::OneEdit => "one letter differs",
            Self::TwoEdits => "two letters differ",
            Self::AddedWord => "a word added",
            Self::OtherSuffix => "another suffix",
        }
    }
}

/// A domain that looks like another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LookAlike {
    /// The domain under suspicion, as registered; with its sub-domains where these make the likeness.
    pub domain: String,
    /// The domain that it looks like.
    pub resembles: String,
    /// In what way.
    pub how: Likeness,
    /// Its mail.
    pub traffic: Traffic,
    /// The mail of the domain that it looks like; `None` for the tenant's own.
    pub original: Option<Traffic>,
}

/// Finds the pairs. Of two correspondents the one seen first counts as the original, then the one with
/// more mail. The order is that of `domain`, then of `resembles`.
pub fn look_alikes(own: &[String], correspondents: &[Correspondent]) -> Vec<LookAlike> {
    let mut hosts: BTreeMap<String, Traffic> = BTreeMap::new();
    for one in correspondents {
        if let Some(host) = host(&one.domain) {
            add(&mut hosts, host, one);
        }
    }
    let domains = ranked(own, correspondents);
    let index = Index::of(&domains);
    let mut pairs: BTreeMap<(String, String), LookAlike> = BTreeMap::new();
    let mut keep = |domain: &str, traffic: Traffic, original: &Domain, how: Likeness| {
        let key = (domain.to_owned(), original.name.domain.clone());
        let found = LookAlike {
            domain: key.0.clone(),
            resembles: key.1.clone(),
            how,
            traffic,
            original: original.traffic,
        };
        let kept = pairs.entry(key).or_insert_with(|| found.clone());
        if how < kept.how {
            *kept = found;
        }
    };
    for (later, earlier, how) in index.pairs(&domains) {
        if let (Some(later), Some(earlier)) = (domains.get(later), domains.get(earlier))
            && let Some(traffic) = later.traffic
        {
            keep(&later.name.domain, traffic, earlier, how);
        }
    }
    for (host, traffic) in &hosts {
        for original in index.in_front(host) {
            if let Some(original) = domains.get(original) {
                keep(host, *traffic, original, Likeness::SubDomain);
            }
        }
    }
    pairs.into_values().collect()
}

/// A registrable domain; without traffic it is the tenant's own.
struct Domain {
    name: Name,
    traffic: Option<Traffic>,
}

/// All domains, each once, in the order in which they count as originals.
fn ranked(own: &[String], correspondents: &[Correspondent]) -> Vec<Domain> {
    let own: BTreeSet<Name> = own.iter().filter_map(|domain| Name::of(domain)).collect();
    let mut others: BTreeMap<Name, Traffic> = BTreeMap::new();
    for one in correspondents {
        match Name::of(&one.domain) {
            Some(name) if !own.contains(&name) => add(&mut others, name, one),
            _ => {}
        }
    }
    let mut others: Vec<(Name, Traffic)> = others.into_iter().collect();
    others.sort_by_key(|(_, traffic)| {
        let count = traffic.sent.saturating_add(traffic.received);
        (traffic.first_seen, std::cmp::Reverse(count))
    });
    let own = own.into_iter().map(|name| Domain {
        name,
        traffic: None,
    });
    let others = others.into_iter().map(|(name, traffic)| Domain {
        name,
        traffic: Some(traffic),
    });
    own.chain(others).collect()
}

fn add<K: Ord>(all: &mut BTreeMap<K, Traffic>, key: K, one: &Correspondent) {
    let traffic = all.entry(key).or_insert(Traffic {
        sent: 0,
        received: 0,
        first_seen: one.first,
        last_seen: one.last,
    });
    traffic.sent = traffic.sent.saturating_add(one.sent);
    traffic.received = traffic.received.saturating_add(one.received);
    traffic.first_seen = traffic.first_seen.min(one.first);
    traffic.last_seen = traffic.last_seen.max(one.last);
}
