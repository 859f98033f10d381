//! What he did in the order of time, what he left behind, what the findings say, what betrays him.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{ArtefactId, EvidenceRef, Finding, Foothold, Severity};
use hourzero_scope::TimelineRow;

use super::make::{Draft, Material, counted, listed, moment, numbers, row, time, words};
use super::{Ground, Section, Table};
use crate::document::ANNEX_ROWS;

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
    acts(material, draft);
    timeline(material, draft);
    days(material, draft);
    footholds(material, draft);
    findings(material, draft);
    indicators(material, draft);
}

/// The records that footholds name.
pub(super) fn records_of(footholds: &[Foothold], material: &Material<'_>) -> Vec<EvidenceRef> {
    footholds
        .iter()
        .flat_map(|one| &one.evidence)
        .filter_map(|id| material.records.get(id))
        .cloned()
        .collect()
}

fn acts(material: &Material<'_>, draft: &mut Draft) {
    let events = material.facts.counts.get("attacker").copied().unwrap_or(0);
    draft.figure("events_attacker", events);
    for (attribution, count) in &material.facts.counts {
        draft.figure(&format!("events_by_{attribution}"), *count);
    }
    if material.acts.is_empty() {
        draft.fact(
            Section::Timeline,
            "No event of the evidence is attributed to an attacker.",
            Ground::Coverage("all".to_owned()),
        );
        return;
    }
    for one in material.acts {
        let span = if one.first == one.last {
            format!("at {}", material.at(one.first))
        } else {
            format!(
                "from {} to {}",
                material.at(one.first),
                material.at(one.last)
            )
        };
        let account = if one.account.is_empty() {
            "no named account"
        } else {
            &one.account
        };
        draft.fact(
            Section::Timeline,
            format!(
                "{account}: {} {} in the {} log, {span}, attributed to the attacker.",
                counted(one.events, "time", "times"),
                one.operation,
                one.source
            ),
            Ground::records_or(&one.evidence, "all"),
        );
    }
}

/// The rows of the timeline that statements cite come first where not all of them fit.
fn timeline(material: &Material<'_>, draft: &mut Draft) {
    let all = &material.facts.timeline;
    draft.figure("timeline_events", all.events);
    let cited: BTreeSet<(&str, u64)> = material
        .acts
        .iter()
        .flat_map(|one| &one.evidence)
        .map(|record| (record.file.as_str(), record.position))
        .collect();
    let is_cited = |one: &TimelineRow| cited.contains(&(one.file.as_str(), one.position));
    let first = all.first.iter().filter(|one| is_cited(one));
    let others = all.first.iter().filter(|one| !is_cited(one));
    let mut rows: Vec<_> = first.chain(others).take(ANNEX_ROWS).collect();
    rows.sort_by_key(|one| {
        (
            one.time,
            one.record_id.as_str(),
            one.file.as_str(),
            one.position,
        )
    });
    let shown = rows.len() as u64;
    let artefacts = artefacts(material);
    draft.table(Table {
        id: "timeline".to_owned(),
        section: Section::Timeline,
        caption: "Events behind findings and attributed to the attacker".to_owned(),
        columns: vec![
            words("time (UTC)", 3),
            words("local", 3),
            words("account", 3),
            words("what happened", 5),
            words("by", 2),
            words("from", 3),
            words("log", 2),
            words("record", 4),
        ],
        rows: rows
            .into_iter()
            .map(|one| {
                row(
                    vec![
                        moment(one.time),
                        material.local(one.time),
                        one.account.clone(),
                        one.action.clone(),
                        one.attribution.clone(),
                        [one.ip.as_str(), one.country.as_str()]
                            .join(" ")
                            .trim()
                            .to_owned(),
                        one.source.clone(),
                        format!("{} {}", one.file, one.position),
                    ],
                    &record_of(one, &artefacts),
                )
            })
            .collect(),
        left_out: all.events.saturating_sub(shown),
        whole: "timeline.csv".to_owned(),
    });
}

/// The hash of each file whose name is that of one file only.
fn artefacts<'a>(material: &Material<'a>) -> BTreeMap<&'a str, Option<ArtefactId>> {
    let mut found: BTreeMap<&str, Option<ArtefactId>> = BTreeMap::new();
    for one in &material.facts.artefacts {
        let id = one.sha256.parse().ok();
        found
            .entry(&one.file)
            .and_modify(|held| *held = held.filter(|held| Some(*held) == id))
            .or_insert(id);
    }
    found
}

/// The record that a row of the timeline is taken from.
fn record_of(
    one: &TimelineRow,
    artefacts: &BTreeMap<&str, Option<ArtefactId>>,
) -> Vec<EvidenceRef> {
    let sha256 = artefacts.get(one.file.as_str()).copied().flatten();
    sha256
        .map(|sha256| EvidenceRef {
            record_id: one.record_id.clone(),
            file: one.file.clone(),
            sha256,
            position: one.position,
        })
        .into_iter()
        .collect()
}

