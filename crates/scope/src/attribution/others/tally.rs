//! Events by attribution, without looking at each: what places alone say, corrected by the few events of which
//! more is known.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hourzero_model::Attribution as Who;

use crate::Event;
use crate::attribution::Attribution;

/// Events whose label is not what their place alone says.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    to: BTreeMap<&'static str, u64>,
    from: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Takes in a labelled event. Each whose label is not that of its place must be taken in once; others may be.
    pub fn see(&mut self, event: &Event, found: &Attribution, service: impl Fn(IpAddr) -> bool) {
        let plain = found.by_place(&event.record, service);
        let told = event.attribution();
        if plain != told {
            *self.from.entry(plain.name()).or_default() += 1;
            *self.to.entry(told.name()).or_default() += 1;
        }
    }

    /// The numbers of all events by attribution; those of the service are the ones whose actor is the service itself.
    pub fn counts(&self, found: &Attribution, all: u64, of_service: u64) -> BTreeMap<String, u64> {
        let owners = found.owners_events().min(all.saturating_sub(of_service));
        let unknown = all.saturating_sub(of_service).saturating_sub(owners);
        let mut counts: BTreeMap<String, u64> = [
            (Who::Owner, owners),
            (Who::Service, of_service),
            (Who::Unknown, unknown),
        ]
        .into_iter()
        .map(|(who, count)| (who.name().to_owned(), count))
        .collect();
        for (who, count) in &self.to {
            *counts.entry((*who).to_owned()).or_default() += count;
        }
        for (who, count) in &self.from {
            if let Some(held) = counts.get_mut(*who) {
                *held = held.saturating_sub(*count);
            }
        }
        counts.retain(|_, count| *count > 0);
        counts
    }
}
