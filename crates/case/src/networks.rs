//! Who holds an address: databases that the user added, and Microsoft's published ranges.
//!
//! Nothing is looked up on the network. Reserved, private, documentation and multicast addresses are
//! never looked up: they have no owner and no country (RFC 6890; `facts/schemas.md` §6.2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::CaseError;
use crate::folder::write_whole;

/// Microsoft's ranges as the project ships them, with their date.
const MICROSOFT: &str = include_str!("../../../networks/microsoft.toml");

/// What is known about the network of an address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// Autonomous system number.
    pub asn: Option<u32>,
    /// Who holds it.
    pub organisation: Option<String>,
    /// ISO 3166 code.
    pub country: Option<String>,
    /// The class of a Microsoft address.
    pub microsoft: Option<MicrosoftClass>,
}

/// The three meanings that an address of Microsoft's can have (`design.md` §7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MicrosoftClass {
    /// A published front end: says nothing about who acted.
    Service,
    /// A machine that anybody can rent: hosting.
    Azure,
    /// Announced by Microsoft and in neither list.
    Unknown,
}

impl MicrosoftClass {
    /// The word in outputs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Azure => "azure",
            Self::Unknown => "unknown",
        }
    }
}

#[derive(Debug, Deserialize)]
struct Published {
    autonomous_systems: Vec<u32>,
    range: Vec<PublishedRange>,
}

#[derive(Debug, Deserialize)]
struct PublishedRange {
    class: MicrosoftClass,
    prefixes: Vec<String>,
}

/// The databases of a case.
pub struct Networks {
    databases: Vec<maxminddb::Reader<Vec<u8>>>,
    prefixes: Vec<(IpAddr, u8, MicrosoftClass)>,
    autonomous_systems: Vec<u32>,
}

impl Networks {
    /// Opens every database of the folder, in the order of names, and Microsoft's ranges.
    ///
    /// # Errors
    /// When a database cannot be read.
    pub fn open(folder: &Path) -> Result<Self, CaseError> {
        let published: Published = toml::from_str(MICROSOFT)
            .map_err(|error| CaseError::Internal(format!("the shipped ranges: {error}")))?;
        let mut prefixes = Vec::new();
        for range in &published.range {
            for prefix in &range.prefixes {
                let (address, length) = parse_prefix(prefix).ok_or_else(|| {
                    CaseError::Internal(format!("the shipped range {prefix} is none"))
                })?;
                prefixes.push((address, length, range.class));
            }
        }
        // The longest prefix is looked at first, so that the most specific range wins.
        prefixes.sort_by_key(|(_, length, _)| std::cmp::Reverse(*length));
        let databases = files(folder)?
            .iter()
            .map(|path| open_database(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            databases,
            prefixes,
            autonomous_systems: published.autonomous_systems,
        })
    }

    /// What is known about an address; nothing for one that is not routed on the internet. `logged` is the
    /// autonomous system that the log itself names, where it does.
    pub fn of(&self, ip: IpAddr, logged: Option<u32>) -> Network {
        let mut network = Network::default();
        if !is_routed(ip) {
            return network;
        }
        for database in &self.databases {
            let found = database
                .lookup(ip)
                .and_then(|result| result.decode::<Value>());
            let Ok(Some(entry)) = found else { continue };
            let asn = number(&entry, &["autonomous_system_number", "asn"]);
            let organisation = words(
                &entry,
                &[
                    "autonomous_system_organization",
                    "as_name",
                    "as_organization",
                ],
            );
            let country = entry
                .pointer("/country/iso_code")
                .and_then(Value::as_str)
                .map(str::to_owned)
                .or_else(|| words(&entry, &["country_code", "country"]));
            network.asn = network.asn.or(asn);
            network.organisation = network.organisation.or(organisation);
            network.country = network.country.or(country.map(|code| code.to_uppercase()));
        }
        network.microsoft = self
            .prefixes
            .iter()
            .find(|(prefix, length, _)| contains(*prefix, *length, ip))
            .map(|(_, _, class)| *class)
            .or_else(|| {
                let announced = logged
                    .or(network.asn)
                    .is_some_and(|asn| self.autonomous_systems.contains(&asn));
                announced.then_some(MicrosoftClass::Unknown)
            });
        network
    }

    /// How many databases the user added.
    pub fn databases(&self) -> usize {
        self.databases.len()
    }
}

