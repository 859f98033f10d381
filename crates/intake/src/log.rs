//! The engagement log: notes, decisions, calls, hours and costs, as entries for the journal.
//!
//! Gives plain structures that the case appends and never changes, checks them and adds them up. It must
//! never read a clock.

use std::collections::BTreeMap;

use hourzero_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schema::Kind;
use crate::value::{self, Problem, Raw, Value};

/// The most minutes that one entry of time may have: a day and night.
const MINUTES_LIMIT: u32 = 24 * 60;

/// One entry of the engagement log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// Who speaks in it.
    pub author: String,
    /// When it happened, in UTC; when it was written stands in the journal.
    pub at: Timestamp,
    /// The time as it was given, with its own offset.
    pub at_original: String,
    /// What it is.
    pub content: LogContent,
}

/// What an entry of the engagement log says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum LogContent {
    /// An observation.
    Note {
        /// In words.
        text: String,
    },
    /// A decision and its reason.
    Decision {
        /// What was decided.
        text: String,
        /// Why.
        reason: String,
    },
    /// A conversation: an early warning, the bank, the insurer.
    Call {
        /// With whom.
        with: String,
        /// Which number was called, or called from.
        number: Option<String>,
        /// What was said.
        text: String,
    },
    /// Time spent.
    Hours {
        /// For what.
        text: String,
        /// How long, in minutes.
        minutes: u32,
    },
    /// Money spent.
    Cost {
        /// For what.
        text: String,
        /// The sum as decimal digits.
        amount: String,
        /// ISO 4217 code.
        currency: String,
    },
}

/// Why an entry was not taken. Nothing is stored then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {what}; {hint}")]
pub struct LogRefused {
    /// Which part of the entry.
    pub field: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub hint: String,
}

impl LogContent {
    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Note { .. } => "note",
            Self::Decision { .. } => "decision",
            Self::Call { .. } => "call",
            Self::Hours { .. } => "hours",
            Self::Cost { .. } => "cost",
        }
    }

    /// The words of the entry.
    pub fn text(&self) -> &str {
        match self {
            Self::Note { text }
            | Self::Decision { text, .. }
            | Self::Call { text, .. }
            | Self::Hours { text, .. }
            | Self::Cost { text, .. } => text,
        }
    }

    /// What stands beside the words: the reason, whom it was spoken with, the time or the sum.
    pub fn beside(&self) -> String {
        match self {
            Self::Note { .. } => String::new(),
            Self::Decision { reason, .. } => format!("because: {reason}"),
            Self::Call { with, number, .. } => match number {
                Some(number) => format!("with {with}, {number}"),
                None => format!("with {with}"),
            },
            Self::Hours { minutes, .. } => hours(u64::from(*minutes)),
            Self::Cost {
                amount, currency, ..
            } => format!("{amount} {currency}"),
        }
    }

    /// The minutes of an entry of time; 0 for others.
    pub const fn minutes(&self) -> u32 {
        match self {
            Self::Hours { minutes, .. } => *minutes,
            _ => 0,
        }
    }
}

impl LogEntry {
    /// The entry with its texts trimmed and its sum as plain digits.
    ///
    /// # Errors
    /// When a text is empty or too long, the time lies after `now`, or a figure is impossible.
    pub fn checked(self, now: Timestamp) -> Result<Self, LogRefused> {
        if self.at > now {
            return Err(LogRefused {
                field: "at",
                what: format!("{} lies in the future, it is {now}", self.at_original),
                hint: "write what has happened; check the date and the offset".to_owned(),
            });
        }
        let content = match self.content {
            LogContent::Note { text } => LogContent::Note {
                text: words("text", &text)?,
            },
            LogContent::Decision { text, reason } => LogContent::Decision {
                text: words("text", &text)?,
                reason: words("why", &reason)?,
            },
            LogContent::Call { with, number, text } => LogContent::Call {
                with: words("with", &with)?,
                number: number.map(|number| words("number", &number)).transpose()?,
                text: words("text", &text)?,
            },
            LogContent::Hours { text, minutes } => LogContent::Hours {
                text: words("text", &text)?,
                minutes: checked_minutes(minutes)?,
            },
            LogContent::Cost {
                text,
                amount,
                currency,
            } => LogContent::Cost {
                text: words("text", &text)?,
                amount: checked_as("amount", Kind::Amount, amount)?,
                currency: checked_as("currency", Kind::Currency, currency)?,
            },
        };
        Ok(Self {
            author: words("by", &self.author)?,
            content,
            ..self
        })
    }
}

