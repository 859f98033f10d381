//! The unified audit log through the crate's boundary: real exports, every transport, hostile rows.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests fail the test by panicking, and say when a sample is absent"
)]

#[cfg(test)]
mod forms;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod read;
#[cfg(test)]
mod recipients;
#[cfg(test)]
mod records;
#[cfg(test)]
mod samples;