/// A database that was copied into the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Its name in the case.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its type as it names itself.
    pub kind: String,
    /// When it was built, seconds since the epoch, as it says.
    pub built: u64,
}

/// Copies a database into the folder, named by its hash so that a newer one does not take its place.
///
/// # Errors
/// When the file cannot be read or is no database of networks.
pub(crate) fn add(folder: &Path, file: &Path) -> Result<Added, CaseError> {
    let bytes = std::fs::read(file).map_err(|error| CaseError::read(file, error))?;
    let sha256 = crate::hash::sha256(&bytes);
    let database =
        maxminddb::Reader::from_source(bytes.as_slice()).map_err(|error| CaseError::Networks {
            path: file.to_owned(),
            why: error.to_string(),
        })?;
    let (kind, built) = (
        database.metadata().database_type.clone(),
        database.metadata().build_epoch,
    );
    let short: String = sha256.chars().take(12).collect();
    let name = format!("{short}.mmdb");
    write_whole(&folder.join(&name), &bytes)?;
    Ok(Added {
        name,
        sha256,
        kind,
        built,
    })
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(CaseError::read(folder, error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| CaseError::read(folder, error))?
            .path();
        if path.extension().is_some_and(|ending| ending == "mmdb") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn open_database(path: &Path) -> Result<maxminddb::Reader<Vec<u8>>, CaseError> {
    maxminddb::Reader::open_readfile(path).map_err(|error| CaseError::Networks {
        path: path.to_owned(),
        why: error.to_string(),
    })
}

fn number(entry: &Value, keys: &[&str]) -> Option<u32> {
    keys.iter().find_map(|key| {
        let value = entry.get(key)?;
        let digits = value
            .as_u64()
            .or_else(|| value.as_str()?.trim_start_matches("AS").parse().ok())?;
        u32::try_from(digits).ok()
    })
}

fn words(entry: &Value, keys: &[&str]) -> Option<String> {
    keys.iter()
        .find_map(|key| entry.get(key)?.as_str().map(str::to_owned))
}

fn parse_prefix(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    Some((address.parse().ok()?, length.parse().ok()?))
}

fn contains(prefix: IpAddr, length: u8, ip: IpAddr) -> bool {
    let shifted = |bits: u128, width: u8| {
        bits.checked_shr(u32::from(width.saturating_sub(length)))
            .unwrap_or(0)
    };
    match (prefix, ip) {
        (IpAddr::V4(prefix), IpAddr::V4(ip)) => {
            shifted(u32::from(prefix).into(), 32) == shifted(u32::from(ip).into(), 32)
        }
        (IpAddr::V6(prefix), IpAddr::V6(ip)) => {
            shifted(prefix.into(), 128) == shifted(ip.into(), 128)
        }
        _ => false,
    }
}

/// Whether an address is routed on the internet, so that asking for its owner makes sense.
pub fn is_routed(ip: IpAddr) -> bool {
    const NOT_ROUTED_4: &[(Ipv4Addr, u8)] = &[
        (Ipv4Addr::new(0, 0, 0, 0), 8),
        (Ipv4Addr::new(10, 0, 0, 0), 8),
        (Ipv4Addr::new(100, 64, 0, 0), 10),
        (Ipv4Addr::new(127, 0, 0, 0), 8),
        (Ipv4Addr::new(169, 254, 0, 0), 16),
        (Ipv4Addr::new(172, 16, 0, 0), 12),
        (Ipv4Addr::new(192, 0, 2, 0), 24),
        (Ipv4Addr::new(192, 168, 0, 0), 16),
        (Ipv4Addr::new(198, 18, 0, 0), 15),
        (Ipv4Addr::new(198, 51, 100, 0), 24),
        (Ipv4Addr::new(203, 0, 113, 0), 24),
        (Ipv4Addr::new(224, 0, 0, 0), 3),
    ];
    const NOT_ROUTED_6: &[(Ipv6Addr, u8)] = &[
        (Ipv6Addr::UNSPECIFIED, 127),
        (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48),
        (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64),
        (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
        (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),
        (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
        (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),
    ];
    match ip {
        IpAddr::V4(_) => !NOT_ROUTED_4
            .iter()
            .any(|(prefix, length)| contains(IpAddr::V4(*prefix), *length, ip)),
        IpAddr::V6(_) => !NOT_ROUTED_6
            .iter()
            .any(|(prefix, length)| contains(IpAddr::V6(*prefix), *length, ip)),
    }
}
