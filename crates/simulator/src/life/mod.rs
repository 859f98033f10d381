//! What people do on ordinary days.
//!
//! A day is planned as intentions (`reads mail at 9:14`) and lived step by step: an intention meets the
//! [`State`] at its own time, so that a disabled account fails, a revoked session signs in anew, and a
//! stolen mailbox is the same mailbox. What comes of an intention are happenings, in the order of time.

use hourzero_model::Timestamp;

use crate::calendar::Day;
use crate::happening::Happening;
use crate::state::State;
use crate::world::World;

/// Everybody's life, with what each account's programs remember: sessions, tokens, open threads.
#[derive(Debug)]
pub struct Life {}

impl Life {
    /// The lives of a world's people. Sessions that began before the logs do are put into the state.
    pub fn new(_world: &World, _state: &mut State) -> Self {
        Self {}
    }

    /// Plans a day of UTC, before its first step. Days come in their order.
    pub fn wake(&mut self, _world: &World, _state: &State, _day: Day) {}

    /// When the next step is due.
    pub fn next_at(&self) -> Option<Timestamp> {
        None
    }

    /// Takes the next step: a happening at [`next_at`](Self::next_at), or nothing when an intention came to
    /// nothing or leads to happenings of its own. The state is changed as the step changes it.
    pub fn step(&mut self, _world: &World, _state: &mut State) -> Option<Happening> {
        None
    }
}
