//! Whether a rule can fire on a body of evidence. A rule that cannot looks like a clean tenant.
//!
//! Takes a rule and the inventory of the evidence and says how it runs: over columns alone, over raw
//! records (slower), or not at all because no record has what it asks for.

use std::collections::BTreeSet;

use hourzero_model::{Column, Log};

use crate::evaluate::matches;
use crate::expr;
use crate::inventory::{Inventory, LogInventory};
use crate::ir::{Check, Expr, Field, Test};
use crate::pack::{CorrelationKind, Occurrence, Rule, RuleIndex, RuleKind, RulePack};

/// How a rule runs on a body of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Live {
    /// Over columns alone.
    Columnar,
    /// Raw records are read: slower.
    Raw,
    /// It cannot fire.
    Dead,
}

impl Live {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Columnar => "columnar",
            Self::Raw => "raw",
            Self::Dead => "dead",
        }
    }
}

/// How a rule runs, and what it asks for in vain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liveness {
    /// How it runs.
    pub live: Live,
    /// Fields, as the rule names them, that no record of the logs it means has; `logsource` where no
    /// record is of those logs.
    pub dead_fields: Vec<String>,
}

/// The liveness of a rule of a pack.
pub fn liveness(pack: &RulePack, rule: RuleIndex, inventory: &Inventory) -> Liveness {
    let dead = || Liveness {
        live: Live::Dead,
        dead_fields: vec!["logsource".to_owned()],
    };
    let Some(of) = pack.rule(rule) else {
        return dead();
    };
    match &of.kind {
        RuleKind::Predicate(predicate) => of_predicate(of, predicate, inventory),
        RuleKind::Correlation(correlation) => {
            let below: Vec<Liveness> = correlation
                .rules
                .iter()
                .map(|base| liveness(pack, *base, inventory))
                .collect();
            let needs_all = matches!(
                correlation.kind,
                CorrelationKind::TemporalOrdered | CorrelationKind::Temporal(Occurrence::Every)
            );
            let is_dead = |one: &&Liveness| one.live == Live::Dead;
            let live = if needs_all && below.iter().any(|one| one.live == Live::Dead) {
                Live::Dead
            } else {
                below
                    .iter()
                    .filter(|one| !is_dead(one))
                    .map(|one| one.live)
                    .max()
                    .unwrap_or(Live::Dead)
            };
            let fields: BTreeSet<String> =
                below.into_iter().flat_map(|one| one.dead_fields).collect();
            Liveness {
                live,
                dead_fields: fields.into_iter().collect(),
            }
        }
    }
}

/// How a lone predicate runs on a body of evidence: what the evidence lacks is taken out of it.
pub fn pruned(predicate: &Expr, inventory: &Inventory) -> Expr {
    expr::any(
        inventory
            .logs
            .iter()
            .filter(|(_, held)| held.records > 0)
            .filter_map(|(log, held)| {
                let left = specialised(predicate, *log, held);
                (left != Expr::Const(false)).then(|| expr::all([source_is(*log), left]))
            }),
    )
}

fn source_is(log: Log) -> Expr {
    expr::test(
        Field::Column(Column::Source),
        Check::Matches {
            patterns: vec![crate::ir::Pattern::Exact(log.name().to_owned())],
            cased: false,
        },
    )
}

fn of_predicate(rule: &Rule, predicate: &Expr, inventory: &Inventory) -> Liveness {
    let mut live = Live::Dead;
    let mut meant: Vec<&LogInventory> = Vec::new();
    for (log, held) in inventory.logs.iter().filter(|(_, held)| held.records > 0) {
        if only_source(predicate, *log) == Expr::Const(false) {
            continue;
        }
        meant.push(held);
        let left = specialised(predicate, *log, held);
        let here = match (&left, left.is_columnar()) {
            (Expr::Const(false), _) => Live::Dead,
            (_, true) => Live::Columnar,
            (_, false) => Live::Raw,
        };
        live = match (live, here) {
            (Live::Dead, other) | (other, Live::Dead) => other,
            (one, other) => one.max(other),
        };
    }
    if meant.is_empty() {
        return Liveness {
            live,
            dead_fields: vec!["logsource".to_owned()],
        };
    }
    let is_held = |field: &Field| meant.iter().any(|held| held.has(field));
    let dead_fields = rule
        .fields
        .iter()
        .filter(|(_, targets)| !targets.is_empty() && !targets.iter().any(is_held))
        .map(|(name, _)| name.clone())
        .collect();
    Liveness { live, dead_fields }
}

/// The predicate with its tests on the log decided.
fn only_source(predicate: &Expr, log: Log) -> Expr {
    expr::map(predicate, &mut |test| {
        decided(test, log).unwrap_or_else(|| Expr::Test(test.clone()))
    })
}

/// The predicate on the records of a log, with what they lack taken out.
fn specialised(predicate: &Expr, log: Log, held: &LogInventory) -> Expr {
    expr::map(predicate, &mut |test| {
        if let Some(answer) = decided(test, log) {
            return answer;
        }
        if held.has(&test.field) {
            return Expr::Test(test.clone());
        }
        Expr::Const(test.check == Check::Absent)
    })
}

/// The answer of a test on the log itself.
fn decided(test: &Test, log: Log) -> Option<Expr> {
    match (&test.field, &test.check) {
        (Field::Column(Column::Source), Check::Matches { patterns, .. }) => Some(Expr::Const(
            patterns.iter().any(|pattern| matches(pattern, log.name())),
        )),
        _ => None,
    }
}

/// Short literals of which at least one stands in the raw text of any record that meets the expression,
/// in lower case; `None` where nothing can be said. They hold only characters that every export writes
/// as they are, so that a search over raw bytes without case finds them.
pub fn raw_literals(predicate: &Expr) -> Option<Vec<String>> {
    match predicate {
        Expr::Const(false) => Some(Vec::new()),
        Expr::Const(true) | Expr::Not(_) => None,
        Expr::All(parts) => parts
            .iter()
            .filter_map(raw_literals)
            .max_by_key(|literals| literals.iter().map(String::len).min().unwrap_or(usize::MAX)),
        Expr::Any(parts) => {
            let each: Option<Vec<Vec<String>>> = parts.iter().map(raw_literals).collect();
            each.map(|lists| lists.concat())
        }
        Expr::Test(test) => match (&test.field, &test.check) {
            (Field::Raw(_) | Field::Text, Check::Matches { patterns, .. }) => {
                patterns.iter().map(literal).collect()
            }
            _ => None,
        },
    }
}

/// The longest run of plain characters in a pattern.
fn literal(pattern: &crate::ir::Pattern) -> Option<String> {
    use crate::ir::{Pattern, Piece};
    let texts: Vec<&str> = match pattern {
        Pattern::Exact(text)
        | Pattern::Prefix(text)
        | Pattern::Suffix(text)
        | Pattern::Contains(text) => vec![text],
        Pattern::Glob(pieces) => pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Literal(text) => Some(text.as_str()),
                Piece::One | Piece::Many => None,
            })
            .collect(),
    };
    texts
        .iter()
        .flat_map(|text| {
            text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ')))
        })
        .map(|run| run.trim().to_ascii_lowercase())
        .max_by_key(String::len)
        .filter(|run| run.len() >= 3)
}
