//! The windows of one group: where the condition holds, and what of it is one burst.
//!
//! A count with only a lower bound slides: each event ends a window of the time span. A count with an
//! upper bound would hold for a part of any larger burst, so there the windows begin at the first event
//! that no earlier window holds.

use std::collections::BTreeMap;

use super::{Burst, Entry, passes};
use crate::finding::store::Text;
use crate::pack::{Correlation, CorrelationKind, Occurrence, link};
use crate::sigma::correlation::Order;

/// A range of entries that belongs to a hit: first, last, and where the condition first held.
#[derive(Debug, Clone, Copy)]
struct Range {
    first: usize,
    last: usize,
    held: usize,
}

/// What stands in a window: how often each value and each rule.
#[derive(Debug, Default)]
struct Content {
    count: usize,
    values: BTreeMap<Text, usize>,
    rules: BTreeMap<usize, usize>,
}

impl Content {
    fn add(&mut self, entry: &Entry) {
        self.count += 1;
        *self.rules.entry(entry.rule).or_default() += 1;
        if let Some(value) = entry.value {
            *self.values.entry(value).or_default() += 1;
        }
    }

    fn remove(&mut self, entry: &Entry) {
        self.count = self.count.saturating_sub(1);
        decrease(&mut self.rules, &entry.rule);
        if let Some(value) = entry.value {
            decrease(&mut self.values, &value);
        }
    }

    fn holds(&self, correlation: &Correlation) -> bool {
        match &correlation.kind {
            CorrelationKind::EventCount(comparisons) => passes(self.count, comparisons),
            CorrelationKind::ValueCount(_, comparisons) => passes(self.values.len(), comparisons),
            CorrelationKind::Temporal(Occurrence::Every) => {
                self.rules.len() == correlation.rules.len()
            }
            CorrelationKind::Temporal(Occurrence::Count(comparisons)) => {
                passes(self.rules.len(), comparisons)
            }
            CorrelationKind::Temporal(Occurrence::Condition(condition)) => {
                link::holds(condition, &|position| self.rules.contains_key(&position))
            }
            CorrelationKind::TemporalOrdered => false,
        }
    }
}

fn decrease<K: Ord>(counts: &mut BTreeMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// The bursts among the entries of one group, which are in order of time.
pub(super) fn bursts(correlation: &Correlation, entries: &[Entry]) -> Vec<Burst<()>> {
    let ranges = match &correlation.kind {
        CorrelationKind::TemporalOrdered => ordered(correlation, entries),
        CorrelationKind::EventCount(comparisons) | CorrelationKind::ValueCount(_, comparisons)
            if comparisons
                .iter()
                .any(|(order, _)| !matches!(order, Order::Greater | Order::GreaterOrEqual)) =>
        {
            anchored(correlation, entries)
        }
        _ => sliding(correlation, entries),
    };
    merged(ranges)
        .into_iter()
        .map(|range| {
            let inside = entries.get(range.first..=range.last).unwrap_or_default();
            let facts = |entry: &Entry| std::iter::once(entry.fact).chain(entry.more.clone());
            let mut members: Vec<u32> = inside.iter().flat_map(facts).collect();
            members.sort_unstable();
            members.dedup();
            let held = entries.get(range.held..=range.last).unwrap_or_default();
            let held = held
                .iter()
                .map(|entry| (entry.time, entry.happening, entry.fact))
                .collect();
            Burst {
                group: (),
                members,
                held,
            }
        })
        .collect()
}

/// Overlapping ranges as one.
fn merged(ranges: Vec<Range>) -> Vec<Range> {
    let mut found: Vec<Range> = Vec::new();
    for range in ranges {
        match found.last_mut() {
            Some(last) if range.first <= last.last => last.last = last.last.max(range.last),
            _ => found.push(range),
        }
    }
    found
}

fn sliding(correlation: &Correlation, entries: &[Entry]) -> Vec<Range> {
    let mut found = Vec::new();
    let mut content = Content::default();
    let mut first = 0;
    for (last, entry) in entries.iter().enumerate() {
        content.add(entry);
        while let Some(oldest) = entries.get(first)
            && first < last
            && entry.time.micros().saturating_sub(oldest.time.micros()) > correlation.span
        {
            content.remove(oldest);
            first += 1;
        }
        if content.holds(correlation) {
            found.push(Range {
                first,
                last,
                held: last,
            });
        }
    }
    found
}

fn anchored(correlation: &Correlation, entries: &[Entry]) -> Vec<Range> {
    let mut found = Vec::new();
    let mut first = 0;
    while let Some(start) = entries.get(first) {
        let end = start.time.micros().saturating_add(correlation.span);
        let rest = entries.get(first..).unwrap_or_default();
        let length = rest
            .partition_point(|entry| entry.time.micros() <= end)
            .max(1);
        let mut content = Content::default();
        rest.iter()
            .take(length)
            .for_each(|entry| content.add(entry));
        if content.holds(correlation) {
            let last = first + length - 1;
            found.push(Range {
                first,
                last,
                held: last,
            });
        }
        first += length;
    }
    found
}

/// For each position in the order the latest start of a chain that reaches it: an event of the last
/// rule completes a hit where its chain began within the span.
fn ordered(correlation: &Correlation, entries: &[Entry]) -> Vec<Range> {
    let steps = correlation.rules.len();
    let mut starts: Vec<Option<usize>> = vec![None; steps];
    let mut found = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let start = match entry.rule.checked_sub(1) {
            None => Some(at),
            Some(before) => starts.get(before).copied().flatten(),
        };
        let Some(start) = start else { continue };
        if let Some(place) = starts.get_mut(entry.rule) {
            *place = Some(place.map_or(start, |known: usize| known.max(start)));
        }
        let began = entries.get(start).map_or(entry.time, |first| first.time);
        let within = entry.time.micros().saturating_sub(began.micros()) <= correlation.span;
        if entry.rule + 1 == steps && within {
            found.push(Range {
                first: start,
                last: at,
                held: at,
            });
        }
    }
    // A later start may complete before an earlier one: order by first entry for merging.
    found.sort_by_key(|range| (range.first, range.last));
    found
}
