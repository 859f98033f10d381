//! The days of the evidence as the bits of a number.

use hourzero_model::Timestamp;

use crate::survey::Survey;

const SECONDS_A_DAY: i64 = 86_400;

/// The days on which the evidence has records, counted from the second of the first event on. Days without any take no
/// bit: one record with a false date would else leave a single bit for all the others.
#[derive(Debug)]
pub(super) struct Calendar {
    begins: i64,
    days: Vec<i64>,
}

impl Calendar {
    /// The days of the surveyed records; nothing where there is none.
    pub(super) fn of(survey: &Survey) -> Option<Self> {
        let begins = second(survey.span?.0);
        let mut days: Vec<i64> = survey
            .hours
            .iter()
            .map(|count| (second(count.hour) - begins) / SECONDS_A_DAY)
            .collect();
        days.sort_unstable();
        days.dedup();
        Some(Self { begins, days })
    }

    /// The first event.
    pub(super) const fn begins(&self) -> Timestamp {
        Timestamp::from_micros(self.begins * 1_000_000)
    }

    /// The bit of a time's day; where there are more days than bits, of its part of them.
    pub(super) fn bit(&self, time: Timestamp) -> u64 {
        let bits = usize::try_from(u64::BITS).unwrap_or(1);
        let day = (second(time) - self.begins) / SECONDS_A_DAY;
        let place = self
            .days
            .partition_point(|known| *known <= day)
            .saturating_sub(1);
        let bit = place * bits / self.days.len().max(bits);
        u32::try_from(bit)
            .ok()
            .and_then(|bit| 1_u64.checked_shl(bit))
            .unwrap_or_default()
    }
}

const fn second(time: Timestamp) -> i64 {
    time.micros().div_euclid(1_000_000)
}
