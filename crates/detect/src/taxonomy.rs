//! Our own taxonomy: the names under which rules and mappings reach the fields of the model.

use hourzero_model::Column;

use crate::ir::{Field, Side};

/// The field of a name of ours: a column, `param.<Name>`, `param.*`, `param.name`,
/// `changed.<Name>.new`, `.old`, `changed.*.new`, `changed.name`, `raw.<path>`.
pub(crate) fn field(name: &str) -> Option<Field> {
    // A list that slipped into a name would be a field that no record has, and a rule that never fires.
    if name.contains(['[', ']', ',', '{', '}']) {
        return None;
    }
    if let Some(rest) = name.strip_prefix("param.") {
        return match rest {
            "" => None,
            "*" => Some(Field::AnyParameter),
            "name" => Some(Field::ParameterName),
            name => Some(Field::Parameter(name.to_owned())),
        };
    }
    if let Some(rest) = name.strip_prefix("changed.") {
        return changed(rest);
    }
    if let Some(rest) = name.strip_prefix("raw.") {
        return (!rest.is_empty()).then(|| raw(rest));
    }
    Column::from_name(name).map(Field::Column)
}

/// The path in the raw record of a name with dots.
pub(crate) fn raw(name: &str) -> Field {
    Field::Raw(name.split('.').map(str::to_owned).collect())
}

/// The fields of a name of ours, which is one field, or several under a short name.
pub(crate) fn fields(name: &str) -> Option<Vec<Field>> {
    if name == "target.any" {
        return Some(
            [Column::Target, Column::TargetId, Column::ObjectPath]
                .map(Field::Column)
                .to_vec(),
        );
    }
    field(name).map(|field| vec![field])
}

fn changed(rest: &str) -> Option<Field> {
    if rest == "name" {
        return Some(Field::Changed {
            name: None,
            side: Side::Name,
        });
    }
    let (name, side) = match (rest.strip_suffix(".new"), rest.strip_suffix(".old")) {
        (Some(name), _) => (name, Side::New),
        (None, Some(name)) => (name, Side::Old),
        (None, None) => return None,
    };
    match name {
        "" => None,
        "*" => Some(Field::Changed { name: None, side }),
        name => Some(Field::Changed {
            name: Some(name.to_owned()),
            side,
        }),
    }
}
