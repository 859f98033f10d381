//! A row whose members were looked at once.
//!
//! Recognition, the mapper and the count of paths all go through the top-level members of a row. Taking a name or a text out of
//! parsed JSON costs about as much as what each of them does with it, so it is done once, here.

use std::cell::OnceCell;
use std::hash::{BuildHasher, Hasher};
use std::ops::Deref;
use std::sync::LazyLock;

use foldhash::fast::RandomState;
use sonic_rs::{JsonContainerTrait, JsonValueTrait, Value};

/// A row, which reads as its JSON value, and its members in the order as written.
pub(crate) struct Row<'v> {
    value: &'v Value,
    members: Option<Vec<Member<'v>>>,
    number_of_names: OnceCell<u64>,
}

/// A member of a row.
#[derive(Clone, Copy)]
pub(crate) struct Member<'v> {
    pub(crate) name: &'v str,
    pub(crate) value: &'v Value,
    /// What the value says where it is a text.
    pub(crate) text: Option<&'v str>,
}

impl<'v> Row<'v> {
    /// Takes the members out of a value, if it has any.
    pub(crate) fn of(value: &'v Value) -> Self {
        let member = |(name, value): (&'v str, &'v Value)| Member {
            name,
            value,
            text: value.as_str(),
        };
        let members = value.as_object().map(|object| {
            // Its iterator does not say how many there are.
            let mut members = Vec::with_capacity(object.len());
            members.extend(object.iter().map(member));
            members
        });
        Self {
            value,
            members,
            number_of_names: OnceCell::new(),
        }
    }

    /// The row as JSON.
    pub(crate) fn value(&self) -> &'v Value {
        self.value
    }

    /// The members in the order as written, a repeated name as often as it stands there; nothing where the row is no object.
    pub(crate) fn members(&self) -> Option<&[Member<'v>]> {
        self.members.as_deref()
    }

    /// A number that rows of the same names in the same order share in one run of the program. It is made when first asked for.
    pub(crate) fn number_of_names(&self) -> u64 {
        static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::default);
        *self.number_of_names.get_or_init(|| {
            let mut hash = SEED.build_hasher();
            for member in self.members().into_iter().flatten() {
                hash.write(member.name.as_bytes());
                // The length ends a text, so that no two lists of names are one text.
                hash.write_usize(member.name.len());
            }
            hash.finish()
        })
    }
}

impl Deref for Row<'_> {
    type Target = Value;

    fn deref(&self) -> &Value {
        self.value
    }
}