fn days(material: &Material<'_>, draft: &mut Draft) {
    draft.table(Table {
        id: "days".to_owned(),
        section: Section::Timeline,
        caption: "The attacker's events by account and day (UTC)".to_owned(),
        columns: vec![words("account", 5), words("day", 2), numbers("events", 1)],
        rows: material
            .charts
            .days
            .iter()
            .map(|one| {
                row(
                    vec![one.account.clone(), one.day.clone(), one.events.to_string()],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}

fn footholds(material: &Material<'_>, draft: &mut Draft) {
    let all = material.told.footholds;
    if all.is_empty() {
        draft.fact(
            Section::Footholds,
            "Nothing is known that the attacker left behind.",
            Ground::Coverage("all".to_owned()),
        );
    }
    for one in all {
        let name = if one.target.is_empty() {
            &one.object_id
        } else {
            &one.target
        };
        let account = if one.account.is_empty() {
            "the tenant".to_owned()
        } else {
            one.account.clone()
        };
        let detail = if one.detail.is_empty() {
            String::new()
        } else {
            format!(" ({})", one.detail)
        };
        let by = if one.by.is_empty() {
            String::new()
        } else {
            format!(" by {}", one.by)
        };
        draft.fact(
            Section::Footholds,
            format!(
                "{} “{name}”{detail} of {account}, made at {}{by}: {} as of {}.",
                one.kind,
                material.at(one.created),
                one.state,
                material.at(one.as_of)
            ),
            Ground::records_or(&records_of(std::slice::from_ref(one), material), "all"),
        );
    }
}

fn findings(material: &Material<'_>, draft: &mut Draft) {
    let all = &material.facts.findings;
    for severity in [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
        Severity::Informational,
    ] {
        let count = all.iter().filter(|one| one.severity == severity).count();
        draft.figure(&format!("findings_{severity}"), count as u64);
    }
    draft.figure("findings", all.len() as u64);
    if all.is_empty() {
        draft.fact(
            Section::Findings,
            "No rule and no alert of Microsoft's gave a finding.",
            Ground::Coverage("rules".to_owned()),
        );
    }
    for one in all.iter().filter(|one| one.severity >= Severity::Medium) {
        draft.fact(
            Section::Findings,
            sentence(one, material),
            Ground::records_or(&one.evidence, "rules"),
        );
    }
    draft.table(Table {
        id: "findings".to_owned(),
        section: Section::Findings,
        caption: "All findings, the gravest first".to_owned(),
        columns: vec![
            words("severity", 2),
            words("what", 6),
            words("accounts", 4),
            words("first (UTC)", 3),
            words("last (UTC)", 3),
            numbers("events", 1),
            words("id", 3),
        ],
        rows: all
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.severity.to_string(),
                        one.title.clone(),
                        listed(one.accounts.iter().map(String::as_str)),
                        moment(one.first_seen),
                        moment(one.last_seen),
                        one.count.to_string(),
                        one.id.clone(),
                    ],
                    &one.evidence,
                )
            })
            .collect(),
        left_out: 0,
        whole: "findings.jsonl".to_owned(),
    });
}

fn sentence(one: &Finding, material: &Material<'_>) -> String {
    let who = if one.accounts.is_empty() {
        String::new()
    } else {
        format!(
            " Accounts: {}.",
            listed(one.accounts.iter().map(String::as_str))
        )
    };
    let from = if one.ips.is_empty() {
        String::new()
    } else {
        format!(
            " Addresses: {}.",
            listed(one.ips.iter().map(String::as_str))
        )
    };
    let innocent = if one.innocent.is_empty() {
        String::new()
    } else {
        format!(" Innocent reading: {}", one.innocent)
    };
    format!(
        "{} ({}, {}; {} from {} to {}; finding {}).{who}{from}{innocent}",
        one.title,
        one.severity,
        one.confidence,
        counted(one.count, "event", "events"),
        material.at(one.first_seen),
        material.at(one.last_seen),
        one.id
    )
}

fn indicators(material: &Material<'_>, draft: &mut Draft) {
    let all = &material.facts.indicators;
    draft.figure("indicators", all.len() as u64);
    draft.table(Table {
        id: "indicators".to_owned(),
        section: Section::Indicators,
        caption: "What betrays the attacker; a value that innocent accounts use too must not be blocked unseen"
            .to_owned(),
        columns: vec![
            words("type", 2),
            words("value", 5),
            words("first (UTC)", 3),
            words("last (UTC)", 3),
            words("confidence", 2),
            words("accounts", 4),
            numbers("innocent users", 1),
        ],
        rows: all
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.kind.clone(),
                        one.value.clone(),
                        time(Some(one.first)),
                        time(Some(one.last)),
                        one.confidence.to_string(),
                        listed(one.accounts.iter().map(String::as_str)),
                        one.shared_with_innocents.to_string(),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: "indicators.csv".to_owned(),
    });
    if all.is_empty() {
        draft.fact(
            Section::Indicators,
            "No address, session, application or device is known to be the attacker's.",
            Ground::Coverage("all".to_owned()),
        );
    }
}
