//! Arithmetic of deadlines: hours, days, business days and months after an instant.
//!
//! Takes instants and gives instants. It must never read a clock.

use hourzero_model::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{ToSpan as _, ZonedDateTime};

use crate::answers::Answers;
use crate::entry::Span;
use crate::place;
use crate::value;

/// Seconds of a day of 24 hours.
pub(crate) const DAY: i64 = 86_400;

/// The end of a span; nothing where the span has no figure.
///
/// A day is 24 hours, so that a change to summer time moves no deadline; business days and months go
/// by the calendar of the client's zone.
pub(crate) fn end(start: Timestamp, span: Span, zone: &TimeZone) -> Option<Timestamp> {
    match span {
        Span::Hours(hours) => Some(start.plus_seconds(hours * 3_600)),
        Span::Days(days) => Some(start.plus_seconds(days * DAY)),
        Span::BusinessDays(days) => Some(business_days(start, days, zone)),
        Span::Months(months) => {
            let local = zoned(start, zone)?;
            let later = local.checked_add(months.months()).ok()?;
            Some(Timestamp::from_micros(later.timestamp().as_microsecond()))
        }
        Span::Now => None,
    }
}

fn business_days(start: Timestamp, days: i64, zone: &TimeZone) -> Timestamp {
    let mut at = start;
    let mut left = days;
    while left > 0 {
        at = at.plus_seconds(DAY);
        let day = zoned(at, zone).map(|local| local.weekday());
        if !matches!(day, Some(Weekday::Saturday | Weekday::Sunday)) {
            left -= 1;
        }
    }
    at
}

/// An instant in a zone; nothing outside the calendar's range.
pub(crate) fn zoned(at: Timestamp, zone: &TimeZone) -> Option<ZonedDateTime> {
    let instant = jiff::Timestamp::from_microsecond(at.micros()).ok()?;
    Some(instant.to_zoned_datetime(zone.clone()))
}

/// The client's zone, or UTC where it is not known.
pub(crate) fn client_zone(answers: &Answers) -> TimeZone {
    answers
        .text("client.zone")
        .and_then(place::zone)
        .unwrap_or(TimeZone::UTC)
}

/// An instant for people: in the client's zone, with the zone's name.
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> String {
    match zoned(at, zone) {
        Some(local) => {
            let name = zone.iana_name().unwrap_or("UTC");
            format!("{} {name}", local.strftime("%a %-d %b %Y %H:%M"))
        }
        None => at.to_string(),
    }
}

/// An instant from what people say, as RFC 3339: a time with its offset as it is; else a date and a time,
/// a time of today, `yesterday 15:30`, a date (its first moment) or `now`, in the client's zone.
///
/// # Errors
/// When the text is no such time, or the clocks jumped over it or showed it twice; the hint names the
/// offsets to choose from.
pub fn read_spoken_time(
    text: &str,
    zone_name: &str,
    now: Timestamp,
) -> Result<String, LocalTimeError> {
    let text = text.trim();
    let shape = || LocalTimeError::Shape(text.to_owned());
    if value::moment(text).is_ok() {
        return Ok(text.to_owned());
    }
    if let Some(at) = offset_at(text) {
        let (local, offset) = text.split_at_checked(at).ok_or_else(shape)?;
        let whole = format!("{}:00{offset}", local.trim_end().replace(' ', "T"));
        return value::moment(&whole).map(|_| whole).map_err(|_| shape());
    }
    let zone = place::zone(zone_name).ok_or_else(|| LocalTimeError::Zone(zone_name.to_owned()))?;
    let here = zoned(now, &zone).ok_or_else(shape)?;
    if text == "now" {
        return Ok(here.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    }
    let (day, clock) = match text.split_once(' ') {
        Some(("yesterday", clock)) => (here.date().yesterday().map_err(|_| shape())?, clock),
        Some(("today", clock)) => (here.date(), clock),
        _ => (here.date(), text),
    };
    match clock.trim().parse::<jiff::civil::Time>() {
        Ok(clock) if !text.contains('-') => {
            read_local_time(&day.to_datetime(clock).to_string(), zone_name)
        }
        _ => read_local_time(text, zone_name),
    }
}

/// Where the offset begins that stands after the time of day.
fn offset_at(text: &str) -> Option<usize> {
    let colon = text.find(':')?;
    let tail = text.get(colon..)?;
    tail.find(['+', '-', 'Z', 'z']).map(|at| colon + at)
}

/// An instant from what people say: `2026-03-06 15:30` in the client's zone.
///
/// # Errors
/// When the text is no such time, or the clocks jumped over it or showed it twice; the hint names the
/// offsets to choose from.
pub fn read_local_time(text: &str, zone_name: &str) -> Result<String, LocalTimeError> {
    let zone = place::zone(zone_name).ok_or_else(|| LocalTimeError::Zone(zone_name.to_owned()))?;
    // The library would take a text with an offset and leave the offset out.
    let civil: Option<jiff::civil::DateTime> = match offset_at(text) {
        Some(_) => None,
        None => text.trim().parse().ok(),
    };
    let civil = civil.ok_or_else(|| LocalTimeError::Shape(text.to_owned()))?;
    let ambiguous = zone.to_ambiguous_zoned_datetime(civil);
    if ambiguous.is_ambiguous() {
        let ends = [ambiguous.clone().earlier(), ambiguous.later()];
        let offsets: Vec<String> = ends
            .into_iter()
            .flatten()
            .map(|zoned| zoned.strftime("%:z").to_string())
            .collect();
        return Err(LocalTimeError::Ambiguous {
            text: text.to_owned(),
            zone: zone_name.to_owned(),
            offsets: offsets.join(" and "),
        });
    }
    let zoned = ambiguous
        .unambiguous()
        .map_err(|_| LocalTimeError::Shape(text.to_owned()))?;
    Ok(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// A local time that names no instant, or two.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LocalTimeError {
    /// The zone does not exist.
    #[error("no time zone is called `{0}`; write a name such as Europe/Berlin")]
    Zone(String),
    /// The text is no local time.
    #[error(
        "`{0}` is no time; write it as 2026-03-06 15:30, or with its offset as 2026-03-06T15:30:00+01:00"
    )]
    Shape(String),
    /// The clocks changed at this time.
    #[error(
        "the clocks changed at {text} in {zone}; write the time with its offset, one of {offsets}"
    )]
    Ambiguous {
        /// The text as given.
        text: String,
        /// The zone.
        zone: String,
        /// The offsets before and after.
        offsets: String,
    },
}
