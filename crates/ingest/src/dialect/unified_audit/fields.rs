//! A record's members, sorted by field in one pass.
//!
//! Takes a JSON object and gives the values of the known fields and the rest in the order as logged. The
//! object is walked once, because looking sixty names up one by one costs more than all that follows.
//! It must never decide what a value means.

use std::borrow::Cow;

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::names::{COUNT, Field};
use super::powershell;
use crate::dialect::{Member, Row, field, slot};

/// A record's members.
pub(super) struct Fields<'a> {
    known: [Option<&'a Member<'a>>; COUNT],
    /// Members without a field of their own, and those that repeat a field with another value.
    pub(super) rest: Vec<&'a Member<'a>>,
}

impl<'a> Fields<'a> {
    /// Sorts a row's members; `None` when it is no object.
    pub(super) fn of(row: &'a Row<'a>) -> Option<Self> {
        let members = row.members()?;
        let mut fields = Self {
            known: [None; COUNT],
            rest: Vec::with_capacity(16),
        };
        for member in members.iter().filter(|member| !is_void(member)) {
            match Field::of(member.name) {
                Some(Field::Noise) => {}
                Some(field) => fields.put(field, member),
                None if is_odata(member.name) => {}
                None => fields.rest.push(member),
            }
        }
        Some(fields)
    }

    fn put(&mut self, field: Field, member: &'a Member<'a>) {
        let Some(place) = self.known.get_mut(field as usize) else {
            return;
        };
        match place {
            None => *place = Some(member),
            // A table repeats a column under a name of its own (`UserId_`): once is enough.
            Some(first) if same(first, member) => {}
            Some(_) => self.rest.push(member),
        }
    }

    fn member(&self, field: Field) -> Option<&'a Member<'a>> {
        self.known.get(field as usize).copied().flatten()
    }

    /// The value of a field, unless it is empty in one of the ways of [`is_void`].
    pub(super) fn value(&self, field: Field) -> Option<&'a Value> {
        self.member(field).map(|member| member.value)
    }

    /// The text of a field without blanks around it, when it is written as text.
    pub(super) fn str(&self, field: Field) -> Option<&'a str> {
        self.member(field)?.text.map(field::trimmed)
    }

    /// The scalar of a field as text.
    pub(super) fn text(&self, field: Field) -> Option<String> {
        self.scalar(field).map(Cow::into_owned)
    }

    /// The same, borrowed where it stands as text.
    pub(super) fn scalar(&self, field: Field) -> Option<Cow<'a, str>> {
        let member = self.member(field)?;
        match member.text {
            // What says nothing is no field.
            Some(text) => Some(Cow::Borrowed(field::trimmed(text))),
            None => slot::str_of(member.value),
        }
    }

    /// The first of these fields that has text.
    pub(super) fn first_text(&self, fields: &[Field]) -> Option<String> {
        fields.iter().find_map(|field| self.text(*field))
    }

    /// The object or list of a field, entered when it is JSON in a text.
    pub(super) fn entered(&self, field: Field) -> Option<Cow<'a, Value>> {
        let value = self.value(field)?;
        slot::entered(value).or_else(|| value.as_str().and_then(powershell::object).map(Cow::Owned))
    }
}

/// Nothing, in one of the ways that exports write it. `System.Object[]` is what PowerShell leaves of a
/// list in a CSV cell: the content is lost.
fn is_void(member: &Member<'_>) -> bool {
    match member.text {
        Some(text) => matches!(
            field::trimmed(text),
            "" | "<null>" | "null" | "[]" | "{}" | "System.Object[]"
        ),
        None => member.value.is_null(),
    }
}

/// What OData says about a member, such as its type. The mark is looked for first, because few names have one.
fn is_odata(name: &str) -> bool {
    name.as_bytes().contains(&b'@') && name.contains("@odata.")
}

fn same(one: &Member<'_>, other: &Member<'_>) -> bool {
    match (one.text, other.text) {
        (Some(one), Some(other)) => one.trim().eq_ignore_ascii_case(other.trim()),
        _ => one.value == other.value,
    }
}

/// Calls back with every element of a list; a single value counts as a list of one.
pub(super) fn each(value: &Value, mut visit: impl FnMut(&Value)) {
    match value.as_array() {
        Some(items) => items
            .iter()
            .for_each(|item| visit(&powershell::opened(item))),
        None => visit(value),
    }
}

/// Calls back with name and value of every member of an object.
pub(in crate::dialect) fn each_member<'v>(
    value: &'v Value,
    mut visit: impl FnMut(&'v str, &'v Value),
) {
    if let Some(members) = value.as_object() {
        for (name, member) in members {
            visit(name, member);
        }
    }
}

/// The member of an object under a name, whatever its case, as text.
pub(super) fn member(value: &Value, name: &str) -> Option<String> {
    slot::member(value, name)
}

/// Calls back with name and value of every entry of a property list: `[{Name, Value}]`,
/// `[{Key, Value}]`, or an object of names and values.
pub(super) fn each_property(list: &Value, mut visit: impl FnMut(&str, &Value)) {
    if let Some(items) = list.as_array() {
        for item in items {
            property(&powershell::opened(item), &mut visit);
        }
    } else if slot::member_value(list, "Name").is_some()
        && slot::member_value(list, "Value").is_some()
    {
        property(list, &mut visit);
    } else if let Some(members) = list.as_object() {
        for (name, value) in members {
            visit(name, value);
        }
    }
}

fn property(item: &Value, visit: &mut impl FnMut(&str, &Value)) {
    let Some(members) = item.as_object() else {
        return;
    };
    let mut name = None;
    let mut held = None;
    for (key, value) in members {
        if key.eq_ignore_ascii_case("Name") || key.eq_ignore_ascii_case("Key") {
            name = value.as_str();
        } else if key.eq_ignore_ascii_case("Value") {
            held = Some(value);
        }
    }
    if let (Some(name), Some(value)) = (name, held) {
        visit(name, value);
    }
}
