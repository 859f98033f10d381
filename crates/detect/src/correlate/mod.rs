//! Correlations over hits: counts, distinct values, rules close in time or in order.
//!
//! Takes hits of base rules (small: time, group, value) and gives bursts with their members. A window
//! slides by the time of events; overlapping windows that hold are one burst. What comes out depends on
//! the hits alone, never on their order.

pub(crate) mod waiting;
mod window;

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use hourzero_model::{Record, Timestamp};

use crate::evaluate::{RawRecord, values};
use crate::finding::store::{Artefacts, Fact, Place, Text, Texts};
use crate::ir::Field;
use crate::pack::{Correlation, CorrelationKind, RuleIndex, RuleKind, RulePack};
use crate::sigma::correlation::Order;

/// What stands between the values of a group.
const BETWEEN: char = '\u{1f}';

/// A hit in one correlation.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    /// Position of the rule in the correlation.
    pub(crate) rule: usize,
    /// The value that is counted.
    pub(crate) value: Option<Text>,
    /// The first of the facts behind it.
    pub(crate) fact: u32,
    /// The others: witnesses, and those of a burst.
    pub(crate) more: Vec<u32>,
    /// What tells it from another of the same time: the happening.
    pub(crate) happening: Place,
}

/// What the windows of a group give.
#[derive(Debug, Clone)]
pub(crate) struct Burst<G> {
    /// The group, its values joined.
    pub(crate) group: G,
    /// The facts behind it, sorted.
    pub(crate) members: Vec<u32>,
    /// For each event from the moment when the condition first held: its time, happening and fact.
    pub(crate) held: Vec<(Timestamp, Place, u32)>,
}

/// A fact, the base rule that hit it, and its key under a correlation: its group and the value counted.
#[derive(Debug, Clone, Copy)]
struct Keyed {
    fact: u32,
    rule: u32,
    group: Text,
    value: Option<Text>,
}

/// Collects hits for all correlations of a pack.
#[derive(Debug, Default)]
pub(crate) struct Correlator {
    /// Base rule → correlations above it.
    above: BTreeMap<RuleIndex, Vec<RuleIndex>>,
    /// Correlation → facts and the base rules that hit them, with their keys.
    keys: BTreeMap<RuleIndex, Vec<Keyed>>,
    /// Base rule → its facts.
    facts: BTreeMap<RuleIndex, Vec<u32>>,
    /// Groups and values.
    texts: Texts,
}

impl Correlator {
    /// For the correlations of a pack.
    pub(crate) fn new(pack: &RulePack) -> Self {
        let mut above: BTreeMap<RuleIndex, Vec<RuleIndex>> = BTreeMap::new();
        for (index, rule) in pack.rules.iter().enumerate() {
            if let RuleKind::Correlation(correlation) = &rule.kind {
                for base in correlation.group_by.keys() {
                    above.entry(*base).or_default().push(RuleIndex(index));
                }
            }
        }
        Self {
            above,
            ..Self::default()
        }
    }

    /// Whether any correlation takes the hits of a rule.
    pub(crate) fn takes(&self, rule: RuleIndex) -> bool {
        self.above.contains_key(&rule)
    }

