//! What an attacker has prepared before he begins: victims, infrastructure, names and ids of what he will
//! make. Devices, applications, groups and accounts that he will make are put at the ends of the world's
//! lists, so that the logs can name them; they do nothing before he does.

use std::net::Ipv4Addr;

use hourzero_model::Timestamp;

use super::apps::{KnownApps, add_app, attacker_seed};
use super::scenario::{Entry, Goal, NetworkUse, Plan, Reaction, Scenario, ScenarioError, Victim};
use crate::calendar::Zone;
use crate::id::{AccountNo, AppNo, DeviceNo, GroupNo, Guid, NetworkNo};
use crate::random::Stream;
use crate::world::{
    Account, AccountKind, App, AppKind, Department, Device, Group, Network, NetworkKind, Platform,
    Site, TrustType, World,
};

/// A scenario that is ready to be played in its world.
#[derive(Debug, Clone)]
pub struct Play {
    /// The scenario's name.
    pub scenario: String,
    /// First-party applications in the world.
    pub apps: KnownApps,
    /// The attackers.
    pub attackers: Vec<Design>,
    /// The administrator in whose name responders act.
    pub responder: AccountNo,
    /// What responders do.
    pub interventions: Vec<crate::intervene::Intervention>,
}

/// One attacker, prepared.
#[derive(Debug, Clone)]
pub struct Design {
    /// His number.
    pub number: u8,
    /// What he is up to.
    pub plan: Plan,
    /// When he begins.
    pub start: Timestamp,
    /// The zone of his life.
    pub zone: Zone,
    /// The account that he enters by; nothing where no account of the tenant is meant.
    pub victim: AccountNo,
    /// Networks of the entry.
    pub entry_networks: Vec<NetworkNo>,
    /// Networks afterwards.
    pub later_networks: Vec<NetworkNo>,
    /// The device that he may register.
    pub device: DeviceNo,
    /// The application that he may have consented to, register, or whose secret he has.
    pub app: AppNo,
    /// The company's own application, whose secrets he may add to.
    pub own_app: AppNo,
    /// The group that he may join.
    pub group: GroupNo,
    /// The account that he may make.
    pub account: AccountNo,
    /// Id of the key that he may add.
    pub key: Guid,
    /// Id of the restricted-management unit that he may make.
    pub unit: Guid,
    /// Id of the flow that he may make.
    pub flow: Guid,
    /// Id of the inbox rule that he may make.
    pub rule: u64,
    /// Name of the inbox rule that he may make.
    pub rule_name: String,
    /// Name of the mail-flow rule that he may make.
    pub transport_rule: String,
    /// The policy that he may weaken: id and name.
    pub policy: (Guid, String),
    /// Address that gets forwarded mail.
    pub drop: String,
    /// Domain of his own that looks like another.
    pub look_alike: String,
    /// Domain that he may federate.
    pub federated: String,
}

impl Play {
    /// Nothing is played: an ordinary tenant.
    pub fn quiet(world: &World) -> Self {
        Self {
            scenario: String::new(),
            apps: KnownApps::found(world),
            attackers: Vec::new(),
            responder: AccountNo(0),
            interventions: Vec::new(),
        }
    }

    /// Puts a scenario into a world: chooses victims and adds what the attackers bring.
    ///
    /// # Errors
    /// When the tenant has nobody for a part.
    pub fn prepare(world: &mut World, scenario: &Scenario) -> Result<Self, ScenarioError> {
        let apps = KnownApps::of(world);
        let mut attackers: Vec<Design> = Vec::new();
        for (number, plan) in (0_u8..).zip(&scenario.attackers) {
            let taken: Vec<AccountNo> = attackers.iter().map(|one| one.victim).collect();
            let victim = victim(world, plan, &taken).ok_or(ScenarioError::Tenant {
                name: scenario.name.clone(),
                what: "somebody for the victim's part",
            })?;
            if plan.entry == Entry::Guest {
                invite(world, victim);
            }
            attackers.push(Design::new(world, number, plan, victim));
        }
        travel(world, scenario, attackers.first().map(|one| one.victim));
        let victims: Vec<AccountNo> = attackers.iter().map(|one| one.victim).collect();
        let responder = responder(world, &victims).ok_or(ScenarioError::Tenant {
            name: scenario.name.clone(),
            what: "an account",
        })?;
        Ok(Self {
            scenario: scenario.name.clone(),
            apps,
            attackers,
            responder,
            interventions: Vec::new(),
        })
    }
}

