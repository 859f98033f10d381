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

/// An instant from what people say: `2026-03-06 15:30` in the client's zone.
///
/// # Errors
/// When the text is no such time, or the clocks jumped over it or showed it twice; the hint names the
/// offsets to choose from.
pub fn read_local_time(text: &str, zone_name: &str) -> Result<String, LocalTimeError> {
    let zone = place::zone(zone_name).ok_or_else(|| LocalTimeError::Zone(zone_name.to_owned()))?;
    let civil: jiff::civil::DateTime = text
        .trim()
        .parse()
        .map_err(|_| LocalTimeError::Shape(text.to_owned()))?;
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
    #[error("`{0}` is no time; write it as 2026-03-06 15:30")]
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
