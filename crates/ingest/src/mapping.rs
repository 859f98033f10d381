//! Another product's log, described by a mapping file: which column is the time, the actor, the address.
//!
//! Takes the mapping's text and gives a [`Mapping`]; with it, the rows of a table or of JSON become
//! records of the log `other`. Everything that the mapping does not name is kept as a parameter. It must
//! never guess: what the file means is what its author wrote.

mod parse;
mod read;
mod row;
mod time;

use std::collections::BTreeMap;

use hourzero_model::Form;

pub(crate) use read::{again, fit, kept, read_with};
use time::TimeFormat;

/// The form of all mapped rows; the product stands in the record's workload.
pub(crate) const FORM: Form = Form("mapped");

/// Why a mapping file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {}{problem}", line.map(|line| format!(", line {line}")).unwrap_or_default(),
    if key.is_empty() { String::new() } else { format!("`{key}` ") })]
pub struct MappingError {
    /// The file's name, as given.
    pub file: String,
    /// The line, 1-based, where it is known.
    pub line: Option<usize>,
    /// The key that is wrong or missing; empty where the text is no TOML.
    pub key: String,
    /// What is wrong and what to write, without full stop.
    pub problem: String,
}

/// How the rows of another product's log are read.
///
/// ```toml
/// source = "vpn"                  # the records' workload is `other:vpn`
/// container = "csv"               # or "json"; left out, either will do
/// row = "event"                   # only for JSON: where in a record the columns stand
/// files = "vpn-*.csv"             # names of files that it reads even where their form is known
///
/// [time]
/// column = "Start Time"           # or ["Date", "Time"], joined with a blank
/// format = "%d.%m.%Y %H:%M:%S"    # or "auto", "epoch", "epoch-ms", "epoch-us"
/// zone = "Europe/Berlin"          # of times that name none; "UTC" when left out
///
/// [columns]                       # one column, or several of which the first filled one counts
/// actor = "user.name"             # a path through JSON; "target.0.id" enters a list
/// ip = ["client_ip", "src"]
///
/// [constants]
/// action = "VPN login"
///
/// [values.result]
/// "SUCCESS" = "success"
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    source: String,
    container: Option<Held>,
    row: Vec<String>,
    /// Patterns of file names, in lower case.
    files: Vec<String>,
    time: TimeFormat,
    /// Columns by field.
    columns: BTreeMap<Field, Vec<String>>,
    constants: BTreeMap<Field, String>,
    /// Constants under names of their own, which become parameters.
    extra: BTreeMap<String, String>,
    values: BTreeMap<Field, BTreeMap<String, String>>,
    /// The text that it was read from, kept so that a record can be read again.
    text: String,
}

/// How well a mapping describes a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Its time can be read, and so many of the fields that it maps are there.
    Reads {
        /// Fields, not columns: a field with three columns to choose from counts once.
        fields: usize,
    },
    /// It does not describe the file; a sentence without full stop that says what to correct.
    Misfit(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Csv,
    Json,
}

/// What a column can be mapped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Action,
    Actor,
    ActorName,
    App,
    Correlation,
    Country,
    Device,
    Id,
    Ip,
    MessageId,
    Object,
    Owner,
    Reason,
    Result,
    Session,
    Subject,
    Target,
    UserAgent,
}

impl Field {
    const ALL: [(&'static str, Self); 18] = [
        ("action", Self::Action),
        ("actor", Self::Actor),
        ("actor_name", Self::ActorName),
        ("app", Self::App),
        ("correlation", Self::Correlation),
        ("country", Self::Country),
        ("device", Self::Device),
        ("id", Self::Id),
        ("ip", Self::Ip),
        ("message_id", Self::MessageId),
        ("object", Self::Object),
        ("owner", Self::Owner),
        ("reason", Self::Reason),
        ("result", Self::Result),
        ("session", Self::Session),
        ("subject", Self::Subject),
        ("target", Self::Target),
        ("user_agent", Self::UserAgent),
    ];

    fn of(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, field)| *field)
    }

    fn names() -> String {
        Self::ALL.map(|(name, _)| name).join(", ")
    }
}

impl Mapping {
    /// Reads a mapping file. `file` is its name for messages.
    ///
    /// # Errors
    /// When the text is no TOML, or a key is missing, unknown or has a value that means nothing.
    pub fn parse(text: &str, file: &str) -> Result<Self, MappingError> {
        parse::mapping(text, file)
    }

    /// The product, as the mapping calls it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the mapping names this file, so that it is read by it even where its form is known. Only the
    /// last part of the name counts, and case does not.
    pub fn names_file(&self, name: &str) -> bool {
        let last = name.rsplit(['/', '!']).next().unwrap_or(name);
        let last: Vec<char> = last.to_lowercase().chars().collect();
        let matches = |pattern: &String| {
            let pattern: Vec<char> = pattern.chars().collect();
            wildcard(&pattern, &last)
        };
        self.files.iter().any(matches)
    }

    /// Whether a file with these columns, or with these keys in its first rows, is what the mapping
    /// describes: the time is there, and another column that it names.
    pub fn fits(&self, header: &[String]) -> bool {
        let first = |path: &str| self.row.first().map_or(path, String::as_str).to_owned();
        let has = |path: &String| {
            let first = first(path);
            let start = first.split('.').next().unwrap_or_default();
            header.iter().any(|name| {
                let name = name.trim();
                name == first || name == start
            })
        };
        self.time.columns.iter().all(has)
            && (self.columns.is_empty() || self.columns.values().flatten().any(has))
    }
}

/// Whether a name meets a pattern in which `*` stands for anything. Linear in both but for the last `*`
/// that was met, which is where the comparison goes back to.
fn wildcard(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while let Some(letter) = name.get(at) {
        match pattern.get(of) {
            Some('*') => {
                back = Some((of, at));
                of += 1;
            }
            Some(wanted) if wanted == letter => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((star, from)) = back else {
                    return false;
                };
                back = Some((star, from + 1));
                (of, at) = (star + 1, from + 1);
            }
        }
    }
    pattern.iter().skip(of).all(|rest| *rest == '*')
}
