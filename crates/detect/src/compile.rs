//! Searches and conditions to expressions over the fields of the model.
//!
//! Takes what the parser read and the scope of its log source. Texts of the model hold no empty values,
//! so that `''` means an empty text or no value at all.

use std::collections::BTreeMap;

use hourzero_model::{Column, canonical_ip};

use crate::error::RuleError;
use crate::expr::{all, any, not, test};
use crate::ir::{Check, Expr, Field, Pattern};
use crate::mapping::FieldMapping;
use crate::sigma::condition::Condition;
use crate::sigma::encode;
use crate::sigma::modifier::{self, Every, Kind, Negated, Plan};
use crate::sigma::pattern::{self, Case, Place};
use crate::sigma::search::{Item, Literal, Search};
use crate::sigma::time;
use crate::taxonomy;

/// What the names of a rule mean.
#[derive(Debug, Clone)]
pub(crate) struct Scope<'a> {
    /// The records that the log source means.
    pub(crate) records: Expr,
    /// The fields of a foreign taxonomy; `None` for our own.
    pub(crate) fields: Option<&'a BTreeMap<String, FieldMapping>>,
}

/// The fields that a rule names, with what each of them became.
pub(crate) type Trace = Vec<(String, Vec<Field>)>;

/// Combinations of `N of` that are spelt out at most.
const COMBINATION_LIMIT: usize = 5_000;
/// A compiled regular expression may take so many bytes.
pub(crate) const REGEX_SIZE_LIMIT: usize = 4 << 20;

impl Scope<'_> {
    /// The fields that a name means.
    pub(crate) fn resolve(&self, name: &str) -> Result<FieldMapping, RuleError> {
        let Some(mapped) = self.fields else {
            let targets =
                taxonomy::fields(name).ok_or_else(|| RuleError::Field(name.to_owned()))?;
            return Ok(FieldMapping {
                targets,
                values: BTreeMap::new(),
            });
        };
        if let Some(mapping) = mapped.get(&name.to_lowercase()) {
            return Ok(mapping.clone());
        }
        let targets = match taxonomy::fields(&name.to_ascii_lowercase()) {
            Some(fields) => fields,
            None => vec![
                Field::Parameter(name.to_owned()),
                Field::Changed {
                    name: Some(name.to_owned()),
                    side: crate::ir::Side::New,
                },
                taxonomy::raw(name),
            ],
        };
        Ok(FieldMapping {
            targets,
            values: BTreeMap::new(),
        })
    }
}

/// A condition over searches.
///
/// # Errors
/// Where it names a search that is not there, or a search cannot be compiled.
pub(crate) fn condition(
    condition: &Condition,
    searches: &BTreeMap<String, Expr>,
) -> Result<Expr, RuleError> {
    let each = |parts: &[Condition]| {
        parts
            .iter()
            .map(|part| self::condition(part, searches))
            .collect::<Result<Vec<_>, _>>()
    };
    let unknown = |name: &str| RuleError::Condition {
        condition: name.to_owned(),
        problem: "there is no such search".to_owned(),
    };
    match condition {
        Condition::All(parts) => Ok(all(each(parts)?)),
        Condition::Any(parts) => Ok(any(each(parts)?)),
        Condition::Not(inner) => Ok(not(self::condition(inner, searches)?)),
        Condition::Name(name) => searches.get(name).cloned().ok_or_else(|| unknown(name)),
        Condition::Of(count, selector) => {
            let named: Vec<Expr> = searches
                .iter()
                .filter(|(name, _)| selects(selector, name))
                .map(|(_, search)| search.clone())
                .collect();
            if named.is_empty() {
                return Err(unknown(selector));
            }
            match count {
                None => Ok(all(named)),
                Some(1) => Ok(any(named)),
                Some(count) => combinations(&named, *count).ok_or_else(|| RuleError::Condition {
                    condition: format!("{count} of {selector}"),
                    problem: "it has too many combinations".to_owned(),
                }),
            }
        }
    }
}

/// Whether `them` or a name with wildcards selects a search.
fn selects(selector: &str, name: &str) -> bool {
    if selector.eq_ignore_ascii_case("them") {
        return !name.starts_with('_');
    }
    pattern::pattern(pattern::pieces(selector), Place::Whole, Case::Counts)
        .is_none_or(|pattern| crate::evaluate::matches(&pattern, name))
}

