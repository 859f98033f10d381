//! Sigma documents as written: rules, correlations and filters, read from YAML.
//!
//! Follows the Sigma specification 2.1 (rules, modifiers, correlations, filters) and what older rules
//! still use (`action: global`, `| count()`). Takes a text and gives syntax; it never knows what a field
//! or a log source means.

pub(crate) mod block;
pub(crate) mod condition;
pub(crate) mod correlation;
pub(crate) mod encode;
pub(crate) mod modifier;
pub(crate) mod pattern;
pub(crate) mod search;
pub(crate) mod time;

use std::collections::BTreeMap;
use std::fmt;

use hourzero_model::Severity;

use crate::error::RuleError;
use crate::yaml::{self, Mapping, Value};
use block::Block;
use condition::{Aggregation, Condition};
use correlation::Correlation;
use search::Search;

/// Which records a rule is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Source {
    /// `azure`, `m365`, `hourzero` …
    pub(crate) product: Option<String>,
    /// `signinlogs` …
    pub(crate) service: Option<String>,
    /// The other way to name a log source.
    pub(crate) category: Option<String>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<&str> = [&self.product, &self.service, &self.category]
            .into_iter()
            .filter_map(|part| part.as_deref())
            .collect();
        if parts.is_empty() {
            f.write_str("(none)")
        } else {
            f.write_str(&parts.join("/"))
        }
    }
}

/// What all documents say of themselves.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) description: String,
    pub(crate) level: Option<Severity>,
    pub(crate) tags: Vec<String>,
    pub(crate) false_positives: Vec<String>,
    pub(crate) block: Option<Block>,
}

/// A rule over single records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Detection {
    pub(crate) source: Source,
    pub(crate) searches: BTreeMap<String, Search>,
    /// Any of these.
    pub(crate) conditions: Vec<Condition>,
    /// An aggregation of an old rule and its time frame in seconds.
    pub(crate) aggregation: Option<(Aggregation, i64)>,
}

/// A filter that narrows other rules.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Filter {
    pub(crate) detection: Detection,
    /// By id, name or path; empty for all rules of the log source.
    pub(crate) rules: Vec<String>,
}

/// What a document is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    /// A rule over single records.
    Detection(Detection),
    /// A rule over the hits of others.
    Correlation(Correlation),
    /// It narrows other rules.
    Filter(Filter),
}

/// One document, or the reason why it cannot be read, with what its head still says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) head: Head,
    pub(crate) body: Result<Body, RuleError>,
}

/// The time frame of an old aggregation that names none.
const DEFAULT_FRAME_SECONDS: i64 = 86_400;

/// All rules of a file.
///
/// # Errors
/// Where the text is no YAML.
pub(crate) fn parse(text: &str) -> Result<Vec<Document>, RuleError> {
    let mut global: Option<Mapping> = None;
    let mut previous: Option<Mapping> = None;
    let mut found = Vec::new();
    for document in yaml::documents(text)? {
        let action = document.get("action").and_then(Value::as_str);
        let document = match action {
            Some("global") => {
                global = Some(document);
                continue;
            }
            Some("reset") => {
                global = None;
                continue;
            }
            Some("repeat") => previous
                .clone()
                .map_or_else(|| document.clone(), |base| merged(&base, &document)),
            _ => global
                .as_ref()
                .map_or_else(|| document.clone(), |base| merged(base, &document)),
        };
        found.push(read(&document));
        previous = Some(document);
    }
    if found.is_empty() {
        return Err(RuleError::Yaml("it holds no rule".to_owned()));
    }
    Ok(found)
}

/// The later document over the earlier, maps merged one level deep as the old converter did.
fn merged(base: &Mapping, over: &Mapping) -> Mapping {
    let mut all = base.clone();
    all.remove("action");
    for (key, value) in over {
        match (all.get_mut(key), value) {
            (Some(Value::Mapping(old)), Value::Mapping(new)) => {
                old.extend(new.iter().map(|(key, value)| (key.clone(), value.clone())));
            }
            _ => {
                all.insert(key.clone(), value.clone());
            }
        }
    }
    all
}

