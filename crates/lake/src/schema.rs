//! The shape of the rows on disk, and which columns have few different values.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use datafusion::parquet::basic::{Compression, Encoding, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use hourzero_model::{Column, ColumnKind};

/// Rows in a row group at most.
pub(crate) const GROUP_ROWS: usize = 32_768;
/// Bytes of text in a row group at most, before encoding, so that reading a batch back is bounded
/// however well a hostile export compresses.
pub(crate) const GROUP_BYTES: usize = 64 << 20;
/// Bytes of a page, before compression. A reader takes memory for a page at a time; what is larger the allocator gets from the
/// system anew each time, and the system clears it.
const PAGE_BYTES: usize = 64 << 10;
/// Rows read at once.
pub(crate) const BATCH_ROWS: usize = 8_192;

/// The columns beside the scalar ones.
pub(crate) const PARAMETERS: &str = "parameters";
/// The list of changes.
pub(crate) const CHANGED: &str = "changed";
/// The artefact's hash as hexadecimal text. One file has one artefact, so it costs a dictionary entry.
pub(crate) const ARTEFACT: &str = "artefact";
/// The 1-based number of the record in the artefact.
pub(crate) const POSITION: &str = "position";
/// First byte.
pub(crate) const OFFSET: &str = "offset";
/// Length in bytes.
pub(crate) const LENGTH: &str = "length";
/// Key of duplicates and witnesses.
pub(crate) const ID_KEY: &str = "id_key";
/// Key of witnesses without a common id.
pub(crate) const LINK_KEY: &str = "link_key";
/// Hash over what the record says.
pub(crate) const CONTENT: &str = "content_hash";
/// The number of the record's shape in its file ([`crate::shape`]).
pub(crate) const SHAPE: &str = "shape";
/// How many columns are filled, parameters and changes counted in.
pub(crate) const FILLED: &str = "filled";

/// Instants are microseconds in UTC.
pub(crate) fn time_type() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// Whether a column has few different values, so that a test runs over its dictionary first.
pub(crate) const fn is_narrow(column: Column) -> bool {
    matches!(
        column,
        Column::Source
            | Column::Form
            | Column::Workload
            | Column::Operation
            | Column::RecordType
            | Column::Result
            | Column::ResultCode
            | Column::ActorKind
            | Column::TargetKind
            | Column::Country
            | Column::ClientApp
            | Column::AppId
            | Column::AppName
            | Column::ResourceAppId
            | Column::ResourceName
            | Column::AuthRequirement
            | Column::AuthProtocol
            | Column::Risk
            | Column::Asn
    )
}

/// Whether a column of this name holds a list in each row.
pub(crate) fn is_list(name: &str) -> bool {
    matches!(name, PARAMETERS | CHANGED)
}

/// Whether nearly every row has its own value, so that a dictionary only costs.
const fn is_wide(column: Column) -> bool {
    matches!(
        column,
        Column::RecordId
            | Column::CorrelationId
            | Column::MessageId
            | Column::NetworkMessageId
            | Column::TokenId
    )
}

/// Columns that every record has.
pub(crate) const fn is_required(column: Column) -> bool {
    matches!(
        column,
        Column::EventTime
            | Column::Source
            | Column::Form
            | Column::RecordId
            | Column::Operation
            | Column::Result
            | Column::ActorKind
    )
}

/// Name and value.
pub(crate) fn pair_fields() -> Fields {
    Fields::from(vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, false),
    ])
}

/// Name, value before, value after.
pub(crate) fn change_fields() -> Fields {
    Fields::from(vec![
        Field::new("name", DataType::Utf8, false),
        Field::new("old", DataType::Utf8, true),
        Field::new("new", DataType::Utf8, true),
    ])
}

/// A list of structures without null entries.
pub(crate) fn list_of(fields: Fields) -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Struct(fields), false))
}

fn number(name: &str) -> Field {
    Field::new(name, DataType::UInt64, false)
}