/// A guest was invited to something: somebody shares a site with him.
fn invite(world: &mut World, guest: AccountNo) {
    let invited = |site: &Site| site.members.contains(&guest);
    if world.sites.iter().any(invited) {
        return;
    }
    if let Some(site) = world.sites.iter_mut().find(|site| site.owner.is_none()) {
        site.members.push(guest);
    }
}

/// Some people are on the road in every week.
fn travel(world: &mut World, scenario: &Scenario, victim: Option<AccountNo>) {
    let people = people(world);
    let travellers = victim.into_iter().chain(people).take(scenario.travellers);
    for number in travellers.collect::<Vec<_>>() {
        if let Some(account) = world.accounts.get_mut(number.index())
            && let Some(habits) = &mut account.habits
        {
            habits.travel_thousandths = 900;
        }
    }
}

/// Members with a mailbox and a life.
pub(crate) fn people(world: &World) -> Vec<AccountNo> {
    world
        .numbered_accounts()
        .filter(|(_, account)| {
            account.kind == AccountKind::Member
                && account.habits.is_some()
                && account.mailbox.is_some()
        })
        .map(|(number, _)| number)
        .collect()
}

fn victim(world: &World, plan: &Plan, taken: &[AccountNo]) -> Option<AccountNo> {
    let mut stream = world
        .seed
        .child("victim")
        .number(taken.len() as u64)
        .stream();
    let of_kind = |kind: AccountKind| {
        world
            .numbered_accounts()
            .find(|(number, account)| account.kind == kind && !taken.contains(number))
            .map(|(number, _)| number)
    };
    match plan.entry {
        Entry::OnPremises => {
            return of_kind(AccountKind::Sync).or_else(|| administrator(world, taken));
        }
        Entry::Guest => {
            if let Some(guest) = of_kind(AccountKind::Guest) {
                return Some(guest);
            }
        }
        Entry::Partner => return administrator(world, taken),
        _ => {}
    }
    if plan.victim == Victim::Administrator {
        return administrator(world, taken);
    }
    let wanted = match plan.victim {
        Victim::Finance => Some(Department::Finance),
        Victim::Management => Some(Department::Management),
        Victim::Sales => Some(Department::Sales),
        Victim::HumanResources => Some(Department::HumanResources),
        Victim::Administrator | Victim::Anybody => None,
    };
    let free: Vec<AccountNo> = people(world)
        .into_iter()
        .filter(|number| !taken.contains(number))
        .collect();
    let ordinary: Vec<AccountNo> = free
        .iter()
        .copied()
        .filter(|number| {
            let account = world.account(*number);
            !account.is_administrator() && wanted.is_none_or(|one| account.department == one)
        })
        .collect();
    // Whoever plays the part stays in the company through all the days.
    let mut candidates = ordinary;
    stream.shuffle(&mut candidates);
    candidates.extend(free);
    let settled = candidates
        .iter()
        .find(|number| crate::life::is_settled(world, **number));
    settled.or(candidates.first()).copied()
}

/// A Global Administrator who reads mail, else any administrator.
fn administrator(world: &World, taken: &[AccountNo]) -> Option<AccountNo> {
    let rank = |account: &Account| {
        let global = account.roles.contains(&"Global Administrator");
        let alive = matches!(account.kind, AccountKind::Admin | AccountKind::Member);
        (alive && global, alive, account.is_administrator())
    };
    world
        .numbered_accounts()
        .filter(|(number, account)| account.is_administrator() && !taken.contains(number))
        .max_by_key(|(number, account)| (rank(account), std::cmp::Reverse(*number)))
        .map(|(number, _)| number)
        .or_else(|| people(world).into_iter().find(|one| !taken.contains(one)))
}

/// The administrator who acts against the attack: another one than the victim where there is one.
fn responder(world: &World, victims: &[AccountNo]) -> Option<AccountNo> {
    administrator(world, victims)
        .or_else(|| victims.first().copied())
        .or_else(|| world.numbered_accounts().next().map(|(number, _)| number))
}

