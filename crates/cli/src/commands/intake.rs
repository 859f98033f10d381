//! `intake`: the first call, from a file or question by question.

use std::io::{BufRead as _, Read as _};

use hourzero_case::{AnswerFile, Case, check_answers, plain};

use super::{Failure, table};
use crate::args::{Intake, ListFormat};
use crate::console::{Console, Status};

/// The longest line that is read as an answer, in bytes.
const LINE_LIMIT: u64 = 16 << 10;

/// Takes answers and prints what they come to.
pub(crate) fn intake(console: &Console<'_>, args: &Intake) -> Result<Status, Failure> {
    let by = args.by.as_deref();
    let analyst = by.unwrap_or(console.actor());
    let mode = &args.mode;
    if let Some(path) = &mode.from {
        let file = AnswerFile::read(path, console.now())?;
        let mut case = console.case_or_new(console.plain_settings())?;
        let taken = case.take_answer_file(&file, by)?;
        if !taken.open_again.is_empty() {
            let keys = taken.open_again.join(", ");
            console.say(&format!(
                "open again, because an earlier file answered it and this one does not: {keys}"
            ));
        }
        return show_result(console, &mut case);
    }
    if mode.show {
        return show_answers(console);
    }
    if let Some(why) = &mode.no_incident {
        let mut case = console.case()?;
        case.decide_no_incident(analyst, why)?;
        return show_result(console, &mut case);
    }
    if let Some(why) = &mode.reopen {
        let mut case = console.case()?;
        case.reopen(analyst, why)?;
        return show_result(console, &mut case);
    }
    if !mode.set.is_empty() {
        if !console.global.case.join("case.toml").exists() {
            check_answers(&mode.set, console.now())?;
        }
        let mut case = console.case_or_new(console.plain_settings())?;
        case.set_answers(&mode.set, analyst)?;
        return show_result(console, &mut case);
    }
    let mut case = console.case_or_new(console.plain_settings())?;
    talk(console, &mut case, by)?;
    show_result(console, &mut case)
}

/// Asks until nothing is left to ask, somebody says `done`, or the input ends. Each answer is on the medium
/// before the next question.
fn talk(console: &Console<'_>, case: &mut Case<'_>, by: Option<&str>) -> Result<(), Failure> {
    let playbook = hourzero_case::playbook()?;
    let mut talk = case.interview(&playbook, by)?;
    let mut input = std::io::stdin().lock();
    while let Some(prompt) = talk.prompt() {
        console.ask(&prompt);
        let mut line = Vec::new();
        let read = input
            .by_ref()
            .take(LINE_LIMIT)
            .read_until(b'\n', &mut line)
            .map_err(Failure::Input)?;
        if read == 0 {
            console.ask("Stopped; everything that was said is kept, and `hourzero intake` goes on from here.");
            break;
        }
        let heard = talk.hear(&String::from_utf8_lossy(&line), console.now());
        if let Some(set) = &heard.store {
            case.keep(set)?;
        }
        if !heard.say.is_empty() {
            console.ask(&heard.say);
        }
    }
    Ok(())
}

/// The sheet as text, or the assessment as one object; what was written goes to standard error.
fn show_result(console: &Console<'_>, case: &mut Case<'_>) -> Result<Status, Failure> {
    let call = case.first_call()?;
    if console.global.json {
        console.line(&call.assessment)?;
    } else {
        let text: String = call.sheet.lines().map(|line| plain(line) + "\n").collect();
        console.data(&text)?;
    }
    for path in &call.written {
        console.say(&format!("written: {}", path.display()));
    }
    Ok(Status::Done)
}

fn show_answers(console: &Console<'_>) -> Result<Status, Failure> {
    let rows = console.case()?.answer_rows()?;
    let header = ["at", "by", "key", "value", "holds"];
    table::print(console, ListFormat::Text, (&header, &header), &rows)?;
    Ok(Status::Done)
}
