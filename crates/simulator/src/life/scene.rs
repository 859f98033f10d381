//! One intention meets the state: who, when, with what, and what comes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use hourzero_model::Timestamp;

use super::Intention;
use super::agenda::Agenda;
use super::person::{Person, Tool};
use crate::calendar::Day;
use crate::happening::{Access, Act, Actor, Happening};
use crate::id::{AccountNo, AppNo};
use crate::random::Stream;
use crate::state::State;
use crate::world::{
    Account, Browser, Client, Habits, NetworkKind, Place, Platform, Program, World,
};

/// Programs as services see them, made once a day and shared by all who use the same.
#[derive(Debug, Default)]
pub(crate) struct Clients {
    day: Option<Day>,
    made: BTreeMap<ClientKey, Arc<Client>>,
}

/// What a client's names depend on: program, system, browser, how late updates come, and whether it asks for
/// tokens or works with them.
type ClientKey = (Program, Platform, Option<Browser>, u32, bool);

impl Clients {
    fn client(
        &mut self,
        world: &World,
        (program, platform, account): (Program, Platform, AccountNo),
        asks: bool,
        day: Day,
    ) -> Arc<Client> {
        if self.day != Some(day) {
            self.day = Some(day);
            self.made.clear();
        }
        let browser = world
            .account(account)
            .habits
            .as_ref()
            .map(|habits| habits.browser);
        // The world delays updates by the account's number modulo 13.
        let key = (program, platform, browser, account.0 % 13, asks);
        let made = self.made.entry(key).or_insert_with(|| {
            let client = world.client_on(program, platform, account, day);
            Arc::new(if asks {
                world.token_client(&client)
            } else {
                client
            })
        });
        Arc::clone(made)
    }
}

/// Everything that an intention meets.
pub(crate) struct Scene<'s> {
    /// The world.
    pub(crate) world: &'s World,
    /// The state at this time.
    pub(crate) state: &'s mut State,
    /// Whose intention.
    pub(crate) person: &'s mut Person,
    /// Programs.
    pub(crate) clients: &'s mut Clients,
    /// What is due.
    pub(crate) agenda: &'s mut Agenda<Intention>,
    /// The time, which goes on while things happen.
    pub(crate) at: Timestamp,
    /// What is drawn for this intention alone.
    pub(crate) stream: Stream,
}

impl<'s> Scene<'s> {
    /// The account.
    pub(crate) fn account(&self) -> &'s Account {
        self.world.account(self.person.number)
    }

    /// Its number.
    pub(crate) const fn who(&self) -> AccountNo {
        self.person.number
    }

    /// Its person's habits.
    pub(crate) fn habits(&self) -> Option<&'s Habits> {
        self.account().habits.as_ref()
    }

    /// Some seconds pass.
    pub(crate) fn wait(&mut self, least: i64, most: i64) {
        let micros = self.stream.between(least * 1_000_000, most * 1_000_000);
        self.at = Timestamp::from_micros(self.at.micros() + micros);
    }

    /// The owner does something.
    pub(crate) fn does(&mut self, access: &Access, act: Act) {
        self.happens(Actor::Owner, Some(access.clone()), act);
    }

    /// Something happens to the account or in its name.
    pub(crate) fn happens(&mut self, actor: Actor, access: Option<Access>, act: Act) {
        self.agenda.happens(Happening {
            at: self.at,
            actor,
            account: Some(self.person.number),
            app: None,
            access,
            act,
        });
    }

    /// Another intention of the same person comes up.
    pub(crate) fn later(&mut self, at: Timestamp, aim: super::Aim) {
        let draw = self.stream.bits();
        let who = self.person.number;
        self.agenda.later(at, Intention { who, draw, aim });
    }

    /// Another person's intention comes up.
    pub(crate) fn others_later(&mut self, who: AccountNo, at: Timestamp, aim: super::Aim) {
        let draw = self.stream.bits();
        self.agenda.later(at, Intention { who, draw, aim });
    }

    /// The system that a tool runs on.
    pub(crate) fn platform(&self, tool: Tool) -> Platform {
        let handset = self.habits().map_or(Platform::Ios, |habits| habits.handset);
        match (tool.phone, self.person.computer) {
            (true, _) => self
                .person
                .phone
                .map_or(handset, |device| self.world.device(device).platform),
            (false, Some(device)) => self.world.device(device).platform,
            (false, None) => Platform::Windows11,
        }
    }

    /// A tool as services see it while it works (`asks` is false) or asks for tokens.
    pub(crate) fn client(&mut self, tool: Tool, asks: bool) -> Arc<Client> {
        let platform = self.platform(tool);
        let of = (tool.program, platform, self.person.number);
        self.clients.client(self.world, of, asks, Day::of(self.at))
    }

    /// From where a tool's requests come.
    pub(crate) fn place(&mut self, tool: Tool) -> Place {
        let port = u16::try_from(self.stream.between(1_025, 65_534)).unwrap_or(50_000);
        let stay = self.person.stay(self.at);
        let mobile = self.world.network_of(self.who(), NetworkKind::Mobile);
        let roams = tool.phone
            && stay.is_none_or(|stay| {
                let kind = self.world.network(stay.network).kind;
                stay.on_the_road
                    || self.stream.chance(match kind {
                        NetworkKind::Office => 350,
                        NetworkKind::CompanyVpn => 900,
                        _ => 80,
                    })
            });
        match (stay, mobile) {
            (Some(stay), None) => Place {
                network: stay.network,
                address: stay.address,
                port,
            },
            (Some(stay), _) if !roams => Place {
                network: stay.network,
                address: stay.address,
                port,
            },
            (_, mobile) => {
                let network = mobile
                    .or_else(|| self.account().networks.first().copied())
                    .unwrap_or(crate::id::NetworkNo(0));
                self.world
                    .place(network, self.person.number, self.at, &mut self.stream)
            }
        }
    }
}

/// A program at a service on the computer.
pub(crate) const fn on_computer(program: Program, resource: AppNo) -> Tool {
    Tool {
        program,
        phone: false,
        resource,
    }
}

/// A web application in the computer's browser.
pub(crate) const fn in_browser(app: AppNo, resource: AppNo) -> Tool {
    on_computer(Program::Browser(app), resource)
}

/// An app at a service on the telephone.
pub(crate) const fn on_phone(program: Program, resource: AppNo) -> Tool {
    Tool {
        program,
        phone: true,
        resource,
    }
}
