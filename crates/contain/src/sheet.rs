//! The worksheet: `actions.md` for reading and ticking off, `actions.csv` for filtering (`contract.md`).
//!
//! Takes a plan, gives text and rows. Names come from an attacker, so every one is escaped for Markdown;
//! cells are neutralised where the CSV is written.

use std::fmt::Write as _;

use serde::Serialize;

use crate::call::shown;
use crate::plan::{Action, Plan, Stage};

/// The columns of `actions.csv`.
pub const COLUMNS: &[&str] = &[
    "stage",
    "order",
    "object",
    "what_to_do",
    "portal",
    "graph",
    "powershell",
    "export_first",
    "evidence_destroyed",
    "who_is_cut_off",
    "undo",
    "how_to_verify",
    "decision",
    "already_done",
    "findings",
    "footholds",
    "done_by",
    "done_at",
];

/// One row of `actions.csv`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Number and heading of the stage.
    pub stage: String,
    /// Place in the plan.
    pub order: u32,
    /// Kind and name of the object.
    pub object: String,
    /// What to do.
    pub what_to_do: String,
    /// Where in the portals.
    pub portal: String,
    /// The call to Graph.
    pub graph: String,
    /// The cmdlet.
    pub powershell: String,
    /// What is exported first.
    pub export_first: String,
    /// What is destroyed.
    pub evidence_destroyed: String,
    /// Who is cut off.
    pub who_is_cut_off: String,
    /// How it is undone.
    pub undo: String,
    /// How one sees that it took effect.
    pub how_to_verify: String,
    /// The open decision.
    pub decision: String,
    /// That it was done before.
    pub already_done: String,
    /// Findings that it answers.
    pub findings: Vec<String>,
    /// Footholds that it takes away.
    pub footholds: Vec<String>,
    /// Empty: for the hand that does it.
    pub done_by: String,
    /// Empty: for the time.
    pub done_at: String,
}

/// The rows of `actions.csv`, in the plan's order.
pub fn rows(plan: &Plan) -> Vec<Row> {
    plan.actions().iter().map(row).collect()
}

fn row(action: &Action) -> Row {
    Row {
        stage: format!("{} {}", action.stage.number(), action.stage.title()),
        order: action.order,
        object: object(action),
        what_to_do: action.what.clone(),
        portal: action.portal.clone(),
        graph: action.graph.clone(),
        powershell: action.powershell.clone(),
        export_first: action.export_first.clone(),
        evidence_destroyed: action.evidence_destroyed.clone(),
        who_is_cut_off: action.who_is_cut_off.clone(),
        undo: action.undo.clone(),
        how_to_verify: action.how_to_verify.clone(),
        decision: action.decision.clone(),
        already_done: action.already.clone(),
        findings: action.findings.clone(),
        footholds: action.footholds.clone(),
        done_by: String::new(),
        done_at: String::new(),
    }
}

fn object(action: &Action) -> String {
    let object = &action.object;
    let name = if object.name.trim().is_empty() {
        &object.id
    } else {
        &object.name
    };
    let of = if object.account.is_empty() || object.account == *name {
        String::new()
    } else {
        format!(" of {}", shown(&object.account))
    };
    format!("{} {}{of}", object.kind, shown(name))
}

/// `actions.md`.
pub fn markdown(plan: &Plan) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    page(plan, &mut text).unwrap_or_default();
    text
}

fn page(plan: &Plan, out: &mut String) -> std::fmt::Result {
    writeln!(out, "# Containment worksheet: {}\n", prose(plan.domain()))?;
    writeln!(
        out,
        "Plan `{}`. {} actions; the order is part of the plan. A stage begins when the gate of the one before holds, or somebody waives it in writing. Nothing here was done by the software.\n",
        plan.hash(),
        plan.actions().len()
    )?;
    if plan.actions().is_empty() {
        writeln!(
            out,
            "Nothing of this tenant is known to be in an attacker's hands: there is nothing to cut.\n"
        )?;
    }
    if !plan.held_back().is_empty() {
        writeln!(out, "## Deliberately not planned\n")?;
        for held in plan.held_back() {
            writeln!(out, "- **{}**: {}", prose(&held.object), prose(&held.why))?;
        }
        writeln!(out)?;
    }
    let open: Vec<&Action> = plan
        .actions()
        .iter()
        .filter(|action| action.decision.starts_with("decide"))
        .collect();
    if !open.is_empty() {
        writeln!(out, "## Decisions that a named person must make\n")?;
        for action in open {
            writeln!(
                out,
                "- {}. {} {}",
                action.order,
                prose(&object(action)),
                prose(&format!("({})", action.decision))
            )?;
        }
        writeln!(out)?;
    }
    for stage in Stage::ALL {
        let actions: Vec<&Action> = plan.of(stage).collect();
        if actions.is_empty() {
            continue;
        }
        writeln!(out, "## {} {}\n", stage.number(), stage.title())?;
        for action in actions {
            block(action, out)?;
        }
        writeln!(out, "Gate: {}.\n", stage.gate())?;
    }
    Ok(())
}

fn block(action: &Action, out: &mut String) -> std::fmt::Result {
    writeln!(out, "- [ ] **{}. {}**", action.order, prose(&action.what))?;
    let mut line = |name: &str, text: &str| {
        if text.is_empty() {
            Ok(())
        } else {
            writeln!(out, "  - {name}: {text}")
        }
    };
    line("Decision", &prose(&action.decision))?;
    line("Done before", &prose(&action.already))?;
    line("Why", &prose(&action.why))?;
    line("Portal", &prose(&action.portal))?;
    line("Graph", &code(&action.graph))?;
    line("PowerShell", &code(&action.powershell))?;
    line("Export first", &prose(&action.export_first))?;
    line("Evidence destroyed", &prose(&action.evidence_destroyed))?;
    line("Who is cut off", &prose(&action.who_is_cut_off))?;
    line("Undo", &prose(&action.undo))?;
    line("How to verify", &prose(&action.how_to_verify))?;
    line("Because of", &prose(&action.findings.join(", ")))?;
    line("Footholds", &prose(&action.footholds.join(", ")))?;
    line("Done by, at", "____________________")?;
    writeln!(out)
}

/// Text in which Markdown and HTML see nothing of theirs.
fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in shown(text).chars() {
        match sign {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '|' | '!' | '~' => {
                escaped.push('\\');
                escaped.push(sign);
            }
            sign => escaped.push(sign),
        }
    }
    escaped
}

/// A code span whose fence is longer than any run of backticks in it.
fn code(text: &str) -> String {
    let text = shown(text);
    if text.is_empty() {
        return text;
    }
    let mut longest = 0;
    let mut run = 0;
    for sign in text.chars() {
        run = if sign == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{blank}{text}{blank}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_stay_text() {
        assert_eq!(
            prose("<img src=x> [a](javascript:b) `c`\n# d"),
            "&lt;img src=x&gt; \\[a\\]\\(javascript:b\\) \\`c\\`\u{fffd}\\# d"
        );
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a\u{fffd}b`");
    }
}