fn key(name: &str) -> Field {
    Field::new(name, DataType::FixedSizeBinary(16), true)
}

/// The schema of records as SQL sees them.
pub(crate) fn records() -> SchemaRef {
    let mut fields: Vec<Field> = Column::ALL
        .iter()
        .map(|column| {
            let kind = match column.kind() {
                ColumnKind::Text => DataType::Utf8,
                ColumnKind::Number => DataType::UInt32,
                ColumnKind::Time => time_type(),
            };
            Field::new(column.name(), kind, !is_required(*column))
        })
        .collect();
    fields.push(Field::new(
        PARAMETERS,
        DataType::List(list_of(pair_fields())),
        false,
    ));
    fields.push(Field::new(
        CHANGED,
        DataType::List(list_of(change_fields())),
        false,
    ));
    fields.push(Field::new(ARTEFACT, DataType::Utf8, false));
    fields.extend([number(POSITION), number(OFFSET), number(LENGTH)]);
    fields.extend([key(ID_KEY), key(LINK_KEY), number(CONTENT)]);
    fields.push(Field::new(FILLED, DataType::UInt32, false));
    Arc::new(Schema::new(fields))
}

/// The schema of a file of records: what SQL sees, and beside it what only the scan looks at.
pub(crate) fn records_on_disk() -> SchemaRef {
    let shape = Arc::new(Field::new(SHAPE, DataType::UInt32, false));
    let fields = records()
        .fields()
        .iter()
        .cloned()
        .chain([shape])
        .collect::<Vec<_>>();
    Arc::new(Schema::new(fields))
}

/// A table's schema as SQL reads it: texts stay where they lie in the page, and what the statement does not give is never
/// copied. Lists stay as our functions take them.
pub(crate) fn for_sql(table: &SchemaRef) -> SchemaRef {
    let fields = table.fields().iter().map(|field| {
        if field.data_type() == &DataType::Utf8 {
            Arc::new(field.as_ref().clone().with_data_type(DataType::Utf8View))
        } else {
            Arc::clone(field)
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The schema in which the scan reads: texts that repeat as dictionaries, and all others, values in lists too, where they lie
/// in the page, because of most of them no more is asked than whether they are something.
pub(crate) fn records_for_scan() -> SchemaRef {
    let dictionary = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    records_read(&|is_alike| {
        if is_alike {
            dictionary()
        } else {
            DataType::Utf8View
        }
    })
}

/// The schema in which single records are read: texts where they lie in the page.
pub(crate) fn records_for_fetch() -> SchemaRef {
    records_read(&|_| DataType::Utf8View)
}

/// The schema of records with texts of the kind that `text` gives, which is told whether they repeat.
fn records_read(text: &dyn Fn(bool) -> DataType) -> SchemaRef {
    let in_list = |fields: Fields| -> DataType {
        let fields = fields.iter().map(|field| {
            let kind = text(field.name() == "name");
            field.as_ref().clone().with_data_type(kind)
        });
        DataType::List(list_of(fields.collect()))
    };
    let fields: Vec<Arc<Field>> = records_on_disk()
        .fields()
        .iter()
        .map(|field| {
            let kind = match Column::from_name(field.name()) {
                Some(column) if column.kind() == ColumnKind::Text => text(!is_wide(column)),
                None if field.name() == PARAMETERS => in_list(pair_fields()),
                None if field.name() == CHANGED => in_list(change_fields()),
                _ => return Arc::clone(field),
            };
            Arc::new(field.as_ref().clone().with_data_type(kind))
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// The schema of a file of states.
pub(crate) fn states() -> SchemaRef {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        text("kind", false),
        text("id", false),
        text("name", true),
        text("owner", true),
        Field::new("as_of", time_type(), true),
        text("form", false),
        text("properties", false),
        text(ARTEFACT, false),
        number(POSITION),
        number(OFFSET),
        number(LENGTH),
    ]))
}

/// The schema of a file of rejects.
pub(crate) fn rejects() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text("reason"),
        text("wrapper"),
        text(ARTEFACT),
        number(POSITION),
        number(OFFSET),
        number(LENGTH),
    ]))
}

