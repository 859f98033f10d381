//! The networks that people, services and attackers use. Homes are added with the people who live there.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::company::City;
use super::{Builder, next};
use crate::calendar::Zone;
use crate::id::NetworkNo;
use crate::random::Stream;
use crate::world::data::{field, fields, lines, number};
use crate::world::{FrontEnd, Network, NetworkKind};

const NETWORKS: &str = include_str!("../../../data/world/networks.txt");

/// A prefix of the list.
#[derive(Debug, Clone)]
pub(super) struct Prefix {
    pub(super) kind: &'static str,
    asn: u32,
    organisation: &'static str,
    pub(super) country: &'static str,
    /// State, city and coordinates; nothing where the carrier is all over its country.
    site: Option<(&'static str, &'static str, (i32, i32))>,
    v4: (Ipv4Addr, u8),
    v6: Option<(Ipv6Addr, u8)>,
}

/// Every prefix of the list.
pub(super) fn prefixes() -> Vec<Prefix> {
    lines(NETWORKS)
        .filter_map(|line| {
            let fields = fields(line);
            let site: Vec<&'static str> = field(&fields, 4).split(';').collect();
            Some(Prefix {
                kind: field(&fields, 0),
                asn: number(field(&fields, 1)),
                organisation: field(&fields, 2),
                country: field(&fields, 3),
                site: (site.len() > 1).then(|| {
                    (
                        field(&site, 0),
                        field(&site, 1),
                        (number(field(&site, 2)), number(field(&site, 3))),
                    )
                }),
                v4: cut(field(&fields, 5))?,
                v6: cut(field(&fields, 6)),
            })
        })
        .collect()
}

fn cut<A: std::str::FromStr>(text: &str) -> Option<(A, u8)> {
    let (first, length) = text.split_once('/')?;
    Some((first.parse().ok()?, length.parse().ok()?))
}

impl Prefix {
    /// A network of this carrier at a place, with how many addresses are in use and how long each is kept.
    fn network(
        &self,
        kind: NetworkKind,
        city: &City,
        v4: (Ipv4Addr, u8),
        (in_use, lease_hours): (u32, u32),
    ) -> Network {
        let (state, name, coordinates) =
            self.site
                .unwrap_or((city.state, city.name, city.coordinates));
        Network {
            kind,
            asn: self.asn,
            organisation: self.organisation.to_owned(),
            country: self.country.to_owned(),
            state: state.to_owned(),
            city: name.to_owned(),
            coordinates,
            v4,
            v6: None,
            in_use,
            lease_hours,
            front_end: None,
        }
    }

    /// A drawn block of the prefix, aligned to its length.
    fn block(&self, length: u8, stream: &mut Stream) -> (Ipv4Addr, u8) {
        let (first, own) = self.v4;
        let length = length.max(own);
        let blocks = 1_u64 << (length - own);
        let at = u32::try_from(stream.below(blocks)).unwrap_or(0);
        let step = 32 - u32::from(length);
        let bits = first.to_bits() | at.checked_shl(step).unwrap_or(0);
        (Ipv4Addr::from_bits(bits), length)
    }

    /// A drawn IPv6 prefix of 56 bits, as carriers give to a subscriber.
    fn block_v6(&self, stream: &mut Stream) -> Option<(Ipv6Addr, u8)> {
        let (first, own) = self.v6?;
        let span = 1_u64 << u32::from(56_u8.saturating_sub(own)).min(40);
        let at = u128::from(stream.below(span)) << 72;
        Some((Ipv6Addr::from_bits(first.to_bits() | at), 56))
    }
}

/// The carriers of the country, from which offices and homes get their lines.
#[derive(Debug)]
pub(super) struct Carriers {
    fixed: Vec<Prefix>,
    /// Blocks that are given away.
    taken: BTreeSet<u32>,
}

impl Carriers {
    /// Fixed-line carriers of a country.
    pub(super) fn of(country: &str) -> Self {
        let mut fixed: Vec<Prefix> = prefixes()
            .into_iter()
            .filter(|prefix| prefix.kind == "fixed" && prefix.country == country)
            .collect();
        if fixed.is_empty() {
            fixed = prefixes();
            fixed.retain(|prefix| prefix.kind == "fixed");
        }
        Self {
            fixed,
            taken: BTreeSet::new(),
        }
    }

    fn line(&mut self, length: u8, stream: &mut Stream) -> Option<(Prefix, (Ipv4Addr, u8))> {
        loop {
            let prefix = stream.pick(&self.fixed)?.clone();
            let block = prefix.block(length, stream);
            if self.taken.insert(block.0.to_bits()) {
                return Some((prefix, block));
            }
        }
    }