fn words(field: &'static str, text: &str) -> Result<String, LogRefused> {
    value::plain_text(text).map_err(|problem| {
        let problem = match text.trim() {
            "" => Problem::new("the text is empty", "say it in a few words"),
            _ => Problem::new(problem.what, "split it into several entries"),
        };
        refused(field, problem)
    })
}

fn checked_minutes(minutes: u32) -> Result<u32, LogRefused> {
    if (1..=MINUTES_LIMIT).contains(&minutes) {
        return Ok(minutes);
    }
    Err(refused(
        "minutes",
        Problem::new(
            format!("{minutes} minutes are no working time"),
            "write 1 to 1,440 minutes, one entry a day",
        ),
    ))
}

fn checked_as(field: &'static str, kind: Kind, text: String) -> Result<String, LogRefused> {
    match value::check(kind, &Raw::Text(text)) {
        Ok(Value::Text(text) | Value::Amount(text)) => Ok(text),
        Ok(other) => Err(refused(
            field,
            Problem::new(format!("`{other}` is no {field}"), "leave the entry out"),
        )),
        Err(problem) => Err(refused(field, problem)),
    }
}

fn refused(field: &'static str, problem: Problem) -> LogRefused {
    LogRefused {
        field,
        what: problem.what,
        hint: problem.hint,
    }
}

/// Hours and costs added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All time, in minutes.
    pub minutes: u64,
    /// The same in words, such as `5 h 30 min`; empty where no time was written down.
    pub hours: String,
    /// The sum of each currency, as decimal digits, by its code.
    pub costs: BTreeMap<String, String>,
}

/// Adds up hours and costs.
pub fn totals<'a>(entries: impl IntoIterator<Item = &'a LogEntry>) -> Totals {
    let mut totals = Totals::default();
    for entry in entries {
        totals.minutes += u64::from(entry.content.minutes());
        if let LogContent::Cost {
            amount, currency, ..
        } = &entry.content
        {
            let sum = totals.costs.entry(currency.clone()).or_default();
            *sum = sum_of(sum, amount);
        }
    }
    if totals.minutes > 0 {
        totals.hours = hours(totals.minutes);
    }
    totals
}

fn hours(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => format!("{rest} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// The sum of two decimal numbers, digit by digit, so that no cent is lost to binary fractions.
fn sum_of(left: &str, right: &str) -> String {
    let parts = |text: &str| -> (String, String) {
        let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
        (whole.to_owned(), cents.to_owned())
    };
    let ((left_whole, left_cents), (right_whole, right_cents)) = (parts(left), parts(right));
    let places = left_cents.len().max(right_cents.len());
    let figures = left_whole.len().max(right_whole.len());
    let aligned =
        |whole: &str, cents: &str| format!("{whole:0>figures$}{cents:0<places$}").into_bytes();
    let (a, b) = (
        aligned(&left_whole, &left_cents),
        aligned(&right_whole, &right_cents),
    );
    let mut carry = 0;
    let mut digits: Vec<char> = Vec::new();
    for (x, y) in a.iter().rev().zip(b.iter().rev()) {
        let sum = x.wrapping_sub(b'0') + y.wrapping_sub(b'0') + carry;
        carry = sum / 10;
        digits.push(char::from(b'0' + sum % 10));
    }
    if carry > 0 {
        digits.push('1');
    }
    let all: String = digits.into_iter().rev().collect();
    let (whole, cents) = all
        .split_at_checked(all.len() - places)
        .unwrap_or((&all, ""));
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        rest => rest,
    };
    if cents.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{cents}")
    }
}
