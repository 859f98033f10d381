//! Texts by number, each held once.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// The number of no text, and of the empty one.
pub const NOTHING: u32 = 0;

/// Texts by number, counted from one; 0 is the empty text.
#[derive(Debug, Default)]
pub struct Texts {
    numbers: HashMap<Arc<str>, u32, RandomState>,
    all: Vec<Arc<str>>,
}

impl Texts {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return NOTHING;
        }
        if let Some(known) = self.numbers.get(text) {
            return *known;
        }
        let text: Arc<str> = text.into();
        self.all.push(Arc::clone(&text));
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text, number);
        number
    }

    /// The text of a number; the empty text for 0 and for a number that was not given.
    pub fn text(&self, number: u32) -> &str {
        let place = usize::try_from(number)
            .ok()
            .and_then(|number| number.checked_sub(1));
        place
            .and_then(|place| self.all.get(place))
            .map_or("", |text| text)
    }
}
