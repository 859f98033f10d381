//! From bytes to records: framings, encodings, damage, recognition, and reading one record again.
//! Records here are hand-made audit records, because framing does not depend on what a record says.
#![allow(
    clippy::string_slice,
    reason = "tests cut their own ASCII text to damage it"
)]

#[cfg(test)]
mod csv_rows;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod inventories;
#[cfg(test)]
mod json_framings;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod real_samples;
#[cfg(test)]
mod support;
#[cfg(test)]
mod unknown_files;
#[cfg(test)]
mod wrappers;
