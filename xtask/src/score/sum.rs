//! Figures of runs, added up: of one seed, of one scenario, of all.

use std::collections::BTreeMap;

use serde_json::Value;

/// Sums over runs.
#[derive(Default)]
pub(super) struct Sum {
    pub(super) runs: u32,
    accounts: BTreeMap<&'static str, u64>,
    /// Runs with an attacker's event in the evidence, with the sums of their figures.
    attacked: u32,
    figures: BTreeMap<&'static str, f64>,
    entries: u64,
    first: u64,
    /// Ways in that are not among those named, where they are to be seen.
    pub(super) absent: u64,
    /// Accounts, events and things that are said to be an attacker's where there is none.
    pub(super) slandered: u64,
    lost: u64,
    /// What came of the worksheet.
    pub(super) worksheet: Played,
    /// The orders that others publish, by name, where they were played.
    orders: BTreeMap<String, Played>,
}

/// What came of an order of containment in all scenarios.
#[derive(Default)]
pub(super) struct Played {
    pub(super) evicted: u32,
    left: usize,
    pub(super) cut: u64,
    locked_out: u64,
    destroyed: u64,
}

impl Played {
    fn take(&mut self, row: &Value) {
        let number = |key: &str| row.get(key).and_then(Value::as_u64).unwrap_or(0);
        self.evicted += u32::from(row.get("evicted") == Some(&Value::Bool(true)));
        self.left += row
            .get("footholds_left")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        self.cut += number("innocents_cut");
        self.locked_out += number("locked_out");
        self.destroyed += number("destroyed");
    }
}

impl Sum {
    pub(super) fn take(&mut self, row: &Value) {
        let number = |path: &str| row.pointer(path).and_then(Value::as_u64).unwrap_or(0);
        let figure = |path: &str| row.pointer(path).and_then(Value::as_f64).unwrap_or(0.0);
        let list = |key: &str| row.get(key).and_then(Value::as_array).cloned();
        self.runs += 1;
        for (name, path) in [
            ("true", "/accounts/true"),
            ("found", "/accounts/found"),
            ("missed", "/accounts/missed"),
            ("wrong", "/accounts/wrong"),
            ("unexplained", "/accounts/unexplained"),
        ] {
            *self.accounts.entry(name).or_default() += number(path);
        }
        if number("/events/attacker") > 0 {
            self.attacked += 1;
            for path in [
                "/events/precision",
                "/events/recall",
                "/exposure/precision",
                "/exposure/recall",
            ] {
                *self.figures.entry(path).or_default() += figure(path);
            }
        } else {
            let said = ["/events/precision", "/exposure/precision"];
            let said = said.iter().filter(|path| figure(path) < 1.0).count();
            self.slandered += number("/accounts/wrong") + said as u64;
        }
        let entries = list("entry").unwrap_or_default();
        self.entries += entries.len() as u64;
        self.first += entries
            .iter()
            .filter(|entry| entry.get("ranked_first") == Some(&Value::Bool(true)))
            .count() as u64;
        self.absent += entries
            .iter()
            .filter(|entry| {
                entry.get("ranked_first") != Some(&Value::Bool(true))
                    && entry.get("rank").is_none_or(Value::is_null)
            })
            .count() as u64;
        self.lost += number("/records/lost") + number("/records/ledger_false");
        self.worksheet.take(row);
        for order in list("orders").unwrap_or_default() {
            let name = order.get("id").and_then(Value::as_str).unwrap_or_default();
            self.orders.entry(name.to_owned()).or_default().take(&order);
        }
    }

    fn account(&self, name: &str) -> u64 {
        self.accounts.get(name).copied().unwrap_or(0)
    }

    /// Of the accounts that were named, how many are right.
    pub(super) fn account_precision(&self) -> f64 {
        let found = self.account("found");
        part(found.saturating_sub(self.account("wrong")), found)
    }

    /// Of the accounts that were taken and left a trace, how many are named.
    pub(super) fn account_recall(&self) -> f64 {
        let really = self.account("true");
        part(really.saturating_sub(self.account("missed")), really)
    }

    /// Accounts that are missed although no gap that the case states lies over what is missing.
    pub(super) fn unexplained(&self) -> u64 {
        self.account("unexplained")
    }

    /// Of the ways in, how many are named first.
    pub(super) fn first(&self) -> f64 {
        part(self.first, self.entries)
    }

    /// The mean of a figure over runs with an attacker's event in the evidence; 1 without any.
    pub(super) fn mean(&self, path: &str) -> f64 {
        match self.attacked {
            0 => 1.0,
            runs => self.figures.get(path).copied().unwrap_or(0.0) / f64::from(runs),
        }
    }

    /// Whether published orders were played.
    pub(super) fn has_orders(&self) -> bool {
        !self.orders.is_empty()
    }