impl Design {
    fn new(world: &mut World, number: u8, plan: &Plan, victim: AccountNo) -> Self {
        let mut stream = attacker_seed(world, number).child("design").stream();
        let span = world.days.max(1) * 86_400 * plan.start.clamp(0, 1_000) / 1_000;
        let start = world
            .first_day
            .midnight()
            .plus_seconds(span + stream.between(0, 10_800) + 25_200);
        let entry_networks = networks(world, plan.network, victim);
        let later_networks = plan.later.map_or_else(
            || entry_networks.clone(),
            |later| networks(world, later, victim),
        );
        let has = |goal: Goal| plan.goals.contains(&goal);
        let device = if plan.entry == Entry::DeviceCodeKit
            || has(Goal::Device)
            || has(Goal::HelloKey)
            || plan.reactions.contains(&Reaction::Device)
        {
            device(world, victim, &mut stream)
        } else {
            DeviceNo(u32::MAX)
        };
        let app = app(world, plan, &mut stream);
        let own_app = own_app(world, plan, &mut stream);
        let group = if has(Goal::RoleGroup) {
            group(world, &mut stream)
        } else {
            GroupNo(u32::MAX)
        };
        let account = if has(Goal::RogueAccount) || has(Goal::Role) {
            account(world, &mut stream)
        } else {
            AccountNo(u32::MAX)
        };
        let policy = world.policies.first().map_or_else(
            || (stream.guid(), "Require MFA for all users".to_owned()),
            |policy| (policy.id, policy.name.clone()),
        );
        let names = [".", "..", ";;", "a", "..,", "-", "xx"];
        let look_alike = look_alike(world, &mut stream);
        let first = world.tenant.first_domain.clone();
        Self {
            number,
            start,
            zone: Zone::named(&plan.zone).unwrap_or_else(Zone::utc),
            victim,
            entry_networks,
            later_networks,
            device,
            app,
            own_app,
            group,
            account,
            key: stream.guid(),
            unit: stream.guid(),
            flow: stream.guid(),
            rule: stream.bits() >> 1,
            rule_name: (*stream.pick(&names).unwrap_or(&".")).to_owned(),
            transport_rule: (*stream
                .pick(&["Compliance journal", "Archive copy", "Default Rule 2", "."])
                .unwrap_or(&"."))
            .to_owned(),
            policy,
            drop: format!(
                "{}{}@{}",
                stream
                    .pick(&["office.accounts", "billing.desk", "m.hansen", "j.okafor"])
                    .unwrap_or(&"x"),
                stream.between(11, 989),
                stream
                    .pick(&["gmail.com", "proton.me", "outlook.com"])
                    .unwrap_or(&"gmail.com")
            ),
            federated: format!(
                "{}{}",
                stream.pick(&["login-", "sso-", "mail-"]).unwrap_or(&"sso-"),
                first
            ),
            look_alike,
            plan: plan.clone(),
        }
    }

    /// Whether he may ever register the device.
    pub fn has_device(&self, world: &World) -> bool {
        self.device.index() < world.devices.len()
    }
}

/// A domain that looks like that of a supplier: a letter doubled, swapped for a sign, or an ending changed.
fn look_alike(world: &World, stream: &mut Stream) -> String {
    let suppliers: Vec<&str> = world
        .companies
        .iter()
        .filter(|company| company.supplier || company.customer)
        .map(|company| company.domain.as_str())
        .collect();
    let domain = stream.pick(&suppliers).copied().unwrap_or("litware.com");
    let (name, ending) = domain.split_once('.').unwrap_or((domain, "com"));
    match stream.below(4) {
        0 if name.contains('l') => format!("{}.{ending}", name.replacen('l', "1", 1)),
        1 if name.contains('m') => format!("{}.{ending}", name.replacen('m', "rn", 1)),
        2 => format!("{name}-group.{ending}"),
        _ => format!("{name}s.{ending}"),
    }
}

fn of_kind(world: &World, kind: NetworkKind) -> Vec<NetworkNo> {
    (0_u32..)
        .map(NetworkNo)
        .zip(&world.networks)
        .filter(|(_, network)| network.kind == kind)
        .map(|(number, _)| number)
        .collect()
}

