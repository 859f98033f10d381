//! Who did what: from aggregates over all logs to hostile seats, and from them to a label for each record.

mod added_key;
mod apps;
mod circumstance;
mod client;
mod creation;
mod deed;
mod grow;
mod hosting;
mod indicators;
mod known_app;
mod label;
mod link;
mod name;
mod newcomer;
mod others;
mod places;
mod profile;
mod relay;
mod round;
mod seat;
mod split;
mod spread;
mod tenant;
mod trace;
mod walk;
mod weigh;

pub(crate) use added_key::signed_in_with;
pub use added_key::{ADDED_KEY, KEY_FACT};
pub use client::Client;
pub use creation::{CREATED, is_creation};
pub use deed::{DEED_OPERATIONS, RESET_OPERATIONS, Reset, deed, reset};
pub(crate) use deed::{
    RESET_SECONDS, SELF_SERVICE, SLACK_SECONDS, is_given_reset, reset_by_another,
};
pub use grow::{Attribution, Deed, Input, attribute};
pub use known_app::{AppUsed, CONSENTED_APP, HomeUses, consented_app};
pub use label::{account_of, drops};
pub use link::{Link, LinkDecision, Place, link_id, phished, place_of};
pub use name::Name;
pub use others::{ADMINISTRATION_TYPES, Concerned, Others, ROLE_OPERATIONS, Tally};
pub use seat::{Seat, SeatKey, Seats};
pub use trace::{Trace, prefix, wide_prefix};
pub use weigh::Weight;
