//! The knowledge behind the orders: read from data, replaceable by the caller.
//!
//! Takes the texts of the files under `playbooks/` and gives one checked playbook. It must never skip
//! an entry silently: a word it does not know is an error.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::entry::{
    Clause, ClockEntry, Condition, LostEntry, NotYetEntry, OrderEntry, PlanEntry, QuestionEntry,
    RailEntry, RequestEntry, RetentionEntry, Sample,
};
use crate::facts;

/// The playbook cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaybookError {
    /// A file is missing.
    #[error("the playbook has no {0}; add the file, or use the built-in playbook")]
    Missing(&'static str),
    /// A file cannot be read.
    #[error("{file}: {what}; correct the entry")]
    Broken {
        /// The file's name.
        file: &'static str,
        /// What is wrong in it.
        what: String,
    },
    /// A condition names a fact that does not exist.
    #[error("{file}: entry `{id}` asks for `{fact}`, which is no fact; correct the word")]
    NoSuchFact {
        /// The file's name.
        file: &'static str,
        /// The entry.
        id: String,
        /// The word.
        fact: String,
    },
}

/// The knowledge behind the orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playbook {
    pub(crate) orders: Vec<OrderEntry>,
    pub(crate) not_yet: Vec<NotYetEntry>,
    pub(crate) clocks: Vec<ClockEntry>,
    pub(crate) rails: Vec<RailEntry>,
    pub(crate) plans: Vec<PlanEntry>,
    pub(crate) retention: Vec<RetentionEntry>,
    pub(crate) lost: Vec<LostEntry>,
    pub(crate) requests: Vec<RequestEntry>,
    pub(crate) questions: Vec<QuestionEntry>,
}

/// The files of the built-in playbook: name and text.
pub const PLAYBOOK_FILES: [(&str, &str); 8] = [
    (
        "clocks.toml",
        include_str!("../../../playbooks/clocks.toml"),
    ),
    ("lost.toml", include_str!("../../../playbooks/lost.toml")),
    (
        "not-yet.toml",
        include_str!("../../../playbooks/not-yet.toml"),
    ),
    (
        "orders.toml",
        include_str!("../../../playbooks/orders.toml"),
    ),
    (
        "questions.toml",
        include_str!("../../../playbooks/questions.toml"),
    ),
    ("rails.toml", include_str!("../../../playbooks/rails.toml")),
    (
        "requests.toml",
        include_str!("../../../playbooks/requests.toml"),
    ),
    (
        "retention.toml",
        include_str!("../../../playbooks/retention.toml"),
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Orders {
    order: Vec<OrderEntry>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotYet {
    not_yet: Vec<NotYetEntry>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clocks {
    clock: Vec<ClockEntry>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rails {
    rail: Vec<RailEntry>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retention {
    plan: Vec<PlanEntry>,
    log: Vec<RetentionEntry>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lost {
    lost: Vec<LostEntry>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Requests {
    request: Vec<RequestEntry>,
}
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Questions {
    question: Vec<QuestionEntry>,
}

impl Playbook {
    /// The playbook in the program.
    ///
    /// # Errors
    /// Never in a released program, because a test reads it.
    pub fn built_in() -> Result<Self, PlaybookError> {
        let files = PLAYBOOK_FILES
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        Self::load(&files)
    }

    /// Reads a playbook from the texts of its files, by name (`orders.toml` …).
    ///
    /// # Errors
    /// When a file is missing or broken, or a condition names no fact.
    pub fn load(files: &BTreeMap<String, String>) -> Result<Self, PlaybookError> {
        let retention: Retention = read(files, "retention.toml")?;
        let playbook = Self {
            orders: read::<Orders>(files, "orders.toml")?.order,
            not_yet: read::<NotYet>(files, "not-yet.toml")?.not_yet,
            clocks: read::<Clocks>(files, "clocks.toml")?.clock,
            rails: read::<Rails>(files, "rails.toml")?.rail,
            plans: retention.plan,
            retention: retention.log,
            lost: read::<Lost>(files, "lost.toml")?.lost,
            requests: read::<Requests>(files, "requests.toml")?.request,
            questions: read::<Questions>(files, "questions.toml")?.question,
        };
        playbook.check_facts()?;
        Ok(playbook)
    }

    /// The samples of every entry, with the list of the assessment in which the entry's id appears.
    pub fn samples(&self) -> Vec<(&'static str, &str, &Sample)> {
        let orders = self
            .orders
            .iter()
            .map(|e| ("orders", e.id.as_str(), &e.samples));
        let not_yet = self
            .not_yet
            .iter()
            .map(|e| ("not_yet", e.id.as_str(), &e.samples));
        let clocks = self
            .clocks
            .iter()
            .map(|e| ("clocks", e.id.as_str(), &e.samples));
        let rails = self
            .rails
            .iter()
            .map(|e| ("clocks", e.clock.as_str(), &e.samples));
        let logs = self
            .retention
            .iter()
            .map(|e| ("clocks", e.id.as_str(), &e.samples));
        let lost = self
            .lost
            .iter()
            .map(|e| ("lost", e.what.as_str(), &e.samples));
        let requests = self
            .requests
            .iter()
            .map(|e| ("requests", e.source.as_str(), &e.samples));
        orders
            .chain(not_yet)
            .chain(clocks)
            .chain(rails)
            .chain(logs)
            .chain(lost)
            .chain(requests)
            .flat_map(|(list, id, samples)| samples.iter().map(move |sample| (list, id, sample)))
            .collect()
    }

    fn check_facts(&self) -> Result<(), PlaybookError> {
        for entry in &self.orders {
            let texts = [&entry.title, &entry.why, &entry.steps];
            check("orders.toml", &entry.id, &entry.when, &texts)?;
            if let Some(now) = &entry.now {
                check("orders.toml", &entry.id, now, &[])?;
            }
        }
        for entry in &self.not_yet {
            check("not-yet.toml", &entry.id, &entry.when, &[&entry.why])?;
        }
        for entry in &self.requests {
            check("requests.toml", &entry.source, &entry.when, &[&entry.how])?;
        }
        for entry in &self.questions {
            check("questions.toml", &entry.key, &entry.when, &[])?;
        }
        Ok(())
    }
}

fn read<T: DeserializeOwned>(
    files: &BTreeMap<String, String>,
    name: &'static str,
) -> Result<T, PlaybookError> {
    let text = files.get(name).ok_or(PlaybookError::Missing(name))?;
    toml::from_str(text).map_err(|error| PlaybookError::Broken {
        file: name,
        what: error.to_string(),
    })
}

fn check(
    file: &'static str,
    id: &str,
    condition: &Condition,
    texts: &[&Vec<Clause>],
) -> Result<(), PlaybookError> {
    let in_texts = texts
        .iter()
        .flat_map(|text| text.iter())
        .flat_map(|clause| match clause {
            Clause::Always(_) => [].iter(),
            Clause::If(conditional) => conditional.when.iter(),
        });
    for fact in condition.iter().flatten().chain(in_texts) {
        if !facts::exists(fact.trim_start_matches('!')) {
            return Err(PlaybookError::NoSuchFact {
                file,
                id: id.to_owned(),
                fact: fact.clone(),
            });
        }
    }
    Ok(())
}
