//! A pack of rules: texts and mappings to compiled rules, and the reasons why some are none.
//!
//! Takes file paths and texts and gives rules in the order of path and document, whatever order they
//! came in. Never knows where the texts come from.

mod build;
pub(crate) mod link;

use std::collections::BTreeMap;

use hourzero_model::{Confidence, Severity};

use crate::error::RuleError;
use crate::ir::{Expr, Field};
use crate::mapping::Mappings;
pub use crate::sigma::block::SystemActors;

/// The place of a rule in its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(pub usize);

/// A compiled rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name in findings: the path for ours, the Sigma id (else the path) for a user's.
    pub id: String,
    /// The id that it carries itself.
    pub sigma_id: Option<String>,
    /// The name by which correlations refer to it.
    pub name: Option<String>,
    /// What it finds.
    pub title: String,
    /// More words.
    pub description: String,
    /// How grave.
    pub severity: Severity,
    /// ATT&CK technique ids.
    pub attack: Vec<String>,
    /// All tags as written.
    pub tags: Vec<String>,
    /// The ordinary explanation.
    pub innocent: String,
    /// What would confirm it.
    pub confirm: String,
    /// How sure a hit is by itself.
    pub confidence: Confidence,
    /// What it looks for.
    pub kind: RuleKind,
    /// Whether its hits are reported; base rules of a correlation are not.
    pub alerting: Alerting,
    /// Whose rule it is.
    pub origin: Origin,
    /// Whether acts of Microsoft's own accounts count in full.
    pub system_actors: SystemActors,
    /// How hits become findings.
    pub assembly: Assembly,
    /// The fields that it names, with what each of them became.
    pub fields: BTreeMap<String, Vec<Field>>,
    /// The file.
    pub file: String,
    /// SHA-256 of the file's text, in hexadecimal digits.
    pub hash: String,
}

/// What a rule looks for.
#[derive(Debug, Clone)]
pub enum RuleKind {
    /// Single records; the log source is part of the expression.
    Predicate(Expr),
    /// Hits of other rules.
    Correlation(Correlation),
}

/// Whether hits are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alerting {
    /// They are.
    Reported,
    /// They only feed correlations.
    Base,
}

/// Whose rule it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It carries our block.
    Ours,
    /// A plain Sigma rule.
    User,
    /// Built in: Microsoft's alerts and risk detections.
    Microsoft,
}

/// How the hits of a rule become findings.
#[derive(Debug, Clone, PartialEq)]
pub struct Assembly {
    /// Fields that make a series, each with what it may stand in; empty for the account.
    pub group_by: Vec<Vec<Field>>,
    /// Seconds without an event that end a series.
    pub gap: i64,
    /// More fields that name accounts.
    pub accounts: Vec<Field>,
    /// More fields that name what was acted on.
    pub targets: Vec<Field>,
    /// More details: key and fields.
    pub details: BTreeMap<String, Vec<Field>>,
    /// A sentence with placeholders, for the title.
    pub sentence: Option<String>,
}

/// Seconds without an event that end a series where the rule says nothing.
pub const DEFAULT_GAP: i64 = 3_600;

impl Default for Assembly {
    fn default() -> Self {
        Self {
            group_by: Vec::new(),
            gap: DEFAULT_GAP,
            accounts: Vec::new(),
            targets: Vec::new(),
            details: BTreeMap::new(),
            sentence: None,
        }
    }
}

/// A rule over the hits of others.
#[derive(Debug, Clone)]
pub struct Correlation {
    /// What is correlated.
    pub(crate) kind: CorrelationKind,
    /// The rules whose hits are taken, in the order as written.
    pub(crate) rules: Vec<RuleIndex>,
    /// For each base predicate below it the fields of the group, in the order of `group-by`.
    pub(crate) group_by: BTreeMap<RuleIndex, Vec<Vec<Field>>>,
    /// Microseconds.
    pub(crate) span: i64,
}

/// What is correlated.
#[derive(Debug, Clone)]
pub(crate) enum CorrelationKind {
    /// How many events.
    EventCount(Vec<(crate::sigma::correlation::Order, f64)>),
    /// How many values: for each base predicate the fields.
    ValueCount(
        BTreeMap<RuleIndex, Vec<Vec<Field>>>,
        Vec<(crate::sigma::correlation::Order, f64)>,
    ),
    /// Different rules close in time.
    Temporal(Occurrence),
    /// Different rules in the order as written.
    TemporalOrdered,
}

/// Which rules must occur.
#[derive(Debug, Clone)]
pub(crate) enum Occurrence {
    /// All of them.
    Every,
    /// So many different ones.
    Count(Vec<(crate::sigma::correlation::Order, f64)>),
    /// A condition over their positions.
    Condition(Expr),
}

/// A rule that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRule {
    /// The file.
    pub path: String,
    /// The rule's id, else the path.
    pub id: String,
    /// Its title, as far as it could be read.
    pub title: String,
    /// Why.
    pub reason: RuleError,
}

/// All rules of a run.
#[derive(Debug, Clone)]
pub struct RulePack {
    /// The compiled rules; the built-in ones come last.
    pub rules: Vec<Rule>,
    /// Those that cannot be used.
    pub failed: Vec<FailedRule>,
    pub(crate) mappings: Mappings,
}

impl RulePack {
    /// Compiles rules from files, each with its path and text. The order of the files does not matter.
    pub fn load<P: Into<String>, T: AsRef<str>>(
        files: impl IntoIterator<Item = (P, T)>,
        mappings: &Mappings,
    ) -> Self {
        let files: BTreeMap<String, T> = files
            .into_iter()
            .map(|(path, text)| (path.into(), text))
            .collect();
        let mut builder = build::Builder::new(mappings);
        for (path, text) in &files {
            builder.file(path, text.as_ref());
        }
        let (mut rules, mut failed, pending, filters) = builder.finish();
        link::filters(&mut rules, &mut failed, filters);
        link::correlations(&mut rules, &mut failed, pending, mappings);
        rules.push(build::microsoft(mappings));
        failed.sort_by(|a, b| (&a.path, &a.id).cmp(&(&b.path, &b.id)));
        Self {
            rules,
            failed,
            mappings: mappings.clone(),
        }
    }

    /// The rules over single records, for one scan.
    pub fn predicates(&self) -> impl Iterator<Item = (RuleIndex, &Expr)> {
        self.rules
            .iter()
            .enumerate()
            .filter_map(|(index, rule)| match &rule.kind {
                RuleKind::Predicate(expr) => Some((RuleIndex(index), expr)),
                RuleKind::Correlation(_) => None,
            })
    }

    /// The rule at a place.
    pub fn rule(&self, index: RuleIndex) -> Option<&Rule> {
        self.rules.get(index.0)
    }
}
