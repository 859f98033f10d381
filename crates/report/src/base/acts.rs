//! What he did, in the order of time: a sentence an account and kind of act, the acts in numbers, the events.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{ArtefactId, Attribution, EvidenceRef, Timestamp, Verdict};
use hourzero_scope::TimelineRow;

use super::make::{
    ActCount, Draft, Material, counted, file_number, listed, moment, numbers, row, time, words,
};
use super::{Ground, Section, Table};
use crate::document::ANNEX_ROWS;

/// An act that was done in more entered accounts than these has one sentence for all of them.
const APART: usize = 5;

/// The column of local times, which is left out where they are UTC.
const LOCAL: &str = "local";

/// Whose events a document lists one by one. What owners and services did behind findings is in the lists.
const TOLD_OF: [Attribution; 4] = [
    Attribution::Attacker,
    Attribution::Administrator,
    Attribution::Responder,
    Attribution::Partner,
];

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
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
    }
    for group in groups(material) {
        draft.fact(Section::Timeline, group.sentence(material), group.ground());
    }
    counts(material, draft);
    days(material, draft);
    timeline(material, draft);
}

/// Acts of one kind that one sentence tells.
struct Group<'a> {
    acts: Vec<&'a ActCount>,
    /// What the attacker has to do with these names.
    whose: Whose,
}

/// What the attacker has to do with the name in which something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    /// He got in, or no name is logged.
    Entered,
    /// He did not, as far as the logs reach.
    NotEntered,
    /// Nothing can be said of it: a sender outside, an application, an account that cannot be assessed.
    Other,
}

/// The groups by their first act. An account that was entered has sentences of its own, unless very many were.
fn groups<'a>(material: &Material<'a>) -> Vec<Group<'a>> {
    let verdicts: BTreeMap<&str, Verdict> = material
        .told
        .verdicts
        .iter()
        .map(|one| (one.account.as_str(), one.verdict))
        .collect();
    let whose = |account: &str| match verdicts.get(account) {
        _ if account.is_empty() => Whose::Entered,
        Some(verdict) if verdict.is_found() => Whose::Entered,
        Some(Verdict::TargetedOnly | Verdict::Cleared) => Whose::NotEntered,
        _ => Whose::Other,
    };
    let mut kinds: BTreeMap<(Whose, &str, &str), Vec<&ActCount>> = BTreeMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for act in material.acts {
        let whose = whose(&act.account);
        if act.account.is_empty() {
            groups.push(Group {
                acts: vec![act],
                whose,
            });
            continue;
        }
        let kind = (whose, act.operation.as_str(), act.source.as_str());
        kinds.entry(kind).or_default().push(act);
    }
    for ((whose, _, _), acts) in kinds {
        if whose == Whose::Entered && acts.len() <= APART {
            groups.extend(acts.into_iter().map(|act| Group {
                acts: vec![act],
                whose,
            }));
        } else {
            groups.push(Group { acts, whose });
        }
    }
    groups.sort_by_key(|group| group.acts.iter().map(|act| (act.first, *act)).min());
    groups
}

impl Group<'_> {
    fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let first = self.acts.iter().map(|act| act.first).min()?;
        let last = self.acts.iter().map(|act| act.last).max()?;
        Some((first, last))
    }

    fn events(&self) -> u64 {
        self.acts.iter().map(|act| act.events).sum()
    }

    fn sentence(&self, material: &Material<'_>) -> String {
        let span = self
            .span()
            .map_or_else(String::new, |(first, last)| material.between(first, last));
        let (operation, source) = self.acts.first().map_or(("", ""), |act| {
            (act.operation.as_str(), act.source.as_str())
        });
        let times = counted(self.events(), "time", "times");
        let whom = match self.acts.as_slice() {
            [only] if only.account.is_empty() => "no named account".to_owned(),
            [only] => only.account.clone(),
            many => {
                let which = match self.whose {
                    Whose::Entered => "accounts",
                    Whose::NotEntered => "accounts that were not entered as far as the logs reach",
                    Whose::Other => "names",
                };
                format!(
                    "{} {which} ({})",
                    many.len(),
                    listed(many.iter().map(|act| act.account.as_str()))
                )
            }
        };
        format!(
            "{whom}: {operation} {times} in the {source} log, {span}, attributed to the attacker."
        )
    }

    fn ground(&self) -> Ground {
        let cited: Vec<EvidenceRef> = self
            .acts
            .iter()
            .flat_map(|act| &act.evidence)
            .cloned()
            .collect();
        let has_more = self.events() > cited.len() as u64;
        Ground::cited(cited, has_more, "all")
    }
}

