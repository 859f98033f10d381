//! Why a document could not be printed.

/// A document could not be printed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// One of the fonts in the program cannot be read.
    #[error("the built-in font {0} cannot be read")]
    Font(&'static str),
    /// The document could not be handed to the typesetter.
    #[error("the document could not be handed to the typesetter: {0}")]
    Hand(#[from] serde_json::Error),
    /// The typesetter could not lay the document out.
    #[error("the document could not be laid out: {0}")]
    Layout(String),
    /// The pages could not be written as PDF.
    #[error("the pages could not be written as PDF: {0}")]
    Export(String),
}
