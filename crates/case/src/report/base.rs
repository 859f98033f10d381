//! From what an investigation gave to the fact base.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_contain::Situation;
use hourzero_evidence::RECEIPT;
use hourzero_intake::{Clock, assess};
use hourzero_model::EvidenceRef;
use hourzero_report::Facts;
use hourzero_report::base::{
    Call, ClockRow, Column, FactBase, Material, Planned, Row, Section, Table, ToldAct,
};
use sha2::{Digest, Sha256};

use super::FACT_BASE;
use crate::folder::write_whole;
use crate::hash::{self, hex};
use crate::investigate::{Answered, number, quoted, words};
use crate::{Case, CaseError};

/// The table that names the lists beside a document.
pub(super) const LISTED: &str = "lists";

/// The lists that have every row.
const LISTS: &[&str] = &[
    "findings.jsonl",
    "timeline.csv",
    "timeline.jsonl",
    "recipients.csv",
    "exposure.csv",
    "footholds.csv",
    "indicators.csv",
    "actions.csv",
    "scope.json",
];

impl Case<'_> {
    /// Writes down everything that documents may say.
    pub(crate) fn write_fact_base(
        &self,
        facts: &Facts,
        answered: &Answered,
        (situation, worksheet): (&Situation, Vec<hourzero_contain::Row>),
    ) -> Result<(), CaseError> {
        let worksheet: Vec<Planned> = worksheet
            .into_iter()
            .map(|row| Planned {
                stage: row.stage,
                object: row.object,
                what: row.what_to_do,
            })
            .collect();
        let base = self.fact_base(facts, answered, (situation, &worksheet))?;
        write_whole(
            &self.folder.out().join(FACT_BASE),
            as_text(&base)?.as_bytes(),
        )
    }

    /// Everything that documents may say, but for who handed in which file and when.
    fn fact_base(
        &self,
        facts: &Facts,
        answered: &Answered,
        (situation, worksheet): (&Situation, &[Planned]),
    ) -> Result<FactBase, CaseError> {
        let records = self.records_named(answered)?;
        let call = self.call(situation)?;
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
            worksheet,
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
        let answers = self.answers_and_acts()?;
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
        hex(hash.finalize())
    }

    /// The fact base with what is added when a document is made: custody, lists, an analyst's own words.
    pub(super) fn whole(&self, base: FactBase) -> FactBase {
        self.with_words(self.with_lists(self.with_custody(base)))
    }

    /// Adds the lists of `out/` with their hashes: a document names them where it does not have all rows.
    fn with_lists(&self, mut base: FactBase) -> FactBase {
        let rows: Vec<Row> = LISTS
            .iter()
            .filter_map(|name| {
                // A list that cannot be read is not named; the check of derived files tells of it.
                let (length, sha256) = hash::of_file(&self.folder.out().join(name)).ok()?;
                Some(Row {
                    cells: vec![(*name).to_owned(), length.to_string(), sha256],
                    evidence: Vec::new(),
                })
            })
            .collect();
        base.tables.push(Table {
            id: LISTED.to_owned(),
            section: Section::Manifest,
            caption: "The lists beside this document, whole".to_owned(),
            columns: vec![
                column("list", 3),
                Column {
                    is_number: true,
                    ..column("bytes", 1)
                },
                column("SHA-256", 5),
            ],
            rows,
            left_out: 0,
            whole: String::new(),
        });
        base
    }

    /// Adds who handed in which file and when, which is the journal's to tell.
    fn with_custody(&self, mut base: FactBase) -> FactBase {
        let rows: Vec<Row> = self
            .journal
            .of_kind(RECEIPT)
            .map(|entry| Row {
                cells: vec![
                    entry.entry.time.to_string(),
                    entry.entry.actor.clone(),
                    words(entry.entry.content.get("file")),
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

fn column(title: &str, width: u32) -> Column {
    Column {
        title: title.to_owned(),
        width,
        is_number: false,
    }
}

fn clock(clock: Clock) -> ClockRow {
    ClockRow {
        id: clock.id,
        state: clock.state.name().to_owned(),
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
