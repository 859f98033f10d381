//! A report's document tree as files with pages and as a text to edit, the fact base as a workbook.
//!
//! It takes [`hourzero_report::document::Document`] or [`hourzero_report::base::FactBase`] and gives bytes. It must never
//! hold a sentence about a case, do I/O or read a clock: the same input gives the same bytes. All text may have been
//! written by an attacker, so no format is made by pasting text into a markup language.

pub mod docx;
mod error;
mod faces;
mod package;
pub mod pdf;
mod text;
pub mod xlsx;
mod xml;

pub use docx::docx;
pub use error::PrintError;
pub use pdf::pdf;
pub use xlsx::{write_xlsx, xlsx};
