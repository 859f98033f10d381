//! What the charts are drawn from: counts, nothing that has to be worked out when drawing.

use serde::{Deserialize, Serialize};

/// The data of all charts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charts {
    /// The attacker's events by account and day.
    pub days: Vec<DayCount>,
    /// His sign-ins by country and network.
    pub places: Vec<PlaceCount>,
    /// His events by weekday (Monday first) and hour of the day, in the case's zone.
    pub hours: Vec<Vec<u64>>,
    /// How it spread: from a place or an account to an account or a thing.
    pub spread: Vec<Edge>,
}

/// Events of an account on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DayCount {
    /// UPN in lower case.
    pub account: String,
    /// `YYYY-MM-DD`, UTC.
    pub day: String,
    /// How many.
    pub events: u64,
}

/// Sign-ins from a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlaceCount {
    /// Two letters, or empty where nobody knows.
    pub country: String,
    /// `AS64500`, or empty where nobody knows.
    pub network: String,
    /// Those that succeeded.
    pub succeeded: u64,
    /// Those that did not.
    pub refused: u64,
}

/// A step by which the attack spread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edge {
    /// An address, a session or an account.
    pub from: String,
    /// An account or a foothold.
    pub to: String,
    /// Kind of link or of foothold.
    pub kind: String,
}
