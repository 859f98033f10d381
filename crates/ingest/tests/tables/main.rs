//! Hunting tables, alerts, message trace, Graph calls, provisioning, Azure activity and state exports,
//! read through the boundary of the crate.

#[cfg(test)]
mod made;
#[cfg(test)]
mod real;
#[cfg(test)]
mod robust;
#[cfg(test)]
mod support;
