//! Ids that the same evidence and the same value always get.

use sha1::{Digest, Sha1};
use uuid::{Builder, Uuid};

use crate::base::FactBase;

/// The namespace of all ids in shared documents: version 5 of `hourzero` in the namespace of DNS names (RFC 9562).
pub const NAMESPACE: Uuid = Uuid::from_u128(0x33bbaaa0_5954_5497_bff4_56da7e7f3997);

/// The UUID, version 5, of a thing: its name is the hash over the evidence and then `parts`, as a list in compact
/// JSON, so that no two lists have the same name.
pub(super) fn id(base: &FactBase, parts: &[&str]) -> Uuid {
    let name: serde_json::Value = std::iter::once(base.case.evidence.as_str())
        .chain(parts.iter().copied())
        .collect();
    let mut hash = Sha1::new();
    hash.update(NAMESPACE.as_bytes());
    hash.update(name.to_string().as_bytes());
    let digest: [u8; 20] = hash.finalize().into();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    Builder::from_sha1_bytes(bytes).into_uuid()
}
