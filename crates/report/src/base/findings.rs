//! What the rules and Microsoft's alerts gave: a sentence for each that gave one of medium severity or above.

use std::collections::BTreeMap;

use hourzero_model::{EvidenceRef, Finding, Severity, Timestamp};

use super::make::{Draft, Material, counted, listed, moment, numbers, row, time, words};
use super::{Ground, Section, Table};

/// So many records stand behind a row of the table.
const BEHIND: usize = 25;

pub(super) fn say(material: &Material<'_>, draft: &mut Draft) {
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
    let kinds = kinds(all);
    for one in kinds
        .iter()
        .filter(|one| one.severity() >= Severity::Medium)
    {
        draft.fact(
            Section::Findings,
            one.sentence(material),
            one.ground(material),
        );
    }
    table(&kinds, draft);
    accounts(material, draft);
}

/// Findings of which one sentence tells: of one rule and severity, as sure, with one innocent reading.
#[derive(Default)]
struct Kind<'a>(Vec<&'a Finding>);

/// The gravest first, then by the first event.
fn kinds(all: &[Finding]) -> Vec<Kind<'_>> {
    let mut named: BTreeMap<_, Kind<'_>> = BTreeMap::new();
    for one in all {
        let said = (&one.rule, &one.title, &one.innocent);
        let name = (one.severity, one.confidence, said);
        named.entry(name).or_default().0.push(one);
    }
    let mut kinds: Vec<Kind<'_>> = named.into_values().collect();
    kinds.sort_by_key(|kind| {
        let first = kind.0.first();
        (
            std::cmp::Reverse(kind.severity()),
            kind.span().map(|(first, _)| first),
            first.map(|one| one.id.as_str()),
        )
    });
    kinds
}

impl Kind<'_> {
    fn severity(&self) -> Severity {
        self.0
            .first()
            .map_or(Severity::Informational, |one| one.severity)
    }

    fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let first = self.0.iter().map(|one| one.first_seen).min()?;
        let last = self.0.iter().map(|one| one.last_seen).max()?;
        Some((first, last))
    }

    fn events(&self) -> u64 {
        self.0.iter().map(|one| one.count).sum()
    }

    fn accounts(&self) -> String {
        listed(
            self.0
                .iter()
                .flat_map(|one| &one.accounts)
                .map(String::as_str),
        )
    }

    /// One finding is named by its id, several by their number.
    fn which(&self) -> String {
        match self.0.as_slice() {
            [only] => format!("finding {}", only.id),
            many => format!("{} findings", many.len()),
        }
    }

    fn records(&self) -> Vec<EvidenceRef> {
        self.0
            .iter()
            .flat_map(|one| &one.evidence)
            .cloned()
            .collect()
    }

    fn ground(&self, material: &Material<'_>) -> Ground {
        let records = self.records();
        let listed = |one: &Finding| material.facts.listed.get(&one.id).copied().unwrap_or(0);
        let is_cut = |one: &&Finding| one.evidence_truncated || listed(one) > one.evidence.len();
        let has_more = self.0.iter().any(is_cut) || self.events() > records.len() as u64;
        Ground::cited(records, has_more, "rules")
    }

    fn sentence(&self, material: &Material<'_>) -> String {
        let Some(first) = self.0.first() else {
            return String::new();
        };
        let named = |name: &str, these: String| match these.is_empty() {
            true => String::new(),
            false => format!(" {name}: {these}."),
        };
        let from = listed(self.0.iter().flat_map(|one| &one.ips).map(String::as_str));
        let innocent = match first.innocent.as_str() {
            "" => String::new(),
            innocent => format!(" Innocent reading: {innocent}"),
        };
        let span = self.span().map_or_else(String::new, |(first, last)| {
            format!(" from {} to {}", material.at(first), material.at(last))
        });
        format!(
            "{} ({}, {}; {}{span}; {}).{}{}{innocent}",
            first.title,
            first.severity,
            first.confidence,
            counted(self.events(), "event", "events"),
            self.which(),
            named("Accounts", self.accounts()),
            named("Addresses", from)
        )
    }
}

fn table(kinds: &[Kind<'_>], draft: &mut Draft) {
    draft.table(Table {
        id: "findings".to_owned(),
        section: Section::Findings,
        caption: "All findings by rule, the gravest first; findings.jsonl has each".to_owned(),
        columns: vec![
            words("severity", 2),
            words("what", 6),
            words("accounts", 5),
            words("first (UTC)", 3),
            words("last (UTC)", 3),
            numbers("findings", 1),
            numbers("events", 1),
        ],
        rows: kinds
            .iter()
            .map(|kind| {
                let (first, last) = kind.span().unzip();
                let mut records = kind.records();
                records.sort();
                records.truncate(BEHIND);
                row(
                    vec![
                        kind.severity().to_string(),
                        kind.0
                            .first()
                            .map(|one| one.title.clone())
                            .unwrap_or_default(),
                        kind.accounts(),
                        first.map(moment).unwrap_or_default(),
                        last.map(moment).unwrap_or_default(),
                        kind.0.len().to_string(),
                        kind.events().to_string(),
                    ],
                    &records,
                )
            })
            .collect(),
        left_out: 0,
        whole: "findings.jsonl".to_owned(),
    });
}

fn accounts(material: &Material<'_>, draft: &mut Draft) {
    let rows = &material.facts.accounts;
    draft.figure("accounts_named_by_findings", rows.len() as u64);
    draft.table(Table {
        id: "accounts".to_owned(),
        section: Section::Findings,
        caption: "Accounts that findings name; to be named is not to be compromised".to_owned(),
        columns: vec![
            words("account", 4),
            words("gravest finding", 2),
            words("findings", 3),
            words("first (UTC)", 3),
            words("last (UTC)", 3),
        ],
        rows: rows
            .iter()
            .map(|one| {
                let counts: Vec<String> = one
                    .findings
                    .iter()
                    .map(|(severity, count)| format!("{count} {severity}"))
                    .collect();
                row(
                    vec![
                        one.account.clone(),
                        one.severity.to_string(),
                        counts.join(", "),
                        time(Some(one.first)),
                        time(Some(one.last)),
                    ],
                    &[],
                )
            })
            .collect(),
        left_out: 0,
        whole: String::new(),
    });
}
