//! What the evidence covers, what it does not, what to pull, what could not be read.

use hourzero_scope::DayState;

use super::make::{Draft, Material, counted, numbers, row, time, words};
use super::{Ground, Section, Table};

/// So many gaps are told; `scope.json` has all of them.
const GAPS: usize = 200;

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    horizons(material, draft);
    gaps(material, draft);
    pulls(material, draft);
    limits(material, draft);
    unread(material, draft);
}

fn horizons(material: &Material<'_>, draft: &mut Draft) {
    let coverage = material.told.coverage;
    for log in &material.facts.logs {
        if let (Some(first), Some(last)) = (log.first, log.last) {
            draft.fact(
                Section::Coverage,
                format!(
                    "The {} log has {} from {} to {}.",
                    log.source,
                    counted(log.records, "record", "records"),
                    material.at(first),
                    material.at(last)
                ),
                Ground::Coverage(format!("log/{}", log.source)),
            );
        }
    }
    for one in coverage.horizons.iter().filter(|one| one.first.is_none()) {
        draft.fact(
            Section::Coverage,
            format!(
                "The {} log is not in the evidence: what only it would show cannot be said.",
                one.source
            ),
            Ground::Coverage(format!("log/{}", one.source)),
        );
    }
    for hole in coverage.holes.iter().take(GAPS) {
        draft.fact(
            Section::Coverage,
            format!(
                "The {} log has no record from {} to {}, where it has {} on other days: what happened then cannot be said from it.",
                hole.source,
                material.at(hole.from),
                material.at(hole.to),
                hole.expected
            ),
            Ground::Coverage(format!("log/{}", hole.source)),
        );
    }
    draft.table(Table {
        id: "horizons".to_owned(),
        section: Section::Coverage,
        caption: "How far each log reaches, and since when it can hold records".to_owned(),
        columns: vec![
            words("log", 3),
            words("first record (UTC)", 3),
            words("last record (UTC)", 3),
            words("kept since (UTC)", 3),
            words("the attack begins at its edge", 2),
        ],
        rows: coverage
            .horizons
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.source.clone(),
                        time(one.first),
                        time(one.last),
                        time(one.kept_since),
                        if one.at_the_edge { "yes" } else { "" }.to_owned(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}

fn gaps(material: &Material<'_>, draft: &mut Draft) {
    let coverage = material.told.coverage;
    let gaps: Vec<_> = coverage
        .ranges
        .iter()
        .filter(|one| {
            matches!(
                one.state,
                DayState::Absent | DayState::OutOfRetention | DayState::NotLicensed
            )
        })
        .collect();
    draft.figure("coverage_gaps", gaps.len() as u64);
    let left_out = gaps.len().saturating_sub(GAPS) as u64;
    draft.table(Table {
        id: "gaps".to_owned(),
        section: Section::Coverage,
        caption: "Days without records, by log and account".to_owned(),
        columns: vec![
            words("log", 3),
            words("account", 4),
            words("from", 2),
            words("to", 2),
            words("why", 3),
        ],
        rows: gaps
            .into_iter()
            .take(GAPS)
            .map(|one| {
                row(
                    vec![
                        one.source.clone(),
                        if one.account.is_empty() {
                            "whole tenant".to_owned()
                        } else {
                            one.account.clone()
                        },
                        one.from.clone(),
                        one.to.clone(),
                        one.state.name().to_owned(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out,
        whole: "scope.json".to_owned(),
    });
}

fn pulls(material: &Material<'_>, draft: &mut Draft) {
    let pulls = &material.told.coverage.pulls;
    draft.table(Table {
        id: "pulls".to_owned(),
        section: Section::Coverage,
        caption: "What else can still be had, the soonest to vanish first".to_owned(),
        columns: vec![
            words("log", 2),
            words("account", 3),
            words("from", 2),
            words("to", 2),
            words("vanishes (UTC)", 3),
            words("what it would tell", 5),
        ],
        rows: pulls
            .iter()
            .take(GAPS)
            .map(|one| {
                row(
                    vec![
                        one.source.clone(),
                        one.account.clone(),
                        one.from.clone(),
                        one.to.clone(),
                        time(one.vanishes),
                        one.why.clone(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: pulls.len().saturating_sub(GAPS) as u64,
        whole: "scope.json".to_owned(),
    });
}

fn limits(material: &Material<'_>, draft: &mut Draft) {
    for limit in &material.facts.limits {
        draft.fact(
            Section::Coverage,
            limit.clone(),
            Ground::Coverage("all".to_owned()),
        );
    }
}

fn unread(material: &Material<'_>, draft: &mut Draft) {
    let rows = &material.facts.unread;
    if rows.is_empty() {
        draft.fact(
            Section::Coverage,
            "Every record of every file that was given was read.",
            Ground::Coverage("manifest".to_owned()),
        );
    }
    draft.table(Table {
        id: "unread".to_owned(),
        section: Section::Coverage,
        caption: "What was not read, and why".to_owned(),
        columns: vec![
            words("file", 4),
            numbers("first record", 1),
            numbers("records like it", 1),
            words("why", 5),
        ],
        rows: rows
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.file.clone(),
                        one.position.to_string(),
                        one.count.to_string(),
                        one.reason.clone(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}
