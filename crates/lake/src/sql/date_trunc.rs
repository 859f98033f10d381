//! `date_trunc` of our times, without a calendar of time zones.
//!
//! The engine's own function makes a date and a time in the column's zone of each value, and the text of an error before it
//! knows whether there is one. All times of a case are in UTC, where an hour, a day or a year begins where it does without any
//! zone, so the engine is given them without, and the answer gets its zone back.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, AsArray};
use datafusion::arrow::datatypes::{DataType, FieldRef, TimeUnit, TimestampMicrosecondType};
use datafusion::error::Result;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};
use datafusion::prelude::SessionContext;

use crate::schema;

/// Puts our way before the engine's.
pub(super) fn register(context: &SessionContext) {
    let engines = context
        .state()
        .scalar_functions()
        .get("date_trunc")
        .cloned();
    if let Some(engines) = engines {
        context.register_udf(ScalarUDF::from(InUtc { engines }));
    }
}

/// The engine's function, asked without a zone where the zone is UTC.
#[derive(Debug, PartialEq, Eq, Hash)]
struct InUtc {
    engines: Arc<ScalarUDF>,
}

impl ScalarUDFImpl for InUtc {
    fn name(&self) -> &str {
        self.engines.name()
    }

    fn aliases(&self) -> &[String] {
        self.engines.aliases()
    }

    fn signature(&self) -> &Signature {
        self.engines.signature()
    }

    fn return_type(&self, kinds: &[DataType]) -> Result<DataType> {
        self.engines.return_type(kinds)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.engines.return_field_from_args(arguments)
    }

    fn invoke_with_args(&self, mut arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let without = |field: &FieldRef| {
            let kind = DataType::Timestamp(TimeUnit::Microsecond, None);
            Arc::new(field.as_ref().clone().with_data_type(kind))
        };
        let zone = match (&mut *arguments.args, &mut *arguments.arg_fields) {
            ([_, ColumnarValue::Array(times)], [_, field])
                if times.data_type() == &schema::time_type() =>
            {
                let bare = times.as_primitive::<TimestampMicrosecondType>();
                let zone = bare.timezone().map(Arc::<str>::from);
                *times = Arc::new(bare.clone().with_timezone_opt(None::<Arc<str>>));
                *field = without(field);
                arguments.return_field = without(&arguments.return_field);
                zone
            }
            _ => return self.engines.invoke_with_args(arguments),
        };
        let answer = self.engines.invoke_with_args(arguments)?;
        let times = match &answer {
            ColumnarValue::Array(times) => times.as_primitive_opt::<TimestampMicrosecondType>(),
            ColumnarValue::Scalar(_) => None,
        };
        Ok(times.map_or_else(
            || answer.clone(),
            |times| ColumnarValue::Array(Arc::new(times.clone().with_timezone_opt(zone))),
        ))
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        self.engines.output_ordering(inputs)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.engines.documentation()
    }
}
