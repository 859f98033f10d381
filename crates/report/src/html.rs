//! One self-contained HTML page: opens offline, prints well, loads nothing.

use askama::Template;
use hourzero_model::{AccountVerdict, EntryHypothesis, Finding, Foothold, Severity};
use hourzero_scope::{AccessedRow, Activity, ContainmentRow, Coverage, LookAlikeRow};

use crate::{Chart, Facts, ReportError, chart};

/// The page's table has at most so many rows; `timeline.csv` has all of them, and the page says so.
pub const TIMELINE_ROWS: usize = 5_000;

/// So many records are listed below a finding on the page; `findings.jsonl` has the rest.
pub const EVIDENCE_SHOWN: usize = 25;

/// So many findings of each severity are on the page; `findings.jsonl` has all of them, and the page says so.
const FINDINGS_SHOWN: usize = 1_000;

/// So many look-alikes are on the page; `look-alikes.csv` has all of them.
const LOOK_ALIKES_SHOWN: usize = 200;

/// What scope answers to the four questions. Nothing here is computed by the page.
#[derive(Debug, Clone, Copy)]
pub struct Questions<'a> {
    /// What is said of each account, the gravest first.
    pub verdicts: &'a [AccountVerdict],
    /// How he came in, best first.
    pub entry: &'a [EntryHypothesis],
    /// What he left behind.
    pub footholds: &'a [Foothold],
    /// What he reached, by account.
    pub accessed: &'a [AccessedRow],
    /// Whether he is still active.
    pub activity: &'a Activity,
    /// What the evidence covers.
    pub coverage: &'a Coverage,
    /// What was already done against him.
    pub contained: &'a [ContainmentRow],
}

/// So many accounts that were named and not used are on the page; `scope.json` has all of them.
const NAMED_SHOWN: usize = 100;

/// So many ways in are on the page; `scope.json` has all of them.
const WAYS_SHOWN: usize = 6;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    facts: &'a Facts,
    told: Questions<'a>,
    ways: &'a [EntryHypothesis],
    /// Accounts that he used, and those that were named and that he did not use, as many as the page shows.
    used: Vec<&'a AccountVerdict>,
    named: Vec<&'a AccountVerdict>,
    groups: Vec<Group<'a>>,
    chart: Option<Chart>,
    timeline_shown: usize,
    timeline_is_cut: bool,
    /// Findings before hints.
    look_alikes: Vec<&'a LookAlikeRow>,
    look_alikes_shown: usize,
    totals: Totals,
}

struct Group<'a> {
    severity: Severity,
    meaning: &'static str,
    /// How many there are.
    count: usize,
    /// The first of them.
    findings: Vec<Card<'a>>,
}

struct Card<'a> {
    finding: &'a Finding,
    details: Vec<(String, String)>,
    /// Records in `findings.jsonl`.
    listed: usize,
    evidence_shown: usize,
}

#[derive(Default)]
struct Totals {
    records: u64,
    events: u64,
    states: u64,
    duplicates: u64,
    rejects: u64,
}

/// Writes the report as one HTML page.
///
/// # Errors
/// When the template engine or the writing fails.
pub fn html(
    facts: &Facts,
    told: Questions<'_>,
    into: &mut dyn std::io::Write,
) -> Result<(), ReportError> {
    let mut totals = Totals::default();
    for artefact in &facts.artefacts {
        totals.records += artefact.records;
        totals.events += artefact.events;
        totals.states += artefact.states;
        totals.duplicates += artefact.duplicates;
        totals.rejects += artefact.rejects;
    }
    let mut look_alikes: Vec<&LookAlikeRow> = facts.look_alikes.iter().collect();
    look_alikes.sort_by_key(|row| row.finding.is_empty());
    look_alikes.truncate(LOOK_ALIKES_SHOWN);
    let timeline_shown = facts.timeline.first.len().min(TIMELINE_ROWS);
    let (used, mut named): (Vec<_>, Vec<_>) =
        told.verdicts.iter().partition(|one| one.verdict.is_found());
    named.truncate(NAMED_SHOWN);
    let page = Page {
        facts,
        told,
        used,
        named,
        ways: told.entry.get(..WAYS_SHOWN).unwrap_or(told.entry),
        groups: groups(facts),
        chart: chart(&facts.timeline.marks),
        look_alikes_shown: look_alikes.len(),
        look_alikes,
        timeline_shown,
        timeline_is_cut: (timeline_shown as u64) < facts.timeline.events,
        totals,
    };
    page.write_into(into).map_err(ReportError::Write)
}

fn groups(facts: &Facts) -> Vec<Group<'_>> {
    [
        (
            Severity::Critical,
            "money or control of the tenant is moving now",
        ),
        (Severity::High, "alone enough to act tonight"),
        (Severity::Medium, "likely hostile, needs one check"),
        (Severity::Low, "unusual, usually innocent"),
        (Severity::Informational, "context"),
    ]
    .into_iter()
    .map(|(severity, meaning)| {
        let of_it = || facts.findings.iter().filter(|one| one.severity == severity);
        let first = of_it().take(FINDINGS_SHOWN);
        Group {
            severity,
            meaning,
            count: of_it().count(),
            findings: first.map(|finding| card(finding, facts)).collect(),
        }
    })
    .collect()
}

fn card<'a>(finding: &'a Finding, facts: &Facts) -> Card<'a> {
    let details = finding
        .details
        .iter()
        .filter(|(key, _)| key.as_str() != "items")
        .map(|(key, value)| (key.replace('_', " "), shown(value)))
        .collect();
    let listed = facts.listed.get(&finding.id).copied();
    Card {
        finding,
        details,
        listed: listed.unwrap_or(finding.evidence.len()),
        evidence_shown: finding.evidence.len().min(EVIDENCE_SHOWN),
    }
}

fn shown(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join("; "),
        serde_json::Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name}: {}", shown(value)))
            .collect::<Vec<_>>()
            .join(", "),
        other => other.to_string(),
    }
}
