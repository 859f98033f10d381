//! Columns of one meaning found under the names that each dialect gives them.
//!
//! Takes a row and gives the values in named slots. Graph writes `createdDateTime`, Log Analytics
//! `CreatedDateTime [UTC]`, the portal `Date (UTC)`: a name is folded to its letters and digits in
//! lower case, and each log lists the folded names that mean the same. It must never know what a
//! value means.

use std::borrow::Cow;
use std::marker::PhantomData;

use hourzero_model::Timestamp;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value, ValueRef};

use super::Shape;
use super::field;
use crate::time;

/// The slots of one log.
pub(crate) trait Slot: Copy {
    /// How many there are.
    const COUNT: usize;
    /// The slot of a folded name.
    fn of(folded: &str) -> Option<usize>;
    /// Its number.
    fn number(self) -> usize;
}

/// Declares the slots of a log: one a line, with the folded names that fill it.
macro_rules! slots {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $($folded:literal)|+;)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($variant,)* }

        impl $crate::dialect::slot::Slot for $name {
            const COUNT: usize = [$(Self::$variant),*].len();

            fn of(folded: &str) -> Option<usize> {
                match folded {
                    $($($folded)|+ => Some(Self::$variant as usize),)*
                    _ => None,
                }
            }

            fn number(self) -> usize {
                self as usize
            }
        }
    };
}
pub(crate) use slots;

/// What Log Analytics puts behind a name: `_dynamic` and `_string` for a column of two types, one letter
/// for the type of a column in a table that was loaded again by hand.
const TYPE_SUFFIXES: [&str; 7] = ["_dynamic", "_string", "_s", "_d", "_g", "_b", "_t"];

/// A name without what exports add or change: case, blanks, punctuation, the portal's `[UTC]`, the
/// suffix of a type.
pub(crate) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    fold_into(name, &mut folded);
    folded
}

fn fold_into(name: &str, folded: &mut String) {
    folded.clear();
    let name = name
        .strip_suffix(']')
        .and_then(|name| name.rsplit_once(" ["))
        .map_or(name, |(name, _zone)| name);
    let name = TYPE_SUFFIXES
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name);
    folded.extend(
        name.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase()),
    );
}

/// Whether a value says anything: not null, not empty, no empty list or object in any writing.
pub(crate) fn says_something(value: &Value) -> bool {
    match value.as_ref() {
        ValueRef::String(text) => {
            !matches!(field::trimmed(text), "" | "<null>" | "null" | "[]" | "{}")
        }
        ValueRef::Array(items) => !items.is_empty(),
        ValueRef::Object(members) => !members.is_empty(),
        _ => !value.is_null(),
    }
}

/// A row's values by slot. Of several columns that mean the same, the first that says anything counts.
pub(crate) struct Slots<'a, S> {
    values: Vec<Option<&'a Value>>,
    slots: PhantomData<S>,
}

impl<'a, S: Slot> Slots<'a, S> {
    /// Sorts a row into slots.
    pub(crate) fn of(row: &'a Value) -> Self {
        Self::of_layers(&[row])
    }

    /// Sorts several rows into the same slots; what an earlier one says is not replaced by a later one.
    pub(crate) fn of_layers(rows: &[&'a Value]) -> Self {
        let mut values = vec![None; S::COUNT];
        let mut folded = String::with_capacity(64);
        for &row in rows {
            for (key, value) in row.as_object().into_iter().flatten() {
                fold_into(key, &mut folded);
                let Some(place) = S::of(&folded).and_then(|at| values.get_mut(at)) else {
                    continue;
                };
                if place.is_none() && says_something(value) {
                    *place = Some(value);
                }
            }
        }
        Self {
            values,
            slots: PhantomData,
        }
    }

    /// The value in a slot.
    pub(crate) fn value(&self, slot: S) -> Option<&'a Value> {
        self.values.get(slot.number()).copied().flatten()
    }

    /// Whether a slot holds anything.
    pub(crate) fn has(&self, slot: S) -> bool {
        self.value(slot).is_some()
    }

    /// The text in a slot, without blanks around it; see [`field::scalar`].
    pub(crate) fn text(&self, slot: S) -> Option<String> {
        self.value(slot).and_then(text_of)
    }

