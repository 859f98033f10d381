//! The customer: its name, its seat, its services.

use crate::calendar::Zone;
use crate::random::{Seed, Stream};
use crate::world::Licence;
use crate::world::data::{field, fields, lines, number};
use crate::world::settings::Settings;
use crate::world::tenant::{EntraPlan, Tenant};

const COUNTRIES: &str = include_str!("../../../data/world/countries.txt");

/// Names of companies that do not exist, which Microsoft's documentation uses too.
pub(super) const NAMES: &[(&str, &str)] = &[
    ("Contoso", "contoso"),
    ("Fabrikam", "fabrikam"),
    ("Northwind Traders", "northwind"),
    ("Adventure Works", "adventure-works"),
    ("Tailspin Toys", "tailspintoys"),
    ("Wingtip Logistics", "wingtip"),
    ("Litware", "litware"),
    ("Proseware", "proseware"),
    ("Coho Winery", "cohowinery"),
    ("Woodgrove Engineering", "woodgrove"),
    ("Lamna Healthcare", "lamna"),
    ("Munson's Farms", "munsons"),
    ("Alpine Ski House", "alpineskihouse"),
    ("Bellows Instruments", "bellows"),
    ("Relecloud", "relecloud"),
    ("Trey Research", "treyresearch"),
];

/// A city in which people of the company live.
#[derive(Debug, Clone)]
pub(super) struct City {
    pub(super) name: &'static str,
    pub(super) zone: Zone,
    pub(super) state: &'static str,
    pub(super) coordinates: (i32, i32),
    pub(super) weight: u64,
}

/// The country of the seat.
#[derive(Debug, Clone)]
pub(super) struct Country {
    pub(super) code: &'static str,
    /// Exchange's region, such as `EUR`, and its datacentres in server names.
    pub(super) region: &'static str,
    pub(super) datacentres: Vec<&'static str>,
    pub(super) domains: Vec<&'static str>,
    /// Cultures of names with their weights.
    pub(super) cultures: Vec<(&'static str, u64)>,
    /// The first is where the company sits; drawn.
    pub(super) cities: Vec<City>,
}

/// Every country of the list with its weight.
pub(super) fn countries() -> Vec<(Country, u64)> {
    lines(COUNTRIES)
        .map(|line| {
            let fields = fields(line);
            let country = Country {
                code: field(&fields, 0),
                region: field(&fields, 2),
                datacentres: field(&fields, 3).split_whitespace().collect(),
                domains: field(&fields, 4).split_whitespace().collect(),
                cultures: field(&fields, 5)
                    .split_whitespace()
                    .filter_map(|one| one.split_once(':'))
                    .map(|(name, weight)| (name, number(weight)))
                    .collect(),
                cities: fields.iter().skip(6).map(|text| city(text)).collect(),
            };
            (country, number(field(&fields, 1)))
        })
        .collect()
}

fn city(text: &'static str) -> City {
    let parts: Vec<&'static str> = text.split(';').collect();
    City {
        name: field(&parts, 0),
        zone: Zone::named(field(&parts, 1)).unwrap_or_else(Zone::utc),
        state: field(&parts, 2),
        coordinates: (number(field(&parts, 3)), number(field(&parts, 4))),
        weight: number(field(&parts, 5)),
    }
}

/// Draws the customer and finds its country.
pub(super) fn draw(settings: &Settings, seed: Seed) -> (Tenant, Country) {
    let mut stream = seed.stream();
    let mut country = seat(settings, &mut stream);
    let ((name, label), spare) = pick_name(&mut stream);
    let ending = stream.pick(&country.domains).copied().unwrap_or("com");
    // Forests are numbered; the servers of a mailbox carry the number.
    let forest = format!("{}PR{:02}", country.region, stream.between(1, 19));
    let cities: Vec<(City, u64)> = country
        .cities
        .iter()
        .map(|city| (city.clone(), city.weight))
        .collect();
    if let Some(home) = stream.weighted(&cities).cloned() {
        country.cities.retain(|city| city.name != home.name);
        country.cities.insert(0, home);
    }
    let zone = country
        .cities
        .first()
        .map_or_else(Zone::utc, |home| home.zone.clone());
    let enterprise = settings.is_enterprise();
    let drawn_hybrid = enterprise && stream.chance(500);
    // The first domain is often taken, or an older name of the company.
    let first = if stream.chance(300) {
        format!("{label}{spare}.onmicrosoft.com")
    } else {
        format!("{label}.onmicrosoft.com")
    };
    let tenant = Tenant {
        id: stream.guid(),
        name: name.to_owned(),
        domain: format!("{label}.{ending}"),
        first_domain: first.replace('-', ""),
        zone,
        country: country.code.to_owned(),
        entra: settings.entra,
        security_defaults: settings.entra == EntraPlan::Free && stream.chance(650),
        hybrid: settings.hybrid.unwrap_or(drawn_hybrid),
        defender: settings.defender.unwrap_or(settings.licence == Licence::E5),
        forest,
    };
    (tenant, country)
}

fn seat(settings: &Settings, stream: &mut Stream) -> Country {
    let countries = countries();
    let drawn = stream.weighted(&countries).cloned();
    let wanted = settings.country.as_deref().and_then(|code| {
        countries
            .iter()
            .map(|(country, _)| country)
            .find(|country| country.code == code)
            .cloned()
    });
    wanted.or(drawn).unwrap_or_else(|| Country {
        code: "GB",
        region: "GBR",
        datacentres: vec!["LO4P265"],
        domains: vec!["com"],
        cultures: vec![("english", 1)],
        cities: Vec::new(),
    })
}

fn pick_name(stream: &mut Stream) -> ((&'static str, &'static str), &'static str) {
    let name = stream
        .pick(NAMES)
        .copied()
        .unwrap_or(("Contoso", "contoso"));
    let spare = stream
        .pick(&["group", "365", "ltd", "online", "hq"])
        .copied()
        .unwrap_or("group");
    (name, spare)
}
