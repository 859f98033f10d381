//! An expression lowered: its cheap parts first, so that most rows are decided by narrow columns.

use std::borrow::Cow;
use std::collections::HashMap;

use datafusion::arrow::array::{Array, Int32Array, StringArray};
use foldhash::fast::RandomState;
use hourzero_detect::ir::{Expr, Field, Side};
use hourzero_model::Column;

use super::look::{Verdict, verdict};
use super::matcher::Ready;
use crate::decode::{Entries, Named, Rows, Scalar};
use crate::schema;

/// The columns that have been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// Those with few different values.
    Narrow,
    /// All but the lists.
    Scalars,
    /// All.
    All,
}

impl Known {
    pub(super) fn has(self, field: &Field) -> bool {
        match self {
            Self::All => true,
            Self::Scalars => matches!(field, Field::Column(_)),
            Self::Narrow => {
                matches!(field, Field::Column(column) if schema::is_narrow(*column))
            }
        }
    }
}

/// How tests on columns that have not been read are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// As met: the answer has every row that may meet the expression.
    Upper,
    /// As not met: the answer has only rows that surely meet it.
    Lower,
}

/// What is known of the rows when an expression is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct View {
    known: Known,
    bound: Bound,
}

impl View {
    /// Every row that may meet an expression, by the columns that are known.
    pub(super) fn of(known: Known) -> Self {
        Self {
            known,
            bound: Bound::Upper,
        }
    }

    /// Only rows that surely meet it.
    pub(super) fn surely(known: Known) -> Self {
        Self {
            known,
            bound: Bound::Lower,
        }
    }

    /// How the inside of a negation is taken.
    fn inverse(self) -> Self {
        let bound = match self.bound {
            Bound::Upper => Bound::Lower,
            Bound::Lower => Bound::Upper,
        };
        Self { bound, ..self }
    }
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

    /// Whether it holds of every record.
    pub(super) fn is_always(&self) -> bool {
        matches!(self, Self::Const(true))
    }

    /// Whether these columns alone decide it.
    pub(super) fn is_within(&self, known: Known) -> bool {
        match self {
            Self::Const(_) => true,
            Self::Test { field, check } => {
                known.has(field)
                    && match check {
                        Ready::SameAs(other) => known.has(other),
                        _ => true,
                    }
            }
            Self::Not(inner) => inner.is_within(known),
            Self::All(parts) | Self::Any(parts) => parts.iter().all(|part| part.is_within(known)),
        }
    }

    /// Those of all rows of a batch that meet it, without a list of its own where that is every row.
    ///
    /// Most tests of most rules are met by every row or by none, which a dictionary tells without a look
    /// at the rows.
    pub(super) fn among<'a>(&self, rows: &Rows, all: &'a [u32], view: View) -> Cow<'a, [u32]> {
        match self {
            Self::Const(true) => Cow::Borrowed(all),
            Self::Const(false) => Cow::Owned(Vec::new()),
            Self::All(parts) => {
                let every = Cow::Borrowed(all);
                parts.iter().fold(every, |selected, part| match selected {
                    Cow::Borrowed(all) => part.among(rows, all, view),
                    Cow::Owned(selected) => Cow::Owned(part.select(rows, selected, view)),
                })
            }
            Self::Any(parts) => {
                let mut union = Vec::new();
                for part in parts {
                    match part.among(rows, all, view) {
                        Cow::Borrowed(all) => return Cow::Borrowed(all),
                        Cow::Owned(met) => union.extend(met),
                    }
                }
                union.sort_unstable();
                union.dedup();
                Cow::Owned(union)
            }
            Self::Not(inner) => match inner.among(rows, all, view.inverse()) {
                Cow::Borrowed(_) => Cow::Owned(Vec::new()),
                Cow::Owned(met) if met.is_empty() => Cow::Borrowed(all),
                Cow::Owned(met) => Cow::Owned(without(all.to_vec(), &met)),
            },
            Self::Test { field, check } => {
                if !self.is_within(view.known) {
                    return Cow::Owned(untested((field, check), rows, all.to_vec(), view.bound));
                }
                if let Field::Column(column) = field
                    && !matches!(check, Ready::SameAs(_))
                    && let Some(Scalar::Dictionary(keys, values)) = rows.scalar(*column)
                {
                    return by_dictionary((keys, values), check, all);
                }
                Cow::Owned(test(field, check, rows, all.to_vec()))
            }
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
                let met = inner.select(rows, selected.clone(), view.inverse());
                without(selected, &met)
            }
            Self::Test { field, check } if self.is_within(view.known) => {
                test(field, check, rows, selected)
            }
            Self::Test { field, check } => untested((field, check), rows, selected, view.bound),
        }
    }
}

/// Rows by a test on columns that were not read, as far as their shapes tell; each shape is looked at once.
fn untested(test: (&Field, &Ready), rows: &Rows, mut selected: Selected, bound: Bound) -> Selected {
    let mut scratch = String::new();
    let mut known: HashMap<u32, bool, RandomState> = HashMap::default();
    selected.retain(|row| {
        let mut passes = || match verdict(rows, *row, test, &mut scratch) {
            Verdict::Met => true,
            Verdict::Missed => false,
            Verdict::Open => bound == Bound::Upper,
        };
        match rows.shape_number(*row) {
            Some(number) => *known.entry(number).or_insert_with(passes),
            None => passes(),
        }
    });
    selected
}

