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
/// With slashes the month stands first (US, and .NET's invariant culture), unless the first number is
/// above 12; the reader of CSV turns the dates of a column that shows to have the day first.
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

/// `M/D/YYYY`, `D.M.YYYY`, `D-M-YYYY` or `YYYY/M/D`, optional comma, optional time with optional
/// fraction and AM or PM.
fn slashed(text: &str) -> Option<Timestamp> {
    let (date, clock) = match text.split_once([' ', ',', '\u{a0}', '\u{202f}']) {
        Some((date, clock)) => (date, clock),
        None => (text, "0:00:00"),
    };
    let (year, month, day) = calendar_date(date)?;
    let clock = clock.trim_matches([',', ' ', '\u{a0}', '\u{202f}']);
    let clock = clock
        .strip_suffix("UTC")
        .or_else(|| clock.strip_suffix(['Z', 'z']))
        .unwrap_or(clock);
    let (digits, half) = half_of_day(clock.trim());
    let mut fields = digits.split(':');
    let hour: i8 = fields.next()?.trim().parse().ok()?;
    let minute: i8 = fields.next().unwrap_or("0").parse().ok()?;
    let (second, nanos) = seconds(fields.next().unwrap_or("0"))?;
    if fields.next().is_some() {
        return None;
    }
    let hour = match half {
        Some(shift) if (1..=12).contains(&hour) => hour % 12 + shift,
        Some(_) => return None,
        None => hour,
    };
    utc(DateTime::new(year, month, day, hour, minute, second, nanos).ok()?)
}

/// Year, month and day. With slashes the month stands first, as in the United States, unless the first
/// number can be no month; with dots or hyphens the day does, unless the second number can be no month.
fn calendar_date(date: &str) -> Option<(i16, i8, i8)> {
    let mark = date.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let mut parts = date.split(mark);
    let (one, two, three) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let (year, month, day) = if one.len() == 4 {
        (one.parse().ok()?, two.parse().ok()?, three.parse().ok()?)
    } else {
        let (one, two): (i8, i8) = (one.parse().ok()?, two.parse().ok()?);
        let month_first = (mark == '/' && one <= 12) || two > 12;
        let (month, day) = if month_first { (one, two) } else { (two, one) };
        (three.parse().ok()?, month, day)
    };
    (year >= 1970).then_some((year, month, day))
}

/// The time of day without its AM or PM, and the hours that this adds.
fn half_of_day(clock: &str) -> (&str, Option<i8>) {
    const HALVES: [(&str, i8); 8] = [
        ("AM", 0),
        ("PM", 12),
        ("A.M.", 0),
        ("P.M.", 12),
        ("A. M.", 0),
        ("P. M.", 12),
        ("A.\u{a0}M.", 0),
        ("P.\u{a0}M.", 12),
    ];
    for (half, hours) in HALVES {
        let Some(at) = clock.len().checked_sub(half.len()) else {
            continue;
        };
        if let (Some(digits), Some(end)) = (clock.get(..at), clock.get(at..))
            && end.eq_ignore_ascii_case(half)
        {
            return (digits.trim_end(), Some(hours));
        }
    }
    (clock, None)
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

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn every_shape_of_exports_is_read() {
        let shapes = [
            ("2026-03-06T10:00:00", "2026-03-06T10:00:00Z"),
            ("2026-03-06T10:00:00Z", "2026-03-06T10:00:00Z"),
            (
                "2026-03-06T10:00:00.1234567Z",
                "2026-03-06T10:00:00.123456Z",
            ),
            ("2026-03-06T10:00:00.5+02:00", "2026-03-06T08:00:00.5Z"),
            ("\"2026-01-24T06:54:24.0000000Z \"", "2026-01-24T06:54:24Z"),
            ("2024-07-17 11:06:04.000000+00:00", "2024-07-17T11:06:04Z"),
            ("2025-10-15 06:50:08Z", "2025-10-15T06:50:08Z"),
            ("2025-10-15 06:50:08 UTC", "2025-10-15T06:50:08Z"),
            ("2026-03-06", "2026-03-06T00:00:00Z"),
            ("/Date(1700000000000)/", "2023-11-14T22:13:20Z"),
            ("\\/Date(1700000000000+0200)\\/", "2023-11-14T22:13:20Z"),
            ("/Date(-1000)/", "1969-12-31T23:59:59Z"),
            ("9/26/2023 1:56:15 AM", "2023-09-26T01:56:15Z"),
            ("9/26/2023 12:00:00 PM", "2023-09-26T12:00:00Z"),
            ("9/26/2023 12:00:00\u{202f}AM", "2023-09-26T00:00:00Z"),
            ("4/26/2021, 7:17:10.000 AM", "2021-04-26T07:17:10Z"),
            ("09/26/2023 13:56:15", "2023-09-26T13:56:15Z"),
            ("26/09/2023 13:56:15", "2023-09-26T13:56:15Z"),
            ("26/09/2023 1:56:15 p. m.", "2023-09-26T13:56:15Z"),
            ("26.09.2023 01:56:15", "2023-09-26T01:56:15Z"),
            ("06-09-2023 01:56", "2023-09-06T01:56:00Z"),
            ("2023/09/06 01:56:15", "2023-09-06T01:56:15Z"),
            ("1700000000", "2023-11-14T22:13:20Z"),
            ("1700000000.25", "2023-11-14T22:13:20.25Z"),
            ("1700000000123", "2023-11-14T22:13:20.123Z"),
        ];
        for (text, wanted) in shapes {
            let read = parse(text).map(|time| time.to_string());
            assert_eq!(read.as_deref(), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            " ",
            "Thursday",
            "13/13/2023",
            "2/30/2023 1:00:00 AM",
            "9/26/2023 13:00:00 PM",
            "12345",
            "1.2.3.4",
            "9/26/0023",
            "/Date(x)/",
            "/Date(99999999999999999)/",
            "2023-13-01T00:00:00",
            "192.0.2.1",
            "1:2:3",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
