//! What betrays the attacker, once a kind and value.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::net::IpAddr;

use crate::base::{FactBase, SharedTrait};

/// The traits by kind and value. What is listed twice becomes one over both spans; an empty value betrays nobody.
pub(super) fn traits(base: &FactBase) -> Vec<SharedTrait> {
    let mut rows: BTreeMap<(&str, &str), SharedTrait> = BTreeMap::new();
    for one in base.indicators.iter().filter(|one| !one.value.is_empty()) {
        match rows.entry((&one.kind, &one.value)) {
            Entry::Vacant(new) => drop(new.insert(one.clone())),
            Entry::Occupied(mut known) => join(known.get_mut(), one),
        }
    }
    rows.into_values().collect()
}

fn join(known: &mut SharedTrait, one: &SharedTrait) {
    known.first = known.first.min(one.first);
    known.last = known.last.max(one.last);
    known.confidence = known.confidence.max(one.confidence);
    known.shared_with_innocents = known.shared_with_innocents.max(one.shared_with_innocents);
    if known.context != one.context {
        known.context = format!("{}; {}", known.context, one.context);
    }
}

/// What a value is to programs that know only a few kinds.
pub(super) enum Kind {
    /// An address.
    Ip(IpAddr),
    /// A mail address.
    Recipient,
    /// A client's name of itself.
    UserAgent,
    /// Anything else: a session, a device, an application, a value that has not the form of its kind.
    Other,
}

impl Kind {
    pub(super) fn of(one: &SharedTrait) -> Self {
        match one.kind.as_str() {
            "ip" => one.value.parse().map_or(Self::Other, Self::Ip),
            "recipient" if is_mail_address(&one.value) => Self::Recipient,
            "user-agent" => Self::UserAgent,
            _ => Self::Other,
        }
    }
}

fn is_mail_address(text: &str) -> bool {
    let is_one_word = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    is_one_word
        && text
            .rsplit_once('@')
            .is_some_and(|(who, domain)| !who.is_empty() && domain.contains('.'))
}

/// What is said where accounts use a value that nobody blames; empty where none does.
pub(super) fn shared_warning(one: &SharedTrait) -> String {
    let whose = match one.shared_with_innocents {
        0 => return String::new(),
        1 => "1 account that nobody blames uses".to_owned(),
        many => format!("{many} accounts that nobody blames use"),
    };
    format!(" {whose} it too: by itself it is no sign of the attacker and must not be blocked.")
}
