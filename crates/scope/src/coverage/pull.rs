//! What else to pull, the soonest to vanish first.

use hourzero_model::{Log, Timestamp};
use serde::{Deserialize, Serialize};

use super::{CoverageInput, CoverageRange, DayState, Hole, kept_since, terms};

/// A gap that can still be closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pull {
    /// The log's name.
    pub source: String,
    /// Whose records; empty for the whole tenant.
    pub account: String,
    /// First day that is missing, `YYYY-MM-DD`.
    pub from: String,
    /// Last day that is missing, `YYYY-MM-DD`.
    pub to: String,
    /// When the first of them leaves the log; nothing where its retention is unknown, which counts as soonest.
    pub vanishes: Option<Timestamp>,
    /// What cannot be said without it.
    pub why: String,
}

/// The absent days that may still be had. A gap of the whole tenant is not told again for each account.
pub(super) fn pulls(
    input: &CoverageInput<'_>,
    ranges: &[CoverageRange],
    holes: &[Hole],
) -> Vec<Pull> {
    let hours: Vec<CoverageRange> = holes.iter().map(days_of).collect();
    let of_tenant = |range: &CoverageRange| {
        ranges.iter().any(|other| {
            other.account.is_empty()
                && other.source == range.source
                && other.state == DayState::Absent
                && other.from <= range.from
                && range.to <= other.to
        })
    };
    let mut pulls: Vec<Pull> = ranges
        .iter()
        .chain(&hours)
        .filter(|range| range.state == DayState::Absent)
        .filter(|range| range.account.is_empty() || !of_tenant(range))
        .filter(|range| !is_last_kept_day(input, range))
        .filter_map(|range| {
            let log = Log::from_name(&range.source)?;
            Some(Pull {
                source: range.source.clone(),
                account: range.account.clone(),
                from: range.from.clone(),
                to: range.to.clone(),
                vanishes: vanishes(input, log, range),
                why: why(log).to_owned(),
            })
        })
        .collect();
    pulls.sort_by(|a, b| {
        (a.vanishes, &a.source, &a.account, &a.from, &a.to)
            .cmp(&(b.vanishes, &b.source, &b.account, &b.from, &b.to))
    });
    // A hole at a whole day that is missing too names the same days.
    pulls.dedup();
    pulls
}

/// The days on which hours are missing: nobody pulls less than a day.
fn days_of(hole: &Hole) -> CoverageRange {
    CoverageRange {
        source: hole.source.clone(),
        account: String::new(),
        from: hole.from.day(),
        to: hole.to.plus_seconds(-1).day(),
        state: DayState::Absent,
        records: 0,
    }
}

/// Of the day at the edge of what the log keeps, a few hours at most can still be had.
fn is_last_kept_day(input: &CoverageInput<'_>, range: &CoverageRange) -> bool {
    Log::from_name(&range.source)
        .and_then(|log| kept_since(input, log))
        .is_some_and(|since| range.to <= since.day())
}

/// The first missing day dies first.
fn vanishes(input: &CoverageInput<'_>, log: Log, range: &CoverageRange) -> Option<Timestamp> {
    let days = terms(input, log)?.retention_days?;
    let first = Timestamp::parse(&format!("{}T00:00:00Z", range.from)).ok()?;
    let first = kept_since(input, log).map_or(first, |since| first.max(since));
    Some(first.plus_seconds(86_400 * i64::from(days)))
}

const fn why(log: Log) -> &'static str {
    match log {
        Log::SignIn => "who signed in, from where and how: the way in, and whether he comes back",
        Log::UnifiedAudit => "what was read, sent, changed and taken",
        Log::DirectoryAudit => {
            "new methods, devices, roles, consents and keys, of which the unified audit log holds only a part"
        }
        Log::MessageTrace => "to whom mail went, and what rules brought out",
        Log::EmailHunting => "lures, links, clicks and what was purged",
        Log::GraphActivity => "what applications and tools asked of Graph",
        Log::RiskDetection | Log::Alert => "what Microsoft noticed by itself",
        Log::MailboxAudit => "acts on mailboxes from before the unified audit log",
        Log::CloudAppEvents => "a second witness of what was done in the cloud",
        Log::AzureActivity => "whether the attacker went on into Azure",
        Log::Provisioning => "accounts that were made by synchronisation",
        Log::IdentityHunting => "sign-ins on the premises",
        Log::DeviceHunting => "what happened on the computers",
        Log::Mail => "the headers of the mails in question",
        Log::Other => "what the client's other products saw",
    }
}
