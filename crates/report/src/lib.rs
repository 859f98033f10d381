//! The fact base as text for people and programs: one HTML page, CSV, JSON lines, a terminal summary.
//!
//! It takes [`Facts`] and gives text. It must never compute a fact, read a clock or do I/O: the same
//! facts give the same bytes. Everything in the facts may have been written by an attacker, so each
//! form escapes for its medium: HTML by the template engine, CSV against formulas, the terminal against
//! escape sequences.

pub mod base;
mod chart;
mod csv;
pub mod document;
mod drawing;
mod facts;
mod first_hour;
mod html;
mod json;
mod page;
mod share;
mod text;

pub use crate::csv::{cell, csv, csv_head, csv_line, neutral};
pub use chart::{Bar, Chart, Mark, chart};
pub use facts::{
    ArtefactRow, Engagement, Facts, LogRow, LoggedAct, RuleState, RuleSummary, Said, Timeline,
    Unread,
};
pub use first_hour::{FirstHour, first_hour};
pub use html::{EVIDENCE_SHOWN, Questions, TIMELINE_ROWS, html};
pub use json::{Answers, json_line, scope_json};
pub use page::document_html;
pub use share::{NAMESPACE, STATEMENTS, kql, misp, navigator, statements_csv, stix, timesketch};
pub use text::{plain, summary, visible};

/// A document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The page could not be written.
    #[error("the report could not be written: {0}")]
    Write(std::io::Error),
    /// A row could not be written as CSV.
    #[error("a list could not be written as CSV: {0}")]
    Csv(#[from] ::csv::Error),
    /// A row could not be written as JSON.
    #[error("a list could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A line of the timeline has no time.
    #[error("a line of the timeline has no time that can be read: `{0}`")]
    Time(String),
}
