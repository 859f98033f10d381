//! One series or burst to one finding.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Attribution, EVIDENCE_LIMIT, Finding, HappeningKey, Severity};
use serde_json::{Map, Value, json};

use super::sentence;
use super::slot::Slot;
use super::store::{By, Fact, Member, Names, Place};
use crate::pack::Rule;

/// Details that are lists even with one value.
const LISTS: [&str; 6] = [
    "recipients",
    "reply_urls",
    "scopes",
    "error_codes",
    "operations",
    "items",
];
/// Details that repeat in each item of a series.
const IN_ITEMS: [&str; 14] = [
    "rule_name",
    "conditions",
    "actions",
    "recipients",
    "subject",
    "internet_message_id",
    "network_message_id",
    "file_name",
    "role",
    "app_name",
    "app_id",
    "scopes",
    "consent_type",
    "error_codes",
];

/// Facts that are one finding, in order of time.
pub(super) struct Group<'a> {
    pub(super) rule: &'a Rule,
    pub(super) key: &'a str,
    pub(super) members: &'a [Member<'a>],
}

/// A series cut where nothing happens for longer than the gap.
pub(super) fn runs(mut members: Vec<u32>, gap: i64, facts: &[Fact]) -> Vec<Vec<u32>> {
    let time = |number: &u32| facts.get(*number as usize).map(|fact| fact.time.micros());
    members.sort_by_key(time);
    let gap = gap.saturating_mul(1_000_000);
    let near = |a: &u32, b: &u32| match (time(a), time(b)) {
        (Some(a), Some(b)) => b.saturating_sub(a) <= gap,
        _ => false,
    };
    members.chunk_by(near).map(<[u32]>::to_vec).collect()
}

/// The finding of a group; `None` where it has no member.
pub(super) fn finding(group: &Group<'_>, names: &Names) -> Option<Finding> {
    let rule = group.rule;
    let first = group.members.first()?;
    let last = group.members.last()?;
    let mut happenings: Vec<Place> = group.members.iter().map(|one| one.fact.speaker).collect();
    happenings.sort_unstable();
    happenings.dedup();
    let by = |wanted| move |member: &Member<'_>| member.said.actor == wanted;
    let all_background = group.members.iter().all(by(By::Background));
    let all_service = !group.members.iter().any(by(By::Somebody));
    let severity = if all_background && super::is_held_down(rule) {
        rule.severity.min(Severity::Low)
    } else {
        rule.severity
    };
    let gathered = gather(group.members, names);
    let mut finding = Finding {
        id: id(&[
            &rule.id,
            group.key,
            &names.artefacts.happening(first.fact.speaker),
        ]),
        rule: rule.id.clone(),
        title: String::new(),
        severity,
        confidence: rule.confidence,
        innocent: innocent(&rule.innocent, &rule.confirm),
        attack: rule.attack.clone(),
        first_seen: first.fact.time,
        last_seen: last.fact.time,
        accounts: gathered.list(&Slot::Account),
        ips: gathered.list(&Slot::Ip),
        apps: gathered.list(&Slot::App),
        sessions: gathered.list(&Slot::Session),
        targets: gathered.list(&Slot::Target),
        details: gathered.details(),
        count: u64::try_from(happenings.len()).unwrap_or(u64::MAX),
        evidence: Vec::new(),
        evidence_truncated: false,
        attribution: if all_service {
            Attribution::Service
        } else {
            Attribution::Unknown
        },
    };
    add_evidence(&mut finding, group.members, names);
    if happenings.len() > 1 {
        add_items(&mut finding, group.members, names);
    }
    finding.title = sentence::title(rule, &finding);
    Some(finding)
}

/// An id that depends on these texts alone: sixteen hexadecimal digits.
pub(super) fn id(parts: &[&str]) -> String {
    let HappeningKey(hash) = HappeningKey::of(parts);
    let folded = (hash ^ (hash >> 64)) & u128::from(u64::MAX);
    format!("{folded:016x}")
}

/// The ordinary explanation and what would confirm it, as one text.
fn innocent(innocent: &str, confirm: &str) -> String {
    match (innocent.is_empty(), confirm.is_empty()) {
        (_, true) => innocent.to_owned(),
        (true, false) => format!("To confirm: {confirm}"),
        (false, false) => format!("{innocent} To confirm: {confirm}"),
    }
}

/// Puts the records under a finding: the first of them by time, sorted.
pub(super) fn add_evidence(finding: &mut Finding, members: &[Member<'_>], names: &Names) {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for member in members {
        if seen.insert(member.fact.place) {
            if all.len() == EVIDENCE_LIMIT {
                finding.evidence_truncated = true;
                break;
            }
            all.push(names.evidence(member));
        }
    }
    all.sort();
    finding.evidence = all;
}

