//! The logs beside the unified audit log: they have the shape of real ones, and they agree with each other.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that reads its own records stops where they are not what it asks for"
)]

mod acts;
mod joins;
mod shape;
mod shapes;
mod support;
