//! Named facts and changes: the property lists of a record, and what no column holds.
//!
//! Takes lists of names and values in the shapes that exports give them and appends to a record's
//! `parameters` and `changed`. It must never decide which facts matter.

use hourzero_model::{Change, Record};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value, ValueRef};

use super::fields::{Fields, each, each_property, member};
use super::names::Field;
use crate::dialect::field::push_fact;
use crate::dialect::{field, slot};

/// Containers without a meaning of their own are opened so deep; what lies deeper stays JSON.
const MAX_OPENED: usize = 4;

/// A path of names longer than this is opened no further, so that a hostile record cannot multiply a
/// long name by the number of its members.
const MAX_PATH: usize = 200;

/// What property lists say about the columns.
#[derive(Default)]
pub(super) struct Named {
    pub(super) user_agent: Option<String>,
    pub(super) session_id: Option<String>,
    pub(super) device_id: Option<String>,
    /// `extendedAuditEventCategory`: User, Application, ServicePrincipal, Role, Group, Device, Policy.
    pub(super) category: Option<String>,
}

/// Appends a value under a name: a list of scalars becomes several facts, other containers JSON.
pub(super) fn push_value(record: &mut Record, name: &str, value: &Value) {
    match value.as_array() {
        Some(items) => {
            for item in items {
                push_fact(record, name, field::flat_str(item));
            }
        }
        None => push_fact(record, name, field::flat_str(value)),
    }
}

/// Reads all property lists of a record into its parameters and changes.
pub(super) fn read(fields: &Fields<'_>, record: &mut Record) -> Named {
    let mut named = Named::default();
    arguments(fields, record);
    if let Some(list) = fields.entered(Field::OperationProperties) {
        each_property(&list, |name, value| operation_property(record, name, value));
    }
    if let Some(list) = fields.entered(Field::ExtendedProperties) {
        each_property(&list, |name, value| {
            extended(record, &mut named, name, value);
        });
    }
    if let Some(list) = fields.entered(Field::DeviceProperties) {
        each_property(&list, |name, value| device(record, &mut named, name, value));
    }
    if let Some(list) = fields.entered(Field::ExtraProperties) {
        each_property(&list, |name, value| push_value(record, name, value));
    }
    changes(fields, record);
    named
}

/// The cmdlet's arguments. An empty value is a fact here: it is how forwarding is taken off.
fn arguments(fields: &Fields<'_>, record: &mut Record) {
    if let Some(list) = fields.entered(Field::Parameters) {
        each_property(&list, |name, value| match value.as_str() {
            Some(text) => push_fact(record, name, Some(text)),
            None => push_value(record, name, value),
        });
        return;
    }
    // Security & compliance cmdlets log one command line: `-Identity "x" -Confirm:$False`.
    if let Some(line) = fields.text(Field::Parameters) {
        if line.starts_with('-') {
            command_line(record, &line);
        }
        push_fact(record, "Parameters", Some(line));
    }
}

fn command_line(record: &mut Record, line: &str) {
    let mut pending: Option<String> = None;
    for word in words(line) {
        let name = word.strip_prefix('-').filter(|rest| {
            let first = rest.bytes().next();
            first.is_some_and(|byte| byte.is_ascii_alphabetic())
        });
        match (name, pending.take()) {
            (Some(name), switch) => {
                flag(record, switch);
                match name.split_once(':') {
                    Some((name, value)) => {
                        let value = value.trim_start_matches('$').to_owned();
                        push_fact(record, name, Some(value));
                    }
                    None => pending = Some(name.to_owned()),
                }
            }
            (None, Some(name)) => push_fact(record, &name, Some(word)),
            (None, None) => {}
        }
    }
    flag(record, pending);
}

/// A switch stands without a value and means true.
fn flag(record: &mut Record, name: Option<String>) {
    if let Some(name) = name {
        push_fact(record, &name, Some("True"));
    }
}

