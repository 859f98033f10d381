//! Times in the spellings of other programs.

use hourzero_model::Timestamp;

use crate::base::FactBase;

/// The beginning of year 1, and the last whole second that the calendar in use can show.
const RANGE: (i64, i64) = (-62_135_596_800_000_000, 253_402_207_200_000_000);

/// What a document calls its time of making: the newest record's time, else 1970, so that the same evidence gives
/// the same bytes.
pub(super) fn made(base: &FactBase) -> Timestamp {
    bounded(base.case.until.unwrap_or(Timestamp::from_micros(0)))
}

/// Within years that have four digits, which all forms ask for; what lies beyond is put at the nearer end.
pub(super) fn bounded(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros().clamp(RANGE.0, RANGE.1))
}

/// `2026-03-06T17:40:00.000Z`.
pub(super) fn with_millis(at: Timestamp) -> String {
    let millis = bounded(at).micros().rem_euclid(1_000_000) / 1_000;
    format!("{}.{millis:03}Z", seconds(at))
}

/// `2026-03-06T17:40:00.000000+00:00`.
pub(super) fn with_offset(at: Timestamp) -> String {
    let micros = bounded(at).micros().rem_euclid(1_000_000);
    format!("{}.{micros:06}+00:00", seconds(at))
}

/// `2026-03-06T17:40:00`, in UTC.
pub(super) fn seconds(at: Timestamp) -> String {
    let whole = bounded(at).in_whole_seconds().to_string();
    whole.trim_end_matches('Z').to_owned()
}
