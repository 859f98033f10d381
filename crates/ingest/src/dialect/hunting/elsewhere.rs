//! Rows that another module reads.
//!
//! Takes the row inside an event of Defender's streaming, or a row of a union of tables, and hands it to
//! the form that fits it best when it is looked at alone. Only what stood in an envelope or names no
//! table may be given here, so that two modules cannot hand a row to each other for ever.

use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

use crate::dialect::{FormSpec, Mapped, Place, Row, Shape, field};

/// Reads a row by the form of another module; `None` where no form knows it. What comes out keeps the
/// form that the whole row was recognised as, because by that it is found and read again.
pub(super) fn read(row: &Value, place: &Place<'_>) -> Option<Result<Mapped, String>> {
    let form = best(row, place)?;
    let inside = Place {
        form: form.form,
        ..*place
    };
    Some((form.map)(&Row::of(row), &inside).map(|mut mapped| {
        match &mut mapped {
            Mapped::Event(record) => record.form = place.form,
            Mapped::State(state) => state.form = place.form,
        }
        mapped
    }))
}

/// The form of another module that fits a row best; of equals the one registered first.
fn best(row: &Value, place: &Place<'_>) -> Option<&'static FormSpec> {
    let filled =
        |value: &Value| value.is_object() || value.is_array() || field::scalar(value).is_some();
    let keys: Vec<String> = row
        .as_object()?
        .iter()
        .filter(|(_, value)| filled(value))
        .map(|(key, _)| key.to_owned())
        .collect();
    let shape = Shape::new(
        place.container,
        &keys,
        std::slice::from_ref(row),
        place.name,
    );
    let others =
        crate::dialect::forms().filter(|form| super::FORMS.iter().all(|own| own.form != form.form));
    shape.best(others).map(|(form, _)| form)
}
