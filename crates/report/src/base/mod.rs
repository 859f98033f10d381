//! The fact base: every sentence of every document, with what stands behind it.
//!
//! Documents differ by audience and format; what they say is said here, once. A [`Statement`] can only be made
//! with a [`Ground`], so that a sentence without a record, a decision or a stated coverage cannot be written.

mod attack;
mod charts;
mod compare;
mod contained;
mod coverage;
mod engagement;
mod entry;
mod exposure;
mod make;
mod manifest;
mod redact;
mod scope;
mod summary;

use std::collections::BTreeMap;

use hourzero_model::{Confidence, EvidenceRef, Timestamp};
use serde::{Deserialize, Serialize};

pub use charts::{Charts, DayCount, Edge, PlaceCount};
pub use compare::{Difference, differences};
pub use make::{ActCount, CITED, Call, ClockRow, Material, Planned, Sent, ToldAct};
pub use redact::{RedactionKey, redacted};

/// Everything that documents say. The same evidence, decisions and version give the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactBase {
    /// What the case is.
    pub case: CaseFacts,
    /// Every sentence, section by section.
    pub statements: Vec<Statement>,
    /// Every number that a sentence or a table names, by its name.
    pub figures: BTreeMap<String, serde_json::Number>,
    /// The tables.
    pub tables: Vec<Table>,
    /// What betrays the attacker.
    pub indicators: Vec<SharedTrait>,
    /// The techniques that findings name, by id.
    pub techniques: Vec<Technique>,
    /// What the charts are drawn from.
    pub charts: Charts,
}

/// What the case is and what was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFacts {
    /// Name of the case.
    pub name: String,
    /// The tenant's domain; empty where it is not known.
    pub tenant: String,
    /// Time zone of local times, by its name in the time-zone database.
    pub zone: String,
    /// Version of the program.
    pub version: String,
    /// One hash over the hashes of all artefacts.
    pub evidence: String,
    /// Hash over all rules and mappings.
    pub rules: String,
    /// Hash over what people said and gave beside evidence; empty where nothing counts it.
    pub decisions: String,
    /// What was done to names of people, as a sentence; empty where nothing was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub names: String,
    /// The oldest record, UTC.
    pub from: Option<Timestamp>,
    /// The newest record, UTC.
    pub until: Option<Timestamp>,
}

/// A part of a document, in the order in which documents have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// In plain words.
    Summary,
    /// What was asked, by whom, when.
    Asked,
    /// Accounts and systems that were used.
    Scope,
    /// How the attacker came in, with the alternatives.
    Entry,
    /// What he did, in the order of time.
    Timeline,
    /// What he left behind.
    Footholds,
    /// What he read, took and sent.
    Exposure,
    /// People concerned.
    People,
    /// Payments and their recall.
    Payments,
    /// What was done against him.
    Containment,
    /// What makes the next attack harder: done and outstanding.
    Hardening,
    /// Whether the tenant can be handed back.
    HandBack,
    /// What should be done.
    Recommendations,
    /// What the evidence covers, and what cannot be known.
    Coverage,
    /// What the rules and Microsoft's alerts gave.
    Findings,
    /// What betrays the attacker.
    Indicators,
    /// Deadlines.
    Clocks,
    /// Calls, hours and costs.
    Hours,
    /// What our own work left in the tenant.
    Footprint,
    /// How this was found out, with versions.
    Method,
    /// Evidence with hashes and custody.
    Manifest,
    /// A certificate of the records for a court.
    Certificate,
    /// Words explained.
    Glossary,
}

