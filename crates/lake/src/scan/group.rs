//! The conditions of all rules over one row group, decided with as little reading as may be.
//!
//! Takes conditions and gives the rows that meet each. Columns with few values are read first, and judged by class of rows;
//! of what is open then the other scalar columns, whole where many rows want them; lists, which cost more than all others, last
//! and only for rows of which their shape does not tell enough.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hourzero_model::Column;

use super::class::Classes;
use super::plan::{Known, Selected, View, without};
use super::rules::{Prepared, Rules};
use crate::decode::Rows;
use crate::error::LakeError;
use crate::fetch::selection;
use crate::parquet::{Columns, Input};
use crate::schema;
use crate::shape::Shapes;

/// Where at least so many rows want a column it is read whole: to pick rows out costs more than to read those between.
const MANY: usize = 1_024;

/// A condition and what is known of the rows of a group.
pub(super) struct Open<'a> {
    prepared: &'a Prepared,
    /// Rows that may meet it, ascending.
    rows: Selected,
    /// Rows that surely do, and are not looked at again.
    sure: Selected,
}

impl<'a> Open<'a> {
    /// A condition with the rows that may meet it.
    pub(super) fn new(prepared: &'a Prepared, rows: Selected) -> Self {
        Self {
            prepared,
            rows,
            sure: Vec::new(),
        }
    }

    /// All rows that meet it, once those that may do have been looked at.
    fn met(mut self) -> Selected {
        self.rows.append(&mut self.sure);
        // What was found at once is ascending, which this kind of sort makes use of.
        self.rows.sort();
        self.rows
    }

    /// Of rows of a batch that may meet it, by the columns that are known, those of which more must be known and those that
    /// surely do.
    fn parted(&self, rows: &Rows, (may, known): (Selected, Known)) -> (Selected, Selected) {
        let plan = &self.prepared.plan;
        if plan.is_within(known) || may.is_empty() {
            return (may, Vec::new());
        }
        let sure = plan.select(rows, may.clone(), View::surely(known));
        (without(may, &sure), sure)
    }

    /// Takes in rows of a batch that may meet it.
    fn take(&mut self, rows: &Rows, found: (Selected, Known), number: impl Fn(u32) -> Option<u32>) {
        let (rest, sure) = self.parted(rows, found);
        self.rows.extend(rest.into_iter().filter_map(&number));
        self.sure.extend(sure.into_iter().filter_map(number));
    }
}

/// A row group and what was read of it.
pub(super) struct Group<'a, 'f> {
    rules: &'a Rules,
    input: &'f Input,
    shapes: &'f Arc<Shapes>,
    number: usize,
    /// Columns of all rows, as far as they were read whole.
    rows: Option<Rows>,
}

impl<'a, 'f> Group<'a, 'f> {
    pub(super) fn new(
        (rules, input, shapes): (&'a Rules, &'f Input, &'f Arc<Shapes>),
        number: usize,
    ) -> Self {
        Self {
            rules,
            input,
            shapes,
            number,
            rows: None,
        }
    }

    /// For each condition the rows that may meet it, by the narrow columns alone.
    pub(super) fn narrow(&mut self) -> Result<Vec<Open<'a>>, LakeError> {
        let mut open: Vec<Open<'a>> = self
            .rules
            .plans
            .iter()
            .map(|plan| Open::new(plan, Vec::new()))
            .collect();
        let narrow = self.rules.narrow.iter().copied().collect::<Vec<_>>();
        let mut rows = None;
        whole((self.input, self.number), (&narrow, self.shapes), &mut rows)?;
        let Some(rows) = rows else {
            return Ok(open);
        };
        let classes = Classes::of(&rows);
        for one in &mut open {
            let (plan, known) = (&one.prepared.plan, Known::Narrow);
            let may = plan.among(&rows, classes.first(), View::of(known));
            let (rest, sure) = one.parted(&rows, (may.into_owned(), known));
            one.rows = classes.rows_of(&rest);
            one.sure = classes.rows_of(&sure);
        }
        self.rows = Some(rows);
        Ok(open)
    }

