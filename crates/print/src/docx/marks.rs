//! Bookmarks: which place of the document has which name, and which links have a place to lead to.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_report::document::{Block, Document};

/// Word cuts longer names.
const LONGEST: usize = 40;

/// A place that something links to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place<'a> {
    /// A part, by its place among the parts.
    Part(usize),
    /// The annex as a whole.
    Annex,
    /// A sentence.
    Statement(&'a str),
    /// The records behind a sentence.
    Records(&'a str),
}

/// The names of all places of a document.
pub(super) struct Marks<'a> {
    names: BTreeMap<Place<'a>, String>,
    set: BTreeSet<Place<'a>>,
}

impl<'a> Marks<'a> {
    pub(super) fn of(document: &'a Document) -> Self {
        let mut marks = Self {
            names: BTreeMap::new(),
            set: BTreeSet::new(),
        };
        let mut used = BTreeSet::new();
        for (number, part) in document.parts.iter().enumerate() {
            marks.add(Place::Part(number), "part", &part.id, &mut used);
            for block in &part.blocks {
                if let Block::Statement(one) = block {
                    marks.add(Place::Statement(&one.id), "statement", &one.id, &mut used);
                }
            }
        }
        if !document.annex.is_empty() {
            marks.add(Place::Annex, "annex", "", &mut used);
        }
        for cited in &document.annex {
            let id = &cited.statement;
            marks.add(Place::Records(id), "records", id, &mut used);
        }
        marks
    }

    /// The name of a place, where the document has it.
    pub(super) fn name(&self, place: Place<'a>) -> Option<&str> {
        self.names.get(&place).map(String::as_str)
    }

    /// The number and the name of a bookmark to be set here; nothing where it was set before, because a name may
    /// stand for one place only.
    pub(super) fn set(&mut self, place: Place<'a>) -> Option<(usize, String)> {
        let name = self.names.get(&place)?;
        let number = self.set.len();
        self.set.insert(place).then(|| (number, name.clone()))
    }

    fn add(&mut self, place: Place<'a>, kind: &str, id: &str, used: &mut BTreeSet<String>) {
        if self.names.contains_key(&place) {
            return;
        }
        // Letters, digits and low lines are all that Word lets a bookmark have; it ignores case.
        let letters = id.chars().map(|letter| match letter {
            'a'..='z' | 'A'..='Z' | '0'..='9' => letter.to_ascii_lowercase(),
            _ => '_',
        });
        let wish: String = format!("{kind}_")
            .chars()
            .chain(letters)
            .take(LONGEST)
            .collect();
        let mut name = wish.clone();
        let mut number = 2;
        while !used.insert(name.clone()) {
            let ending = format!("_{number}");
            let kept = LONGEST.saturating_sub(ending.len());
            name = wish.chars().take(kept).chain(ending.chars()).collect();
            number += 1;
        }
        self.names.insert(place, name);
    }
}
