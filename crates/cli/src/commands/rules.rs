//! `rules list|test|check`.

use std::path::PathBuf;

use hourzero_case::CheckedRule;

use super::{Failure, table};
use crate::args::{ListFormat, Listing};
use crate::console::{Console, Status};

/// Lists the built-in rules.
pub(crate) fn list_rules(console: &Console<'_>, args: &Listing) -> Result<Status, Failure> {
    let rows = hourzero_case::list_rules()?;
    let header = ["id", "title", "severity", "attack", "innocent", "confirm"];
    let shown = ["severity", "id", "title"];
    table::print(console, args.format, (&header, &shown), &rows)?;
    Ok(Status::Done)
}

/// Runs the built-in rules on their samples.
pub(crate) fn test_rules(console: &Console<'_>) -> Result<Status, Failure> {
    let run = hourzero_case::test_rules()?;
    if console.global.json {
        console.line(&run)?;
    } else {
        for failed in &run.failed {
            console.data(&format!(
                "{} {}: {}\n",
                failed.rule, failed.place, failed.what
            ))?;
        }
        console.data(&format!(
            "{} samples of {} rules, {} failed\n",
            run.samples,
            run.rules,
            run.failed.len()
        ))?;
    }
    Ok(if run.failed.is_empty() {
        Status::Done
    } else {
        Status::Failed
    })
}

/// Compiles rules and says which could fire; on the case's evidence where there is a case.
pub(crate) fn check_rules(console: &Console<'_>, paths: &[PathBuf]) -> Result<Status, Failure> {
    let rules = if console.global.case.join("case.toml").exists() {
        console.case()?.check_rules(paths)?
    } else {
        console.say("there is no case, so nothing is said about evidence");
        hourzero_case::check_rules(paths)?
    };
    let header = [
        "id",
        "title",
        "file",
        "compiled",
        "reason",
        "live",
        "dead_fields",
        "hits",
    ];
    let shown = ["compiled", "live", "hits", "title", "dead_fields", "reason"];
    table::print(console, ListFormat::Text, (&header, &shown), &rules)?;
    Ok(Status::attention_if(rules.iter().any(needs_attention)))
}

fn needs_attention(rule: &CheckedRule) -> bool {
    !rule.compiled || rule.live.as_deref() == Some("dead")
}
