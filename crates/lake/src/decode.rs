//! Arrow rows back to records.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeBinaryArray, Int32Array, ListArray, PrimitiveArray,
    RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray, UInt32Array, UInt64Array,
};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Int32Type, TimestampMicrosecondType, UInt32Type, UInt64Type,
};
use hourzero_model::{
    ActorKind, ArtefactId, Change, Column, Form, HappeningKey, Log, Outcome, Provenance, Record,
    Timestamp,
};

use crate::form::form;
use crate::schema;
use crate::shape::{Shape, Shapes};

/// A scalar column of a batch.
#[derive(Debug, Clone)]
pub(crate) enum Scalar {
    /// Narrow text: numbers of values, and the values.
    Dictionary(Int32Array, StringArray),
    /// Text, not copied out of the pages that were read.
    Text(StringViewArray),
    /// A number.
    Number(UInt32Array),
    /// An instant.
    Time(TimestampMicrosecondArray),
}

impl Scalar {
    fn of(array: &ArrayRef) -> Option<Self> {
        match array.data_type() {
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_dictionary_opt::<Int32Type>()?;
                let values = dictionary.values().as_string_opt::<i32>()?.clone();
                Some(Self::Dictionary(dictionary.keys().clone(), values))
            }
            DataType::Utf8View => Some(Self::Text(array.as_string_view_opt()?.clone())),
            DataType::UInt32 => Some(Self::Number(
                array.as_primitive_opt::<UInt32Type>()?.clone(),
            )),
            DataType::Timestamp(_, _) => Some(Self::Time(
                array
                    .as_primitive_opt::<TimestampMicrosecondType>()?
                    .clone(),
            )),
            _ => None,
        }
    }

    /// The values of some rows.
    fn pick(&self, rows: &[u32]) -> Self {
        match self {
            Self::Dictionary(keys, values) => Self::Dictionary(picked(keys, rows), values.clone()),
            Self::Text(values) => {
                let value = |row: &u32| text(values, *row as usize);
                Self::Text(rows.iter().map(value).collect())
            }
            Self::Number(values) => Self::Number(picked(values, rows)),
            Self::Time(values) => Self::Time(picked(values, rows).with_timezone("UTC")),
        }
    }

    /// The value as text, as [`Column::of`] gives it.
    pub(crate) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Dictionary(keys, values) => {
                let key = usize::try_from(*keys.values().get(row)?).ok()?;
                (keys.is_valid(row) && key < values.len()).then(|| Cow::Borrowed(values.value(key)))
            }
            Self::Text(values) => text(values, row).map(Cow::Borrowed),
            Self::Number(values) => (row < values.len() && values.is_valid(row))
                .then(|| Cow::Owned(values.value(row).to_string())),
            Self::Time(values) => (row < values.len() && values.is_valid(row))
                .then(|| Cow::Owned(Timestamp::from_micros(values.value(row)).to_string())),
        }
    }
}

/// Values of some rows.
fn picked<T: ArrowPrimitiveType>(values: &PrimitiveArray<T>, rows: &[u32]) -> PrimitiveArray<T> {
    let value = |row: &u32| {
        let row = *row as usize;
        (row < values.len() && values.is_valid(row)).then(|| values.value(row))
    };
    rows.iter().map(value).collect()
}

fn text(values: &StringViewArray, row: usize) -> Option<&str> {
    (row < values.len() && values.is_valid(row)).then(|| values.value(row))
}

/// A list column taken apart: where the entries of each row lie, and the columns of the entries.
#[derive(Debug, Clone)]
pub(crate) struct Entries {
    list: ListArray,
    columns: Vec<Texts>,
}

/// A column of the entries of a list.
#[derive(Debug, Clone)]
enum Texts {
    /// Not copied out of the pages that were read.
    View(StringViewArray),
    /// Numbers of values, and the values.
    Dictionary(Int32Array, StringArray),
}

impl Texts {
    fn of(array: &ArrayRef) -> Option<Self> {
        match array.data_type() {
            DataType::Dictionary(_, _) => {
                let dictionary = array.as_dictionary_opt::<Int32Type>()?;
                let values = dictionary.values().as_string_opt::<i32>()?.clone();
                Some(Self::Dictionary(dictionary.keys().clone(), values))
            }
            _ => Some(Self::View(array.as_string_view_opt()?.clone())),
        }
    }

    fn get(&self, entry: usize) -> Option<&str> {
        match self {
            Self::View(values) => text(values, entry),
            Self::Dictionary(keys, values) => {
                let key = usize::try_from(*keys.values().get(entry)?).ok()?;
                (keys.is_valid(entry) && key < values.len()).then(|| values.value(key))
            }
        }
    }
}

