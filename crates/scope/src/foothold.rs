//! What lets somebody back in: rules, forwarding, delegates, grants, credentials, roles, methods,
//! devices, trust (`footholds.csv`).
//!
//! From records alone only two things can be said: it was made, and a later record removes it or none
//! does. Whether it stands today needs the state of the tenant; until that is in the evidence the
//! answer is `unknown`.

mod acted_on;
mod making;
mod removal;
mod thing;

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Foothold, FootholdState, HappeningKey, Outcome, State};

pub use acted_on::{acted_on, acted_on_link};
pub use making::REMOVING_OPERATIONS;
use making::{KEY_USED, MAKING, Making};
use thing::Thing;
pub(crate) use thing::added_keys;

use crate::Event;
use crate::attribution::signed_in_with;

/// Whether an event may have made a foothold.
pub fn may_be_foothold(event: &Event) -> bool {
    MAKING
        .iter()
        .any(|making| making.operation == event.record.operation)
}

/// The id of the key with which the attacker signed in as an application: it lets him in again, whoever made it and
/// however long ago. Nothing for every other event.
pub fn key_used(event: &Event) -> Option<String> {
    signed_in_with(&event.record).filter(|_| event.is_attackers())
}

/// A key as a thing, told by its use.
fn used(event: &Event) -> Option<Thing> {
    let id = key_used(event)?;
    Some(Thing {
        kind: KEY_USED.kind,
        target: event.record.app_name.clone().unwrap_or_default(),
        key: id.clone(),
        object_id: id,
        account: String::new(),
        good_id: true,
    })
}

/// The footholds that events made (the attacker's, where attribution is known; else those behind findings);
/// `removals` are events of [`REMOVING_OPERATIONS`]. A key that was only used has the time of its use. Sorted by time,
/// then id.
pub fn footholds(events: &[Event], removals: &[Event]) -> Vec<Foothold> {
    let mut found: BTreeMap<String, (Thing, Foothold)> = BTreeMap::new();
    let own: BTreeSet<&str> = events
        .iter()
        .map(|event| event.evidence.record_id.as_str())
        .collect();
    // What the same hand did is no clean-up of its own, unless its operation only takes away.
    let removals: Vec<Event> = removals
        .iter()
        .filter(|later| {
            let makes = MAKING
                .iter()
                .any(|one| one.operation == later.record.operation);
            !makes || !own.contains(later.evidence.record_id.as_str())
        })
        .cloned()
        .collect();
    let mut ordered: Vec<&Event> = events.iter().collect();
    ordered.sort_by(|a, b| {
        (a.record.event_time, &a.evidence.record_id)
            .cmp(&(b.record.event_time, &b.evidence.record_id))
    });
    for event in ordered {
        if event.record.result == Outcome::Failure {
            continue;
        }
        for (thing, making) in things(event) {
            let made = foothold(&thing, (event, making), &removals);
            match found.get_mut(&made.id) {
                Some((known, foothold)) => merge((known, foothold), &thing, made),
                None => {
                    found.insert(made.id.clone(), (thing, made));
                }
            }
        }
    }
    let made: BTreeSet<String> = found
        .values()
        .filter(|(thing, _)| thing.kind != KEY_USED.kind)
        .map(|(_, foothold)| foothold.object_id.to_lowercase())
        .collect();
    // Of a key whose making is known its use says nothing new.
    found.retain(|_, (thing, _)| thing.kind != KEY_USED.kind || !made.contains(&thing.key));
    let mut rows: Vec<Foothold> = found.into_values().map(|(_, foothold)| foothold).collect();
    name_applications(&mut rows, events);
    rows.sort_by(|a, b| a.created.cmp(&b.created).then_with(|| a.id.cmp(&b.id)));
    rows
}

/// What an event made or showed to stand, each with how it is read.
fn things(event: &Event) -> impl Iterator<Item = (Thing, &'static Making)> {
    let making = MAKING
        .iter()
        .filter(|making| making.operation == event.record.operation);
    making
        .flat_map(|making| {
            thing::made(event, making)
                .into_iter()
                .zip(std::iter::repeat(making))
        })
        .chain(used(event).map(|thing| (thing, &KEY_USED)))
}

/// A grant's record names the resource and has only the id of the application that got it; the record of its
/// service principal has both.
fn name_applications(rows: &mut [Foothold], events: &[Event]) {
    let names: BTreeMap<&str, &str> = events
        .iter()
        .filter(|event| {
            matches!(
                event.record.operation.as_str(),
                "Add service principal" | "Consent to application"
            )
        })
        .filter_map(|event| {
            let target = &event.record.target;
            Some((target.id.as_deref()?, target.name.as_deref()?))
        })
        .collect();
    for row in rows.iter_mut().filter(|row| row.target.is_empty()) {
        if matches!(row.kind.as_str(), "app-role" | "oauth-grant")
            && let Some(name) = names.get(row.object_id.as_str())
        {
            (*name).clone_into(&mut row.target);
        }
    }
}

