//! The unified audit log through the crate's boundary: real exports, every transport, hostile rows.

mod forms;
mod hostile;
mod read;
mod records;
mod samples;