/// Ascending rows without other ascending rows.
pub(super) fn without(mut rows: Selected, others: &[u32]) -> Selected {
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
    let values = Values::of(rows, field);
    if values.are_none() {
        return if matches!(check, Ready::Absent) {
            selected
        } else {
            Vec::new()
        };
    }
    match check {
        Ready::Absent => selected.retain(|row| !values.any(*row as usize, &mut |_| true)),
        Ready::SameAs(other) => {
            let others = Values::of(rows, other);
            selected.retain(|row| {
                let row = *row as usize;
                values.any(row, &mut |one| {
                    others.any(row, &mut |two| one.eq_ignore_ascii_case(two))
                })
            });
        }
        check => selected.retain(|row| {
            values.any(*row as usize, &mut |value| {
                check.passes(value, &mut scratch)
            })
        }),
    }
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
            let verdicts = Verdicts::of(values, check);
            if verdicts.none(keys) {
                return Vec::new();
            }
            selected.retain(|row| verdicts.pass(keys, *row));
        }
        scalar => {
            selected.retain(|row| passes(scalar.text(*row as usize).as_deref(), &mut scratch));
        }
    }
    selected
}

/// What a test says of each value of a dictionary.
struct Verdicts {
    by_key: Vec<bool>,
    absent: bool,
}

impl Verdicts {
    fn of(values: &StringArray, check: &Ready) -> Self {
        let mut scratch = String::new();
        let absent = matches!(check, Ready::Absent);
        let mut verdict = |key| !absent && check.passes(values.value(key), &mut scratch);
        Self {
            by_key: (0..values.len()).map(&mut verdict).collect(),
            absent,
        }
    }

    /// Whether surely no row passes.
    fn none(&self, keys: &Int32Array) -> bool {
        !(self.by_key.contains(&true) || self.absent && keys.null_count() > 0)
    }

    /// Whether surely every row passes.
    fn every(&self, keys: &Int32Array) -> bool {
        (self.absent || keys.null_count() == 0) && !self.by_key.contains(&false)
    }

    fn pass(&self, keys: &Int32Array, row: u32) -> bool {
        let row = row as usize;
        if keys.is_null(row) {
            return self.absent;
        }
        let key = keys.values().get(row).copied().map(usize::try_from);
        let verdict = key.and_then(|key| self.by_key.get(key.ok()?));
        verdict.copied().unwrap_or(false)
    }
}

/// Those of all rows of a batch whose value passes.
fn by_dictionary<'a>(
    (keys, values): (&Int32Array, &StringArray),
    check: &Ready,
    all: &'a [u32],
) -> Cow<'a, [u32]> {
    let verdicts = Verdicts::of(values, check);
    if verdicts.none(keys) {
        return Cow::Owned(Vec::new());
    }
    if verdicts.every(keys) {
        return Cow::Borrowed(all);
    }
    let passing = all.iter().filter(|row| verdicts.pass(keys, **row));
    Cow::Owned(passing.copied().collect())
}

/// The values of a field in the rows of a batch.
pub(super) enum Values<'a> {
    Scalar(&'a Scalar),
    /// A column of the entries that have a name.
    Entries(&'a Entries, Named<'a>, usize),
    /// None was read, or there is none.
    Nothing,
}

impl<'a> Values<'a> {
    pub(super) fn of(rows: &'a Rows, field: &'a Field) -> Self {
        let entries = |list: Option<&'a Entries>, name: Option<&'a str>, column| {
            let list = list.map(|list| Self::Entries(list, list.named(name), column));
            list.unwrap_or(Self::Nothing)
        };
        let parameters = rows.parameters.as_ref();
        match field {
            Field::Column(column) => rows.scalar(*column).map_or(Self::Nothing, Self::Scalar),
            Field::Parameter(name) => entries(parameters, Some(name), 1),
            Field::ParameterName => entries(parameters, None, 0),
            Field::AnyParameter => entries(parameters, None, 1),
            Field::Changed { name, side } => {
                let column = match side {
                    Side::Name => 0,
                    Side::Old => 1,
                    Side::New => 2,
                };
                entries(rows.changed.as_ref(), name.as_deref(), column)
            }
            Field::Raw(_) | Field::Text => Self::Nothing,
        }
    }

    /// Whether surely no row has a value.
    fn are_none(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::Entries(_, named, _) => named.is_nobody(),
            Self::Nothing => true,
        }
    }

    /// Whether any value in a row passes.
    pub(super) fn any(&self, row: usize, on: &mut dyn FnMut(&str) -> bool) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.text(row).is_some_and(|value| on(&value)),
            Self::Entries(list, named, column) => list.range(row).any(|entry| {
                list.is(named, entry) && list.get(*column, entry).is_some_and(&mut *on)
            }),
            Self::Nothing => false,
        }
    }
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
