//! A door: one way in which a log's records leave the tenant, as a file of one form.

use std::collections::BTreeSet;

use hourzero_model::Timestamp;

use super::spool::Spooled;
use crate::logs::Source;
use crate::random::Stream;
use crate::world::World;

/// In which order a form has its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As the portals and Graph give them.
    NewestFirst,
    /// As appended lines.
    OldestFirst,
    /// As large searches and the activity feed give them, with the same record twice now and then.
    Unsorted,
}

/// One way in which a log's records leave the tenant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Door {
    /// Order.
    pub(super) order: Order,
    /// Records a file at most.
    pub(super) most: usize,
    /// JSON, which often comes packed; tables come as they are or in an archive.
    pub(super) packs: bool,
    /// Makes the files of a list of records.
    pub(super) write: fn(&Batch<'_>) -> Vec<Made>,
}

/// A list of records on its way into a file.
#[derive(Debug)]
pub(super) struct Batch<'b> {
    /// The world.
    pub(super) world: &'b World,
    /// Whose records they are.
    pub(super) source: Source,
    /// The records in the order of the file.
    pub(super) records: &'b [Spooled],
    /// Counts the files of this door from 1.
    pub(super) part: usize,
    /// First and last time of the records.
    pub(super) span: (Timestamp, Timestamp),
    /// Which records (places in the list) are cut in the middle, for forms with a record a line or cell.
    pub(super) cut: BTreeSet<usize>,
    /// The file ends in the middle of its last record.
    pub(super) torn: bool,
    /// Draws what is left to chance in a form.
    pub(super) stream: Stream,
}

/// A file as a door makes it.
#[derive(Debug)]
pub(super) struct Made {
    /// Its name without a folder.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// For each position of the file, the place of its record in the list.
    pub(super) places: Vec<usize>,
    /// Places of damaged records.
    pub(super) damaged: BTreeSet<usize>,
}

impl Batch<'_> {
    /// `20260306`, of the first record.
    pub(super) fn first_day(&self) -> String {
        self.span.0.day().replace('-', "")
    }

    /// `2026-03-06`, of the last record.
    pub(super) fn last_day(&self) -> String {
        self.span.1.day()
    }

    /// The record's JSON as it is.
    pub(super) fn whole(&self, place: usize) -> &str {
        self.records.get(place).map_or("", |record| &record.json)
    }

    /// The record's JSON, cut in the middle if it is one of those.
    pub(super) fn json(&self, place: usize) -> &str {
        self.cut_if_so(place, self.whole(place))
    }

    /// What is written of a record, cut in the middle if it is one of those.
    pub(super) fn cut_if_so<'t>(&self, place: usize, text: &'t str) -> &'t str {
        if self.cut.contains(&place) {
            super::damage::half(text)
        } else {
            text
        }
    }

    /// Every record's place.
    fn places(&self) -> Vec<usize> {
        (0..self.records.len()).collect()
    }

    /// One file with all records, a line each.
    pub(super) fn lines(&self, name: String, line: impl Fn(usize) -> String) -> Made {
        let mut bytes = Vec::new();
        for place in 0..self.records.len() {
            bytes.extend_from_slice(line(place).as_bytes());
            bytes.push(b'\n');
        }
        Made {
            name,
            bytes,
            places: self.places(),
            damaged: self.cut.clone(),
        }
    }

    /// One file with all records in a JSON array, with what stands before, between and behind them. Torn files
    /// end in the middle of the last record.
    pub(super) fn array(
        &self,
        name: String,
        (before, between, behind): (&str, &str, &str),
        item: impl Fn(usize) -> String,
    ) -> Made {
        self.arrays(name, (before, |_| between, behind), item)
    }

    /// The same, where what stands before a record depends on its place: pages appended to each other.
    pub(super) fn arrays<'t>(
        &self,
        name: String,
        (before, between, behind): (&str, impl Fn(usize) -> &'t str, &str),
        item: impl Fn(usize) -> String,
    ) -> Made {
        let mut text = before.to_owned();
        let mut last = String::new();
        for place in 0..self.records.len() {
            if place > 0 {
                text.push_str(between(place));
            }
            last = item(place);
            text.push_str(&last);
        }
        let mut damaged = BTreeSet::new();
        if self.torn && !last.is_empty() {
            let kept = text.len() - last.len() + super::damage::half(&last).len();
            text.truncate(kept);
            damaged.extend(self.records.len().checked_sub(1));
        } else {
            text.push_str(behind);
        }
        Made {
            name,
            bytes: text.into_bytes(),
            places: self.places(),
            damaged,
        }
    }

    /// One file with all records as rows of a table, whose cells are whole.
    pub(super) fn table(&self, name: String, bytes: Vec<u8>) -> Made {
        Made {
            name,
            bytes,
            places: self.places(),
            damaged: BTreeSet::new(),
        }
    }

    /// One file with all records as rows of a table, each with its JSON in a cell, which may be cut.
    pub(super) fn table_of_json(&self, name: String, bytes: Vec<u8>) -> Made {
        Made {
            damaged: self.cut.clone(),
            ..self.table(name, bytes)
        }
    }
}
