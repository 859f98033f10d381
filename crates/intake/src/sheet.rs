//! Pages for people: the client's sheet, the recall packet, the evidence request, "no incident".
//!
//! Takes an assessment and answers, gives Markdown, or HTML of the same. It must never compute a fact:
//! what it prints was decided before.

use std::collections::BTreeSet;

use hourzero_model::Timestamp;

use crate::answers::Answers;
use crate::assess::{Assessment, Order};
use crate::clock::{Clock, ClockState};
use crate::entry::Who;
use crate::playbook::Playbook;
use crate::span;

/// The client's sheet: one page, orders side by side, what not to do, the clocks, what is lost.
pub fn sheet(assessment: &Assessment, answers: &Answers, now: Timestamp) -> String {
    let zone = span::client_zone(answers);
    let call = answers.call_time(now);
    let mut page = format!(
        "# First orders\n\n{} · {}\n",
        plain(answers.text("tenant.domain").unwrap_or("tenant not named")),
        span::local(call, &zone)
    );
    for who in Who::ALL {
        let orders: Vec<&Order> = assessment
            .orders
            .iter()
            .filter(|order| order.who == who)
            .collect();
        if orders.is_empty() {
            continue;
        }
        line(&mut page, &format!("\n## {}\n", who.name()));
        let (urgent, later): (Vec<&Order>, Vec<&Order>) =
            orders.into_iter().partition(|order| order.now);
        for (index, order) in urgent.iter().enumerate() {
            let due = due(order, &zone);
            line(
                &mut page,
                &format!(
                    "{}. **{}**{due}\n   {}",
                    index + 1,
                    plain(&order.title),
                    plain(&order.why)
                ),
            );
            for step in &order.steps {
                line(&mut page, &format!("   - {}", plain(step)));
            }
        }
        for order in later {
            let due = due(order, &zone);
            line(&mut page, &format!("- Later: {}{due}", plain(&order.title)));
        }
    }
    if !assessment.not_yet.is_empty() {
        line(&mut page, "\n## Not yet\n");
        for one in &assessment.not_yet {
            line(
                &mut page,
                &format!("- **{}.** {}", plain(&one.title), plain(&one.why)),
            );
        }
    }
    clocks(&mut page, assessment, &zone);
    if !assessment.lost.is_empty() {
        line(&mut page, "\n## Lost already\n");
        for one in &assessment.lost {
            let target = one
                .target
                .as_deref()
                .map_or_else(String::new, |t| format!(" ({})", plain(t)));
            let until = one.until.map_or_else(String::new, |at| {
                format!(" Until {}.", span::local(at, &zone))
            });
            line(
                &mut page,
                &format!(
                    "- {}{target}: {} Instead: {}.{until}",
                    plain(&one.by),
                    plain(&one.what),
                    plain(&one.instead)
                ),
            );
        }
    }
    line(
        &mut page,
        "\nClocks are facts for counsel to decide, not advice.",
    );
    page
}

fn due(order: &Order, zone: &jiff::tz::TimeZone) -> String {
    order
        .due
        .map_or_else(String::new, |at| format!(" (by {})", span::local(at, zone)))
}

/// The clocks of the payment and of the laws; those of the logs stand in the evidence request.
fn clocks(page: &mut String, assessment: &Assessment, zone: &jiff::tz::TimeZone) {
    let shown: Vec<&Clock> = assessment
        .clocks
        .iter()
        .filter(|clock| clock.horizon.is_none())
        .collect();
    if shown.is_empty() {
        line(page, "\n## Clocks\n\nNo clock is known to be running.");
        return;
    }
    line(page, "\n## Clocks\n");
    for clock in shown {
        let ends = clock.ends.map_or_else(
            || "no end".to_owned(),
            |at| format!("ends {}", span::local(at, zone)),
        );
        line(
            page,
            &format!(
                "- {}: {}, {ends}. Assumes: {}.",
                clock.id,
                state(clock),
                plain(&clock.assumes)
            ),
        );
    }
}

const fn state(clock: &Clock) -> &'static str {
    match clock.state {
        ClockState::Running => "running",
        ClockState::Past => "past",
        ClockState::Conditional => "conditional",
    }
}

