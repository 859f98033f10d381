//! The passes over all records, and the derived files.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array};
use datafusion::arrow::datatypes::{TimestampMicrosecondType, UInt32Type, UInt64Type};
use hourzero_model::{ArtefactId, Log};

use super::group::{Member, group, joined, ordered};
use super::link::link;
use super::{Kind, TieCounts, Ties};
use crate::error::LakeError;
use crate::parquet::{Columns, Input, Output};
use crate::schema;
use crate::sort::Sorter;
use crate::store::{Folders, Manifest, OTHERS, TIES};

/// A sort holds so much in memory; at most three are alive at once.
const SORT_BYTES: usize = 64 << 20;
const BATCH: usize = 65_536;

/// Finds all ties and writes them.
pub(crate) fn settle(
    folders: &Folders,
    held: &BTreeMap<ArtefactId, Manifest>,
) -> Result<Ties, LakeError> {
    let folder = folders.temporary();
    let artefacts: Vec<ArtefactId> = held.keys().copied().collect();
    let records: u64 = held.values().map(|manifest| manifest.stored.records).sum();
    let mut seen = [Seen::new(records), Seen::new(records)];
    each(folders, held, &mut |member| {
        let [ids, links] = &mut seen;
        ids.note(member.key);
        if member.link != 0 {
            links.note(member.link);
        }
        Ok(())
    })?;
    let mut members = Sorter::new(&folder, SORT_BYTES);
    each(folders, held, &mut |mut member| {
        let [ids, links] = &seen;
        // A group may be linked by the key of any of its members, so a member of a group keeps its
        // link even where nothing else in the case has it.
        if !links.again(member.link) {
            member.link = 0;
        }
        if ids.again(member.key) || member.link != 0 {
            members.push(member.row())
        } else {
            Ok(())
        }
    })?;
    drop(seen);
    let mut found = group(members.sorted()?, &folder, SORT_BYTES)?;
    link(found.groups.sorted()?, &mut found.ties)?;

    let mut ties = Sorter::<5>::new(&folder, SORT_BYTES);
    let mut others = Sorter::<2>::new(&folder, SORT_BYTES);
    let mut by_speaker = found.ties.sorted()?;
    let mut moved: Option<([u64; 2], [u64; 2])> = None;
    while let Some([sa, sp, order, a, p, kind]) = by_speaker.next()? {
        let (record, speaker) = if order == 0 {
            // This speaker of a group has found another to speak for it, and so for its group.
            moved = Some(([sa, sp], [a, p]));
            ([sa, sp], [a, p])
        } else {
            let speaker = match moved {
                Some((from, to)) if from == [sa, sp] => to,
                _ => [sa, sp],
            };
            ([a, p], speaker)
        };
        let ([a, p], [sa, sp]) = (record, speaker);
        ties.push([a, p, sa, sp, kind])?;
        others.push([sa, sp])?;
    }
    let counts = write_ties(folders, &artefacts, ties)?;
    write_others(folders, &artefacts, others)?;
    Ok(counts)
}

/// Which keys were met more than once: a filter that may say yes wrongly, never no. It keeps the
/// records that are alone with their keys, nearly all of them, out of the sorts.
struct Seen {
    once: Vec<u64>,
    twice: Vec<u64>,
    mask: u64,
}

impl Seen {
    fn new(records: u64) -> Self {
        let bits = (records.saturating_mul(16))
            .clamp(1 << 12, 1 << 28)
            .next_power_of_two();
        let words = usize::try_from(bits / 64).unwrap_or(64);
        Self {
            once: vec![0; words],
            twice: vec![0; words],
            mask: bits - 1,
        }
    }

