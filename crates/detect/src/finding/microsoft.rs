//! Microsoft's own alerts and risk detections as findings.
//!
//! Takes their records in any form and gives one finding for each alert: the tables of Sentinel and
//! Defender, Graph, the unified audit log and Entra's risk events tell of the same alert under different
//! ids, so records that share any id are one. The newest record speaks for severity and title. They never
//! confirm by themselves.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{
    ActorKind, Attribution, Confidence, Finding, Log, Record, Severity, Timestamp,
};
use serde_json::Value;

use super::build::{add_evidence, gather, id};
use super::slot::{Slot, Slots, is_account};
use super::store::{self, By, Fact, Member, Names, Place};
use super::{BackedFinding, Hit};
use crate::evaluate::values;
use crate::knowledge::AlertTable;
use crate::pack::Rule;

/// What one record says of an alert.
#[derive(Debug)]
struct Said {
    ids: BTreeSet<String>,
    /// Evidence rows name what an alert is about, and are none themselves.
    role: Role,
    product: String,
    kind: String,
    title: String,
    severity: Severity,
    first: Timestamp,
    last: Timestamp,
    techniques: Vec<String>,
    fact: Fact,
    of_fact: store::Said,
}

impl Said {
    fn member(&self) -> Member<'_> {
        Member {
            fact: self.fact,
            said: &self.of_fact,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// A risk detection of Entra: its type has the most precise name.
    Risk,
    /// An alert.
    Alert,
    /// A row that only says what an alert is about.
    Evidence,
}

/// The alerts seen so far.
#[derive(Debug, Default)]
pub(super) struct Alerts(Vec<Said>);

impl Alerts {
    /// Takes in a record of an alert.
    pub(super) fn hit(&mut self, table: &AlertTable, hit: &Hit<'_>, names: &mut Names) {
        let record = hit.record;
        let first = |purpose: &str| found(table, purpose, record).into_iter().next();
        let role = if table.evidence.holds(record, hit.raw) {
            Role::Evidence
        } else if record.log == Log::RiskDetection {
            Role::Risk
        } else {
            Role::Alert
        };
        let title = first("title").unwrap_or_else(|| table.title(&record.operation));
        let kind = table
            .kind(&first("type").unwrap_or_else(|| title.clone()))
            .to_owned();
        let logged = found(table, "product", record);
        let product = logged
            .iter()
            .find_map(|name| table.product(name).map(str::to_owned))
            .or_else(|| logged.first().map(|name| slug(name)))
            .unwrap_or_else(|| "unknown".to_owned());
        let time = |purpose: &str| {
            found(table, purpose, record)
                .iter()
                .find_map(|text| instant(text))
        };
        let began = time("first").unwrap_or(record.event_time);
        let (fact, of_fact) = fact(table, hit, names);
        self.0.push(Said {
            ids: ids(table, record, &kind),
            role,
            product: if role == Role::Risk {
                "entra-id-protection".to_owned()
            } else {
                product
            },
            kind,
            title,
            severity: severity(first("severity").as_deref()),
            first: began.min(record.event_time),
            last: time("last").unwrap_or(began).max(began),
            techniques: found(table, "techniques", record),
            fact,
            of_fact,
        });
    }

    /// Where its records stand.
    pub(super) fn places(&self) -> impl Iterator<Item = Place> {
        self.0.iter().map(|one| one.member().fact.place)
    }

