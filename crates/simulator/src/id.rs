//! What things are called: GUIDs, token ids, and the numbers by which the parts of the world know each
//! other.

use std::fmt;

use hourzero_model::Timestamp;

/// A GUID, printed in lower case with hyphens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid([u8; 16]);

impl Guid {
    /// All zeros, as logs write where there is none.
    pub const NIL: Self = Self([0; 16]);

    /// A version 4 GUID (RFC 9562) of random bytes.
    pub fn random(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }

    /// The id of a request to Entra ID, which is the sign-in's: random but for its last byte, the number of
    /// a machine, which is 0 to 2 in real logs.
    pub fn request(mut bytes: [u8; 16]) -> Self {
        bytes[15] %= 3;
        Self::random(bytes)
    }

    /// An id as Exchange makes it, for messages (`NetworkMessageId`) and mailbox audit records: its last six
    /// bytes are the time, in ticks of 100 ns since the year 1 without their last two bytes.
    pub fn timed(mut bytes: [u8; 16], at: Timestamp) -> Self {
        let ticks = at.micros().saturating_mul(10).saturating_add(TICKS_TO_1970);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        for (place, byte) in bytes.iter_mut().skip(10).zip(ticks.to_be_bytes()) {
            *place = byte;
        }
        Self(bytes)
    }

    /// The GUID with exactly these bytes, in the order of its text.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes, in the order of its text.
    pub const fn bytes(self) -> [u8; 16] {
        self.0
    }

    /// Reads the text of a GUID with hyphens; for the well-known ids in our own tables.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|sign| *sign != '-').collect();
        if digits.len() != 32 || text.len() != 36 {
            return None;
        }
        let number = u128::from_str_radix(&digits, 16).ok()?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// Where each byte's two digits stand.
        const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        const fn digit(half: u8) -> u8 {
            if half < 10 {
                b'0' + half
            } else {
                b'a' + half - 10
            }
        }
        let mut text = [b'-'; 36];
        for (at, byte) in PLACES.into_iter().zip(self.0) {
            if let Some([high, low]) = text.get_mut(at..at + 2) {
                *high = digit(byte >> 4);
                *low = digit(byte & 0x0f);
            }
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Ticks of 100 ns from the year 1 to 1970.
const TICKS_TO_1970: i64 = 621_355_968_000_000_000;

/// The id of an access token (`uti`): 16 bytes in base64url without padding, 22 signs; case matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId([u8; 16]);

impl TokenId {
    /// The id with these bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The id of the token that a request was answered with: the bytes of the request's id in the order in
    /// which Windows keeps a GUID. Seen in every row of real sign-in logs.
    pub const fn of_request(request: Guid) -> Self {
        let [a, b, c, d, e, f, g, h, rest @ ..] = request.0;
        let [i, j, k, l, m, n, o, p] = rest;
        Self([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64(
            &self.0,
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
        ))
    }
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes in base64 (RFC 4648) by an alphabet of 64 signs, without padding.
pub(crate) fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let mut value = 0_u32;
        for at in 0..3 {
            value = (value << 8) | u32::from(group.get(at).copied().unwrap_or(0));
        }
        for at in 0..=group.len() {
            let index = (value >> (18 - 6 * at)) & 0x3f;
            let sign = alphabet.get(usize::try_from(index).unwrap_or(0));
            text.push(char::from(sign.copied().unwrap_or(b'A')));
        }
    }
    text
}

/// The standard alphabet of base64, for mail item ids and the like.
pub(crate) const STANDARD: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Numbers by which parts of the world know each other: places in the world's lists.
macro_rules! number {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in the list.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

number! {
    /// An account of the tenant: [`World::accounts`](crate::world::World::accounts).
    AccountNo,
    /// A network: [`World::networks`](crate::world::World::networks).
    NetworkNo,
    /// A device: [`World::devices`](crate::world::World::devices).
    DeviceNo,
    /// An application: [`World::apps`](crate::world::World::apps).
    AppNo,
    /// A SharePoint site or OneDrive: [`World::sites`](crate::world::World::sites).
    SiteNo,
    /// A team: [`World::teams`](crate::world::World::teams).
    TeamNo,
    /// A company outside: [`World::companies`](crate::world::World::companies).
    CompanyNo,
    /// A directory group: [`World::groups`](crate::world::World::groups).
    GroupNo,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_text() {
        let guid = Guid::random([0xff; 16]);
        assert_eq!(guid.to_string(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(Guid::parse(&guid.to_string()), Some(guid));
        assert_eq!(Guid::parse("ffffffff-ffff-4fff-bfff"), None);
        assert_eq!(TokenId::new([0; 16]).to_string(), "A".repeat(22));
        let request = Guid::parse("b3bd42e3-a42c-432e-9bbf-bb3bf9d73c01").unwrap();
        assert_eq!(
            TokenId::of_request(request).to_string(),
            "40K9syykLkObv7s7-dc8AQ"
        );
        let at = Timestamp::parse("2024-07-22T07:00:08Z").unwrap();
        let timed = Guid::timed([0; 16], at).to_string();
        assert_eq!(timed, "00000000-0000-4000-0000-08dcaa1bebff");
        assert_eq!(base64(b"Man", STANDARD), "TWFu");
        assert_eq!(base64(b"Ma", STANDARD), "TWE");
    }
}
