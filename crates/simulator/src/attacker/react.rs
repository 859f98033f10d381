//! What he does when he is refused: another account, a lost one through an administrator, one more foothold.

use hourzero_model::Channel;

use super::agent::{Agent, Progress};
use super::scenario::{Goal, Reaction};
use super::scene::Scene;
use super::ways::Door;
use crate::happening::{Act, DirectoryAct};
use crate::id::AccountNo;
use crate::state::Artefact;

impl Agent<'_> {
    /// He was refused at his account; false when nothing that he knows of is left.
    pub(super) fn react(&mut self, scene: &mut Scene<'_>) -> bool {
        let lost = self.base();
        if let Some(taken) = self
            .taken
            .iter_mut()
            .find(|taken| Some(taken.account) == lost)
        {
            taken.lost = true;
        }
        self.move_house();
        if self.steals_again(scene) {
            return true;
        }
        let Some(base) = self.base() else {
            return self.nothing_but_applications(scene) || self.waits_for_owner(scene);
        };
        for reaction in self.design.plan.reactions.clone() {
            let progress = match reaction {
                Reaction::Method => self.persist(scene, Goal::Method),
                Reaction::Device => self.persist(scene, Goal::Device),
                Reaction::Rule => self.persist(scene, Goal::VisibleRule),
                Reaction::Jump => self.lures_wave(scene, 6),
                Reaction::Reset => lost.map_or(Progress::Pointless, |lost| {
                    self.takes_back(scene, base, lost)
                }),
            };
            if matches!(progress, Progress::Done | Progress::Again) {
                break;
            }
        }
        true
    }

    /// With a program on the owner's computer he waits until the owner signs in again.
    fn waits_for_owner(&self, scene: &Scene<'_>) -> bool {
        let computer = scene.world.computer(self.design.victim);
        computer.is_some_and(|one| scene.state.infected_devices.contains(&(one, self.actor)))
    }

    /// His program on the owner's computer gives him the owner's next session.
    fn steals_again(&mut self, scene: &mut Scene<'_>) -> bool {
        let victim = self.design.victim;
        let stolen = super::agent::stolen_again(scene.world, scene.state, victim, self.actor);
        let Some(stolen) = stolen else {
            return false;
        };
        if scene.state.session(victim, stolen.id, self.actor).is_some() {
            return false;
        }
        self.begin(scene, victim, (stolen.id, stolen.basis, Artefact::Cookie));
        self.takes(scene, victim);
        true
    }

    /// Without accounts: an application may do; else he tries all of them again another time.
    fn nothing_but_applications(&mut self, scene: &mut Scene<'_>) -> bool {
        let victim = self.design.victim;
        if self.reach_by_app(scene, victim).is_some() {
            return true;
        }
        for taken in &mut self.taken {
            taken.lost = false;
        }
        false
    }

    /// A lost account is reset through an administrator that he still holds.
    fn takes_back(
        &mut self,
        scene: &mut Scene<'_>,
        administrator: AccountNo,
        lost: AccountNo,
    ) -> Progress {
        if !super::persist::rules(scene, administrator) {
            return Progress::Pointless;
        }
        let Some(way) = self.reach(scene, administrator, Door::Portal) else {
            return Progress::Refused;
        };
        if scene.state.account(lost).disabled {
            let act = DirectoryAct::UserEnabled {
                account: lost,
                enabled: true,
            };
            scene.tell(4, way.who, Some(&way.access), Act::Directory(act));
            scene.state.account_mut(lost).disabled = false;
        }
        let act = DirectoryAct::PasswordReset {
            account: lost,
            channel: Channel::Entra,
        };
        scene.tell(12, way.who, Some(&way.access), Act::Directory(act));
        let state = scene.state.account_mut(lost);
        state.password += 1;
        state.password_known_to.clear();
        scene.state.strike(
            lost,
            crate::law::Blow::PasswordReset(Channel::Entra),
            scene.now,
        );
        self.learns_password(scene, lost);
        self.takes(scene, lost);
        Progress::Done
    }
}
