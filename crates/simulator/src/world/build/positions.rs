//! Who does what in the company: departments, titles, who leads whom, licences, second factors, roles.

use super::Builder;
use crate::id::AccountNo;
use crate::random::Stream;
use crate::world::data::{field, fields, lines};
use crate::world::{AccountKind, Department, EntraPlan, Licence, SecondFactor};

const TITLES: &str = include_str!("../../../data/world/titles.txt");

/// Departments by their share; the head of the company is the first account.
pub(super) fn department(
    builder: &Builder<'_>,
    number: u32,
    members: u32,
    stream: &mut Stream,
) -> Department {
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

pub(super) fn licence(
    builder: &Builder<'_>,
    department: Department,
    stream: &mut Stream,
) -> Licence {
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

pub(super) fn factor(builder: &Builder<'_>, stream: &mut Stream) -> SecondFactor {
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

pub(super) fn title(department: Department, number: u32, stream: &mut Stream) -> String {
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
pub(super) fn lead(builder: &mut Builder<'_>) {
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

pub(super) fn head(department: Department) -> String {
    let wanted = format!("{department:?}");
    lines(TITLES)
        .map(fields)
        .find(|fields| field(fields, 0) == wanted)
        .and_then(|fields| field(&fields, 1).split(';').next())
        .unwrap_or("Head")
        .trim()
        .to_owned()
}

/// Gives directory roles: in small firms to an ordinary member, else to administration accounts.
pub(super) fn give_roles(builder: &mut Builder<'_>, small: bool) {
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
