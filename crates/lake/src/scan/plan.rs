//! An expression lowered: its cheap parts first, so that most rows are decided by narrow columns.

use datafusion::arrow::array::Array;
use hourzero_detect::ir::{Expr, Field, Side};
use hourzero_model::Column;

use super::matcher::Ready;
use crate::decode::{Entries, Rows, Scalar};
use crate::schema;

/// How tests on columns that have not been read are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// All columns needed have been read.
    Exact,
    /// Only narrow columns have; the answer has every row that may meet the expression.
    Upper,
    /// Only narrow columns have; the answer has only rows that surely meet it.
    Lower,
}

/// A lowered expression.
#[derive(Debug)]
pub(super) enum Plan {
    Const(bool),
    All(Vec<Plan>),
    Any(Vec<Plan>),
    Not(Box<Plan>),
    Test { field: Field, check: Ready },
}

/// The rows under consideration, ascending.
pub(super) type Selected = Vec<u32>;

impl Plan {
    /// Lowers an expression.
    pub(super) fn of(expr: &Expr) -> Result<Self, String> {
        let many = |parts: &[Expr]| -> Result<Vec<Self>, String> {
            let mut plans = parts.iter().map(Self::of).collect::<Result<Vec<_>, _>>()?;
            plans.sort_by_key(Self::cost);
            Ok(plans)
        };
        Ok(match expr {
            Expr::Const(value) => Self::Const(*value),
            Expr::All(parts) => Self::All(many(parts)?),
            Expr::Any(parts) => Self::Any(many(parts)?),
            Expr::Not(inner) => Self::Not(Box::new(Self::of(inner)?)),
            Expr::Test(test) => Self::Test {
                field: test.field.clone(),
                check: Ready::of(&test.check)?,
            },
        })
    }

    /// What it costs to decide, in rough steps.
    fn cost(&self) -> u32 {
        match self {
            Self::Const(_) => 0,
            Self::Test { field, check } => match (field, check) {
                (_, Ready::SameAs(_)) => 50,
                (Field::Column(Column::Source), _) => 1,
                (Field::Column(column), _) if schema::is_narrow(*column) => 2,
                (Field::Column(_), _) => 10,
                _ => 40,
            },
            Self::Not(inner) => inner.cost(),
            Self::All(parts) => parts.iter().map(Self::cost).min().unwrap_or(0),
            Self::Any(parts) => parts.iter().map(Self::cost).max().unwrap_or(0),
        }
    }

    /// Whether narrow columns alone decide it.
    pub(super) fn is_narrow(&self) -> bool {
        match self {
            Self::Const(_) => true,
            Self::Test { field, check } => {
                is_narrow(field)
                    && match check {
                        Ready::SameAs(other) => is_narrow(other),
                        _ => true,
                    }
            }
            Self::Not(inner) => inner.is_narrow(),
            Self::All(parts) | Self::Any(parts) => parts.iter().all(Self::is_narrow),
        }
    }

    /// Those of the rows selected that meet it.
    pub(super) fn select(&self, rows: &Rows, selected: Selected, view: View) -> Selected {
        if selected.is_empty() {
            return selected;
        }
        match self {
            Self::Const(true) => selected,
            Self::Const(false) => Vec::new(),
            Self::All(parts) => parts
                .iter()
                .fold(selected, |selected, part| part.select(rows, selected, view)),
            Self::Any(parts) => {
                let mut left = selected.clone();
                for part in parts {
                    let met = part.select(rows, left.clone(), view);
                    left = without(left, &met);
                    if left.is_empty() {
                        break;
                    }
                }
                without(selected, &left)
            }
            Self::Not(inner) => {
                let inverse = match view {
                    View::Exact => View::Exact,
                    View::Upper => View::Lower,
                    View::Lower => View::Upper,
                };
                let met = inner.select(rows, selected.clone(), inverse);
                without(selected, &met)
            }
            Self::Test { field, check } => match view {
                View::Exact => test(field, check, rows, selected),
                _ if self.is_narrow() => test(field, check, rows, selected),
                View::Upper => selected,
                View::Lower => Vec::new(),
            },
        }
    }
}

fn is_narrow(field: &Field) -> bool {
    matches!(field, Field::Column(column) if schema::is_narrow(*column))
}

/// Ascending rows without other ascending rows.
fn without(mut rows: Selected, others: &[u32]) -> Selected {
    let mut others = others.iter().peekable();
    rows.retain(|row| {
        while others.next_if(|other| *other < row).is_some() {}
        others.peek() != Some(&row)
    });
    rows
}

