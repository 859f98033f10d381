//! When interventions fall due: first their traces, then, after the delay of the service, their effect.

use std::collections::BTreeMap;

use hourzero_model::{ActionTime, Timestamp};

use super::effect;
use super::target::Intervention;
use super::trace::Desk;
use crate::attacker::{Play, Queue};
use crate::random::Seed;
use crate::state::State;
use crate::world::World;

/// The responders at their work.
#[derive(Debug)]
pub(crate) struct Responders<'w> {
    world: &'w World,
    play: &'w Play,
    seed: Seed,
    /// Acts that were begun.
    begun: Vec<bool>,
    /// Effects that wait, by time and number.
    waiting: BTreeMap<(Timestamp, usize), ()>,
    done: Vec<Option<Timestamp>>,
    last_sign_in: Option<Timestamp>,
}

impl<'w> Responders<'w> {
    pub(crate) fn new(world: &'w World, play: &'w Play) -> Self {
        Self {
            world,
            play,
            seed: world.seed.child("responders"),
            begun: vec![false; play.interventions.len()],
            waiting: BTreeMap::new(),
            done: vec![None; play.interventions.len()],
            last_sign_in: None,
        }
    }

    /// The last moment at which an act is done, as far as it is known yet.
    pub(crate) fn last(&self, first_success: Option<Timestamp>) -> Option<Timestamp> {
        self.play
            .interventions
            .iter()
            .filter_map(|one| time(one, first_success))
            .max()
    }

    /// When something is due.
    pub(crate) fn next_at(&self, first_success: Option<Timestamp>) -> Option<Timestamp> {
        if self.play.interventions.is_empty() {
            return None;
        }
        let begins = self.next_to_begin(first_success).map(|(at, _)| at);
        let effect = self.waiting.first_key_value().map(|((at, _), ())| *at);
        match (begins, effect) {
            (Some(begins), Some(effect)) => Some(begins.min(effect)),
            (begins, effect) => begins.or(effect),
        }
    }

    fn next_to_begin(&self, first_success: Option<Timestamp>) -> Option<(Timestamp, usize)> {
        self.play
            .interventions
            .iter()
            .zip(&self.begun)
            .enumerate()
            .filter(|(_, (_, begun))| !**begun)
            .filter_map(|(number, (one, _))| Some((time(one, first_success)?, number)))
            .min()
    }

    /// Does what is due at a moment.
    pub(crate) fn act(
        &mut self,
        state: &mut State,
        queue: &mut Queue,
        moment: (Timestamp, Option<Timestamp>),
    ) {
        let (now, first_success) = moment;
        while let Some(((at, number), ())) = self.waiting.first_key_value()
            && *at <= now
        {
            let key = (*at, *number);
            self.waiting.remove(&key);
            if let Some(one) = self.play.interventions.get(key.1) {
                effect::take(self.world, state, one, now);
                if let Some(done) = self.done.get_mut(key.1) {
                    *done = Some(now);
                }
            }
        }
        while let Some((at, number)) = self.next_to_begin(first_success)
            && at <= now
        {
            if let Some(begun) = self.begun.get_mut(number) {
                *begun = true;
            }
            let Some(one) = self.play.interventions.get(number) else {
                continue;
            };
            let mut desk = Desk {
                world: self.world,
                state,
                queue,
                now,
                stream: self
                    .seed
                    .number(u64::try_from(number).unwrap_or(0))
                    .stream(),
                operator: self.play.responder,
                apps: self.play.apps,
            };
            let fresh = self
                .last_sign_in
                .is_none_or(|last| now.seconds_since(last) > 3_000);
            if fresh && desk.leaves_traces(one) {
                desk.signs_in();
                self.last_sign_in = Some(now);
            }
            let refused = desk.trace(one);
            let delay = effect::delay(one, &mut desk.stream);
            if !refused {
                self.waiting.insert((now.plus_seconds(delay), number), ());
            }
        }
    }

    /// When each took effect.
    pub(crate) fn done(self) -> Vec<Option<Timestamp>> {
        self.done
    }
}

/// When an act is done; nothing while the attacker's first success is awaited.
fn time(one: &Intervention, first_success: Option<Timestamp>) -> Option<Timestamp> {
    match one.action.at.as_ref()? {
        ActionTime::At { utc, .. } => Some(*utc),
        ActionTime::AfterFirstSuccess { seconds, .. } => {
            first_success.map(|first| first.plus_seconds(*seconds))
        }
    }
}
