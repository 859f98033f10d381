//! A scenario played to its end, the situation as the truth has it, and the same scenario with acts in it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_contain::{
    Account, AccountKind, Act, Address, Administrator, AppOwner, Device, HostileApp, Origin, Plan,
    Situation, Tables, as_done,
};
use hourzero_model::{EntryId, Foothold, FootholdState, Timestamp, Verdict};
use hourzero_simulator::attacker::{Play, Scenario};
use hourzero_simulator::engine::{self, Sink};
use hourzero_simulator::happening::{Actor, Happening};
use hourzero_simulator::id::AccountNo;
use hourzero_simulator::intervene;
use hourzero_simulator::judge::Eviction;
use hourzero_simulator::logs::LogRecord;
use hourzero_simulator::outcome::{Outcome, Standing};
use hourzero_simulator::world::{self, AppKind, Settings, World};

/// Who came from where.
#[derive(Default)]
struct Addresses {
    hostile: BTreeSet<IpAddr>,
    innocent: BTreeMap<IpAddr, ()>,
}

impl Sink for Addresses {
    fn take(&mut self, _number: u64, happening: &Happening, _records: &[LogRecord]) {
        let Some(access) = &happening.access else {
            return;
        };
        match happening.actor {
            Actor::Attacker(_) => {
                self.hostile.insert(access.place.address);
            }
            Actor::Owner | Actor::Administrator => {
                self.innocent.insert(access.place.address, ());
            }
            _ => {}
        }
    }

    fn wants_records(&self) -> bool {
        false
    }
}

/// A scenario in its tenant.
pub(crate) struct Stage {
    name: String,
    world: World,
    play: Play,
}

const DAYS: i64 = 20;

impl Stage {
    pub(crate) fn of(name: &str, seed: u64) -> Self {
        let scenario = Scenario::named(name).unwrap();
        let settings = scenario.settings(&Settings {
            seed,
            accounts: 25,
            days: DAYS,
            ..Settings::default()
        });
        let mut world = World::build(&settings);
        let play = Play::prepare(&mut world, &scenario).unwrap();
        Self {
            name: name.to_owned(),
            world,
            play,
        }
    }

    /// Plays it with `[[done]]` tables.
    fn run(&mut self, tables: &str) -> (Outcome, Addresses) {
        self.play.interventions = intervene::parse(tables, &self.world, &self.play)
            .unwrap_or_else(|error| panic!("{}: {error}\n{tables}", self.name));
        let mut addresses = Addresses::default();
        let outcome = engine::run(&self.world, &self.play, &mut addresses);
        (outcome, addresses)
    }

    /// When the acts begin: half a day before the logs end, so that every goal was reached before.
    pub(crate) fn from(&self) -> Timestamp {
        self.world.first_day.plus(DAYS - 1).midnight()
    }

    /// What scope would say if it knew all: the scenario is played once without acts.
    pub(crate) fn situation(&mut self) -> Situation {
        let (outcome, addresses) = self.run("");
        self.truth(&outcome, &addresses)
    }

    fn truth(&self, outcome: &Outcome, addresses: &Addresses) -> Situation {
        let world = &self.world;
        let taken: BTreeSet<AccountNo> = outcome
            .attackers
            .iter()
            .flat_map(|one| &one.compromised)
            .map(|(account, _)| *account)
            .collect();
        let standing: Vec<&Standing> = outcome
            .attackers
            .iter()
            .flat_map(|one| &one.standing)
            .collect();
        let thefts: Vec<AccountNo> = outcome
            .attackers
            .iter()
            .filter(|one| one.entry == "token-theft")
            .filter_map(|one| one.account)
            .collect();
        let account = |number: AccountNo| {
            let one = world.account(number);
            Account {
                upn: one.upn_lower(),
                object_id: one.id.to_string(),
                verdict: Some(Verdict::Compromised),
                kind: kind(one.kind),
                origin: if one.synced {
                    Origin::Synced
                } else {
                    Origin::Cloud
                },
                roles: one.roles.iter().map(|role| (*role).to_owned()).collect(),
                made_by_attacker: standing
                    .iter()
                    .any(|one| one.kind == "account" && one.account == Some(number)),
                restricted: outcome.state.account(number).restricted,
                computer_suspected: thefts.contains(&number),
                ..Account::default()
            }
        };
        let administrators = world
            .numbered_accounts()
            .filter(|(number, one)| one.is_administrator() && !taken.contains(number))
            .map(|(_, one)| Administrator {
                upn: one.upn_lower(),
                object_id: one.id.to_string(),
                roles: one.roles.iter().map(|role| (*role).to_owned()).collect(),
                kind: kind(one.kind),
                proven: false,
            })
            .collect();
        let entries = outcome
            .attackers
            .iter()
            .filter_map(|one| one.entry.parse::<EntryId>().ok())
            .collect();
        Situation {
            domain: world.tenant.domain.clone(),
            until: Some(outcome.until),
            accounts: taken.iter().map(|number| account(*number)).collect(),
            administrators,
            footholds: standing.iter().map(|one| self.foothold(one)).collect(),
            apps: self.apps(&standing),
            devices: self.devices(&standing, &thefts),
            addresses: addresses
                .hostile
                .iter()
                .map(|ip| Address {
                    ip: *ip,
                    shared_with_innocents: addresses.innocent.contains_key(ip),
                    microsoft: false,
                })
                .collect(),
            entries,
            ..Situation::default()
        }
    }

