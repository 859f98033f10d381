//! A document as PDF, through Typst.
//!
//! The layout is one static template; the document reaches it as data, so that no text of a case is ever read as markup.
//! The result is tagged, has the document's title and language, and has the same bytes for the same document.

mod desk;
mod fonts;
mod frames;
mod sheet;
mod text;

use std::collections::BTreeSet;

use hourzero_report::document::{Audience, Document};
use typst::diag::SourceDiagnostic;
use typst::ecow::EcoVec;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::PrintError;
use desk::Desk;
use fonts::Fonts;
use sheet::Sizes;
use text::Writer;

/// A briefing for leadership has so many pages.
const BRIEF: usize = 2;

/// A briefing that is longer is set smaller, step by step; below the last one it could not be read.
const SCALES: &[f64] = &[1.0, 0.92, 0.84, 0.76];

/// So often text is replaced by numbers because a layout shows that no font has it; a single time is usual.
const REPAIRS: usize = 4;

/// Makes the document a PDF file.
///
/// # Errors
///
/// Fails where the typesetter does: on a drawing that is no SVG, or on faults of our own template.
pub fn pdf(document: &Document) -> Result<Vec<u8>, PrintError> {
    let pages = fitting(document)?;
    let bytes = export(document, &pages);
    // What the typesetter remembers is of use for the same document only, and large.
    typst::comemo::evict(0);
    bytes
}

/// The pages, set smaller where a briefing would be too long.
fn fitting(document: &Document) -> Result<PagedDocument, PrintError> {
    let mut pages = None;
    for scale in SCALES {
        let laid = layout(document, *scale)?;
        let fits = document.audience != Audience::Leadership || laid.pages().len() <= BRIEF;
        pages = Some(laid);
        if fits {
            break;
        }
    }
    pages.ok_or_else(|| PrintError::Layout("no size of type".to_owned()))
}

/// The pages, every character with a shape or as its number.
fn layout(document: &Document, scale: f64) -> Result<PagedDocument, PrintError> {
    let fonts = Fonts::get()?;
    let sizes = Sizes::of(document.audience, scale);
    let mut shapeless = BTreeSet::new();
    for _ in 0..REPAIRS {
        let writer = Writer::new(fonts, &shapeless);
        let sheet = sheet::sheet(document, &fonts.families(), sizes, &writer);
        let desk = Desk::new(fonts, serde_json::to_vec(&sheet)?)?;
        let pages = typst::compile::<PagedDocument>(&desk)
            .output
            .map_err(|why| PrintError::Layout(said(&why)))?;
        let found = frames::shapeless(&pages);
        if found.is_empty() {
            return Ok(pages);
        }
        shapeless.extend(found);
    }
    Err(PrintError::Layout(
        "text without a shape in any font".to_owned(),
    ))
}

fn export(document: &Document, pages: &PagedDocument) -> Result<Vec<u8>, PrintError> {
    let facts = document
        .facts
        .iter()
        .flat_map(|(name, value)| [name.as_str(), value]);
    let ident: Vec<&str> = std::iter::once(document.title.as_str())
        .chain(facts)
        .collect();
    let standards = PdfStandards::new(&[PdfStandard::Ua_1])
        .map_err(|why| PrintError::Export(why.message().to_string()))?;
    let options = PdfOptions {
        ident: Smart::Custom(ident.join("\n")),
        creator: Smart::Custom(Some("Hour Zero".to_owned())),
        timestamp: None,
        standards,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(pages, &options).map_err(|why| PrintError::Export(said(&why)))
}

/// What the typesetter says, on one line.
fn said(why: &EcoVec<SourceDiagnostic>) -> String {
    let messages: Vec<&str> = why.iter().map(|one| one.message.as_str()).collect();
    messages.join("; ")
}
