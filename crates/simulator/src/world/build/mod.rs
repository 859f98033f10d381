//! How a world is drawn: the company first, its surroundings, its people, then what they work on.
//!
//! Each part draws from a place of its own below the seed, so that a change in one moves no other.

mod apps;
mod company;
mod content;
mod devices;
mod groups;
mod habits;
mod names;
mod networks;
mod others;
mod outside;
mod people;
mod positions;

use super::settings::Settings;
use super::{Company, World};
use crate::random::Seed;

/// What the parts of the builder share: the world so far, what was asked for, and the seed's place.
pub(super) struct Builder<'s> {
    world: World,
    settings: &'s Settings,
    seed: Seed,
    country: company::Country,
}

impl World {
    /// Draws a world. The same settings give the same world on every platform.
    pub fn build(settings: &Settings) -> Self {
        let root = Seed::new(settings.seed);
        let seed = root.child("world");
        let (tenant, country) = company::draw(settings, seed.child("company"));
        let mut builder = Builder {
            world: Self {
                seed: root,
                tenant,
                first_day: settings.begins(),
                days: settings.days,
                accounts: Vec::new(),
                networks: Vec::new(),
                devices: Vec::new(),
                apps: Vec::new(),
                sites: Vec::new(),
                teams: Vec::new(),
                groups: Vec::new(),
                companies: Vec::<Company>::new(),
                policies: Vec::new(),
            },
            settings,
            seed,
            country,
        };
        networks::add(&mut builder);
        apps::add(&mut builder);
        outside::add(&mut builder);
        people::add(&mut builder);
        devices::add(&mut builder);
        groups::add(&mut builder);
        content::add(&mut builder);
        builder.world
    }
}

/// A number of a list that is being filled: its length so far.
pub(super) fn next<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}