/// Up to three networks of a kind, near the victim where that matters.
fn networks(world: &mut World, used: NetworkUse, victim: AccountNo) -> Vec<NetworkNo> {
    let mut stream = world
        .seed
        .child("attacker networks")
        .child(&format!("{used:?}"))
        .number(u64::from(victim.0))
        .stream();
    let own = |kind: NetworkKind| {
        world
            .account(victim)
            .networks
            .iter()
            .copied()
            .filter(|number| world.network(*number).kind == kind)
            .collect::<Vec<_>>()
    };
    let mut found = match used {
        NetworkUse::Hosting => of_kind(world, NetworkKind::Hosting),
        NetworkUse::Azure => of_kind(world, NetworkKind::AzureHosting),
        NetworkUse::PublicVpn => of_kind(world, NetworkKind::PublicVpn),
        NetworkUse::CompanyVpn => of_kind(world, NetworkKind::CompanyVpn),
        NetworkUse::VictimsCarrier => {
            let own = own(NetworkKind::Mobile);
            if own.is_empty() {
                of_kind(world, NetworkKind::Mobile)
            } else {
                own
            }
        }
        NetworkUse::Residential => near(world, victim),
    };
    if found.is_empty() {
        found.push(rented(world, used, victim));
    }
    stream.shuffle(&mut found);
    found.truncate(3);
    found
}

/// Households for sale in the victim's country.
fn near(world: &World, victim: AccountNo) -> Vec<NetworkNo> {
    let country = world
        .account(victim)
        .networks
        .first()
        .map_or(world.tenant.country.as_str(), |number| {
            world.network(*number).country.as_str()
        });
    of_kind(world, NetworkKind::ResidentialProxy)
        .into_iter()
        .filter(|number| world.network(*number).country == country)
        .collect()
}

/// A network for worlds that have none of the kind: for households and VPNs, next to the victim's own.
fn rented(world: &mut World, used: NetworkUse, victim: AccountNo) -> NetworkNo {
    let neighbour = world.account(victim).networks.last().copied();
    let mut network = match (used, neighbour) {
        (NetworkUse::Hosting | NetworkUse::Azure | NetworkUse::PublicVpn, _) | (_, None) => {
            Network {
                kind: NetworkKind::Hosting,
                asn: 20_473,
                organisation: "The Constant Company, LLC".to_owned(),
                country: "NL".to_owned(),
                state: "Noord-Holland".to_owned(),
                city: "Amsterdam".to_owned(),
                coordinates: (52_378, 4_899),
                v4: (Ipv4Addr::new(95, 179, 144, 0), 22),
                v6: None,
                in_use: 200,
                lease_hours: 0,
                front_end: None,
            }
        }
        (_, Some(number)) => {
            let mut near = world.network(number).clone();
            // The prefix beside the neighbour's, of the same carrier.
            near.v4 = (Ipv4Addr::from_bits(near.v4.0.to_bits() ^ 0x0000_8000), 24);
            near.v6 = None;
            near.in_use = 60;
            near
        }
    };
    network.kind = match used {
        NetworkUse::Hosting => NetworkKind::Hosting,
        NetworkUse::Azure => {
            network.asn = 8_075;
            network.organisation = "Microsoft Corporation".to_owned();
            network.v4 = (Ipv4Addr::new(20, 71, 96, 0), 20);
            NetworkKind::AzureHosting
        }
        NetworkUse::PublicVpn => NetworkKind::PublicVpn,
        NetworkUse::CompanyVpn => NetworkKind::CompanyVpn,
        NetworkUse::VictimsCarrier => NetworkKind::Mobile,
        NetworkUse::Residential => NetworkKind::ResidentialProxy,
    };
    let number = NetworkNo(u32::try_from(world.networks.len()).unwrap_or(u32::MAX));
    world.networks.push(network);
    number
}

/// The virtual machine that registers itself: a default name and an old build.
fn device(world: &mut World, victim: AccountNo, stream: &mut Stream) -> DeviceNo {
    let letters: String = stream
        .guid()
        .to_string()
        .to_uppercase()
        .replace('-', "")
        .chars()
        .take(7)
        .collect();
    let number = DeviceNo(u32::try_from(world.devices.len()).unwrap_or(u32::MAX));
    world.devices.push(Device {
        id: stream.guid(),
        object_id: stream.guid(),
        name: format!("DESKTOP-{letters}"),
        os: "Windows".to_owned(),
        os_version: "10.0.19045.2006".to_owned(),
        platform: Platform::Windows10,
        trust: TrustType::Joined,
        compliant: false,
        managed: false,
        owner: Some(victim),
    });
    number
}

