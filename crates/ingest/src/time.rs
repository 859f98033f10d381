//! Times as exports write them, read as UTC.
//!
//! All logs are in UTC; a time without a zone is UTC (`facts/schemas.md` §6.1). The exceptions are named
//! by the forms that have them.

use hourzero_model::Timestamp;
use jiff::civil::DateTime;

/// Reads a time in any of the shapes that exports use: ISO with or without zone, with `T` or a blank,
/// with up to nine digits of fraction and trailing blanks; `/Date(ms)/`; US dates `9/26/2023 1:56:15 AM`
/// and `4/26/2021, 7:17:10.000 AM`; seconds or milliseconds since the epoch.
///
/// US dates put the month first. A date whose first number is above 12 is read with the day first.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim().trim_matches('"').trim();
    let first = text.bytes().next()?;
    if text.starts_with("/Date(") || text.starts_with("\\/Date(") {
        return epoch_in_parentheses(text);
    }
    if !first.is_ascii_digit() {
        return None;
    }
    iso(text).or_else(|| slashed(text)).or_else(|| epoch(text))
}

fn epoch_in_parentheses(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.split_once('(')?;
    let (inner, _) = rest.split_once(')')?;
    // `/Date(1700000000000+0200)/` carries an offset that does not change the instant.
    let end = inner
        .char_indices()
        .skip(1)
        .find(|(_, c)| *c == '+' || *c == '-')
        .map_or(inner.len(), |(at, _)| at);
    let millis: i64 = inner.get(..end)?.trim().parse().ok()?;
    Some(Timestamp::from_micros(millis.checked_mul(1_000)?))
}

fn iso(text: &str) -> Option<Timestamp> {
    if text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp::from_micros(instant.as_microsecond()));
    }
    let spaced = text
        .strip_suffix(" UTC")
        .or_else(|| text.strip_suffix(" Z"))
        .unwrap_or(text);
    utc(spaced.parse::<DateTime>().ok()?)
}

/// `M/D/YYYY`, optional comma, optional time with optional fraction and AM or PM.
fn slashed(text: &str) -> Option<Timestamp> {
    let (date, clock) = match text.split_once([' ', ',']) {
        Some((date, clock)) => (date, clock.trim_start_matches([',', ' ', '\u{202f}'])),
        None => (text, "0:00:00"),
    };
    let mut parts = date.split(['/', '.']);
    let one: i8 = parts.next()?.parse().ok()?;
    let two: i8 = parts.next()?.parse().ok()?;
    let year: i16 = parts.next()?.parse().ok()?;
    if parts.next().is_some() || year < 1970 {
        return None;
    }
    let (month, day) = if one > 12 || date.contains('.') {
        (two, one)
    } else {
        (one, two)
    };
    let clock = clock
        .strip_suffix(" UTC")
        .or_else(|| clock.strip_suffix('Z'))
        .unwrap_or(clock)
        .trim();
    let upper = clock.to_ascii_uppercase().replace('\u{202f}', " ");
    let (digits, half) = if let Some(rest) = upper.strip_suffix("AM") {
        (rest.trim(), Some(0))
    } else if let Some(rest) = upper.strip_suffix("PM") {
        (rest.trim(), Some(12))
    } else {
        (upper.as_str(), None)
    };
    let mut fields = digits.split(':');
    let hour: i8 = fields.next()?.trim().parse().ok()?;
    let minute: i8 = fields.next().unwrap_or("0").parse().ok()?;
    let (second, nanos) = seconds(fields.next().unwrap_or("0"))?;
    let hour = match half {
        Some(shift) if (1..=12).contains(&hour) => hour % 12 + shift,
        Some(_) => return None,
        None => hour,
    };
    utc(DateTime::new(year, month, day, hour, minute, second, nanos).ok()?)
}

fn seconds(text: &str) -> Option<(i8, i32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    Some((whole.parse().ok()?, digits.parse().ok()?))
}

/// Ten digits are seconds, thirteen milliseconds; a fraction after ten is kept.
fn epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match whole.len() {
        10 => {
            let micros: String = fraction.chars().chain("000000".chars()).take(6).collect();
            Some(Timestamp::from_micros(
                number * 1_000_000 + micros.parse::<i64>().ok()?,
            ))
        }
        13 => Some(Timestamp::from_micros(number * 1_000)),
        _ => None,
    }
}

fn utc(time: DateTime) -> Option<Timestamp> {
    let instant = jiff::tz::TimeZone::UTC.to_timestamp(time).ok()?;
    Some(Timestamp::from_micros(instant.as_microsecond()))
}
