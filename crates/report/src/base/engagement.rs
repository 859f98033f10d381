//! Sentences.

use super::make::{Draft, Material};

pub(super) fn say(_material: &Material<'_>, _draft: &mut Draft) {}
