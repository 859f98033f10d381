//! Hunting tables, alerts, message trace, Graph calls, provisioning, Azure activity and state exports,
//! read through the boundary of the crate.

mod made;
mod real;
mod robust;
mod support;