/// Which entries have a name; a name's different spellings are looked at once.
#[derive(Debug)]
pub(crate) enum Named<'a> {
    /// All have it.
    Any,
    /// Those of these numbers in the dictionary.
    Keys(&'a Int32Array, Vec<bool>),
    /// Those that say so.
    Text(&'a str),
}

impl Named<'_> {
    /// Whether no entry has it.
    pub(crate) fn is_nobody(&self) -> bool {
        matches!(self, Self::Keys(_, wanted) if !wanted.contains(&true))
    }
}

impl Entries {
    fn of(array: &ArrayRef) -> Option<Self> {
        let list = array.as_list_opt::<i32>()?.clone();
        let items = list.values().as_struct_opt()?;
        let columns = items
            .columns()
            .iter()
            .map(Texts::of)
            .collect::<Option<_>>()?;
        Some(Self { list, columns })
    }

    /// The entries of a row.
    pub(crate) fn range(&self, row: usize) -> Range<usize> {
        let offsets = self.list.value_offsets();
        let at = |index: usize| {
            let offset = offsets.get(index).copied().unwrap_or(0);
            usize::try_from(offset).unwrap_or(0)
        };
        at(row)..at(row + 1)
    }

    /// A column of an entry.
    pub(crate) fn get(&self, column: usize, entry: usize) -> Option<&str> {
        self.columns.get(column)?.get(entry)
    }

    /// Which entries have this name, ASCII case ignored.
    pub(crate) fn named<'a>(&'a self, name: Option<&'a str>) -> Named<'a> {
        match (name, self.columns.first()) {
            (None, _) => Named::Any,
            (Some(name), Some(Texts::Dictionary(keys, values))) => {
                let same = |at| values.is_valid(at) && values.value(at).eq_ignore_ascii_case(name);
                Named::Keys(keys, (0..values.len()).map(same).collect())
            }
            (Some(name), _) => Named::Text(name),
        }
    }

    /// Whether an entry is one of those.
    pub(crate) fn is(&self, named: &Named<'_>, entry: usize) -> bool {
        match named {
            Named::Any => true,
            Named::Keys(keys, wanted) => {
                let key = keys.values().get(entry).copied().map(usize::try_from);
                let wanted = key.and_then(|key| wanted.get(key.ok()?));
                wanted.copied().unwrap_or(false)
            }
            Named::Text(name) => self
                .get(0, entry)
                .is_some_and(|own| own.eq_ignore_ascii_case(name)),
        }
    }
}

/// A batch with its columns at hand by name. A column that was not read is `None`.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) len: usize,
    scalars: Vec<Option<Scalar>>,
    pub(crate) parameters: Option<Entries>,
    pub(crate) changed: Option<Entries>,
    places: [Option<UInt64Array>; 3],
    keys: [Option<FixedSizeBinaryArray>; 2],
    shapes: Option<(UInt32Array, Arc<Shapes>)>,
}

impl Rows {
    /// As [`Rows::of`], with the shapes of the file, which say something of lists that were not read.
    pub(crate) fn with_shapes(batch: &RecordBatch, shapes: &Arc<Shapes>) -> Self {
        let numbers = batch.column_by_name(schema::SHAPE);
        let numbers = numbers.and_then(|array| array.as_primitive_opt::<UInt32Type>());
        Self {
            shapes: numbers.map(|numbers| (numbers.clone(), Arc::clone(shapes))),
            ..Self::of(batch)
        }
    }

    /// The numbers of the shapes of the rows.
    pub(crate) fn shape_numbers(&self) -> Option<&UInt32Array> {
        self.shapes.as_ref().map(|(numbers, _)| numbers)
    }

    /// The number of a row's shape.
    pub(crate) fn shape_number(&self, row: u32) -> Option<u32> {
        let row = usize::try_from(row).ok()?;
        self.shape_numbers()?.values().get(row).copied()
    }

    /// The shape of a row, where it is told.
    pub(crate) fn shape(&self, row: u32) -> Option<(&Shapes, &Shape)> {
        let (_, shapes) = self.shapes.as_ref()?;
        Some((shapes, shapes.get(self.shape_number(row)?)?))
    }

    pub(crate) fn of(batch: &RecordBatch) -> Self {
        let column = |name: &str| batch.column_by_name(name);
        let scalars = Column::ALL
            .iter()
            .map(|wanted| column(wanted.name()).and_then(Scalar::of))
            .collect();
        let number =
            |name| column(name).and_then(|array| array.as_primitive_opt::<UInt64Type>().cloned());
        let key = |name| column(name).and_then(|array| array.as_fixed_size_binary_opt().cloned());
        Self {
            len: batch.num_rows(),
            scalars,
            parameters: column(schema::PARAMETERS).and_then(Entries::of),
            changed: column(schema::CHANGED).and_then(Entries::of),
            places: [schema::POSITION, schema::OFFSET, schema::LENGTH].map(number),
            keys: [schema::ID_KEY, schema::LINK_KEY].map(key),
            shapes: None,
        }
    }

