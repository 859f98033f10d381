//! Hits to findings: series, correlations and Microsoft's alerts, each with its records.
//!
//! Takes hits one by one in any order and gives findings in a fixed order. It keeps a hit small; it
//! never decides whether a record is a hit.

mod app;
mod build;
mod mail;
mod microsoft;
mod sentence;
pub(crate) mod slot;
pub(crate) mod store;

use std::collections::{BTreeMap, HashMap};

use hourzero_model::{ActorKind, ArtefactId, EvidenceRef, Finding, Record, Timestamp};

use crate::correlate::Correlator;
use crate::evaluate::{RawRecord, values};
use crate::ir::Field;
use crate::pack::{Alerting, Origin, Rule, RuleIndex, RulePack, SystemActors};
use build::Group;
pub(crate) use sentence::placeholders;
use slot::{Slot, Slots};
use store::{By, Fact, Text, Texts};

/// Collects the hits of a scan.
#[derive(Debug)]
pub struct Detection<'p> {
    pack: &'p RulePack,
    texts: Texts,
    facts: Vec<Fact>,
    /// Record → its fact, for rules that take nothing of their own from it: most records are hit by
    /// several rules.
    known: HashMap<(ArtefactId, u64), usize>,
    /// Rule and group → facts.
    series: BTreeMap<(RuleIndex, Text), Vec<usize>>,
    correlator: Correlator,
    alerts: microsoft::Alerts,
}

/// A finding with every record behind it, where the finding itself lists the first of them.
#[derive(Debug, Clone, PartialEq)]
pub struct BackedFinding {
    /// The finding.
    pub finding: Finding,
    /// Artefact and position of each record, sorted, each once.
    pub records: Vec<(ArtefactId, u64)>,
}

impl BackedFinding {
    fn new(finding: Finding, members: &[&Fact]) -> Self {
        let mut records: Vec<(ArtefactId, u64)> = members
            .iter()
            .map(|fact| (fact.artefact, fact.position))
            .collect();
        records.sort_unstable();
        records.dedup();
        Self { finding, records }
    }
}

/// A record that a rule hit.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The record.
    pub record: &'a Record,
    /// The record as received, where a field of the rule is read from it.
    pub raw: Option<RawRecord<'a>>,
    /// Where it stands.
    pub evidence: &'a EvidenceRef,
    /// The id of the record that speaks for the happening: witnesses share it, and count as one event.
    pub speaker: &'a str,
}

impl<'p> Detection<'p> {
    /// For the rules of a pack.
    pub fn new(pack: &'p RulePack) -> Self {
        Self {
            pack,
            texts: Texts::default(),
            facts: Vec::new(),
            known: HashMap::new(),
            series: BTreeMap::new(),
            correlator: Correlator::new(pack),
            alerts: microsoft::Alerts::default(),
        }
    }

    /// A record that a rule hit; hits may come in any order. A rule that the pack does not have is
    /// ignored.
    pub fn hit(&mut self, rule: RuleIndex, hit: &Hit<'_>) {
        let Some(of) = self.pack.rule(rule) else {
            return;
        };
        if of.origin == Origin::Microsoft {
            self.alerts
                .hit(&self.pack.mappings.knowledge.alerts, hit, &mut self.texts);
            return;
        }
        let (number, time, happening) = self.number(of, hit);
        if of.alerting == Alerting::Reported {
            let group = self.texts.number(&group(of, hit));
            self.series.entry((rule, group)).or_default().push(number);
        }
        if self.correlator.takes(rule) {
            let seen = (hit.record, hit.raw, &mut self.texts);
            self.correlator
                .hit(self.pack, rule, (number, time, happening), seen);
        }
    }

    /// The fact of a hit: its number, time and happening.
    fn number(&mut self, rule: &Rule, hit: &Hit<'_>) -> (usize, Timestamp, Text) {
        let assembly = &rule.assembly;
        let takes_own = !(assembly.accounts.is_empty()
            && assembly.targets.is_empty()
            && assembly.details.is_empty());
        let place = (hit.evidence.sha256, hit.evidence.position);
        let known = self.known.get(&place).copied().filter(|_| !takes_own);
        if let Some((number, fact)) =
            known.and_then(|number| Some((number, self.facts.get(number)?)))
        {
            return (number, fact.time, fact.speaker);
        }
        let fact = self.fact(rule, hit);
        let number = self.facts.len();
        if !takes_own {
            self.known.insert(place, number);
        }
        let what = (number, fact.time, fact.speaker);
        self.facts.push(fact);
        what
    }