    fn foothold(&self, standing: &Standing) -> Foothold {
        let world = &self.world;
        let account = standing.account.map(|one| world.account(one).upn_lower());
        let (name, id) = match standing.kind {
            "app-key" => standing
                .name
                .split_once(" of ")
                .map_or((standing.name.clone(), String::new()), |(key, app)| {
                    (app.to_owned(), key.to_owned())
                }),
            "policy" => standing
                .name
                .rsplit_once(" (")
                .map_or((standing.name.clone(), String::new()), |(name, id)| {
                    (name.to_owned(), id.trim_end_matches(')').to_owned())
                }),
            "flow" | "restricted-unit" => (String::new(), standing.name.clone()),
            "inbox-rule" if standing.name.starts_with("(hidden)") => (String::new(), String::new()),
            _ => (standing.name.clone(), String::new()),
        };
        let at = self.world.first_day.midnight();
        Foothold {
            id: format!("foothold-{}-{}", standing.kind, standing.name),
            kind: standing.kind.to_owned(),
            target: name,
            object_id: id,
            account: account.unwrap_or_default(),
            detail: String::new(),
            created: at,
            by: String::new(),
            state: FootholdState::Present,
            as_of: at,
            evidence: Vec::new(),
        }
    }

    fn apps(&self, standing: &[&Standing]) -> Vec<HostileApp> {
        let named = |name: &str| self.world.apps.iter().find(|app| app.name == name);
        standing
            .iter()
            .filter_map(|one| match one.kind {
                "app" => named(&one.name),
                "app-key" => named(one.name.split_once(" of ")?.1),
                _ => None,
            })
            .map(|app| HostileApp {
                name: app.name.clone(),
                app_id: app.id.to_string(),
                principal_id: app.principal.to_string(),
                owner: if app.kind == AppKind::OwnApp {
                    AppOwner::Tenant
                } else {
                    AppOwner::Attacker
                },
                findings: Vec::new(),
            })
            .collect()
    }

    /// The attacker's own, and the machine of whoever lost a token.
    fn devices(&self, standing: &[&Standing], thefts: &[AccountNo]) -> Vec<Device> {
        let world = &self.world;
        let made = standing.iter().filter(|one| one.kind == "device");
        let made = made.filter_map(|one| {
            let device = world.devices.iter().find(|device| device.name == one.name);
            device.map(|device| (device, true))
        });
        let stolen = thefts
            .iter()
            .filter_map(|one| world.computer(*one))
            .map(|number| (world.device(number), false));
        made.chain(stolen)
            .map(|(device, registered_by_attacker)| Device {
                device_id: device.id.to_string(),
                object_id: device.object_id.to_string(),
                name: device.name.clone(),
                account: device
                    .owner
                    .map(|one| world.account(one).upn_lower())
                    .unwrap_or_default(),
                registered_by_attacker,
                findings: Vec::new(),
            })
            .collect()
    }
}

fn kind(kind: world::AccountKind) -> AccountKind {
    match kind {
        world::AccountKind::Guest => AccountKind::Guest,
        world::AccountKind::Shared => AccountKind::SharedMailbox,
        world::AccountKind::Service => AccountKind::Service,
        world::AccountKind::Sync => AccountKind::Synchronisation,
        world::AccountKind::BreakGlass => AccountKind::BreakGlass,
        _ => AccountKind::Member,
    }
}

impl Stage {
    /// A plan's tables without its looking through accounts, which finds whatever stands: what is known must
    /// be enough.
    pub(crate) fn known_things_only(&self, plan: &Plan) -> Tables {
        let tables: Tables = toml::from_str(&as_done(plan, self.from())).unwrap();
        let told = plan
            .actions()
            .iter()
            .filter(|action| action.as_done.is_some());
        let kept = tables.done.into_iter().zip(told);
        let done = kept
            .filter(|(_, action)| action.act != Act::Sweep)
            .map(|(table, _)| table)
            .collect();
        Tables { done }
    }

    /// Plays acts and says what came of them.
    pub(crate) fn played(&mut self, tables: &str) -> Eviction {
        let (outcome, _) = self.run(tables);
        Eviction::of(&self.world, &self.play, &outcome)
    }
}