fn read(document: &Mapping) -> Document {
    match head(document) {
        Ok(head) => Document {
            body: body(document),
            head,
        },
        Err(error) => Document {
            head: Head {
                title: yaml::text(document, "title")
                    .ok()
                    .flatten()
                    .unwrap_or_default(),
                id: yaml::text(document, "id").ok().flatten(),
                ..Head::default()
            },
            body: Err(error),
        },
    }
}

fn head(document: &Mapping) -> Result<Head, RuleError> {
    Ok(Head {
        title: yaml::text(document, "title")?.unwrap_or_default(),
        id: yaml::text(document, "id")?.filter(|id| !id.is_empty()),
        name: yaml::text(document, "name")?.filter(|name| !name.is_empty()),
        description: yaml::text(document, "description")?.unwrap_or_default(),
        level: level(document)?,
        tags: yaml::texts(document, "tags")?,
        false_positives: yaml::texts(document, "falsepositives")?,
        block: yaml::map(document, "hourzero")?
            .map(block::parse)
            .transpose()?,
    })
}

fn level(document: &Mapping) -> Result<Option<Severity>, RuleError> {
    yaml::text(document, "level")?
        .map(|word| {
            word.to_ascii_lowercase()
                .parse()
                .map_err(|error| RuleError::key("level", format!("{error}")))
        })
        .transpose()
}

fn body(document: &Mapping) -> Result<Body, RuleError> {
    if let Some(map) = yaml::map(document, "correlation")? {
        return Ok(Body::Correlation(correlation::parse(map)?));
    }
    let source = source(document)?;
    if let Some(map) = yaml::map(document, "filter")? {
        let rules = match map.get("rules") {
            Some(Value::String(word)) if word.eq_ignore_ascii_case("any") => Vec::new(),
            _ => yaml::texts(map, "rules")?,
        };
        return Ok(Body::Filter(Filter {
            detection: detection(map, source)?,
            rules,
        }));
    }
    let map = yaml::map(document, "detection")?.ok_or_else(|| {
        RuleError::key(
            "detection",
            "is missing; `detection`, `correlation` or `filter` is needed",
        )
    })?;
    Ok(Body::Detection(detection(map, source)?))
}

fn source(document: &Mapping) -> Result<Source, RuleError> {
    let map = yaml::map(document, "logsource")?
        .ok_or_else(|| RuleError::key("logsource", "is missing"))?;
    let word =
        |key: &str| yaml::text(map, key).map(|word| word.map(|word| word.to_ascii_lowercase()));
    Ok(Source {
        product: word("product")?,
        service: word("service")?,
        category: word("category")?,
    })
}

fn detection(map: &Mapping, source: Source) -> Result<Detection, RuleError> {
    let mut searches = BTreeMap::new();
    for (key, value) in map {
        let name = yaml::name(key)?;
        if !["condition", "timeframe", "rules", "fields"].contains(&name.as_str()) {
            searches.insert(name.clone(), search::parse(&name, value)?);
        }
    }
    let texts = yaml::texts(map, "condition")?;
    if texts.is_empty() {
        return Err(RuleError::key("condition", "is missing"));
    }
    let mut conditions = Vec::new();
    let mut aggregation = None;
    for text in &texts {
        let (condition, counted) = condition::parse(text)?;
        conditions.push(condition);
        if let Some(counted) = counted {
            let frame = yaml::text(map, "timeframe")?
                .map(|text| correlation::span("timeframe", &text))
                .transpose()?;
            aggregation = Some((counted, frame.unwrap_or(DEFAULT_FRAME_SECONDS)));
        }
    }
    if aggregation.is_some() && texts.len() > 1 {
        return Err(RuleError::key(
            "condition",
            "a list with an aggregation in it is not supported",
        ));
    }
    Ok(Detection {
        source,
        searches,
        conditions,
        aggregation,
    })
}
