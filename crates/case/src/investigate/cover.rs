//! What the evidence covers: counts by log, account and day out of the lake, handed to `scope`.

use hourzero_intake::retention_days;
use hourzero_model::{Log, Timestamp};
use hourzero_scope::{Coverage, CoverageInput, DayCount, HourCount, LogSpan, LogTerms, coverage};

use super::facts::{number, quoted, words};
use crate::{Case, CaseError};

/// Logs that a responder pulls in every case: where one is absent, that is a gap.
const ASKED_FOR: [Log; 4] = [
    Log::SignIn,
    Log::DirectoryAudit,
    Log::UnifiedAudit,
    Log::MessageTrace,
];

/// So long before the attacker's first act the days matter too.
const BEFORE_SECONDS: i64 = 30 * 86_400;

impl Case<'_> {
    /// What the evidence covers, for the tenant and for each of the accounts.
    pub(super) fn covered(
        &self,
        accounts: &[String],
        spans: &[LogSpan],
        first_attack: Option<Timestamp>,
    ) -> Result<Coverage, CaseError> {
        let first = spans.iter().map(|span| span.first).min();
        let last = spans.iter().map(|span| span.last).max();
        let (Some(first), Some(last)) = (first, last) else {
            return Ok(coverage(&CoverageInput {
                counts: &[],
                hours: &[],
                spans,
                terms: &[],
                empty: &[],
                accounts: &[],
                from: Timestamp::from_micros(0),
                to: Timestamp::from_micros(0),
                taken: Timestamp::from_micros(0),
                first_attack,
            }));
        };
        let answers = self.answers()?;
        // Since when it matters: from the earliest suspicion, else from some weeks before the first act.
        let since = answers.time("noticed.since").into_iter();
        let since = since.chain(first_attack.map(|time| time.plus_seconds(-BEFORE_SECONDS)));
        Ok(coverage(&CoverageInput {
            counts: &self.day_counts(accounts)?,
            hours: &self.hour_counts()?,
            spans,
            terms: &self.terms()?,
            empty: &[],
            accounts,
            from: since.min().unwrap_or(first).min(first),
            to: last,
            taken: last,
            first_attack,
        }))
    }

    /// How long the logs are kept at this licence.
    fn terms(&self) -> Result<Vec<LogTerms>, CaseError> {
        let days = retention_days(&self.answers()?, &crate::first_call::playbook()?);
        Ok(ASKED_FOR
            .into_iter()
            .map(|log| {
                let clock = match log {
                    Log::UnifiedAudit => "retention-ual",
                    Log::MessageTrace => "retention-trace",
                    _ => "retention-signin",
                };
                LogTerms {
                    log,
                    retention_days: days.get(clock).and_then(|days| u32::try_from(*days).ok()),
                    licensed: None,
                }
            })
            .collect())
    }

    /// One row a log and hour, of the logs that a responder pulls in every case.
    fn hour_counts(&self) -> Result<Vec<HourCount>, CaseError> {
        let logs = quoted(ASKED_FOR.iter().map(|log| log.name()));
        let rows = self.rows(&format!(
            "SELECT source, min(event_time), count(*) FROM events WHERE source IN ({logs}) \
             GROUP BY source, date_trunc('hour', event_time)"
        ))?;
        let mut counts: Vec<HourCount> = rows
            .iter()
            .filter_map(|row| {
                Some(HourCount {
                    log: Log::from_name(&words(row.first()))?,
                    hour: Timestamp::parse(row.get(1)?.as_str()?).ok()?,
                    records: number(row.get(2)),
                })
            })
            .collect();
        counts.sort_by_key(|count| (count.log, count.hour));
        Ok(counts)
    }

    /// One row a log, account and day; of all other accounts together one row a log and day.
    fn day_counts(&self, accounts: &[String]) -> Result<Vec<DayCount>, CaseError> {
        let list = quoted(accounts);
        let account = if list.is_empty() {
            "''".to_owned()
        } else {
            format!(
                "CASE WHEN actor IN ({list}) THEN actor WHEN owner IN ({list}) THEN owner ELSE '' END"
            )
        };
        let sql = format!(
            "SELECT source, {account} AS account, min(event_time), count(*), count(DISTINCT actor) \
             FROM events GROUP BY source, account, date_trunc('day', event_time)"
        );
        let rows = self.rows(&sql)?;
        let mut counts: Vec<DayCount> = rows
            .iter()
            .filter_map(|row| {
                let account = words(row.get(1));
                let others = usize::try_from(number(row.get(4))).unwrap_or(usize::MAX);
                Some(DayCount {
                    log: Log::from_name(&words(row.first()))?,
                    day: Timestamp::parse(row.get(2)?.as_str()?).ok()?,
                    records: number(row.get(3)),
                    accounts: if account.is_empty() { others } else { 1 },
                    account,
                })
            })
            .collect();
        counts.sort_by(|a, b| (a.log, a.day, &a.account).cmp(&(b.log, b.day, &b.account)));
        Ok(counts)
    }
}
