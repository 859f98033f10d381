//! What the evidence covers: counts by log, account and day out of the lake, handed to `scope`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use foldhash::fast::RandomState;
use hourzero_intake::retention_days;
use hourzero_lake::{Numbered, Texts};
use hourzero_model::{Column, Log, Timestamp};
use hourzero_scope::{Coverage, CoverageInput, DayCount, HourCount, LogSpan, LogTerms, coverage};

use crate::survey::Survey;
use crate::{Case, CaseError};

/// Logs that a responder pulls in every case: where one is absent, that is a gap.
const ASKED_FOR: [Log; 4] = [
    Log::SignIn,
    Log::DirectoryAudit,
    Log::UnifiedAudit,
    Log::MessageTrace,
];

const MICROS_A_DAY: i64 = 86_400_000_000;
/// So long before the attacker's first act the days matter too.
const BEFORE_SECONDS: i64 = 30 * 86_400;

impl Case<'_> {
    /// What the evidence covers, for the tenant and for each of the accounts.
    pub(super) fn covered(
        &self,
        (survey, accounts): (&Survey, &[String]),
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
        let is_asked_for = |count: &&HourCount| ASKED_FOR.contains(&count.log);
        let hours: Vec<HourCount> = survey.hours.iter().filter(is_asked_for).copied().collect();
        let answers = self.answers()?;
        // Since when it matters: from the earliest suspicion, else from some weeks before the first act.
        let since = answers.time("noticed.since").into_iter();
        let since = since.chain(first_attack.map(|time| time.plus_seconds(-BEFORE_SECONDS)));
        Ok(coverage(&CoverageInput {
            counts: &self.day_counts(accounts)?,
            hours: &hours,
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

    /// One row a log, account and day; of all other accounts together one row a log and day.
    fn day_counts(&self, accounts: &[String]) -> Result<Vec<DayCount>, CaseError> {
        let mut days = Days {
            accounts,
            asked: HashMap::default(),
            counts: HashMap::default(),
            others: HashSet::default(),
        };
        let columns = [Column::Source, Column::Actor, Column::Owner];
        let texts = self
            .lake
            .numbered(&columns, &mut |records| days.add(records))?;
        Ok(days.counts(&texts))
    }
}

/// Events by log, account that is asked about and day.
struct Days<'a> {
    accounts: &'a [String],
    /// By number of a text, the place of the account that it names.
    asked: HashMap<u32, Option<usize>, RandomState>,
    counts: HashMap<Day, (Timestamp, u64), RandomState>,
    /// Log, day and actor, where nobody asks about the account.
    others: HashSet<(u32, i64, u32), RandomState>,
}

/// Number of the log, place of the account, and days since 1970.
type Day = (u32, Option<usize>, i64);

impl Days<'_> {
    fn add(&mut self, records: &Numbered<'_>) {
        for row in (0..records.len()).filter(|row| records.speaks(*row)) {
            let [source, actor, owner] = std::array::from_fn(|place| records.number(row, place));
            let mut asked = |number: u32| {
                let accounts = self.accounts;
                let new = || {
                    let text = records.text(number);
                    accounts.iter().position(|account| account == text)
                };
                *self.asked.entry(number).or_insert_with(new)
            };
            let account = asked(actor).or_else(|| asked(owner));
            let time = records.time(row);
            let day = time.micros().div_euclid(MICROS_A_DAY);
            let new = (time, 0);
            let (first, count) = self.counts.entry((source, account, day)).or_insert(new);
            *first = time.min(*first);
            *count += 1;
            if account.is_none() && !records.text(actor).is_empty() {
                self.others.insert((source, day, actor));
            }
        }
    }

    fn counts(self, texts: &Texts) -> Vec<DayCount> {
        let mut others: BTreeMap<(u32, i64), usize> = BTreeMap::new();
        let all: BTreeSet<_> = self.others.into_iter().collect();
        for (source, day, _) in all {
            *others.entry((source, day)).or_default() += 1;
        }
        let all: BTreeMap<_, _> = self.counts.into_iter().collect();
        let mut counts: Vec<DayCount> = all
            .into_iter()
            .filter_map(|((source, account, day), (first, records))| {
                let name = account.and_then(|place| self.accounts.get(place));
                Some(DayCount {
                    log: Log::from_name(texts.text(source))?,
                    day: first,
                    records,
                    accounts: match name {
                        Some(_) => 1,
                        None => others.get(&(source, day)).copied().unwrap_or_default(),
                    },
                    account: name.cloned().unwrap_or_default(),
                })
            })
            .collect();
        counts.sort_by(|a, b| (a.log, a.day, &a.account).cmp(&(b.log, b.day, &b.account)));
        counts
    }
}
