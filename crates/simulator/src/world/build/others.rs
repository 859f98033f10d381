//! Accounts that are no members: shared mailboxes, services, administrators, emergencies, guests.

use super::Builder;
use super::names::UserNameStyle;
use super::people::{Making, begin};
use crate::id::{AccountNo, Guid};
use crate::world::{AccountKind, Department, SecondFactor};

/// Contacts of companies that are on Microsoft 365.
pub(super) fn invitable(builder: &Builder<'_>) -> Vec<(String, String, Guid, String)> {
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

pub(super) fn shared_mailbox(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
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

pub(super) fn service(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
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

pub(super) fn administrator(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
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

pub(super) fn break_glass(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
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

pub(super) fn sync(builder: &mut Builder<'_>, making: &mut Making) {
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

pub(super) fn guest(builder: &mut Builder<'_>, making: &mut Making, number: u32) {
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
