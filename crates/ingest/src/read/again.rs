//! One record read again from its bytes alone.

use hourzero_model::Reject;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::header::Kept;
use crate::dialect::{Container, Mapped, Place, Row, forms};
use crate::frame::{Damage, csv, json, plain_fields, row, split};
use crate::recognise::{damaged_inside, fits, unwrapped};
use crate::{RawRecord, ReadAgain, mail, mapping};

/// Reads a record in its form.
pub(crate) fn read_one(record: &RawRecord<'_>) -> Result<ReadAgain, Reject> {
    if let Some(mail) = mail::again(record) {
        return mail.map(ReadAgain::Event);
    }
    if let Some(mapped) = mapping::again(record) {
        return mapped;
    }
    let reject = |damage: Damage| Reject {
        provenance: record.place,
        reason: damage.reason,
        wrapper: damage.wrapper,
    };
    let (row, container) = held_row(record).map_err(reject)?;
    let Some(spec) = forms().find(|spec| spec.form == record.form) else {
        return Err(reject(Damage::new(format!(
            "no form `{}` is known to this version",
            record.form
        ))));
    };
    let place = Place {
        provenance: record.place,
        form: record.form,
        container,
        name: record.name,
    };
    match (spec.map)(&Row::of(&row), &place) {
        Ok(Mapped::Event(event)) => Ok(ReadAgain::Event(event)),
        Ok(Mapped::State(state)) => Ok(ReadAgain::State(state)),
        Err(reason) => Err(reject(Damage {
            reason: damaged_inside(&row).unwrap_or(reason),
            wrapper: plain_fields(&row),
        })),
    }
}

/// Reads a record as plain JSON, wrappers taken off.
pub(crate) fn raw_value(record: &RawRecord<'_>) -> Result<serde_json::Value, String> {
    if let Some(mail) = mail::raw_value(record) {
        return mail;
    }
    let (row, _) = held_row(record).map_err(|damage| damage.reason)?;
    Ok(plain(&row))
}

/// The same value; a number beyond what JSON readers hold becomes a text as written.
fn plain(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    if let Some(text) = value.as_str() {
        return Json::String(text.to_owned());
    }
    if let Some(items) = value.as_array() {
        return items.iter().map(plain).collect();
    }
    if let Some(members) = value.as_object() {
        let members = members.iter();
        return members
            .map(|(key, value)| (key.to_owned(), plain(value)))
            .collect();
    }
    if let Some(truth) = value.as_bool() {
        return Json::Bool(truth);
    }
    let number = value
        .as_i64()
        .map(Json::from)
        .or_else(|| value.as_u64().map(Json::from))
        .or_else(|| {
            value
                .as_f64()
                .filter(|number| number.is_finite())
                .map(Json::from)
        });
    match (number, crate::dialect::field::scalar(value)) {
        (Some(number), _) => number,
        (None, Some(text)) => Json::String(text),
        (None, None) => Json::Null,
    }
}

/// The row in the layer of its wrappers that fits the form; the outermost when none does.
fn held_row(record: &RawRecord<'_>) -> Result<(Value, Container), Damage> {
    let (outer, outer_container) = outer_row(record)?;
    let Some(spec) = forms().find(|spec| spec.form == record.form) else {
        return Ok((outer, outer_container));
    };
    if fits(spec, outer_container, &outer, record.name) {
        return Ok((outer, outer_container));
    }
    let mut at = outer.clone();
    while let Some(inner) = unwrapped(&at) {
        if fits(spec, Container::Json, &inner, record.name) {
            return Ok((inner, Container::Json));
        }
        at = inner;
    }
    Ok((outer, outer_container))
}

pub(crate) fn outer_row(record: &RawRecord<'_>) -> Result<(Value, Container), Damage> {
    let kept = Kept::read(record.header);
    let text = kept.encoding().decode(record.bytes);
    let Some(header) = kept.csv() else {
        let columns = kept.table_at(record.place.offset);
        let is_cells = columns.is_some() && text.starts_with(b"[");
        let read = if is_cells {
            json::cells(&text, columns)
        } else {
            row(&text)
        };
        return read.map(|row| (row, Container::Json)).map_err(Damage::new);
    };
    let mut cells = Vec::new();
    let mut buffer = Vec::new();
    split::row(&text, header.delimiter, true, &mut cells);
    let read = match header.object(&text, &cells, &mut buffer) {
        Ok(row) => Ok(row),
        Err(damage) => csv::recoded(&text, &header, &mut buffer).ok_or(damage),
    };
    read.map(|row| (row, Container::Csv))
}
