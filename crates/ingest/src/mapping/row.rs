//! One row of another product's log as a record.

use std::collections::BTreeSet;

use hourzero_model::{ActorKind, HappeningKey, Log, Outcome, Provenance, Record};
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::{FORM, Field, Mapping};
use crate::dialect::field;
use crate::dialect::field::push_fact;
use crate::dialect::hunting::columns::push;

impl Mapping {
    /// The texts of the time's columns, joined; nothing where one is missing.
    pub(super) fn time_text(&self, row: &Value) -> Option<String> {
        let columns = self.time.columns.iter();
        let texts: Option<Vec<String>> = columns.map(|column| text_at(row, column)).collect();
        texts.map(|texts| texts.join(" "))
    }

    /// The object that holds the columns.
    pub(super) fn inside(&self, row: &Value) -> Result<Value, String> {
        let mut at = row.clone();
        for key in &self.row {
            at = field::nested(&at, key)
                .ok_or_else(|| format!("the record has nothing under `{}`", self.row.join(".")))?;
        }
        if at.is_object() {
            Ok(at)
        } else {
            let path = self.row.join(".");
            Err(format!(
                "a list stands under `{path}`, where the mapping expects one object"
            ))
        }
    }

    /// The record of a row; the error is the reject's reason.
    pub(super) fn record(&self, row: &Value, place: Provenance) -> Result<Record, String> {
        let row = &self.inside(row)?;
        let columns = self.time.columns.join("` and `");
        let text = self
            .time_text(row)
            .ok_or_else(|| format!("no time: `{columns}` is empty"))?;
        let time = self.time.read(&text).ok_or_else(|| {
            let text = crate::frame::shortened(&text);
            format!("the time `{text}` in `{columns}` cannot be read as the mapping says")
        })?;
        let mut record = Record::new(place, FORM, Log::Other, time);
        let workload = format!("other:{}", self.source);
        record.record_id = place.own_id();
        if let Some(id) = self.value(row, Field::Id) {
            record.id_key = Some(HappeningKey::of(&[&workload, &id]));
            record.record_id = id;
        }
        record.workload = Some(workload);
        let action = self.value(row, Field::Action).unwrap_or_default();
        record.operation = field::operation(&action);
        if record.operation.is_empty() {
            "Unnamed".clone_into(&mut record.operation);
        }
        self.fill(row, &mut record);
        self.rest(row, &mut record);
        Ok(record)
    }

    fn fill(&self, row: &Value, record: &mut Record) {
        if let Some(actor) = self.value(row, Field::Actor) {
            field::set_actor_name(&mut record.actor, &actor);
            if actor.contains('@') {
                record.actor.kind = ActorKind::User;
            }
        }
        record.actor.name = self.value(row, Field::ActorName);
        let address = self.value(row, Field::Ip);
        field::set_address(record, address.as_deref());
        record.result_code = self.raw(row, Field::Result);
        record.result = self.outcome(row);
        record.result_reason = self.value(row, Field::Reason);
        record.owner = self
            .value(row, Field::Owner)
            .and_then(|name| field::account(&name));
        record.target.name = self.value(row, Field::Target);
        record.user_agent = self.value(row, Field::UserAgent);
        record.app_name = self.value(row, Field::App);
        record.session_id = self.value(row, Field::Session);
        record.device_id = self.value(row, Field::Device).map(|id| id.to_lowercase());
        record.correlation_id = self
            .value(row, Field::Correlation)
            .map(|id| id.to_lowercase());
        record.message_id = self.value(row, Field::MessageId);
        record.subject = self.value(row, Field::Subject);
        record.object_path = self.value(row, Field::Object);
        record.country = self
            .value(row, Field::Country)
            .map(|code| code.to_uppercase())
            .filter(|code| code.len() == 2);
    }

    fn outcome(&self, row: &Value) -> Outcome {
        let word = self.value(row, Field::Result).unwrap_or_default();
        match word.trim().to_lowercase().as_str() {
            "success" | "succeeded" | "successful" | "true" | "ok" | "allow" | "allowed"
            | "accept" | "accepted" | "pass" | "passed" => Outcome::Success,
            "failure" | "failed" | "fail" | "false" | "deny" | "denied" | "block" | "blocked"
            | "reject" | "rejected" | "error" => Outcome::Failure,
            "interrupted" => Outcome::Interrupted,
            _ => Outcome::Unknown,
        }
    }

    /// The first filled column of a field as logged, else its constant.
    fn raw(&self, row: &Value, of: Field) -> Option<String> {
        let columns = self.columns.get(&of).into_iter().flatten();
        let mut texts = columns.filter_map(|column| text_at(row, column));
        texts.next().or_else(|| self.constants.get(&of).cloned())
    }

    /// The same, put into the words of the mapping.
    fn value(&self, row: &Value, of: Field) -> Option<String> {
        let raw = self.raw(row, of)?;
        let words = self.values.get(&of);
        let word = words.and_then(|words| words.get(raw.trim()));
        Some(word.cloned().unwrap_or(raw))
    }

    /// Everything else, and what a column holds that could not be read into its field.
    fn rest(&self, row: &Value, record: &mut Record) {
        let mut spent: BTreeSet<&str> = self.time.columns.iter().map(String::as_str).collect();
        for (of, columns) in &self.columns {
            let is_lost = match of {
                Field::Ip => record.ip.is_none(),
                Field::Country => record.country.is_none(),
                _ => false,
            };
            // Of several columns only the first filled one is in the record.
            let used = columns.iter().find(|column| text_at(row, column).is_some());
            let changed = self.values.contains_key(of) && *of != Field::Result;
            if let Some(used) = used.filter(|_| !is_lost && !changed) {
                spent.insert(used);
            }
        }
        for (name, value) in row.as_object().into_iter().flat_map(|object| object.iter()) {
            if !spent.contains(name) {
                push(record, name, value);
            }
        }
        for (name, value) in &self.extra {
            push_fact(record, name, Some(value.as_str()));
        }
    }
}

/// The text of a column: a name to the letter, else a path whose steps are keys or places in a list.
pub(super) fn text_at(row: &Value, path: &str) -> Option<String> {
    if let Some(value) = row.get(path) {
        return field::flat(value).filter(|text| !text.trim().is_empty());
    }
    let mut at = row.clone();
    for step in path.split('.') {
        if let Some(entered) = at.as_str().and_then(field::embedded) {
            at = entered;
        }
        let next = match step.parse::<usize>() {
            Ok(number) if at.is_array() => at.get(number).cloned(),
            _ => at.get(step).cloned(),
        };
        at = next?;
    }
    field::flat(&at)
}
