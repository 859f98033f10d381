//! The meaning of an expression, spelt out plainly: the reference that any engine is held to.
//!
//! Takes an expression and one record, with the raw record where the expression looks at it. Without
//! it raw paths and keywords have no value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

use hourzero_model::{Record, canonical_ip};
use regex::Regex;
use serde_json::Value;

use crate::compile::REGEX_SIZE_LIMIT;
use crate::ir::{Check, Comparison, Expr, Field, Pattern, Piece, Side, Test};

/// Text that holds JSON is entered so many times below each other.
const NESTED_JSON_LIMIT: usize = 4;
/// Keys under which transports put the record itself: Purview and `Search-UnifiedAuditLog`, the hunting
/// tables, diagnostic settings.
pub(crate) const WRAPPERS: [&str; 3] = ["AuditData", "RawEventData", "properties"];

/// A record as received.
#[derive(Debug, Clone, Copy)]
pub struct RawRecord<'a> {
    /// As a value: the JSON itself, or the row of a table as an object by its header.
    pub value: &'a Value,
    /// As text.
    pub text: &'a str,
}

/// An expression made ready for many records: its regular expressions are compiled once.
#[derive(Debug, Clone)]
pub struct Evaluator {
    expr: Expr,
    regexes: BTreeMap<String, Option<Regex>>,
}

/// Whether the record meets the expression.
pub fn evaluate(expr: &Expr, record: &Record, raw: Option<RawRecord<'_>>) -> bool {
    Evaluator::new(expr).holds(record, raw)
}

impl Evaluator {
    /// Makes an expression ready. A regular expression that cannot be compiled matches nothing; the
    /// compiler of rules lets none through.
    pub fn new(expr: &Expr) -> Self {
        let mut regexes = BTreeMap::new();
        collect(expr, &mut regexes);
        Self {
            expr: expr.clone(),
            regexes,
        }
    }

    /// Whether the record meets the expression.
    pub fn holds(&self, record: &Record, raw: Option<RawRecord<'_>>) -> bool {
        self.expr(&self.expr, record, raw)
    }

    fn expr(&self, expr: &Expr, record: &Record, raw: Option<RawRecord<'_>>) -> bool {
        match expr {
            Expr::Const(value) => *value,
            Expr::All(parts) => parts.iter().all(|part| self.expr(part, record, raw)),
            Expr::Any(parts) => parts.iter().any(|part| self.expr(part, record, raw)),
            Expr::Not(inner) => !self.expr(inner, record, raw),
            Expr::Test(test) => self.test(test, record, raw),
        }
    }

    fn test(&self, test: &Test, record: &Record, raw: Option<RawRecord<'_>>) -> bool {
        let values = values(&test.field, record, raw);
        match &test.check {
            Check::Present => !values.is_empty(),
            Check::Absent => values.is_empty(),
            Check::Matches { patterns, cased } => values.iter().any(|value| {
                let folded = if *cased {
                    Cow::Borrowed(value.as_ref())
                } else {
                    Cow::Owned(value.to_lowercase())
                };
                patterns.iter().any(|pattern| matches(pattern, &folded))
            }),
            Check::Regex(source) => {
                let regex = self.regexes.get(source).and_then(Option::as_ref);
                values
                    .iter()
                    .any(|value| regex.is_some_and(|regex| regex.is_match(value)))
            }
            Check::Cidr(networks) => values.iter().any(|value| {
                canonical_ip(value).is_some_and(|address| {
                    networks
                        .iter()
                        .any(|(network, length)| within(address.ip, *network, *length))
                })
            }),
            Check::Compare { order, number } => values
                .iter()
                .filter_map(|value| value.trim().parse::<f64>().ok())
                .any(|value| compares(value, *order, *number)),
            Check::SameAs(other) => {
                let others = self::values(other, record, raw);
                values
                    .iter()
                    .any(|value| others.iter().any(|other| value.eq_ignore_ascii_case(other)))
            }
        }
    }
}

fn collect(expr: &Expr, regexes: &mut BTreeMap<String, Option<Regex>>) {
    match expr {
        Expr::Const(_) => {}
        Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| collect(part, regexes)),
        Expr::Not(inner) => collect(inner, regexes),
        Expr::Test(test) => {
            if let Check::Regex(source) = &test.check {
                regexes.entry(source.clone()).or_insert_with(|| {
                    regex::RegexBuilder::new(source)
                        .size_limit(REGEX_SIZE_LIMIT)
                        .build()
                        .ok()
                });
            }
        }
    }
}

fn compares(value: f64, order: Comparison, number: f64) -> bool {
    match order {
        Comparison::Less => value < number,
        Comparison::LessOrEqual => value <= number,
        Comparison::Greater => value > number,
        Comparison::GreaterOrEqual => value >= number,
    }
}

