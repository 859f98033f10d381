//! Time modifiers: a part of an instant as a regular expression over its RFC 3339 text.
//!
//! The intermediate form has no test on parts of a time, and needs none: the parts stand at fixed places
//! of the text, and each has few values.

use crate::ir::Comparison;
use crate::sigma::modifier::TimePart;

/// Weeks are spelt out as days for these years, which reach past any log that can exist.
const YEARS: std::ops::RangeInclusive<i64> = 2005..=2060;

/// The regular expression that holds for instants whose part compares so; `None` where the number is
/// none that the part can have, so that nothing or everything would match.
pub(crate) fn regex(part: TimePart, order: Option<Comparison>, number: f64) -> Option<String> {
    let wanted = |value: i64| {
        let value = i32::try_from(value).map(f64::from).unwrap_or(f64::NAN);
        match order {
            None => (value - number).abs() < f64::EPSILON,
            Some(Comparison::Less) => value < number,
            Some(Comparison::LessOrEqual) => value <= number,
            Some(Comparison::Greater) => value > number,
            Some(Comparison::GreaterOrEqual) => value >= number,
        }
    };
    let listed = |range: std::ops::RangeInclusive<i64>| {
        let values: Vec<String> = range
            .filter(|value| wanted(*value))
            .map(|value| format!("{value:02}"))
            .collect();
        (!values.is_empty()).then(|| values.join("|"))
    };
    Some(match part {
        TimePart::Minute => format!(
            r"^\d{{4}}-\d\d-\d\d[T ]\d\d:(?:{})(?::|$|Z)",
            listed(0..=59)?
        ),
        TimePart::Hour => format!(r"^\d{{4}}-\d\d-\d\d[T ](?:{}):", listed(0..=23)?),
        TimePart::Day => format!(r"^\d{{4}}-\d\d-(?:{})(?:[T ]|$)", listed(1..=31)?),
        TimePart::Month => format!(r"^\d{{4}}-(?:{})-", listed(1..=12)?),
        TimePart::Year => format!("^(?:{})-", listed(1970..=2100)?),
        TimePart::Week => format!("^(?:{})(?:[T ]|$)", days_of_weeks(&wanted)?),
    })
}

fn days_of_weeks(wanted: &dyn Fn(i64) -> bool) -> Option<String> {
    let mut days = Vec::new();
    for year in YEARS {
        for day in 1..=days_in_year(year) {
            if wanted(week(year, day)) {
                let (month, day) = month_and_day(year, day);
                days.push(format!("{year}-{month:02}-{day:02}"));
            }
        }
    }
    // More than a few weeks a year would be a pattern larger than the matcher takes.
    (!days.is_empty() && days.len() <= 4_000).then(|| days.join("|"))
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// The weekday of 1 January, Monday 1 (Gauss's rule).
fn first_weekday(year: i64) -> i64 {
    let before = year - 1;
    let sunday_based = (1 + 5 * (before % 4) + 4 * (before % 100) + 6 * (before % 400)) % 7;
    if sunday_based == 0 { 7 } else { sunday_based }
}

/// The ISO 8601 week of a day of a year.
fn week(year: i64, day: i64) -> i64 {
    let weekday = (first_weekday(year) + day - 2) % 7 + 1;
    let week = (day - weekday + 10) / 7;
    if week < 1 {
        weeks_in_year(year - 1)
    } else if week > weeks_in_year(year) {
        1
    } else {
        week
    }
}

fn weeks_in_year(year: i64) -> i64 {
    let first = first_weekday(year);
    if first == 4 || (first == 3 && is_leap(year)) {
        53
    } else {
        52
    }
}

fn month_and_day(year: i64, day: i64) -> (i64, i64) {
    let february = if is_leap(year) { 29 } else { 28 };
    let mut left = day;
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left <= length {
            break;
        }
        left -= length;
        month += 1;
    }
    (month, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_follow_iso_8601() {
        // ISO 8601: 2021-01-03 belongs to week 53 of 2020, 2024-12-30 to week 1 of 2025.
        assert_eq!(week(2021, 3), 53);
        assert_eq!(week(2024, 365), 1);
        assert_eq!(week(2026, 65), 10);
        assert_eq!(month_and_day(2024, 366), (12, 31));
    }
}
