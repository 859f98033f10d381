//! The documents of a case: the fact base that they are made from, the documents, and whether they still hold.

mod base;
mod check;
mod make;
mod words;

pub use check::Checked;
pub use make::{Format, Kind, Made, Printer, Wanted};

/// The fact base, as the last investigation wrote it into `out/`.
const FACT_BASE: &str = "fact-base.json";

/// The journal's kind of the entries that say that a document was made.
const DOCUMENT: &str = "document";
