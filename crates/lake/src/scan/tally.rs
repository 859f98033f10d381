//! How often rows that were kept have each value of some fields, by stretch of time.
//!
//! Takes row groups with the rows of rules and gives keys with numbers. Texts become numbers once a dictionary, so that a
//! row costs a look into a map of numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;
use hourzero_detect::ir::Field;
use hourzero_model::Column;

use super::kept::{Counting, RowsOf};
use super::plan::{Values, root};
use crate::decode::{Rows, Scalar};
use crate::error::LakeError;
use crate::fetch::selection;
use crate::numbered::numbers_of;
use crate::parquet::{Columns, Input};
use crate::schema;
use crate::texts::{NOTHING, Texts};

/// What stands between the parts of a key.
const BETWEEN: &str = "\u{1f}";

/// Counts by key and stretch, for each counting.
pub(super) struct Tallies<'c> {
    countings: &'c [Counting],
    texts: LowerTexts,
    tallies: Vec<Tally>,
}

/// Texts in lower case by number.
#[derive(Default)]
struct LowerTexts {
    texts: Texts,
    scratch: String,
}

/// Counts of one counting.
#[derive(Default)]
struct Tally {
    keys: HashMap<Box<[u32]>, u32, RandomState>,
    counts: HashMap<(u32, i64), u64, RandomState>,
}

/// The columns of all rows of a group that countings look at, as numbers of texts.
struct Numbers {
    by_column: BTreeMap<Column, Vec<u32>>,
    times: Vec<i64>,
}

impl<'c> Tallies<'c> {
    pub(super) fn new(countings: &'c [Counting]) -> Self {
        Self {
            countings,
            texts: LowerTexts::default(),
            tallies: countings.iter().map(|_| Tally::default()).collect(),
        }
    }

    /// Counts the rows of a group.
    pub(super) fn group(
        &mut self,
        (input, group): (&Input, usize),
        rows: &RowsOf,
    ) -> Result<(), LakeError> {
        let asked = |one: &&Counting| rows.contains_key(&one.rule);
        let fields: Vec<&Field> = self
            .countings
            .iter()
            .filter(asked)
            .flat_map(|one| one.by.iter().flatten())
            .collect();
        let numbers = Numbers::read((input, group), &fields, &mut self.texts)?;
        for (counting, tally) in self.countings.iter().zip(&mut self.tallies) {
            let Some(rows) = rows.get(&counting.rule) else {
                continue;
            };
            let lists = lists((input, group), (counting, rows), &mut self.texts)?;
            tally.add((counting, rows), &numbers, &lists);
        }
        Ok(())
    }

    /// Gives the place in the list of countings, key, stretch and number.
    pub(super) fn give(self, on: &mut dyn FnMut(usize, &str, i64, u64)) {
        let texts = &self.texts.texts;
        for (number, tally) in self.tallies.into_iter().enumerate() {
            tally.give(texts, &mut |key, stretch, count| {
                on(number, key, stretch, count);
            });
        }
    }
}

impl LowerTexts {
    fn number(&mut self, text: &str) -> u32 {
        self.scratch.clear();
        if text.is_ascii() {
            self.scratch.push_str(text);
            self.scratch.make_ascii_lowercase();
        } else {
            self.scratch.push_str(&text.to_lowercase());
        }
        self.texts.number(&self.scratch)
    }
}

impl Numbers {
    fn read(
        (input, group): (&Input, usize),
        fields: &[&Field],
        texts: &mut LowerTexts,
    ) -> Result<Self, LakeError> {
        let wanted = fields.iter().filter_map(|field| match field {
            Field::Column(column) => Some(*column),
            _ => None,
        });
        let wanted: BTreeSet<Column> = wanted.collect();
        let names = wanted.iter().chain([&Column::EventTime]);
        let names: BTreeSet<String> = names.map(|column| column.name().to_owned()).collect();
        let columns = Columns::Roots(names.into_iter().collect());
        let mut numbers = Self {
            by_column: BTreeMap::new(),
            times: Vec::new(),
        };
        for batch in input.read_sized(group, (&columns, input.group_rows(group).max(1)), None)? {
            let rows = Rows::of(&batch?);
            if let Some(Scalar::Time(times)) = rows.scalar(Column::EventTime) {
                numbers.times.extend(times.values().iter().copied());
            }
            for column in &wanted {
                let all = numbers.by_column.entry(*column).or_default();
                match rows.scalar(*column) {
                    Some(scalar) => {
                        let number = &mut |text: &str| texts.number(text);
                        all.append(&mut numbers_of((scalar, rows.len), number));
                    }
                    None => all.extend(std::iter::repeat_n(NOTHING, rows.len)),
                }
            }
        }
        Ok(numbers)
    }

