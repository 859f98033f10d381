//! The accounts of the directory: members first, then what else has a name.

use super::company::City;
use super::names::{Names, UserNameStyle, capitals};
use super::networks::{self, Carriers};
use super::{Builder, habits, next};
use crate::id::{AccountNo, Guid, NetworkNo};
use crate::random::Stream;
use crate::world::data::{field, fields, lines};
use crate::world::{
    Account, AccountKind, Department, EntraPlan, Habits, Licence, NetworkKind, SecondFactor,
    WorkPlace,
};

const TITLES: &str = include_str!("../../../data/world/titles.txt");

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
struct Making {
    names: Names,
    style: UserNameStyle,
    with_capitals: bool,
    family_first: bool,
    carriers: Carriers,
    /// Offices, with their cities: the seat first.
    offices: Vec<(NetworkNo, City)>,
    vpn: Option<NetworkNo>,
    /// The part of security ids that all mailboxes of the forest share.
    sid: String,
    /// Homes so far, which somebody else could live in too.
    homes: Vec<NetworkNo>,
    /// Mobile carriers of the country, and commercial VPNs.
    mobile: Vec<NetworkNo>,
    public_vpns: Vec<NetworkNo>,
    /// People of other companies who can be invited: name, address, directory, domain.
    invitable: Vec<(String, String, Guid, String)>,
}

/// Adds every account.
pub(super) fn add(builder: &mut Builder<'_>) {
    let shares = shares(builder);
    let mut making = prepare(builder, shares.members);
    for number in 0..shares.members {
        member(builder, &mut making, number, shares.members);
    }
    lead(builder);
    for number in 0..shares.shared {
        shared_mailbox(builder, &mut making, number);
    }
    for number in 0..shares.services {
        service(builder, &mut making, number);
    }
    for number in 0..shares.admins {
        administrator(builder, &mut making, number);
    }
    for number in 0..shares.break_glass {
        break_glass(builder, &mut making, number);
    }
    if shares.sync > 0 {
        sync(builder, &mut making);
    }
    for number in 0..shares.guests {
        guest(builder, &mut making, number);
    }
    give_roles(builder, shares.admins == 0);
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
        invitable: invitable(builder),
    }
}

fn numbers_of(builder: &Builder<'_>, kind: NetworkKind) -> Vec<NetworkNo> {
    builder
        .world
        .networks_of(kind)
        .map(|(number, _)| number)
        .collect()
}

/// Contacts of companies that are on Microsoft 365.
fn invitable(builder: &Builder<'_>) -> Vec<(String, String, Guid, String)> {
    builder
        .world
        .companies
        .iter()
        .filter_map(|company| company.tenant.map(|tenant| (company, tenant)))
        .flat_map(|(company, tenant)| {
            company.contacts.iter().map(move |contact| {
                (
                    contact.name.clone(),
                    contact.address.clone(),
                    tenant,
                    company.domain.clone(),
                )
            })
        })
        .collect()
}

