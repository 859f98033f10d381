//! `first-hour.html`: one page for whoever comes at night. Opens offline, prints on one or two sheets.

use askama::Template;
use hourzero_model::{AccountVerdict, EntryHypothesis, Foothold, FootholdState};
use hourzero_scope::{Indicator, RecipientRow, Step};

use crate::{Facts, Questions, ReportError};

/// So many rows of a list are on the page; the lists beside it have all of them.
const SHOWN: usize = 12;

/// What the page prints. Nothing here is computed.
#[derive(Debug, Clone, Copy)]
pub struct FirstHour<'a> {
    /// The case, what betrays the attacker, and what the evidence cannot tell.
    pub facts: &'a Facts,
    /// What scope answers.
    pub told: Questions<'a>,
    /// His mails about money.
    pub money: &'a [RecipientRow],
    /// The next steps.
    pub steps: &'a [Step],
}

#[derive(Template)]
#[template(path = "first-hour.html")]
struct Page<'a> {
    facts: &'a Facts,
    told: Questions<'a>,
    steps: &'a [Step],
    /// The best way into each account, and the best that enters none.
    entry: Vec<&'a EntryHypothesis>,
    verdicts: Rows<'a, AccountVerdict>,
    hostile: Rows<'a, Indicator>,
    standing: Rows<'a, Foothold>,
    money: Rows<'a, RecipientRow>,
}

/// The rows that are shown, and how many are not.
struct Rows<'a, T> {
    shown: Vec<&'a T>,
    more: usize,
}

impl<'a, T> Rows<'a, T> {
    fn of(rows: impl Iterator<Item = &'a T>) -> Self {
        let mut shown: Vec<&T> = rows.collect();
        let more = shown.len().saturating_sub(SHOWN);
        shown.truncate(SHOWN);
        Self { shown, more }
    }
}

/// Writes the page.
///
/// # Errors
/// When the template engine or the writing fails.
pub fn first_hour(page: FirstHour<'_>, into: &mut dyn std::io::Write) -> Result<(), ReportError> {
    let FirstHour {
        facts,
        told,
        money,
        steps,
    } = page;
    let mut entry: Vec<&EntryHypothesis> = Vec::new();
    for one in told.entry {
        if !entry.iter().any(|held| held.account == one.account) {
            entry.push(one);
        }
    }
    entry.truncate(SHOWN);
    let page = Page {
        entry,
        verdicts: Rows::of(told.verdicts.iter()),
        hostile: Rows::of(
            facts
                .indicators
                .iter()
                .filter(|one| matches!(one.kind.as_str(), "ip" | "session" | "app" | "device")),
        ),
        standing: Rows::of(
            told.footholds
                .iter()
                .filter(|one| one.state != FootholdState::Removed),
        ),
        money: Rows::of(money.iter()),
        facts,
        told,
        steps,
    };
    page.write_into(into).map_err(ReportError::Write)
}