fn clock_line(clock: &Clock, zone: &jiff::tz::TimeZone) -> String {
    let state = state(clock);
    let ends = clock.ends.map_or_else(
        || "no end".to_owned(),
        |at| format!("ends {}", span::local(at, zone)),
    );
    let horizon = clock.horizon.map_or_else(String::new, |at| {
        format!(", holds from {}", span::local(at, zone))
    });
    format!(
        "{}: {state}, {ends}{horizon}; {}. {}. {}",
        clock.id,
        plain(&clock.trigger),
        plain(&clock.assumes),
        plain(&clock.source)
    )
}

/// The packet for the bank, filled from the answers; what nobody has named is a line to fill in.
/// Nothing where no payment is in play.
pub fn recall_packet(answers: &Answers, playbook: &Playbook, now: Timestamp) -> Option<String> {
    if !matches!(
        answers.text("payment.state"),
        Some("suspected" | "instructed" | "sent")
    ) {
        return None;
    }
    const GAP: &str = "________________";
    let zone = span::client_zone(answers);
    let text = |key: &str| answers.text(key).map_or_else(|| GAP.to_owned(), plain);
    let time = |key: &str| {
        answers.moment(key).map_or_else(
            || GAP.to_owned(),
            |moment| format!("{} (UTC {})", plain(&moment.original), moment.utc),
        )
    };
    let kind = answers.text("payment.kind").unwrap_or("unknown");
    let rail = playbook
        .rails
        .iter()
        .find(|rail| rail.kind == kind)
        .or_else(|| playbook.rails.iter().find(|rail| rail.kind == "unknown"));
    let (ask, references) = rail.map_or((GAP, GAP), |rail| (&rail.ask, &rail.references));
    let heading = match answers.text("payment.payer") {
        Some("customer" | "vendor") => {
            "For the bank of the payer, handed over by telephone; the invoice or the bank details are not ours"
        }
        _ => "For the fraud desk of our bank",
    };
    let mut page = format!(
        "# Recall of a payment: fraud\n\n{heading}. Written {}.\n\n",
        span::local(answers.call_time(now), &zone)
    );
    let rows: [(&str, String); 18] = [
        ("Request", format!("{ask}; answer in writing")),
        (
            "Amount and currency",
            format!("{} {}", text("payment.amount"), text("payment.currency")),
        ),
        (
            "Way of payment, route",
            format!("{}, {}", text("payment.kind"), text("payment.route")),
        ),
        ("State", text("payment.state")),
        ("Value date and time", time("payment.at")),
        ("Executed by the bank at", time("payment.executes_at")),
        ("Payer", text("payment.payer")),
        ("Debit account and bank", GAP.to_owned()),
        ("Beneficiary's name", GAP.to_owned()),
        ("Beneficiary's account or IBAN", GAP.to_owned()),
        ("Beneficiary's bank, BIC, country", GAP.to_owned()),
        ("Reference", format!("{references}: {GAP}")),
        ("Approved by", GAP.to_owned()),
        ("How it was instructed (message ids)", GAP.to_owned()),
        (
            "Noticed",
            format!("{}, by {}", time("noticed.at"), text("noticed.by")),
        ),
        ("How it was noticed", text("noticed.how")),
        ("Number of the police or IC3", GAP.to_owned()),
        ("Who may bind the client, telephone", GAP.to_owned()),
    ];
    for (name, value) in rows {
        line(&mut page, &format!("- {name}: {value}"));
    }
    Some(page)
}

