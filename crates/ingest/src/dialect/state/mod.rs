//! Configuration objects as they were read at a time: rules, grants, permissions, devices, users.
//!
//! Takes rows of state exports (Graph, Exchange PowerShell, Microsoft-Extractor-Suite) and gives states with
//! all their properties. Which forms there are is data in `forms`.

mod forms;

use hourzero_model::State;
use sonic_rs::{JsonValueTrait, Value};

pub(crate) use self::forms::FORMS;
use self::forms::Kind;
use super::hunting::table;
use super::{Container, Mapped, Place, Row, Shape, field};
use crate::dialect::hunting::columns;

/// How well an artefact fits a kind of object.
fn fits(shape: &Shape<'_>, kind: &Kind) -> u32 {
    let container = match kind.container {
        Some(container) => container == shape.container,
        None => true,
    };
    let excluded = table::any(shape, kind.never);
    let told = kind.one_of.is_empty() || table::any(shape, kind.one_of);
    if !container || excluded || !told || !table::all(shape, kind.must) {
        return 0;
    }
    table::count(shape, kind.must).saturating_add(table::count(shape, kind.one_of))
}

/// Reads a row as a state of the kind that the form says.
fn map(row: &Row<'_>, place: &Place<'_>) -> Result<Mapped, String> {
    let raw = field::nested(row, "_raw").filter(Value::is_object);
    let row = raw.as_ref().unwrap_or(row);
    let kind = forms::KINDS
        .iter()
        .find(|(form, _)| *form == place.form.0)
        .map(|(_, kind)| *kind)
        .ok_or_else(|| {
            format!(
                "the form {} is not one of configuration objects",
                place.form
            )
        })?;
    let properties = properties(row)?;
    let text = |names: &[&str]| names.iter().find_map(|name| any_case(row, name));
    let owner = text(kind.owner)
        .filter(|owner| owner.contains('@'))
        .or_else(|| owner_of_registration(row))
        .or_else(|| {
            if kind.owner.is_empty() {
                None
            } else {
                address_in(place.name)
            }
        });
    let parts: Vec<String> = kind
        .id
        .iter()
        .filter_map(|name| any_case(row, name).and_then(table::real_id))
        .collect();
    let id = match kind.id_parts {
        IdParts::First => parts.first().cloned(),
        IdParts::All => Some(parts.join(":")).filter(|id| !id.is_empty()),
    };
    Ok(Mapped::State(Box::new(State {
        provenance: place.provenance,
        form: place.form,
        kind: kind.name.to_owned(),
        id: id.unwrap_or_else(|| place.provenance.own_id()),
        name: text(kind.label),
        owner: owner.as_deref().and_then(field::account),
        as_of: text(&["Timestamp", "TimeGenerated"]).and_then(|text| crate::time::parse(&text)),
        properties,
    })))
}

/// How an id is made where one property is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum IdParts {
    /// The first property that is there.
    First,
    /// All that are there, joined.
    All,
}

/// A scalar property, also where the export spells its name in another case or puts a zone or type
/// behind it.
fn any_case(row: &Value, name: &str) -> Option<String> {
    use sonic_rs::JsonContainerTrait as _;
    row.as_object()?
        .iter()
        .filter(|(key, _)| columns::plain_name(key).eq_ignore_ascii_case(name))
        .find_map(|(_, value)| field::scalar(value))
}

/// The first user that a device was registered by, where the export was made with `$expand`.
fn owner_of_registration(row: &Value) -> Option<String> {
    let owners = field::list(row, "registeredOwners");
    owners
        .iter()
        .find_map(|owner| field::text(owner, "userPrincipalName"))
}

/// An address in a file name (`InboxRules-pat@contoso.example.csv`): collectors name files by mailbox.
fn address_in(name: &str) -> Option<String> {
    let base = name.rsplit(['/', '\\', '!']).next()?;
    let word = base
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+' | '\'')))
        .find(|word| word.contains('@'))?;
    let (local, domain) = word.split_once('@')?;
    let local = local.rsplit(['-', '_']).next()?;
    let domain = [".csv", ".json", ".jsonl", ".txt"]
        .iter()
        .find_map(|ending| domain.strip_suffix(ending))
        .unwrap_or(domain);
    let domain = domain
        .split(['-', '_'])
        .next()
        .filter(|first| first.contains('.'))
        .unwrap_or(domain);
    (!local.is_empty() && domain.contains('.')).then(|| format!("{local}@{domain}"))
}

/// All properties as exported.
fn properties(row: &Value) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    let damaged = |_| "this object cannot be read as JSON: export it again".to_owned();
    let text = sonic_rs::to_string(row).map_err(damaged)?;
    match serde_json::from_str(&text) {
        Ok(serde_json::Value::Object(properties)) => Ok(properties),
        _ => Err("this row is no object with named properties: export it again".to_owned()),
    }
}
