//! The shape of each entry of a playbook.
//!
//! Gives typed rows of the data under `playbooks/`. It must never hold a fact itself.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A text that stands only where facts hold. `if` lists facts that must all hold; `!` before one turns
/// it round.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Clause {
    Always(String),
    If(ConditionalText),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConditionalText {
    #[serde(rename = "if")]
    pub(crate) when: Vec<String>,
    pub(crate) say: String,
}

/// Alternatives, each a list of facts that must all hold. No alternative: never.
pub(crate) type Condition = Vec<Vec<String>>;

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// Whoever may speak to the bank.
    Finance,
    /// Whoever decides.
    Management,
    /// Whoever administers the tenant.
    It,
    /// Whoever investigates.
    Responder,
}

impl Who {
    /// All four, in the order of the sheet.
    pub const ALL: [Self; 4] = [Self::Finance, Self::Management, Self::It, Self::Responder];

    /// The word on the sheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Finance => "Finance",
            Self::Management => "Management",
            Self::It => "IT",
            Self::Responder => "Responder",
        }
    }
}

/// Answers with which an entry appears, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// An answer file.
    pub answers: String,
    /// Whether the entry appears.
    pub appears: bool,
}

/// Where a fact comes from and when somebody last looked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Basis {
    pub(crate) sources: Vec<String>,
    pub(crate) checked: Date,
}

/// Which moment an order is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Due {
    /// When the bank executes the payment.
    Execution,
    /// When the first soft-deleted object is gone for good.
    SoftDelete,
    /// When the first deleted mail or mailbox is gone for good.
    DeletedMail,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderEntry {
    pub(crate) id: String,
    pub(crate) who: Who,
    pub(crate) rank: u8,
    pub(crate) when: Condition,
    /// When it is urgent; always, where this is absent.
    pub(crate) now: Option<Condition>,
    pub(crate) due: Option<Due>,
    pub(crate) title: Vec<Clause>,
    pub(crate) why: Vec<Clause>,
    #[serde(default)]
    pub(crate) steps: Vec<Clause>,
    pub(crate) basis: Basis,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotYetEntry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) when: Condition,
    pub(crate) why: Vec<Clause>,
    pub(crate) basis: Basis,
    pub(crate) samples: Vec<Sample>,
}

/// The word that starts a notification clock. They are not interchangeable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Trigger {
    Suspicion,
    Discovery,
    Awareness,
    Determination,
    Classification,
    Materiality,
}

impl Trigger {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Suspicion => "suspicion",
            Self::Discovery => "discovery",
            Self::Awareness => "awareness",
            Self::Determination => "determination",
            Self::Classification => "classification",
            Self::Materiality => "materiality",
        }
    }
}

/// The length of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Span {
    Hours(i64),
    /// Days of 24 hours.
    Days(i64),
    /// Days from Monday to Friday in the client's zone.
    BusinessDays(i64),
    /// Months of the calendar.
    Months(i64),
    /// At once: there is no figure.
    Now,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockEntry {
    pub(crate) id: String,
    /// Codes of ISO 3166 that call for it; a country also stands for its parts.
    #[serde(default)]
    pub(crate) places: Vec<String>,
    /// Words of `client.regulated` that call for it.
    #[serde(default)]
    pub(crate) regulated: Vec<String>,
    pub(crate) trigger: Trigger,
    pub(crate) span: Span,
    /// A test that no first call can answer, where the law has one.
    pub(crate) depends: Option<String>,
    pub(crate) assumes: String,
    pub(crate) basis: Basis,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RailEntry {
    /// The word of `payment.kind`, or `unknown`.
    pub(crate) kind: String,
    pub(crate) clock: String,
    pub(crate) span: Span,
    pub(crate) assumes: String,
    pub(crate) ask: String,
    pub(crate) references: String,
    pub(crate) basis: Basis,
    pub(crate) samples: Vec<Sample>,
}

/// What one plan keeps.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanEntry {
    pub(crate) licences: Vec<String>,
    /// The Entra edition it brings, where it says anything about it.
    pub(crate) entra: Option<String>,
    /// Days in the unified audit log, where it says anything about it.
    pub(crate) audit_days: Option<i64>,
    pub(crate) hold: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetentionEntry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) keeps: Keeps,
    pub(crate) instead: String,
    pub(crate) assumes: String,
    pub(crate) basis: Basis,
    pub(crate) samples: Vec<Sample>,
}

/// What decides how long a log keeps its records.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Keeps {
    /// So many days, whatever the licence.
    Days(i64),
    /// Days by the tenant's Entra edition.
    ByEntra(BTreeMap<String, i64>),
    /// The plan of the acting user; so many days where it is not known.
    ByPlan(i64),
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LostEntry {
    pub(crate) action: String,
    /// Channels for which this entry speaks; all, where the list is empty.
    #[serde(default)]
    pub(crate) channels: Vec<String>,
    pub(crate) what: String,
    pub(crate) instead: String,
    /// What ends the chance: ids of retention clocks, or days after the act such as `30d`.
    #[serde(default)]
    pub(crate) until: Vec<String>,
    pub(crate) basis: Basis,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestEntry {
    pub(crate) source: String,
    pub(crate) title: String,
    pub(crate) when: Condition,
    /// The retention clock it follows; a state has none.
    pub(crate) clock: Option<String>,
    /// Days it keeps, where no retention clock follows it.
    pub(crate) days: Option<i64>,
    pub(crate) how: Vec<Clause>,
    pub(crate) filter: String,
    pub(crate) rights: String,
    pub(crate) file: String,
    pub(crate) empty: String,
    /// Logs or forms whose arrival ticks it off.
    #[serde(default)]
    pub(crate) arrives_as: Vec<String>,
    pub(crate) basis: Basis,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionEntry {
    pub(crate) key: String,
    /// When it makes sense at all; always, where the list is empty.
    #[serde(default)]
    pub(crate) when: Condition,
    pub(crate) say: String,
    pub(crate) matters: String,
    #[serde(default)]
    pub(crate) choices: Vec<Choice>,
    /// What is asked along with it, where it was answered: facts for the pages, which change no order.
    #[serde(default)]
    pub(crate) also: Vec<Also>,
    /// Values by which the weight of the question is measured; times as hours around the call, `-2h`.
    pub(crate) plausible: Vec<String>,
}

/// A fact that is asked along with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// The key it answers.
    pub key: String,
    /// What to say.
    pub say: String,
}

/// One answer to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The value of the key.
    pub value: String,
    /// The words for it.
    pub say: String,
}
