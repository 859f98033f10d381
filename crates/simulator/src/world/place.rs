//! From where and with what somebody works: networks, addresses, client programs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hourzero_model::Timestamp;

use crate::id::{Guid, NetworkNo};
use crate::random::{Seed, Stream};

/// An address, as logs have it.
pub type Address = IpAddr;

/// What a network is to its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NetworkKind {
    /// A company's office: few fixed addresses, shared by all.
    Office,
    /// A household: one address, changed now and then.
    Home,
    /// A mobile carrier: carrier-grade NAT, addresses shared by strangers, changed within hours.
    Mobile,
    /// A VPN exit of the company.
    CompanyVpn,
    /// A commercial VPN for anybody.
    PublicVpn,
    /// A hotel, airport or conference.
    Travel,
    /// Rented machines, virtual private servers.
    Hosting,
    /// Rented machines in Azure's public cloud.
    AzureHosting,
    /// Households whose connections are sold to strangers.
    ResidentialProxy,
    /// Front ends of Microsoft's services.
    MicrosoftService,
    /// A mail-security gateway or scanner.
    Gateway,
    /// Servers of a service that sends newsletters and notices.
    MailSender,
}

/// Which service of Microsoft's stands behind a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrontEnd {
    /// Entra ID.
    SignIn,
    /// Exchange Online's client access.
    Exchange,
    /// Exchange Online Protection: what hands in mail.
    MailRelay,
    /// SharePoint and OneDrive.
    SharePoint,
}

/// The system that a device runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are their makers'")]
pub enum Platform {
    Windows10,
    Windows11,
    Mac,
    Ios,
    Android,
}

/// A browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are their makers'")]
pub enum Browser {
    Edge,
    Chrome,
    Firefox,
    Safari,
}

/// A network: one autonomous system's prefix at one place.
#[derive(Debug, Clone)]
pub struct Network {
    /// What it is.
    pub kind: NetworkKind,
    /// Autonomous system number.
    pub asn: u32,
    /// Its organisation.
    pub organisation: String,
    /// Country, ISO 3166.
    pub country: String,
    /// State or region.
    pub state: String,
    /// City.
    pub city: String,
    /// Latitude and longitude in thousandths of a degree.
    pub coordinates: (i32, i32),
    /// First address and length of its IPv4 prefix.
    pub v4: (Ipv4Addr, u8),
    /// First address and length of its IPv6 prefix, if it has one.
    pub v6: Option<(Ipv6Addr, u8)>,
    /// How many different addresses of the prefix are in use: 1 for most households and offices.
    pub in_use: u32,
    /// For how many hours a user keeps an address: some for carriers, days for most households, 0 for good.
    pub lease_hours: u32,
    /// For `NetworkKind::MicrosoftService`: which service.
    pub front_end: Option<FrontEnd>,
}

impl Network {
    /// One of the addresses in use; the network part is the prefix, the host part is drawn.
    pub fn address(&self, stream: &mut Stream) -> Address {
        let (first, length) = self.v4;
        let host_bits = 32_u32.saturating_sub(u32::from(length));
        let hosts = 1_u64.checked_shl(host_bits).unwrap_or(1);
        let used = u64::from(self.in_use).clamp(1, hosts.saturating_sub(2).max(1));
        let drawn = u32::try_from(stream.below(used)).unwrap_or(0);
        IpAddr::V4(Ipv4Addr::from_bits(
            first.to_bits().wrapping_add(1).wrapping_add(drawn),
        ))
    }

    /// The address that somebody has at a time: the same until his lease ends. `who` tells users apart, who
    /// share a carrier's prefix; some of the leases are IPv6 where the network has it.
    pub fn address_at(&self, seed: Seed, who: u64, at: Timestamp) -> Address {
        let lease = i64::from(self.lease_hours) * 3_600;
        // Leases of different users end at different times.
        let shifted = at.micros() / 1_000_000 + i64::try_from(who % 997).unwrap_or(0) * 613;
        let period = if lease == 0 {
            0
        } else {
            shifted.div_euclid(lease)
        };
        let place = seed.child("lease").number(who);
        let mut stream = place
            .number(u64::from(self.v4.0.to_bits()))
            .number(u64::try_from(period).unwrap_or(0))
            .stream();
        match self.v6 {
            Some((first, _)) if stream.chance(400) => {
                // A subscriber's /64 stays; the host part changes with privacy addresses (RFC 8981).
                let subnet = u128::from(place.stream().below(1 << 28)) << 64;
                let host = u128::from(stream.bits() | 1);
                IpAddr::V6(Ipv6Addr::from_bits(first.to_bits() | subnet | host))
            }
            _ => self.address(&mut stream),
        }
    }
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The network.
    pub network: NetworkNo,
    /// The address.
    pub address: Address,
    /// The port of the client's side, which some logs write behind the address.
    pub port: u16,
}

/// What kind of program a client is: `clientAppUsed` and how Exchange names it follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientKind {
    /// A browser.
    Browser,
    /// A desktop or mobile app with modern authentication.
    App,
    /// IMAP with basic authentication or XOAUTH2.
    Imap,
    /// POP3.
    Pop,
    /// Authenticated SMTP.
    Smtp,
    /// Exchange ActiveSync.
    ActiveSync,
    /// Exchange Web Services.
    WebServices,
    /// A script or tool against Graph or the token endpoint.
    Script,
}

/// A program that asks for tokens and calls services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What kind of program it is.
    pub kind: ClientKind,
    /// Application id of the client, such as OfficeHome's.
    pub app_id: Guid,
    /// Its name in sign-in logs.
    pub app_name: String,
    /// The user agent as sent.
    pub user_agent: String,
    /// Operating system as sign-in logs name it, such as `Windows10`; empty for scripts.
    pub os: String,
    /// Browser as sign-in logs name it, such as `Edge 130.0.0`; empty for apps.
    pub browser: String,
}