/// Whether an address lies in a network; addresses of different families never do.
fn within(ip: IpAddr, network: IpAddr, length: u8) -> bool {
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let mask = u32::MAX
                .checked_shl(32_u32.saturating_sub(length.into()))
                .unwrap_or(0);
            (u32::from(ip) & mask) == (u32::from(network) & mask)
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => {
            let mask = u128::MAX
                .checked_shl(128_u32.saturating_sub(length.into()))
                .unwrap_or(0);
            (u128::from(ip) & mask) == (u128::from(network) & mask)
        }
        _ => false,
    }
}

/// Whether a value, already folded where case is ignored, is what the pattern says.
pub(crate) fn matches(pattern: &Pattern, value: &str) -> bool {
    match pattern {
        Pattern::Exact(text) => value == text,
        Pattern::Prefix(text) => value.starts_with(text.as_str()),
        Pattern::Suffix(text) => value.ends_with(text.as_str()),
        Pattern::Contains(text) => value.contains(text.as_str()),
        Pattern::Glob(pieces) => glob(pieces, value),
    }
}

/// Wildcards without backtracking over more than the last `*`.
fn glob(pieces: &[Piece], value: &str) -> bool {
    let pattern: Vec<Option<char>> = pieces
        .iter()
        .flat_map(|piece| match piece {
            Piece::Literal(text) => text.chars().map(Some).collect(),
            Piece::One => vec![Some('\u{1}')],
            Piece::Many => vec![None],
        })
        .collect();
    // A `?` is told from the character U+0001 by its place, noted here.
    let single: Vec<bool> = pieces
        .iter()
        .flat_map(|piece| match piece {
            Piece::Literal(text) => vec![false; text.chars().count()],
            Piece::One => vec![true],
            Piece::Many => vec![false],
        })
        .collect();
    let text: Vec<char> = value.chars().collect();
    let (mut at, mut next) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        let wanted = pattern.get(next).copied();
        let any = single.get(next).copied().unwrap_or(false);
        match wanted {
            Some(None) => {
                retry = Some((next + 1, at));
                next += 1;
            }
            Some(Some(character)) if any || text.get(at) == Some(&character) => {
                at += 1;
                next += 1;
            }
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    next = after;
                    at = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(next).all(Option::is_none)
}

/// The values of a field.
pub(crate) fn values<'a>(
    field: &Field,
    record: &'a Record,
    raw: Option<RawRecord<'a>>,
) -> Vec<Cow<'a, str>> {
    match field {
        Field::Column(column) => column.of(record).into_iter().collect(),
        Field::Parameter(name) => record
            .parameters
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| Cow::Borrowed(value.as_str()))
            .collect(),
        Field::ParameterName => record
            .parameters
            .iter()
            .map(|(key, _)| Cow::Borrowed(key.as_str()))
            .collect(),
        Field::AnyParameter => record
            .parameters
            .iter()
            .map(|(_, value)| Cow::Borrowed(value.as_str()))
            .collect(),
        Field::Changed { name, side } => record
            .changed
            .iter()
            .filter(|change| {
                name.as_ref()
                    .is_none_or(|name| change.name.eq_ignore_ascii_case(name))
            })
            .filter_map(|change| match side {
                Side::Name => Some(&change.name),
                Side::Old => change.old.as_ref(),
                Side::New => change.new.as_ref(),
            })
            .map(|value| Cow::Borrowed(value.as_str()))
            .collect(),
        Field::Raw(path) => raw
            .map(|raw| raw_values(raw.value, path))
            .unwrap_or_default(),
        Field::Text => raw.map(|raw| Cow::Borrowed(raw.text)).into_iter().collect(),
    }
}

fn raw_values<'a>(value: &Value, path: &[String]) -> Vec<Cow<'a, str>> {
    let mut found = Vec::new();
    walk(value, path, 0, &mut found);
    for wrapper in WRAPPERS {
        let mut wrapped = vec![wrapper.to_owned()];
        wrapped.extend_from_slice(path);
        walk(value, &wrapped, 0, &mut found);
    }
    found.into_iter().map(Cow::Owned).collect()
}

/// Walks a path of keys; a key of the record may itself hold dots, so that it takes several steps.
fn walk(value: &Value, path: &[String], entered: usize, found: &mut Vec<String>) {
    match value {
        Value::Array(list) => list
            .iter()
            .for_each(|entry| walk(entry, path, entered, found)),
        Value::Object(map) if !path.is_empty() => {
            for steps in 1..=path.len() {
                let (head, rest) = path.split_at_checked(steps).unwrap_or((path, &[]));
                let key = head.join(".");
                for (_, inner) in map
                    .iter()
                    .filter(|(name, _)| name.eq_ignore_ascii_case(&key))
                {
                    walk(inner, rest, entered, found);
                }
            }
        }
        Value::String(text) if !path.is_empty() => {
            let looks_like_json = text.trim_start().starts_with(['{', '[']);
            if looks_like_json
                && entered < NESTED_JSON_LIMIT
                && let Ok(inner) = serde_json::from_str::<Value>(text)
            {
                walk(&inner, path, entered + 1, found);
            }
        }
        Value::Null => {}
        Value::String(text) if path.is_empty() => found.push(text.clone()),
        other if path.is_empty() => found.push(other.to_string()),
        _ => {}
    }
}
