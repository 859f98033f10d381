//! Names of forms read back from disk, as the `&'static str` that the vocabulary wants.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use hourzero_model::Form;

static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The form of this name. Each name is kept once for as long as the program runs: the number of forms
/// is small and fixed by the program that wrote the files, so what is kept is bounded by it.
pub(crate) fn form(name: &str) -> Form {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return Form(known);
    }
    let kept: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(kept);
    Form(kept)
}
