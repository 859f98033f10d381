//! The accounts of the directory: members first, then what else has a name.

use super::company::City;
use super::names::{Names, UserNameStyle, capitals};
use super::networks::{self, Carriers};
use super::{Builder, habits, next, others, positions};
use crate::calendar::Zone;
use crate::id::{Guid, NetworkNo};
use crate::random::Stream;
use crate::world::{
    Account, AccountKind, Department, Habits, Licence, NetworkKind, SecondFactor, WorkPlace,
};

/// How many accounts of each kind there are.
struct Shares {
    members: u32,
    guests: u32,
    shared: u32,
    services: u32,
    admins: u32,
    break_glass: u32,
    sync: u32,
}

fn shares(builder: &Builder<'_>) -> Shares {
    let size = builder.settings.size();
    let mut shares = Shares {
        members: 0,
        guests: if size < 8 { 0 } else { (size / 9).max(1) },
        shared: if size < 12 { 1 } else { (size / 22).max(2) },
        services: if size < 10 { 0 } else { (size / 60).max(1) },
        admins: if size < 40 {
            0
        } else {
            (size / 150).clamp(1, 40)
        },
        break_glass: match size {
            0..25 => 0,
            25..200 => 1,
            _ => 2,
        },
        sync: u32::from(builder.world.tenant.hybrid),
    };
    let others = shares.guests
        + shares.shared
        + shares.services
        + shares.admins
        + shares.break_glass
        + shares.sync;
    shares.members = size.saturating_sub(others);
    shares
}

/// What the makers of accounts share.
pub(super) struct Making {
    pub(super) names: Names,
    pub(super) style: UserNameStyle,
    pub(super) with_capitals: bool,
    pub(super) family_first: bool,
    pub(super) carriers: Carriers,
    /// Offices, with their cities: the seat first.
    pub(super) offices: Vec<(NetworkNo, City)>,
    pub(super) vpn: Option<NetworkNo>,
    /// The part of security ids that all mailboxes of the forest share.
    pub(super) sid: String,
    /// Homes so far, which somebody else could live in too.
    pub(super) homes: Vec<NetworkNo>,
    /// Mobile carriers of the country, and commercial VPNs.
    pub(super) mobile: Vec<NetworkNo>,
    pub(super) public_vpns: Vec<NetworkNo>,
    /// People of other companies who can be invited: name, address, directory, domain.
    pub(super) invitable: Vec<(String, String, Guid, String)>,
}

/// Adds every account.
pub(super) fn add(builder: &mut Builder<'_>) {
    let shares = shares(builder);
    let mut making = prepare(builder, shares.members);
    for number in 0..shares.members {
        member(builder, &mut making, number, shares.members);
    }
    positions::lead(builder);
    for number in 0..shares.shared {
        others::shared_mailbox(builder, &mut making, number);
    }
    for number in 0..shares.services {
        others::service(builder, &mut making, number);
    }
    for number in 0..shares.admins {
        others::administrator(builder, &mut making, number);
    }
    for number in 0..shares.break_glass {
        others::break_glass(builder, &mut making, number);
    }
    if shares.sync > 0 {
        others::sync(builder, &mut making);
    }
    for number in 0..shares.guests {
        others::guest(builder, &mut making, number);
    }
    positions::give_roles(builder, shares.admins == 0);
}

fn prepare(builder: &mut Builder<'_>, members: u32) -> Making {
    let mut stream = builder.seed.child("people").stream();
    let mut carriers = Carriers::of(builder.country.code);
    let cities = builder.country.cities.clone();
    // One office for a small company, more for larger ones; a handful work from home alone.
    let count = match members {
        0..80 => 1,
        80..400 => 2,
        400..3_000 => 3,
        _ => 4,
    };
    let mut offices = Vec::new();
    for city in cities.iter().take(count) {
        if let Some(network) = carriers.office(city, members, &mut stream) {
            offices.push((networks::push(builder, network), city.clone()));
        }
    }
    let has_vpn = builder.settings.is_enterprise() || stream.chance(250);
    let vpn = match cities.first() {
        Some(city) if has_vpn => networks::company_vpn(&mut carriers, city, &mut stream)
            .map(|network| networks::push(builder, network)),
        _ => None,
    };
    let style = if members < 12 {
        UserNameStyle::Given
    } else {
        stream
            .weighted(&[
                (UserNameStyle::GivenDotFamily, 62),
                (UserNameStyle::InitialFamily, 22),
                (UserNameStyle::InitialDotFamily, 16),
            ])
            .copied()
            .unwrap_or(UserNameStyle::GivenDotFamily)
    };
    Making {
        names: Names::new(&builder.country.cultures),
        style,
        with_capitals: stream.chance(450),
        family_first: members > 150 && stream.chance(350),
        carriers,
        offices,
        vpn,
        sid: format!(
            "S-1-5-21-{}-{}-{}",
            stream.between(1_000_000_000, 4_200_000_000),
            stream.between(1_000_000_000, 4_200_000_000),
            stream.between(1_000_000_000, 4_200_000_000)
        ),
        homes: Vec::new(),
        mobile: numbers_of(builder, NetworkKind::Mobile),
        public_vpns: numbers_of(builder, NetworkKind::PublicVpn),
        invitable: others::invitable(builder),
    }
}

