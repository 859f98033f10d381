//! SQL over a case: one statement that reads, within limits.
//!
//! The engine sees the case's Parquet files through a store that ends at the case's folder, and no
//! other file: there is no statement, function or quoted path that reaches one.

mod date_trunc;
mod failure;
mod functions;
mod value;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::datasource::MemTable;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::{DataFusionError, Result as EngineResult};
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::SQLOptions;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::object_store::local::LocalFileSystem;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast;
use hourzero_model::{ArtefactId, RawRecords};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::error::{LakeError, QueryError};
use crate::lake::Options;
use crate::schema;
use crate::store::{Folders, Manifest, Piece, RECORDS, REJECTS, STATE, TIES};

/// The tables that SQL sees.
pub(crate) const TABLES: [&str; 5] = ["records", "events", "states", "rejects", "ties"];

/// The name of the store that ends at the case's folder.
const STORE: &str = "case://lake";

/// How much a query may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryLimits {
    /// Rows.
    pub max_rows: usize,
    /// Bytes of the rows in memory.
    pub max_bytes: usize,
}

impl Default for QueryLimits {
    fn default() -> Self {
        Self {
            max_rows: 100_000,
            max_bytes: 256 << 20,
        }
    }
}

/// What a query gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Name and type of each column: `text`, `number`, `time`, `boolean`, `list`, `object`, `bytes`.
    pub columns: Vec<(String, &'static str)>,
    /// The rows; times as RFC 3339, bytes as hexadecimal text.
    pub rows: Vec<Vec<Value>>,
    /// Whether a limit was reached, so that there are more rows than these.
    pub truncated: bool,
}

/// The files of each artefact.
pub(crate) type Pieces = BTreeMap<ArtefactId, Vec<Piece>>;

/// What a session runs on.
pub(crate) struct Engine {
    pub(crate) folders: Folders,
    pub(crate) pieces: Pieces,
    pub(crate) raw: Arc<dyn RawRecords>,
    pub(crate) options: Options,
}

/// The engine, ready for statements over what the lake held when it was opened. What one statement learns of the files, their
/// footers above all, the next one need not read again. Threads live as long as a statement: the allocator would keep for each
/// what it freed.
pub(crate) struct Session {
    pieces: Pieces,
    folders: Folders,
    options: Options,
    context: SessionContext,
}

impl Session {
    /// Whether it sees exactly these artefacts' files.
    pub(crate) fn sees(&self, held: &BTreeMap<ArtefactId, Manifest>) -> bool {
        let held = held.iter();
        let held = held.map(|(artefact, manifest)| (artefact, &manifest.pieces));
        self.pieces.iter().eq(held)
    }

    pub(crate) fn query(&self, text: &str, limits: QueryLimits) -> Result<Table, QueryError> {
        let runtime = runtime(&self.folders, self.options)?;
        let context = &self.context;
        let state = context.state();
        let dialect = state.config_options().sql_parser.dialect;
        let statement = state
            .sql_to_statement(text, &dialect)
            .map_err(|error| self.explain(&error))?;
        allowed(&statement)?;
        let references = state
            .resolve_table_references(&statement)
            .map_err(|error| self.explain(&error))?;
        for reference in references {
            let name = reference.to_string();
            if !TABLES.contains(&name.as_str()) {
                return Err(QueryError::UnknownTable {
                    name,
                    tables: TABLES.join(", "),
                });
            }
        }
        let answer = runtime.block_on(async {
            let plan = state.statement_to_plan(statement).await?;
            SQLOptions::new()
                .with_allow_ddl(false)
                .with_allow_dml(false)
                .with_allow_statements(false)
                .verify_plan(&plan)?;
            let stream = context
                .execute_logical_plan(plan)
                .await?
                .execute_stream()
                .await?;
            collect(stream, limits).await
        });
        answer.map_err(|error| self.explain(&error))
    }

    fn explain(&self, error: &DataFusionError) -> QueryError {
        failure::explain(error, self.options.memory_limit)
    }
}

impl Engine {
    /// Makes the engine ready.
    pub(crate) fn session(self) -> Result<Session, LakeError> {
        let context = runtime(&self.folders, self.options)?.block_on(self.context())?;
        Ok(Session {
            pieces: self.pieces,
            folders: self.folders,
            options: self.options,
            context,
        })
    }