    /// The fields that the correlations above a base rule read of its hits, each once.
    pub(crate) fn fields(&self, pack: &RulePack, rule: RuleIndex) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for correlation in self.correlations(pack, rule).map(|(_, of)| of) {
            let groups = correlation.group_by.get(&rule);
            let counted = match &correlation.kind {
                CorrelationKind::ValueCount(fields, _) => fields.get(&rule),
                _ => None,
            };
            let all = groups.into_iter().chain(counted).flatten().flatten();
            fields.extend(all.cloned());
        }
        fields.sort();
        fields.dedup();
        fields
    }

    fn correlations<'p>(
        &self,
        pack: &'p RulePack,
        rule: RuleIndex,
    ) -> impl Iterator<Item = (RuleIndex, &'p Correlation)> {
        let above = self.above.get(&rule).into_iter().flatten();
        above.filter_map(|index| match &pack.rule(*index)?.kind {
            RuleKind::Correlation(correlation) => Some((*index, correlation)),
            RuleKind::Predicate(_) => None,
        })
    }

    /// A hit of a base rule.
    pub(crate) fn hit(
        &mut self,
        pack: &RulePack,
        rule: RuleIndex,
        fact: u32,
        seen: (&Record, Option<RawRecord<'_>>),
    ) {
        let (Some(above), Ok(number)) = (self.above.get(&rule), u32::try_from(rule.0)) else {
            return;
        };
        for index in above {
            let Some(RuleKind::Correlation(correlation)) = pack.rule(*index).map(|rule| &rule.kind)
            else {
                continue;
            };
            if let Some((group, value)) = key(correlation, rule, seen, &mut self.texts) {
                self.keys.entry(*index).or_default().push(Keyed {
                    fact,
                    rule: number,
                    group,
                    value,
                });
            }
        }
        self.facts.entry(rule).or_default().push(fact);
    }

    /// The bursts of every correlation, base ones first.
    pub(crate) fn finish(
        mut self,
        pack: &RulePack,
        facts: &[Fact],
        artefacts: &Artefacts,
    ) -> BTreeMap<RuleIndex, Vec<Burst<String>>> {
        let mut bursts: BTreeMap<RuleIndex, Vec<Burst<String>>> = BTreeMap::new();
        // A correlation stands behind all that it refers to, so that one pass is enough.
        for (index, rule) in pack.rules.iter().enumerate() {
            if let RuleKind::Correlation(correlation) = &rule.kind {
                let index = RuleIndex(index);
                let keys = self.keys.remove(&index).unwrap_or_default();
                let found = self.bursts((correlation, keys), (facts, artefacts), &bursts);
                bursts.insert(index, found);
            }
        }
        bursts
    }

    /// The bursts of one correlation, those of its steps being known.
    fn bursts(
        &self,
        (correlation, mut keys): (&Correlation, Vec<Keyed>),
        (facts, artefacts): (&[Fact], &Artefacts),
        below: &BTreeMap<RuleIndex, Vec<Burst<String>>>,
    ) -> Vec<Burst<String>> {
        keys.sort_unstable_by_key(|keyed| (keyed.fact, keyed.rule));
        let groups = self.groups(correlation, &keys, (facts, below));
        drop(keys);
        let mut found = Vec::new();
        for (group, mut entries) in groups {
            in_order(&mut entries, artefacts);
            for burst in window::bursts(correlation, &entries) {
                found.push(Burst {
                    group: self.texts.text(group).to_owned(),
                    members: burst.members,
                    held: burst.held,
                });
            }
        }
        // A stable sort: the bursts of a group stay in the order of time.
        found.sort_by(|a, b| a.group.cmp(&b.group));
        found
    }

    /// The entries of a correlation by group.
    fn groups(
        &self,
        correlation: &Correlation,
        keys: &[Keyed],
        (facts, bursts): (&[Fact], &BTreeMap<RuleIndex, Vec<Burst<String>>>),
    ) -> BTreeMap<Text, Vec<Entry>> {
        let mut groups: BTreeMap<Text, Vec<Entry>> = BTreeMap::new();
        for (position, rule) in correlation.rules.iter().enumerate() {
            for number in self.facts.get(rule).into_iter().flatten() {
                let keyed = key_of(keys, *number, Some(*rule));
                if let (Some(keyed), Some(fact)) = (keyed, facts.get(*number as usize)) {
                    groups.entry(keyed.group).or_default().push(Entry {
                        time: fact.time,
                        rule: position,
                        value: keyed.value,
                        fact: *number,
                        more: Vec::new(),
                        happening: fact.speaker,
                    });
                }
            }
            for burst in bursts.get(rule).into_iter().flatten() {
                let Some((first, more)) = burst.members.split_first() else {
                    continue;
                };
                for (time, happening, fact) in &burst.held {
                    if let Some(keyed) = key_of(keys, *fact, None) {
                        groups.entry(keyed.group).or_default().push(Entry {
                            time: *time,
                            rule: position,
                            value: keyed.value,
                            fact: *first,
                            more: more.to_vec(),
                            happening: *happening,
                        });
                    }
                }
            }
        }
        groups
    }
}

