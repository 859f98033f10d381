//! What the first call comes to, written into `out/`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hourzero_intake::{
    Answers, Arrival, Assessment, Layout, assess, evidence_request, no_incident_page,
    recall_packet, sheet, to_html,
};
use hourzero_model::{Severity, Timestamp};
use hourzero_report::LogRow;
use serde_json::Value;

use super::playbook;
use crate::folder::write_whole;
use crate::{Case, CaseError};

/// What a first call comes to.
pub struct FirstCall {
    /// Orders, warnings, clocks, losses, requests, open keys.
    pub assessment: Assessment,
    /// The client's sheet as text.
    pub sheet: String,
    /// What was written.
    pub written: Vec<PathBuf>,
}

impl Case<'_> {
    /// Assesses the answers and writes the sheet, the recall packet, the evidence request and, where that is
    /// the outcome, the page that it was no incident. Pages that no longer apply are taken away.
    ///
    /// The time of the call is the one that the answers name, else that of the newest answer, so that the
    /// same answers give the same pages.
    ///
    /// # Errors
    /// When the case cannot be read or written.
    pub fn first_call(&mut self) -> Result<FirstCall, CaseError> {
        self.catch_up()?;
        let playbook = playbook()?;
        let answers = self.answers_and_acts()?;
        let now = self.time_of_call(&answers);
        let assessment = assess(&answers, &playbook, now);
        let sheet = sheet(&assessment, &answers, now);
        let packet = recall_packet(&answers, &playbook, now);
        let logs = self.survey()?.logs;
        let page = match self.no_incident()? {
            Some(decision) => {
                let read = self.what_was_read(&logs)?;
                Some(no_incident_page(&assessment, &answers, &decision, &read))
            }
            None => None,
        };
        let request = evidence_request(&assessment, &answers, &self.arrived(&logs)?);
        let html = |text: &Option<String>| text.as_ref().map(|text| to_html(text, Layout::Page));
        let documents = [
            ("first-call.html", Some(to_html(&sheet, Layout::Sheet))),
            ("first-call.md", Some(sheet.clone())),
            ("recall-packet.html", html(&packet)),
            ("recall-packet.md", packet),
            ("evidence-request.md", Some(request)),
            ("no-incident.html", html(&page)),
        ];
        let mut written = Vec::new();
        for (name, text) in documents {
            let path = self.folder.out().join(name);
            match text {
                Some(text) => {
                    write_whole(&path, text.as_bytes())?;
                    written.push(path);
                }
                None => remove(&path)?,
            }
        }
        Ok(FirstCall {
            assessment,
            sheet,
            written,
        })
    }

    /// Writes the evidence request anew where there are answers: what has arrived is ticked off. `logs` are those that the case
    /// holds, where they are known.
    pub(crate) fn refresh_evidence_request(
        &self,
        logs: Option<&[LogRow]>,
    ) -> Result<(), CaseError> {
        if !self.has_answers() {
            return Ok(());
        }
        let arrived = match logs {
            Some(logs) => self.arrived(logs)?,
            None => self.arrived(&self.survey()?.logs)?,
        };
        let answers = self.answers_and_acts()?;
        let assessment = assess(&answers, &playbook()?, self.time_of_call(&answers));
        let request = evidence_request(&assessment, &answers, &arrived);
        write_whole(
            &self.folder.out().join("evidence-request.md"),
            request.as_bytes(),
        )
    }

    pub(crate) fn time_of_call(&self, answers: &Answers) -> Timestamp {
        let newest = answers.history().iter().map(|answer| answer.at).max();
        newest.unwrap_or_else(|| self.now())
    }

    /// What the case holds, by the names of logs and of kinds of state.
    fn arrived(&self, logs: &[LogRow]) -> Result<BTreeMap<String, Arrival>, CaseError> {
        let mut arrived = BTreeMap::new();
        for log in logs {
            let arrival = Arrival {
                records: log.records,
                first: log.first,
                last: log.last,
            };
            arrived.insert(log.source.clone(), arrival);
        }
        for row in self.rows("SELECT kind, count(*) FROM states GROUP BY kind ORDER BY kind")? {
            if let (Some(kind), Some(records)) = (
                row.first().and_then(Value::as_str),
                row.get(1).and_then(Value::as_u64),
            ) {
                let arrival = Arrival {
                    records,
                    ..Arrival::default()
                };
                arrived.insert(kind.to_owned(), arrival);
            }
        }
        Ok(arrived)
    }

    /// Sentences on what the case holds, for the page that it was no incident.
    fn what_was_read(&self, logs: &[LogRow]) -> Result<Vec<String>, CaseError> {
        let mut read: Vec<String> = logs
            .iter()
            .map(|log| match (log.first, log.last) {
                (Some(first), Some(last)) => {
                    format!("{}: {} records, {first} to {last}", log.source, log.records)
                }
                _ => format!("{}: {} records", log.source, log.records),
            })
            .collect();
        match self.findings() {
            Ok(findings) => {
                let grave = findings
                    .iter()
                    .filter(|finding| finding.severity >= Severity::Medium)
                    .count();
                read.push(format!(
                    "The rules gave {} findings, {grave} of them of medium severity or more; out/report.html lists them",
                    findings.len()
                ));
            }
            Err(CaseError::NotInvestigated { .. }) if !read.is_empty() => {
                read.push("The rules have not been run on these logs".to_owned());
            }
            Err(CaseError::NotInvestigated { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(read)
    }
}

/// Takes away a derived page that no longer applies.
fn remove(path: &std::path::Path) -> Result<(), CaseError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(CaseError::write(path, error))
        }
        _ => Ok(()),
    }
}
