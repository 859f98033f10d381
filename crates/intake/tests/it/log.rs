//! The engagement log: what is taken, what is refused, and the sums.

use hourzero_intake::{LogContent, LogEntry, totals};
use hourzero_model::Timestamp;

fn now() -> Timestamp {
    Timestamp::parse("2026-03-06T16:40:00Z").unwrap()
}

fn entry(content: LogContent) -> LogEntry {
    LogEntry {
        author: "A. Analyst".to_owned(),
        at: now(),
        at_original: "2026-03-06T17:40:00+01:00".to_owned(),
        content,
    }
}

fn cost(amount: &str, currency: &str) -> LogEntry {
    entry(LogContent::Cost {
        text: "disk".to_owned(),
        amount: amount.to_owned(),
        currency: currency.to_owned(),
    })
}

fn hours(minutes: u32) -> LogEntry {
    entry(LogContent::Hours {
        text: "triage".to_owned(),
        minutes,
    })
}

#[test]
fn impossible_entries_are_refused_with_the_part_that_is_wrong() {
    let note = |text: &str| {
        entry(LogContent::Note {
            text: text.to_owned(),
        })
    };
    let nobody = LogEntry {
        author: " ".to_owned(),
        ..note("x")
    };
    let tomorrow = LogEntry {
        at: now().plus_seconds(86_400),
        ..note("x")
    };
    for (entry, field) in [
        (note(" "), "text"),
        (note(&"x".repeat(2_001)), "text"),
        (nobody, "by"),
        (tomorrow, "at"),
        (hours(0), "minutes"),
        (hours(1_441), "minutes"),
        (cost("-5", "EUR"), "amount"),
        (cost("unknown", "EUR"), "amount"),
        (cost("5", "euro"), "currency"),
    ] {
        assert_eq!(
            entry.clone().checked(now()).unwrap_err().field,
            field,
            "{entry:?}"
        );
    }
    assert_eq!(
        note("  a\u{1b}[31m b ").checked(now()).unwrap(),
        note("a [31m b")
    );
}

#[test]
fn hours_and_costs_add_up_without_losing_a_cent() {
    let entries = [
        hours(90),
        hours(45),
        cost("0.10", "EUR"),
        cost("0.2", "EUR"),
        cost("99999999999999999.70", "EUR"),
        cost("12", "USD"),
        cost("8", "USD"),
    ];
    let sum = totals(&entries);
    assert_eq!((sum.minutes, sum.hours.as_str()), (135, "2 h 15 min"));
    let costs: Vec<_> = sum
        .costs
        .iter()
        .map(|(code, sum)| format!("{sum} {code}"))
        .collect();
    assert_eq!(costs, ["100000000000000000.00 EUR", "20 USD"]);
    assert_eq!(totals(&[]).hours, "");
}
