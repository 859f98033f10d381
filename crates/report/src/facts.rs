//! What a report is made of. The case fills it in; nothing here is computed.

use std::collections::BTreeMap;

use hourzero_model::{Finding, Foothold, Timestamp};
use hourzero_scope::{AccountRow, Indicator, LookAlikeRow, TimelineRow};
use serde::Serialize;

use crate::Mark;

/// Everything that the documents print.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Name of the case.
    pub name: String,
    /// Tenant as given, empty where it was not.
    pub tenant: String,
    /// Time zone of local times, by its name in the time-zone database.
    pub zone: String,
    /// Version of the program.
    pub version: String,
    /// Hash of the journal's entry up to which the document was made.
    pub chain: String,
    /// Findings, gravest first, without the items of a series and with the first of their records;
    /// `findings.jsonl` has them whole.
    pub findings: Vec<Finding>,
    /// How many records `findings.jsonl` lists under each finding, by id.
    pub listed: BTreeMap<String, usize>,
    /// The timeline, as far as the page shows it.
    pub timeline: Timeline,
    /// Accounts that findings name.
    pub accounts: Vec<AccountRow>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Footholds.
    pub footholds: Vec<Foothold>,
    /// Domains that look like another one, by domain.
    pub look_alikes: Vec<LookAlikeRow>,
    /// One row an artefact, by file name.
    pub artefacts: Vec<ArtefactRow>,
    /// One row a log.
    pub logs: Vec<LogRow>,
    /// What was not read and why, the first of each reason.
    pub unread: Vec<Unread>,
    /// Events by attribution.
    pub counts: BTreeMap<String, u64>,
    /// The rules that were run.
    pub rules: RuleSummary,
    /// Sentences on what the evidence cannot tell.
    pub limits: Vec<String>,
    /// The engagement log and the first call.
    pub engagement: Engagement,
}

/// The events behind findings.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// The first of them, by time, then record id.
    pub first: Vec<TimelineRow>,
    /// How many there are.
    pub events: u64,
    /// Rows of mail to and from the attacker's accounts that only the lists have.
    pub mail: u64,
    /// Each of them in the chart.
    pub marks: Vec<Mark>,
}

/// What people did and said in the engagement.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Engagement {
    /// The engagement log, by time.
    pub log: Vec<LoggedAct>,
    /// All time, in words; empty where none was written down.
    pub hours: String,
    /// The sum of each currency.
    pub costs: Vec<String>,
    /// Every answer of the first call, oldest first.
    pub said: Vec<Said>,
    /// The decision that it was no incident, in words; empty where there is none.
    pub no_incident: String,
}

/// One entry of the engagement log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedAct {
    /// When it happened, UTC.
    pub at: String,
    /// `note`, `decision`, `call`, `hours` or `cost`.
    pub kind: String,
    /// Who speaks in it.
    pub author: String,
    /// The words.
    pub text: String,
    /// What stands beside them: reason, partner of the call, time, sum.
    pub beside: String,
}

/// One answer of the first call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The key.
    pub key: String,
    /// The answer.
    pub value: String,
    /// Who said it.
    pub by: String,
    /// When, UTC.
    pub at: String,
    /// Whether it holds still.
    pub holds: bool,
}

/// One artefact with its account: `records = events + states + duplicates + rejects`.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct ArtefactRow {
    /// The file below the path given, a member as `a.zip!inner.csv`.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Stable name of its form; empty for a file of no known form.
    pub form: String,
    /// Bytes.
    pub size: u64,
    /// Records.
    pub records: u64,
    /// Records that speak for an event.
    pub events: u64,
    /// Configuration objects.
    pub states: u64,
    /// Duplicates, revisions and witnesses.
    pub duplicates: u64,
    /// Rejects.
    pub rejects: u64,
    /// Why nothing was read from it.
    pub note: String,
}

/// One log with its span.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct LogRow {
    /// The log.
    pub source: String,
    /// Records, duplicates included.
    pub records: u64,
    /// Oldest record.
    pub first: Option<Timestamp>,
    /// Newest record.
    pub last: Option<Timestamp>,
    /// Accounts that acted.
    pub accounts: u64,
}

/// Records that could not be read, one row a file and reason.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Unread {
    /// The file.
    pub file: String,
    /// 1-based number of the first such record; 0 for the file as a whole.
    pub position: u64,
    /// Why.
    pub reason: String,
    /// How many such records the file has.
    pub count: u64,
}

/// The rules that were run and whether each could fire at all.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
pub struct RuleSummary {
    /// Hash over all rules and mappings.
    pub pack: String,
    /// Compiled rules.
    pub compiled: u64,
    /// Evaluated over columns.
    pub columnar: u64,
    /// Evaluated over raw records.
    pub raw: u64,
    /// No record of this evidence has a field that they need.
    pub dead: Vec<RuleState>,
    /// Not compiled.
    pub failed: Vec<RuleState>,
}

/// A rule that could not fire, and why.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct RuleState {
    /// Rule id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The fields that are missing, or the reason why it was not compiled.
    pub why: String,
}