fn foothold(thing: &Thing, making: (&Event, &Making), removals: &[Event]) -> Foothold {
    let event = making.0;
    let removal = removal::removal(thing, making, removals);
    Foothold {
        id: identity(thing),
        kind: thing.kind.to_owned(),
        target: thing.target.clone(),
        object_id: thing.object_id.clone(),
        account: thing.account.clone(),
        detail: detail(event),
        created: event.record.event_time,
        by: event.account().unwrap_or_default().to_owned(),
        state: if removal.is_some() {
            FootholdState::Removed
        } else {
            FootholdState::Unknown
        },
        as_of: removal.map_or(event.record.event_time, |removal| removal.record.event_time),
        evidence: vec![event.evidence.record_id.clone()],
    }
}

/// The same object touched again: the first making stays, the last state holds, gaps are filled.
fn merge((known, row): (&mut Thing, &mut Foothold), thing: &Thing, again: Foothold) {
    row.created = row.created.min(again.created);
    if again.as_of >= row.as_of {
        row.as_of = again.as_of;
        row.state = again.state;
        if again.detail.len() >= row.detail.len() {
            row.detail = again.detail;
        }
    }
    if row.target.is_empty() {
        row.target = again.target;
    }
    if row.object_id.is_empty() || (thing.good_id && !known.good_id) {
        row.object_id = again.object_id;
        known.good_id = thing.good_id;
    }
    if row.account.is_empty() {
        row.account = again.account;
    }
    if row.by.is_empty() {
        row.by = again.by;
    }
    row.evidence.extend(again.evidence);
    row.evidence.sort();
    row.evidence.dedup();
}

fn identity(thing: &Thing) -> String {
    // A device is told by records that name its owner and by records that do not.
    let account = if thing.kind == "device" {
        ""
    } else {
        thing.account.as_str()
    };
    format!(
        "foothold-{:016x}",
        HappeningKey::of(&[thing.kind, &thing.key, account]).0 >> 64
    )
}

/// Kinds of state in which a kind of foothold is seen.
const SEEN_IN: &[(&str, &[&str])] = &[
    ("inbox-rule", &["inbox-rule"]),
    ("forwarding", &["forwarding", "mailbox"]),
    (
        "delegate",
        &[
            "mailbox-permission",
            "folder-permission",
            "recipient-permission",
        ],
    ),
    ("transport-rule", &["transport-rule"]),
    (
        "connector",
        &["inbound-connector", "outbound-connector", "connector"],
    ),
    ("oauth-grant", &["oauth-grant", "service-principal"]),
    ("app", &["application", "service-principal"]),
    ("device", &["device"]),
    ("account", &["user"]),
    ("guest", &["user"]),
    ("policy", &["conditional-access-policy", "policy"]),
    ("federation", &["domain"]),
];

/// Says of footholds what the tenant's state says: one that a later state shows stands, one that it shows as
/// switched off does not.
pub fn read_states(footholds: &mut [Foothold], states: &[State]) {
    for foothold in footholds {
        let kinds = SEEN_IN
            .iter()
            .find(|(kind, _)| *kind == foothold.kind)
            .map_or(&[][..], |(_, kinds)| kinds);
        for state in states
            .iter()
            .filter(|state| kinds.contains(&state.kind.as_str()))
        {
            let Some(at) = state.as_of.filter(|at| *at >= foothold.as_of) else {
                continue;
            };
            if is_of(state, foothold) {
                foothold.as_of = at;
                foothold.state = if switched_off(state) {
                    FootholdState::Removed
                } else {
                    FootholdState::Present
                };
            }
        }
    }
}

fn is_of(state: &State, foothold: &Foothold) -> bool {
    let same = |one: &str, other: &str| !one.is_empty() && one.eq_ignore_ascii_case(other);
    let owner = state.owner.as_deref().unwrap_or_default();
    let owned = owner.is_empty() || foothold.account.is_empty() || same(owner, &foothold.account);
    let name = state.name.as_deref().unwrap_or_default();
    let named = same(&state.id, &foothold.object_id)
        || same(name, &foothold.target)
        || same(&state.id, &foothold.target);
    // A forwarding or a right has no name: the value says which it is.
    let valued = matches!(foothold.kind.as_str(), "forwarding" | "delegate")
        && state.properties.values().any(|value| {
            value.as_str().is_some_and(|text| {
                text.to_lowercase()
                    .ends_with(&foothold.target.to_lowercase())
            })
        })
        && !foothold.target.is_empty();
    owned && (named || valued)
}

fn switched_off(state: &State) -> bool {
    state.properties.iter().any(|(name, value)| {
        let switch = ["enabled", "isenabled", "accountenabled"]
            .iter()
            .any(|one| name.eq_ignore_ascii_case(one));
        let off = value.as_bool() == Some(false)
            || value
                .as_str()
                .is_some_and(|text| text.eq_ignore_ascii_case("false"));
        let disabled = name.eq_ignore_ascii_case("state")
            && value
                .as_str()
                .is_some_and(|text| text.eq_ignore_ascii_case("disabled"));
        switch && off || disabled
    })
}

fn detail(event: &Event) -> String {
    const SHOWN: usize = 12;
    let record = &event.record;
    let facts = record
        .parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    let changes = record.changed.iter().filter_map(|change| {
        change
            .new
            .as_ref()
            .map(|new| format!("{}={new}", change.name))
    });
    facts
        .chain(changes)
        .take(SHOWN)
        .collect::<Vec<_>>()
        .join("; ")
}
