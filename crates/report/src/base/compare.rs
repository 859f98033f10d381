//! What differs between two fact bases: of two versions, or of a case before and after new evidence.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{FactBase, Section, Statement};

/// One thing that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `figure`, `statement`, `table`.
    pub what: &'static str,
    /// The figure's or the table's name, the statement's section.
    pub name: String,
    /// As the first has it; nothing where only the second does.
    pub before: Option<String>,
    /// As the second has it; nothing where only the first does.
    pub after: Option<String>,
}

/// What differs: figures first, then statements by section, then tables.
pub fn differences(before: &FactBase, after: &FactBase) -> Vec<Difference> {
    let mut found = figures(before, after);
    found.extend(statements(before, after));
    found.extend(tables(before, after));
    found
}

fn figures(before: &FactBase, after: &FactBase) -> Vec<Difference> {
    let names: BTreeSet<&String> = before.figures.keys().chain(after.figures.keys()).collect();
    names
        .into_iter()
        .filter_map(|name| {
            let of = |base: &FactBase| base.figures.get(name).map(ToString::to_string);
            let (before, after) = (of(before), of(after));
            (before != after).then(|| Difference {
                what: "figure",
                name: name.clone(),
                before,
                after,
            })
        })
        .collect()
}

/// Statements are numbered, so that one more shifts the numbers: they are compared by what they say.
fn statements(before: &FactBase, after: &FactBase) -> Vec<Difference> {
    type Said<'a> = (Section, &'a str);
    fn said(base: &FactBase) -> BTreeMap<Said<'_>, &Statement> {
        base.statements
            .iter()
            .map(|one| ((one.section, one.text.as_str()), one))
            .collect()
    }
    let (old, new) = (said(before), said(after));
    let keys: BTreeSet<&Said<'_>> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let only = |before: Option<&str>, after: Option<&str>| Difference {
                what: "statement",
                name: key.0.name().to_owned(),
                before: before.map(str::to_owned),
                after: after.map(str::to_owned),
            };
            match (old.get(key), new.get(key)) {
                (Some(_), None) => Some(only(Some(key.1), None)),
                (None, Some(_)) => Some(only(None, Some(key.1))),
                (Some(one), Some(other)) if grounds(one) != grounds(other) => Some(only(
                    Some(&format!("{} [{}]", key.1, grounds(one))),
                    Some(&format!("{} [{}]", key.1, grounds(other))),
                )),
                _ => None,
            }
        })
        .collect()
}

/// What stands behind a statement, in short.
fn grounds(one: &Statement) -> String {
    let records: Vec<String> = one
        .evidence
        .iter()
        .map(|record| format!("{}:{}", record.sha256, record.position))
        .collect();
    format!(
        "{}{}{}",
        records.join(" "),
        one.decision.as_deref().unwrap_or_default(),
        one.coverage.as_deref().unwrap_or_default()
    )
}

fn tables(before: &FactBase, after: &FactBase) -> Vec<Difference> {
    fn rows(base: &FactBase) -> BTreeMap<&str, BTreeSet<&[String]>> {
        base.tables
            .iter()
            .map(|table| {
                let rows = table.rows.iter().map(|row| row.cells.as_slice());
                (table.id.as_str(), rows.collect())
            })
            .collect()
    }
    let (old, new) = (rows(before), rows(after));
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let none = BTreeSet::new();
    let mut found = Vec::new();
    for name in names {
        let (old, new) = (
            old.get(name).unwrap_or(&none),
            new.get(name).unwrap_or(&none),
        );
        let row = |cells: &[String]| cells.join(" | ");
        let only = |before, after| Difference {
            what: "table",
            name: name.to_owned(),
            before,
            after,
        };
        found.extend(
            old.difference(new)
                .map(|cells| only(Some(row(cells)), None)),
        );
        found.extend(
            new.difference(old)
                .map(|cells| only(None, Some(row(cells)))),
        );
    }
    found
}
