//! Message ids in batches that a Purview search takes (`out/exposure/*.txt`).

use std::collections::{BTreeMap, BTreeSet};

/// A query for mailboxes may have so many characters (Microsoft Purview, limits of eDiscovery search).
const QUERY_CHARACTERS: usize = 10_000;

/// A purge removes at most so many items of a mailbox at a time (`facts/contain.md` §4), so that a batch that
/// is searched can be purged whole.
const QUERY_IDS: usize = 100;

/// The queries for one mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdBatches {
    /// The mailbox.
    pub account: String,
    /// A name that every file system takes; no two mailboxes share one.
    pub file_name: String,
    /// A query a line.
    pub text: String,
}

/// Message ids by mailbox as queries of at most 10,000 characters and 100 ids.
pub fn id_batches(mailboxes: &BTreeMap<String, BTreeSet<String>>) -> Vec<IdBatches> {
    let mut names = BTreeSet::new();
    mailboxes
        .iter()
        .map(|(account, ids)| IdBatches {
            account: account.clone(),
            file_name: file_name(account, &mut names),
            text: queries(ids),
        })
        .collect()
}

fn queries(ids: &BTreeSet<String>) -> String {
    let mut text = String::new();
    let (mut length, mut count) = (0, 0);
    for id in ids {
        // A quotation mark would end the phrase; no message id of a real mail has one.
        let term = format!("internetmessageid:\"{}\"", id.replace('"', ""));
        let more = term.chars().count();
        if count > 0 && (count == QUERY_IDS || length + 4 + more > QUERY_CHARACTERS) {
            text.push('\n');
            (length, count) = (0, 0);
        }
        if count > 0 {
            text.push_str(" OR ");
            length += 4;
        }
        text.push_str(&term);
        length += more;
        count += 1;
    }
    if count > 0 {
        text.push('\n');
    }
    text
}

/// Letters, digits, dots and hyphens of the address, `@` as `_at_`; a number where two mailboxes come to the
/// same name.
fn file_name(account: &str, taken: &mut BTreeSet<String>) -> String {
    const LONGEST: usize = 100;
    let clean: String = account
        .replace('@', "_at_")
        .chars()
        .map(|c| match c {
            'a'..='z' | '0'..='9' | '-' | '_' | '.' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => '_',
        })
        .take(LONGEST)
        .collect();
    let clean = clean.trim_matches(['.', '_']);
    // `con`, `nul` and the like are no file names on Windows; a prefix keeps all names out of the way.
    let base = format!("mailbox-{clean}");
    let mut name = format!("{base}.txt");
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{base}-{number}.txt");
        number += 1;
    }
    name
}