    fn place(&self, key: u128) -> (usize, u64) {
        let mixed =
            ((key >> 64) as u64 ^ (key as u64).rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bit = (mixed >> 20) & self.mask;
        (usize::try_from(bit / 64).unwrap_or(0), 1 << (bit % 64))
    }

    fn note(&mut self, key: u128) {
        let (word, bit) = self.place(key);
        if let (Some(once), Some(twice)) = (self.once.get_mut(word), self.twice.get_mut(word)) {
            *twice |= *once & bit;
            *once |= bit;
        }
    }

    fn again(&self, key: u128) -> bool {
        let (word, bit) = self.place(key);
        key != 0 && self.twice.get(word).is_some_and(|twice| twice & bit != 0)
    }
}

/// Gives what is known of every record.
fn each(
    folders: &Folders,
    held: &BTreeMap<ArtefactId, Manifest>,
    on: &mut dyn FnMut(Member) -> Result<(), LakeError>,
) -> Result<(), LakeError> {
    let names = [
        "event_time",
        schema::POSITION,
        schema::ID_KEY,
        schema::LINK_KEY,
        schema::CONTENT,
        schema::FILLED,
    ];
    let columns = Columns::Roots(names.map(str::to_owned).to_vec());
    for (artefact, manifest) in held.values().enumerate() {
        for (log, piece) in manifest.record_pieces() {
            let path = folders.path(&piece.path);
            let input = Input::open(&path, None)?;
            for number in 0..input.groups() {
                for batch in input.read(number, &columns, None)? {
                    let batch = batch?;
                    let keys = Keys::of(&batch)
                        .ok_or_else(|| LakeError::damaged(&path, "a key column is missing"))?;
                    for row in 0..batch.num_rows() {
                        on(keys.member(artefact as u64, log, row))?;
                    }
                }
            }
        }
    }
    Ok(())
}

struct Keys<'a> {
    time: &'a datafusion::arrow::array::TimestampMicrosecondArray,
    position: &'a UInt64Array,
    id: &'a datafusion::arrow::array::FixedSizeBinaryArray,
    link: &'a datafusion::arrow::array::FixedSizeBinaryArray,
    content: &'a UInt64Array,
    filled: &'a datafusion::arrow::array::UInt32Array,
}

impl<'a> Keys<'a> {
    fn of(batch: &'a RecordBatch) -> Option<Self> {
        let column = |name: &str| batch.column_by_name(name);
        Some(Self {
            time: column("event_time")?.as_primitive_opt::<TimestampMicrosecondType>()?,
            position: column(schema::POSITION)?.as_primitive_opt::<UInt64Type>()?,
            id: column(schema::ID_KEY)?.as_fixed_size_binary_opt()?,
            link: column(schema::LINK_KEY)?.as_fixed_size_binary_opt()?,
            content: column(schema::CONTENT)?.as_primitive_opt::<UInt64Type>()?,
            filled: column(schema::FILLED)?.as_primitive_opt::<UInt32Type>()?,
        })
    }

    fn member(&self, artefact: u64, log: Log, row: usize) -> Member {
        let key = |array: &datafusion::arrow::array::FixedSizeBinaryArray| {
            let bytes = array.is_valid(row).then(|| array.value(row));
            bytes
                .and_then(|bytes| <[u8; 16]>::try_from(bytes).ok())
                .map(u128::from_be_bytes)
        };
        let (time, content) = (self.time.value(row), self.content.value(row));
        let id = key(self.id);
        // Without an id the content stands for it, spread by log and time.
        let spread = ordered(time).wrapping_mul(31).wrapping_add(log as u64);
        Member {
            key: id.unwrap_or_else(|| joined(content, spread)),
            anonymous: id.is_none(),
            log: log as u64,
            filled: self.filled.value(row),
            time,
            content,
            place: [artefact, self.position.value(row)],
            link: key(self.link).unwrap_or(0),
        }
    }
}

