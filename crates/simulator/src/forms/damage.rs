//! What goes wrong on the way from the tenant to the responder.

use crate::random::Stream;
use hourzero_model::Timestamp;

/// A text cut near its middle, never inside a sign.
pub(super) fn half(text: &str) -> &str {
    let mut end = text.len() * 3 / 5;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// A stretch of time that an export lacks: a window that was not asked for, a search that timed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hole {
    from: Timestamp,
    to: Timestamp,
}

impl Hole {
    /// None, one or two holes of some hours to two days within a stretch.
    pub(super) fn draw(stream: &mut Stream, from: Timestamp, to: Timestamp) -> Vec<Self> {
        let span = to.seconds_since(from);
        (0..stream.below(3))
            .map(|_| {
                let begins = from.plus_seconds(stream.between(0, span));
                Self {
                    from: begins,
                    to: begins.plus_seconds(stream.between(2 * 3_600, 48 * 3_600)),
                }
            })
            .collect()
    }

    /// Whether an instant lies in it.
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}