fn test(field: &Field, check: &Ready, rows: &Rows, mut selected: Selected) -> Selected {
    let mut scratch = String::new();
    if let Field::Column(column) = field
        && !matches!(check, Ready::SameAs(_))
    {
        return scalar(rows.scalar(*column), check, selected);
    }
    selected.retain(|row| {
        let row = *row as usize;
        match check {
            Ready::Absent => !any_value(rows, field, row, &mut |_| true),
            Ready::SameAs(other) => any_value(rows, field, row, &mut |one| {
                any_value(rows, other, row, &mut |two| one.eq_ignore_ascii_case(two))
            }),
            check => any_value(rows, field, row, &mut |value| {
                check.passes(value, &mut scratch)
            }),
        }
    });
    selected
}

/// A test on a scalar column; over a dictionary each different value is looked at once.
fn scalar(scalar: Option<&Scalar>, check: &Ready, mut selected: Selected) -> Selected {
    let mut scratch = String::new();
    let Some(scalar) = scalar else {
        return if matches!(check, Ready::Absent) {
            selected
        } else {
            Vec::new()
        };
    };
    let passes = |value: Option<&str>, scratch: &mut String| match value {
        Some(value) => check.passes(value, scratch),
        None => matches!(check, Ready::Absent),
    };
    match scalar {
        Scalar::Dictionary(keys, values) if values.len() <= selected.len() => {
            let verdicts: Vec<bool> = (0..values.len())
                .map(|key| passes(Some(values.value(key)), &mut scratch))
                .collect();
            let absent = passes(None, &mut scratch);
            let nulls = keys.null_count() > 0;
            let possible = verdicts.contains(&true) || (absent && nulls);
            if !possible {
                return Vec::new();
            }
            let numbers = keys.values();
            selected.retain(|row| {
                let row = *row as usize;
                if nulls && keys.is_null(row) {
                    return absent;
                }
                let key = numbers.get(row).and_then(|key| usize::try_from(*key).ok());
                key.and_then(|key| verdicts.get(key))
                    .copied()
                    .unwrap_or(false)
            });
        }
        Scalar::Text(values) => selected.retain(|row| {
            let row = *row as usize;
            let value = values.is_valid(row).then(|| values.value(row));
            passes(value, &mut scratch)
        }),
        scalar => {
            selected.retain(|row| passes(scalar.text(*row as usize).as_deref(), &mut scratch));
        }
    }
    selected
}

/// Whether any value of a field in a row passes.
fn any_value(rows: &Rows, field: &Field, row: usize, on: &mut dyn FnMut(&str) -> bool) -> bool {
    match field {
        Field::Column(column) => {
            let value = rows.scalar(*column).and_then(|scalar| scalar.text(row));
            value.is_some_and(|value| on(&value))
        }
        Field::Parameter(name) => entries(rows.parameters.as_ref(), row, Some(name), 1, on),
        Field::ParameterName => entries(rows.parameters.as_ref(), row, None, 0, on),
        Field::AnyParameter => entries(rows.parameters.as_ref(), row, None, 1, on),
        Field::Changed { name, side } => {
            let column = match side {
                Side::Name => 0,
                Side::Old => 1,
                Side::New => 2,
            };
            entries(rows.changed.as_ref(), row, name.as_deref(), column, on)
        }
        Field::Raw(_) | Field::Text => false,
    }
}

fn entries(
    list: Option<&Entries>,
    row: usize,
    name: Option<&str>,
    column: usize,
    on: &mut dyn FnMut(&str) -> bool,
) -> bool {
    let Some(list) = list else {
        return false;
    };
    list.range(row).any(|entry| {
        let named = name.is_none_or(|name| {
            list.get(0, entry)
                .is_some_and(|own| own.eq_ignore_ascii_case(name))
        });
        named && list.get(column, entry).is_some_and(&mut *on)
    })
}

/// The names on disk of the columns that a field lies in.
pub(super) fn root(field: &Field) -> Option<&'static str> {
    match field {
        Field::Column(column) => Some(column.name()),
        Field::Parameter(_) | Field::ParameterName | Field::AnyParameter => {
            Some(schema::PARAMETERS)
        }
        Field::Changed { .. } => Some(schema::CHANGED),
        Field::Raw(_) | Field::Text => None,
    }
}
