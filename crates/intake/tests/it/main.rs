//! Tests of the first call, through the crate's boundary.

#![cfg(test)]

mod broken;
mod contract;
mod engagements;
mod properties;
mod samples;
mod talk;
mod time;
