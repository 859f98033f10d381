//! Tests of the first call, through the crate's boundary.

#![cfg(test)]

mod broken;
mod contract;
mod engagements;
mod interview;
mod log;
mod properties;
mod samples;
mod sets;
mod talk;
mod time;
