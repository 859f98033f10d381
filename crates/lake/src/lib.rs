//! Records to Parquet and back, the ties between them, SQL over them, and rules run in one scan.
//!
//! Takes the records, states and rejects of an artefact and a case folder; gives them back by place,
//! by rule or by SQL. The engine is embedded. It must never know a detection, and it is the only
//! crate that names Arrow, Parquet or the engine: none of their types leaves it.
//!
//! # On disk
//!
//! ```text
//! <case>/records/source=<log>/<first 16 of the artefact>-<n>.parquet   one row a record
//! <case>/records/source=<log>/<first 16 …>-common-<n>.parquet          one row a record of an operation that has many
//! <case>/records/<artefact>.json                                       what the artefact holds
//! <case>/records/ties.parquet, others.parquet                          derived: who speaks for whom
//! <case>/state/<first 16 of the artefact>-<n>.parquet                  one row a state
//! <case>/rejects/<first 16 of the artefact>-<n>.parquet                one row a reject
//! ```
//!
//! Records are partitioned by source and artefact, not by day: ninety days times some hundred
//! artefacts are tens of thousands of files of a few rows, whereas rows of one artefact mostly lie in
//! order of time already, so that the page index skips days as well as folders would. A file never
//! changes once its artefact's JSON file stands, which is renamed into place last; what no JSON file
//! names is the rest of an import that was killed, and [`Lake::open`] removes it.

mod ahead;
mod decode;
mod encode;
mod error;
mod fetch;
mod form;
mod lake;
mod numbered;
mod parquet;
mod placed;
mod presence;
mod scan;
mod schema;
mod shape;
mod share;
mod side;
mod sort;
mod sql;
mod store;
mod texts;
mod ties;
mod writer;

pub use error::{LakeError, QueryError};
pub use fetch::RecordKey;
pub use lake::{Lake, Options};
pub use numbered::Numbered;
pub use presence::{Presence, SourcePresence};
pub use scan::{Among, Counting, Hit, Kept, ScanRule, ScanStats, Wanted};
pub use sql::{QueryLimits, Table};
pub use store::Stored;
pub use texts::{NOTHING, Texts};
pub use ties::{TieCounts, Ties};
pub use writer::Writer;
