//! Which hits of a rule that waits can matter at all.
//!
//! Ordinary acts are a step of many correlations, so that a rule may have a hit on every sixth record of
//! which nearly none stands beside the rare step. Such a rule waits: its hits are only counted, and when the
//! rarer steps are known, those are asked for whose group a correlation can still hold for. What is asked
//! for may be more than what matters, never less; so the answer stays that of all hits.
//!
//! A rule may wait where more hits can never take a burst away: counts with a lower bound, rules close in
//! time or in order. A condition with a negation, or a count with an upper bound, needs every hit.

use std::collections::{BTreeMap, BTreeSet};

use super::{Burst, Correlator, passes};
use crate::expr;
use crate::finding::store::{Artefacts, Fact};
use crate::ir::{Check, Expr, Field, Pattern};
use crate::pack::{Correlation, CorrelationKind, Occurrence, RuleIndex, RuleKind, RulePack};
use crate::sigma::correlation::Order;

/// How hits of a rule are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The rule.
    pub rule: RuleIndex,
    /// The parts of the key: of each the first value among its fields that is not empty, in lower case. A
    /// record that lacks one is not counted.
    pub by: Vec<Vec<Field>>,
    /// Microseconds of a stretch of time; stretches are counted from the epoch.
    pub stretch: i64,
}

/// Hits of rules that wait, where they are kept.
pub trait Waiting {
    /// What can go wrong.
    type Error;

    /// Counts hits; `on` gets the place in the list, the key, its parts joined by U+001F, the number of the
    /// stretch, and how many records lie in it.
    ///
    /// # Errors
    /// When they cannot be read.
    fn count(
        &mut self,
        counts: &[Count],
        on: &mut dyn FnMut(usize, &str, i64, u64),
    ) -> Result<(), Self::Error>;

    /// Gives the hits of each rule whose records meet the expression beside it.
    ///
    /// # Errors
    /// When they cannot be read.
    fn hits(
        &mut self,
        wanted: &[(RuleIndex, Expr)],
        on: &mut dyn FnMut(RuleIndex, &crate::Hit<'_>),
    ) -> Result<(), Self::Error>;
}

/// Groups of a correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Groups {
    /// Nothing rules one out.
    All,
    /// These alone.
    These(BTreeSet<String>),
}

impl Groups {
    fn none() -> Self {
        Self::These(BTreeSet::new())
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, other) | (other, Self::All) => other,
            (Self::These(a), Self::These(b)) => Self::These(a.intersection(&b).cloned().collect()),
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::These(mut a), Self::These(b)) => {
                a.extend(b);
                Self::These(a)
            }
        }
    }
}

/// Rules whose hits are not known yet, with their number.
pub(crate) type Open = BTreeMap<RuleIndex, u64>;

/// Groups that counts can hold for, by correlation.
#[derive(Debug, Default)]
pub(crate) struct Reach(BTreeMap<RuleIndex, Groups>);

/// What is known besides the hits in the correlator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) pack: &'a RulePack,
    pub(crate) facts: &'a [Fact],
    pub(crate) artefacts: &'a Artefacts,
}

impl Correlator {
    /// Whether the hits of a base rule may wait for those of others.
    pub(crate) fn may_wait(&self, pack: &RulePack, rule: RuleIndex) -> bool {
        let mut above = self.correlations(pack, rule).peekable();
        above.peek().is_some()
            && above.all(|(_, correlation)| {
                let takes_it = correlation.rules.contains(&rule);
                let fields = correlation.group_by.get(&rule).into_iter().flatten();
                let is_columnar = |field: &Field| !matches!(field, Field::Raw(_) | Field::Text);
                fields.flatten().all(is_columnar)
                    && (!takes_it || only_grows(correlation))
                    && (!is_over_others(pack, correlation) || has_one_key(correlation))
            })
    }

    /// The counts that say which groups the counting correlations can hold for.
    pub(crate) fn counts(&self, pack: &RulePack, open: &Open) -> Vec<(RuleIndex, Count)> {
        let mut counts = Vec::new();
        for (index, correlation) in countings(pack) {
            for rule in correlation
                .rules
                .iter()
                .filter(|rule| open.contains_key(rule))
            {
                counts.push((
                    index,
                    Count {
                        rule: *rule,
                        by: correlation.group_by.get(rule).cloned().unwrap_or_default(),
                        stretch: correlation.span.max(1),
                    },
                ));
            }
        }
        counts
    }

