//! A document as one HTML page: opens offline, prints well, loads nothing.

use askama::Template;

use crate::ReportError;
use crate::document::{Block, Document};

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    document: &'a Document,
}

/// Writes a document as one HTML page.
///
/// # Errors
/// When the template engine fails.
pub fn document_html(document: &Document) -> Result<String, ReportError> {
    Page { document }
        .render()
        .map_err(|error| ReportError::Write(std::io::Error::other(error)))
}

#[expect(
    unreachable_pub,
    reason = "the template engine makes public items of private functions"
)]
mod filters {
    use crate::base::Table;

    /// Text in which signs that are not seen, or that turn the direction of writing, are written as `U+XXXX`.
    #[askama::filter_fn]
    pub(super) fn shown(text: &str, _: &dyn askama::Values) -> askama::Result<String> {
        Ok(crate::visible(text))
    }

    /// The share of the width that a column takes, in per cent.
    #[askama::filter_fn]
    pub(super) fn share(table: &Table, _: &dyn askama::Values, width: &u32) -> askama::Result<u32> {
        let all: u32 = table.columns.iter().map(|column| column.width).sum();
        Ok(width * 100 / all.max(1))
    }

    /// Whether a column holds numbers.
    #[askama::filter_fn]
    pub(super) fn numeric(
        table: &Table,
        _: &dyn askama::Values,
        column: &usize,
    ) -> askama::Result<bool> {
        Ok(table.columns.get(*column).is_some_and(|one| one.is_number))
    }
}
