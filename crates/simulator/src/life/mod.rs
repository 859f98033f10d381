//! What people do on an ordinary day.

use crate::calendar::Day;
use crate::happening::Happening;
use crate::state::State;
use crate::world::World;

/// The happenings of one day of everybody's life, in no order, as they would be if nobody disturbed it.
/// The state is the one in which the day begins.
pub fn day(_world: &World, _state: &State, _day: Day) -> Vec<Happening> {
    Vec::new()
}
