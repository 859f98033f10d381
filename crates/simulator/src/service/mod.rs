//! What no person of the tenant begins: provisioning, maintenance, first-party apps, unattended apps,
//! Microsoft's own detections, and strangers who try passwords.

mod app;
mod background;
mod detection;
mod directory;
mod exchange;

use std::sync::Arc;

use hourzero_model::Timestamp;

use crate::calendar::Day;
use crate::happening::{Access, Act, Actor, Happening, Noise};
use crate::id::{AccountNo, AppNo, NetworkNo};
use crate::life::agenda::{Agenda, What};
use crate::logs::{Doer, Need, NoiseOperation, noise_catalogue};
use crate::random::{Seed, Stream};
use crate::state::State;
use crate::world::{AccountKind, Client, ClientKind, FirstParty, NetworkKind, World};

/// Something that a service does.
#[derive(Debug)]
pub(crate) struct Task {
    draw: u64,
    what: Work,
}

/// What it is.
#[derive(Debug, Clone, Copy)]
enum Work {
    /// The maintenance of the whole Exchange organisation.
    Maintenance,
    /// A cmdlet on one mailbox.
    MailboxUpkeep,
    /// Back ends read mail: indexing, add-ins, assistants.
    BackEndReads,
    /// The directory is changed by a service.
    Directory,
    /// An application signs in by itself.
    AppSignsIn(AppNo),
    /// A managed identity signs in.
    IdentitySignsIn(AppNo),
    /// A backup or another app reads mail of everybody.
    AppReads(AppNo),
    /// Directory synchronisation signs in.
    Synchronises(AccountNo),
    /// A scanner, an alarm system: signs in with its password and sends.
    DeviceSends(AccountNo),
    /// Strangers try passwords.
    Strangers {
        /// So many attempts in a row.
        attempts: u64,
    },
    /// An alert of Microsoft's that means nothing.
    Alert,
    /// An operation of the long tail.
    Tail(&'static NoiseOperation),
}

/// The services at work.
#[derive(Debug)]
pub struct Service {
    seed: Seed,
    agenda: Agenda<Task>,
    cast: Cast,
}

/// Who and what services deal with, looked up once.
#[derive(Debug)]
struct Cast {
    mailboxes: Vec<AccountNo>,
    people: Vec<AccountNo>,
    front_ends: Vec<NetworkNo>,
    hosting: Vec<NetworkNo>,
    azure: Vec<NetworkNo>,
    office: Option<NetworkNo>,
}

/// One task meets the state.
struct Scene<'s> {
    world: &'s World,
    cast: &'s Cast,
    state: &'s mut State,
    agenda: &'s mut Agenda<Task>,
    at: Timestamp,
    stream: Stream,
}

impl Cast {
    fn new(world: &World) -> Self {
        let networks = |kind| -> Vec<NetworkNo> {
            world.networks_of(kind).map(|(number, _)| number).collect()
        };
        Self {
            mailboxes: world
                .numbered_accounts()
                .filter(|(_, account)| account.mailbox.is_some())
                .map(|(number, _)| number)
                .collect(),
            people: world
                .people()
                .filter(|(_, account)| account.kind == AccountKind::Member)
                .map(|(number, _)| number)
                .collect(),
            front_ends: networks(NetworkKind::MicrosoftService),
            hosting: networks(NetworkKind::Hosting),
            azure: networks(NetworkKind::AzureHosting),
            office: networks(NetworkKind::Office).first().copied(),
        }
    }
}

impl Service {
    /// The services of a world.
    pub fn new(world: &World) -> Self {
        Self {
            seed: world.seed.child("service"),
            agenda: Agenda::default(),
            cast: Cast::new(world),
        }
    }

    /// Plans a day of UTC, before its first step. Days come in their order.
    pub fn wake(&mut self, world: &World, _state: &State, day: Day) {
        let number = u64::try_from(day.0).unwrap_or(0);
        let mut stream = self.seed.child("plan").number(number).stream();
        let mut plan = Plan {
            agenda: &mut self.agenda,
            day,
            stream: &mut stream,
        };
        plan.services(world, &self.cast);
        plan.apps(world, &self.cast);
        plan.strangers(world);
        plan.tail(world);
        self.agenda.sort();
    }

    /// When the next step is due.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.agenda.next_at()
    }

    /// Takes the next step, as [`Life::step`](crate::life::Life::step) does.
    pub fn step(&mut self, world: &World, state: &mut State) -> Option<Happening> {
        let (at, what) = self.agenda.take()?;
        let task = match what {
            What::Happening(happening) => return Some(*happening),
            What::Intention(task) => task,
        };
        let mut scene = Scene {
            world,
            cast: &self.cast,
            state,
            agenda: &mut self.agenda,
            at,
            stream: self.seed.number(task.draw).stream(),
        };
        scene.does(task.what);
        None
    }
}

/// A day that is being planned.
struct Plan<'p> {
    agenda: &'p mut Agenda<Task>,
    day: Day,
    stream: &'p mut Stream,
}

