//! References between rules: filters are folded in, correlations find their base rules.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Pending, PendingFilter, refers};
use super::{
    Alerting, Correlation, CorrelationKind, FailedRule, Occurrence, Rule, RuleIndex, RuleKind,
};
use crate::error::RuleError;
use crate::expr;
use crate::ir::{Check, Expr, Field, Pattern, Test};
use crate::mapping::Mappings;
use crate::sigma::condition::Condition;
use crate::sigma::correlation::{Generate, Kind, When};
use crate::taxonomy;

/// Folds filters into the rules that they narrow.
pub(super) fn filters(
    rules: &mut [Rule],
    failed: &mut Vec<FailedRule>,
    filters: Vec<(PendingFilter, Vec<usize>)>,
) {
    for (filter, meant) in filters {
        if meant.is_empty() {
            failed.push(FailedRule {
                path: filter.path.clone(),
                id: filter.path,
                title: filter.title,
                reason: RuleError::Reference(filter.rules.join(", ")),
            });
            continue;
        }
        for index in meant {
            if let Some(rule) = rules.get_mut(index)
                && let RuleKind::Predicate(predicate) = &mut rule.kind
            {
                let whole = expr::all([predicate.clone(), filter.expr.clone()]);
                *predicate = whole;
            }
        }
    }
}

/// Completes the correlations, those that refer to other correlations after these.
pub(super) fn correlations(
    rules: &mut Vec<Rule>,
    failed: &mut Vec<FailedRule>,
    mut pending: Vec<Pending>,
    mappings: &Mappings,
) {
    let mut silent: BTreeSet<RuleIndex> = BTreeSet::new();
    let mut loud: BTreeSet<RuleIndex> = BTreeSet::new();
    loop {
        let mut waiting = Vec::new();
        let before = pending.len();
        for one in pending {
            match complete(&one, rules, mappings) {
                Ok(correlation) => {
                    let into = if one.correlation.generate == Generate::Yes {
                        &mut loud
                    } else {
                        &mut silent
                    };
                    into.extend(correlation.rules.iter().copied());
                    let mut rule = one.rule;
                    rule.kind = RuleKind::Correlation(correlation);
                    rules.push(rule);
                }
                Err(reason) => waiting.push((one, reason)),
            }
        }
        if waiting.is_empty() || waiting.len() == before {
            for (one, reason) in waiting {
                failed.push(FailedRule {
                    path: one.rule.file.clone(),
                    id: one.rule.sigma_id.clone().unwrap_or(one.rule.id),
                    title: one.rule.title,
                    reason,
                });
            }
            break;
        }
        pending = waiting.into_iter().map(|(one, _)| one).collect();
    }
    for index in silent.difference(&loud) {
        if let Some(rule) = rules.get_mut(index.0) {
            rule.alerting = Alerting::Base;
        }
    }
}

fn complete(
    pending: &Pending,
    rules: &[Rule],
    mappings: &Mappings,
) -> Result<Correlation, RuleError> {
    let wanted = &pending.correlation;
    let mut found = Vec::new();
    for reference in &wanted.rules {
        let index = meant(rules, &pending.rule.file, reference)
            .ok_or_else(|| RuleError::Reference(reference.clone()))?;
        found.push(RuleIndex(index));
    }
    let bases = bases(rules, &found);
    let mut group_by = BTreeMap::new();
    for base in &bases {
        let fields = wanted
            .group_by
            .iter()
            .map(|name| field(pending, rules, *base, name, mappings))
            .collect::<Result<Vec<_>, _>>()?;
        group_by.insert(*base, fields);
    }
    let kind = match (&wanted.kind, &wanted.when) {
        (Kind::EventCount, When::Count(comparisons)) => {
            CorrelationKind::EventCount(comparisons.clone())
        }
        (Kind::ValueCount(names), When::Count(comparisons)) => {
            let mut values = BTreeMap::new();
            for base in &bases {
                let fields = names
                    .iter()
                    .map(|name| field(pending, rules, *base, name, mappings))
                    .collect::<Result<Vec<_>, _>>()?;
                values.insert(*base, fields);
            }
            CorrelationKind::ValueCount(values, comparisons.clone())
        }
        (Kind::Temporal, When::Every) => CorrelationKind::Temporal(Occurrence::Every),
        (Kind::Temporal, When::Count(comparisons)) => {
            CorrelationKind::Temporal(Occurrence::Count(comparisons.clone()))
        }
        (Kind::Temporal, When::Rules(condition)) => {
            CorrelationKind::Temporal(Occurrence::Condition(occurred(condition, &wanted.rules)?))
        }
        (Kind::TemporalOrdered, When::Every) => CorrelationKind::TemporalOrdered,
        (Kind::TemporalOrdered, When::Rules(condition)) if names_all(condition, &wanted.rules) => {
            CorrelationKind::TemporalOrdered
        }
        _ => {
            return Err(RuleError::key(
                "correlation.condition",
                "does not go with this type",
            ));
        }
    };
    Ok(Correlation {
        kind,
        rules: found,
        group_by,
        span: wanted.span.saturating_mul(1_000_000),
    })
}

