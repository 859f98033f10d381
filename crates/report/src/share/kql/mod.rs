//! Queries that look for the attacker's traces in Microsoft Sentinel and in Defender XDR.

mod literal;
mod tables;

use std::collections::BTreeMap;

use hourzero_model::Timestamp;

use self::literal::list;
use self::tables::{Hunt, List, PRODUCTS, Product};
use super::time::seconds;
use super::traits::traits;
use super::{line, title_and_tenant};
use crate::base::{FactBase, SharedTrait};

/// So long before the first and after the last event a query looks.
const MARGIN_DAYS: i64 = 7;

/// Takes port and brackets from an address as audit records write it.
const ADDRESS: &str = r#"let address = (raw: string) { tolower(replace_string(case(
    raw startswith "[", extract(@"^\[([^\]]+)\]", 1, raw),
    raw matches regex @"^[0-9.]+:[0-9]+$", tostring(split(raw, ":")[0]),
    raw), "::ffff:", "")) };
"#;

/// The queries, as text with a comment before each. Every query brings its own lists, so that it can be taken out
/// and run alone; blank lines stand only between queries. Values that innocents use have queries of their own.
pub fn kql(base: &FactBase) -> String {
    let (shared, own): (Vec<SharedTrait>, Vec<SharedTrait>) = traits(base)
        .into_iter()
        .partition(|one| one.shared_with_innocents > 0);
    let (own, shared) = (Lists::of(&own, ""), Lists::of(&shared, "shared_"));
    let mut text = head(base);
    let mut number = 0;
    for product in PRODUCTS {
        for lists in [&own, &shared] {
            for hunt in product.hunts {
                if let Some(query) = lists.query(product, hunt) {
                    number += 1;
                    text.push_str(&format!("\n// {number}. {}\n{query}", product.name));
                }
            }
        }
    }
    if number == 0 {
        text.push_str("\n// There is nothing to look for: no indicator is known.\n");
    }
    text
}

fn head(base: &FactBase) -> String {
    format!(
        "// Traces of the attacker: {}.\n\
         // Evidence {}, Hour Zero {}. Each query stands alone: select it with the lines directly above it and run it.\n\
         // They look from {MARGIN_DAYS} days before the first event to {MARGIN_DAYS} days after the last.\n",
        title_and_tenant(base),
        line(&base.case.evidence),
        line(&base.case.version),
    )
}

/// Values by list, and when they were seen.
struct Lists {
    values: BTreeMap<List, Vec<String>>,
    window: Option<(Timestamp, Timestamp)>,
    prefix: &'static str,
}

impl Lists {
    fn of(traits: &[SharedTrait], prefix: &'static str) -> Self {
        let mut values: BTreeMap<List, Vec<String>> = BTreeMap::new();
        let known = traits
            .iter()
            .filter_map(|one| List::of(&one.kind).map(|list| (list, one)));
        for (list, one) in known {
            values.entry(list).or_default().push(one.value.clone());
        }
        let times = || traits.iter().flat_map(|one| [one.first, one.last]);
        Self {
            values,
            window: times().min().zip(times().max()),
            prefix,
        }
    }

    /// The query on a table; none where it has no column for any of the values.
    fn query(&self, product: &Product, hunt: &Hunt) -> Option<String> {
        let asks: Vec<(List, String)> = hunt
            .asks
            .iter()
            .filter(|(list, _)| self.values.contains_key(list))
            .map(|(list, ask)| (*list, ask.replace("{}", &self.name(*list))))
            .collect();
        let (first, last) = self.window.filter(|_| !asks.is_empty())?;
        let margin = MARGIN_DAYS * 24 * 3_600;
        let mut text = format!("// {}\n", hunt.about);
        if !self.prefix.is_empty() {
            text.push_str(
                "// Innocents use these values too: a hit is a lead, no proof, and nothing to block.\n",
            );
        }
        text.push_str(&format!(
            "let window_start = datetime({}Z);\nlet window_end = datetime({}Z);\n",
            seconds(first.plus_seconds(-margin)),
            seconds(last.plus_seconds(margin)),
        ));
        for (list_of, values) in &self.values {
            if asks.iter().any(|(asked, _)| asked == list_of) {
                text.push_str(&list(&self.name(*list_of), values));
            }
        }
        if asks.iter().any(|(_, ask)| ask.starts_with("address(")) {
            text.push_str(ADDRESS);
        }
        let asks: Vec<String> = asks.into_iter().map(|(_, ask)| ask).collect();
        text.push_str(&format!(
            "{}\n| where {time} between (window_start .. window_end)\n| where {}\n| project {time}, {}\n| sort by {time} asc\n",
            hunt.table,
            asks.join("\n    or "),
            hunt.shows,
            time = product.time,
        ));
        Some(text)
    }

    fn name(&self, list: List) -> String {
        format!("{}{}", self.prefix, list.name())
    }
}
