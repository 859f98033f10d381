//! `new`, `import`, `investigate`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hourzero_case::{
    ActionFile, Case, Imported, ImportedFile, Settings, importable, read_mappings, summary,
};

use super::Failure;
use crate::args::{Import, Investigate, New};
use crate::console::{Console, Status};

/// Opens a case.
pub(crate) fn new(console: &Console<'_>, args: &New) -> Result<Status, Failure> {
    let plain = console.plain_settings();
    let described = Settings {
        name: args.name.clone().unwrap_or(plain.name),
        tenant: args.tenant.to_lowercase(),
        zone: args.zone.clone(),
        analysts: args.analysts.clone(),
        created: String::new(),
    };
    let mut case = console.case_or_new(described.clone())?;
    // A case that `intake` or an import made has no name yet; what somebody has said about it stays.
    let kept = case.describe(&described, None)?;
    for line in &kept {
        console.say(&format!("the case is described already: {line}"));
    }
    let settings = case.settings();
    if console.global.json {
        console.line(settings)?;
    } else {
        let folder = console.global.case.display();
        console.say(&format!("case {} in {folder}", settings.name));
    }
    Ok(Status::attention_if(!kept.is_empty()))
}

/// Takes exports into evidence.
pub(crate) fn import(console: &Console<'_>, args: &Import) -> Result<Status, Failure> {
    let (_, imported) = take(console, &args.paths, &args.mappings)?;
    Ok(Status::attention_if(imported.needs_attention()))
}

/// From exports to findings, timeline and report.
pub(crate) fn investigate(console: &Console<'_>, args: &Investigate) -> Result<Status, Failure> {
    let actions = args.actions.as_deref().map(ActionFile::read).transpose()?;
    let (mut case, imported) = take(console, &args.paths, &args.mappings)?;
    if let Some(actions) = &actions {
        case.take_actions(actions)?;
    }
    let investigation = case.investigate(&args.rules)?;
    if console.global.json {
        console.line(&BTreeMap::from([("answers", &investigation.answers)]))?;
    } else {
        console.data(&summary(&investigation.facts))?;
        console.data(&format!("Report: {}\n", investigation.report.display()))?;
    }
    Ok(Status::attention_if(
        imported.needs_attention() || investigation.needs_attention(),
    ))
}

/// Imports into the case, which is made if there is none: only once it is known that the mappings are sound
/// and that there is something to import.
fn take<'c>(
    console: &'c Console<'_>,
    paths: &[PathBuf],
    mappings: &[PathBuf],
) -> Result<(Case<'c>, Imported), Failure> {
    let mappings = read_mappings(mappings)?;
    importable(paths, &console.global.case)?;
    let mut case = console.case_or_new(console.plain_settings())?;
    let imported = case.import_with(paths, mappings)?;
    show(console, &imported)?;
    Ok((case, imported))
}

fn show(console: &Console<'_>, imported: &Imported) -> Result<(), Failure> {
    if console.global.json {
        return imported
            .files
            .iter()
            .try_for_each(|file| console.line(file));
    }
    for file in &imported.files {
        console.say(&sentence(file));
    }
    Ok(())
}

/// One line for people: what was in the file, or why nothing was read.
fn sentence(file: &ImportedFile) -> String {
    const SHOWN: usize = 3;
    let held = if file.held { ", held already" } else { "" };
    let mut text = match &file.form {
        Some(form) => format!(
            "{}: {form}, {} records = {} events + {} states + {} duplicates + {} rejects{held}",
            file.file, file.records, file.events, file.states, file.duplicates, file.rejects
        ),
        None => format!("{}: not read{held}", file.file),
    };
    for reason in file.reject_reasons.iter().take(SHOWN) {
        let place = if reason.position == 0 {
            String::new()
        } else {
            format!("record {}: ", reason.position)
        };
        text.push_str(&format!("\n  {place}{}", reason.reason));
    }
    let more = file.reject_reasons.len().saturating_sub(SHOWN);
    if more > 0 {
        text.push_str(&format!("\n  … and {more} more; the report lists them"));
    }
    for note in &file.notes {
        text.push_str(&format!("\n  {note}"));
    }
    text
}