    fn get(&self, column: Column, row: u32) -> u32 {
        let all = self.by_column.get(&column);
        all.and_then(|all| all.get(row as usize))
            .copied()
            .unwrap_or(NOTHING)
    }
}

/// For each field of a counting that lies in a list, the numbers of its first values that say something, by place in `rows`.
fn lists(
    (input, group): (&Input, usize),
    (counting, rows): (&Counting, &[u32]),
    texts: &mut LowerTexts,
) -> Result<BTreeMap<Field, Vec<u32>>, LakeError> {
    let mut found: BTreeMap<Field, Vec<u32>> = BTreeMap::new();
    let fields = counting.by.iter().flatten();
    let fields: Vec<&Field> = fields
        .filter(|field| !matches!(field, Field::Column(_)))
        .collect();
    let roots: BTreeSet<&str> = fields.iter().filter_map(|field| root(field)).collect();
    if roots.is_empty() {
        return Ok(found);
    }
    let columns = Columns::Roots(roots.into_iter().map(str::to_owned).collect());
    let places: Vec<usize> = rows.iter().map(|row| *row as usize).collect();
    let selected = selection(&places, input.group_rows(group));
    for batch in input.read_sized(group, (&columns, schema::BATCH_ROWS), Some(selected))? {
        let rows = Rows::of(&batch?);
        for field in &fields {
            let values = Values::of(&rows, field);
            let all = found.entry((*field).clone()).or_default();
            for row in 0..rows.len {
                let mut first = NOTHING;
                values.any(row, &mut |value| {
                    first = texts.number(value);
                    first != NOTHING
                });
                all.push(first);
            }
        }
    }
    Ok(found)
}

impl Tally {
    fn add(
        &mut self,
        (counting, rows): (&Counting, &[u32]),
        numbers: &Numbers,
        lists: &BTreeMap<Field, Vec<u32>>,
    ) {
        let mut key = Vec::with_capacity(counting.by.len());
        for (place, row) in rows.iter().enumerate() {
            let first = |fields: &Vec<Field>| {
                let number = |field: &Field| match field {
                    Field::Column(column) => numbers.get(*column, *row),
                    field => lists
                        .get(field)
                        .and_then(|all| all.get(place))
                        .copied()
                        .unwrap_or(NOTHING),
                };
                fields.iter().map(number).find(|number| *number != NOTHING)
            };
            key.clear();
            key.extend(counting.by.iter().map_while(first));
            if key.len() < counting.by.len() {
                continue;
            }
            let Some(time) = numbers.times.get(*row as usize) else {
                continue;
            };
            let number = match self.keys.get(key.as_slice()) {
                Some(number) => *number,
                None => {
                    let next = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
                    self.keys.insert(key.as_slice().into(), next);
                    next
                }
            };
            let stretch = time.div_euclid(counting.stretch.max(1));
            *self.counts.entry((number, stretch)).or_default() += 1;
        }
    }

    fn give(self, texts: &Texts, on: &mut dyn FnMut(&str, i64, u64)) {
        let spelt = |key: &[u32]| {
            let parts: Vec<&str> = key.iter().map(|number| texts.text(*number)).collect();
            parts.join(BETWEEN)
        };
        let mut keys: Vec<(u32, String)> = self
            .keys
            .iter()
            .map(|(key, number)| (*number, spelt(key)))
            .collect();
        keys.sort_unstable();
        let mut counts: Vec<((u32, i64), u64)> = self.counts.into_iter().collect();
        counts.sort_unstable();
        for ((number, stretch), count) in counts {
            if let Some((_, key)) = keys.get(number as usize) {
                on(key, stretch, count);
            }
        }
    }
}