    /// What was read of all rows.
    pub(super) fn into_rows(self) -> Option<Rows> {
        self.rows
    }

    /// Decides what is open, reading other columns only where it matters.
    pub(super) fn decide(
        &mut self,
        (open, known): (Vec<Open<'a>>, Option<Known>),
        on: &mut dyn FnMut(&Prepared, &[u32]),
    ) -> Result<(), LakeError> {
        let mut open = open;
        let mut known = known;
        loop {
            let mut left = Vec::with_capacity(open.len());
            for one in open {
                if one.rows.is_empty() || one.prepared.is_decided(known) {
                    let prepared = one.prepared;
                    let met = one.met();
                    if !met.is_empty() {
                        on(prepared, &met);
                    }
                } else {
                    left.push(one);
                }
            }
            let next = match known {
                _ if left.is_empty() => return Ok(()),
                None | Some(Known::Narrow) => Known::Scalars,
                Some(Known::Scalars | Known::All) => Known::All,
            };
            open = match next {
                Known::Scalars => self.scalars(left)?,
                _ => self.read(left, next)?,
            };
            known = Some(next);
        }
    }

    /// Of what is open the rows that may meet it by all scalar columns.
    fn scalars(&mut self, open: Vec<Open<'a>>) -> Result<Vec<Open<'a>>, LakeError> {
        let (known, before) = (Known::Scalars, self.rows.is_some());
        self.load(&open)?;
        let (mut done, mut apart) = (Vec::new(), Vec::new());
        for mut one in open {
            if before && !one.prepared.has_wide_scalars() {
                // The narrow columns said all that scalars can say.
                done.push(one);
                continue;
            }
            let rows = self.rows.as_ref();
            let mut needed = one.prepared.roots_within(known);
            let Some(rows) = rows.filter(|rows| needed.all(|name| rows.has(name))) else {
                apart.push(one);
                continue;
            };
            let may = std::mem::take(&mut one.rows);
            let may = one.prepared.plan.select(rows, may, View::of(known));
            one.take(rows, (may, known), Some);
            done.push(one);
        }
        done.append(&mut self.read(apart, known)?);
        Ok(done)
    }

    /// Reads columns whole that many rows want.
    fn load(&mut self, open: &[Open<'a>]) -> Result<(), LakeError> {
        let mut wanted: BTreeMap<&str, usize> = BTreeMap::new();
        for one in open {
            for name in one.prepared.roots_within(Known::Scalars) {
                *wanted.entry(name).or_default() += one.rows.len();
            }
        }
        let many = wanted.into_iter().filter(|(_, rows)| *rows >= MANY);
        let many: Vec<&str> = many.map(|(name, _)| name).collect();
        whole(
            (self.input, self.number),
            (&many, self.shapes),
            &mut self.rows,
        )
    }

    /// Reads columns for the rows that are open alone; what was read whole is not read again.
    fn read(&self, open: Vec<Open<'a>>, known: Known) -> Result<Vec<Open<'a>>, LakeError> {
        let mut union: Vec<u32> = open.iter().flat_map(|one| &one.rows).copied().collect();
        union.sort_unstable();
        union.dedup();
        if union.is_empty() {
            return Ok(open);
        }
        let is_read = |name: &&str| self.rows.as_ref().is_some_and(|rows| rows.has(name));
        let roots: BTreeSet<&str> = open
            .iter()
            .flat_map(|one| one.prepared.roots_within(known))
            .filter(|name| !is_read(name))
            .collect();
        let columns = Columns::Roots(roots.into_iter().map(str::to_owned).collect());
        let numbers: Vec<usize> = union.iter().map(|row| *row as usize).collect();
        let rows = selection(&numbers, self.input.group_rows(self.number));
        let size = match known {
            Known::All => schema::BATCH_ROWS,
            Known::Narrow | Known::Scalars => union.len(),
        };
        let mut found: Vec<Open<'a>> = open
            .iter()
            .map(|one| Open::new(one.prepared, Vec::new()))
            .collect();
        let mut rest = union.as_slice();
        let batches = self
            .input
            .read_sized(self.number, (&columns, size), Some(rows))?;
        for batch in batches {
            let mut rows = Rows::with_shapes(&batch?, self.shapes);
            let (part, after) = rest.split_at_checked(rows.len).unwrap_or((rest, &[]));
            rest = after;
            let (Some(first), Some(last)) = (part.first(), part.last()) else {
                break;
            };
            if let Some(whole) = &self.rows {
                rows.pick(whole, part);
            }
            for (one, found) in open.iter().zip(&mut found) {
                let from = one.rows.partition_point(|row| row < first);
                let to = one.rows.partition_point(|row| row <= last);
                let local = places(part, one.rows.get(from..to).unwrap_or_default());
                let may = one.prepared.plan.select(&rows, local, View::of(known));
                found.take(&rows, (may, known), |row| part.get(row as usize).copied());
            }
        }
        for (one, found) in open.into_iter().zip(&mut found) {
            found.sure.extend(one.sure);
        }
        Ok(found)
    }
}

/// Reads columns of all rows of a group, in one batch, so that each dictionary is looked at once; those that `rows` has are not
/// read again.
pub(super) fn whole(
    (input, group): (&Input, usize),
    (names, shapes): (&[&str], &Arc<Shapes>),
    rows: &mut Option<Rows>,
) -> Result<(), LakeError> {
    let is_read = |name: &&&str| rows.as_ref().is_some_and(|rows| rows.has(name));
    let missing: Vec<String> = names
        .iter()
        .filter(|name| !is_read(name))
        .map(|name| (*name).to_owned())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let len = input.group_rows(group);
    let columns = Columns::Roots(missing);
    let mut batches = input.read_sized(group, (&columns, len.max(1)), None)?;
    let Some(batch) = batches.next() else {
        return Ok(());
    };
    let more = Rows::with_shapes(&batch?, shapes);
    if more.len < len {
        let reason = "a batch has fewer rows than its group".to_owned();
        return Err(LakeError::damaged(input.path(), reason));
    }
    match rows {
        Some(rows) => rows.add(more),
        None => *rows = Some(more),
    }
    Ok(())
}

impl Prepared {
    /// Whether columns that have been looked at decide it; where none has, only what is always so.
    fn is_decided(&self, known: Option<Known>) -> bool {
        match known {
            Some(known) => self.plan.is_within(known),
            None => self.plan.is_always(),
        }
    }

    fn roots_within(&self, known: Known) -> impl Iterator<Item = &'static str> {
        let roots = self.roots.iter().copied();
        let within = roots.filter(move |name| known == Known::All || !schema::is_list(name));
        // Where the lists are not read their shape may say enough.
        let shape = known != Known::All && self.has_lists();
        within.chain(shape.then_some(schema::SHAPE))
    }

    /// Whether it reads a list.
    pub(super) fn has_lists(&self) -> bool {
        self.roots.iter().any(|name| schema::is_list(name))
    }

    /// Whether it reads a column that is neither narrow nor a list.
    fn has_wide_scalars(&self) -> bool {
        let is_wide =
            |name| Column::from_name(name).is_some_and(|column| !schema::is_narrow(column));
        self.roots_within(Known::Scalars).any(is_wide)
    }
}

/// Where ascending `rows` stand among the ascending rows of a batch.
fn places(batch: &[u32], rows: &[u32]) -> Selected {
    if batch.len() == rows.len() {
        return (0..).take(rows.len()).collect();
    }
    let mut wanted = rows.iter().peekable();
    let mut found = Vec::with_capacity(rows.len());
    for (place, row) in (0_u32..).zip(batch) {
        if wanted.next_if_eq(&row).is_some() {
            found.push(place);
        }
    }
    found
}