fn combinations(parts: &[Expr], count: usize) -> Option<Expr> {
    let mut chosen: Vec<(usize, Vec<Expr>)> = vec![(0, Vec::new())];
    for _ in 0..count {
        let mut longer = Vec::new();
        for (next, picked) in chosen {
            for (at, part) in parts.iter().enumerate().skip(next) {
                let mut picked = picked.clone();
                picked.push(part.clone());
                longer.push((at + 1, picked));
            }
            if longer.len() > COMBINATION_LIMIT {
                return None;
            }
        }
        chosen = longer;
    }
    Some(any(chosen.into_iter().map(|(_, picked)| all(picked))))
}

/// A search in a scope; the fields that it names are added to the trace.
///
/// # Errors
/// Where a field, a modifier or a value does not hold.
pub(crate) fn search(
    search: &Search,
    scope: &Scope<'_>,
    trace: &mut Trace,
) -> Result<Expr, RuleError> {
    match search {
        Search::All(parts) => Ok(all(parts
            .iter()
            .map(|part| self::search(part, scope, trace))
            .collect::<Result<Vec<_>, _>>()?)),
        Search::Any(parts) => Ok(any(parts
            .iter()
            .map(|part| self::search(part, scope, trace))
            .collect::<Result<Vec<_>, _>>()?)),
        Search::Item(item) => {
            let expr = self::item(item, scope)?;
            if let Some(field) = &item.field {
                trace.push((field.clone(), expr.fields().into_iter().cloned().collect()));
            }
            Ok(expr)
        }
    }
}

fn item(item: &Item, scope: &Scope<'_>) -> Result<Expr, RuleError> {
    let mut plan = modifier::plan(item)?;
    let mapping = match &item.field {
        Some(name) => scope.resolve(name)?,
        None => {
            if plan.kind == Kind::Text && plan.place == Place::Whole {
                plan.place = Place::Anywhere;
            }
            FieldMapping {
                targets: vec![Field::Text],
                values: BTreeMap::new(),
            }
        }
    };
    let targets = match (&item.field, mapping.targets.is_empty()) {
        (Some(name), true) => vec![taxonomy::raw(name)],
        _ => mapping.targets.clone(),
    };
    let context = Context {
        item,
        plan: &plan,
        scope,
        targets: &targets,
        mapping: &mapping,
    };
    let checks = item
        .values
        .iter()
        .map(|value| context.value(value))
        .collect::<Result<Vec<_>, _>>()?;
    let whole = match plan.every {
        Every::All => all(checks),
        Every::One => merge(checks),
    };
    Ok(match plan.negated {
        Negated::Yes => not(whole),
        Negated::No => whole,
    })
}

/// Any of the checks; patterns on one field become one test, so that an engine takes one pass.
fn merge(checks: Vec<Expr>) -> Expr {
    let mut merged: Vec<Expr> = Vec::new();
    let flat = match any(checks) {
        Expr::Any(parts) => parts,
        other => return other,
    };
    for part in flat {
        if let Expr::Test(new) = &part
            && let Check::Matches {
                patterns: more,
                cased,
            } = &new.check
        {
            let same = merged.iter_mut().find_map(|other| match other {
                Expr::Test(old) if old.field == new.field => match &mut old.check {
                    Check::Matches {
                        patterns,
                        cased: old_cased,
                    } if old_cased == cased => Some(patterns),
                    _ => None,
                },
                _ => None,
            });
            if let Some(patterns) = same {
                patterns.extend(more.iter().cloned());
                continue;
            }
        }
        merged.push(part);
    }
    any(merged)
}

struct Context<'a> {
    item: &'a Item,
    plan: &'a Plan,
    scope: &'a Scope<'a>,
    targets: &'a [Field],
    mapping: &'a FieldMapping,
}

