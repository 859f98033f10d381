//! What Microsoft's services write by themselves: provisioning, maintenance, first-party apps.

use crate::calendar::Day;
use crate::happening::Happening;
use crate::world::World;

/// The happenings of one day that no person of the tenant begins, in no order.
pub fn day(_world: &World, _day: Day) -> Vec<Happening> {
    Vec::new()
}