/// What facts hold, by slot.
pub(super) struct Gathered(BTreeMap<Slot, BTreeSet<String>>);

/// Gathers the slots of facts.
pub(super) fn gather(members: &[Member<'_>], names: &Names) -> Gathered {
    let mut by_slot: BTreeMap<Slot, BTreeSet<String>> = BTreeMap::new();
    for member in members {
        for (slot, value) in names.texts.kept(&member.said.slots) {
            let values = match by_slot.get_mut(slot) {
                Some(values) => values,
                None => by_slot.entry(slot.clone()).or_default(),
            };
            if !values.contains(value) {
                values.insert(value.to_owned());
            }
        }
    }
    Gathered(by_slot)
}

impl Gathered {
    /// The values of a slot, sorted.
    pub(super) fn list(&self, slot: &Slot) -> Vec<String> {
        self.0.get(slot).into_iter().flatten().cloned().collect()
    }

    /// All details. A detail with more values than a finding lists says so under `<key>_truncated`.
    pub(super) fn details(&self) -> BTreeMap<String, Value> {
        let mut flat: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut details: BTreeMap<String, Value> = BTreeMap::new();
        for (slot, values) in &self.0 {
            let key: &str = match slot {
                Slot::Detail(key) => key,
                Slot::Own(key) => key,
                Slot::Part(key, name) => {
                    let part = details
                        .entry((*key).to_owned())
                        .or_insert_with(|| json!({}));
                    if let Value::Object(map) = part {
                        map.insert(name.clone(), shown(key, values));
                    }
                    continue;
                }
                Slot::Account | Slot::Ip | Slot::App | Slot::Session | Slot::Target => continue,
            };
            flat.entry(key).or_default().extend(values.iter().cloned());
        }
        for (key, values) in flat {
            // Named parts say the same and more.
            if !details.contains_key(key) {
                put(&mut details, key, &values);
            }
        }
        details
    }
}

fn put(details: &mut BTreeMap<String, Value>, key: &str, values: &BTreeSet<String>) {
    if values.len() > EVIDENCE_LIMIT {
        details.insert(format!("{key}_truncated"), Value::Bool(true));
    }
    details.insert(key.to_owned(), shown(key, values));
}

/// One value as itself, several as a list.
fn shown(key: &str, values: &BTreeSet<String>) -> Value {
    let mut all = values.iter().take(EVIDENCE_LIMIT);
    match (all.next(), values.len()) {
        (Some(only), 1) if !LISTS.contains(&key) => Value::String(only.clone()),
        _ => values
            .iter()
            .take(EVIDENCE_LIMIT)
            .cloned()
            .map(Value::String)
            .collect(),
    }
}

/// One small object for each event of a series.
fn add_items(finding: &mut Finding, members: &[Member<'_>], names: &Names) {
    let mut by_happening: BTreeMap<Place, usize> = BTreeMap::new();
    let mut groups: Vec<Vec<Member<'_>>> = Vec::new();
    for member in members {
        let place = *by_happening.entry(member.fact.speaker).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(*member);
        }
    }
    if groups.len() > EVIDENCE_LIMIT {
        finding
            .details
            .insert("items_truncated".to_owned(), Value::Bool(true));
    }
    let items: Vec<Value> = groups
        .iter()
        .take(EVIDENCE_LIMIT)
        .map(|members| item(members, names))
        .collect();
    finding
        .details
        .insert("items".to_owned(), Value::Array(items));
}

fn item(members: &[Member<'_>], names: &Names) -> Value {
    let gathered = gather(members, names);
    let mut item = Map::new();
    if let Some(first) = members.first() {
        let record_id = names.texts.text(first.said.record_id);
        item.insert(
            "time".to_owned(),
            Value::String(first.fact.time.to_string()),
        );
        item.insert("record_id".to_owned(), Value::String(record_id.to_owned()));
    }
    let singles = [
        ("operation", Slot::Detail("operations")),
        ("account", Slot::Account),
        ("ip", Slot::Ip),
        ("target", Slot::Target),
    ];
    for (key, slot) in singles {
        let values: BTreeSet<String> = gathered.list(&slot).into_iter().collect();
        if !values.is_empty() {
            item.insert(key.to_owned(), shown(key, &values));
        }
    }
    for (key, value) in gathered.details() {
        if IN_ITEMS.contains(&key.as_str()) {
            item.insert(key, value);
        }
    }
    Value::Object(item)
}
