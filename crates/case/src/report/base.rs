//! From what an investigation gave to the fact base.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_contain::{Situation, plan, rows};
use hourzero_evidence::RECEIPT;
use hourzero_intake::{Clock, assess};
use hourzero_model::EvidenceRef;
use hourzero_report::Facts;
use hourzero_report::base::{
    Call, ClockRow, Column, FactBase, Material, Planned, Row, Section, Table, ToldAct,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::FACT_BASE;
use crate::folder::write_whole;
use crate::investigate::{Answered, number, quoted, words};
use crate::{Case, CaseError};

impl Case<'_> {
    /// Writes down everything that documents may say.
    pub(crate) fn write_fact_base(
        &self,
        facts: &Facts,
        answered: &Answered,
        situation: &Situation,
    ) -> Result<(), CaseError> {
        let base = self.fact_base(facts, answered, situation)?;
        write_whole(
            &self.folder.out().join(FACT_BASE),
            as_text(&base)?.as_bytes(),
        )
    }

    /// Everything that documents may say, but for who handed in which file and when.
    pub(super) fn fact_base(
        &self,
        facts: &Facts,
        answered: &Answered,
        situation: &Situation,
    ) -> Result<FactBase, CaseError> {
        let records = self.records_named(answered)?;
        let call = self.call(situation)?;
        let worksheet: Vec<Planned> = rows(&plan(situation))
            .into_iter()
            .map(|row| Planned {
                stage: row.stage,
                object: row.object,
                what: row.what_to_do,
            })
            .collect();
        let zone = self.settings.time_zone()?;
        let mut base = FactBase::of(&Material {
            facts,
            zone: &zone,
            told: answered.questions(),
            links: &answered.links,
            money: &answered.money,
            sent: &answered.sent,
            steps: &answered.steps,
            records: &records,
            reached: &answered.deeds.reached(),
            acts: &answered.deeds.acts(),
            call: &call,
            charts: &answered.deeds.charts(&answered.links),
            worksheet: &worksheet,
        });
        base.case.decisions = self.decisions_hash();
        Ok(base)
    }

    /// The records that footholds name by their ids.
    fn records_named(
        &self,
        answered: &Answered,
    ) -> Result<BTreeMap<String, EvidenceRef>, CaseError> {
        let ids: BTreeSet<&String> = answered
            .hostile
            .iter()
            .flat_map(|one| &one.evidence)
            .collect();
        let mut found = BTreeMap::new();
        if ids.is_empty() {
            return Ok(found);
        }
        let names = self.names();
        let sql = format!(
            "SELECT record_id, artefact, position FROM records WHERE record_id IN ({}) \
             ORDER BY record_id, artefact, position",
            quoted(&ids)
        );
        for row in self.rows(&sql)? {
            let Ok(sha256) = words(row.get(1)).parse() else {
                continue;
            };
            let record = EvidenceRef {
                record_id: words(row.first()),
                file: names.get(&sha256).cloned().unwrap_or_default(),
                sha256,
                position: number(row.get(2)),
            };
            found.entry(record.record_id.clone()).or_insert(record);
        }
        Ok(found)
    }

    /// What the first call says, its clocks, and what people say was done.
    fn call(&self, situation: &Situation) -> Result<Call, CaseError> {
        let done = situation.done.iter().map(|one| ToldAct {
            action: one.action.action.to_string(),
            target: one.action.target.clone().unwrap_or_default(),
            at: one.action.at.as_ref().map_or_else(
                || "at no known time".to_owned(),
                |at| format!("at {}", at.original()),
            ),
            by: one.action.by.clone().unwrap_or_default(),
            is_in_logs: one.in_logs,
        });
        let mut call = Call {
            done: done.collect(),
            ..Call::default()
        };
        if !self.has_answers() {
            return Ok(call);
        }
        let answers = self.answers()?;
        let assessment = assess(
            &answers,
            &crate::first_call::playbook()?,
            self.time_of_call(&answers),
        );
        call.answers = self
            .answer_rows()?
            .into_iter()
            .filter(|row| row.holds && !row.value.is_empty() && row.value != "unknown")
            .map(|row| (row.key, row.value))
            .collect();
        call.clocks = assessment.clocks.into_iter().map(clock).collect();
        call.lost = assessment
            .lost
            .into_iter()
            .map(|lost| {
                let target = lost.target.map(|target| format!(" of {target}"));
                format!(
                    "What was done has cost evidence (by {}{}): {} Instead: {}",
                    lost.by,
                    target.unwrap_or_default(),
                    lost.what,
                    lost.instead
                )
            })
            .collect();
        Ok(call)
    }

    /// One hash over everything that people have said and given beside evidence: what was derived before a later
    /// word is out of date.
    pub(super) fn decisions_hash(&self) -> String {
        let mut hash = Sha256::new();
        for entry in self.journal.entries() {
            let kind = entry.entry.kind.as_str();
            if Self::says_nothing_new(kind) {
                continue;
            }
            hash.update(kind.as_bytes());
            hash.update(entry.entry.content.to_string().as_bytes());
            hash.update(b"\n");
        }
        hash.finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// Adds who handed in which file and when, which is the journal's to tell.
    pub(super) fn with_custody(&self, mut base: FactBase) -> FactBase {
        let word = |content: &Value, key: &str| {
            content
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let rows: Vec<Row> = self
            .journal
            .of_kind(RECEIPT)
            .map(|entry| Row {
                cells: vec![
                    entry.entry.time.to_string(),
                    entry.entry.actor.clone(),
                    word(&entry.entry.content, "file"),
                    entry
                        .entry
                        .object
                        .map(|id| id.to_string())
                        .unwrap_or_default(),
                ],
                evidence: Vec::new(),
            })
            .collect();
        if !rows.is_empty() {
            let column = |title: &str, width| Column {
                title: title.to_owned(),
                width,
                is_number: false,
            };
            base.tables.push(Table {
                id: "custody".to_owned(),
                section: Section::Manifest,
                caption: "Custody: when each file was taken in, and by whom; containers are listed beside what was in them".to_owned(),
                columns: vec![
                    column("taken in (UTC)", 3),
                    column("by", 2),
                    column("file", 4),
                    column("SHA-256", 5),
                ],
                rows,
                left_out: 0,
                whole: "journal.jsonl".to_owned(),
            });
        }
        base
    }
}

fn clock(clock: Clock) -> ClockRow {
    ClockRow {
        id: clock.id,
        state: match clock.state {
            hourzero_intake::ClockState::Running => "running",
            hourzero_intake::ClockState::Past => "past",
            hourzero_intake::ClockState::Conditional => "conditional",
        }
        .to_owned(),
        trigger: clock.trigger,
        starts: clock.starts,
        ends: clock.ends,
        assumes: clock.assumes,
        source: clock.source,
    }
}

/// The fact base as JSON, one field a line.
pub(super) fn as_text(base: &FactBase) -> Result<String, CaseError> {
    serde_json::to_string_pretty(base)
        .map(|text| text + "\n")
        .map_err(|error| CaseError::Internal(format!("the fact base has no JSON: {error}")))
}
