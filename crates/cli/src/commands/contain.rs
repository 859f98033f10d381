//! `contain plan`, `contain show`: the worksheet.

use hourzero_model::Timestamp;

use super::Failure;
use crate::args::ContainPlan;
use crate::console::{Console, Status};

/// Says what to cut in which order, or writes it as if it had been done.
pub(crate) fn plan(console: &Console<'_>, args: &ContainPlan) -> Result<Status, Failure> {
    let Some(path) = &args.as_done else {
        return show_plan(console);
    };
    let time =
        |text: &String| Timestamp::parse(text).map_err(|error| Failure::Time(text.clone(), error));
    let at = args.at.as_ref().map(time).transpose()?;
    let tables = console.case()?.containment_as_done(at)?.tables;
    std::fs::write(path, tables)
        .map_err(|error| Failure::Write(path.display().to_string(), error))?;
    console.say(&format!("written: {}", path.display()));
    Ok(Status::Done)
}

/// Prints the worksheet.
pub(crate) fn show_plan(console: &Console<'_>) -> Result<Status, Failure> {
    let plan = console.case()?.containment()?;
    console.data(&hourzero_case::worksheet(&plan))?;
    Ok(Status::Done)
}
