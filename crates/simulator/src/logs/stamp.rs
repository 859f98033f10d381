//! Times as the logs write them, without a calendar library in the path of millions of records.

use std::fmt;

use hourzero_model::Timestamp;

use crate::calendar::Day;

/// How a log writes the parts of a second and the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Whole seconds and nothing behind.
    Bare,
    /// Whole seconds, `Z`.
    Seconds,
    /// Seven digits, `Z`.
    Ticks(u8),
}

/// A time that is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    at: Timestamp,
    ending: Ending,
}

/// `2026-11-18T02:12:04`, as the unified audit log.
pub(crate) const fn bare(at: Timestamp) -> Stamp {
    Stamp {
        at,
        ending: Ending::Bare,
    }
}

/// `2026-11-18T02:12:04Z`.
pub(crate) const fn seconds(at: Timestamp) -> Stamp {
    Stamp {
        at,
        ending: Ending::Seconds,
    }
}

/// `2026-11-18T02:12:04.1234567Z`; the last digit, which our clock has not, is given.
pub(crate) const fn ticks(at: Timestamp, digit: u8) -> Stamp {
    Stamp {
        at,
        ending: Ending::Ticks(digit % 10),
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Day::of(self.at);
        let (year, month, date) = day.civil();
        let micros = self.at.micros() - day.0 * 86_400_000_000;
        let (second, fraction) = (micros / 1_000_000, micros % 1_000_000);
        write!(
            f,
            "{year:04}-{month:02}-{date:02}T{:02}:{:02}:{:02}",
            second / 3_600,
            second / 60 % 60,
            second % 60
        )?;
        match self.ending {
            Ending::Bare => Ok(()),
            Ending::Seconds => f.write_str("Z"),
            Ending::Ticks(digit) => write!(f, ".{fraction:06}{digit}Z"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_say_what_the_clock_says() {
        for text in [
            "2024-02-29T23:59:59.123456Z",
            "2025-12-31T00:00:00Z",
            "1999-03-01T12:30:01Z",
            "2100-02-28T05:06:07.5Z",
        ] {
            let at = Timestamp::parse(text).unwrap();
            let second = text.get(..19).unwrap();
            assert_eq!(bare(at).to_string(), second);
            assert_eq!(seconds(at).to_string(), format!("{second}Z"));
            let whole = ticks(at, 7).to_string();
            assert_eq!(Timestamp::parse(&whole).unwrap().micros(), at.micros());
            assert_eq!(whole.len(), 28);
        }
    }
}
