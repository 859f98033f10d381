//! Hits kept small until all are known: texts once, everything else as numbers.
//!
//! Most hits are first steps of correlations, ordinary acts that never become a finding. Of those no more
//! is kept than when and where; what a record says of a finding is kept for records behind one.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
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
    by_text: HashMap<Arc<str>, u32, RandomState>,
    all: Vec<Arc<str>>,
    by_slot: HashMap<Slot, u32, RandomState>,
    slots: Vec<Slot>,
}

impl Texts {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> Text {
        if let Some(number) = self.by_text.get(text) {
            return Text(*number);
        }
        let number = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let text: Arc<str> = Arc::from(text);
        self.by_text.insert(Arc::clone(&text), number);
        self.all.push(text);
        Text(number)
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Forgets all texts beyond the first so many.
    pub(crate) fn truncate(&mut self, len: usize) {
        for text in self.all.drain(len.min(self.all.len())..) {
            self.by_text.remove(&text);
        }
    }

    /// Slots with their values, small.
    pub(crate) fn keep(&mut self, slots: Vec<(Slot, String)>) -> Box<[(SlotNumber, Text)]> {
        slots
            .into_iter()
            .map(|(slot, value)| {
                let value = self.number(&value);
                let number = match self.by_slot.get(&slot) {
                    Some(number) => *number,
                    None => {
                        let next = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
                        self.by_slot.insert(slot.clone(), next);
                        self.slots.push(slot);
                        next
                    }
                };
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
            .map_or("", |text| text)
    }
}

/// Where a record stands: the artefact by its number, and the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    artefact: u32,
    pub(crate) position: u64,
}

/// Keeps each artefact once, with the file that holds it.
#[derive(Debug, Default)]
pub(crate) struct Artefacts {
    by_id: HashMap<ArtefactId, u32, RandomState>,
    all: Vec<(ArtefactId, String)>,
}

impl Artefacts {
    /// The place of a record in an artefact.
    pub(crate) fn place(&mut self, (id, position): (ArtefactId, u64)) -> Place {
        let last = self.all.len().checked_sub(1);
        let artefact = match self.by_id.get(&id) {
            Some(number) => *number,
            None => {
                let next = last.map_or(0, |last| last + 1);
                let next = u32::try_from(next).unwrap_or(u32::MAX);
                self.by_id.insert(id, next);
                self.all.push((id, String::new()));
                next
            }
        };
        Place { artefact, position }
    }

    /// Says which file holds the artefact of a place; the first word counts.
    pub(crate) fn name(&mut self, place: Place, file: &str) {
        if let Some((_, name)) = self.all.get_mut(place.artefact as usize)
            && name.is_empty()
        {
            file.clone_into(name);
        }
    }

    /// The place, if it is of an artefact that is known.
    pub(crate) fn find(&self, (id, position): (ArtefactId, u64)) -> Option<Place> {
        let artefact = *self.by_id.get(&id)?;
        Some(Place { artefact, position })
    }

    /// The artefact's hash.
    pub(crate) fn id(&self, place: Place) -> ArtefactId {
        let found = self.all.get(place.artefact as usize);
        found.map_or(ArtefactId::from_bytes([0; 32]), |(id, _)| *id)
    }

    /// The file.
    pub(crate) fn file(&self, place: Place) -> &str {
        let found = self.all.get(place.artefact as usize);
        found.map_or("", |(_, name)| name)
    }

    /// The name of a happening: that of the record that speaks for it.
    pub(crate) fn happening(&self, speaker: Place) -> String {
        format!("{}:{}", self.id(speaker), speaker.position)
    }

    /// The order of happenings by name, without the names.
    pub(crate) fn by_name(&self, a: Place, b: Place) -> Ordering {
        if a.artefact == b.artefact {
            return as_text(a.position).cmp(&as_text(b.position));
        }
        self.id(a).cmp(&self.id(b))
    }
}

/// What compares as the decimal digits of a number do: those of a text, filled up, then their number.
fn as_text(number: u64) -> (u128, u32) {
    let digits = number.checked_ilog10().unwrap_or(0);
    let scale = 10_u128.pow(20_u32.saturating_sub(digits));
    (u128::from(number) * scale, digits)
}

/// One hit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact {
    pub(crate) time: Timestamp,
    pub(crate) place: Place,
    /// The record that speaks for the happening.
    pub(crate) speaker: Place,
    /// The rule that takes something of its own from the record.
    pub(crate) rule: Option<u32>,
    /// What the record says, once it was seen whole.
    pub(crate) said: Option<u32>,
}

/// What a record says of a finding.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) record_id: Text,
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

/// A hit whose record was seen whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member<'a> {
    pub(crate) fact: Fact,
    pub(crate) said: &'a Said,
}

/// The texts and artefacts that hits name by number.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) texts: Texts,
    pub(crate) artefacts: Artefacts,
}

impl Names {
    /// Where a member stands in the evidence.
    pub(crate) fn evidence(&self, member: &Member<'_>) -> EvidenceRef {
        let place = member.fact.place;
        EvidenceRef {
            record_id: self.texts.text(member.said.record_id).to_owned(),
            file: self.artefacts.file(place).to_owned(),
            sha256: self.artefacts.id(place),
            position: place.position,
        }
    }

    /// The order of hits, the same whatever order they came in.
    pub(crate) fn order<'a>(
        &'a self,
        member: &Member<'_>,
    ) -> (Timestamp, &'a str, ArtefactId, u64) {
        let place = member.fact.place;
        (
            member.fact.time,
            self.texts.text(member.said.record_id),
            self.artefacts.id(place),
            place.position,
        )
    }
}

#[cfg(test)]
mod tests {
    use hourzero_model::ArtefactId;
    use proptest::prelude::*;

    use super::Artefacts;

    proptest! {
        #[test]
        fn happenings_are_in_the_order_of_their_names(
            a in (any::<[u8; 2]>(), any::<u64>(), 0_u32..20), b in (any::<[u8; 2]>(), any::<u64>(), 0_u32..20)
        ) {
            let mut artefacts = Artefacts::default();
            let mut place = |(byte, number, digits): ([u8; 2], u64, u32)| {
                let id = ArtefactId::from_bytes([byte[0] & 1; 32]);
                artefacts.place((id, number / 10_u64.pow(digits)))
            };
            let (a, b) = (place(a), place(b));
            let names = (artefacts.happening(a), artefacts.happening(b));
            prop_assert_eq!(artefacts.by_name(a, b), names.0.cmp(&names.1));
        }
    }
}
