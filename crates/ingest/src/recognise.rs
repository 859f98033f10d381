//! Which form an artefact is, and which form a single row is, by content.
//!
//! Takes first rows and gives the form that fits best; rows that fit no form are unwrapped from what a
//! shipper put around them. It must never read a row: that is the mappers' work.

mod unknown;
mod wrapper;

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use sonic_rs::{JsonContainerTrait, Value};

use crate::dialect::{Container, FormSpec, Row, Shape, forms};

pub(crate) use unknown::{no_form, no_frame, no_records};
pub(crate) use wrapper::{damaged_inside, unwrapped};

/// Wrappers in wrappers are followed so far.
const MAX_WRAPPERS: usize = 4;

/// Keys whose value tells the tables of one export apart.
const TELLING: [&str; 6] = [
    "category",
    "Category",
    "Type",
    "$table",
    "TableName",
    "@odata.type",
];

/// So many keys are looked at; the widest table of Microsoft's has fewer than 500.
const MAX_KEYS: usize = 4096;

/// So many kinds of row are remembered.
const MAX_KINDS: usize = 65_536;

/// Knows an artefact's form and finds that of each row.
pub(crate) struct Recogniser<'a> {
    name: &'a str,
    container: Container,
    /// The form of the artefact as a whole.
    pub(crate) form: &'static FormSpec,
    /// Whether rows can be of another form than the artefact.
    mixed: bool,
    kinds: HashMap<u64, Kind, RandomState>,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Form(&'static FormSpec),
    Wrapper,
    Unknown,
}

impl std::fmt::Debug for FormSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.form, self.about)
    }
}

/// What a row was recognised as.
pub(crate) struct Recognised {
    /// What the row's wrappers held; nothing where it had none.
    pub(crate) inner: Option<Value>,
    /// How the row, or what is inside of it, is held.
    pub(crate) container: Container,
    pub(crate) spec: &'static FormSpec,
}

impl<'a> Recogniser<'a> {
    /// Recognises an artefact by its header (CSV) or by its first rows.
    pub(crate) fn new(
        container: Container,
        header: &[String],
        rows: &[Value],
        name: &'a str,
    ) -> Option<Self> {
        let form = by_rows(container, header, rows, name).or_else(|| {
            rows.iter()
                .find_map(|row| by_rows(container, header, std::slice::from_ref(row), name))
        })?;
        let mixed =
            container == Container::Json || header.iter().any(|name| TELLING.contains(&&**name));
        Some(Self {
            name,
            container,
            form,
            mixed,
            kinds: HashMap::default(),
        })
    }

    /// Recognises one row of the artefact. A row that fits nothing is given to the artefact's form, whose
    /// mapper has the last word.
    pub(crate) fn row(&mut self, row: &Row<'_>) -> Recognised {
        let mut at = Recognised {
            inner: None,
            container: self.container,
            spec: self.form,
        };
        for _ in 0..MAX_WRAPPERS {
            let inner = at.inner.as_ref().map(Row::of);
            let row = inner.as_ref().unwrap_or(row);
            match self.kind(row, at.container) {
                Kind::Form(spec) => {
                    at.spec = spec;
                    break;
                }
                Kind::Wrapper => {
                    let Some(inner) = unwrapped(row) else { break };
                    at.container = Container::Json;
                    at.inner = Some(inner);
                }
                Kind::Unknown => break,
            }
        }
        at
    }

    fn kind(&mut self, row: &Row<'_>, container: Container) -> Kind {
        let is_table_row = !self.mixed && container == self.container;
        let signature = if is_table_row { 0 } else { self.signature(row) };
        if let Some(kind) = self.kinds.get(&signature) {
            return *kind;
        }
        let kind = if is_table_row {
            self.kind_of_table(row)
        } else {
            self.kind_of(row, container)
        };
        // Another row of the same keys may hold a record where this one holds a damaged one.
        let lasting = !matches!(kind, Kind::Unknown) || !wrapper::may_wrap(row);
        if lasting && self.kinds.len() < MAX_KINDS {
            self.kinds.insert(signature, kind);
        }
        kind
    }

    /// A number that rows of the same keys and the same telling values share; never 0.
    fn signature(&self, row: &Row<'_>) -> u64 {
        let mut hash = self.kinds.hasher().build_hasher();
        hash.write_u64(row.number_of_names());
        for member in row.members().into_iter().flatten() {
            if TELLING.contains(&member.name)
                && let Some(text) = member.text
            {
                hash.write(text.as_bytes());
                hash.write_usize(text.len());
            }
        }
        hash.finish().max(1)
    }

    /// All rows of a plain table are of the form of its header, unless they are wrappers.
    fn kind_of_table(&self, row: &Value) -> Kind {
        let rows = std::slice::from_ref(row);
        match Shape::new(self.container, &keys_of(rows), rows, self.name).best(forms()) {
            Some(_) => Kind::Form(self.form),
            None => self.kind_of(row, self.container),
        }
    }

    fn kind_of(&self, row: &Value, container: Container) -> Kind {
        let rows = std::slice::from_ref(row);
        let keys = keys_of(rows);
        let shape = Shape::new(container, &keys, rows, self.name);
        let own = (self.form.fits)(&shape);
        match shape.best(forms()) {
            Some((spec, points)) if own == 0 || points >= own.saturating_mul(2) => Kind::Form(spec),
            Some(_) => Kind::Form(self.form),
            None if unwrapped(row).is_some() => Kind::Wrapper,
            None => Kind::Unknown,
        }
    }
}

fn by_rows(
    container: Container,
    header: &[String],
    rows: &[Value],
    name: &str,
) -> Option<&'static FormSpec> {
    let keys = if header.is_empty() {
        keys_of(rows)
    } else {
        header.to_vec()
    };
    if let Some((spec, _)) = Shape::new(container, &keys, rows, name).best(forms()) {
        return Some(spec);
    }
    let mut inner: Vec<Value> = rows.to_vec();
    for _ in 0..MAX_WRAPPERS {
        inner = inner.iter().filter_map(unwrapped).collect();
        if inner.is_empty() {
            return None;
        }
        let keys = keys_of(&inner);
        if let Some((spec, _)) = Shape::new(Container::Json, &keys, &inner, name).best(forms()) {
            return Some(spec);
        }
    }
    None
}

/// How well one row fits a form.
pub(crate) fn fits(spec: &FormSpec, container: Container, row: &Value, name: &str) -> bool {
    let rows = std::slice::from_ref(row);
    (spec.fits)(&Shape::new(container, &keys_of(rows), rows, name)) > 0
}

/// All top-level keys in order of appearance, as far as they can tell a form.
fn keys_of(rows: &[Value]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut keys = Vec::new();
    for object in rows.iter().filter_map(JsonContainerTrait::as_object) {
        for (key, _) in object {
            if keys.len() == MAX_KEYS {
                return keys;
            }
            if seen.insert(key.to_owned()) {
                keys.push(key.to_owned());
            }
        }
    }
    keys
}