    /// The groups that the counts leave: those where two neighbouring stretches, which hold any window, have
    /// enough. Records that tell one happening count once in a window and more often here.
    pub(crate) fn reach(
        &self,
        seen: Seen<'_>,
        mut counted: BTreeMap<RuleIndex, Stretches>,
    ) -> Reach {
        let mut reach = BTreeMap::new();
        for (index, correlation) in countings(seen.pack) {
            let mut stretches = counted.remove(&index).unwrap_or_default();
            for keyed in self.keys.get(&index).into_iter().flatten() {
                let times = correlation.rules.iter();
                let times = times.filter(|rule| u32::try_from(rule.0) == Ok(keyed.rule));
                if let Some(fact) = seen.facts.get(keyed.fact as usize) {
                    let stretch = fact.time.micros().div_euclid(correlation.span.max(1));
                    let group = self.texts.text(keyed.group);
                    stretches.add(group, stretch, times.count() as u64);
                }
            }
            let (CorrelationKind::EventCount(comparisons)
            | CorrelationKind::ValueCount(_, comparisons)) = &correlation.kind
            else {
                continue;
            };
            let holds =
                |count: u64| passes(usize::try_from(count).unwrap_or(usize::MAX), comparisons);
            reach.insert(index, Groups::These(stretches.where_two(&holds)));
        }
        Reach(reach)
    }

    /// The rules of which hits are asked for next: those that wait for nobody rarer.
    pub(crate) fn next(&self, pack: &RulePack, open: &Open) -> Vec<RuleIndex> {
        let ready: Vec<RuleIndex> = open
            .keys()
            .copied()
            .filter(|rule| {
                let mut above = self.correlations(pack, *rule);
                above.all(|(_, correlation)| {
                    !correlation.rules.contains(rule) || !waits(pack, correlation, (*rule, open))
                })
            })
            .collect();
        if !ready.is_empty() {
            return ready;
        }
        // Two that wait for each other: the rarer begins.
        let rarest = open.iter().min_by_key(|(rule, count)| (**count, **rule));
        rarest.map(|(rule, _)| *rule).into_iter().collect()
    }

    /// What records that a rule hits must meet to matter.
    pub(crate) fn wanted(
        &self,
        seen: Seen<'_>,
        rule: RuleIndex,
        (open, reach): (&Open, &Reach),
    ) -> Expr {
        let mut parts = Vec::new();
        for (index, correlation) in self.correlations(seen.pack, rule) {
            if !correlation.rules.contains(&rule) {
                continue;
            }
            let groups = match reach.0.get(&index) {
                Some(groups) => groups.clone(),
                None => self.possible(seen, (index, correlation), (rule, open)),
            };
            let fields = correlation
                .group_by
                .get(&rule)
                .map_or(&[][..], Vec::as_slice);
            parts.push(in_groups(fields, &groups));
        }
        expr::any(parts)
    }

    /// The groups that a correlation in time can hold for, a rule taken as met everywhere.
    fn possible(
        &self,
        seen: Seen<'_>,
        (index, correlation): (RuleIndex, &Correlation),
        (rule, open): (RuleIndex, &Open),
    ) -> Groups {
        let of = |position: usize| match correlation.rules.get(position) {
            Some(step) if *step != rule => self.groups_of(seen, (index, *step), open),
            _ => Groups::All,
        };
        match &correlation.kind {
            CorrelationKind::Temporal(Occurrence::Every) | CorrelationKind::TemporalOrdered => {
                let steps = 0..correlation.rules.len();
                steps.map(of).fold(Groups::All, Groups::and)
            }
            CorrelationKind::Temporal(Occurrence::Condition(condition)) => {
                where_holds(condition, &of)
            }
            CorrelationKind::Temporal(Occurrence::Count(_))
            | CorrelationKind::EventCount(_)
            | CorrelationKind::ValueCount(_, _) => Groups::All,
        }
    }

