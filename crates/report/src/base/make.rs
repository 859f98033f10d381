//! From what the stages gave to sentences.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{EvidenceRef, Finding, Timestamp};
use hourzero_scope::attribution::Link;
use hourzero_scope::{RecipientRow, Step};
use jiff::tz::TimeZone;

use super::{
    CaseFacts, Charts, Column, FactBase, Ground, Row, Section, SharedTrait, Statement,
    StatementKind, Table, Technique,
};
use crate::{Facts, Questions};

/// A statement cites at most so many records; `evidence_truncated` says that more show it.
pub const CITED: usize = 1_000;

/// What the stages gave. Nothing is added to it but words.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The case, findings, lists.
    pub facts: &'a Facts,
    /// The zone of local times.
    pub zone: &'a TimeZone,
    /// The four answers.
    pub told: Questions<'a>,
    /// From where which account was used.
    pub links: &'a [Link],
    /// The attacker's mails about money.
    pub money: &'a [RecipientRow],
    /// Mails and shares, in numbers.
    pub sent: &'a Sent,
    /// The next steps.
    pub steps: &'a [Step],
    /// Records by their id: those that footholds name.
    pub records: &'a BTreeMap<String, EvidenceRef>,
    /// Some of the records of what was reached, by account.
    pub reached: &'a BTreeMap<String, Vec<EvidenceRef>>,
    /// What the attacker did, by account and kind of act.
    pub acts: &'a [ActCount],
    /// The first call, the clocks, what people say was done.
    pub call: &'a Call,
    /// What the charts are drawn from.
    pub charts: &'a Charts,
    /// What the worksheet asks for, in order.
    pub worksheet: &'a [Planned],
}

/// What the attacker sent and shared, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// Mails and shares of the attacker's.
    pub messages: u64,
    /// People inside whom they went to.
    pub inside: u64,
    /// People outside whom they went to.
    pub outside: u64,
    /// People who clicked.
    pub clicked: u64,
    /// People by the domain of their address, most first.
    pub domains: Vec<(String, u64)>,
    /// Some of the records.
    pub evidence: Vec<EvidenceRef>,
}

/// How often the attacker did something in an account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActCount {
    /// UPN in lower case.
    pub account: String,
    /// The operation as logged.
    pub operation: String,
    /// The log.
    pub source: String,
    /// How often.
    pub events: u64,
    /// The first time, UTC.
    pub first: Timestamp,
    /// The last time, UTC.
    pub last: Timestamp,
    /// The records of the first and of the last time.
    pub ends: [EvidenceRef; 2],
    /// Some of the records, these two among them.
    pub evidence: Vec<EvidenceRef>,
}

/// What the first call and the journal give.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// Answers that hold, by key, as text.
    pub answers: BTreeMap<String, String>,
    /// Deadlines.
    pub clocks: Vec<ClockRow>,
    /// What people say was done.
    pub done: Vec<ToldAct>,
    /// What is lost already, as sentences.
    pub lost: Vec<String>,
}

/// A deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockRow {
    /// Stable id, such as `gdpr-33`.
    pub id: String,
    /// `running`, `past`, `conditional`.
    pub state: String,
    /// What starts it.
    pub trigger: String,
    /// When it started, UTC.
    pub starts: Option<Timestamp>,
    /// When it ends, UTC.
    pub ends: Option<Timestamp>,
    /// What the figure takes for granted.
    pub assumes: String,
    /// Where the figure comes from.
    pub source: String,
}

/// What somebody says was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldAct {
    /// The action, in the words of a `[[done]]` table.
    pub action: String,
    /// On whom or what.
    pub target: String,
    /// When, as given.
    pub at: String,
    /// By whom.
    pub by: String,
    /// Whether the logs show it.
    pub is_in_logs: bool,
}

/// A line of the worksheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The stage.
    pub stage: String,
    /// On what.
    pub object: String,
    /// What to do.
    pub what: String,
}

