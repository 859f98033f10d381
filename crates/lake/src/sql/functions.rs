//! Our own functions in SQL, registered in this one place.
//!
//! | function | gives |
//! |---|---|
//! | `raw(artefact, position, offset, length)` | the record as received, as text |
//! | `param(parameters, 'Name')` | the first value of that name, case ignored |
//! | `changed_old(changed, 'Name')`, `changed_new(changed, 'Name')` | a side of the first change of that name |
//! | `speaks(artefact, position)` | whether the record speaks for its happening |
//! | `witnesses(artefact, position)` | for how many other records it speaks |

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, StringBuilder, UInt64Array,
};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr_fn::SimpleScalarUDF;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Signature, Volatility};
use datafusion::prelude::SessionContext;
use hourzero_model::{ArtefactId, Provenance, RawRecords};

use crate::schema;
use crate::store::Folders;
use crate::ties::{self, Index};

/// Raw text in one batch at most.
const RAW_BYTES: usize = 256 << 20;
/// Artefacts whose ties are kept at hand.
const CACHED: usize = 64;

/// Makes all our functions known.
pub(super) fn register(context: &SessionContext, folders: &Folders, records: &Arc<dyn RawRecords>) {
    let parameters = DataType::List(schema::list_of(schema::pair_fields()));
    let changed = DataType::List(schema::list_of(schema::change_fields()));
    let place = vec![DataType::Utf8View, DataType::UInt64];
    let named = |list: &DataType| vec![list.clone(), DataType::Utf8];
    let records = Arc::clone(records);
    let numbers = [DataType::UInt64, DataType::UInt64, DataType::UInt64];
    add(
        context,
        "raw",
        (
            [vec![DataType::Utf8], numbers.to_vec()].concat(),
            DataType::Utf8,
        ),
        move |arguments| raw(records.as_ref(), arguments),
    );
    let lists = [
        ("param", &parameters, 1),
        ("changed_old", &changed, 1),
        ("changed_new", &changed, 2),
    ];
    for (name, list, column) in lists {
        add(
            context,
            name,
            (named(list), DataType::Utf8),
            move |arguments| first_named(arguments, column),
        );
    }
    let cache = Arc::new(Cache {
        folders: folders.clone(),
        indexes: Mutex::new(BTreeMap::new()),
    });
    let again = Arc::clone(&cache);
    add(
        context,
        "speaks",
        (place.clone(), DataType::Boolean),
        move |arguments| {
            let mut answers = Vec::new();
            cache.each(arguments, &mut |index, at| {
                answers.push(index.speaker(at).is_none());
            })?;
            Ok(Arc::new(BooleanArray::from(answers)))
        },
    );
    add(
        context,
        "witnesses",
        (place, DataType::UInt64),
        move |arguments| {
            let mut answers = Vec::new();
            again.each(arguments, &mut |index, at| answers.push(index.others(at)))?;
            Ok(Arc::new(UInt64Array::from(answers)))
        },
    );
}

fn add(
    context: &SessionContext,
    name: &str,
    (takes, gives): (Vec<DataType>, DataType),
    call: impl Fn(&[ArrayRef]) -> Result<ArrayRef> + Send + Sync + 'static,
) {
    // Arguments are cast here, because the engine turns no literal number into an unsigned one.
    let signature = Signature::any(takes.len(), Volatility::Stable);
    let function = move |arguments: &[ColumnarValue]| {
        let constant = arguments
            .iter()
            .all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(arguments)?
            .iter()
            .zip(&takes)
            .map(|(array, kind)| compute::cast(array, kind))
            .collect::<std::result::Result<Vec<_>, _>>()?;
        let answer = call(&arrays)?;
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &answer, 0,
            )?));
        }
        Ok(ColumnarValue::Array(answer))
    };
    let function = SimpleScalarUDF::new_with_signature(name, signature, gives, Arc::new(function));
    context.register_udf(ScalarUDF::from(function));
}

fn wrong(what: &str) -> DataFusionError {
    DataFusionError::Execution(what.to_owned())
}

