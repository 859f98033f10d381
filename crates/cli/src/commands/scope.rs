//! `scope`: which accounts, why, and what people say of it.

use hourzero_case::{ActionFile, Link, plain};
use serde_json::Value;

use super::{Failure, table};
use crate::args::{Scope, ScopeAct, ScopeDecision};
use crate::console::{Console, Status};

const ACCOUNTS: &[&str] = &[
    "account",
    "verdict",
    "confidence",
    "first",
    "last",
    "reasons",
];

const LINKS: &[&str] = &["id", "from", "to", "kind", "evidence", "decision"];

/// Lists the accounts that the attacker used or the links to them, explains one, or takes a decision.
pub(crate) fn scope(console: &Console<'_>, args: &Scope) -> Result<Status, Failure> {
    if let Some(path) = &args.actions {
        let actions = ActionFile::read(path)?;
        let mut case = console.case()?;
        let is_new = case.take_actions(&actions)?;
        case.investigate(&args.rules)?;
        console.say(&format!(
            "{} acts {}; the analysis was made again",
            actions.len(),
            if is_new {
                "kept in the case"
            } else {
                "held already"
            }
        ));
    }
    match &args.act {
        Some(ScopeAct::Explain { id }) => explain(console, id),
        Some(ScopeAct::Accept(decision)) => decide(console, decision, true),
        Some(ScopeAct::Reject(decision)) => decide(console, decision, false),
        None if args.links => {
            let rows = console.case()?.known_links()?;
            let shown = ["id", "from", "to", "kind", "decision"];
            table::print(console, args.list.format, (LINKS, &shown), &rows)?;
            Ok(Status::Done)
        }
        None => {
            let rows = console.case()?.verdicts()?;
            let shown = ["account", "verdict", "first", "last"];
            table::print(console, args.list.format, (ACCOUNTS, &shown), &rows)?;
            Ok(Status::Done)
        }
    }
}

fn decide(
    console: &Console<'_>,
    decision: &ScopeDecision,
    accepted: bool,
) -> Result<Status, Failure> {
    let mut case = console.case()?;
    let word = (accepted, decision.by.as_str(), decision.why.as_str());
    case.decide_link(&decision.id, word, &decision.rules)?;
    let rows = case.verdicts()?;
    let shown = ["account", "verdict", "first", "last"];
    let format = crate::args::ListFormat::Text;
    table::print(console, format, (ACCOUNTS, &shown), &rows)?;
    console.say("kept in the case; the analysis was made again");
    Ok(Status::Done)
}

/// What the last investigation said of an account or a link.
fn explain(console: &Console<'_>, id: &str) -> Result<Status, Failure> {
    let case = console.case()?;
    let account = id.to_lowercase();
    let verdict = case
        .verdicts()?
        .into_iter()
        .find(|row| row.get("account").and_then(Value::as_str) == Some(&account));
    let links: Vec<_> = case
        .known_links()?
        .into_iter()
        .filter(|link| link.id == id || link.to == account)
        .collect();
    if verdict.is_none() && links.is_empty() {
        console.say(&format!(
            "`{id}`: no link of this case and no account that is called anything has this name; `hourzero scope` and `hourzero scope --links` list them"
        ));
        return Ok(Status::Usage);
    }
    if console.global.json {
        return console
            .line(&serde_json::json!({ "account": verdict, "links": links }))
            .map(|()| Status::Done);
    }
    if let Some(verdict) = verdict {
        console.data(&lines_of(&account_text(&verdict)))?;
    }
    for link in &links {
        console.data(&lines_of(&link_text(link)))?;
    }
    Ok(Status::Done)
}

/// Names in it are written by attackers: no sign in a line may steer the terminal.
fn lines_of(text: &str) -> String {
    text.lines().map(|line| plain(line) + "\n").collect()
}

fn link_text(link: &Link) -> String {
    let way = match (link.from.as_str(), link.to.as_str()) {
        ("", account) => format!("the account as a whole to {account}"),
        (from, "") => format!("the {} {from} as a whole", link.kind),
        (from, account) => format!("from {from} to {account}"),
    };
    let mut text = format!("link {} ({}): {way}\n", link.id, link.kind);
    if let Some(word) = &link.decision {
        let said = if word.accepted {
            "accepted"
        } else {
            "rejected"
        };
        text += &format!("  {said} by {} at {}: {}\n", word.by, word.at, word.why);
    }
    for record in &link.evidence {
        text += &format!(
            "  {} {}:{}\n",
            record.record_id, record.file, record.position
        );
    }
    text
}

fn account_text(verdict: &Value) -> String {
    let word = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let mut text = format!(
        "{}: {} ({}), {} to {}\n",
        word(verdict, "account"),
        word(verdict, "verdict"),
        word(verdict, "confidence"),
        word(verdict, "first"),
        word(verdict, "last")
    );
    let list = |value: &Value, key: &str| {
        value
            .get(key)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    for reason in list(verdict, "reasons") {
        text += &format!("  {}\n", word(&reason, "text"));
        for record in list(&reason, "evidence") {
            let position = record.get("position").and_then(Value::as_u64).unwrap_or(0);
            text += &format!(
                "    {} {}:{position}\n",
                word(&record, "record_id"),
                word(&record, "file")
            );
        }
    }
    text
}
