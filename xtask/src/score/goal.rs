//! What the figures are held against, and where they fall short.

use serde_json::Value;

use super::sum::Sum;

/// One goal: a figure, and what is asked of it.
struct Goal {
    name: &'static str,
    asked: Asked,
}

/// What is asked of a figure: a part of at least so much, or a count of none.
enum Asked {
    Part(f64, fn(&Sum) -> f64),
    None(fn(&Sum) -> u64),
}

/// Those of complete evidence.
const COMPLETE: &[Goal] = &[
    at_least(0.98, "accounts: precision", Sum::account_precision),
    at_least(0.98, "accounts: recall", Sum::account_recall),
    at_least(0.97, "events: precision", |sum| {
        sum.mean("/events/precision")
    }),
    at_least(0.95, "events: recall", |sum| sum.mean("/events/recall")),
    at_least(0.90, "way in first", Sum::first),
    none("ways in that are not named", |sum| sum.absent),
    at_least(0.95, "exposure: precision", |sum| {
        sum.mean("/exposure/precision")
    }),
    at_least(0.95, "exposure: recall", |sum| sum.mean("/exposure/recall")),
    none("said of clean tenants", |sum| sum.slandered),
    none("attackers still in after the worksheet", |sum| {
        u64::from(sum.runs.saturating_sub(sum.worksheet.evicted))
    }),
    none("innocents cut by the worksheet", |sum| sum.worksheet.cut),
];

/// Those of evidence with holes: what cannot be seen may be missed, but not silently.
const WITH_HOLES: &[Goal] = &[
    at_least(0.98, "accounts: precision", Sum::account_precision),
    none(
        "missed accounts that no stated gap explains",
        Sum::unexplained,
    ),
    none("said of clean tenants", |sum| sum.slandered),
];

const fn at_least(least: f64, name: &'static str, of: fn(&Sum) -> f64) -> Goal {
    Goal {
        name,
        asked: Asked::Part(least, of),
    }
}

const fn none(name: &'static str, of: fn(&Sum) -> u64) -> Goal {
    Goal {
        name,
        asked: Asked::None(of),
    }
}

/// The figures over all seeds beside what is asked of them: a table, and whether all hold in the mean.
pub(super) fn judge(total: &Sum, seeds: &[Sum], has_holes: bool) -> (String, bool) {
    let goals = if has_holes { WITH_HOLES } else { COMPLETE };
    let mut all_hold = true;
    let mut lines = vec![
        "| figure | asked | over all | worst seed | holds |".to_owned(),
        "|---|---|---|---|---|".to_owned(),
    ];
    for goal in goals {
        let (asked, over_all, worst, holds) = match goal.asked {
            Asked::Part(least, of) => {
                let worst = seeds.iter().map(of).fold(1.0, f64::min);
                let (over_all, holds) = (of(total), of(total) >= least);
                let text = |part: f64| format!("{part:.3}");
                (
                    format!("at least {least}"),
                    text(over_all),
                    text(worst),
                    holds,
                )
            }
            Asked::None(of) => {
                let worst = seeds.iter().map(of).max().unwrap_or(0);
                let over_all = of(total);
                (
                    "0".to_owned(),
                    over_all.to_string(),
                    worst.to_string(),
                    over_all == 0,
                )
            }
        };
        all_hold &= holds;
        let word = if holds { "yes" } else { "no" };
        lines.push(format!(
            "| {} | {asked} | {over_all} | {worst} | {word} |",
            goal.name
        ));
    }
    (lines.join("\n"), all_hold)
}

