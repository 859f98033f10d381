//! Rows that look alike in all columns with few values: each look is judged once.
//!
//! Takes the columns that were read as dictionaries and gives every row the number of its class. Rows of a class
//! have the same value in each of these columns and the same shape of lists, so that a test on them has one answer for all.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, Int32Array, PrimitiveArray};
use datafusion::arrow::datatypes::ArrowPrimitiveType;
use foldhash::fast::RandomState;
use hourzero_model::Column;

use super::plan::Selected;
use crate::decode::{Rows, Scalar};

/// A table that finds a pair of numbers by place has at most so many places, a map does it beyond.
const PLACES: usize = 1 << 17;

/// The classes of the rows of a batch.
pub(super) struct Classes {
    /// By row.
    ids: Vec<u32>,
    /// By class its first row, ascending.
    first: Selected,
    /// By class where its rows begin in `rows`, and where the last ends.
    starts: Vec<u32>,
    rows: Selected,
}

impl Classes {
    /// Puts rows together. Where nearly every row looks different each is a class of its own.
    pub(super) fn of(rows: &Rows) -> Self {
        let mut ids = vec![0_u32; rows.len];
        let mut classes = usize::from(rows.len > 0);
        let worth = rows.len / 4;
        let scalars = Column::ALL.iter().filter_map(|column| rows.scalar(*column));
        for scalar in scalars {
            classes = match scalar {
                Scalar::Dictionary(keys, values) => by_key(&mut ids, classes, (keys, values.len())),
                Scalar::Number(numbers) => by_map(&mut ids, &|row| value(numbers, row)),
                Scalar::Text(_) | Scalar::Time(_) => rows.len,
            };
            if classes > worth {
                return Self::apart(rows.len);
            }
        }
        if let Some(shapes) = rows.shape_numbers() {
            classes = by_map(&mut ids, &|row| value(shapes, row));
        }
        if classes > worth {
            return Self::apart(rows.len);
        }
        Self::sorted(ids, classes)
    }

    fn apart(len: usize) -> Self {
        let ids: Vec<u32> = (0_u32..).take(len).collect();
        Self {
            first: ids.clone(),
            starts: (0_u32..).take(len + 1).collect(),
            rows: ids.clone(),
            ids,
        }
    }

    /// Rows by class.
    fn sorted(ids: Vec<u32>, classes: usize) -> Self {
        let mut starts = vec![0_u32; classes + 1];
        for id in &ids {
            if let Some(count) = starts.get_mut(*id as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; ids.len()];
        for (row, id) in (0_u32..).zip(&ids) {
            if let Some(at) = next.get_mut(*id as usize) {
                if let Some(place) = rows.get_mut(*at as usize) {
                    *place = row;
                }
                *at += 1;
            }
        }
        let first = starts.iter().take(classes);
        let first = first.filter_map(|start| rows.get(*start as usize).copied());
        Self {
            first: first.collect(),
            ids,
            starts,
            rows,
        }
    }

    /// A row of each class, ascending.
    pub(super) fn first(&self) -> &[u32] {
        &self.first
    }

    /// All rows of the classes of these rows, ascending.
    pub(super) fn rows_of(&self, firsts: &[u32]) -> Selected {
        let mut all = Vec::new();
        for first in firsts {
            let Some(class) = self.ids.get(*first as usize).map(|id| *id as usize) else {
                continue;
            };
            let bounds = (self.starts.get(class), self.starts.get(class + 1));
            if let (Some(from), Some(to)) = bounds {
                all.extend_from_slice(self.rows.get(*from as usize..*to as usize).unwrap_or(&[]));
            }
        }
        if firsts.len() > 1 {
            ascending(all, self.ids.len())
        } else {
            all
        }
    }
}

/// Different rows of a batch of `len` in ascending order. Many are marked and read off, which costs a look at each and at each
/// word of marks.
fn ascending(mut rows: Selected, len: usize) -> Selected {
    if rows.len() < len / 256 {
        rows.sort_unstable();
        return rows;
    }
    let mut marks = vec![0_u64; len.div_ceil(64)];
    for row in &rows {
        if let Some(word) = marks.get_mut(*row as usize / 64) {
            *word |= 1 << (row % 64);
        }
    }
    rows.clear();
    for (first, mut word) in (0_u32..).step_by(64).zip(marks) {
        while word != 0 {
            rows.push(first + word.trailing_zeros());
            word &= word - 1;
        }
    }
    rows
}

/// The value of a row and one more, so that none has a number too.
fn value<T>(values: &PrimitiveArray<T>, row: usize) -> u64
where
    T: ArrowPrimitiveType<Native = u32>,
{
    let value = values.values().get(row).filter(|_| values.is_valid(row));
    value.map_or(0, |value| u64::from(*value) + 1)
}

/// Parts classes by the number of a value; says how many there are then. Classes are numbered in the order of their first rows.
fn by_key(ids: &mut [u32], classes: usize, (keys, values): (&Int32Array, usize)) -> usize {
    if values <= 1 && keys.null_count() == 0 {
        return classes;
    }
    let key = |row: usize| -> usize {
        let key = keys.values().get(row).filter(|_| keys.is_valid(row));
        key.and_then(|key| usize::try_from(*key).ok())
            .map_or(0, |key| key + 1)
    };
    let width = values + 1;
    if classes.saturating_mul(width) > PLACES {
        return by_map(ids, &|row| key(row) as u64);
    }
    let mut places = vec![u32::MAX; classes * width];
    let mut next = 0_u32;
    for (row, id) in ids.iter_mut().enumerate() {
        let Some(place) = places.get_mut(*id as usize * width + key(row).min(values)) else {
            continue;
        };
        if *place == u32::MAX {
            *place = next;
            next += 1;
        }
        *id = *place;
    }
    next as usize
}

fn by_map(ids: &mut [u32], value: &dyn Fn(usize) -> u64) -> usize {
    let mut places: HashMap<(u32, u64), u32, RandomState> = HashMap::default();
    let mut last = None;
    for (row, id) in ids.iter_mut().enumerate() {
        let pair = (*id, value(row));
        if let Some((same, number)) = last
            && same == pair
        {
            *id = number;
            continue;
        }
        let next = u32::try_from(places.len()).unwrap_or(u32::MAX);
        let number = *places.entry(pair).or_insert(next);
        last = Some((pair, number));
        *id = number;
    }
    places.len()
}

#[cfg(test)]
mod tests {
    use super::{Classes, ascending};

    #[test]
    fn rows_are_sorted_one_by_one_or_by_marks() {
        assert_eq!(ascending(vec![700, 3], 1_000), [3, 700]);
        let many: Vec<u32> = (0..1_000).rev().filter(|row| row % 3 == 0).collect();
        let sorted: Vec<u32> = (0..1_000).filter(|row| row % 3 == 0).collect();
        assert_eq!(ascending(many, 1_000), sorted);
    }

    #[test]
    fn rows_come_back_by_class() {
        let classes = Classes::sorted(vec![0, 1, 0, 2, 1], 3);
        assert_eq!(classes.first(), [0, 1, 3]);
        assert_eq!(classes.rows_of(&[0, 3]), [0, 2, 3]);
        assert_eq!(classes.rows_of(&[1]), [1, 4]);
    }
}