impl Material<'_> {
    /// A time in a table in the case's own zone, to the second; empty where that is UTC.
    pub(super) fn local(&self, time: Timestamp) -> String {
        match jiff::Timestamp::from_microsecond(time.micros()) {
            Ok(instant) if self.facts.zone != "UTC" => self
                .zone
                .to_datetime(instant)
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string(),
            _ => String::new(),
        }
    }

    /// A time in a sentence, to the second: UTC, and where the case has another zone, there too. The records have
    /// fractions of a second.
    pub(super) fn at(&self, time: Timestamp) -> String {
        let utc = moment(time);
        let zone = self.facts.zone.as_str();
        let Ok(instant) = jiff::Timestamp::from_microsecond(time.micros()) else {
            return utc;
        };
        if zone == "UTC" {
            return format!("{utc} UTC");
        }
        let local = self.zone.to_datetime(instant).strftime("%Y-%m-%d %H:%M:%S");
        format!("{utc} UTC ({local} in {zone})")
    }

    /// A stretch of time in a sentence: `from … to …`, or `at …` where it is one moment.
    pub(super) fn between(&self, first: Timestamp, last: Timestamp) -> String {
        if first == last {
            format!("at {}", self.at(first))
        } else {
            format!("from {} to {}", self.at(first), self.at(last))
        }
    }
}

/// The number by which documents name the file that stands at this place of the list of files.
pub(super) fn file_number(place: usize) -> String {
    format!("E{}", place + 1)
}

/// A time in a table, UTC, to the second.
pub(super) fn moment(time: Timestamp) -> String {
    match jiff::Timestamp::from_microsecond(time.micros()) {
        Ok(instant) => instant.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => time.to_string(),
    }
}

impl FactBase {
    /// Says everything that the material shows.
    pub fn of(material: &Material<'_>) -> Self {
        let mut draft = Draft::default();
        super::summary::say(material, &mut draft);
        super::scope::say(material, &mut draft);
        super::entry::say(material, &mut draft);
        super::acts::say(material, &mut draft);
        super::attack::say(material, &mut draft);
        super::findings::say(material, &mut draft);
        super::exposure::say(material, &mut draft);
        super::contained::say(material, &mut draft);
        super::coverage::say(material, &mut draft);
        super::engagement::say(material, &mut draft);
        super::manifest::say(material, &mut draft);
        draft.done(material)
    }
}

/// The sentences, tables and figures as they come.
#[derive(Default)]
pub(super) struct Draft {
    statements: BTreeMap<Section, Vec<Statement>>,
    tables: Vec<Table>,
    figures: BTreeMap<String, serde_json::Number>,
}

impl Draft {
    /// Says a sentence. One that would rest on no record rests on everything that was read.
    pub(super) fn say(
        &mut self,
        section: Section,
        kind: StatementKind,
        text: impl Into<String>,
        ground: Ground,
    ) {
        let said = self.statements.entry(section).or_default();
        let (mut evidence, mut decision, mut coverage) = (Vec::new(), None, None);
        let is_sample = matches!(ground, Ground::Sample(_));
        match ground {
            Ground::Records(records) | Ground::Sample(records) if !records.is_empty() => {
                evidence = records;
            }
            Ground::Records(_) | Ground::Sample(_) => coverage = Some("all".to_owned()),
            Ground::Decision(word) => decision = Some(word),
            Ground::Coverage(word) => coverage = Some(word),
        }
        evidence.sort();
        evidence.dedup();
        let evidence_truncated = evidence.len() > CITED || (is_sample && !evidence.is_empty());
        evidence.truncate(CITED);
        said.push(Statement {
            id: format!("{}-{}", section.name(), said.len() + 1),
            section,
            kind,
            text: text.into(),
            evidence,
            evidence_truncated,
            decision,
            coverage,
        });
    }

