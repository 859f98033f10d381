//! What one key holds: from what was written or said to a checked value.
//!
//! Takes a raw value and the key's kind, gives a value or what is wrong with it and what to write.
//! It must never compare one key with another.

use std::fmt;

use hourzero_model::Timestamp;

use crate::place;
use crate::schema::{Kind, nearest};

/// An instant, with the text and the offset in which it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The instant in UTC.
    pub utc: Timestamp,
    /// The text as given.
    pub original: String,
}

/// A checked value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Asked, and nobody knows.
    Unknown,
    /// An instant.
    Time(Moment),
    /// A word or a free text.
    Text(String),
    /// Several words or texts.
    List(Vec<String>),
    /// A sum, as plain decimal digits.
    Amount(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Time(moment) => f.write_str(&moment.original),
            Self::Text(text) | Self::Amount(text) => f.write_str(text),
            Self::List(items) => f.write_str(&items.join(", ")),
        }
    }
}

/// A value before its key's kind is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Raw {
    Text(String),
    Number(String),
    Bool,
    /// A TOML date-time as it stands in the file.
    Date(String),
    List(Vec<Raw>),
    Table,
}

impl Raw {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Bool => "true or false",
            Self::Date(_) => "a time",
            Self::List(_) => "a list",
            Self::Table => "a table",
        }
    }
}

/// What is wrong with a value, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) what: String,
    pub(crate) hint: String,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: hint.into(),
        }
    }
}

const UNKNOWN: &str = "unknown";

/// Checks a raw value against the kind of its key.
pub(crate) fn check(kind: Kind, raw: &Raw) -> Result<Value, Problem> {
    if is_unknown(raw) {
        return Ok(Value::Unknown);
    }
    match kind {
        Kind::Time => match raw {
            Raw::Text(text) | Raw::Date(text) => moment(text).map(Value::Time),
            other => Err(wrong_kind(other, TIME_HINT)),
        },
        Kind::Text => match raw {
            Raw::Text(text) => plain_text(text).map(Value::Text),
            other => Err(wrong_kind(other, "write it in quotation marks")),
        },
        Kind::Word(words) => match raw {
            Raw::Text(text) => word(text, words).map(Value::Text),
            other => Err(wrong_kind(
                other,
                &format!("write one of {}", allowed(words)),
            )),
        },
        Kind::Zone => match raw {
            Raw::Text(text) if place::zone(text).is_some() => Ok(Value::Text(text.clone())),
            Raw::Text(text) => Err(Problem::new(
                format!("no time zone is called `{text}`"),
                "write a name of the IANA database, such as Europe/Berlin or America/New_York",
            )),
            other => Err(wrong_kind(other, "write a name such as Europe/Berlin")),
        },
        Kind::Amount => match raw {
            Raw::Text(text) | Raw::Number(text) => amount(text).map(Value::Amount),
            other => Err(wrong_kind(other, AMOUNT_HINT)),
        },
        Kind::Currency => match raw {
            Raw::Text(text)
                if text.len() == 3 && text.chars().all(|sign| sign.is_ascii_uppercase()) =>
            {
                Ok(Value::Text(text.clone()))
            }
            other => Err(Problem::new(
                format!("{} is no currency", shown(other)),
                "write the three capital letters of ISO 4217, such as EUR",
            )),
        },
        Kind::Texts | Kind::Words(_) | Kind::OpenWords(_) | Kind::Places => list(kind, raw),
    }
}

/// An instant from RFC 3339 with an offset.
pub(crate) fn moment(text: &str) -> Result<Moment, Problem> {
    let text = text.trim();
    if !has_rfc3339_shape(text) {
        let what = if has_rfc3339_shape(&format!("{text}Z")) {
            format!("the time `{text}` has no offset from UTC")
        } else {
            format!("`{text}` is no time")
        };
        return Err(Problem::new(what, TIME_HINT));
    }
    match Timestamp::parse(text) {
        Ok(utc) => Ok(Moment {
            utc,
            original: text.to_owned(),
        }),
        Err(_) => Err(Problem::new(
            format!("no instant is called `{text}`"),
            TIME_HINT,
        )),
    }
}

const TIME_HINT: &str = "write date, time and offset, such as 2026-03-06T17:40:00+01:00";
const AMOUNT_HINT: &str = "write a sum above 0, such as 180000.00";

/// Whether the text has the shape of RFC 3339. The time library alone would take more.
fn has_rfc3339_shape(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else {
        return false;
    };
    let Some((clock, rest)) = rest.split_at_checked(9) else {
        return false;
    };
    let fraction_end = match rest.strip_prefix('.') {
        None => rest,
        Some(after) => {
            let end = after.trim_start_matches(|sign: char| sign.is_ascii_digit());
            if end.len() == after.len() {
                return false;
            }
            end
        }
    };
    fits(date, "0000-00-00")
        && (fits(clock, "T00:00:00") || fits(clock, "t00:00:00") || fits(clock, " 00:00:00"))
        && (matches!(fraction_end, "Z" | "z")
            || fits(fraction_end, "+00:00")
            || fits(fraction_end, "-00:00"))
}

