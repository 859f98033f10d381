//! What the engine says, in words that a responder can act on.

use datafusion::common::SchemaError;
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;

use crate::error::QueryError;

pub(super) fn explain(error: &DataFusionError, memory_limit: usize) -> QueryError {
    let root = error.find_root();
    match root {
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound {
                field,
                valid_fields,
            } => {
                let names = valid_fields.iter().map(|field| field.name.as_str());
                QueryError::UnknownColumn {
                    name: field.name.clone(),
                    hint: hint(&field.name, names),
                }
            }
            _ => QueryError::Failed(plain(root)),
        },
        DataFusionError::SQL(error, _) => QueryError::Syntax(match error.as_ref() {
            ParserError::ParserError(text) | ParserError::TokenizerError(text) => text.clone(),
            ParserError::RecursionLimitExceeded => "it is nested too deeply".to_owned(),
        }),
        DataFusionError::ResourcesExhausted(_) => QueryError::Memory {
            megabytes: memory_limit >> 20,
        },
        _ => QueryError::Failed(plain(root)),
    }
}

/// The first sentence of what the engine says; what follows it are the engine's own attempts.
fn plain(error: &DataFusionError) -> String {
    let message = error.message();
    let line = message.lines().next().unwrap_or_default();
    let line = line.strip_prefix("Internal error: ").unwrap_or(line);
    let first = line
        .split_once(", errors: ")
        .map_or(line, |(first, _)| first);
    first.trim_end_matches('.').to_owned()
}

fn hint<'a>(name: &str, valid: impl Iterator<Item = &'a str>) -> String {
    let mut near: Vec<(usize, &str)> = valid
        .map(|other| (distance(&name.to_lowercase(), other), other))
        .filter(|(distance, other)| {
            *distance <= 3.min(name.chars().count() / 2)
                || other.contains(name)
                || name.contains(other)
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    let names: Vec<&str> = near.iter().take(5).map(|(_, name)| *name).collect();
    if names.is_empty() {
        "SELECT * FROM records LIMIT 1 shows all".to_owned()
    } else {
        format!("near names are {}", names.join(", "))
    }
}

/// How many letters must be put in, taken out or changed to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, a) in one.chars().enumerate() {
        let mut next = vec![line + 1];
        for (b, pair) in other.iter().zip(row.windows(2)) {
            let (diagonal, above) = match pair {
                [diagonal, above] => (*diagonal, *above),
                _ => (0, 0),
            };
            let left = next.last().copied().unwrap_or(0);
            next.push(
                (diagonal + usize::from(a != *b))
                    .min(above + 1)
                    .min(left + 1),
            );
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