    async fn context(&self) -> EngineResult<SessionContext> {
        let runtime = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::new(FairSpillPool::new(self.options.memory_limit)))
            .with_temp_file_path(self.folders.temporary())
            .build_arc()?;
        let mut config = SessionConfig::new()
            .with_target_partitions(self.options.threads.max(1))
            .with_information_schema(false);
        let options = config.options_mut();
        options.execution.parquet.schema_force_view_types = false;
        options.execution.parquet.pushdown_filters = true;
        options.execution.parquet.reorder_filters = true;
        options.execution.time_zone = Some("UTC".to_owned());
        let state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_table_functions(HashMap::new())
            .build();
        let context = SessionContext::new_with_state(state);
        let store = LocalFileSystem::new_with_prefix(self.folders.path(""))?;
        let url = ObjectStoreUrl::parse(STORE)?;
        context.register_object_store(url.as_ref(), Arc::new(store));
        date_trunc::register(&context);
        functions::register(&context, &self.folders, &self.raw);
        self.register(
            &context,
            "records",
            &schema::records(),
            &self.pieces(RECORDS),
        )?;
        self.register(&context, "states", &schema::states(), &self.pieces(STATE))?;
        self.register(
            &context,
            "rejects",
            &schema::rejects(),
            &self.pieces(REJECTS),
        )?;
        let ties = self.folders.path(TIES).exists().then(|| TIES.to_owned());
        let ties: Vec<String> = ties.into_iter().collect();
        self.register(&context, "ties", &schema::ties(), &ties)?;
        let events = context
            .sql(
                "SELECT records.*, witnesses(artefact, position) AS witnesses \
                 FROM records WHERE speaks(artefact, position)",
            )
            .await?;
        context.register_table("events", events.into_view())?;
        Ok(context)
    }

    fn pieces(&self, folder: &str) -> Vec<String> {
        let prefix = format!("{folder}/");
        let all = self.pieces.values().flatten();
        all.map(|piece| piece.path.clone())
            .filter(|path| path.starts_with(&prefix))
            .collect()
    }

    fn register(
        &self,
        context: &SessionContext,
        name: &str,
        table: &SchemaRef,
        paths: &[String],
    ) -> EngineResult<()> {
        let schema = schema::for_sql(table);
        if paths.is_empty() {
            let none = MemTable::try_new(schema, vec![Vec::new()])?;
            context.register_table(name, Arc::new(none))?;
            return Ok(());
        }
        let urls = paths
            .iter()
            .map(|path| ListingTableUrl::parse(format!("{STORE}/{path}")))
            .collect::<EngineResult<Vec<_>>>()?;
        let options =
            ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
        let config = ListingTableConfig::new_with_multi_paths(urls)
            .with_listing_options(options)
            .with_schema(schema);
        context.register_table(name, Arc::new(ListingTable::try_new(config)?))?;
        Ok(())
    }
}

/// The threads that a statement runs on.
fn runtime(folders: &Folders, options: Options) -> Result<Runtime, LakeError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(options.threads.max(1))
        .build()
        .map_err(|e| LakeError::io(&folders.temporary(), e))
}

/// Whether a statement only reads.
fn allowed(statement: &Statement) -> Result<(), QueryError> {
    let refused = |what: &str| {
        Err(QueryError::NotReading {
            what: what.to_owned(),
        })
    };
    match statement {
        Statement::Statement(inner) => match inner.as_ref() {
            ast::Statement::Query(_) => Ok(()),
            ast::Statement::Explain { statement, .. } => match statement.as_ref() {
                ast::Statement::Query(_) => Ok(()),
                other => refused(&first_words(&other.to_string())),
            },
            other => refused(&first_words(&other.to_string())),
        },
        Statement::Explain(explain) => allowed(&explain.statement),
        other => refused(&first_words(&other.to_string())),
    }
}

fn first_words(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().take(2).collect();
    words.join(" ").to_uppercase()
}

/// Takes rows until a limit is reached.
async fn collect(
    mut stream: SendableRecordBatchStream,
    limits: QueryLimits,
) -> EngineResult<Table> {
    let schema = stream.schema();
    let mut table = Table {
        columns: schema
            .fields()
            .iter()
            .map(|field| (field.name().clone(), value::kind(field.data_type())))
            .collect(),
        rows: Vec::new(),
        truncated: false,
    };
    let mut bytes = 0_usize;
    while let Some(batch) = next(&mut stream).await {
        let batch = batch?;
        for row in 0..batch.num_rows() {
            if table.rows.len() >= limits.max_rows || bytes > limits.max_bytes {
                table.truncated = true;
                return Ok(table);
            }
            let row = values(&batch, row);
            let sizes = row.iter().map(value::bytes);
            bytes = sizes.fold(bytes, usize::saturating_add);
            table.rows.push(row);
        }
    }
    Ok(table)
}

/// The next batch of a stream.
async fn next(stream: &mut SendableRecordBatchStream) -> Option<EngineResult<RecordBatch>> {
    std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await
}

fn values(batch: &RecordBatch, row: usize) -> Vec<Value> {
    batch
        .columns()
        .iter()
        .map(|column| value::of(column, row))
        .collect()
}
