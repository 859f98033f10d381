//! The rules of a scan, lowered.

use std::collections::BTreeSet;

use hourzero_detect::ir::Expr;
use hourzero_model::Column;

use super::plan::{Plan, root};
use super::whole::{Kind, Makers};
use super::{ScanRule, Wanted};
use crate::error::LakeError;
use crate::schema;

/// The rules of a scan, lowered.
#[derive(Debug)]
pub(super) struct Rules {
    /// The different conditions.
    pub(super) plans: Vec<Prepared>,
    /// The narrow columns that they name.
    pub(super) narrow: BTreeSet<&'static str>,
    pub(super) makers: Makers,
    /// By rule: what is made of the records that meet it; nothing where they are kept for later.
    kinds: Vec<Option<Kind>>,
}

/// A condition, made ready.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) plan: Plan,
    /// The names on disk of the columns that it reads.
    pub(super) roots: BTreeSet<&'static str>,
    /// The rules that say so, ascending.
    pub(super) rules: Vec<usize>,
}

impl Rules {
    /// Lowers rules; what several of them look for is looked for once.
    pub(super) fn of(rules: &[ScanRule]) -> Result<Self, LakeError> {
        let mut known: Vec<(&Expr, usize)> = Vec::new();
        let mut lowered = Self::none();
        for (number, rule) in rules.iter().enumerate() {
            let same = known.iter().find(|(expr, _)| *expr == &rule.expr);
            match same.and_then(|(_, place)| lowered.plans.get_mut(*place)) {
                Some(prepared) => prepared.rules.push(number),
                None => {
                    known.push((&rule.expr, lowered.plans.len()));
                    lowered.plans.push(prepared(number, &rule.expr)?);
                }
            }
            lowered.wants(&rule.wanted);
        }
        lowered.narrow = lowered.narrow_columns();
        Ok(lowered)
    }

    /// Lowers rules over rows of their own: one condition a rule.
    pub(super) fn of_each(rules: &[ScanRule]) -> Result<Self, LakeError> {
        let mut lowered = Self::none();
        for (number, rule) in rules.iter().enumerate() {
            lowered.plans.push(prepared(number, &rule.expr)?);
            lowered.wants(&rule.wanted);
        }
        Ok(lowered)
    }

    fn none() -> Self {
        Self {
            plans: Vec::new(),
            narrow: BTreeSet::new(),
            makers: Makers::default(),
            kinds: Vec::new(),
        }
    }

    fn wants(&mut self, wanted: &Wanted) {
        self.kinds.push(match wanted {
            Wanted::Whole => Some(Kind::Whole),
            Wanted::Fields(fields) => Some(self.makers.of(fields.iter().filter_map(root))),
            Wanted::Later => None,
        });
    }

    fn narrow_columns(&self) -> BTreeSet<&'static str> {
        let roots = self.plans.iter().flat_map(|plan| &plan.roots);
        let is_narrow = |name: &&&str| Column::from_name(name).is_some_and(schema::is_narrow);
        let mut names: BTreeSet<&'static str> = roots.filter(is_narrow).copied().collect();
        if self.plans.iter().any(Prepared::has_lists) {
            names.insert(schema::SHAPE);
        }
        if names.is_empty() {
            // Something must be read to know how many rows there are.
            names.insert("source");
        }
        names
    }

    /// What is made of the records that meet a rule; nothing where they are kept for later.
    pub(super) fn kind(&self, rule: usize) -> Option<Kind> {
        self.kinds.get(rule).copied().flatten()
    }
}

fn prepared(rule: usize, expr: &Expr) -> Result<Prepared, LakeError> {
    if !expr.is_columnar() {
        return Err(LakeError::NotColumnar { rule });
    }
    let plan = Plan::of(expr).map_err(|reason| LakeError::Pattern { rule, reason })?;
    Ok(Prepared {
        roots: expr.fields().into_iter().filter_map(root).collect(),
        plan,
        rules: vec![rule],
    })
}
