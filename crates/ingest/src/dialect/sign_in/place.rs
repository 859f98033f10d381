//! Where a sign-in came from, in the four writings of a place: an object, the portal's `City, State,
//! CC`, the country alone, three columns.

use sonic_rs::JsonValueTrait;

use super::columns::SignInColumn as C;
use crate::dialect::slot::{Slots, member};

/// A place as the log names it.
#[derive(Debug, Default)]
pub(super) struct Whereabouts {
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    /// As logged; an ISO code as a rule.
    pub(super) country: Option<String>,
}

/// The place of a sign-in.
pub(super) fn whereabouts(slots: &Slots<'_, C>) -> Whereabouts {
    let mut found = Whereabouts::default();
    for slot in [C::LocationDetails, C::Location] {
        if let Some(place) = slots.entered(slot).filter(|place| place.is_object()) {
            found.city = found.city.or_else(|| member(&place, "city"));
            found.state = found.state.or_else(|| member(&place, "state"));
            found.country = found.country.or_else(|| member(&place, "countryOrRegion"));
        } else if let Some(text) = slots.text(slot) {
            from_text(&mut found, &text);
        }
    }
    found.city = found.city.or_else(|| slots.text(C::City));
    found.state = found.state.or_else(|| slots.text(C::State));
    found.country = found.country.or_else(|| slots.text(C::Country));
    found
}

/// The country stands last, the state before it, and a city may hold commas of its own.
fn from_text(found: &mut Whereabouts, text: &str) {
    let part = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut parts = text.rsplitn(3, ',');
    let country = parts.next().and_then(part);
    let state = parts.next().and_then(part);
    let city = parts.next().and_then(part);
    found.country = found.country.take().or(country);
    found.state = found.state.take().or(state);
    found.city = found.city.take().or(city);
}
