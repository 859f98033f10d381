//! Correlations over hits: counts, distinct values, rules close in time or in order.
//!
//! Takes hits of base rules (small: time, group, value) and gives bursts with their members. A window
//! slides by the time of events; overlapping windows that hold are one burst. What comes out depends on
//! the hits alone, never on their order.

mod window;

use std::collections::BTreeMap;

use hourzero_model::{Record, Timestamp};

use crate::evaluate::{RawRecord, values};
use crate::finding::store::{Text, Texts};
use crate::ir::Field;
use crate::pack::{Correlation, CorrelationKind, RuleIndex, RuleKind, RulePack};
use crate::sigma::correlation::Order;

/// A hit in one correlation.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) time: Timestamp,
    /// Position of the rule in the correlation.
    pub(crate) rule: usize,
    /// The value that is counted.
    pub(crate) value: Option<Text>,
    /// The facts behind it: one, or all of a burst.
    pub(crate) members: Vec<usize>,
    /// What tells it from another of the same time: the id of the happening.
    pub(crate) happening: Text,
}

/// A burst: one hit of a correlation.
#[derive(Debug, Clone)]
pub(crate) struct Burst {
    /// The group, its values joined.
    pub(crate) group: Text,
    /// The facts behind it, sorted.
    pub(crate) members: Vec<usize>,
    /// For each event from the moment when the condition first held: its time, happening and fact.
    pub(crate) held: Vec<(Timestamp, Text, usize)>,
}

/// The key of a fact under a correlation: its group and the value counted.
type Key = (Text, Option<Text>);

/// A fact, the base rule that hit it, and the key.
type Keyed = (usize, RuleIndex, Key);

/// Collects hits for all correlations of a pack.
#[derive(Debug, Default)]
pub(crate) struct Correlator {
    /// Base rule → correlations above it.
    above: BTreeMap<RuleIndex, Vec<RuleIndex>>,
    /// Correlation → facts and the base rules that hit them, with their keys.
    keys: BTreeMap<RuleIndex, Vec<Keyed>>,
    /// Base rule → its facts with time and happening.
    facts: BTreeMap<RuleIndex, Vec<(usize, Timestamp, Text)>>,
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

    /// A hit of a base rule.
    pub(crate) fn hit(
        &mut self,
        pack: &RulePack,
        rule: RuleIndex,
        fact: (usize, Timestamp, Text),
        seen: (&Record, Option<RawRecord<'_>>, &mut Texts),
    ) {
        let (record, raw, texts) = seen;
        let Some(above) = self.above.get(&rule) else {
            return;
        };
        for index in above {
            let Some(RuleKind::Correlation(correlation)) = pack.rule(*index).map(|rule| &rule.kind)
            else {
                continue;
            };
            if let Some(key) = key(correlation, rule, (record, raw), texts) {
                self.keys
                    .entry(*index)
                    .or_default()
                    .push((fact.0, rule, key));
            }
        }
        self.facts.entry(rule).or_default().push(fact);
    }

    /// The bursts of every correlation, base ones first.
    pub(crate) fn finish(
        mut self,
        pack: &RulePack,
        texts: &Texts,
    ) -> BTreeMap<RuleIndex, Vec<Burst>> {
        let mut bursts: BTreeMap<RuleIndex, Vec<Burst>> = BTreeMap::new();
        // A correlation stands behind all that it refers to, so that one pass is enough.
        for (index, rule) in pack.rules.iter().enumerate() {
            if let RuleKind::Correlation(correlation) = &rule.kind {
                let index = RuleIndex(index);
                let mut keys = self.keys.remove(&index).unwrap_or_default();
                keys.sort_unstable_by_key(|(fact, rule, _)| (*fact, *rule));
                let groups = self.groups(correlation, &keys, &bursts);
                let found = in_order(groups, texts)
                    .into_iter()
                    .flat_map(|(group, entries)| window::bursts(correlation, group, &entries))
                    .collect();
                bursts.insert(index, found);
            }
        }
        bursts
    }

    /// The entries of a correlation by group.
    fn groups(
        &self,
        correlation: &Correlation,
        keys: &[Keyed],
        bursts: &BTreeMap<RuleIndex, Vec<Burst>>,
    ) -> BTreeMap<Text, Vec<Entry>> {
        let mut groups: BTreeMap<Text, Vec<Entry>> = BTreeMap::new();
        for (position, rule) in correlation.rules.iter().enumerate() {
            for (fact, time, happening) in self.facts.get(rule).into_iter().flatten() {
                if let Some((group, value)) = key_of(keys, *fact, Some(*rule)) {
                    groups.entry(*group).or_default().push(Entry {
                        time: *time,
                        rule: position,
                        value: *value,
                        members: vec![*fact],
                        happening: *happening,
                    });
                }
            }
            for burst in bursts.get(rule).into_iter().flatten() {
                for (time, happening, fact) in &burst.held {
                    if let Some((group, value)) = key_of(keys, *fact, None) {
                        groups.entry(*group).or_default().push(Entry {
                            time: *time,
                            rule: position,
                            value: *value,
                            members: burst.members.clone(),
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
fn key_of(keys: &[Keyed], fact: usize, rule: Option<RuleIndex>) -> Option<&Key> {
    let wanted = (fact, rule.unwrap_or(RuleIndex(0)));
    let at = keys.partition_point(|(fact, rule, _)| (*fact, *rule) < wanted);
    keys.get(at)
        .filter(|(found, by, _)| *found == fact && rule.is_none_or(|rule| rule == *by))
        .map(|(_, _, key)| key)
}

/// Groups by their text and entries by time; witnesses of one happening count once.
fn in_order(groups: BTreeMap<Text, Vec<Entry>>, texts: &Texts) -> Vec<(Text, Vec<Entry>)> {
    let mut all: Vec<(Text, Vec<Entry>)> = groups.into_iter().collect();
    all.sort_by(|(a, _), (b, _)| texts.text(*a).cmp(texts.text(*b)));
    for (_, entries) in &mut all {
        entries.sort_by(|a, b| {
            (a.time, a.rule, texts.text(a.happening)).cmp(&(
                b.time,
                b.rule,
                texts.text(b.happening),
            ))
        });
        let mut seen: BTreeMap<(usize, Text), usize> = BTreeMap::new();
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        for entry in entries.drain(..) {
            match seen
                .get(&(entry.rule, entry.happening))
                .and_then(|at| kept.get_mut(*at))
            {
                Some(first) => first.members.extend(entry.members),
                None => {
                    seen.insert((entry.rule, entry.happening), kept.len());
                    kept.push(entry);
                }
            }
        }
        *entries = kept;
    }
    all
}

/// The key of a record under a correlation; `None` where it lacks a field of the group.
fn key(
    correlation: &Correlation,
    rule: RuleIndex,
    seen: (&Record, Option<RawRecord<'_>>),
    texts: &mut Texts,
) -> Option<Key> {
    let joined = |fields: &[Vec<Field>]| -> Option<String> {
        let parts: Option<Vec<String>> = fields.iter().map(|field| first(field, seen)).collect();
        parts.map(|parts| parts.join("\u{1f}"))
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
