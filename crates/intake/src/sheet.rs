//! Pages for people: the client's sheet, the recall packet, the evidence request, "no incident".
//!
//! Takes an assessment and answers, gives Markdown, or HTML of the same. It must never compute a fact:
//! what it prints was decided before.

use std::collections::BTreeMap;

use hourzero_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::answers::{AnswerRefused, Answers};
use crate::assess::{Assessment, Order};
use crate::clock::{Clock, ClockState};
use crate::entry::Who;
use crate::playbook::Playbook;
use crate::span;
use crate::value;

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
    if !answers.has_payment_in_play() {
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

/// What of a log, or of a kind of state, the case holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Records or objects.
    pub records: u64,
    /// The oldest, where they carry a time.
    pub first: Option<Timestamp>,
    /// The newest.
    pub last: Option<Timestamp>,
}

/// `evidence-request.md`: what to pull next, ticked off by the logs and states that have arrived, by their
/// names. A request for several things is ticked when all are there; until then it says which are.
pub fn evidence_request(
    assessment: &Assessment,
    answers: &Answers,
    arrived: &BTreeMap<String, Arrival>,
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
        let (there, missing): (Vec<&String>, Vec<&String>) = request
            .arrives_as
            .iter()
            .partition(|name| arrived.contains_key(*name));
        let whole = !there.is_empty() && missing.is_empty();
        let tick = if whole { "x" } else { " " };
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
        for name in there {
            if let Some(arrival) = arrived.get(name) {
                line(
                    &mut page,
                    &format!("  - Arrived: {}", said(name, *arrival, from)),
                );
            }
        }
        if !whole && missing.len() < request.arrives_as.len() {
            let missing: Vec<&str> = missing.iter().map(|name| name.as_str()).collect();
            line(
                &mut page,
                &format!("  - Not arrived: {}", missing.join(", ")),
            );
        }
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

/// What arrived of a log, and whether it reaches back to the start of the window.
fn said(name: &str, arrival: Arrival, from: Timestamp) -> String {
    let Arrival {
        records,
        first,
        last,
    } = arrival;
    match (first, last) {
        (Some(first), Some(last)) => {
            let short = if first > from {
                format!("; nothing of before {first}, the window begins {from}")
            } else {
                String::new()
            };
            format!("{name}, {records} records, {first} to {last}{short}")
        }
        _ => format!("{name}, {records} objects"),
    }
}

/// A decision that it was no incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoIncident {
    /// Who decided.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

impl NoIncident {
    /// The decision, if the answers allow it.
    ///
    /// # Errors
    /// When nobody is named, no reason is given, or the answers say that somebody was in.
    pub fn checked(self, answers: &Answers) -> Result<Self, AnswerRefused> {
        let refuse = |key: &str, what: String, hint: &str| AnswerRefused {
            key: key.to_owned(),
            what,
            hint: hint.to_owned(),
        };
        let words = |key: &str, text: &str| {
            value::plain_text(text).map_err(|problem| {
                refuse(
                    key,
                    problem.what,
                    "say why, in words that a reader can check",
                )
            })
        };
        let against = [
            (
                "noticed.confirmed_at",
                answers.time("noticed.confirmed_at").is_some(),
            ),
            ("activity.still", answers.is("activity.still", "yes")),
            ("payment.state", answers.has_payment_in_play()),
        ];
        if let Some((key, _)) = against.iter().find(|(_, holds)| *holds) {
            let value = answers
                .get(key)
                .map(ToString::to_string)
                .unwrap_or_default();
            return Err(refuse(
                key,
                format!("the answer is `{value}`, which is no false alarm"),
                "correct that answer first, with who says so: hourzero intake --set KEY=VALUE --by NAME",
            ));
        }
        Ok(Self {
            by: words("by", &self.by)?,
            reason: words("no-incident", &self.reason)?,
            at: self.at,
        })
    }
}

/// The page that says why it was no incident, what was looked at, and how far the logs reached. `read` are
/// sentences on what the case holds.
pub fn no_incident_page(
    assessment: &Assessment,
    answers: &Answers,
    decision: &NoIncident,
    read: &[String],
) -> String {
    let zone = span::client_zone(answers);
    let mut page = format!(
        "# No incident\n\nDecided by {} at {}: {}\n\n## What was reported\n\n- {} (noticed by {}, {})\n\n## What was looked at\n\n",
        plain(&decision.by),
        span::local(decision.at, &zone),
        plain(&decision.reason),
        plain(answers.text("noticed.how").unwrap_or("not named")),
        plain(answers.text("noticed.by").unwrap_or("not named")),
        answers
            .time("noticed.at")
            .map_or_else(|| "time not named".to_owned(), |at| span::local(at, &zone)),
    );
    if read.is_empty() {
        line(
            &mut page,
            "- No log is in the case: this rests on what was said alone.",
        );
    }
    for one in read {
        line(&mut page, &format!("- {}", plain(one)));
    }
    line(&mut page, "\n## How far the logs reached\n");
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
