//! Sigma rules to a small intermediate form, and what follows from it.
//!
//! Takes rule texts and field mappings and gives compiled rules with their lint and liveness, a plain
//! evaluator (the reference that the lake is held to), correlations over hits, and findings. It must
//! never know an engine, a disk or HTTP.

mod compile;
mod correlate;
mod error;
mod evaluate;
mod expr;
mod finding;
mod inventory;
pub mod ir;
mod knowledge;
mod lint;
mod liveness;
mod mapping;
mod pack;
mod sigma;
mod taxonomy;
mod yaml;

pub use correlate::waiting::{Count, Waiting};
pub use error::{MappingError, RuleError};
pub use evaluate::{Evaluator, RawRecord, evaluate};
pub use expr::field_name;
pub use finding::{BackedFinding, Detection, Hit, Needs, Settled};
pub use inventory::{Inventory, LogInventory};
pub use lint::{Lint, lint};
pub use liveness::{Live, Liveness, liveness, pruned, raw_literals};
pub use mapping::{BUILT_IN, Mappings};
pub use pack::{
    Alerting, Assembly, Correlation, DEFAULT_GAP, FailedRule, Origin, Rule, RuleIndex, RuleKind,
    RulePack, SystemActors,
};
