//! Addresses as Microsoft's logs write them, in one canonical form.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// An address taken apart: the address itself (RFC 5952 text, IPv4 where an IPv6 form only wraps it)
/// and the port that some logs glue to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// The address without port and zone.
    pub ip: IpAddr,
    /// The client's port, where the log wrote one.
    pub port: Option<u16>,
}

/// Reads an address in any of the shapes that Microsoft's logs use: `1.2.3.4`, `1.2.3.4:63070`,
/// `[2a01::1]:36185`, `::ffff:1.2.3.4`, `fe80::1%eth0`, `FE80::`.
///
/// `None` for empty text, `<null>` and anything else that is no address: the caller keeps the text
/// in the raw record.
pub fn canonical_ip(text: &str) -> Option<Address> {
    let text = text.trim();
    if text.len() < 2 {
        return None;
    }
    let plain = |ip: IpAddr| Address {
        ip: unmapped(ip),
        port: None,
    };
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(plain(ip));
    }
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Some(Address {
            ip: unmapped(socket.ip()),
            port: Some(socket.port()),
        });
    }
    if let Some(inner) = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return inner
            .parse::<Ipv6Addr>()
            .ok()
            .map(|ip| plain(IpAddr::V6(ip)));
    }
    let (address, _zone) = text.split_once('%')?;
    address
        .parse::<Ipv6Addr>()
        .ok()
        .map(|ip| plain(IpAddr::V6(ip)))
}

/// Teams writes IPv4 clients as `::ffff:a.b.c.d`; the same client must be one address everywhere.
fn unmapped(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    }
}
