//! When nobody works: public holidays by country.

use crate::calendar::Day;

/// Holidays at fixed dates: country or `*`, month, day.
const FIXED: &[(&str, u8, u8)] = &[
    ("*", 1, 1),
    ("*", 12, 25),
    ("DE", 5, 1),
    ("DE", 10, 3),
    ("DE", 12, 26),
    ("AT", 1, 6),
    ("AT", 5, 1),
    ("AT", 8, 15),
    ("AT", 10, 26),
    ("AT", 11, 1),
    ("AT", 12, 8),
    ("AT", 12, 26),
    ("CH", 1, 2),
    ("CH", 8, 1),
    ("CH", 12, 26),
    ("GB", 12, 26),
    ("IE", 3, 17),
    ("IE", 12, 26),
    ("FR", 5, 1),
    ("FR", 5, 8),
    ("FR", 7, 14),
    ("FR", 8, 15),
    ("FR", 11, 1),
    ("FR", 11, 11),
    ("NL", 4, 27),
    ("NL", 12, 26),
    ("US", 6, 19),
    ("US", 7, 4),
    ("US", 11, 11),
    ("CA", 7, 1),
    ("CA", 9, 30),
    ("CA", 12, 26),
    ("AU", 1, 26),
    ("AU", 4, 25),
    ("AU", 12, 26),
    ("SE", 1, 6),
    ("SE", 5, 1),
    ("SE", 6, 6),
    ("SE", 12, 24),
    ("SE", 12, 26),
    ("ES", 1, 6),
    ("ES", 5, 1),
    ("ES", 8, 15),
    ("ES", 10, 12),
    ("ES", 11, 1),
    ("ES", 12, 8),
    ("IT", 1, 6),
    ("IT", 4, 25),
    ("IT", 5, 1),
    ("IT", 6, 2),
    ("IT", 8, 15),
    ("IT", 11, 1),
    ("IT", 12, 8),
    ("IT", 12, 26),
    ("PL", 1, 6),
    ("PL", 5, 1),
    ("PL", 5, 3),
    ("PL", 8, 15),
    ("PL", 11, 1),
    ("PL", 11, 11),
    ("PL", 12, 26),
];

/// Holidays that lie so many days after Easter Sunday.
const BY_EASTER: &[(&str, i64)] = &[
    ("DE AT CH GB AU SE ES CA", -2),
    ("DE AT CH GB AU SE IE FR IT PL NL CA", 1),
    ("DE AT CH FR NL SE", 39),
    ("DE AT CH FR NL", 50),
    ("AT PL", 60),
];

/// Holidays at a weekday of a month: country, month, weekday (0 is Monday), which of them (-1 is the last).
const BY_WEEKDAY: &[(&str, u8, i64, i64)] = &[
    ("US", 1, 0, 3),
    ("US", 5, 0, -1),
    ("US", 9, 0, 1),
    ("US", 11, 3, 4),
    ("CA", 9, 0, 1),
    ("CA", 10, 0, 2),
    ("GB", 5, 0, 1),
    ("GB", 5, 0, -1),
    ("GB", 8, 0, -1),
    ("IE", 5, 0, 1),
    ("IE", 6, 0, 1),
    ("IE", 8, 0, 1),
    ("IE", 10, 0, -1),
];

/// Whether a day is a public holiday in a country (ISO 3166).
pub fn holiday(country: &str, day: Day) -> bool {
    let (year, month, date) = day.civil();
    let fixed = FIXED.iter().any(|(here, its_month, its_date)| {
        (*here == "*" || *here == country) && *its_month == month && *its_date == date
    });
    let easter = easter(year);
    fixed
        || BY_EASTER
            .iter()
            .any(|(here, after)| here.contains(country) && easter.plus(*after) == day)
        || BY_WEEKDAY.iter().any(|(here, its_month, weekday, which)| {
            *here == country && *its_month == month && day.weekday() == *weekday && {
                let from_start = (i64::from(date) - 1) / 7 + 1;
                *which == from_start || (*which == -1 && day.plus(7).civil().1 != month)
            }
        })
}

/// The day of a date: Howard Hinnant's `days_from_civil`.
const fn day_of(year: i64, month: i64, date: i64) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_index = (month + 9) % 12;
    let of_year = (153 * month_index + 2) / 5 + date - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    Day(era * 146_097 + of_era - 719_468)
}

/// Easter Sunday of the Gregorian calendar: the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms,
/// chapter 8).
const fn easter(year: i64) -> Day {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    day_of(year, n / 31, n % 31 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_are_where_the_calendars_have_them() {
        let cases = [
            ("DE", (2026, 4, 3), true),
            ("DE", (2026, 4, 6), true),
            ("DE", (2026, 5, 14), true),
            ("DE", (2026, 5, 25), true),
            ("DE", (2026, 10, 3), true),
            ("DE", (2026, 10, 2), false),
            ("US", (2026, 11, 26), true),
            ("US", (2026, 5, 25), true),
            ("US", (2026, 9, 7), true),
            ("US", (2026, 4, 6), false),
            ("GB", (2026, 8, 31), true),
            ("GB", (2026, 5, 4), true),
            ("IE", (2026, 10, 26), true),
            ("PL", (2026, 6, 4), true),
            ("SE", (2026, 6, 6), true),
        ];
        for (country, (year, month, date), expected) in cases {
            let day = day_of(year, month, date);
            assert_eq!(day.civil(), (year, month as u8, date as u8));
            assert_eq!(
                holiday(country, day),
                expected,
                "{country} {year}-{month}-{date}"
            );
        }
    }
}
