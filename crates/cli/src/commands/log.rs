//! `log`: the engagement log.

use hourzero_case::LogContent;

use super::{Failure, table};
use crate::args::{ListFormat, Listing, Log, LogBase};
use crate::console::{Console, Status};

const COLUMNS: &[&str] = &[
    "at",
    "at_original",
    "kind",
    "author",
    "text",
    "beside",
    "minutes",
    "amount",
    "currency",
    "written_at",
    "written_by",
];

/// Adds an entry, or lists all.
pub(crate) fn log(console: &Console<'_>, log: &Log) -> Result<Status, Failure> {
    let (base, content) = match log {
        Log::List(listing) => return list(console, listing),
        Log::Note { base } => (
            base,
            LogContent::Note {
                text: base.text.clone(),
            },
        ),
        Log::Decision { base, why } => (
            base,
            LogContent::Decision {
                text: base.text.clone(),
                reason: why.clone(),
            },
        ),
        Log::Call { base, with, number } => (
            base,
            LogContent::Call {
                with: with.clone(),
                number: number.clone(),
                text: base.text.clone(),
            },
        ),
        Log::Hours { base, minutes } => (
            base,
            LogContent::Hours {
                text: base.text.clone(),
                minutes: *minutes,
            },
        ),
        Log::Cost {
            base,
            amount,
            currency,
        } => (
            base,
            LogContent::Cost {
                text: base.text.clone(),
                amount: amount.clone(),
                currency: currency.to_uppercase(),
            },
        ),
    };
    add(console, base, content)
}

fn add(console: &Console<'_>, base: &LogBase, content: LogContent) -> Result<Status, Failure> {
    let author = base.by.as_deref().unwrap_or(console.actor());
    let mut case = console.case()?;
    case.write_log(author, base.at.as_deref(), content)?;
    let (lines, _) = case.engagement_log()?;
    console.say(&format!(
        "written down; the log has {} entries",
        lines.len()
    ));
    Ok(Status::Done)
}

fn list(console: &Console<'_>, listing: &Listing) -> Result<Status, Failure> {
    let (lines, totals) = console.case()?.engagement_log()?;
    let shown = ["at", "kind", "author", "beside", "text"];
    table::print(console, listing.format, (COLUMNS, &shown), &lines)?;
    if listing.format == ListFormat::Text && !console.global.json {
        let mut sums: Vec<String> = Vec::new();
        if !totals.hours.is_empty() {
            sums.push(totals.hours.clone());
        }
        sums.extend(
            totals
                .costs
                .iter()
                .map(|(code, sum)| format!("{sum} {code}")),
        );
        if !sums.is_empty() {
            console.data(&format!("In all: {}\n", sums.join(", ")))?;
        }
    }
    Ok(Status::Done)
}