/// The key of a fact among keys in order: under the base rule that hit it, or under the first of them.
fn key_of(keys: &[Keyed], fact: u32, rule: Option<RuleIndex>) -> Option<&Keyed> {
    let rule = match rule {
        Some(rule) => Some(u32::try_from(rule.0).ok()?),
        None => None,
    };
    let wanted = (fact, rule.unwrap_or(0));
    let at = keys.partition_point(|keyed| (keyed.fact, keyed.rule) < wanted);
    keys.get(at)
        .filter(|found| found.fact == fact && rule.is_none_or(|rule| rule == found.rule))
}

/// Entries by time; witnesses of one happening count once.
fn in_order(entries: &mut Vec<Entry>, artefacts: &Artefacts) {
    entries.sort_by(|a, b| {
        let by_time = (a.time, a.rule).cmp(&(b.time, b.rule));
        by_time.then_with(|| artefacts.by_name(a.happening, b.happening))
    });
    let mut seen: HashMap<(usize, Place), usize, RandomState> =
        HashMap::with_capacity_and_hasher(entries.len(), RandomState::default());
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries.drain(..) {
        match seen
            .get(&(entry.rule, entry.happening))
            .and_then(|at| kept.get_mut(*at))
        {
            Some(first) => {
                first.more.push(entry.fact);
                first.more.extend(entry.more);
            }
            None => {
                seen.insert((entry.rule, entry.happening), kept.len());
                kept.push(entry);
            }
        }
    }
    *entries = kept;
}

/// The key of a record under a correlation; `None` where it lacks a field of the group.
fn key(
    correlation: &Correlation,
    rule: RuleIndex,
    seen: (&Record, Option<RawRecord<'_>>),
    texts: &mut Texts,
) -> Option<(Text, Option<Text>)> {
    let joined = |fields: &[Vec<Field>]| -> Option<String> {
        let parts: Option<Vec<String>> = fields.iter().map(|field| first(field, seen)).collect();
        parts.map(|parts| parts.join(BETWEEN.encode_utf8(&mut [0; 4])))
    };
    let group = joined(correlation.group_by.get(&rule)?)?;
    let value = match &correlation.kind {
        CorrelationKind::ValueCount(fields, _) => {
            fields.get(&rule).and_then(|fields| joined(fields))
        }
        _ => None,
    };
    let group = texts.number(&group);
    Some((group, value.map(|value| texts.number(&value))))
}

/// The first value among fields, in lower case.
fn first(fields: &[Field], seen: (&Record, Option<RawRecord<'_>>)) -> Option<String> {
    let (record, raw) = seen;
    fields.iter().find_map(|field| {
        values(field, record, raw)
            .into_iter()
            .find(|value| !value.is_empty())
            .map(|value| value.to_lowercase())
    })
}

/// Whether a count passes all comparisons.
pub(crate) fn passes(count: usize, comparisons: &[(Order, f64)]) -> bool {
    let count = u32::try_from(count).map_or(f64::INFINITY, f64::from);
    comparisons.iter().all(|(order, number)| match order {
        Order::Less => count < *number,
        Order::LessOrEqual => count <= *number,
        Order::Equal => (count - number).abs() < f64::EPSILON,
        Order::NotEqual => (count - number).abs() >= f64::EPSILON,
        Order::GreaterOrEqual => count >= *number,
        Order::Greater => count > *number,
    })
}
