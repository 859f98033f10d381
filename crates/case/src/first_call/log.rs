//! The engagement log in the journal, and what the report prints of it and of the first call.

use hourzero_intake::{LogContent, LogEntry, Totals, read_spoken_time, totals};
use hourzero_model::Timestamp;
use hourzero_report::{Engagement, LoggedAct, Said};
use serde::Serialize;

use super::answers::SETTINGS;
use super::{LOG, damaged};
use crate::{Case, CaseError};

/// One entry of the engagement log, flat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// When it happened, UTC.
    pub at: Option<Timestamp>,
    /// The same as it was given.
    pub at_original: String,
    /// `note`, `decision`, `call`, `hours` or `cost`.
    pub kind: String,
    /// Who speaks in it.
    pub author: String,
    /// The words.
    pub text: String,
    /// Reason, partner of the call, time or sum, in words.
    pub beside: String,
    /// For time: minutes.
    pub minutes: Option<u32>,
    /// For money: the sum.
    pub amount: Option<String>,
    /// For money: the currency.
    pub currency: Option<String>,
    /// When it was written down, UTC.
    pub written_at: Option<Timestamp>,
    /// Who wrote it down.
    pub written_by: String,
}

impl Case<'_> {
    /// Adds an entry to the engagement log. `at` is when it happened, in the words of
    /// [`read_spoken_time`]; now, where it is left out.
    ///
    /// # Errors
    /// [`CaseError::Refused`] when a part of it is impossible; nothing is stored then.
    pub fn write_log(
        &mut self,
        author: &str,
        at: Option<&str>,
        content: LogContent,
    ) -> Result<(), CaseError> {
        let now = self.now();
        let answers = self.answers()?;
        let zone = answers.text("client.zone").unwrap_or(&self.settings.zone);
        let refused = |problem: String| CaseError::Refused {
            problems: vec![problem],
        };
        let original = read_spoken_time(at.unwrap_or("now"), zone, now)
            .map_err(|error| refused(format!("at: {error}")))?;
        let happened = match at {
            None => now,
            Some(_) => {
                Timestamp::parse(&original).map_err(|error| refused(format!("at: {error}")))?
            }
        };
        let entry = LogEntry {
            author: author.to_owned(),
            at: happened,
            at_original: original,
            content,
        };
        let entry = entry
            .checked(now)
            .map_err(|error| refused(error.to_string()))?;
        let content = serde_json::to_value(&entry)
            .map_err(|error| CaseError::Internal(format!("the engagement log: {error}")))?;
        self.note(LOG, content, None)
    }

    /// The engagement log by the time at which things happened, and its sums.
    ///
    /// # Errors
    /// When the journal holds what no version of this program wrote.
    pub fn engagement_log(&self) -> Result<(Vec<LogLine>, Totals), CaseError> {
        let mut lines = Vec::new();
        let mut entries = Vec::new();
        for journalled in self.journal.of_kind(LOG) {
            let entry: LogEntry = serde_json::from_value(journalled.entry.content.clone())
                .map_err(|error| damaged("engagement log", &error))?;
            let mut line = LogLine {
                at: Some(entry.at),
                at_original: entry.at_original.clone(),
                kind: entry.content.kind().to_owned(),
                author: entry.author.clone(),
                text: entry.content.text().to_owned(),
                beside: entry.content.beside(),
                written_at: Some(journalled.entry.time),
                written_by: journalled.entry.actor.clone(),
                ..LogLine::default()
            };
            match &entry.content {
                LogContent::Hours { minutes, .. } => line.minutes = Some(*minutes),
                LogContent::Cost {
                    amount, currency, ..
                } => {
                    line.amount = Some(amount.clone());
                    line.currency = Some(currency.clone());
                }
                _ => {}
            }
            lines.push(line);
            entries.push(entry);
        }
        // Of one time, in the order in which they were written.
        lines.sort_by_key(|line| line.at);
        Ok((lines, totals(&entries)))
    }

    /// What the report prints: the log, and who said what at the first call.
    pub(crate) fn engagement(&self) -> Result<Engagement, CaseError> {
        let (lines, totals) = self.engagement_log()?;
        let log = lines.into_iter().map(|line| LoggedAct {
            at: line.at.map(|at| at.to_string()).unwrap_or_default(),
            kind: line.kind,
            author: line.author,
            text: line.text,
            beside: line.beside,
        });
        let said = if self.has_answers() {
            self.answer_rows()?
        } else {
            Vec::new()
        };
        let said = said.into_iter().filter(|row| row.by != SETTINGS);
        let said = said.map(|row| Said {
            key: row.key,
            value: match row.value.as_str() {
                "" => "nothing".to_owned(),
                _ => row.value,
            },
            by: row.by,
            at: row.at.to_string(),
            holds: row.holds,
        });
        let costs = totals.costs.iter();
        Ok(Engagement {
            log: log.collect(),
            hours: totals.hours.clone(),
            costs: costs.map(|(code, sum)| format!("{sum} {code}")).collect(),
            said: said.collect(),
            no_incident: self
                .no_incident()?
                .map(|decision| format!("{} by {}: {}", decision.at, decision.by, decision.reason))
                .unwrap_or_default(),
        })
    }
}