/// The application that he brings: a look-alike that asks for mail, or the company's own whose secret leaked.
fn app(world: &mut World, plan: &Plan, stream: &mut Stream) -> AppNo {
    let wanted = plan.entry == Entry::Consent
        || plan.goals.contains(&Goal::ConsentApp)
        || plan.goals.contains(&Goal::RogueApp);
    if !wanted {
        return if plan.entry == Entry::AppCredential {
            own_app(world, plan, stream)
        } else {
            AppNo(u32::MAX)
        };
    }
    let rogue = plan.goals.contains(&Goal::RogueApp);
    let name = if rogue {
        "Exchange Backup Connector"
    } else if plan.entry == Entry::Consent {
        stream
            .pick(&[
                "Outlook Web Protect",
                "Microsoft Docs Viewer",
                "SharePoint Doc Sign",
            ])
            .copied()
            .unwrap_or("Docs Viewer")
    } else {
        "eM Client"
    };
    let made = App {
        id: stream.guid(),
        principal: stream.guid(),
        object_id: rogue.then(|| stream.guid()),
        name: name.to_owned(),
        kind: AppKind::Newcomer,
        owner_tenant: if rogue {
            world.tenant.id
        } else {
            stream.guid()
        },
        scopes: vec![
            "Mail.Read",
            "Mail.Send",
            "MailboxSettings.ReadWrite",
            "offline_access",
            "User.Read",
        ],
        roles: if rogue {
            vec!["Mail.ReadWrite", "Mail.Send"]
        } else {
            Vec::new()
        },
        reply_urls: vec![format!(
            "https://{}/auth/callback",
            stream
                .pick(&["docs-view.app", "owa-protect.net", "signdocs.cloud"])
                .unwrap_or(&"docs-view.app")
        )],
        daily_sign_ins: 0,
    };
    add_app(world, made)
}

/// The company's own application with rights of its own; added where the tenant has none.
fn own_app(world: &mut World, plan: &Plan, stream: &mut Stream) -> AppNo {
    if !(plan.entry == Entry::AppCredential || plan.goals.contains(&Goal::AppSecret)) {
        return AppNo(u32::MAX);
    }
    let found = world
        .apps
        .iter()
        .position(|app| app.kind == AppKind::OwnApp);
    let number = match found {
        Some(at) => AppNo(u32::try_from(at).unwrap_or(u32::MAX)),
        None => {
            let made = App {
                id: stream.guid(),
                principal: stream.guid(),
                object_id: Some(stream.guid()),
                name: "Invoice Import".to_owned(),
                kind: AppKind::OwnApp,
                owner_tenant: world.tenant.id,
                scopes: Vec::new(),
                roles: Vec::new(),
                reply_urls: Vec::new(),
                daily_sign_ins: 4_000,
            };
            add_app(world, made)
        }
    };
    if let Some(app) = world.apps.get_mut(number.index())
        && !app.roles.iter().any(|role| role.starts_with("Mail."))
    {
        app.roles.push("Mail.Read");
    }
    number
}

fn group(world: &mut World, stream: &mut Stream) -> GroupNo {
    let found = world.groups.iter().position(|group| group.role_assignable);
    let number = found.unwrap_or(world.groups.len());
    if found.is_none() {
        world.groups.push(Group {
            id: stream.guid(),
            name: "Cloud administrators".to_owned(),
            role_assignable: true,
            members: Vec::new(),
        });
    }
    GroupNo(u32::try_from(number).unwrap_or(u32::MAX))
}

/// An account with a dull name that the attacker makes.
fn account(world: &mut World, stream: &mut Stream) -> AccountNo {
    let number = AccountNo(u32::try_from(world.accounts.len()).unwrap_or(u32::MAX));
    let Some(like) = world.accounts.first().cloned() else {
        return number;
    };
    let names = [
        "svc-backup",
        "exchange.sync",
        "it.helpdesk2",
        "adm-reporting",
    ];
    let name = stream.pick(&names).copied().unwrap_or("svc-backup");
    let puid = stream.guid().to_string().replace('-', "").to_uppercase();
    world.accounts.push(Account {
        id: stream.guid(),
        upn: format!("{name}@{}", world.tenant.first_domain),
        display_name: name.to_owned(),
        given_name: String::new(),
        surname: String::new(),
        kind: AccountKind::Member,
        title: String::new(),
        licence: crate::world::Licence::None,
        synced: false,
        puid: format!("1003{}", puid.chars().take(12).collect::<String>()),
        sid: format!("{}7", like.sid),
        mailbox: None,
        factor: crate::world::SecondFactor::None,
        habits: None,
        networks: Vec::new(),
        devices: Vec::new(),
        drive: None,
        roles: Vec::new(),
        home: None,
        ..like
    });
    number
}
