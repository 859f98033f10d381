//! The unified audit log (`facts/schemas.md` §1 and §2, `facts/operations.md`): one module a workload.

mod noise;
mod record;
mod sign_in;
mod template;

pub use noise::{Doer, Need, NoiseOperation, noise_catalogue};

use super::Writing;
use crate::happening::Act;

/// Adds the records of the unified audit log.
pub(super) fn write(writing: &mut Writing<'_, '_>) {
    let happening = writing.happening;
    match &happening.act {
        Act::SignIn(sign_in) => sign_in::write(writing, sign_in),
        Act::Noise(noise) => noise::write(writing, noise),
        _ => {}
    }
}
