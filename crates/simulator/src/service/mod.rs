//! What no person of the tenant begins: provisioning, maintenance, first-party apps, unattended apps,
//! Microsoft's own detections, and strangers who try passwords.

use hourzero_model::Timestamp;

use crate::calendar::Day;
use crate::happening::Happening;
use crate::state::State;
use crate::world::World;

/// The services at work.
#[derive(Debug)]
pub struct Service {}

impl Service {
    /// The services of a world.
    pub fn new(_world: &World) -> Self {
        Self {}
    }

    /// Plans a day of UTC, before its first step. Days come in their order.
    pub fn wake(&mut self, _world: &World, _state: &State, _day: Day) {}

    /// When the next step is due.
    pub fn next_at(&self) -> Option<Timestamp> {
        None
    }

    /// Takes the next step, as [`Life::step`](crate::life::Life::step) does.
    pub fn step(&mut self, _world: &World, _state: &mut State) -> Option<Happening> {
        None
    }
}
