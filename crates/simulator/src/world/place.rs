//! From where and with what somebody works: networks, addresses, client programs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::id::{Guid, NetworkNo};
use crate::random::Stream;

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
