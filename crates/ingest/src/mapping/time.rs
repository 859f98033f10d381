//! The time of a mapped row.
//!
//! Takes the texts of its columns and gives an instant, by the format and zone that the mapping names.
//! Zones come with the program, because the same evidence must give the same instants on every machine.

use hourzero_model::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// Which columns hold the time, and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TimeFormat {
    pub(super) columns: Vec<String>,
    shape: Shape,
    zone: TimeZone,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    /// Any shape that exports use; what names no zone is in the mapping's.
    Auto,
    /// Units a second since 1970.
    Epoch(i64),
    Pattern(String),
}

impl TimeFormat {
    /// Checks format and zone; the error is the key and what is wrong with it.
    pub(super) fn new(
        columns: Vec<String>,
        format: &str,
        zone: &str,
    ) -> Result<Self, (&'static str, String)> {
        let shape = match format {
            "auto" => Shape::Auto,
            "epoch" => Shape::Epoch(1),
            "epoch-ms" => Shape::Epoch(1_000),
            "epoch-us" => Shape::Epoch(1_000_000),
            pattern if pattern.contains('%') => Shape::Pattern(pattern.to_owned()),
            _ => {
                return Err((
                    "format",
                    "must be auto, epoch, epoch-ms, epoch-us, or a pattern such as \"%d.%m.%Y %H:%M:%S\""
                        .to_owned(),
                ));
            }
        };
        let zone = time_zone(zone).ok_or_else(|| {
            let problem =
                "must be UTC, an offset such as \"+02:00\", or a name such as \"Europe/Berlin\"";
            ("zone", problem.to_owned())
        })?;
        Ok(Self {
            columns,
            shape,
            zone,
        })
    }

    /// Whether the mapping says to the letter how times are written.
    pub(super) fn is_pattern(&self) -> bool {
        matches!(self.shape, Shape::Pattern(_))
    }

    /// Reads a time. A local time that the clock showed twice is the earlier one.
    pub(super) fn read(&self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        match &self.shape {
            Shape::Auto => self.auto(text),
            Shape::Epoch(units) => epoch(text, *units),
            Shape::Pattern(pattern) => {
                let parsed = strtime::parse(pattern, text).ok()?;
                if parsed.offset().is_some() || parsed.iana_time_zone().is_some() {
                    return Some(micros(parsed.to_timestamp().ok()?));
                }
                let local = parsed.to_datetime().ok()?;
                Some(micros(self.zone.to_timestamp(local).ok()?))
            }
        }
    }

    fn auto(&self, text: &str) -> Option<Timestamp> {
        let as_utc = crate::time::parse(text)?;
        let upper = text.to_ascii_uppercase();
        let says_zone = upper.ends_with('Z')
            || upper.ends_with("UTC")
            || upper.contains("DATE(")
            || upper.chars().all(|c| c.is_ascii_digit() || c == '.')
            || text.parse::<jiff::Timestamp>().is_ok();
        if says_zone || self.zone == TimeZone::UTC {
            return Some(as_utc);
        }
        let shown = jiff::Timestamp::from_microsecond(as_utc.micros()).ok()?;
        let local = TimeZone::UTC.to_datetime(shown);
        Some(micros(self.zone.to_timestamp(local).ok()?))
    }
}

fn micros(instant: jiff::Timestamp) -> Timestamp {
    Timestamp::from_micros(instant.as_microsecond())
}

fn epoch(text: &str, units: i64) -> Option<Timestamp> {
    const LAST: i64 = 253_402_300_799_000_000;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let each = 1_000_000 / units;
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let fraction: i64 = digits.parse().ok()?;
    let number: i64 = whole.parse().ok()?;
    let micros = number.checked_mul(each)?.checked_add(fraction / units)?;
    (0..=LAST)
        .contains(&micros)
        .then(|| Timestamp::from_micros(micros))
}

fn time_zone(name: &str) -> Option<TimeZone> {
    if name.eq_ignore_ascii_case("utc") || name == "Z" {
        return Some(TimeZone::UTC);
    }
    if let Some(sign) = name.chars().next().filter(|c| matches!(c, '+' | '-')) {
        let digits = name.get(1..)?.replace(':', "");
        let (hours, minutes) = digits.split_at_checked(2)?;
        let minutes: i32 = if minutes.is_empty() {
            0
        } else {
            minutes.parse().ok()?
        };
        let seconds = (hours.parse::<i32>().ok()? * 60 + minutes) * 60;
        let seconds = if sign == '-' { -seconds } else { seconds };
        return Some(jiff::tz::Offset::from_seconds(seconds).ok()?.to_time_zone());
    }
    TimeZoneDatabase::bundled().get(name).ok()
}
