//! Entra's logs through the crate's boundary: one meaning in every dialect, real exports, hostile rows.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail the test by panicking, and say when a sample is absent"
)]

#[cfg(test)]
mod dialects;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod read;
#[cfg(test)]
mod samples;