impl Plan<'_> {
    /// So many tasks on average (in thousandths), at any time of the day.
    fn some(&mut self, mean: u64, what: Work) {
        for _ in 0..self.stream.count(mean) {
            self.one(what);
        }
    }

    fn one(&mut self, what: Work) {
        let micros = self.stream.between(0, 86_399_999_999);
        let at = Timestamp::from_micros(self.day.midnight().micros() + micros);
        let draw = self.stream.bits();
        self.agenda.plan(at, Task { draw, what });
    }

    fn services(&mut self, world: &World, cast: &Cast) {
        let mailboxes = u64::try_from(cast.mailboxes.len()).unwrap_or(0);
        let accounts = u64::try_from(world.accounts.len()).unwrap_or(0);
        self.some(620, Work::Maintenance);
        self.some(2_000 + mailboxes * 45, Work::MailboxUpkeep);
        self.some(mailboxes * 900, Work::BackEndReads);
        self.some(3_000 + accounts * 60, Work::Directory);
        self.some(250 + accounts, Work::Alert);
    }

    fn apps(&mut self, world: &World, cast: &Cast) {
        let mailboxes = u64::try_from(cast.mailboxes.len()).unwrap_or(0);
        for (number, app) in (0_u32..).map(AppNo).zip(&world.apps) {
            self.some(app.daily_sign_ins, Work::AppSignsIn(number));
            if app.roles.contains(&"Mail.Read") {
                self.some(mailboxes * 250, Work::AppReads(number));
            }
            if app.kind == crate::world::AppKind::OwnApp && app.daily_sign_ins > 0 {
                self.some(6_000, Work::IdentitySignsIn(number));
            }
        }
        for (number, account) in world.numbered_accounts() {
            match account.kind {
                AccountKind::Sync => self.some(46_000, Work::Synchronises(number)),
                AccountKind::Service => self.some(7_000, Work::DeviceSends(number)),
                _ => {}
            }
        }
    }

    /// A few attempts every day, and some days a wave.
    fn strangers(&mut self, world: &World) {
        let accounts = u64::try_from(world.accounts.len()).unwrap_or(0);
        self.some(3_500 + accounts * 12, Work::Strangers { attempts: 1 });
        self.some(700, Work::Strangers { attempts: 6 });
        let wave = (accounts / 2).clamp(12, 240);
        self.some(70, Work::Strangers { attempts: wave });
    }

    fn tail(&mut self, world: &World) {
        for operation in noise_catalogue() {
            if operation.doer == Doer::Service && has_what_it_needs(world, operation) {
                self.some(operation.daily, Work::Tail(operation));
            }
        }
    }
}

/// Whether a tenant has what an operation needs.
pub(crate) fn has_what_it_needs(world: &World, operation: &NoiseOperation) -> bool {
    match operation.needs {
        Need::Nothing => true,
        Need::Defender => world.tenant.defender,
    }
}

impl Scene<'_> {
    fn does(&mut self, what: Work) {
        match what {
            Work::Maintenance => self.maintains(),
            Work::MailboxUpkeep => self.keeps_mailbox(),
            Work::BackEndReads => self.back_end_reads(),
            Work::Directory => self.changes_directory(),
            Work::AppSignsIn(app) => self.app_signs_in(app),
            Work::IdentitySignsIn(app) => self.identity_signs_in(app),
            Work::AppReads(app) => self.app_reads(app),
            Work::Synchronises(account) => self.synchronises(account),
            Work::DeviceSends(account) => self.device_sends(account),
            Work::Strangers { attempts } => self.strangers_try(attempts),
            Work::Alert => self.raises_alert(),
            Work::Tail(operation) => {
                let noise = Noise {
                    workload: operation.workload.as_str(),
                    operation: operation.operation.as_str(),
                    object: String::new(),
                };
                self.happens(Actor::Service, None, Act::Noise(noise));
            }
        }
    }

    fn wait(&mut self, least: i64, most: i64) {
        let micros = self.stream.between(least * 1_000_000, most * 1_000_000);
        self.at = Timestamp::from_micros(self.at.micros() + micros);
    }

    /// Something that a service does inside.
    fn happens(&mut self, actor: Actor, access: Option<Access>, act: Act) {
        self.agenda.happens(Happening {
            at: self.at,
            actor,
            account: None,
            app: None,
            access,
            act,
        });
    }

    /// A mailbox that is there.
    fn some_mailbox(&mut self) -> Option<AccountNo> {
        let mailbox = self.stream.pick(&self.cast.mailboxes).copied()?;
        (!self.state.account(mailbox).deleted).then_some(mailbox)
    }

    /// A person who is there.
    fn some_person(&mut self) -> Option<AccountNo> {
        let person = self.stream.pick(&self.cast.people).copied()?;
        (!self.state.account(person).deleted).then_some(person)
    }

    /// The way of a program that runs in a network.
    fn access(&mut self, network: Option<NetworkNo>, client: Client) -> Option<Access> {
        let network = network?;
        let holder = AccountNo(network.0);
        Some(Access {
            place: self.world.place(network, holder, self.at, &mut self.stream),
            client: Arc::new(client),
            session: None,
            token: None,
            device: None,
        })
    }

    /// A program without a person as services see it.
    fn program(&self, app: AppNo, kind: ClientKind, user_agent: &str) -> Client {
        let of = self.world.app(app);
        Client {
            kind,
            app_id: of.id,
            app_name: of.name.clone(),
            user_agent: user_agent.to_owned(),
            os: String::new(),
            browser: String::new(),
        }
    }
}

/// The service that indexes and assists in mailboxes.
const SUBSTRATE: AppNo = FirstParty::SubstrateManagement.number();