    /// What the records show.
    pub(super) fn fact(&mut self, section: Section, text: impl Into<String>, ground: Ground) {
        self.say(section, StatementKind::Fact, text, ground);
    }

    /// What follows by judgement.
    pub(super) fn opinion(&mut self, section: Section, text: impl Into<String>, ground: Ground) {
        self.say(section, StatementKind::Opinion, text, ground);
    }

    /// Puts down a number under a name.
    pub(super) fn figure(&mut self, name: &str, value: u64) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// Puts down a table, where it has rows.
    pub(super) fn table(&mut self, table: Table) {
        if !table.rows.is_empty() {
            self.tables.push(table);
        }
    }

    fn done(self, material: &Material<'_>) -> FactBase {
        let facts = material.facts;
        FactBase {
            case: CaseFacts {
                name: facts.name.clone(),
                tenant: facts.tenant.clone(),
                zone: facts.zone.clone(),
                version: facts.version.clone(),
                evidence: facts.chain.clone(),
                rules: facts.rules.pack.clone(),
                decisions: String::new(),
                names: String::new(),
                from: facts.logs.iter().filter_map(|log| log.first).min(),
                until: facts.logs.iter().filter_map(|log| log.last).max(),
            },
            statements: self.statements.into_values().flatten().collect(),
            figures: self.figures,
            tables: self.tables,
            indicators: facts
                .indicators
                .iter()
                .map(|one| SharedTrait {
                    kind: one.kind.clone(),
                    value: one.value.clone(),
                    first: one.first,
                    last: one.last,
                    confidence: one.confidence,
                    context: one.context.clone(),
                    shared_with_innocents: one.shared_with_innocents,
                })
                .collect(),
            techniques: techniques(&facts.findings),
            charts: material.charts.clone(),
        }
    }
}

/// The techniques that findings name, by id.
fn techniques(findings: &[Finding]) -> Vec<Technique> {
    let mut rows: BTreeMap<&str, Technique> = BTreeMap::new();
    for finding in findings {
        for id in &finding.attack {
            let row = rows.entry(id).or_insert_with(|| Technique {
                id: id.clone(),
                findings: 0,
                events: 0,
                titles: Vec::new(),
            });
            row.findings += 1;
            row.events += finding.count;
            if !row.titles.contains(&finding.title) {
                row.titles.push(finding.title.clone());
            }
        }
    }
    rows.into_values().collect()
}

/// A column of words.
pub(super) fn words(title: &str, width: u32) -> Column {
    Column {
        title: title.to_owned(),
        width,
        is_number: false,
    }
}

/// A column of numbers.
pub(super) fn numbers(title: &str, width: u32) -> Column {
    Column {
        title: title.to_owned(),
        width,
        is_number: true,
    }
}

/// A row with the records that it is taken from.
pub(super) fn row(cells: Vec<String>, evidence: &[EvidenceRef]) -> Row {
    Row {
        cells,
        evidence: evidence.to_vec(),
    }
}

/// A time, or nothing.
pub(super) fn time(at: Option<Timestamp>) -> String {
    at.map(moment).unwrap_or_default()
}

/// `1 message`, `2 messages`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}

/// `3 days 4 hours`, `12 minutes`.
pub(super) fn span(seconds: i64) -> String {
    let minutes = u64::try_from(seconds / 60).unwrap_or(0);
    let (days, hours) = (minutes / 1_440, minutes % 1_440 / 60);
    match (days, hours) {
        (0, 0) => counted(minutes, "minute", "minutes"),
        (0, hours) => counted(hours, "hour", "hours"),
        (days, hours) => format!(
            "{} {}",
            counted(days, "day", "days"),
            counted(hours, "hour", "hours")
        ),
    }
}

/// Names in a sentence: up to five, else how many more.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const NAMED: usize = 5;
    let names: BTreeSet<&str> = names.into_iter().collect();
    let shown: Vec<&str> = names.iter().copied().take(NAMED).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
