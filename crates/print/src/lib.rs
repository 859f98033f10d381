//! A report's document tree as files with pages.
//!
//! It takes [`hourzero_report::document::Document`] and gives bytes. It must never hold a sentence about a case, do
//! I/O or read a clock: the same document gives the same bytes. All text may have been written by an attacker,
//! so no format is made by pasting text into a markup language.

mod error;
pub mod pdf;

pub use error::PrintError;
