//! Building and reducing expressions: constants folded, nested lists flattened.

use crate::ir::{Check, Expr, Field, Test};

/// A test as an expression.
pub(crate) fn test(field: Field, check: Check) -> Expr {
    Expr::Test(Test { field, check })
}

/// The negation, reduced.
pub(crate) fn not(inner: Expr) -> Expr {
    match inner {
        Expr::Const(value) => Expr::Const(!value),
        Expr::Not(inner) => *inner,
        other => Expr::Not(Box::new(other)),
    }
}

/// All of the parts, reduced.
pub(crate) fn all(parts: impl IntoIterator<Item = Expr>) -> Expr {
    let mut kept = Vec::new();
    for part in parts {
        match part {
            Expr::Const(true) => {}
            Expr::Const(false) => return Expr::Const(false),
            Expr::All(inner) => kept.extend(inner),
            other => kept.push(other),
        }
    }
    match kept.len() {
        0 => Expr::Const(true),
        1 => kept.pop().unwrap_or(Expr::Const(true)),
        _ => Expr::All(kept),
    }
}

/// Any of the parts, reduced.
pub(crate) fn any(parts: impl IntoIterator<Item = Expr>) -> Expr {
    let mut kept = Vec::new();
    for part in parts {
        match part {
            Expr::Const(false) => {}
            Expr::Const(true) => return Expr::Const(true),
            Expr::Any(inner) => kept.extend(inner),
            other => kept.push(other),
        }
    }
    match kept.len() {
        0 => Expr::Const(false),
        1 => kept.pop().unwrap_or(Expr::Const(false)),
        _ => Expr::Any(kept),
    }
}

/// The same expression with each test replaced, reduced.
pub(crate) fn map(expr: &Expr, replace: &mut dyn FnMut(&Test) -> Expr) -> Expr {
    match expr {
        Expr::Const(value) => Expr::Const(*value),
        Expr::All(parts) => all(parts
            .iter()
            .map(|part| map(part, replace))
            .collect::<Vec<_>>()),
        Expr::Any(parts) => any(parts
            .iter()
            .map(|part| map(part, replace))
            .collect::<Vec<_>>()),
        Expr::Not(inner) => not(map(inner, replace)),
        Expr::Test(test) => replace(test),
    }
}

/// The field as rules of our own taxonomy name it.
pub fn field_name(field: &Field) -> String {
    use crate::ir::Side;
    match field {
        Field::Column(column) => column.name().to_owned(),
        Field::Parameter(name) => format!("param.{name}"),
        Field::ParameterName => "param.name".to_owned(),
        Field::AnyParameter => "param.*".to_owned(),
        Field::Changed {
            side: Side::Name, ..
        } => "changed.name".to_owned(),
        Field::Changed { name, side } => {
            let side = if *side == Side::Old { "old" } else { "new" };
            format!("changed.{}.{side}", name.as_deref().unwrap_or("*"))
        }
        Field::Raw(path) => format!("raw.{}", path.join(".")),
        Field::Text => "keywords".to_owned(),
    }
}