    /// One finding for each alert.
    pub(super) fn finish(self, rule: &Rule, names: &Names) -> Vec<BackedFinding> {
        let mut said = self.0;
        said.sort_by(|a, b| names.order(&a.member()).cmp(&names.order(&b.member())));
        together(&said)
            .into_iter()
            .filter_map(|members| {
                let members: Vec<&Said> = members.iter().filter_map(|at| said.get(*at)).collect();
                let facts: Vec<Member<'_>> = members.iter().map(|one| one.member()).collect();
                let finding = finding(rule, &members, names)?;
                Some(BackedFinding::new(finding, &facts, names))
            })
            .collect()
    }
}

/// Which records are of one alert: those connected by shared ids.
fn together(said: &[Said]) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..said.len()).collect();
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, one) in said.iter().enumerate() {
        for id in &one.ids {
            match by_id.get(id.as_str()) {
                None => {
                    by_id.insert(id, at);
                }
                Some(other) => {
                    let (a, b) = (root(&parent, *other), root(&parent, at));
                    let (low, high) = (a.min(b), a.max(b));
                    if let Some(place) = parent.get_mut(high) {
                        *place = low;
                    }
                }
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..said.len() {
        groups.entry(root(&parent, at)).or_default().push(at);
    }
    groups.into_values().collect()
}

fn root(parent: &[usize], mut at: usize) -> usize {
    while let Some(next) = parent.get(at).copied().filter(|next| *next != at) {
        at = next;
    }
    at
}

fn finding(rule: &Rule, members: &[&Said], names: &Names) -> Option<Finding> {
    let alerts: Vec<&&Said> = members
        .iter()
        .filter(|one| one.role != Role::Evidence)
        .collect();
    // The newest record of the alert speaks; members are in order of time and place.
    let speaker = alerts.iter().max_by_key(|one| one.last)?;
    let typed = alerts.iter().min_by_key(|one| one.role)?;
    // An alert has a title; a risk detection only a type.
    let named = alerts
        .iter()
        .filter(|one| one.role == Role::Alert)
        .max_by_key(|one| one.last)
        .unwrap_or(speaker);
    let facts: Vec<Member<'_>> = members.iter().map(|one| one.member()).collect();
    let gathered = gather(&facts, names);
    let name = format!("microsoft/{}/{}", typed.product, slug(&typed.kind));
    let key = members.iter().flat_map(|one| &one.ids).min()?;
    let severity = speaker.severity.min(Severity::High);
    let mut attack: Vec<String> = alerts
        .iter()
        .flat_map(|one| one.techniques.iter().cloned())
        .collect();
    attack.sort();
    attack.dedup();
    let mut finding = Finding {
        id: id(&[&name, key]),
        rule: name,
        title: named.title.clone(),
        severity,
        confidence: if severity == Severity::High {
            Confidence::Likely
        } else {
            Confidence::Possible
        },
        innocent: format!("{} To confirm: {}", rule.innocent, rule.confirm),
        attack,
        first_seen: alerts.iter().map(|one| one.first).min()?,
        last_seen: alerts.iter().map(|one| one.last).max()?,
        accounts: gathered.list(&Slot::Account),
        ips: gathered.list(&Slot::Ip),
        apps: gathered.list(&Slot::App),
        sessions: gathered.list(&Slot::Session),
        targets: gathered.list(&Slot::Target),
        details: gathered.details(),
        count: 1,
        evidence: Vec::new(),
        evidence_truncated: false,
        attribution: Attribution::Unknown,
    };
    let ids: Vec<Value> = members
        .iter()
        .flat_map(|one| &one.ids)
        .filter(|id| !id.contains(' '))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .cloned()
        .map(Value::String)
        .collect();
    finding
        .details
        .insert("alert_ids".to_owned(), Value::Array(ids));
    add_evidence(&mut finding, &facts, names);
    Some(finding)
}

/// The values of a purpose, the fields in their order.
fn found(table: &AlertTable, purpose: &str, record: &Record) -> Vec<String> {
    let mut all = Vec::new();
    for field in table.fields(purpose) {
        for value in values(field, record, None) {
            if !value.trim().is_empty() && !all.iter().any(|known| *known == value) {
                all.push(value.into_owned());
            }
        }
    }
    all
}

/// Everything by which other records may name the same alert. Defender puts two letters for the product
/// before the product's own id.
fn ids(table: &AlertTable, record: &Record, kind: &str) -> BTreeSet<String> {
    const PREFIXES: [&str; 7] = ["da", "ca", "fa", "aa", "ad", "dl", "ma"];
    let mut all = BTreeSet::new();
    for id in found(table, "id", record) {
        let id = id.to_lowercase();
        if let Some(inner) = PREFIXES
            .iter()
            .find_map(|prefix| id.strip_prefix(prefix))
            .filter(|inner| inner.len() >= 20)
        {
            all.insert(inner.to_owned());
        }
        all.insert(id);
    }
    // A risk detection and the alert made of it name the same sign-in.
    for request in found(table, "request", record) {
        all.insert(format!(
            "{} {}",
            kind.to_lowercase(),
            request.to_lowercase()
        ));
    }
    if all.is_empty() || record.log == Log::RiskDetection {
        all.insert(record.record_id.to_lowercase());
    }
    all
}

fn fact(table: &AlertTable, hit: &Hit<'_>, names: &mut Names) -> (Fact, store::Said) {
    let record = hit.record;
    let mut slots = Slots::default();
    if record.actor.kind != ActorKind::Service {
        slots.account(record.actor.upn.as_deref());
    }
    slots.account(record.owner.as_deref());
    for name in found(table, "accounts", record) {
        if is_account(&name) {
            slots.account(Some(&name));
        }
    }
    if let Some(ip) = record.ip {
        slots.add(Slot::Ip, ip.to_string());
    }
    for address in found(table, "ips", record) {
        if let Some(address) = hourzero_model::canonical_ip(&address) {
            slots.add(Slot::Ip, address.ip.to_string());
        }
    }
    for app in record
        .app_id
        .iter()
        .chain(record.app_name.iter())
        .cloned()
        .chain(found(table, "apps", record))
        .take(1)
    {
        slots.add(Slot::App, app);
    }
    if let Some(session) = &record.session_id {
        slots.add(Slot::Session, session);
    }
    for target in found(table, "targets", record) {
        slots.add(Slot::Target, target);
    }
    let details = [
        ("user_agent", record.user_agent.as_ref()),
        ("subject", record.subject.as_ref()),
        ("internet_message_id", record.message_id.as_ref()),
        ("network_message_id", record.network_message_id.as_ref()),
    ];
    for (key, value) in details {
        slots.detail(key, value);
    }
    for (key, purpose) in [
        ("description", "description"),
        ("status", "status"),
        ("incident_id", "incident"),
        ("file_name", "files"),
        ("recipients", "recipients"),
    ] {
        found(table, purpose, record)
            .into_iter()
            .for_each(|value| slots.add(Slot::Detail(key), value));
    }
    let at = &record.provenance;
    let place = names.artefacts.place((at.artefact, at.position));
    names.artefacts.name(place, hit.file);
    let fact = Fact {
        time: record.event_time,
        place,
        speaker: names.artefacts.place(hit.speaker),
        rule: None,
        said: None,
    };
    let said = store::Said {
        record_id: names.texts.number(&record.record_id),
        actor: By::Somebody,
        slots: names.texts.keep(slots.0),
    };
    (fact, said)
}

/// Microsoft's word for severity or risk level.
fn severity(word: Option<&str>) -> Severity {
    match word
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
        .as_str()
    {
        "high" | "critical" => Severity::High,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        _ => Severity::Informational,
    }
}

/// An instant with or without offset; without it, UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    Timestamp::parse(text)
        .or_else(|_| Timestamp::parse(&format!("{text}Z")))
        .ok()
        // An absent time is written as the year 1 in some exports.
        .filter(|time| time.micros() > 0)
}

/// Lower-case words joined by hyphens; `anonymizedIPAddress` has three.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    let characters: Vec<char> = text.chars().take(120).collect();
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(at + 1);
        let begins = character.is_ascii_uppercase()
            && (before.is_some_and(char::is_ascii_lowercase)
                || before.is_some_and(char::is_ascii_uppercase)
                    && after.is_some_and(char::is_ascii_lowercase));
        let separates = !character.is_ascii_alphanumeric() || begins;
        if separates && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        }
    }
    slug.trim_end_matches('-').to_owned()
}
