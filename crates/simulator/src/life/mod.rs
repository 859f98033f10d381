//! What people do on ordinary days.
//!
//! A day is planned as intentions (`reads mail at 9:14`) and lived step by step: an intention meets the
//! [`State`] at its own time, so that a disabled account fails, a revoked session signs in anew, and a
//! stolen mailbox is the same mailbox. What comes of an intention are happenings, in the order of time.

mod administer;
pub(crate) mod agenda;
mod change;
mod chat;
mod desk;
mod file;
mod mail;
mod mailbox;
mod person;
mod plan;
pub(crate) mod post;
mod presence;
mod scene;
mod share;
mod sign_in;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use hourzero_model::Timestamp;

use agenda::{Agenda, What};
use person::{Person, Root};
use scene::{Clients, Scene};

use crate::calendar::Day;
use crate::happening::{Actor, Delivery, Happening, Message};
use crate::id::{AccountNo, SiteNo};
use crate::logs::NoiseOperation;
use crate::random::Seed;
use crate::state::State;
use crate::world::{AccountKind, World};

/// What somebody has in mind to do.
#[derive(Debug)]
pub(crate) struct Intention {
    who: AccountNo,
    /// From this its details are drawn.
    draw: u64,
    aim: Aim,
}

/// What it is.
#[derive(Debug)]
pub(crate) enum Aim {
    /// Sits down: the computer, Outlook, Teams.
    Start,
    /// A program renews its tokens in the background.
    Renew(desk::Background),
    /// Opens a web application.
    Browse,
    /// A mail from outside arrives.
    Arrives(post::Kind),
    /// A message is on its way to its recipients.
    Transport(Box<Letter>),
    /// An outsider answers a message.
    OutsiderAnswers(Arc<Message>),
    /// Looks at new mail, on the telephone or the computer.
    ChecksMail {
        /// On the telephone.
        phone: bool,
    },
    /// Writes a mail.
    Writes,
    /// Does something else with mail.
    Mailbox(mailbox::Errand),
    /// Works with files.
    Files,
    /// Does something less common with files, shares and sites.
    Share(share::Errand),
    /// Teams.
    Chat(chat::Errand),
    /// An operation of the long tail, as a side effect of work.
    Tail(&'static NoiseOperation),
    /// Changes of the account itself: password, telephone, computer, start and end.
    Change(change::Errand),
    /// An administrator's work.
    Administer(administer::Errand),
}

/// A message with what becomes of it.
#[derive(Debug)]
pub(crate) struct Letter {
    message: Arc<Message>,
    delivery: Delivery,
}

/// Everybody's life, with what each account's programs remember: sessions, tokens, files.
#[derive(Debug)]
pub struct Life {
    seed: Seed,
    people: Vec<Person>,
    clients: Clients,
    agenda: Agenda<Intention>,
    changes: change::Changes,
}

/// Whether an account's person is there through all the days, neither new nor leaving: who is to play a part
/// in a scenario should be. The same as [`Life::is_settled`], before any life begins.
pub fn is_settled(world: &World, account: AccountNo) -> bool {
    change::Changes::draw(world).is_settled(account)
}

impl Life {
    /// The lives of a world's people. Sessions that began before the logs do are put into the state, as are
    /// the delegates of shared mailboxes.
    pub fn new(world: &World, state: &mut State) -> Self {
        let mut people: Vec<Person> = world
            .numbered_accounts()
            .map(|(number, _)| Person::new(world, number))
            .collect();
        for (number, site) in (0_u32..).map(SiteNo).zip(&world.sites) {
            if site.owner.is_some() {
                continue;
            }
            for member in &site.members {
                if let Some(person) = people.get_mut(member.index()) {
                    person.sites.push(number);
                }
            }
        }
        let mut life = Self {
            seed: world.seed.child("life"),
            people,
            clients: Clients::default(),
            agenda: Agenda::default(),
            changes: change::Changes::draw(world),
        };
        mailbox::appoint_delegates(world, state, &mut life.people);
        life.changes.set_out(state);
        life.remember_sessions(world, state);
        life
    }