fn numbers_of(builder: &Builder<'_>, kind: NetworkKind) -> Vec<NetworkNo> {
    builder
        .world
        .networks_of(kind)
        .map(|(number, _)| number)
        .collect()
}

/// The stream of an account, and its body with what every account has.
pub(super) fn begin(
    builder: &Builder<'_>,
    making: &Making,
    kind: AccountKind,
    label: &str,
    number: u32,
) -> (Stream, Account) {
    let mut stream = builder
        .seed
        .child("account")
        .child(label)
        .number(u64::from(number))
        .stream();
    let at = next(&builder.world.accounts);
    let datacentre = stream
        .pick(&builder.country.datacentres)
        .copied()
        .unwrap_or("DB9");
    let account = Account {
        id: stream.guid(),
        upn: String::new(),
        display_name: String::new(),
        given_name: String::new(),
        surname: String::new(),
        kind,
        department: Department::It,
        title: String::new(),
        licence: Licence::None,
        synced: false,
        // Passport ids are unique over all tenants; ours by the account's number.
        puid: format!(
            "100320{:02x}{:08x}",
            stream.below(256),
            (stream.below(0x7_ffff) << 13) | u64::from(at & 0x1fff)
        )
        .to_uppercase(),
        sid: format!(
            "{}-{}",
            making.sid,
            4_100_000 + u64::from(at) * 7 + stream.below(7)
        ),
        mailbox: None,
        server: format!("{datacentre}MB{:04}", stream.between(1_000, 9_899)),
        factor: SecondFactor::None,
        habits: None,
        manager: None,
        networks: Vec::new(),
        devices: Vec::new(),
        drive: None,
        roles: Vec::new(),
        home: None,
    };
    (stream, account)
}

fn member(builder: &mut Builder<'_>, making: &mut Making, number: u32, members: u32) {
    let (mut stream, mut account) = begin(builder, making, AccountKind::Member, "member", number);
    account.department = positions::department(builder, number, members, &mut stream);
    let name = making.names.person(making.family_first, &mut stream);
    let user = making.names.user_name(&name, making.style, &mut stream);
    let user = if making.with_capitals {
        capitals(&user)
    } else {
        user
    };
    account.upn = format!("{user}@{}", builder.world.tenant.domain);
    account.given_name = name.given;
    account.surname = name.family;
    account.display_name = name.display;
    account.licence = positions::licence(builder, account.department, &mut stream);
    account.title = positions::title(account.department, number, &mut stream);
    account.synced = builder.world.tenant.hybrid && stream.chance(960);
    account.mailbox = Some(stream.guid());
    account.factor = positions::factor(builder, &mut stream);
    let city = live(builder, making, &mut account, &mut stream);
    let mut habits = habits::draw(builder, account.department, &city, &mut stream);
    settle(making, &mut account, &mut habits, &mut stream);
    account.habits = Some(habits);
    builder.world.accounts.push(account);
}

/// Finds an office and a home in the same city.
fn live(
    builder: &mut Builder<'_>,
    making: &mut Making,
    account: &mut Account,
    stream: &mut Stream,
) -> City {
    // The seat has half of the people, the other offices share the rest.
    let at = if stream.chance(550) {
        0
    } else {
        stream.below(u64::try_from(making.offices.len()).unwrap_or(1))
    };
    let office = making
        .offices
        .get(usize::try_from(at).unwrap_or(0))
        .cloned();
    let city = match &office {
        Some((_, city)) => city.clone(),
        None => City {
            name: "",
            zone: Zone::utc(),
            state: "",
            coordinates: (0, 0),
            weight: 1,
        },
    };
    account.networks.extend(office.map(|(network, _)| network));
    // A few couples work for the same company.
    let together = stream.chance(15);
    let shared = stream.pick(&making.homes).copied().filter(|_| together);
    let home = match shared {
        Some(home) => Some(home),
        None => making
            .carriers
            .home(&city, stream)
            .map(|network| networks::push(builder, network)),
    };
    if let Some(home) = home {
        making.homes.push(home);
        account.networks.push(home);
    }
    city
}

/// Gives the mobile carrier and the VPNs.
fn settle(making: &Making, account: &mut Account, habits: &mut Habits, stream: &mut Stream) {
    account
        .networks
        .extend(stream.pick(&making.mobile).copied());
    let away = !matches!(habits.place, WorkPlace::Office);
    habits.uses_vpn = making.vpn.is_some() && away && stream.chance(600);
    if habits.uses_vpn {
        account.networks.extend(making.vpn);
    }
    if stream.chance(35) {
        account
            .networks
            .extend(stream.pick(&making.public_vpns).copied());
    }
}
