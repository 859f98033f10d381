//! Why a document could not be printed.

/// A document could not be printed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// A drawing of the document is no drawing.
    #[error("the drawing {id} cannot be drawn: {why}")]
    Drawing {
        /// Its id.
        id: String,
        /// What is wrong with it.
        why: String,
    },
    /// The format has no room for so many columns.
    #[error("the table {table} has {columns} columns; the format holds {most}")]
    TooWide {
        /// The table's id.
        table: String,
        /// How many it has.
        columns: usize,
        /// How many the format can hold.
        most: usize,
    },
    /// A part could not be put into the package.
    #[error("the package could not be made: {0}")]
    Package(#[from] zip::result::ZipError),
    /// The bytes could not be written.
    #[error("the file could not be written: {0}")]
    Write(#[from] std::io::Error),
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
