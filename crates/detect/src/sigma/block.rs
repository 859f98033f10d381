//! Our own block of a rule, the top-level key `hourzero`: what Sigma has no words for.

use std::collections::BTreeMap;

use hourzero_model::Confidence;

use crate::error::RuleError;
use crate::sigma::correlation;
use crate::yaml::{self, Mapping};

/// What the block says. Fields are named as in our own taxonomy.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Block {
    /// The ordinary explanation.
    pub(crate) innocent: String,
    /// What would confirm it.
    pub(crate) confirm: String,
    /// How sure the rule is by itself.
    pub(crate) confidence: Option<Confidence>,
    /// A sentence with placeholders for the finding's title.
    pub(crate) title: Option<String>,
    /// Fields that make a series; empty for the account.
    pub(crate) group_by: Vec<String>,
    /// Seconds without an event that end a series.
    pub(crate) gap: Option<i64>,
    /// More fields that name accounts.
    pub(crate) accounts: Vec<String>,
    /// More fields that name what was acted on.
    pub(crate) targets: Vec<String>,
    /// More details: key and fields.
    pub(crate) details: BTreeMap<String, Vec<String>>,
    /// Whether acts of Microsoft's own accounts count in full.
    pub(crate) system_actors: SystemActors,
}

/// How acts of Microsoft's own accounts count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SystemActors {
    /// As background: never graver than low.
    #[default]
    Background,
    /// Like anybody's.
    Count,
}

const KEYS: [&str; 10] = [
    "innocent",
    "confirm",
    "confidence",
    "title",
    "group",
    "accounts",
    "targets",
    "details",
    "system_actors",
    "notes",
];

/// Reads the block.
///
/// # Errors
/// Where a key is unknown or holds the wrong kind of thing.
pub(crate) fn parse(map: &Mapping) -> Result<Block, RuleError> {
    for key in map.keys() {
        let key = yaml::name(key)?;
        if !KEYS.contains(&key.as_str()) {
            return Err(RuleError::key(
                &format!("hourzero.{key}"),
                format!("is not known; known are {}", KEYS.join(", ")),
            ));
        }
    }
    let group = yaml::map(map, "group")?;
    let mut details = BTreeMap::new();
    if let Some(map) = yaml::map(map, "details")? {
        for key in map.keys() {
            let key = yaml::name(key)?;
            details.insert(key.clone(), yaml::texts(map, &key)?);
        }
    }
    Ok(Block {
        innocent: yaml::text(map, "innocent")?.unwrap_or_default(),
        confirm: yaml::text(map, "confirm")?.unwrap_or_default(),
        confidence: yaml::text(map, "confidence")?
            .map(|word| {
                word.parse()
                    .map_err(|error| RuleError::key("hourzero.confidence", format!("{error}")))
            })
            .transpose()?,
        title: yaml::text(map, "title")?,
        group_by: group
            .map(|map| yaml::texts(map, "by"))
            .transpose()?
            .unwrap_or_default(),
        gap: group
            .map(|map| yaml::text(map, "gap"))
            .transpose()?
            .flatten()
            .map(|text| correlation::span("hourzero.group.gap", &text))
            .transpose()?,
        accounts: yaml::texts(map, "accounts")?,
        targets: yaml::texts(map, "targets")?,
        details,
        system_actors: match yaml::text(map, "system_actors")?.as_deref() {
            None | Some("false") => SystemActors::Background,
            Some("true") => SystemActors::Count,
            Some(_) => {
                return Err(RuleError::key(
                    "hourzero.system_actors",
                    "needs true or false",
                ));
            }
        },
    })
}
