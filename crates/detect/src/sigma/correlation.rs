//! The `correlation` key of a document, as written.

use std::collections::BTreeMap;

use crate::error::RuleError;
use crate::sigma::condition::{self, Condition};
use crate::yaml::{self, Mapping, Value};

/// A rule over the hits of others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Correlation {
    pub(crate) kind: Kind,
    /// Ids, names or paths.
    pub(crate) rules: Vec<String>,
    pub(crate) group_by: Vec<String>,
    /// Seconds.
    pub(crate) span: i64,
    pub(crate) when: When,
    /// Alias → rule → field.
    pub(crate) aliases: BTreeMap<String, BTreeMap<String, String>>,
    /// Whether the rules referred to are reported for themselves as well.
    pub(crate) generate: Generate,
}

/// Whether base rules are reported for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generate {
    /// They only feed the correlation.
    No,
    /// They are reported too.
    Yes,
}

/// What is correlated.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// How many events.
    EventCount,
    /// How many values of these fields.
    ValueCount(Vec<String>),
    /// Different rules close in time.
    Temporal,
    /// Different rules in this order.
    TemporalOrdered,
}

/// When it holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum When {
    /// All of these comparisons of the count.
    Count(Vec<(Order, f64)>),
    /// All rules occurred.
    Every,
    /// A condition over the rules that occurred.
    Rules(Condition),
}

/// How a count is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

impl Order {
    /// By its name in a condition.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "lt" => Self::Less,
            "lte" => Self::LessOrEqual,
            "eq" => Self::Equal,
            "neq" => Self::NotEqual,
            "gte" => Self::GreaterOrEqual,
            "gt" => Self::Greater,
            _ => return None,
        })
    }
}

/// Reads a correlation.
///
/// # Errors
/// Where a part is missing or of the wrong kind, or the type is not supported.
pub(crate) fn parse(map: &Mapping) -> Result<Correlation, RuleError> {
    let kind =
        yaml::text(map, "type")?.ok_or_else(|| RuleError::key("correlation.type", "is missing"))?;
    let span = yaml::text(map, "timespan")?
        .or(yaml::text(map, "timeframe")?)
        .ok_or_else(|| RuleError::key("correlation.timespan", "is missing"))?;
    let rules = yaml::texts(map, "rules")?;
    if rules.is_empty() {
        return Err(RuleError::key("correlation.rules", "is missing or empty"));
    }
    let condition = map
        .get("condition")
        .or_else(|| map.get("extended_condition"));
    let (kind, when) = match kind.as_str() {
        "event_count" => (Kind::EventCount, counted(condition)?),
        "value_count" => (Kind::ValueCount(counted_fields(map)?), counted(condition)?),
        "temporal" => (Kind::Temporal, temporal(condition)?),
        "temporal_ordered" => (Kind::TemporalOrdered, temporal(condition)?),
        other => {
            return Err(RuleError::key(
                "correlation.type",
                format!(
                    "`{other}` is not supported; event_count, value_count, temporal and temporal_ordered are"
                ),
            ));
        }
    };
    Ok(Correlation {
        kind,
        rules,
        group_by: yaml::texts(map, "group-by")?,
        span: self::span("correlation.timespan", &span)?,
        when,
        aliases: aliases(map)?,
        generate: match yaml::text(map, "generate")?.as_deref() {
            Some("true") => Generate::Yes,
            _ => Generate::No,
        },
    })
}

fn counted_fields(map: &Mapping) -> Result<Vec<String>, RuleError> {
    let missing = || RuleError::key("correlation.condition.field", "is missing");
    let condition = yaml::map(map, "condition")?.ok_or_else(missing)?;
    let fields = yaml::texts(condition, "field")?;
    if fields.is_empty() {
        Err(missing())
    } else {
        Ok(fields)
    }
}

fn counted(condition: Option<&Value>) -> Result<When, RuleError> {
    const KEY: &str = "correlation.condition";
    let Some(Value::Mapping(map)) = condition else {
        return Err(RuleError::key(KEY, "must be a map such as `gte: 10`"));
    };
    let mut comparisons = Vec::new();
    for (key, value) in map {
        let key = yaml::name(key)?;
        if key == "field" {
            continue;
        }
        let order = Order::named(&key)
            .ok_or_else(|| RuleError::key(KEY, format!("`{key}` is no comparison")))?;
        let number = yaml::scalar(value)
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|number| number.is_finite())
            .ok_or_else(|| RuleError::key(KEY, format!("`{key}` needs a number")))?;
        comparisons.push((order, number));
    }
    if comparisons.is_empty() {
        return Err(RuleError::key(KEY, "has no comparison such as `gte: 10`"));
    }
    Ok(When::Count(comparisons))
}

fn temporal(condition: Option<&Value>) -> Result<When, RuleError> {
    match condition {
        None | Some(Value::Null) => Ok(When::Every),
        Some(Value::String(text)) => match condition::parse(text)? {
            (condition, None) => Ok(When::Rules(condition)),
            (_, Some(_)) => Err(RuleError::key(
                "correlation.condition",
                "takes no aggregation",
            )),
        },
        other => counted(other),
    }
}

fn aliases(map: &Mapping) -> Result<BTreeMap<String, BTreeMap<String, String>>, RuleError> {
    let mut found = BTreeMap::new();
    let Some(aliases) = yaml::map(map, "aliases")? else {
        return Ok(found);
    };
    for key in aliases.keys() {
        let alias = yaml::name(key)?;
        let rules = yaml::map(aliases, &alias)?
            .ok_or_else(|| RuleError::key(&alias, "must be a map of rule to field"))?;
        let mut fields = BTreeMap::new();
        for (rule, field) in rules {
            let field = yaml::scalar(field)
                .ok_or_else(|| RuleError::key(&alias, "needs a field for each rule"))?;
            fields.insert(yaml::name(rule)?, field);
        }
        found.insert(alias, fields);
    }
    Ok(found)
}

/// A span such as `90m` in seconds.
///
/// # Errors
/// Where it is no number with `s`, `m`, `h`, `d` or `w`, or reaches past ten years.
pub(crate) fn span(key: &str, text: &str) -> Result<i64, RuleError> {
    let wrong = || {
        RuleError::key(
            key,
            format!("`{text}` is no span such as `90m`, `1h` or `7d`"),
        )
    };
    let text = text.trim();
    let unit = text.chars().last().ok_or_else(wrong)?;
    let number = text.strip_suffix(unit).unwrap_or_default();
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        'M' => 2_592_000,
        'y' => 31_536_000,
        _ => return Err(wrong()),
    };
    let number: i64 = number.trim().parse().map_err(|_| wrong())?;
    number
        .checked_mul(seconds)
        .filter(|span| (1..=315_360_000).contains(span))
        .ok_or_else(wrong)
}