    /// The groups of a correlation in which a step of it was seen.
    fn groups_of(
        &self,
        seen: Seen<'_>,
        (index, step): (RuleIndex, RuleIndex),
        open: &Open,
    ) -> Groups {
        let mut keys = self.keys.get(&index).cloned().unwrap_or_default();
        match seen.pack.rule(step).map(|rule| &rule.kind) {
            Some(RuleKind::Predicate(_)) if open.contains_key(&step) => Groups::All,
            Some(RuleKind::Predicate(_)) => {
                let hit = keys
                    .iter()
                    .filter(|keyed| u32::try_from(step.0) == Ok(keyed.rule));
                let groups: BTreeSet<_> = hit.map(|keyed| keyed.group).collect();
                let text = |group| self.texts.text(group).to_owned();
                Groups::These(groups.into_iter().map(text).collect())
            }
            Some(RuleKind::Correlation(inner)) => {
                if inner.group_by.keys().any(|base| open.contains_key(base)) {
                    return Groups::All;
                }
                let mut bursts = BTreeMap::new();
                self.bursts_below(seen, step, &mut bursts);
                keys.sort_unstable_by_key(|keyed| (keyed.fact, keyed.rule));
                let held = bursts.get(&step).into_iter().flatten();
                let groups: BTreeSet<_> = held
                    .flat_map(|burst: &Burst<String>| &burst.held)
                    .filter_map(|(_, _, fact)| super::key_of(&keys, *fact, None))
                    .map(|keyed| keyed.group)
                    .collect();
                let text = |group| self.texts.text(group).to_owned();
                Groups::These(groups.into_iter().map(text).collect())
            }
            None => Groups::none(),
        }
    }

    /// The bursts of a correlation and of those below it.
    fn bursts_below(
        &self,
        seen: Seen<'_>,
        index: RuleIndex,
        bursts: &mut BTreeMap<RuleIndex, Vec<Burst<String>>>,
    ) {
        let Some(RuleKind::Correlation(correlation)) = seen.pack.rule(index).map(|rule| &rule.kind)
        else {
            return;
        };
        for step in &correlation.rules {
            self.bursts_below(seen, *step, bursts);
        }
        let keys = self.keys.get(&index).cloned().unwrap_or_default();
        let found = self.bursts((correlation, keys), (seen.facts, seen.artefacts), bursts);
        bursts.insert(index, found);
    }
}

/// How many records lie in each stretch of time, by group.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stretches(BTreeMap<String, BTreeMap<i64, u64>>);

impl Stretches {
    pub(crate) fn add(&mut self, group: &str, stretch: i64, count: u64) {
        let counts = match self.0.get_mut(group) {
            Some(counts) => counts,
            None => self.0.entry(group.to_owned()).or_default(),
        };
        *counts.entry(stretch).or_default() += count;
    }

    /// The groups in which the sum of two neighbouring stretches passes.
    fn where_two(self, passes: &dyn Fn(u64) -> bool) -> BTreeSet<String> {
        let holds = |counts: &BTreeMap<i64, u64>| {
            counts.iter().any(|(stretch, count)| {
                let next = stretch.checked_add(1).and_then(|next| counts.get(&next));
                passes(count + next.copied().unwrap_or(0))
            })
        };
        let passing = self.0.into_iter().filter(|(_, counts)| holds(counts));
        passing.map(|(group, _)| group).collect()
    }
}

/// The correlations that count hits of base rules alone.
fn countings(pack: &RulePack) -> impl Iterator<Item = (RuleIndex, &Correlation)> {
    pack.rules
        .iter()
        .enumerate()
        .filter_map(|(index, rule)| match &rule.kind {
            RuleKind::Correlation(correlation) => Some((RuleIndex(index), correlation)),
            RuleKind::Predicate(_) => None,
        })
        .filter(|(_, correlation)| {
            let counts = matches!(
                correlation.kind,
                CorrelationKind::EventCount(_) | CorrelationKind::ValueCount(_, _)
            );
            counts && only_grows(correlation) && !is_over_others(pack, correlation)
        })
}

