//! Values of the engine as JSON.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{
    DataType, Int64Type, TimeUnit, TimestampMicrosecondType, UInt64Type,
};
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::arrow::{compute, datatypes::Float64Type};
use hourzero_model::Timestamp;
use serde_json::{Map, Number, Value};

/// The type of a column in a word.
pub(super) fn kind(kind: &DataType) -> &'static str {
    match kind {
        DataType::Boolean => "boolean",
        DataType::Timestamp(_, _) | DataType::Date32 | DataType::Date64 => "time",
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => "list",
        DataType::Struct(_) | DataType::Map(_, _) => "object",
        DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView
        | DataType::FixedSizeBinary(_) => "bytes",
        DataType::Dictionary(_, values) => self::kind(values),
        other if other.is_numeric() => "number",
        _ => "text",
    }
}

/// The bytes that a value takes in memory, nearly.
pub(super) fn bytes(value: &Value) -> usize {
    let own = size_of::<Value>();
    match value {
        Value::String(text) => own + text.len(),
        Value::Array(values) => own + values.iter().map(bytes).sum::<usize>(),
        Value::Object(entries) => {
            let entries = entries.iter();
            own + entries
                .map(|(name, value)| size_of::<String>() + name.len() + bytes(value))
                .sum::<usize>()
        }
        _ => own,
    }
}

/// One value. What has no place in JSON is shown as the engine shows it.
pub(super) fn of(array: &ArrayRef, row: usize) -> Value {
    if array.is_null(row) {
        return Value::Null;
    }
    known(array, row).unwrap_or_else(|| shown(array, row))
}

fn known(array: &ArrayRef, row: usize) -> Option<Value> {
    let one = || array.slice(row, 1);
    match array.data_type() {
        DataType::Null => Some(Value::Null),
        DataType::Boolean => Some(Value::Bool(array.as_boolean_opt()?.value(row))),
        DataType::Utf8 => Some(Value::from(array.as_string_opt::<i32>()?.value(row))),
        DataType::LargeUtf8 => Some(Value::from(array.as_string_opt::<i64>()?.value(row))),
        DataType::Utf8View => Some(Value::from(array.as_string_view_opt()?.value(row))),
        kind if kind.is_unsigned_integer() => {
            let number = compute::cast(&one(), &DataType::UInt64).ok()?;
            Some(Value::from(
                number.as_primitive_opt::<UInt64Type>()?.value(0),
            ))
        }
        kind if kind.is_signed_integer() => {
            let number = compute::cast(&one(), &DataType::Int64).ok()?;
            Some(Value::from(
                number.as_primitive_opt::<Int64Type>()?.value(0),
            ))
        }
        kind if kind.is_floating() => {
            let number = compute::cast(&one(), &DataType::Float64).ok()?;
            let number = number.as_primitive_opt::<Float64Type>()?.value(0);
            Number::from_f64(number).map(Value::Number)
        }
        DataType::Timestamp(_, zone) => {
            let micros = DataType::Timestamp(TimeUnit::Microsecond, zone.clone());
            let time = compute::cast(&one(), &micros).ok()?;
            let micros = time
                .as_primitive_opt::<TimestampMicrosecondType>()?
                .value(0);
            Some(Value::from(Timestamp::from_micros(micros).to_string()))
        }
        DataType::List(_) => Some(list(&array.as_list_opt::<i32>()?.value(row))),
        DataType::LargeList(_) => Some(list(&array.as_list_opt::<i64>()?.value(row))),
        DataType::Struct(fields) => {
            let columns = array.as_struct_opt()?.columns();
            let entries = fields.iter().zip(columns);
            let entries = entries.map(|(field, column)| (field.name().clone(), of(column, row)));
            Some(Value::Object(entries.collect::<Map<_, _>>()))
        }
        DataType::Dictionary(_, values) => {
            let plain = compute::cast(&one(), values).ok()?;
            Some(of(&plain, 0))
        }
        _ => None,
    }
}

fn list(items: &ArrayRef) -> Value {
    Value::Array((0..items.len()).map(|item| of(items, item)).collect())
}

fn shown(array: &ArrayRef, row: usize) -> Value {
    let options = FormatOptions::default();
    let text = ArrayFormatter::try_new(array.as_ref(), &options)
        .map(|formatter| formatter.value(row).to_string());
    text.map_or(Value::Null, Value::String)
}
