//! Names of people taken out of a fact base: each mail address becomes a word, and a key tells which is whose.
//!
//! Only addresses are known to be names of people. What somebody wrote into a subject, a rule's name or a file's name
//! stays as it is, and the document says so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::FactBase;

/// Which word stands for which address. It grows with the case, so that a person has one word in every document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedactionKey {
    /// By address in lower case.
    pub words: BTreeMap<String, String>,
}

impl RedactionKey {
    /// Gives a word to each address of the fact base that has none yet: `person-0007` for those of the tenant's own
    /// domain, `outsider-0007` for others.
    pub fn learn(&mut self, base: &FactBase) {
        let mut found = BTreeMap::new();
        each_text(base, &mut |text| {
            for (from, to) in addresses(text) {
                if let Some(address) = text.get(from..to) {
                    found.insert(address.to_lowercase(), ());
                }
            }
        });
        let own = base.case.tenant.to_lowercase();
        for address in found.into_keys() {
            if self.words.contains_key(&address) {
                continue;
            }
            let domain = address.rsplit('@').next().unwrap_or_default();
            let is_own = !own.is_empty() && domain == own;
            let kind = if is_own { "person" } else { "outsider" };
            let number = self
                .words
                .values()
                .filter(|word| word.starts_with(kind))
                .count();
            self.words
                .insert(address, format!("{kind}-{:04}", number + 1));
        }
    }

    /// A text with words in place of addresses.
    pub fn applied(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (from, to) in addresses(text) {
            let (Some(before), Some(address)) = (text.get(done..from), text.get(from..to)) else {
                continue;
            };
            out.push_str(before);
            match self.words.get(&address.to_lowercase()) {
                Some(word) => out.push_str(word),
                None => out.push_str("someone"),
            }
            done = to;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        out
    }
}

/// The fact base with words in place of addresses.
pub fn redacted(base: &FactBase, key: &RedactionKey) -> FactBase {
    let mut base = base.clone();
    base.case.names = "mail addresses are replaced by words; the key to them is kept with the case. Names in subjects, in names of rules and files, and in what people said, are not.".to_owned();
    let change = |text: &mut String| *text = key.applied(text);
    for one in &mut base.statements {
        change(&mut one.text);
        for record in &mut one.evidence {
            change(&mut record.file);
            change(&mut record.record_id);
        }
        if let Some(decision) = &mut one.decision {
            change(decision);
        }
    }
    for table in &mut base.tables {
        change(&mut table.caption);
        for row in &mut table.rows {
            row.cells.iter_mut().for_each(change);
            for record in &mut row.evidence {
                change(&mut record.file);
                change(&mut record.record_id);
            }
        }
    }
    for one in &mut base.indicators {
        change(&mut one.value);
        change(&mut one.context);
    }
    for one in &mut base.techniques {
        one.titles.iter_mut().for_each(change);
    }
    for one in &mut base.charts.days {
        change(&mut one.account);
    }
    for one in &mut base.charts.spread {
        change(&mut one.from);
        change(&mut one.to);
    }
    base
}

/// Gives every text that may hold an address.
fn each_text(base: &FactBase, on: &mut dyn FnMut(&str)) {
    for one in &base.statements {
        on(&one.text);
        for record in &one.evidence {
            on(&record.file);
            on(&record.record_id);
        }
        one.decision.iter().for_each(|text| on(text));
    }
    for table in &base.tables {
        on(&table.caption);
        for row in &table.rows {
            row.cells.iter().for_each(|text| on(text));
            for record in &row.evidence {
                on(&record.file);
                on(&record.record_id);
            }
        }
    }
    for one in &base.indicators {
        on(&one.value);
        on(&one.context);
    }
    for one in &base.charts.days {
        on(&one.account);
    }
    for one in &base.charts.spread {
        on(&one.from);
        on(&one.to);
    }
}

/// Where mail addresses stand in a text, as byte ranges in order. A domain needs a dot, as every one of a tenant has.
fn addresses(text: &str) -> Vec<(usize, usize)> {
    let is_part = |letter: char| letter.is_alphanumeric() || "._%+#'-".contains(letter);
    let is_host = |letter: char| letter.is_alphanumeric() || ".-".contains(letter);
    let mut found = Vec::new();
    let mut after = 0;
    for (at, _) in text.match_indices('@') {
        if at < after {
            continue;
        }
        let before = text.get(after..at).unwrap_or_default();
        let local: usize = before
            .chars()
            .rev()
            .take_while(|letter| is_part(*letter))
            .map(char::len_utf8)
            .sum();
        let behind = text.get(at + 1..).unwrap_or_default();
        let host: usize = behind
            .chars()
            .take_while(|letter| is_host(*letter))
            .map(char::len_utf8)
            .sum();
        let domain = behind.get(..host).unwrap_or_default();
        let domain = domain.trim_end_matches(['.', '-']);
        if local > 0 && domain.contains('.') {
            let end = at + 1 + domain.len();
            found.push((at - local, end));
            after = end;
        }
    }
    found
}
