//! One module a log: which forms it comes in, how each is recognised, and how a row becomes a record.
//!
//! A row is always a JSON object: a CSV row is an object of strings under its headers, and nested
//! JSON may stand as text in a cell. A mapper takes a row and its place and gives an event, a state,
//! or the reason why it can be neither.

mod alert;
mod azure_activity;
mod cloud_app_events;
mod directory_audit;
mod email;
mod entra;
pub(crate) mod field;
mod graph_activity;
pub(crate) mod hunting;
mod mailbox_audit;
mod message_trace;
mod office_activity;
mod provisioning;
mod record_type;
mod risk;
mod row;
mod sign_in;
mod slot;
mod state;
mod unified_audit;

use std::cell::OnceCell;

use hourzero_model::{Form, Provenance, Record, State};
use sonic_rs::Value;

pub(crate) use row::{Member, Row};

/// How the artefact holds its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    /// Comma-separated values with a header.
    Csv,
    /// JSON in any framing: lines, array, concatenated, envelope.
    Json,
}

/// What recognition sees of an artefact: its container and its first rows (at most a hundred), unwrapped.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) container: Container,
    /// CSV headers as written, or the union of the first rows' top-level keys, in order of appearance.
    pub(crate) keys: &'a [String],
    pub(crate) rows: &'a [Value],
    /// The file name, a hint only.
    #[allow(
        dead_code,
        reason = "no form needs the hint so far; the content tells them apart"
    )]
    pub(crate) name: &'a str,
    /// What the forms ask again and again, made when the first asks.
    folded: OnceCell<Vec<String>>,
    plain: OnceCell<Vec<&'a str>>,
    table: OnceCell<Option<String>>,
}

impl<'a> Shape<'a> {
    pub(crate) fn new(
        container: Container,
        keys: &'a [String],
        rows: &'a [Value],
        name: &'a str,
    ) -> Self {
        Self {
            container,
            keys,
            rows,
            name,
            folded: OnceCell::new(),
            plain: OnceCell::new(),
            table: OnceCell::new(),
        }
    }

    /// The keys without case and punctuation; see [`slot::fold`].
    pub(crate) fn folded(&self) -> &[String] {
        self.folded
            .get_or_init(|| self.keys.iter().map(|key| slot::fold(key)).collect())
    }

    /// The keys without what exports put around them; see [`hunting::columns::plain_name`].
    pub(crate) fn plain(&self) -> &[&'a str] {
        let plain = |key: &'a String| hunting::columns::plain_name(key);
        self.plain
            .get_or_init(|| self.keys.iter().map(plain).collect())
    }

    /// The table that the first row names; see [`hunting::table::named`].
    pub(crate) fn table(&self) -> Option<&str> {
        let table = || hunting::table::named(self.rows.first()?);
        self.table.get_or_init(table).as_deref()
    }

    /// Which of these forms fits best, with its points; of equals the first, and none where none fits.
    pub(crate) fn best(
        &self,
        forms: impl Iterator<Item = &'static FormSpec>,
    ) -> Option<(&'static FormSpec, u32)> {
        forms
            .map(|spec| (spec, (spec.fits)(self)))
            .filter(|(_, points)| *points > 0)
            .reduce(|first, second| if second.1 > first.1 { second } else { first })
    }

    /// Whether all of these keys are there, to the letter.
    pub(crate) fn has(&self, keys: &[&str]) -> bool {
        keys.iter()
            .all(|key| self.keys.iter().any(|have| have == key))
    }
}

/// Where a row stands and what it is part of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) provenance: Provenance,
    pub(crate) form: Form,
    pub(crate) container: Container,
    /// The file name, a hint only.
    pub(crate) name: &'a str,
}

/// What a row turned out to be.
#[derive(Debug)]
pub(crate) enum Mapped {
    Event(Box<Record>),
    State(Box<State>),
}

/// Turns a row into an event or a state; the error is the reject's reason.
pub(crate) type Mapper = fn(&Row<'_>, &Place<'_>) -> Result<Mapped, String>;

/// One export form: its stable name, how it is recognised, how its rows are read.
pub(crate) struct FormSpec {
    pub(crate) form: Form,
    /// One sentence for the documentation: who writes it.
    pub(crate) about: &'static str,
    /// 0 = not this form; otherwise the number of characteristic keys that fit, so that the most
    /// specific form wins; ties go to the form registered first.
    pub(crate) fits: fn(&Shape<'_>) -> u32,
    pub(crate) map: Mapper,
}

/// Every log's forms. One line a module; the order decides ties between forms that fit equally well.
static MODULES: &[&[FormSpec]] = &[
    unified_audit::FORMS,
    office_activity::FORMS,
    cloud_app_events::FORMS,
    mailbox_audit::FORMS,
    sign_in::FORMS,
    directory_audit::FORMS,
    risk::FORMS,
    alert::FORMS,
    azure_activity::FORMS,
    message_trace::FORMS,
    provisioning::FORMS,
    state::FORMS,
    hunting::FORMS,
];

/// All forms that can be read, in the order of registration.
pub(crate) fn forms() -> impl Iterator<Item = &'static FormSpec> {
    MODULES.iter().flat_map(|forms| forms.iter())
}
