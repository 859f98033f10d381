//! What time it is for a person: local days and hours of the virtual clock.
//!
//! Zones come from the database inside the binary, never the machine's, so that the same seed gives the
//! same bytes everywhere.

use hourzero_model::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The months' names.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A day of local time, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// The day in UTC that holds an instant.
    pub const fn of(at: Timestamp) -> Self {
        Self(at.micros().div_euclid(86_400_000_000))
    }

    /// The day so many days later.
    pub const fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// 0 for Monday to 6 for Sunday.
    pub const fn weekday(self) -> i64 {
        (self.0 + 3).rem_euclid(7)
    }

    /// Saturday or Sunday.
    pub const fn is_weekend(self) -> bool {
        self.weekday() >= 5
    }

    /// Year, month from 1 and day of the month (H. Hinnant, `civil_from_days`): dates are written into millions
    /// of records, where a calendar library would cost more than the record.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a month is 1 to 12, a day of the month 1 to 31"
    )]
    pub const fn civil(self) -> (i64, u8, u8) {
        let shifted = self.0 + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_index = (5 * of_year + 2) / 153;
        let date = of_year - (153 * month_index + 2) / 5 + 1;
        let month = if month_index < 10 {
            month_index + 3
        } else {
            month_index - 9
        };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        (year, month as u8, date as u8)
    }

    /// Midnight UTC of the day.
    pub const fn midnight(self) -> Timestamp {
        Timestamp::from_micros(self.0 * 86_400_000_000)
    }
}

/// A time zone by its IANA name.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of a name; nothing when the database has none of it.
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        Some(Self {
            name: name.to_owned(),
            zone,
        })
    }

    /// UTC.
    pub fn utc() -> Self {
        Self {
            name: "UTC".to_owned(),
            zone: TimeZone::UTC,
        }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant of a second of a local day. The offset is the one at local noon, so that a day has
    /// always 86,400 seconds; the two nights of the year when clocks change are off by an hour before it.
    pub fn at(&self, day: Day, second: i64) -> Timestamp {
        day.midnight()
            .plus_seconds(second - self.offset_seconds(day))
    }

    /// The local day and second of an instant.
    pub fn local(&self, at: Timestamp) -> (Day, i64) {
        let near = Day::of(at);
        let shifted = at.plus_seconds(self.offset_seconds(near));
        let day = Day::of(shifted);
        (day, shifted.seconds_since(day.midnight()))
    }

    fn offset_seconds(&self, day: Day) -> i64 {
        let noon = day.midnight().plus_seconds(43_200);
        jiff::Timestamp::from_microsecond(noon.micros())
            .map_or(0, |noon| i64::from(self.zone.to_offset(noon).seconds()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_days_know_summer_time() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let day = |text: &str| Day::of(Timestamp::parse(text).unwrap());
        let winter = day("2026-03-06T00:00:00Z");
        assert_eq!(winter.weekday(), 4, "a Friday");
        assert_eq!(
            berlin.at(winter, 9 * 3_600).to_string(),
            "2026-03-06T08:00:00Z"
        );
        let summer = day("2026-07-06T00:00:00Z");
        assert_eq!(
            berlin.at(summer, 9 * 3_600).to_string(),
            "2026-07-06T07:00:00Z"
        );
        assert_eq!(berlin.local(berlin.at(summer, 1_234)), (summer, 1_234));
        assert!(Zone::named("Mars/Olympus").is_none());
    }
}
