//! `indicators`: what betrays the attacker, between cases.

use std::path::Path;

use super::Failure;
use crate::console::{Console, Status};

/// Writes them for another case.
pub(crate) fn export_indicators(console: &Console<'_>, file: &Path) -> Result<Status, Failure> {
    let written = console.case()?.export_indicators(file)?;
    console.say(&format!(
        "{}: {written} indicators; they say nothing any more 90 days after each was last seen",
        file.display()
    ));
    Ok(Status::Done)
}

/// Takes over those of another case.
pub(crate) fn import_indicators(console: &Console<'_>, file: &Path) -> Result<Status, Failure> {
    let mut case = console.case_or_new(console.plain_settings())?;
    let taken = case.import_indicators(file)?;
    console.say(&format!(
        "{}: {} indicators kept, {} of them addresses; run `hourzero investigate` again to weigh them",
        file.display(),
        taken.indicators,
        taken.addresses
    ));
    Ok(Status::Done)
}