/// `evidence-request.md`: what to pull next, ticked off by the logs and forms that have arrived.
pub fn evidence_request(
    assessment: &Assessment,
    answers: &Answers,
    arrived: &BTreeSet<String>,
) -> String {
    let zone = span::client_zone(answers);
    let licences = answers.list("tenant.licences");
    let plan = if licences.is_empty() {
        "not known, counted as the shortest".to_owned()
    } else {
        plain(&licences.join(", "))
    };
    let mut page = format!(
        "# Evidence request\n\nPlan: {plan}. In the order in which it vanishes. Reading changes nothing, but searches and exports leave entries: note who did what and when.\n"
    );
    for request in &assessment.requests {
        let there = request.arrives_as.iter().any(|name| arrived.contains(name));
        let tick = if there { "x" } else { " " };
        let vanishes = match request.vanishes {
            Some(at) => format!(
                "the records of the start leave it {}",
                span::local(at, &zone)
            ),
            None => "goes with the next change".to_owned(),
        };
        let keeps = request
            .keeps_days
            .map_or_else(String::new, |days| format!("; keeps {days} days"));
        let (from, to) = request.window;
        line(
            &mut page,
            &format!(
                "\n- [{tick}] **{}** ({}): {vanishes}{keeps}",
                request.title, request.source
            ),
        );
        let rows = [
            ("How", request.how.clone()),
            ("Filter", request.filter.clone()),
            ("Window", format!("{from} to {to}")),
            ("Right", request.rights.clone()),
            ("File", request.file.clone()),
            ("To prove that it is empty", request.empty.clone()),
        ];
        for (name, value) in rows {
            line(&mut page, &format!("  - {name}: {value}"));
        }
    }
    page
}

/// The page that says why it was no incident, and how far the logs reached.
pub fn no_incident_page(
    assessment: &Assessment,
    answers: &Answers,
    decided_by: &str,
    reason: &str,
    decided_at: Timestamp,
) -> String {
    let zone = span::client_zone(answers);
    let mut page = format!(
        "# No incident\n\nDecided by {} at {}: {}\n\n## What was reported\n\n- {} (noticed by {}, {})\n\n## How far the logs reached\n\n",
        plain(decided_by),
        span::local(decided_at, &zone),
        plain(reason),
        plain(answers.text("noticed.how").unwrap_or("not named")),
        plain(answers.text("noticed.by").unwrap_or("not named")),
        answers
            .time("noticed.at")
            .map_or_else(|| "time not named".to_owned(), |at| span::local(at, &zone)),
    );
    for clock in assessment
        .clocks
        .iter()
        .filter(|clock| clock.horizon.is_some())
    {
        line(&mut page, &format!("- {}", clock_line(clock, &zone)));
    }
    line(&mut page, "\n## Open\n");
    if assessment.unanswered.is_empty() {
        line(&mut page, "- Nothing.");
    } else {
        line(
            &mut page,
            &format!("- Not answered: {}.", assessment.unanswered.join(", ")),
        );
    }
    line(
        &mut page,
        "\nNothing was found in what these logs hold; what they do not hold is not excluded.",
    );
    page
}

/// A page of this module as HTML that stands alone, every answer escaped.
pub fn to_html(markdown: &str) -> String {
    let mut body = String::new();
    for text in markdown.lines() {
        let trimmed = text.trim_start();
        let depth = text.len() - trimmed.len();
        let (tag, content) = match trimmed {
            "" => continue,
            _ if trimmed.starts_with("## ") => ("h2", trimmed.trim_start_matches("## ")),
            _ if trimmed.starts_with("# ") => ("h1", trimmed.trim_start_matches("# ")),
            other => ("p", other),
        };
        let escaped = content
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;");
        let bold = escaped
            .split("**")
            .enumerate()
            .fold(String::new(), |mut all, (index, part)| {
                if index % 2 == 1 {
                    all.push_str("<b>");
                    all.push_str(part);
                    all.push_str("</b>");
                } else {
                    all.push_str(part);
                }
                all
            });
        line(
            &mut body,
            &format!(
                "<{tag} style=\"margin-left:{}em\">{bold}</{tag}>",
                depth / 2
            ),
        );
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Hour Zero</title></head><body>\n{body}</body></html>\n"
    )
}

/// A text of the caller as one line without the signs that Markdown reads.
fn plain(text: &str) -> String {
    text.chars()
        .map(|sign| match sign {
            '\n' | '\r' | '`' | '*' | '<' | '>' => ' ',
            other => other,
        })
        .collect()
}

fn line(page: &mut String, text: &str) {
    page.push_str(text);
    page.push('\n');
}