    /// One row an order, the worksheet's first.
    pub(super) fn orders(&self, seed: &str) -> Vec<String> {
        let all = self
            .orders
            .iter()
            .map(|(name, played)| (name.as_str(), played));
        std::iter::once(("the worksheet", &self.worksheet))
            .chain(all)
            .map(|(name, one)| {
                format!(
                    "| {seed} | {name} | {} of {} | {} | {} | {} | {} |",
                    one.evicted, self.runs, one.left, one.cut, one.locked_out, one.destroyed
                )
            })
            .collect()
    }

    /// A line of the table; `name` is a seed, a scenario or the word for all.
    pub(super) fn row(&self, name: &str) -> String {
        format!(
            "| {name} | {} | {} of {} | {} | {:.2} / {:.2} | {} of {} | {} | {:.2} / {:.2} | {} | {} of {} | {} | {} | {} |",
            self.runs,
            self.account("true").saturating_sub(self.account("missed")),
            self.account("true"),
            self.account("wrong"),
            self.mean("/events/precision"),
            self.mean("/events/recall"),
            self.first,
            self.entries,
            self.absent,
            self.mean("/exposure/precision"),
            self.mean("/exposure/recall"),
            self.lost,
            self.worksheet.evicted,
            self.runs,
            self.worksheet.left,
            self.worksheet.cut,
            self.worksheet.locked_out,
        )
    }
}

/// A part of a whole; 1 of nothing.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of accounts, far below what a float holds"
)]
fn part(hits: u64, whole: u64) -> f64 {
    match whole {
        0 => 1.0,
        whole => hits as f64 / whole as f64,
    }
}

/// The head of the table of which [`Sum::row`] makes lines.
pub(super) fn head(first: &str) -> String {
    format!(
        "| {first} | scenarios | accounts found | wrong | events: precision / recall | way in first | absent | exposure: precision / recall | records lost | evicted | footholds left | innocents cut | locked out |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Sum;

    #[test]
    fn a_clean_tenant_counts_for_accounts_and_not_for_means() {
        let mut sum = Sum::default();
        sum.take(&json!({
            "accounts": {"true": 2, "found": 2, "missed": 1, "wrong": 1},
            "events": {"attacker": 9, "precision": 0.5, "recall": 1.0},
            "exposure": {"precision": 1.0, "recall": 0.25},
            "entry": [{"ranked_first": true, "rank": 1}, {"ranked_first": false, "rank": null}],
            "records": {"lost": 0, "ledger_false": 0},
            "evicted": true, "footholds_left": ["role x"], "innocents_cut": 1, "locked_out": 2,
            "orders": [{"id": "reset first", "evicted": false, "footholds_left": ["rule", "role"],
                "innocents_cut": 0, "locked_out": 1, "destroyed": 4}]
        }));
        sum.take(&json!({
            "accounts": {"true": 0, "found": 0, "missed": 0, "wrong": 0},
            "events": {"attacker": 0, "precision": 1.0, "recall": 1.0},
            "entry": [], "records": {"lost": 3, "ledger_false": 0}, "evicted": true
        }));
        assert_eq!(
            sum.row("7"),
            "| 7 | 2 | 1 of 2 | 1 | 0.50 / 1.00 | 1 of 2 | 1 | 1.00 / 0.25 | 3 | 2 of 2 | 1 | 1 | 2 |"
        );
        assert_eq!(
            sum.orders("7"),
            [
                "| 7 | the worksheet | 2 of 2 | 1 | 1 | 2 | 0 |",
                "| 7 | reset first | 0 of 2 | 2 | 0 | 1 | 4 |"
            ]
        );
    }

    #[test]
    fn parts_are_of_all_runs_together_and_one_of_nothing() {
        let mut sum = Sum::default();
        assert_eq!((sum.account_precision(), sum.first()), (1.0, 1.0));
        let row = |found, wrong, missed| {
            json!({"accounts": {"true": 4, "found": found, "wrong": wrong, "missed": missed, "unexplained": missed},
            "events": {"attacker": 1, "precision": 1.0, "recall": 0.5}, "exposure": {"precision": 1.0, "recall": 1.0},
            "entry": [{"ranked_first": true, "rank": null}]})
        };
        sum.take(&row(4, 0, 0));
        sum.take(&row(4, 2, 2));
        assert_eq!(sum.account_precision(), 0.75);
        assert_eq!(sum.account_recall(), 0.75);
        assert_eq!(sum.unexplained(), 2);
        assert_eq!((sum.mean("/events/recall"), sum.slandered), (0.5, 0));
        assert_eq!(
            (sum.first(), sum.absent),
            (1.0, 0),
            "unknown first may be right"
        );
    }

    #[test]
    fn whatever_is_said_in_a_clean_tenant_is_counted() {
        let mut sum = Sum::default();
        sum.take(
            &json!({"accounts": {"true": 0, "found": 2, "missed": 0, "wrong": 2},
            "events": {"attacker": 0, "precision": 0.0, "recall": 1.0},
            "exposure": {"precision": 1.0, "recall": 1.0}, "entry": []}),
        );
        assert_eq!(sum.slandered, 3);
        assert_eq!(
            sum.mean("/events/precision"),
            1.0,
            "it is no mean of an attack"
        );
    }
}