    /// Whether a scalar column, or the numbers of shapes, were read.
    pub(crate) fn has(&self, name: &str) -> bool {
        match Column::from_name(name) {
            Some(column) => self.scalar(column).is_some(),
            None if name == schema::SHAPE => self.shapes.is_some(),
            None => name == schema::POSITION && self.places.iter().flatten().next().is_some(),
        }
    }

    /// Adds scalar columns, places and shapes of the same rows.
    pub(crate) fn add(&mut self, more: Self) {
        for (own, other) in self.scalars.iter_mut().zip(more.scalars) {
            if own.is_none() {
                *own = other;
            }
        }
        for (own, other) in self.places.iter_mut().zip(more.places) {
            if own.is_none() {
                *own = other;
            }
        }
        self.shapes = self.shapes.take().or(more.shapes);
    }

    /// Adds the scalar columns and shapes that `whole` has, of those of its rows that these are.
    pub(crate) fn pick(&mut self, whole: &Self, rows: &[u32]) {
        for (own, other) in self.scalars.iter_mut().zip(&whole.scalars) {
            if own.is_none() {
                *own = other.as_ref().map(|other| other.pick(rows));
            }
        }
        if let (None, Some((numbers, shapes))) = (&self.shapes, &whole.shapes) {
            self.shapes = Some((picked(numbers, rows), Arc::clone(shapes)));
        }
    }

    pub(crate) fn scalar(&self, column: Column) -> Option<&Scalar> {
        self.scalars.get(column as usize)?.as_ref()
    }

    /// Position, offset and length.
    fn place(&self, row: usize) -> [u64; 3] {
        self.places.each_ref().map(|numbers| match numbers {
            Some(numbers) if row < numbers.len() => numbers.value(row),
            _ => 0,
        })
    }

    pub(crate) fn position(&self, row: usize) -> u64 {
        let [position, _, _] = self.place(row);
        position
    }

    fn key(&self, which: usize, row: usize) -> Option<HappeningKey> {
        let keys = self.keys.get(which)?.as_ref()?;
        if row >= keys.len() || keys.is_null(row) {
            return None;
        }
        let bytes = <[u8; 16]>::try_from(keys.value(row)).ok()?;
        Some(HappeningKey(u128::from_be_bytes(bytes)))
    }

    /// The record of a row, all columns having been read.
    pub(crate) fn record(&self, artefact: ArtefactId, row: usize) -> Record {
        let [position, offset, length] = self.place(row);
        let provenance = Provenance {
            artefact,
            position,
            offset,
            length,
        };
        let mut record = Record::new(provenance, Form(""), Log::Other, Timestamp::from_micros(0));
        for (column, scalar) in Column::ALL.iter().zip(&self.scalars) {
            match scalar {
                Some(Scalar::Time(values)) if row < values.len() => {
                    record.event_time = Timestamp::from_micros(values.value(row));
                }
                Some(Scalar::Number(values)) if row < values.len() && values.is_valid(row) => {
                    set_number(&mut record, *column, values.value(row));
                }
                Some(scalar) => {
                    if let Some(value) = scalar.text(row) {
                        set_text(&mut record, *column, &value);
                    }
                }
                None => {}
            }
        }
        record.id_key = self.key(0, row);
        record.link_key = self.key(1, row);
        if let Some(entries) = &self.parameters {
            let owned = |column, entry| entries.get(column, entry).unwrap_or_default().into();
            record.parameters = entries
                .range(row)
                .map(|entry| (owned(0, entry), owned(1, entry)))
                .collect();
        }
        if let Some(entries) = &self.changed {
            let owned = |column, entry| entries.get(column, entry).map(str::to_owned);
            record.changed = entries
                .range(row)
                .map(|entry| Change {
                    name: owned(0, entry).unwrap_or_default(),
                    old: owned(1, entry),
                    new: owned(2, entry),
                })
                .collect();
        }
        record
    }
}

fn set_number(record: &mut Record, column: Column, number: u32) {
    match column {
        Column::IpPort => record.ip_port = u16::try_from(number).ok(),
        Column::Asn => record.asn = Some(number),
        _ => {}
    }
}

fn set_text(record: &mut Record, column: Column, value: &str) {
    let place = match column {
        Column::Source => {
            record.log = Log::from_name(value).unwrap_or(Log::Other);
            return;
        }
        Column::Form => {
            record.form = form(value);
            return;
        }
        Column::RecordId => {
            value.clone_into(&mut record.record_id);
            return;
        }
        Column::Operation => {
            value.clone_into(&mut record.operation);
            return;
        }
        Column::Result => {
            record.result = Outcome::from_name(value);
            return;
        }
        Column::ActorKind => {
            record.actor.kind = ActorKind::from_name(value);
            return;
        }
        Column::Ip => {
            record.ip = value.parse::<IpAddr>().ok();
            return;
        }
        Column::EventTime | Column::IpPort | Column::Asn => return,
        _ => column.text_mut(record),
    };
    if let Some(place) = place {
        *place = Some(value.to_owned());
    }
}
