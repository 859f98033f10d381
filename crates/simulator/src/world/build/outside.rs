//! The companies that the tenant writes to, and their people.

use super::Builder;
use super::company::{Country, NAMES, countries};
use super::names::{Names, UserNameStyle};
use crate::random::Stream;
use crate::world::data::{field, fields, lines, number};
use crate::world::{Company, Contact};

const COMPANIES: &str = include_str!("../../../data/world/companies.txt");

/// Adds the correspondents.
pub(super) fn add(builder: &mut Builder<'_>) {
    let seed = builder.seed.child("companies");
    let listed: Vec<Vec<&'static str>> = lines(COMPANIES).map(fields).collect();
    let (heads, rest): (Vec<_>, Vec<_>) = listed
        .into_iter()
        .partition(|fields| field(fields, 0) == "line");
    for (at, fields) in (0_u64..).zip(&rest) {
        let mut stream = seed.child("fixed").number(at).stream();
        let company = fixed(builder, fields, &mut stream);
        builder.world.companies.push(company);
    }
    // Names that no list has: a first word and a line of business.
    let countries = countries();
    let wanted = (u64::from(builder.settings.size()) / 2 + 14).min(1_200);
    let mut domains = std::collections::BTreeSet::new();
    let mut at = 0;
    while u64::try_from(domains.len()).unwrap_or(0) < wanted {
        let mut stream = seed.child("drawn").number(at).stream();
        at += 1;
        let company = drawn(builder, (&heads, &countries), at, &mut stream);
        if company.domain != builder.world.tenant.domain && domains.insert(company.domain.clone()) {
            builder.world.companies.push(company);
        }
    }
}

/// A company of the list: bank, tax adviser, law firm, parcel service, authority.
fn fixed(builder: &Builder<'_>, fields: &[&'static str], stream: &mut Stream) -> Company {
    let country = &builder.country;
    let ending = country.domains.last().copied().unwrap_or("com");
    let domain = field(fields, 2).replace("{cc}", ending);
    let flags = field(fields, 3);
    Company {
        name: field(fields, 1).to_owned(),
        contacts: contacts(&country.cultures, &domain, number(field(fields, 4)), stream),
        domain,
        supplier: flags.contains("supplier"),
        customer: flags.contains("customer"),
        tenant: flags.contains("tenant").then(|| stream.guid()),
    }
}

fn drawn(
    builder: &Builder<'_>,
    (heads, countries): (&[Vec<&'static str>], &[(Country, u64)]),
    at: u64,
    stream: &mut Stream,
) -> Company {
    let words = |wanted: &str| -> Vec<&'static str> {
        heads
            .iter()
            .filter(|fields| field(fields, 1) == wanted)
            .flat_map(|fields| field(fields, 2).split(';').map(str::trim))
            .collect()
    };
    // A third of the correspondents sit abroad.
    let country = if stream.chance(330) {
        stream
            .weighted(countries)
            .cloned()
            .unwrap_or_else(|| builder.country.clone())
    } else {
        builder.country.clone()
    };
    let documented = stream.pick(NAMES).map_or("Contoso", |(name, _)| name);
    let first = match stream.below(4) {
        0 => documented.split(' ').next().unwrap_or("Contoso").to_owned(),
        _ => stream
            .pick(&words("first"))
            .copied()
            .unwrap_or("Nord")
            .to_owned(),
    };
    let business = stream
        .pick(&words("business"))
        .copied()
        .unwrap_or("Trading");
    let ending = stream.pick(&country.domains).copied().unwrap_or("com");
    let name = format!("{first} {business}");
    let label: String = crate::world::data::ascii(&name)
        .to_lowercase()
        .chars()
        .map(|sign| if sign == ' ' { '-' } else { sign })
        .filter(|sign| sign.is_ascii_alphanumeric() || *sign == '-')
        .collect();
    let domain = format!("{label}.{ending}");
    let count = 1 + stream.below(4);
    Company {
        name,
        contacts: contacts(&country.cultures, &domain, count, stream),
        domain,
        // The first few make sure that each kind is there.
        supplier: at < 6 || stream.chance(380),
        customer: (6..12).contains(&at) || stream.chance(480),
        tenant: stream.chance(620).then(|| stream.guid()),
    }
}

fn contacts(
    cultures: &[(&'static str, u64)],
    domain: &str,
    count: u64,
    stream: &mut Stream,
) -> Vec<Contact> {
    let mut names = Names::new(cultures);
    let mut contacts: Vec<Contact> = (0..count)
        .map(|_| {
            let name = names.person(false, stream);
            let user = names.user_name(&name, UserNameStyle::GivenDotFamily, stream);
            Contact {
                name: name.display,
                address: format!("{user}@{domain}"),
            }
        })
        .collect();
    // The mailbox that sends and takes invoices.
    let user = stream
        .pick(&["accounts", "billing", "invoices", "office", "info"])
        .copied()
        .unwrap_or("office");
    contacts.push(Contact {
        name: domain.to_owned(),
        address: format!("{user}@{domain}"),
    });
    contacts
}
