//! Who speaks for whom: duplicates, revisions and witnesses, found over all artefacts.
//!
//! Takes the keys of all records and gives a derived table of records for which another one speaks.
//! Memory is bounded whatever the size of the case: keys go through sorts that spill. The result
//! depends on the hashes of the artefacts, the positions and what the records say, never on the order
//! of import.
//!
//! # The rules
//!
//! 1. Records with the same `id_key` tell of one happening. In the first log by rank the richest
//!    record (most columns filled) speaks, then the latest, then the one with the smaller hash over its
//!    content, then artefact and position. Another record of a log is a *duplicate* where it says the
//!    same as the richest of its log or as another one before it, else a *revision*; the richest
//!    record of another log is a *witness*. All of them have the one speaker.
//!    ("The newest speaks" in the design cannot be read off most exports, which carry no time of
//!    revision; Microsoft's revisions add what was missing, so the richest is the newest.)
//! 2. Records without `id_key` (exports of alerts and hunting tables) that say exactly the same at the
//!    same instant in the same log are one happening where they come from *different* artefacts,
//!    because exports overlap; within one artefact they are several, because the service logged them
//!    several times. So the first such record of one artefact pairs with the first of another, the
//!    second with the second; the artefact with the smallest hash among those that have it speaks.
//! 3. Groups whose speakers share a `link_key` witness one happening where their logs are all
//!    different and their times at most two seconds apart; the pair nearest in time is joined first.
//!    The record of the first log by rank speaks for all. Records of one log are never joined so.

mod group;
mod kin;
mod link;
mod read;
mod settle;

use std::collections::BTreeMap;

use hourzero_model::ArtefactId;
use serde::{Deserialize, Serialize};

pub(crate) use kin::{speakers, witnesses};
pub(crate) use read::{Index, index};
pub(crate) use settle::settle;

/// Why another record speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// The same record again.
    Duplicate,
    /// The same log and id, other content.
    Revision,
    /// Another log's record of the same happening.
    Witness,
}

impl Kind {
    /// The word in SQL.
    const fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Revision => "revision",
            Self::Witness => "witness",
        }
    }

    fn from_number(number: u64) -> Self {
        match number {
            0 => Self::Duplicate,
            1 => Self::Revision,
            _ => Self::Witness,
        }
    }
}

/// How many records of an artefact another record speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TieCounts {
    /// The same record again.
    pub duplicates: u64,
    /// The same log and id, other content.
    pub revisions: u64,
    /// Another log's record of the same happening.
    pub witnesses: u64,
}

impl TieCounts {
    /// All three: what the import's equation calls `duplicates`.
    pub const fn total(&self) -> u64 {
        self.duplicates + self.revisions + self.witnesses
    }

    fn add(&mut self, kind: Kind) {
        match kind {
            Kind::Duplicate => self.duplicates += 1,
            Kind::Revision => self.revisions += 1,
            Kind::Witness => self.witnesses += 1,
        }
    }
}

/// The ties of a case by artefact; every artefact held has an entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ties {
    /// Counts of the records that do not speak.
    pub by_artefact: BTreeMap<ArtefactId, TieCounts>,
}
