//! Hits kept small until all are known: texts once, everything else as numbers.

use std::collections::HashMap;

use hourzero_model::{ArtefactId, EvidenceRef, Timestamp};

use super::slot::Slot;

/// A text in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Text(u32);

/// A slot in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SlotNumber(u32);

/// Keeps each text, and each slot, once.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    by_text: HashMap<String, u32>,
    all: Vec<String>,
    by_slot: HashMap<Slot, u32>,
    slots: Vec<Slot>,
}

impl Texts {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> Text {
        if let Some(number) = self.by_text.get(text) {
            return Text(*number);
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.by_text.insert(text.to_owned(), number);
        self.all.push(text.to_owned());
        Text(number)
    }

    /// Slots with their values, small.
    pub(crate) fn keep(&mut self, slots: Vec<(Slot, String)>) -> Box<[(SlotNumber, Text)]> {
        slots
            .into_iter()
            .map(|(slot, value)| {
                let value = self.number(&value);
                let next = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
                let number = *self.by_slot.entry(slot.clone()).or_insert(next);
                if number == next {
                    self.slots.push(slot);
                }
                (SlotNumber(number), value)
            })
            .collect()
    }

    /// The slots and values that were kept.
    pub(crate) fn kept<'a>(
        &'a self,
        slots: &'a [(SlotNumber, Text)],
    ) -> impl Iterator<Item = (&'a Slot, &'a str)> {
        slots.iter().filter_map(|(slot, value)| {
            let slot = usize::try_from(slot.0)
                .ok()
                .and_then(|at| self.slots.get(at))?;
            Some((slot, self.text(*value)))
        })
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: Text) -> &str {
        usize::try_from(number.0)
            .ok()
            .and_then(|at| self.all.get(at))
            .map_or("", String::as_str)
    }
}

/// One hit.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) time: Timestamp,
    pub(crate) record_id: Text,
    pub(crate) file: Text,
    pub(crate) artefact: ArtefactId,
    pub(crate) position: u64,
    /// The record that speaks for the happening.
    pub(crate) speaker: Text,
    /// Whether it is an act of Microsoft's own accounts.
    pub(crate) actor: By,
    pub(crate) slots: Box<[(SlotNumber, Text)]>,
}

/// Who acted, as far as the record says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Microsoft's own account: background.
    Background,
    /// A service or the system.
    Service,
    /// Somebody.
    Somebody,
}

impl Fact {
    /// Where it stands in the evidence.
    pub(crate) fn evidence(&self, texts: &Texts) -> EvidenceRef {
        EvidenceRef {
            record_id: texts.text(self.record_id).to_owned(),
            file: texts.text(self.file).to_owned(),
            sha256: self.artefact,
            position: self.position,
        }
    }

    /// The order of hits, the same whatever order they came in.
    pub(crate) fn order<'a>(&self, texts: &'a Texts) -> (Timestamp, &'a str, ArtefactId, u64) {
        (
            self.time,
            texts.text(self.record_id),
            self.artefact,
            self.position,
        )
    }
}