impl Section {
    /// All of them, in order.
    pub const ALL: &'static [Self] = &[
        Self::Summary,
        Self::Asked,
        Self::Scope,
        Self::Entry,
        Self::Timeline,
        Self::Footholds,
        Self::Exposure,
        Self::People,
        Self::Payments,
        Self::Containment,
        Self::Hardening,
        Self::HandBack,
        Self::Recommendations,
        Self::Coverage,
        Self::Findings,
        Self::Indicators,
        Self::Clocks,
        Self::Hours,
        Self::Footprint,
        Self::Method,
        Self::Manifest,
        Self::Certificate,
        Self::Glossary,
    ];

    /// The word in ids and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Asked => "asked",
            Self::Scope => "scope",
            Self::Entry => "entry",
            Self::Timeline => "timeline",
            Self::Footholds => "footholds",
            Self::Exposure => "exposure",
            Self::People => "people",
            Self::Payments => "payments",
            Self::Containment => "containment",
            Self::Hardening => "hardening",
            Self::HandBack => "hand-back",
            Self::Recommendations => "recommendations",
            Self::Coverage => "coverage",
            Self::Findings => "findings",
            Self::Indicators => "indicators",
            Self::Clocks => "clocks",
            Self::Hours => "hours",
            Self::Footprint => "footprint",
            Self::Method => "method",
            Self::Manifest => "manifest",
            Self::Certificate => "certificate",
            Self::Glossary => "glossary",
        }
    }

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Asked => "What we were asked and told",
            Self::Scope => "Accounts and systems that were used",
            Self::Entry => "How the attacker came in",
            Self::Timeline => "What happened, in order",
            Self::Footholds => "What was left behind",
            Self::Exposure => "What was read, taken and sent",
            Self::People => "People concerned",
            Self::Payments => "Payments",
            Self::Containment => "What was done against the attacker",
            Self::Hardening => "Hardening",
            Self::HandBack => "Hand-back",
            Self::Recommendations => "Recommendations",
            Self::Coverage => "What the evidence covers, and what cannot be known",
            Self::Findings => "Findings",
            Self::Indicators => "Indicators",
            Self::Clocks => "Clocks",
            Self::Hours => "Engagement log",
            Self::Footprint => "What our own work left behind",
            Self::Method => "Method",
            Self::Manifest => "Evidence",
            Self::Certificate => "Certificate of records",
            Self::Glossary => "Words used",
        }
    }
}

/// What kind of sentence it is; counsel's copy keeps them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatementKind {
    /// The records show it.
    Fact,
    /// It follows from the records by judgement, with a stated confidence.
    Opinion,
    /// Somebody said it.
    Told,
    /// It should be done.
    Advice,
}

impl StatementKind {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Opinion => "opinion",
            Self::Told => "told",
            Self::Advice => "advice",
        }
    }
}

/// One sentence and what stands behind it. One of `evidence`, `decision` and `coverage` is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The section and a number in it, `scope-3`.
    pub id: String,
    /// Where it stands.
    pub section: Section,
    /// What kind it is.
    pub kind: StatementKind,
    /// The sentence.
    pub text: String,
    /// Records that show it, at most [`CITED`].
    pub evidence: Vec<EvidenceRef>,
    /// Present and true where more records show it than are cited.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub evidence_truncated: bool,
    /// Whose word it rests on, as the journal has it: `answers/<key>`, `log/<time>`, `done/<action>`,
    /// `scope-decision/<id>`, `outcome`.
    pub decision: Option<String>,
    /// What it was looked for in: `all`, `log/<name>`, `rules`, `manifest`, `case`.
    pub coverage: Option<String>,
}

/// What stands behind a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// Records; at least one.
    Records(Vec<EvidenceRef>),
    /// Somebody's word in the journal.
    Decision(String),
    /// What was looked through.
    Coverage(String),
}

impl Ground {
    /// Records where there are some, else what was looked through.
    pub fn records_or(records: &[EvidenceRef], coverage: &str) -> Self {
        if records.is_empty() {
            Self::Coverage(coverage.to_owned())
        } else {
            Self::Records(records.to_vec())
        }
    }
}

/// A table of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Stable id.
    pub id: String,
    /// Where it stands.
    pub section: Section,
    /// What it holds.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// How many more rows there are than are here.
    pub left_out: u64,
    /// The file of `out/` that has all of them; empty where this is all.
    pub whole: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// How much of the width it takes, relative to the others.
    pub width: u32,
    /// Whether it holds numbers, which stand to the right.
    pub is_number: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// One text a column.
    pub cells: Vec<String>,
    /// The records that it is taken from, where it is taken from some.
    pub evidence: Vec<EvidenceRef>,
}

/// Something that betrays the attacker, for lists that are shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedTrait {
    /// `ip`, `session`, `device`, `app`, `user-agent`, `recipient`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value.
    pub value: String,
    /// The first event behind it, UTC.
    pub first: Timestamp,
    /// The last event behind it, UTC.
    pub last: Timestamp,
    /// How sure.
    pub confidence: Confidence,
    /// What it was seen in.
    pub context: String,
    /// How many accounts use it that nobody blames.
    pub shared_with_innocents: u64,
}

/// A technique of MITRE ATT&CK.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technique {
    /// `T1114.003`.
    pub id: String,
    /// Findings that name it.
    pub findings: u64,
    /// Events behind them.
    pub events: u64,
    /// The titles of these findings, the gravest first.
    pub titles: Vec<String>,
}