/// What fell short in one run, in words; nothing where all is as it should be.
pub(super) fn shortfall(row: &Value) -> Option<String> {
    let number = |path: &str| row.pointer(path).and_then(Value::as_u64).unwrap_or(0);
    let figure = |path: &str| row.pointer(path).and_then(Value::as_f64).unwrap_or(1.0);
    let mut short = Vec::new();
    for (path, words) in [
        ("/accounts/missed", "missed"),
        ("/accounts/wrong", "wrong"),
        ("/innocents_cut", "innocents cut"),
        ("/locked_out", "locked out"),
    ] {
        if number(path) > 0 {
            short.push(format!("{} {words}", number(path)));
        }
    }
    for (path, words, least) in [
        ("/events/precision", "events' precision", 0.97),
        ("/events/recall", "events' recall", 0.95),
        ("/exposure/precision", "exposure's precision", 0.95),
        ("/exposure/recall", "exposure's recall", 0.95),
    ] {
        if figure(path) < least {
            short.push(format!("{words} {:.2}", figure(path)));
        }
    }
    let list = |key: &str| row.get(key).and_then(Value::as_array).cloned();
    for entry in list("entry").unwrap_or_default() {
        if entry.get("ranked_first") != Some(&Value::Bool(true)) {
            let name = entry
                .get("true")
                .and_then(Value::as_str)
                .unwrap_or("way in");
            short.push(match entry.get("rank").and_then(Value::as_u64) {
                Some(rank) => format!("`{name}` ranks {rank}"),
                None => format!("`{name}` is not named"),
            });
        }
    }
    if row.get("evicted") == Some(&Value::Bool(false)) {
        short.push("not evicted".to_owned());
    }
    let left = list("footholds_left").unwrap_or_default();
    let left: Vec<&str> = left.iter().filter_map(Value::as_str).collect();
    if !left.is_empty() {
        short.push(format!("left: {}", left.join(", ")));
    }
    (!short.is_empty()).then(|| short.join("; "))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Sum, judge, shortfall};

    fn sum(rows: &[Value]) -> Sum {
        let mut sum = Sum::default();
        rows.iter().for_each(|row| sum.take(row));
        sum
    }

    fn run(missed: u64, exposure: f64) -> Value {
        json!({
            "accounts": {"true": 1, "found": 1 - missed, "missed": missed, "wrong": 0, "unexplained": missed},
            "events": {"attacker": 3, "precision": 1.0, "recall": 1.0},
            "exposure": {"precision": 1.0, "recall": exposure},
            "entry": [{"true": "aitm", "ranked_first": true, "rank": 1}],
            "evicted": true, "footholds_left": [], "innocents_cut": 0, "locked_out": 0,
        })
    }

    #[test]
    fn the_worst_seed_stands_beside_the_whole() {
        let rows = [run(0, 1.0), run(0, 0.92)];
        let seeds = [sum(&rows[..1]), sum(&rows[1..])];
        let (table, holds) = judge(&sum(&rows), &seeds, false);
        assert!(holds, "{table}");
        assert!(
            table.contains("| exposure: recall | at least 0.95 | 0.960 | 0.920 | yes |"),
            "{table}"
        );
    }

    #[test]
    fn a_missed_account_falls_short_and_with_holes_where_nothing_explains_it() {
        let rows = [run(1, 1.0)];
        let seeds = [sum(&rows)];
        let (table, holds) = judge(&sum(&rows), &seeds, false);
        assert!(!holds);
        assert!(table.contains("| accounts: recall | at least 0.98 | 0.000 | 0.000 | no |"));
        let (table, holds) = judge(&sum(&rows), &seeds, true);
        assert!(!holds);
        assert!(
            table.contains("no stated gap explains | 0 | 1 | 1 | no |"),
            "{table}"
        );
        let mut covered = run(1, 1.0);
        if let Some(one) = covered.pointer_mut("/accounts/unexplained") {
            *one = json!(0);
        }
        let rows = [covered];
        assert!(judge(&sum(&rows), &[sum(&rows)], true).1);
    }

    #[test]
    fn a_run_says_in_words_what_is_wrong_with_it() {
        assert_eq!(shortfall(&run(0, 1.0)), None);
        let row = json!({
            "accounts": {"missed": 1, "wrong": 2}, "events": {"precision": 1.0, "recall": 0.5},
            "entry": [{"true": "ropc", "ranked_first": false, "rank": 2}, {"true": "aitm", "ranked_first": false, "rank": null}],
            "evicted": false, "footholds_left": ["secret x"],
        });
        assert_eq!(
            shortfall(&row).as_deref(),
            Some(
                "1 missed; 2 wrong; events' recall 0.50; `ropc` ranks 2; `aitm` is not named; not evicted; left: secret x"
            )
        );
    }
}