/// What he did, by account and kind of act.
fn counts(material: &Material<'_>, draft: &mut Draft) {
    draft.table(Table {
        id: "acts".to_owned(),
        section: Section::Timeline,
        caption: "The attacker's acts by account and kind".to_owned(),
        columns: vec![
            words("account", 4),
            words("operation", 3),
            words("log", 2),
            numbers("events", 1),
            words("first (UTC)", 2),
            words("last (UTC)", 2),
        ],
        rows: material
            .acts
            .iter()
            .map(|one| {
                row(
                    vec![
                        one.account.clone(),
                        one.operation.clone(),
                        one.source.clone(),
                        one.events.to_string(),
                        time(Some(one.first)),
                        time(Some(one.last)),
                    ],
                    &one.ends,
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}

/// The rows that a document has, by time, and whether they are of an attack. Those that statements cite come first
/// where not all of them fit; where nobody was entered, what stands behind findings is all that there is.
fn rows<'a>(material: &Material<'a>) -> (Vec<&'a TimelineRow>, bool) {
    let all = &material.facts.timeline.first;
    let cited: BTreeSet<(&str, u64)> = material
        .acts
        .iter()
        .flat_map(|one| &one.evidence)
        .map(|record| (record.file.as_str(), record.position))
        .collect();
    let is_cited = |one: &&TimelineRow| cited.contains(&(one.file.as_str(), one.position));
    let told = |one: &&TimelineRow| {
        TOLD_OF
            .iter()
            .any(|attribution| one.attribution == attribution.name())
    };
    let is_attack = all.iter().any(|one| told(&one));
    let wanted = |one: &&TimelineRow| !is_attack || told(one);
    let first = all.iter().filter(wanted).filter(is_cited);
    let others = all.iter().filter(wanted).filter(|one| !is_cited(one));
    let mut rows: Vec<_> = first.chain(others).take(ANNEX_ROWS).collect();
    rows.sort_by_key(|one| {
        (
            one.time,
            one.record_id.as_str(),
            one.file.as_str(),
            one.position,
        )
    });
    (rows, is_attack)
}

fn timeline(material: &Material<'_>, draft: &mut Draft) {
    let all = &material.facts.timeline;
    draft.figure("timeline_events", all.events);
    let (rows, is_attack) = rows(material);
    let shown = rows.len() as u64;
    let artefacts = artefacts(material);
    let has_local = material.facts.zone != "UTC";
    let mut columns = vec![
        words("time (UTC)", 8),
        words(LOCAL, 8),
        words("account", 12),
        words("what happened", 20),
        words("by", 6),
        words("from", 7),
        words("log", 5),
        words("record", 5),
    ];
    columns.retain(|column| has_local || column.title != LOCAL);
    draft.table(Table {
        id: "timeline".to_owned(),
        section: Section::Timeline,
        caption: if is_attack {
            "What the attacker, administrators and responders did, event by event; events of others behind findings are in timeline.csv"
        } else {
            "Events behind findings"
        }
        .to_owned(),
        columns,
        rows: rows
            .into_iter()
            .map(|one| {
                let local = has_local.then(|| material.local(one.time));
                let rest = [
                    one.account.clone(),
                    beside_account(one),
                    one.attribution.clone(),
                    [one.ip.as_str(), one.country.as_str()]
                        .join(" ")
                        .trim()
                        .to_owned(),
                    one.source.clone(),
                    match artefacts.get(one.file.as_str()).and_then(Option::as_ref) {
                        Some(file) => format!("{} {}", file.number, one.position),
                        None => format!("{} {}", one.file, one.position),
                    },
                ];
                row(
                    std::iter::once(moment(one.time))
                        .chain(local)
                        .chain(rest)
                        .collect(),
                    &record_of(one, &artefacts),
                )
            })
            .collect(),
        left_out: all.events.saturating_sub(shown),
        whole: "timeline.csv".to_owned(),
    });
}

/// What happened, without the account and the address, which stand in columns of their own.
fn beside_account(one: &TimelineRow) -> String {
    let action = one.action.as_str();
    let action = match action.strip_prefix(&one.account) {
        Some(rest) if !one.account.is_empty() => rest.trim_start(),
        _ => action,
    };
    match one.ip.as_str() {
        "" => action.to_owned(),
        ip => action.replacen(&format!(" from {ip}"), "", 1),
    }
}

/// A file that is the only one of its name.
struct File {
    /// Its number in the list of files.
    number: String,
    sha256: ArtefactId,
}

fn artefacts<'a>(material: &Material<'a>) -> BTreeMap<&'a str, Option<File>> {
    let mut found: BTreeMap<&str, Option<File>> = BTreeMap::new();
    for (place, one) in material.facts.artefacts.iter().enumerate() {
        let number = file_number(place);
        let file = one
            .sha256
            .parse()
            .ok()
            .map(|sha256| File { number, sha256 });
        found
            .entry(&one.file)
            .and_modify(|held| {
                let sha256 = file.as_ref().map(|file| file.sha256);
                if held.as_ref().map(|held| held.sha256) != sha256 {
                    *held = None;
                }
            })
            .or_insert(file);
    }
    found
}

/// The record that a row of the timeline is taken from.
fn record_of(one: &TimelineRow, artefacts: &BTreeMap<&str, Option<File>>) -> Vec<EvidenceRef> {
    let file = artefacts.get(one.file.as_str()).and_then(Option::as_ref);
    file.map(|file| EvidenceRef {
        record_id: one.record_id.clone(),
        file: one.file.clone(),
        sha256: file.sha256,
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
