//! Names of things: an artefact by the hash of its bytes, a happening by the hash of its key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text is not 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a SHA-256 hash: 64 hexadecimal digits are needed")]
pub struct ParseIdError(pub String);

/// One evidence file, named by the SHA-256 of its bytes as received. Prints as 64 lower-case
/// hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtefactId([u8; 32]);

impl ArtefactId {
    /// From the 32 bytes of a SHA-256.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first twelve hexadecimal digits: enough to tell artefacts of one case apart for a reader.
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl fmt::Display for ArtefactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ArtefactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArtefactId({self})")
    }
}

impl FromStr for ArtefactId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseIdError(text.to_owned());
        let mut digits = text.chars();
        let mut bytes = [0_u8; 32];
        for byte in &mut bytes {
            let high = digits
                .next()
                .and_then(|c| c.to_digit(16))
                .ok_or_else(wrong)?;
            let low = digits
                .next()
                .and_then(|c| c.to_digit(16))
                .ok_or_else(wrong)?;
            *byte = u8::try_from(high * 16 + low).map_err(|_| wrong())?;
        }
        if digits.next().is_some() {
            Err(wrong())
        } else {
            Ok(Self(bytes))
        }
    }
}

impl Serialize for ArtefactId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ArtefactId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A 128-bit hash that two records share when they may tell of the same happening.
///
/// It is computed from words that mean the same in every log and form (never from a file name or
/// a position), with FNV-1a in 128 bits: stable over versions and platforms, no key, fast on short
/// words. It decides nothing by itself; the lake compares logs, ids and times of those that share it.
/// (FNV parameters: draft-eastlake-fnv.)
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct HappeningKey(pub u128);

impl HappeningKey {
    /// Hashes the parts, separated so that ("ab", "c") and ("a", "bc") differ. ASCII case is folded.
    pub fn of(parts: &[&str]) -> Self {
        const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
        const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
        let mut hash = OFFSET;
        for part in parts {
            for byte in part.bytes().chain(std::iter::once(0x1f)) {
                hash = (hash ^ u128::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME);
            }
        }
        Self(hash)
    }
}