/// Writes the ties by place, a row group or several for each artefact, so that one artefact's ties
/// can be read alone.
fn write_ties(
    folders: &Folders,
    artefacts: &[ArtefactId],
    ties: Sorter<5>,
) -> Result<Ties, LakeError> {
    let mut counts = Ties {
        by_artefact: artefacts
            .iter()
            .map(|id| (*id, TieCounts::default()))
            .collect(),
    };
    let names: Vec<String> = artefacts.iter().map(ToString::to_string).collect();
    let mut file = Table::<5>::create(folders, TIES, schema::ties())?;
    let mut sorted = ties.sorted()?;
    let columns = |rows: &[[u64; 5]]| {
        let name = |column: usize| text(rows.iter().map(|row| name_of(&names, row, column)));
        let number = |column: usize| numbers(rows, column);
        let kinds = rows
            .iter()
            .map(|[.., kind]| Kind::from_number(*kind).name());
        vec![name(0), number(1), name(2), number(3), text(kinds)]
    };
    while let Some(row) = sorted.next()? {
        let [artefact, .., kind] = row;
        let id = usize::try_from(artefact)
            .ok()
            .and_then(|index| artefacts.get(index));
        if let Some(entry) = id.and_then(|id| counts.by_artefact.get_mut(id)) {
            entry.add(Kind::from_number(kind));
        }
        file.push(row, &columns)?;
    }
    file.publish(&columns)?;
    Ok(counts)
}

fn write_others(
    folders: &Folders,
    artefacts: &[ArtefactId],
    others: Sorter<2>,
) -> Result<(), LakeError> {
    let names: Vec<String> = artefacts.iter().map(ToString::to_string).collect();
    let mut file = Table::<3>::create(folders, OTHERS, schema::others())?;
    let mut sorted = others.sorted()?;
    let columns = |rows: &[[u64; 3]]| {
        let name = text(rows.iter().map(|row| name_of(&names, row, 0)));
        vec![name, numbers(rows, 1), numbers(rows, 2)]
    };
    let mut current: Option<[u64; 3]> = None;
    while let Some([artefact, position]) = sorted.next()? {
        match &mut current {
            Some([a, p, count]) if *a == artefact && *p == position => *count += 1,
            _ => {
                if let Some(row) = current.replace([artefact, position, 1]) {
                    file.push(row, &columns)?;
                }
            }
        }
    }
    if let Some(row) = current {
        file.push(row, &columns)?;
    }
    file.publish(&columns)
}

fn name_of<'a, const N: usize>(names: &'a [String], row: &[u64; N], column: usize) -> &'a str {
    let index = row
        .get(column)
        .and_then(|number| usize::try_from(*number).ok());
    index
        .and_then(|index| names.get(index))
        .map_or("", String::as_str)
}

fn text<'a>(values: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn numbers<const N: usize>(rows: &[[u64; N]], column: usize) -> ArrayRef {
    let values = rows.iter().map(|row| row.get(column).copied().unwrap_or(0));
    Arc::new(UInt64Array::from_iter_values(values))
}

/// A derived file whose rows begin with the rank of their artefact.
struct Table<const N: usize> {
    output: Output,
    schema: datafusion::arrow::datatypes::SchemaRef,
    rows: Vec<[u64; N]>,
}

type Encode<'a, const N: usize> = &'a dyn Fn(&[[u64; N]]) -> Vec<ArrayRef>;

impl<const N: usize> Table<N> {
    fn create(
        folders: &Folders,
        below: &str,
        schema: datafusion::arrow::datatypes::SchemaRef,
    ) -> Result<Self, LakeError> {
        Ok(Self {
            output: Output::create(folders.path(below), Arc::clone(&schema))?,
            schema,
            rows: Vec::new(),
        })
    }

    fn push(&mut self, row: [u64; N], columns: Encode<'_, N>) -> Result<(), LakeError> {
        let other = self
            .rows
            .last()
            .is_some_and(|last| last.first() != row.first());
        if other || self.rows.len() >= BATCH {
            self.flush(columns)?;
        }
        if other {
            self.output.end_group()?;
        }
        self.rows.push(row);
        Ok(())
    }

    fn flush(&mut self, columns: Encode<'_, N>) -> Result<(), LakeError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns(&self.rows))
            .map_err(|e| LakeError::Engine(e.to_string()))?;
        self.rows.clear();
        self.output.write(&batch, 0)
    }

    fn publish(mut self, columns: Encode<'_, N>) -> Result<(), LakeError> {
        self.flush(columns)?;
        self.output.publish().map(drop)
    }
}
