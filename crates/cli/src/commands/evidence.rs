//! `evidence verify|list|export|seal` and `enrich add`.

use std::path::Path;

use hourzero_case::MakeKey;
use serde_json::json;

use super::{Failure, table};
use crate::args::Listing;
use crate::console::{Console, Status};

/// Proves the evidence.
pub(crate) fn verify(console: &Console<'_>) -> Result<Status, Failure> {
    let proof = hourzero_case::verify(&console.global.case, console.progress())?;
    for problem in &proof.problems {
        if console.global.json {
            console.line(&json!({ "file": problem.file, "problem": problem.what.to_string() }))?;
        } else {
            console.data(&format!("{}\n", hourzero_case::plain(&problem.to_string())))?;
        }
    }
    let seals: Vec<serde_json::Value> = proof
        .seals
        .iter()
        .map(|seal| json!({ "sequence": seal.sequence, "public_key": seal.public_key }))
        .collect();
    if console.global.json {
        console.line(&json!({
            "sound": proof.is_sound(), "artefacts": proof.artefacts, "bytes": proof.bytes,
            "entries": proof.entries, "head": proof.head, "seals": seals,
        }))?;
    } else {
        let verdict = if proof.is_sound() {
            "nothing was changed, lost or added"
        } else {
            "not sound"
        };
        console.data(&format!(
            "{} artefacts, {} bytes, {} journal entries: {verdict}\njournal head {}\n",
            proof.artefacts, proof.bytes, proof.entries, proof.head
        ))?;
        for seal in &proof.seals {
            console.data(&format!(
                "sealed up to entry {} with the key {}\n",
                seal.sequence, seal.public_key
            ))?;
        }
    }
    Ok(if proof.is_sound() {
        Status::Done
    } else {
        Status::Failed
    })
}

/// Lists the artefacts.
pub(crate) fn list_artefacts(console: &Console<'_>, args: &Listing) -> Result<Status, Failure> {
    let rows = console.case()?.artefacts();
    let header = ["sha256", "size", "container", "names"];
    table::print(console, args.format, (&header, &header), &rows)?;
    Ok(Status::Done)
}

/// Copies an artefact out.
pub(crate) fn export(console: &Console<'_>, artefact: &str, out: &Path) -> Result<Status, Failure> {
    let id = console.case()?.export(artefact, out)?;
    console.say(&format!("{id} written to {}", out.display()));
    Ok(Status::Done)
}

/// Seals the journal.
pub(crate) fn seal(console: &Console<'_>, key: &Path, make_key: bool) -> Result<Status, Failure> {
    let make_key = if make_key {
        MakeKey::IfAbsent
    } else {
        MakeKey::Never
    };
    let sealed = console.case()?.seal(key, make_key)?;
    if console.global.json {
        console.line(&json!({ "sequence": sealed.sequence, "public_key": sealed.public_key }))?;
    } else {
        console.data(&format!(
            "sealed up to entry {} with the key {}\nHand the key over by another way than the case.\n",
            sealed.sequence, sealed.public_key
        ))?;
    }
    Ok(Status::Done)
}

/// Adds a database of networks.
pub(crate) fn add_networks(console: &Console<'_>, file: &Path) -> Result<Status, Failure> {
    let mut case = console.case_or_new(console.plain_settings())?;
    let added = case.add_networks(file)?;
    console.say(&format!(
        "{} ({}) added as {}; run `hourzero investigate` again to use it",
        file.display(),
        added.kind,
        added.name
    ));
    Ok(Status::Done)
}
