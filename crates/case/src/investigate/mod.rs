//! From the case's records to its derived files: rules, findings, the events behind them, the lists.

mod answers;
mod attack;
mod contradictions;
mod cover;
mod deeds;
mod entry;
mod events;
mod facts;
mod first_records;
mod lists;
mod look_alikes;
mod mail;
mod told;

use std::path::PathBuf;

pub(crate) use events::{any_of, one_of};
pub(crate) use facts::{number, quoted, words};
pub(crate) use lists::Lists;

pub(crate) use answers::Answered;
pub(crate) use lists::{By, of_timeline};
pub(crate) use told::{Told, Trail};

use facts::Gathered;
use hourzero_report::{Answers, Facts};

use crate::{Case, CaseError, detection, rules};

/// What an investigation gave.
pub struct Investigation {
    /// The fact base of the documents.
    pub facts: Facts,
    /// The four answers, as in `scope.json`.
    pub answers: Answers,
    /// The HTML report.
    pub report: PathBuf,
}

impl Investigation {
    /// Whether something needs a person: records that were not read, rules that were not compiled.
    pub fn needs_attention(&self) -> bool {
        !self.facts.unread.is_empty() || !self.facts.rules.failed.is_empty()
    }
}

impl Case<'_> {
    /// Analyses what the case holds and writes `out/`. `own_rules` are the user's Sigma rules, files or
    /// folders, run beside the built-in ones.
    ///
    /// # Errors
    /// When the case cannot be read or written, or a rule folder holds no rule.
    pub fn investigate(&mut self, own_rules: &[PathBuf]) -> Result<Investigation, CaseError> {
        self.catch_up()?;
        let mut texts = rules::built_in();
        texts.extend(rules::of_user(own_rules)?);
        let pack_hash = rules::hash(&texts);
        let pack = rules::compile(texts)?;
        self.environment.progress.begin("rules", None);
        let mut detected = self.detect(&pack)?;
        let survey = self.survey()?;
        let look_alikes = self.look_alikes(&survey.domains, &detected.found.findings)?;
        for (finding, records) in look_alikes.findings {
            detected.found.add(finding, records.into_iter())?;
        }
        self.environment.progress.end();
        self.environment.progress.begin("timeline and lists", None);
        let (columnar, raw, dead) = detection::counted(&pack, &detected.liveness);
        let summary = hourzero_report::RuleSummary {
            pack: pack_hash,
            compiled: pack.rules.len() as u64,
            columnar,
            raw,
            dead,
            failed: pack
                .failed
                .iter()
                .map(|failed| hourzero_report::RuleState {
                    id: failed.id.clone(),
                    title: failed.title.clone(),
                    why: failed.reason.to_string(),
                })
                .collect(),
        };
        let Gathered {
            facts,
            lists,
            answered,
            situation,
        } = self.facts(
            (detected.found, &detected.backing),
            summary,
            (&survey, look_alikes.rows),
        )?;
        let report = self.write_outputs(&facts, lists, &answered)?;
        let worksheet = self.write_worksheet(&situation)?;
        self.write_fact_base(&facts, &answered, (&situation, worksheet))?;
        self.refresh_evidence_request(Some(&facts.logs))?;
        self.environment.progress.end();
        Ok(Investigation {
            facts,
            answers: answered.into(),
            report,
        })
    }
}
