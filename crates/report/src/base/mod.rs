//! The fact base: every sentence of every document, with what stands behind it.
//!
//! Documents differ by audience and format; what they say is said here, once. A [`Statement`] can only be made
//! with a [`Ground`], so that a sentence without a record, a decision or a stated coverage cannot be written.

mod acts;
mod attack;
mod charts;
mod compare;
mod contained;
mod coverage;
mod engagement;
mod entry;
mod exposure;
mod findings;
mod make;
mod manifest;
mod redact;
mod scope;
mod summary;

use std::collections::BTreeMap;

use hourzero_model::{Confidence, EvidenceRef, Timestamp, words};
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

words! {
    /// A part of a document, in the order in which documents have them.
    Section, "summary, asked, scope, entry, timeline, footholds, exposure, people, payments, containment, hardening, hand-back, recommendations, coverage, findings, indicators, clocks, hours, footprint, method, manifest, certificate, glossary", {
        /// In plain words.
        Summary = "summary",
        /// What was asked, by whom, when.
        Asked = "asked",
        /// Accounts and systems that were used.
        Scope = "scope",
        /// How the attacker came in, with the alternatives.
        Entry = "entry",
        /// What he did, in the order of time.
        Timeline = "timeline",
        /// What he left behind.
        Footholds = "footholds",
        /// What he read, took and sent.
        Exposure = "exposure",
        /// People concerned.
        People = "people",
        /// Payments and their recall.
        Payments = "payments",
        /// What was done against him.
        Containment = "containment",
        /// What makes the next attack harder: done and outstanding.
        Hardening = "hardening",
        /// Whether the tenant can be handed back.
        HandBack = "hand-back",
        /// What should be done.
        Recommendations = "recommendations",
        /// What the evidence covers, and what cannot be known.
        Coverage = "coverage",
        /// What the rules and Microsoft's alerts gave.
        Findings = "findings",
        /// What betrays the attacker.
        Indicators = "indicators",
        /// Deadlines.
        Clocks = "clocks",
        /// Calls, hours and costs.
        Hours = "hours",
        /// What our own work left in the tenant.
        Footprint = "footprint",
        /// How this was found out, with versions.
        Method = "method",
        /// Evidence with hashes and custody.
        Manifest = "manifest",
        /// A certificate of the records for a court.
        Certificate = "certificate",
        /// Words explained.
        Glossary = "glossary",
    }
}

impl Section {
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

words! {
    /// What kind of sentence it is; counsel's copy keeps them apart.
    StatementKind, "fact, opinion, told, advice", {
        /// The records show it.
        Fact = "fact",
        /// It follows from the records by judgement, with a stated confidence.
        Opinion = "opinion",
        /// Somebody said it.
        Told = "told",
        /// It should be done.
        Advice = "advice",
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
    /// Some of the records that show it; at least one.
    Sample(Vec<EvidenceRef>),
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

    /// The records that are cited, and whether more show it; without any, what was looked through.
    pub fn cited(records: Vec<EvidenceRef>, has_more: bool, coverage: &str) -> Self {
        match (records.is_empty(), has_more) {
            (true, _) => Self::Coverage(coverage.to_owned()),
            (false, true) => Self::Sample(records),
            (false, false) => Self::Records(records),
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