fn raw(records: &dyn RawRecords, arguments: &[ArrayRef]) -> Result<ArrayRef> {
    let [artefacts, positions, offsets, lengths] = arguments else {
        return Err(wrong("raw takes artefact, position, offset and length"));
    };
    let artefacts = artefacts.as_string::<i32>();
    let number = |array: &ArrayRef, row: usize| array.as_primitive::<UInt64Type>().value(row);
    let mut texts = StringBuilder::new();
    let mut bytes = 0_usize;
    for row in 0..artefacts.len() {
        if arguments.iter().any(|argument| argument.is_null(row)) {
            texts.append_null();
            continue;
        }
        let artefact: ArtefactId = artefacts
            .value(row)
            .parse()
            .map_err(|error| wrong(&format!("raw: {error}")))?;
        let place = Provenance {
            artefact,
            position: number(positions, row),
            offset: number(offsets, row),
            length: number(lengths, row),
        };
        let text = records.raw(&place).map_err(|error| wrong(&error))?;
        bytes = bytes.saturating_add(text.len());
        if bytes > RAW_BYTES {
            return Err(wrong(
                "raw records of more than 256 MB at once; narrow the query",
            ));
        }
        texts.append_value(String::from_utf8_lossy(&text));
    }
    Ok(Arc::new(texts.finish()))
}

/// A column of the first entry of a list whose name is the one asked for.
fn first_named(arguments: &[ArrayRef], column: usize) -> Result<ArrayRef> {
    let [lists, names] = arguments else {
        return Err(wrong("a list and a name are needed"));
    };
    let names = names.as_string::<i32>();
    let lists = lists
        .as_list_opt::<i32>()
        .ok_or_else(|| wrong("a list is needed"))?;
    let items = lists
        .values()
        .as_struct_opt()
        .ok_or_else(|| wrong("a list of names is needed"))?;
    let text = |column: usize| {
        let texts = items
            .columns()
            .get(column)
            .and_then(|array| array.as_string_opt::<i32>());
        texts.ok_or_else(|| wrong("a list of names and texts is needed"))
    };
    let (keys, values) = (text(0)?, text(column)?);
    let mut found = StringBuilder::new();
    for row in 0..lists.len() {
        let bounds = lists.value_offsets().get(row..row + 2);
        let wanted = names.is_valid(row).then(|| names.value(row));
        let (Some([from, to]), Some(wanted)) = (bounds, wanted) else {
            found.append_null();
            continue;
        };
        let entries = usize::try_from(*from).unwrap_or(0)..usize::try_from(*to).unwrap_or(0);
        let entry = entries
            .into_iter()
            .find(|entry| keys.value(*entry).eq_ignore_ascii_case(wanted));
        let value = entry
            .filter(|entry| values.is_valid(*entry))
            .map(|entry| values.value(entry));
        found.append_option(value);
    }
    Ok(Arc::new(found.finish()))
}

/// The ties of the artefacts met last.
struct Cache {
    folders: Folders,
    indexes: Mutex<BTreeMap<String, Arc<Index>>>,
}

impl Cache {
    fn index(&self, artefact: &str) -> Result<Arc<Index>> {
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = indexes.get(artefact) {
            return Ok(Arc::clone(index));
        }
        let id: ArtefactId = artefact
            .parse()
            .map_err(|error| wrong(&format!("{error}")))?;
        let index = ties::index(&self.folders, id).map_err(|error| wrong(&error.to_string()))?;
        if indexes.len() >= CACHED {
            indexes.clear();
        }
        let index = Arc::new(index);
        indexes.insert(artefact.to_owned(), Arc::clone(&index));
        Ok(index)
    }

    fn each(&self, arguments: &[ArrayRef], on: &mut dyn FnMut(&Index, u64)) -> Result<()> {
        let [artefacts, positions] = arguments else {
            return Err(wrong("artefact and position are needed"));
        };
        let artefacts = artefacts.as_string_view();
        let positions = positions.as_primitive::<UInt64Type>();
        let mut last: Option<(&str, Arc<Index>)> = None;
        for row in 0..artefacts.len() {
            let artefact = artefacts.value(row);
            let index = match &last {
                Some((name, index)) if *name == artefact => Arc::clone(index),
                _ => self.index(artefact)?,
            };
            on(&index, positions.value(row));
            last = Some((artefact, index));
        }
        Ok(())
    }
}
