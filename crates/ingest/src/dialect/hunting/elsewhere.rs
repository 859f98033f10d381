//! Rows of a mixed file that another module reads.
//!
//! Takes a row that is of no table here (streaming mixes tables, a union of tables has rows of several)
//! and hands it to the form that fits it best when it is looked at alone.

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use super::columns;
use crate::dialect::{FormSpec, Mapped, Place, Shape, field};

/// Reads a row by the form of another module; `None` where no form knows it. The record says the form
/// that read it.
pub(super) fn read(row: &Value, place: &Place<'_>) -> Option<Result<Mapped, String>> {
    let inner = columns::envelope(row);
    let candidates = [Some(row), inner.as_ref()];
    let (_, form, row) = candidates
        .into_iter()
        .flatten()
        .filter_map(|row| best(row, place).map(|(score, form)| (score, form, row)))
        .reduce(|first, second| if second.0 > first.0 { second } else { first })?;
    let place = Place {
        form: form.form,
        ..*place
    };
    Some((form.map)(row, &place))
}

/// The form of another module that fits a row best; of equals the one registered first.
fn best(row: &Value, place: &Place<'_>) -> Option<(u32, &'static FormSpec)> {
    let filled =
        |value: &Value| value.is_object() || value.is_array() || field::scalar(value).is_some();
    let keys: Vec<String> = row
        .as_object()?
        .iter()
        .filter(|(_, value)| filled(value))
        .map(|(key, _)| key.to_owned())
        .collect();
    let shape = Shape {
        container: place.container,
        keys: &keys,
        rows: std::slice::from_ref(row),
        name: place.name,
    };
    crate::dialect::forms()
        .filter(|form| super::FORMS.iter().all(|own| own.form != form.form))
        .map(|form| ((form.fits)(&shape), form))
        .filter(|(score, _)| *score > 0)
        .reduce(|first, second| if second.0 > first.0 { second } else { first })
}