    fn fact(&mut self, rule: &Rule, hit: &Hit<'_>) -> Fact {
        let knowledge = &self.pack.mappings.knowledge;
        let mut slots = slot::of(hit.record, knowledge);
        add_own(rule, hit, &mut slots);
        let actor = if knowledge.system_actors.holds(hit.record, hit.raw) {
            By::Background
        } else if matches!(
            hit.record.actor.kind,
            ActorKind::System | ActorKind::Service
        ) {
            By::Service
        } else {
            By::Somebody
        };
        let texts = &mut self.texts;
        Fact {
            time: hit.record.event_time,
            record_id: texts.number(&hit.evidence.record_id),
            file: texts.number(&hit.evidence.file),
            artefact: hit.evidence.sha256,
            position: hit.evidence.position,
            speaker: texts.number(hit.speaker),
            actor,
            slots: texts.keep(slots.0),
        }
    }

    /// All findings, the gravest first, then by time and id.
    pub fn finish(self) -> Vec<Finding> {
        self.finish_with_records()
            .into_iter()
            .map(|backed| backed.finding)
            .collect()
    }

    /// All findings in the order of [`Detection::finish`], each with every record behind it.
    pub fn finish_with_records(self) -> Vec<BackedFinding> {
        let Self {
            pack,
            texts,
            facts,
            known: _,
            series,
            correlator,
            alerts,
        } = self;
        let mut findings = Vec::new();
        for ((index, group), members) in &series {
            let Some(rule) = pack.rule(*index) else {
                continue;
            };
            let members: Vec<&Fact> = members
                .iter()
                .filter_map(|number| facts.get(*number))
                .collect();
            for members in build::runs(members, rule.assembly.gap, &texts) {
                let group = Group {
                    rule,
                    key: texts.text(*group),
                    members: &members,
                };
                findings.extend(
                    build::finding(&group, &texts)
                        .map(|finding| BackedFinding::new(finding, group.members)),
                );
            }
        }
        for (index, bursts) in correlator.finish(pack, &texts) {
            let Some(rule) = pack
                .rule(index)
                .filter(|rule| rule.alerting == Alerting::Reported)
            else {
                continue;
            };
            for burst in bursts {
                let mut members: Vec<&Fact> = burst
                    .members
                    .iter()
                    .filter_map(|number| facts.get(*number))
                    .collect();
                members.sort_by(|a, b| a.order(&texts).cmp(&b.order(&texts)));
                let group = Group {
                    rule,
                    key: texts.text(burst.group),
                    members: &members,
                };
                findings.extend(
                    build::finding(&group, &texts)
                        .map(|finding| BackedFinding::new(finding, group.members)),
                );
            }
        }
        if let Some(rule) = pack
            .rules
            .iter()
            .find(|rule| rule.origin == Origin::Microsoft)
        {
            findings.extend(alerts.finish(rule, &texts));
        }
        findings.sort_by(|a, b| {
            let (a, b) = (&a.finding, &b.finding);
            (b.severity, a.first_seen, &a.id).cmp(&(a.severity, b.first_seen, &b.id))
        });
        findings
    }
}

/// The fields that a rule names for itself.
fn add_own(rule: &Rule, hit: &Hit<'_>, slots: &mut Slots) {
    let assembly = &rule.assembly;
    let each = |fields: &[Field], slot: Slot, slots: &mut Slots| {
        for field in fields {
            for value in values(field, hit.record, hit.raw) {
                slots.add(slot.clone(), value);
            }
        }
    };
    for field in &assembly.accounts {
        for value in values(field, hit.record, hit.raw) {
            slots.account(Some(&value));
        }
    }
    each(&assembly.targets, Slot::Target, slots);
    for (key, fields) in &assembly.details {
        each(fields, Slot::Own(key.clone()), slots);
    }
}

/// The key of the series that a hit belongs to: as the rule says, else the account, else the owner, else
/// whatever names who did it or what it was done to.
fn group(rule: &Rule, hit: &Hit<'_>) -> String {
    let record = hit.record;
    if rule.assembly.group_by.is_empty() {
        let names = [
            record.actor.upn.as_ref(),
            record.owner.as_ref(),
            record.actor.id.as_ref(),
            record.actor.name.as_ref(),
            record.app_id.as_ref(),
            record.target.id.as_ref(),
            record.target.name.as_ref(),
        ];
        return names
            .into_iter()
            .flatten()
            .next()
            .map(|name| name.to_lowercase())
            .unwrap_or_default();
    }
    let parts: Vec<String> = rule
        .assembly
        .group_by
        .iter()
        .map(|fields| {
            let first = fields
                .iter()
                .find_map(|field| values(field, record, hit.raw).into_iter().next());
            first.map(|value| value.to_lowercase()).unwrap_or_default()
        })
        .collect();
    parts.join("\u{1f}")
}

/// Whether acts of Microsoft's own accounts are held down for a rule.
pub(crate) fn is_held_down(rule: &Rule) -> bool {
    rule.system_actors == SystemActors::Background
}
