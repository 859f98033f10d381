//! Columns of all records as numbers of texts, a row group at a time.
//!
//! For counts over all records by many columns: a text is looked at once a dictionary, and a row costs as many
//! numbers as columns are asked for, where an engine would carry its texts about.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use hourzero_model::{ArtefactId, Column, Timestamp};

use crate::ahead::in_order;
use crate::decode::{Rows, Scalar};
use crate::error::LakeError;
use crate::parquet::{Columns, Input};
use crate::schema;
use crate::store::{Folders, Manifest};
use crate::texts::{NOTHING, Texts};
use crate::ties;

/// Records of one row group, with the columns that were asked for.
#[derive(Debug)]
pub struct Numbered<'a> {
    columns: &'a [Vec<u32>],
    times: &'a [i64],
    speaks: Option<&'a [bool]>,
    texts: &'a Texts,
}

impl Numbered<'_> {
    /// How many records these are.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// When it happened, UTC.
    pub fn time(&self, row: usize) -> Timestamp {
        Timestamp::from_micros(self.times.get(row).copied().unwrap_or_default())
    }

    /// The number of what a record has in a column, which is named by its place in the list that was asked for; 0 for nothing.
    /// One text has one number, in whichever column and row group.
    pub fn number(&self, row: usize, place: usize) -> u32 {
        let column = self.columns.get(place);
        column
            .and_then(|column| column.get(row))
            .copied()
            .unwrap_or(NOTHING)
    }

    /// Whether the record speaks for what happened, so that it is an event; where another does it does not.
    pub fn speaks(&self, row: usize) -> bool {
        let speaks = self.speaks.and_then(|speaks| speaks.get(row));
        speaks.copied().unwrap_or(true)
    }

    /// The text of a number, as [`Column::of`] gives it.
    pub fn text(&self, number: u32) -> &str {
        self.texts.text(number)
    }
}

/// Gives the records of each row group, artefact by artefact, and then all texts.
pub(crate) fn numbered(
    folders: &Folders,
    held: &BTreeMap<ArtefactId, Manifest>,
    (columns, threads): (&[Column], usize),
    on: &mut dyn FnMut(&Numbered<'_>),
) -> Result<Texts, LakeError> {
    let mut texts = Texts::default();
    for (artefact, manifest) in held {
        let ties = ties::index(folders, *artefact)?;
        for (_, piece) in manifest.record_pieces() {
            let path = folders.path(&piece.path);
            let input = Input::open(&path, Some(schema::records_for_scan()))?;
            let groups: Vec<usize> = (0..input.groups()).collect();
            let read = |group: &usize| read((&input, *group), (columns, &ties));
            in_order((threads, &groups), &read, &mut |read: Read| {
                let columns = read.numbers(columns, &mut texts);
                on(&Numbered {
                    columns: &columns,
                    times: &read.times,
                    speaks: read.speaks.as_deref(),
                    texts: &texts,
                });
                Ok(())
            })?;
        }
    }
    Ok(texts)
}

/// What was read of a row group.
struct Read {
    rows: Vec<Rows>,
    times: Vec<i64>,
    /// Nothing where every record of the artefact speaks.
    speaks: Option<Vec<bool>>,
}

fn read(
    (input, group): (&Input, usize),
    (columns, ties): (&[Column], &ties::Index),
) -> Result<Read, LakeError> {
    let always = [Column::EventTime.name()].into_iter();
    let place = ties.has_silent().then_some(schema::POSITION);
    let asked = columns.iter().map(|column| column.name());
    let names = asked.chain(always).chain(place).map(str::to_owned);
    let wanted = Columns::Roots(names.collect());
    let mut read = Read {
        rows: Vec::new(),
        times: Vec::new(),
        speaks: ties.has_silent().then(Vec::new),
    };
    for batch in input.read_sized(group, (&wanted, input.group_rows(group).max(1)), None)? {
        let rows = Rows::of(&batch?);
        let Some(Scalar::Time(times)) = rows.scalar(Column::EventTime) else {
            return Err(LakeError::damaged(input.path(), "no times"));
        };
        read.times.extend(times.values().iter().copied());
        if let Some(speaks) = &mut read.speaks {
            let is_event = |row| ties.speaker(rows.position(row)).is_none();
            speaks.extend((0..rows.len).map(is_event));
        }
        read.rows.push(rows);
    }
    Ok(read)
}

impl Read {
    /// By column the number of each record's text.
    fn numbers(&self, columns: &[Column], texts: &mut Texts) -> Vec<Vec<u32>> {
        let mut of = |column: &Column| {
            let mut numbers = Vec::with_capacity(self.times.len());
            for rows in &self.rows {
                let more = match rows.scalar(*column) {
                    Some(scalar) => numbers_of((scalar, rows.len), &mut |text| texts.number(text)),
                    None => vec![NOTHING; rows.len],
                };
                numbers.extend(more);
            }
            numbers
        };
        columns.iter().map(&mut of).collect()
    }
}

/// The numbers of a column's texts, which `number` gives; it is asked once a value of a dictionary.
pub(crate) fn numbers_of(
    (scalar, len): (&Scalar, usize),
    number: &mut dyn FnMut(&str) -> u32,
) -> Vec<u32> {
    match scalar {
        Scalar::Dictionary(keys, values) => {
            let known: Vec<u32> = values
                .iter()
                .map(|value| number(value.unwrap_or_default()))
                .collect();
            let of = |key: Option<i32>| {
                let key = key.and_then(|key| usize::try_from(key).ok());
                key.and_then(|key| known.get(key))
                    .copied()
                    .unwrap_or(NOTHING)
            };
            keys.iter().map(of).collect()
        }
        Scalar::Number(values) => {
            let mut known: HashMap<u32, u32, RandomState> = HashMap::default();
            let of = |value: Option<u32>| {
                let Some(value) = value else {
                    return NOTHING;
                };
                *known
                    .entry(value)
                    .or_insert_with(|| number(&value.to_string()))
            };
            values.iter().take(len).map(of).collect()
        }
        Scalar::Text(_) | Scalar::Time(_) => (0..len)
            .map(|row| scalar.text(row).map_or(NOTHING, |text| number(&text)))
            .collect(),
    }
}
