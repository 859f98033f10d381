//! `report`, `report check`, `report diff`: the documents.

use std::path::Path;

use hourzero_case::{Difference, FactBase, Kind, Wanted, differences, plain};

use super::Failure;
use crate::args::{Report, ReportAct};
use crate::console::{Console, Status};
use crate::printer::Prints;

/// Makes a document, checks all of them, or compares two.
pub(crate) fn report(console: &Console<'_>, args: &Report) -> Result<Status, Failure> {
    match &args.act {
        Some(ReportAct::Check { rules }) => check(console, rules),
        Some(ReportAct::Diff { before, after }) => diff(console, before, after),
        Some(ReportAct::Text { section, by, text }) => {
            console.case()?.add_words(section, by, text)?;
            console.say("kept in the case; every document that is made from now on has it");
            Ok(Status::Done)
        }
        None => make(console, args),
    }
}

fn make(console: &Console<'_>, args: &Report) -> Result<Status, Failure> {
    let wanted = Wanted {
        kind: Kind {
            audience: args.audience,
            format: args.format,
            is_final: args.is_final,
            is_redacted: args.redact,
        },
        out: args.out.clone(),
    };
    let mut case = console.case()?;
    for made in case.make_documents(&wanted, &args.rules, &Prints)? {
        if console.global.json {
            console.line(&made)?;
        } else {
            console.data(&format!("{}  {}\n", made.sha256, plain(&made.path)))?;
        }
    }
    Ok(Status::Done)
}

fn check(console: &Console<'_>, rules: &[std::path::PathBuf]) -> Result<Status, Failure> {
    let checked = console.case()?.check_report(rules, &Prints)?;
    let mut all_hold = true;
    for one in &checked {
        all_hold &= one.holds;
        if console.global.json {
            console.line(one)?;
        } else if !one.holds || one.check != "derived" {
            let word = if one.holds { "holds" } else { "DOES NOT HOLD" };
            let of = one.document.as_ref().map(|made| {
                format!(
                    " ({}, {}, sha256 {})",
                    made.audience, made.format, made.sha256
                )
            });
            let line = format!(
                "{word}: {} {}{}: {}",
                one.check,
                one.object,
                of.unwrap_or_default(),
                one.found
            );
            console.data(&(plain(&line) + "\n"))?;
        }
    }
    if !console.global.json {
        let derived = checked.iter().filter(|one| one.check == "derived").count();
        console.data(&format!(
            "{derived} derived files were made again and compared\n"
        ))?;
    }
    Ok(Status::attention_if(!all_hold))
}

fn diff(console: &Console<'_>, before: &Path, after: &Path) -> Result<Status, Failure> {
    let (before, after) = (read(before)?, read(after)?);
    let found = differences(&before, &after);
    for one in &found {
        if console.global.json {
            console.line(one)?;
        } else {
            console.data(&text(one))?;
        }
    }
    Ok(Status::attention_if(!found.is_empty()))
}

fn text(one: &Difference) -> String {
    let mut text = format!("{} {}\n", one.what, plain(&one.name));
    for (sign, said) in [("-", &one.before), ("+", &one.after)] {
        if let Some(said) = said {
            text += &format!("  {sign} {}\n", plain(said));
        }
    }
    text
}

fn read(path: &Path) -> Result<FactBase, Failure> {
    let name = || path.display().to_string();
    let text = std::fs::read(path).map_err(|error| Failure::Read(name(), error))?;
    serde_json::from_slice(&text).map_err(|error| Failure::FactBase(name(), error))
}