/// The rule that a reference means; one of the same file comes first, because short names repeat.
fn meant(rules: &[Rule], file: &str, reference: &str) -> Option<usize> {
    let in_file = rules
        .iter()
        .position(|rule| rule.file == file && refers(rule, reference) && rule.file != *reference);
    in_file.or_else(|| rules.iter().position(|rule| refers(rule, reference)))
}

/// The predicates below rules.
fn bases(rules: &[Rule], roots: &[RuleIndex]) -> BTreeSet<RuleIndex> {
    let mut found = BTreeSet::new();
    let mut open: Vec<RuleIndex> = roots.to_vec();
    while let Some(index) = open.pop() {
        match rules.get(index.0).map(|rule| &rule.kind) {
            Some(RuleKind::Predicate(_)) => {
                found.insert(index);
            }
            Some(RuleKind::Correlation(correlation)) => {
                open.extend(correlation.rules.iter().copied());
            }
            None => {}
        }
    }
    found
}

/// The fields that a name means in the records of a base rule: through an alias, in the taxonomy of that
/// rule's log source, or in our own.
fn field(
    pending: &Pending,
    rules: &[Rule],
    base: RuleIndex,
    name: &str,
    mappings: &Mappings,
) -> Result<Vec<Field>, RuleError> {
    let rule = rules
        .get(base.0)
        .ok_or_else(|| RuleError::Reference(name.to_owned()))?;
    let mut name = name.to_owned();
    if let Some(by_rule) = pending.correlation.aliases.get(&name) {
        name = by_rule
            .iter()
            .find(|(reference, _)| refers(rule, reference))
            .map(|(_, field)| field.clone())
            .ok_or_else(|| {
                RuleError::key(
                    "correlation.aliases",
                    format!("`{name}` says nothing of rule `{}`", rule.id),
                )
            })?;
    }
    if let Some(fields) = rule.fields.get(&name).filter(|fields| !fields.is_empty()) {
        return Ok(fields.clone());
    }
    if let Some(fields) = taxonomy::fields(&name) {
        return Ok(fields);
    }
    let known = mappings.any_field(&name);
    if known.is_empty() {
        Err(RuleError::Field(name))
    } else {
        Ok(known)
    }
}

/// A condition over rule names as one over positions: the column of the record stands for "occurred".
fn occurred(condition: &Condition, names: &[String]) -> Result<Expr, RuleError> {
    let searches: BTreeMap<String, Expr> = names
        .iter()
        .enumerate()
        .map(|(position, name)| (name.clone(), position_test(position)))
        .collect();
    crate::compile::condition(condition, &searches)
}

/// A stand-in test that names a position; only [`holds`] reads it.
fn position_test(position: usize) -> Expr {
    expr::test(
        Field::Raw(vec![position.to_string()]),
        Check::Matches {
            patterns: vec![Pattern::Exact(String::new())],
            cased: true,
        },
    )
}

/// Whether a condition over positions holds for those that occurred.
pub(crate) fn holds(condition: &Expr, occurred: &dyn Fn(usize) -> bool) -> bool {
    match condition {
        Expr::Const(value) => *value,
        Expr::All(parts) => parts.iter().all(|part| holds(part, occurred)),
        Expr::Any(parts) => parts.iter().any(|part| holds(part, occurred)),
        Expr::Not(inner) => !holds(inner, occurred),
        Expr::Test(_) => position(condition).is_some_and(occurred),
    }
}

/// The position that a stand-in test names.
pub(crate) fn position(test: &Expr) -> Option<usize> {
    match test {
        Expr::Test(Test {
            field: Field::Raw(path),
            ..
        }) => path.first().and_then(|text| text.parse().ok()),
        _ => None,
    }
}

/// Whether a condition says nothing but that all rules occurred.
fn names_all(condition: &Condition, names: &[String]) -> bool {
    match condition {
        Condition::All(parts) => {
            parts.len() == names.len()
                && parts
                    .iter()
                    .all(|part| matches!(part, Condition::Name(name) if names.contains(name)))
        }
        Condition::Name(name) => names.len() == 1 && names.contains(name),
        _ => false,
    }
}
