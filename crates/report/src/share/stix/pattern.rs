//! What to look for, in the pattern language of STIX.

use std::net::IpAddr;

use crate::base::SharedTrait;
use crate::share::traits::Kind;

/// The pattern of a trait. Sessions, devices and applications of Entra are no observable objects of the standard, so
/// they have none.
pub(super) fn pattern(one: &SharedTrait) -> Option<String> {
    match Kind::of(one) {
        Kind::Ip(IpAddr::V4(ip)) => Some(equals("ipv4-addr:value", &ip.to_string())),
        Kind::Ip(IpAddr::V6(ip)) => Some(equals("ipv6-addr:value", &ip.to_string())),
        Kind::Recipient => Some(equals("email-addr:value", &one.value)),
        Kind::UserAgent => Some(equals(
            "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'",
            &one.value,
        )),
        Kind::Other => None,
    }
}

fn equals(path: &str, value: &str) -> String {
    format!("[{path} = {}]", literal(value))
}

/// A string of the pattern language: a backslash stands before a quote and before a backslash, all else is itself.
fn literal(value: &str) -> String {
    let escaped = value.replace('\\', "\\\\").replace('\'', "\\'");
    format!("'{escaped}'")
}