impl Context<'_> {
    fn wrong(&self, problem: String) -> RuleError {
        RuleError::Modifier {
            field: self
                .item
                .field
                .clone()
                .unwrap_or_else(|| "keywords".to_owned()),
            modifier: self.item.modifiers.join("|"),
            problem,
        }
    }

    /// Any target passes the check.
    fn on_any(&self, check: &Check) -> Expr {
        any(self
            .targets
            .iter()
            .map(|field| test(field.clone(), check.clone())))
    }

    /// No target has a value.
    fn on_none(&self) -> Expr {
        all(self
            .targets
            .iter()
            .map(|field| test(field.clone(), Check::Absent)))
    }

    fn value(&self, value: &Literal) -> Result<Expr, RuleError> {
        match &self.plan.kind {
            Kind::Text => self.text(value),
            Kind::Regex(flags) => self.regex(value, flags),
            Kind::Network => self.network(value),
            Kind::Order(order) => Ok(self.on_any(&Check::Compare {
                order: *order,
                number: self.number(value)?,
            })),
            Kind::Exists => match value {
                Literal::Flag(true) => Ok(self.on_any(&Check::Present)),
                Literal::Flag(false) => Ok(self.on_none()),
                _ => Err(self.wrong("needs true or false".to_owned())),
            },
            Kind::FieldReference => {
                let name = value
                    .text()
                    .ok_or_else(|| self.wrong("needs a field".to_owned()))?;
                let others = self.scope.resolve(&name)?.targets;
                Ok(any(others
                    .iter()
                    .map(|other| self.on_any(&Check::SameAs(other.clone())))))
            }
            Kind::Time(part, order) => {
                let regex = time::regex(*part, *order, self.number(value)?);
                let regex = regex.ok_or_else(|| {
                    self.wrong("the number is none that selects a part of the time".to_owned())
                })?;
                Ok(self.on_any(&Check::Regex(regex)))
            }
        }
    }

    fn number(&self, value: &Literal) -> Result<f64, RuleError> {
        value
            .text()
            .and_then(|text| text.trim().parse::<f64>().ok())
            .filter(|number| number.is_finite())
            .ok_or_else(|| self.wrong("needs a number".to_owned()))
    }

    fn regex(&self, value: &Literal, flags: &str) -> Result<Expr, RuleError> {
        let text = value
            .text()
            .ok_or_else(|| self.wrong("needs a regular expression".to_owned()))?;
        let source = if flags.is_empty() {
            text
        } else {
            format!("(?{flags}){text}")
        };
        regex::RegexBuilder::new(&source)
            .size_limit(REGEX_SIZE_LIMIT)
            .build()
            .map_err(|error| {
                let line = error
                    .to_string()
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .to_owned();
                self.wrong(format!("the regular expression cannot be used: {line}"))
            })?;
        Ok(self.on_any(&Check::Regex(source)))
    }

    fn network(&self, value: &Literal) -> Result<Expr, RuleError> {
        let text = value.text().unwrap_or_default();
        let network = network(&text)
            .ok_or_else(|| self.wrong(format!("`{text}` is no network such as 192.0.2.0/24")))?;
        Ok(self.on_any(&Check::Cidr(vec![network])))
    }

    fn text(&self, value: &Literal) -> Result<Expr, RuleError> {
        let Some(text) = value.text() else {
            return Ok(self.on_none());
        };
        if let Some(meaning) = self.mapping.values.get(&text.to_lowercase()) {
            return Ok(meaning.clone());
        }
        if self.plan.encodings.is_empty() {
            return Ok(self.pieces(&text));
        }
        let texts =
            encode::texts(&text, &self.plan.encodings).map_err(|problem| self.wrong(problem))?;
        Ok(merge(texts.iter().map(|text| self.pieces(text)).collect()))
    }

    fn pieces(&self, text: &str) -> Expr {
        let cased = self.plan.cased;
        let tests = self.targets.iter().map(|field| {
            let text = if *field == Field::Column(Column::Operation) {
                operation(text)
            } else {
                text.to_owned()
            };
            match pattern::pattern(pattern::pieces(&text), self.plan.place, cased) {
                None => test(field.clone(), Check::Present),
                Some(pattern) => test(
                    field.clone(),
                    Check::Matches {
                        patterns: vec![pattern],
                        cased: cased == Case::Counts,
                    },
                ),
            }
        });
        if text.is_empty() && self.plan.place == Place::Whole {
            let empty = Check::Matches {
                patterns: vec![Pattern::Exact(String::new())],
                cased: false,
            };
            return any([self.on_any(&empty), self.on_none()]);
        }
        any(tests.collect::<Vec<_>>())
    }
}

/// An operation as the model writes it: without trailing full stop, hyphen for en dash.
fn operation(text: &str) -> String {
    let text = text.trim();
    text.strip_suffix('.')
        .unwrap_or(text)
        .trim_end()
        .replace('–', "-")
}

/// An address with the length of its prefix, or a single address.
pub(crate) fn network(text: &str) -> Option<(std::net::IpAddr, u8)> {
    let (address, length) = match text.trim().split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u8>().ok()?)),
        None => (text.trim(), None),
    };
    let ip = canonical_ip(address)?.ip;
    let longest = if ip.is_ipv4() { 32 } else { 128 };
    let length = length.unwrap_or(longest);
    (length <= longest).then_some((ip, length))
}