    /// The text of the first of these slots that has any.
    pub(crate) fn first_text(&self, slots: &[S]) -> Option<String> {
        slots.iter().find_map(|slot| self.text(*slot))
    }

    /// An id in a slot, lower-case; the GUID of nothing but zeros is no id.
    pub(crate) fn id(&self, slot: S) -> Option<String> {
        self.text(slot).and_then(|text| real_id(&text))
    }

    /// The instant in the first of these slots that holds one.
    pub(crate) fn first_instant(&self, slots: &[S]) -> Option<Timestamp> {
        slots
            .iter()
            .find_map(|slot| self.text(*slot).and_then(|text| time::parse(&text)))
    }

    /// The object or list in a slot, entered when it stands as JSON in a text.
    pub(crate) fn entered(&self, slot: S) -> Option<Cow<'a, Value>> {
        self.value(slot).and_then(entered)
    }

    /// The elements of the list in a slot; a single object counts as a list of one, plain text as none.
    pub(crate) fn list(&self, slot: S) -> Vec<Value> {
        match self.entered(slot) {
            Some(value) => match value.as_array() {
                Some(items) => items.iter().cloned().collect(),
                None => vec![value.into_owned()],
            },
            None => Vec::new(),
        }
    }

    /// The words of the list in a slot; text that is no list counts as its words between commas.
    pub(crate) fn words(&self, slot: S) -> Vec<String> {
        if self.entered(slot).is_some() {
            return self.list(slot).iter().filter_map(text_of).collect();
        }
        let text = self.text(slot).unwrap_or_default();
        text.split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// A scalar as text, without blanks around it.
pub(crate) fn text_of(value: &Value) -> Option<String> {
    str_of(value).map(Cow::into_owned)
}

/// The same, borrowed where it stands as text.
pub(crate) fn str_of(value: &Value) -> Option<Cow<'_, str>> {
    Some(match field::scalar_str(value)? {
        Cow::Borrowed(text) => Cow::Borrowed(field::trimmed(text)),
        // A number has none.
        made => made,
    })
}

/// The text under a key of an object, whatever the key's case.
pub(crate) fn member(value: &Value, key: &str) -> Option<String> {
    member_value(value, key).and_then(text_of)
}

/// The value under a key of an object, whatever the key's case.
pub(crate) fn member_value<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    let mut near = None;
    for (have, found) in value.as_object()? {
        if have == key {
            return Some(found);
        }
        if near.is_none() && have.eq_ignore_ascii_case(key) {
            near = Some(found);
        }
    }
    near
}

/// A container, entered when it stands as JSON in a text.
pub(crate) fn entered(value: &Value) -> Option<Cow<'_, Value>> {
    match value.as_str() {
        Some(text) => field::embedded(text).map(Cow::Owned),
        None => (value.is_object() || value.is_array()).then_some(Cow::Borrowed(value)),
    }
}

/// The elements of a list that may stand as JSON in a text.
pub(crate) fn elements(value: Option<&Value>) -> Vec<Value> {
    let Some(value) = value.and_then(entered) else {
        return Vec::new();
    };
    match value.as_array() {
        Some(items) => items.iter().cloned().collect(),
        None => vec![value.into_owned()],
    }
}

/// An id in lower case; `None` for the GUID of zeros, which stands for "none" in Microsoft's logs and
/// for "removed" in redacted samples.
pub(crate) fn real_id(text: &str) -> Option<String> {
    let id = text.trim().to_lowercase();
    let hollow = id.bytes().all(|byte| matches!(byte, b'0' | b'-'));
    (!hollow).then_some(id)
}

/// How many of these folded names an artefact has; 0 when one of the `needed` is missing.
pub(crate) fn score(shape: &Shape<'_>, needed: &[&str], helpful: &[&str]) -> u32 {
    let has = |name: &&&str| shape.folded().iter().any(|key| key == **name);
    if needed.iter().filter(has).count() < needed.len() {
        return 0;
    }
    let fitting = needed.len() + helpful.iter().filter(has).count();
    u32::try_from(fitting).unwrap_or(u32::MAX)
}