/// Whether more hits never take a burst away.
fn only_grows(correlation: &Correlation) -> bool {
    let lower = |comparisons: &[(Order, f64)]| {
        let is_lower = |order: &Order| matches!(order, Order::Greater | Order::GreaterOrEqual);
        comparisons.iter().all(|(order, _)| is_lower(order))
    };
    match &correlation.kind {
        CorrelationKind::EventCount(comparisons)
        | CorrelationKind::ValueCount(_, comparisons)
        | CorrelationKind::Temporal(Occurrence::Count(comparisons)) => lower(comparisons),
        CorrelationKind::Temporal(Occurrence::Condition(condition)) => !negates(condition),
        CorrelationKind::Temporal(Occurrence::Every) | CorrelationKind::TemporalOrdered => true,
    }
}

fn negates(condition: &Expr) -> bool {
    match condition {
        Expr::Not(_) => true,
        Expr::All(parts) | Expr::Any(parts) => parts.iter().any(negates),
        Expr::Const(_) | Expr::Test(_) => false,
    }
}

/// Whether a step is a correlation itself.
fn is_over_others(pack: &RulePack, correlation: &Correlation) -> bool {
    correlation.rules.iter().any(|step| {
        let kind = pack.rule(*step).map(|rule| &rule.kind);
        matches!(kind, Some(RuleKind::Correlation(_)))
    })
}

/// Whether every base rule names the same fields, so that a record has one key whichever of them hit it.
fn has_one_key(correlation: &Correlation) -> bool {
    let mut fields = correlation.group_by.values();
    let first = fields.next();
    fields.all(|fields| Some(fields) == first)
}

/// Whether a rule waits for a step of a correlation: one that is rarer, or any behind another correlation.
fn waits(pack: &RulePack, correlation: &Correlation, (rule, open): (RuleIndex, &Open)) -> bool {
    if matches!(
        correlation.kind,
        CorrelationKind::EventCount(_) | CorrelationKind::ValueCount(_, _)
    ) {
        return false;
    }
    let own = (open.get(&rule).copied().unwrap_or(0), rule);
    correlation
        .rules
        .iter()
        .any(|step| match pack.rule(*step).map(|rule| &rule.kind) {
            Some(RuleKind::Predicate(_)) => {
                open.get(step).is_some_and(|count| (*count, *step) < own)
            }
            Some(RuleKind::Correlation(inner)) => {
                let mut below = inner.group_by.keys();
                below.any(|base| *base != rule && open.contains_key(base))
            }
            None => false,
        })
}

/// The groups for which a condition without a negation holds, where those of each position are known.
fn where_holds(condition: &Expr, of: &dyn Fn(usize) -> Groups) -> Groups {
    match condition {
        Expr::Const(true) | Expr::Not(_) => Groups::All,
        Expr::Const(false) => Groups::none(),
        Expr::All(parts) => {
            let parts = parts.iter().map(|part| where_holds(part, of));
            parts.fold(Groups::All, Groups::and)
        }
        Expr::Any(parts) => {
            let parts = parts.iter().map(|part| where_holds(part, of));
            parts.fold(Groups::none(), Groups::or)
        }
        Expr::Test(_) => crate::pack::link::position(condition).map_or(Groups::none(), of),
    }
}

/// What a record must meet to lie in one of the groups; a record of none may meet it, too.
fn in_groups(fields: &[Vec<Field>], groups: &Groups) -> Expr {
    let Groups::These(groups) = groups else {
        return Expr::Const(true);
    };
    if groups.is_empty() {
        return Expr::Const(false);
    }
    if fields.is_empty() {
        return Expr::Const(true);
    }
    let mut values: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); fields.len()];
    for group in groups {
        // A value that holds the separator itself cannot be told apart.
        if group.split(super::BETWEEN).count() != fields.len() {
            return Expr::Const(true);
        }
        for (value, values) in group.split(super::BETWEEN).zip(&mut values) {
            values.insert(value);
        }
    }
    expr::all(fields.iter().zip(values).map(|(fields, values)| {
        let exact = |value: &str| Pattern::Exact(value.to_owned());
        let patterns: Vec<Pattern> = values.into_iter().map(exact).collect();
        expr::any(fields.iter().map(|field| {
            let patterns = patterns.clone();
            let check = Check::Matches {
                patterns,
                cased: false,
            };
            expr::test(field.clone(), check)
        }))
    }))
}