    /// Whether an account is there and at work through all the days: neither new nor leaving.
    pub fn is_settled(&self, account: AccountNo) -> bool {
        self.changes.is_settled(account)
    }

    /// Plans a day of UTC, before its first step. Days come in their order.
    pub fn wake(&mut self, world: &World, state: &State, day: Day) {
        let end = day.plus(1).midnight();
        let start = day.midnight();
        for person in &mut self.people {
            let silent =
                state.account(person.number).deleted || self.changes.is_gone(person.number, day);
            let zone = world
                .account(person.number)
                .habits
                .as_ref()
                .map_or(&world.tenant.zone, |habits| &habits.zone);
            if day == world.first_day {
                // The local day that runs when the logs begin, and no earlier one.
                person.next_day = zone.local(start).0;
            }
            // Summer time makes some days of UTC hold two local midnights, others none.
            while zone.at(person.next_day, 0) < end {
                let local = person.next_day;
                person.next_day = local.plus(1);
                if silent {
                    continue;
                }
                let mut plan = plan::Plan {
                    world,
                    seed: self.seed.number(u64::from(person.number.0)),
                    day: local,
                    from: start,
                    agenda: &mut self.agenda,
                };
                plan.draw(person);
                self.changes.plan(&mut plan, person);
            }
        }
        self.agenda.sort();
    }

    /// When the next step is due.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.agenda.next_at()
    }

    /// Takes the next step: a happening at [`next_at`](Self::next_at), or nothing when an intention came to
    /// nothing or leads to happenings of its own. The state is changed as the step changes it.
    pub fn step(&mut self, world: &World, state: &mut State) -> Option<Happening> {
        let (at, what) = self.agenda.take()?;
        match what {
            What::Happening(happening) => Some(*happening),
            What::Intention(intention) => {
                let person = self.people.get_mut(intention.who.index())?;
                let mut scene = Scene {
                    world,
                    state,
                    person,
                    clients: &mut self.clients,
                    agenda: &mut self.agenda,
                    at,
                    stream: self.seed.number(intention.draw).stream(),
                };
                scene.lives_through(intention.aim);
                None
            }
        }
    }

    /// Everything that waits for its time, for the tests of memory.
    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.agenda.len()
    }

    fn remember_sessions(&mut self, world: &World, state: &mut State) {
        for person in &mut self.people {
            let account = world.account(person.number);
            let Some(habits) = &account.habits else {
                continue;
            };
            if account.kind == AccountKind::Guest || state.account(person.number).deleted {
                continue;
            }
            let number = u64::from(person.number.0);
            let phone = habits.phone;
            let mut scene = Scene {
                world,
                state,
                person,
                clients: &mut self.clients,
                agenda: &mut self.agenda,
                at: world.first_day.midnight(),
                stream: self.seed.child("sessions").number(number).stream(),
            };
            scene.remembers_session(Root::Computer);
            if phone {
                scene.remembers_session(Root::Phone);
            }
            if scene.person.stays_signed_in {
                scene.remembers_session(Root::Browser);
            }
        }
    }
}

impl Scene<'_> {
    fn lives_through(&mut self, aim: Aim) {
        match aim {
            Aim::Start => self.starts(),
            Aim::Renew(background) => self.renews_in_background(background),
            Aim::Browse => self.browses(),
            Aim::Arrives(kind) => self.arrives(kind),
            Aim::Transport(letter) => self.transports(&letter),
            Aim::OutsiderAnswers(message) => self.outsider_answers(&message),
            Aim::ChecksMail { phone } => self.checks_mail(phone),
            Aim::Writes => self.writes(),
            Aim::Mailbox(errand) => self.mailbox_errand(errand),
            Aim::Files => self.works_with_files(),
            Aim::Share(errand) => self.share_errand(errand),
            Aim::Chat(errand) => self.chat_errand(errand),
            Aim::Tail(operation) => self.leaves_trace(operation),
            Aim::Change(errand) => self.changes_account(errand),
            Aim::Administer(errand) => self.administers(errand),
        }
    }
}

/// Who really acts when an account administers: an administrator.
const ADMINISTRATOR: Actor = Actor::Administrator;
