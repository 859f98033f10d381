//! Sigma rules to a small intermediate form, and what follows from it.
//!
//! Takes rule texts and field mappings and gives compiled rules with their lint and liveness, a plain
//! evaluator (the reference that the lake is held to), correlations over hits, and findings. It must
//! never know an engine, a disk or HTTP.

pub mod ir;