/// The words of a command line; double quotes hold a word together and are cut.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// A rule written by Outlook carries its actions as JSON in a text: their types, recipients and folders
/// become facts of their own.
fn operation_property(record: &mut Record, name: &str, value: &Value) {
    if name.eq_ignore_ascii_case("RuleActions")
        && let Some(actions) = slot::entered(value)
    {
        each(&actions, |action| rule_action(record, action));
    }
    push_value(record, name, value);
}

fn rule_action(record: &mut Record, action: &Value) {
    let Some(members) = action.as_object() else {
        return;
    };
    for (name, value) in members {
        if name.eq_ignore_ascii_case("ActionType") {
            push_value(record, "RuleAction", value);
        } else if name.eq_ignore_ascii_case("Recipients") {
            push_value(record, "Recipient", value);
        } else {
            open(record, &joined("RuleAction", name), value, 1);
        }
    }
}

fn extended(record: &mut Record, named: &mut Named, name: &str, value: &Value) {
    if name.eq_ignore_ascii_case("additionalDetails")
        && let Some(details) = slot::entered(value)
    {
        each_property(&details, |inner, value| {
            if inner.eq_ignore_ascii_case("User-Agent") || inner.eq_ignore_ascii_case("UserAgent") {
                named.user_agent = slot::text_of(value);
            } else {
                push_value(record, inner, value);
            }
        });
        return;
    }
    if name.eq_ignore_ascii_case("UserAgent") {
        named.user_agent = slot::text_of(value);
        return;
    }
    if name.eq_ignore_ascii_case("extendedAuditEventCategory") {
        named.category = slot::text_of(value);
    }
    push_value(record, name, value);
}

fn device(record: &mut Record, named: &mut Named, name: &str, value: &Value) {
    if name.eq_ignore_ascii_case("SessionId") {
        named.session_id = slot::text_of(value);
    } else if name.eq_ignore_ascii_case("Id") {
        named.device_id = slot::text_of(value);
    } else {
        push_fact(record, &joined("Device", name), field::flat_str(value));
    }
}

/// The properties that the act changed; a list of bare names is a list of changes of unknown value.
fn changes(fields: &Fields<'_>, record: &mut Record) {
    let Some(list) = fields.entered(Field::ModifiedProperties) else {
        return;
    };
    each(&list, |item| {
        let change = match item.as_str() {
            Some(name) => Change {
                name: name.trim().to_owned(),
                ..Change::default()
            },
            None => change(item),
        };
        if !change.name.is_empty() {
            record.changed.push(change);
        }
    });
}

fn change(item: &Value) -> Change {
    let side = |name| {
        let value = slot::member_value(item, name)?;
        let text = match value.as_str() {
            Some(text) => field::unwrapped(text),
            None => field::flat_str(value)?.into_owned(),
        };
        (!text.is_empty()).then_some(text)
    };
    Change {
        name: member(item, "Name").unwrap_or_default(),
        old: side("OldValue"),
        new: side("NewValue").or_else(|| side("Value")),
    }
}

/// A name below another. Every record has some, and `format!` takes several times as long.
pub(super) fn joined(path: &str, name: &str) -> String {
    let mut joined = String::with_capacity(path.len() + 1 + name.len());
    joined.push_str(path);
    joined.push('.');
    joined.push_str(name);
    joined
}

/// Opens a value without a column of its own into facts: members of an object under `Name.Member`, the
/// entries of a list under the same name again, an entry `{Name, Value}` under its name.
pub(super) fn open(record: &mut Record, path: &str, value: &Value, depth: usize) {
    let may_open = depth < MAX_OPENED && path.len() <= MAX_PATH;
    match value.as_ref() {
        ValueRef::String(text) => push_fact(record, path, field::filled(text)),
        ValueRef::Array(items) if may_open => {
            for item in items {
                open(record, path, item, depth + 1);
            }
        }
        ValueRef::Object(members) if may_open => {
            if members.len() == 2
                && let (Some(name), Some(held)) = (value.get("Name"), value.get("Value"))
                && let Some(name) = name.as_str()
            {
                open(record, &joined(path, name), held, depth + 1);
                return;
            }
            for (name, member) in members {
                open(record, &joined(path, name), member, depth + 1);
            }
        }
        _ => push_fact(record, path, field::flat_str(value)),
    }
}