/// The schema of the derived ties.
pub(crate) fn ties() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        text(ARTEFACT),
        number(POSITION),
        text("speaker_artefact"),
        number("speaker_position"),
        text("kind"),
    ]))
}

/// The schema of the derived numbers of others for whom a record speaks.
pub(crate) fn others() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new(ARTEFACT, DataType::Utf8, false),
        number(POSITION),
        number("others"),
    ]))
}

/// Whether compression would save little of a column: its rows are numbers of a dictionary,
/// differences of numbers, or hashes.
fn is_dense(name: &str) -> bool {
    let is_dense = |column: Column| {
        is_narrow(column)
            || matches!(
                column,
                Column::EventTime
                    | Column::Ip
                    | Column::Actor
                    | Column::ActorId
                    | Column::DeviceId
                    | Column::UserAgent
                    | Column::Owner
                    | Column::SessionId
            )
    };
    matches!(
        name,
        POSITION | OFFSET | LENGTH | ID_KEY | LINK_KEY | CONTENT | SHAPE | FILLED
    ) || Column::from_name(name).is_some_and(is_dense)
}

/// Whether a column is mostly identifiers as text. LZ4 finds no repeats in them and zstd halves them, and few questions read
/// them.
fn is_identifiers(column: Column) -> bool {
    is_wide(column) || column == Column::TargetId
}

/// How files are written: LZ4, which is read four times as fast as zstd, where compression saves something, page index,
/// dictionaries where values repeat, differences where numbers grow, statistics where a reader can skip by them.
pub(crate) fn properties() -> WriterProperties {
    written(|name| !is_dense(name))
}

/// The same for a file of few rows: there the compressor of a column costs more than all of its rows, but for lists.
pub(crate) fn properties_of_few() -> WriterProperties {
    written(is_list)
}

/// `packed` says which columns are compressed.
fn written(packed: impl Fn(&str) -> bool) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_max_row_group_row_count(Some(GROUP_ROWS))
        .set_data_page_row_count_limit(10_000)
        .set_data_page_size_limit(PAGE_BYTES)
        .set_statistics_truncate_length(Some(64))
        .set_column_index_truncate_length(Some(64))
        .set_created_by("hourzero-lake".to_owned());
    for field in records_on_disk().fields() {
        let name = field.name().as_str();
        if !packed(name) {
            builder = builder.set_column_compression(name.into(), Compression::UNCOMPRESSED);
        } else if Column::from_name(name).is_some_and(is_identifiers) {
            let halved = Compression::ZSTD(ZstdLevel::default());
            builder = builder.set_column_compression(name.into(), halved);
        }
    }
    for column in Column::ALL.iter().filter(|column| is_wide(**column)) {
        builder = builder.set_column_dictionary_enabled(column.name().into(), false);
    }
    for name in [POSITION, OFFSET, LENGTH] {
        builder = builder.set_column_encoding(name.into(), Encoding::DELTA_BINARY_PACKED);
    }
    for name in [POSITION, OFFSET, LENGTH, ID_KEY, LINK_KEY, CONTENT] {
        builder = builder.set_column_dictionary_enabled(name.into(), false);
    }
    for name in [ID_KEY, LINK_KEY, CONTENT] {
        builder = builder.set_column_statistics_enabled(name.into(), EnabledStatistics::Chunk);
    }
    for (list, leaves) in [
        (PARAMETERS, ["name", "value", "value"]),
        (CHANGED, ["name", "old", "new"]),
    ] {
        for leaf in leaves {
            let path = ColumnPath::new(
                [list, "list", "item", leaf]
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
            );
            builder = builder.set_column_statistics_enabled(path, EnabledStatistics::None);
        }
    }
    builder.build()
}
