//! From bytes to records: framings, encodings, damage, recognition, and reading one record again.
//! Records here are hand-made audit records, because framing does not depend on what a record says.

mod csv_rows;
mod damage;
mod hostile;
mod inventories;
mod json_framings;
mod properties;
mod real_samples;
mod support;
mod unknown_files;
mod wrappers;