/// Whether a text has digits where the pattern has `0`, and else the pattern's own characters.
fn fits(text: &str, pattern: &str) -> bool {
    text.chars().count() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(sign, mould)| {
            if mould == '0' {
                sign.is_ascii_digit()
            } else {
                sign == mould
            }
        })
}

fn is_unknown(raw: &Raw) -> bool {
    match raw {
        Raw::Text(text) => text == UNKNOWN,
        Raw::List(items) => matches!(items.as_slice(), [Raw::Text(text)] if text == UNKNOWN),
        _ => false,
    }
}

fn list(kind: Kind, raw: &Raw) -> Result<Value, Problem> {
    let Raw::List(items) = raw else {
        return Err(wrong_kind(
            raw,
            "write a list in square brackets, such as [\"one\", \"two\"]",
        ));
    };
    let mut values: Vec<String> = Vec::new();
    for item in items {
        let Raw::Text(text) = item else {
            return Err(wrong_kind(
                item,
                "each entry of the list is a text in quotation marks",
            ));
        };
        let value = match kind {
            Kind::Words(words) => word(text, words)?,
            Kind::OpenWords(known) => open_word(text, known)?,
            Kind::Places => place::place(text)
                .map_err(|hint| Problem::new(format!("no place has the code `{text}`"), hint))?,
            _ => plain_text(text)?,
        };
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(Value::List(values))
}

fn word(text: &str, words: &[&str]) -> Result<String, Problem> {
    if words.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(Problem::new(
        format!("`{text}` is none of the values of this key"),
        format!("write one of {}", allowed(words)),
    ))
}

fn open_word(text: &str, known: &[&str]) -> Result<String, Problem> {
    if known.contains(&text) {
        return Ok(text.to_owned());
    }
    let shaped = !text.is_empty()
        && text.chars().all(|sign| {
            sign.is_ascii_lowercase() || sign.is_ascii_digit() || "-+._".contains(sign)
        });
    if !shaped {
        return Err(Problem::new(
            format!("`{text}` is no word of this list"),
            format!("write lower-case words such as {}", allowed(known)),
        ));
    }
    match nearest(text, known.iter().copied()) {
        // Two plans may differ in one digit: only a word of letters alone is taken for a slip.
        Some(meant)
            if meant
                .chars()
                .filter(char::is_ascii_digit)
                .eq(text.chars().filter(char::is_ascii_digit)) =>
        {
            Err(Problem::new(
                format!("`{text}` is no word of this list"),
                format!("did you mean {meant}?"),
            ))
        }
        _ => Ok(text.to_owned()),
    }
}

/// A text without control characters that fits on a page.
pub(crate) fn plain_text(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Problem::new(
            "the text is empty",
            "leave the key out where nothing is known",
        ));
    }
    if trimmed.chars().count() > 2_000 {
        return Err(Problem::new(
            "the text has more than 2,000 characters",
            "write a sentence, and keep the rest as a note",
        ));
    }
    Ok(trimmed
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect())
}

fn amount(text: &str) -> Result<String, Problem> {
    let fail = |what: &str| Problem::new(format!("`{text}` {what}"), AMOUNT_HINT);
    let plain: String = text
        .trim()
        .trim_start_matches('+')
        .chars()
        .filter(|sign| *sign != '_')
        .collect();
    if plain.starts_with('-') {
        return Err(fail("is below 0"));
    }
    let digits = |part: &str| !part.is_empty() && part.chars().all(|sign| sign.is_ascii_digit());
    let decimal = match plain.split_once('.') {
        Some((whole, cents)) => digits(whole) && digits(cents),
        None => digits(&plain),
    };
    let plain = if decimal {
        plain
    } else {
        match plain.parse::<f64>() {
            Ok(number) if number.is_finite() && plain.contains(['e', 'E']) => format!("{number}"),
            _ => return Err(fail("is no sum")),
        }
    };
    if plain.chars().count() > 20 {
        return Err(fail("is no sum that a bank could move"));
    }
    if plain.chars().any(|sign| ('1'..='9').contains(&sign)) {
        Ok(plain)
    } else {
        Err(fail("is not above 0"))
    }
}

fn allowed(words: &[&str]) -> String {
    words.join(", ")
}

fn shown(raw: &Raw) -> String {
    match raw {
        Raw::Text(text) | Raw::Number(text) | Raw::Date(text) => format!("`{text}`"),
        other => other.kind().to_owned(),
    }
}

fn wrong_kind(raw: &Raw, hint: &str) -> Problem {
    let what = match raw {
        Raw::Text(text) | Raw::Number(text) | Raw::Date(text) => {
            format!("`{text}` is {}, which this key does not take", raw.kind())
        }
        other => format!("{} stands where this key does not take it", other.kind()),
    };
    Problem::new(what, hint)
}
