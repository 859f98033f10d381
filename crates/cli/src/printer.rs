//! The forms that need a heavy library, which only this crate links.

use hourzero_case::{Document, FactBase, Printer};

/// Prints with the `print` crate.
pub(crate) struct Prints;

impl Printer for Prints {
    fn pdf(&self, document: &Document) -> Result<Vec<u8>, String> {
        hourzero_print::pdf(document).map_err(|error| error.to_string())
    }

    fn docx(&self, document: &Document) -> Result<Vec<u8>, String> {
        hourzero_print::docx(document).map_err(|error| error.to_string())
    }

    fn xlsx(
        &self,
        base: &FactBase,
        header: &[&str],
        timeline: &mut dyn Iterator<Item = Vec<String>>,
    ) -> Result<Vec<u8>, String> {
        hourzero_print::xlsx(base, timeline, header).map_err(|error| error.to_string())
    }
}