/// The stream of an account, and its body with what every account has.
fn begin(
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

/// Departments by their share; the head of the company is the first account.
fn department(builder: &Builder<'_>, number: u32, members: u32, stream: &mut Stream) -> Department {
    // The smallest firms need somebody for the money and somebody for the computers.
    const FIRST: [Department; 8] = [
        Department::Management,
        Department::Finance,
        Department::Sales,
        Department::Operations,
        Department::It,
        Department::Purchasing,
        Department::HumanResources,
        Department::Finance,
    ];
    if let Some(fixed) = FIRST.get(usize::try_from(number).unwrap_or(usize::MAX)) {
        return *fixed;
    }
    let large = members > 300;
    stream
        .weighted(&[
            (Department::Management, if large { 2 } else { 4 }),
            (Department::Finance, 9),
            (Department::Sales, 21),
            (Department::Purchasing, 6),
            (Department::HumanResources, 4),
            (
                Department::It,
                if builder.settings.is_enterprise() {
                    8
                } else {
                    4
                },
            ),
            (Department::Operations, 39),
            (Department::Legal, if large { 2 } else { 0 }),
            (Department::Marketing, 7),
        ])
        .copied()
        .unwrap_or(Department::Operations)
}

fn member(builder: &mut Builder<'_>, making: &mut Making, number: u32, members: u32) {
    let (mut stream, mut account) = begin(builder, making, AccountKind::Member, "member", number);
    account.department = department(builder, number, members, &mut stream);
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
    account.licence = licence(builder, account.department, &mut stream);
    account.title = title(account.department, number, &mut stream);
    account.synced = builder.world.tenant.hybrid && stream.chance(960);
    account.mailbox = Some(stream.guid());
    account.factor = factor(builder, &mut stream);
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
            zone: "UTC",
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

fn licence(builder: &Builder<'_>, department: Department, stream: &mut Stream) -> Licence {
    let main = builder.settings.licence;
    let on_the_floor = department == Department::Operations && stream.chance(250);
    let on_top = matches!(
        department,
        Department::Management | Department::It | Department::Legal
    ) && stream.chance(200);
    match main {
        Licence::BusinessStandard | Licence::BusinessPremium if on_the_floor => {
            Licence::BusinessBasic
        }
        Licence::E3 if on_top => Licence::E5,
        Licence::E5 if on_the_floor => Licence::E3,
        other => other,
    }
}

fn factor(builder: &Builder<'_>, stream: &mut Stream) -> SecondFactor {
    let tenant = &builder.world.tenant;
    // Where nothing asks for a second factor, half of the people have none.
    let none = match tenant.entra {
        EntraPlan::Free if !tenant.security_defaults => 480,
        EntraPlan::Free => 60,
        EntraPlan::P1 => 40,
        EntraPlan::P2 => 15,
    };
    let hello = if builder.settings.is_enterprise() {
        160
    } else {
        30
    };
    stream
        .weighted(&[
            (SecondFactor::None, none),
            (SecondFactor::AuthenticatorApp, 640),
            (SecondFactor::TextMessage, 170),
            (SecondFactor::Fido2, 15),
            (SecondFactor::WindowsHello, hello),
        ])
        .copied()
        .unwrap_or(SecondFactor::AuthenticatorApp)
}

fn title(department: Department, number: u32, stream: &mut Stream) -> String {
    if number == 0 {
        return "Managing Director".to_owned();
    }
    let wanted = format!("{department:?}");
    let titles: Vec<&str> = lines(TITLES)
        .map(fields)
        .filter(|fields| field(fields, 0) == wanted)
        .flat_map(|fields| {
            field(&fields, 1)
                .split(';')
                .map(str::trim)
                .collect::<Vec<_>>()
        })
        .collect();
    // The first of a department's titles is its head's, given in `lead`.
    stream
        .pick(titles.get(1..).unwrap_or_default())
        .map_or_else(|| "Assistant".to_owned(), |title| (*title).to_owned())
}

/// Names the heads of departments and who leads whom: spans of about eight.
fn lead(builder: &mut Builder<'_>) {
    const ALL: [Department; 9] = [
        Department::Management,
        Department::Finance,
        Department::Sales,
        Department::Purchasing,
        Department::HumanResources,
        Department::It,
        Department::Operations,
        Department::Legal,
        Department::Marketing,
    ];
    for department in ALL {
        let people: Vec<AccountNo> = builder
            .world
            .people_of(department)
            .map(|(number, _)| number)
            .collect();
        for (at, number) in people.iter().enumerate() {
            let manager = if at == 0 {
                (number.0 != 0).then_some(AccountNo(0))
            } else {
                people.get((at - 1) / 8).copied()
            };
            if let Some(account) = builder.world.accounts.get_mut(number.index()) {
                account.manager = manager;
                if at == 0 && number.0 != 0 {
                    account.title = head(department);
                }
            }
        }
    }
}

fn head(department: Department) -> String {
    let wanted = format!("{department:?}");
    lines(TITLES)
        .map(fields)
        .find(|fields| field(fields, 0) == wanted)
        .and_then(|fields| field(&fields, 1).split(';').next())
        .unwrap_or("Head")
        .trim()
        .to_owned()
}

fn shared_mailbox(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
    const NAMES: [(&str, &str, Department); 16] = [
        ("info", "Info", Department::Sales),
        ("invoices", "Invoices", Department::Finance),
        ("sales", "Sales", Department::Sales),
        ("accounts", "Accounts Payable", Department::Finance),
        ("hr", "Human Resources", Department::HumanResources),
        ("support", "Customer Support", Department::Operations),
        ("orders", "Orders", Department::Operations),
        ("jobs", "Careers", Department::HumanResources),
        ("purchasing", "Purchasing", Department::Purchasing),
        ("marketing", "Marketing", Department::Marketing),
        ("reception", "Reception", Department::Operations),
        ("logistics", "Logistics", Department::Operations),
        ("quality", "Quality", Department::Operations),
        ("privacy", "Data Protection", Department::Legal),
        ("press", "Press Office", Department::Marketing),
        ("events", "Events", Department::Marketing),
    ];
    let (mut stream, mut account) = begin(builder, making, AccountKind::Shared, "shared", number);
    let index = usize::try_from(number).unwrap_or(0);
    let (user, shown, department) =
        NAMES
            .get(index % NAMES.len())
            .copied()
            .unwrap_or(("info", "Info", Department::Sales));
    let round = index / NAMES.len();
    let city = making
        .offices
        .get(round % making.offices.len().max(1))
        .map_or("", |(_, city)| city.name);
    account.upn = format!(
        "{}@{}",
        making.names.unique(user),
        builder.world.tenant.domain
    );
    account.display_name = match round {
        0 => shown.to_owned(),
        1..4 => format!("{shown} {city}"),
        _ => format!("{shown} {}", round + 1),
    };
    account.department = department;
    account.mailbox = Some(stream.guid());
    builder.world.accounts.push(account);
}

fn service(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
    const NAMES: [(&str, &str, bool); 10] = [
        ("scanner", "Office Scanner", true),
        ("svc-backup", "Backup Service", false),
        ("svc-crm", "CRM Connector", true),
        ("noreply", "No Reply", true),
        ("svc-erp", "ERP Mailer", true),
        ("meetingroom1", "Meeting Room 1", true),
        ("svc-monitoring", "Monitoring", false),
        ("svc-flow", "Power Automate Service", true),
        ("kiosk", "Warehouse Kiosk", true),
        ("svc-dms", "Document Archive", true),
    ];
    let (mut stream, mut account) = begin(builder, making, AccountKind::Service, "service", number);
    let index = usize::try_from(number).unwrap_or(0);
    let (user, shown, mailbox) = NAMES
        .get(index % NAMES.len())
        .copied()
        .unwrap_or(("svc", "Service", false));
    let round = index / NAMES.len();
    account.upn = format!(
        "{}@{}",
        making.names.unique(user),
        builder.world.tenant.domain
    );
    account.display_name = if round == 0 {
        shown.to_owned()
    } else {
        format!("{shown} {}", round + 1)
    };
    account.synced = builder.world.tenant.hybrid && stream.chance(500);
    account.mailbox = mailbox.then(|| stream.guid());
    account
        .networks
        .extend(making.offices.first().map(|(network, _)| *network));
    builder.world.accounts.push(account);
}

fn administrator(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
    let (mut stream, mut account) = begin(builder, making, AccountKind::Admin, "admin", number);
    // Administration accounts belong to people of the IT department, who use them from their own machines.
    let people: Vec<AccountNo> = builder
        .world
        .people_of(Department::It)
        .map(|(number, _)| number)
        .collect();
    let index = usize::try_from(number).unwrap_or(0);
    let person = people.get(index % people.len().max(1)).copied();
    let owner = person.map(|person| builder.world.account(person).clone());
    let (user, shown) = match &owner {
        Some(owner) => (
            format!(
                "adm-{}",
                owner.upn_lower().split('@').next().unwrap_or("it")
            ),
            format!("{} (Admin)", owner.display_name),
        ),
        None => (format!("admin{number}"), format!("Administrator {number}")),
    };
    let user = making.names.unique(&user);
    let round = index / people.len().max(1);
    account.upn = format!("{user}@{}", builder.world.tenant.first_domain);
    account.display_name = if round == 0 {
        shown
    } else {
        format!("{shown} {}", round + 1)
    };
    account.factor = if stream.chance(250) {
        SecondFactor::Fido2
    } else {
        SecondFactor::AuthenticatorApp
    };
    account.title = "Administrator".to_owned();
    account.manager = person;
    if let Some(owner) = owner {
        account.networks = owner.networks;
    }
    builder.world.accounts.push(account);
}

fn break_glass(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
    let (mut stream, mut account) = begin(
        builder,
        making,
        AccountKind::BreakGlass,
        "break-glass",
        number,
    );
    let user = making.names.unique(&format!("emergency{}", number + 1));
    account.upn = format!("{user}@{}", builder.world.tenant.first_domain);
    account.display_name = format!("Emergency Access {}", number + 1);
    account.factor = if stream.chance(500) {
        SecondFactor::Fido2
    } else {
        SecondFactor::None
    };
    account
        .networks
        .extend(making.offices.first().map(|(network, _)| *network));
    builder.world.accounts.push(account);
}

fn sync(builder: &mut Builder<'_>, making: &mut Making) {
    let (mut stream, mut account) = begin(builder, making, AccountKind::Sync, "sync", 0);
    let server = format!("SRV-AAD{:02}", stream.between(1, 4));
    let tail: String = stream
        .guid()
        .to_string()
        .chars()
        .filter(|sign| *sign != '-')
        .take(12)
        .collect();
    account.upn = format!("Sync_{server}_{tail}@{}", builder.world.tenant.first_domain);
    account.display_name = "On-Premises Directory Synchronization Service Account".to_owned();
    account
        .networks
        .extend(making.offices.first().map(|(network, _)| *network));
    builder.world.accounts.push(account);
}

fn guest(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
    let (mut stream, mut account) = begin(builder, making, AccountKind::Guest, "guest", number);
    // Guests are contacts of companies that are on Microsoft 365; each contact at most once.
    let index = usize::try_from(number).unwrap_or(0);
    let (name, address, tenant, domain) = match making.invitable.get(index) {
        Some(contact) => contact.clone(),
        None => {
            // More guests than contacts: freelancers with private addresses.
            let name = making.names.person(false, &mut stream);
            let user = making
                .names
                .user_name(&name, UserNameStyle::GivenDotFamily, &mut stream);
            let domain = "outlook.com".to_owned();
            let consumer = Guid::parse("9188040d-6c67-4c5b-b112-36a304b66dad");
            (
                name.display,
                format!("{user}@{domain}"),
                consumer.unwrap_or(Guid::NIL),
                domain,
            )
        }
    };
    account.upn = format!(
        "{}#EXT#@{}",
        address.replace('@', "_"),
        builder.world.tenant.first_domain
    );
    let (given, family) = name.split_once(' ').unwrap_or((name.as_str(), ""));
    account.given_name = given.to_owned();
    account.surname = family.to_owned();
    account.display_name = name.clone();
    account.home = Some((tenant, domain));
    account
        .networks
        .extend(stream.pick(&making.mobile).copied());
    builder.world.accounts.push(account);
}

/// Gives directory roles: in small firms to an ordinary member, else to administration accounts.
fn give_roles(builder: &mut Builder<'_>, small: bool) {
    const LESSER: [&str; 6] = [
        "Exchange Administrator",
        "User Administrator",
        "Helpdesk Administrator",
        "SharePoint Administrator",
        "Security Administrator",
        "Global Reader",
    ];
    let it: Vec<AccountNo> = builder
        .world
        .people_of(Department::It)
        .map(|(number, _)| number)
        .collect();
    let mut given = 0;
    for number in (0_u32..).map(AccountNo).take(builder.world.accounts.len()) {
        let is_it = it.first() == Some(&number);
        let Some(account) = builder.world.accounts.get_mut(number.index()) else {
            continue;
        };
        match account.kind {
            AccountKind::Member if small && (is_it || (it.is_empty() && number.0 == 0)) => {
                account.roles.push("Global Administrator");
            }
            AccountKind::Admin => {
                if given < 2 {
                    account.roles.push("Global Administrator");
                } else if let Some(role) = LESSER.get((given - 2) % LESSER.len()) {
                    account.roles.push(role);
                }
                given += 1;
            }
            AccountKind::BreakGlass => account.roles.push("Global Administrator"),
            AccountKind::Sync => account.roles.push("Directory Synchronization Accounts"),
            _ => {}
        }
    }
}