    /// The line of an office: a few fixed addresses.
    pub(super) fn office(
        &mut self,
        city: &City,
        people: u32,
        stream: &mut Stream,
    ) -> Option<Network> {
        let in_use = if people > 200 {
            3
        } else {
            1 + u32::from(stream.chance(200))
        };
        let (prefix, block) = self.line(28, stream)?;
        Some(prefix.network(NetworkKind::Office, city, block, (in_use, 0)))
    }

    /// A household's line: one address, fixed or changed every few days or weeks.
    pub(super) fn home(&mut self, city: &City, stream: &mut Stream) -> Option<Network> {
        let lease = stream
            .weighted(&[
                ((30, 1, 0), 40),
                ((30, 1, 0), 25),
                ((27, 20, 24 * 19), 25),
                ((26, 50, 24 * 6), 10),
            ])
            .copied();
        let (length, in_use, hours) = lease.unwrap_or((30, 1, 0));
        let (prefix, block) = self.line(length, stream)?;
        let mut home = prefix.network(NetworkKind::Home, city, block, (in_use, hours));
        if stream.chance(450) {
            home.v6 = prefix.block_v6(stream);
        }
        Some(home)
    }
}

/// Adds all that is there before the people come: carriers, hotels, VPNs, hosting, Microsoft.
pub(super) fn add(builder: &mut Builder<'_>) {
    let mut stream = builder.seed.child("networks").stream();
    for prefix in prefixes() {
        let kind = match prefix.kind {
            "mobile" if prefix.country == builder.country.code => NetworkKind::Mobile,
            "travel" => NetworkKind::Travel,
            "vpn" => NetworkKind::PublicVpn,
            "hosting" => NetworkKind::Hosting,
            "sender" => NetworkKind::MailSender,
            "azure" => NetworkKind::AzureHosting,
            "proxy" => NetworkKind::ResidentialProxy,
            "service" | "exchange" | "relay" | "sharepoint" => NetworkKind::MicrosoftService,
            "gateway" => NetworkKind::Gateway,
            _ => continue,
        };
        // Attackers abroad have neighbours of every country; without a city, the capital's region will do.
        let city = city_of(builder, prefix.country);
        let (length, in_use, hours) = match kind {
            NetworkKind::Mobile => (20, 3_000, 3),
            NetworkKind::Travel => (29, 4, 24),
            NetworkKind::PublicVpn => (26, 50, 5),
            NetworkKind::ResidentialProxy => (16, 40_000, 2),
            NetworkKind::Gateway => (24, 60, 1),
            NetworkKind::MicrosoftService => (18, 8_000, 1),
            _ => (24, 200, 0),
        };
        let block = prefix.block(length, &mut stream);
        let mut network = prefix.network(kind, &city, block, (in_use, hours));
        if matches!(kind, NetworkKind::Mobile | NetworkKind::MicrosoftService) {
            network.v6 = prefix.v6;
        }
        network.front_end = match prefix.kind {
            "service" => Some(FrontEnd::SignIn),
            "exchange" => Some(FrontEnd::Exchange),
            "relay" => Some(FrontEnd::MailRelay),
            "sharepoint" => Some(FrontEnd::SharePoint),
            _ => None,
        };
        builder.world.networks.push(network);
    }
}

fn city_of(builder: &Builder<'_>, country: &str) -> City {
    let home = builder.country.cities.first().cloned();
    if country == builder.country.code
        && let Some(home) = home
    {
        return home;
    }
    super::company::countries()
        .into_iter()
        .find(|(of, _)| of.code == country)
        .and_then(|(of, _)| of.cities.into_iter().next())
        .unwrap_or(City {
            name: "",
            zone: Zone::utc(),
            state: "",
            coordinates: (0, 0),
            weight: 1,
        })
}

/// Adds a network and gives its number.
pub(super) fn push(builder: &mut Builder<'_>, network: Network) -> NetworkNo {
    let number = NetworkNo(next(&builder.world.networks));
    builder.world.networks.push(network);
    number
}

/// The company's VPN: exits of its own beside the office, or rented in a cloud.
pub(super) fn company_vpn(
    carriers: &mut Carriers,
    city: &City,
    stream: &mut Stream,
) -> Option<Network> {
    let cloud: Vec<Prefix> = prefixes()
        .into_iter()
        .filter(|prefix| prefix.kind == "azure")
        .collect();
    if stream.chance(350) {
        let prefix = stream.pick(&cloud)?.clone();
        let block = prefix.block(30, stream);
        return Some(prefix.network(NetworkKind::CompanyVpn, city, block, (1, 0)));
    }
    let (prefix, block) = carriers.line(29, stream)?;
    Some(prefix.network(NetworkKind::CompanyVpn, city, block, (2, 0)))
}
