//! Reading an answer file: strictly, and with every error at once.
//!
//! Takes the text and the file's name, gives answers or the list of what is wrong, each with line and
//! key. It must never store half a file: one error, and nothing is taken.

use std::collections::BTreeMap;

use hourzero_model::{ActionKind, ActionTime, Channel, ResponderAction, Timestamp};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::answers::Answers;
use crate::check;
use crate::schema;
use crate::value::{self, Problem, Raw};

/// The largest answer file, in bytes. A call that fills more is no call.
pub const FILE_LIMIT: usize = 1 << 20;

/// What is wrong in an answer file, and where.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("{file}: line {line}: {key}: {what}; {hint}")]
pub struct AnswerError {
    /// The file as it was named.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The key, such as `payment.state` or `done.at`; the word on the line where it is no TOML.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub hint: String,
}

impl Answers {
    /// Reads an answer file. `now` is the time of the call where the file names none.
    ///
    /// # Errors
    /// With everything that is wrong: broken TOML, an unknown key, a time without offset, an
    /// impossible value, answers that contradict each other.
    pub fn parse(text: &str, file: &str, now: Timestamp) -> Result<Self, Vec<AnswerError>> {
        let mut reader = Reader::new(text, file);
        let mut answers = Self::default();
        if let Some(document) = reader.document(text) {
            reader.tables(document.get_ref(), &mut answers);
        }
        if reader.errors.is_empty() {
            reader.contradictions(&answers, now);
        }
        reader.finish(answers)
    }
}

/// Reads a file of `[[done]]` tables and nothing else. Times may be spans such as `+3d4h` after the
/// attacker's first success; who reads the file says whether it can use them.
///
/// # Errors
/// With everything that is wrong, each with line and key.
pub fn parse_done_file(text: &str, file: &str) -> Result<Vec<ResponderAction>, Vec<AnswerError>> {
    done_file(text, file, Spans::Allowed)
}

/// As [`parse_done_file`], of acts in a real tenant: a span after the attacker's first success is an error.
///
/// # Errors
/// As [`parse_done_file`].
pub fn parse_acts_file(text: &str, file: &str) -> Result<Vec<ResponderAction>, Vec<AnswerError>> {
    done_file(text, file, Spans::Refused)
}

fn done_file(
    text: &str,
    file: &str,
    spans: Spans,
) -> Result<Vec<ResponderAction>, Vec<AnswerError>> {
    let mut reader = Reader::new(text, file);
    let mut acts = Vec::new();
    if let Some(document) = reader.document(text) {
        for (key, value) in document.get_ref() {
            if key.get_ref() == "done" {
                acts = reader.done(value, spans);
            } else {
                reader.error(
                    key.span().start,
                    key.get_ref(),
                    Problem::new("there is no such key here", "write [[done]] tables only"),
                );
            }
        }
    }
    reader.finish(acts)
}

/// Whether a time may be a span after the attacker's first success.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spans {
    Allowed,
    Refused,
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    errors: Vec<AnswerError>,
    /// Where each key stands, in bytes.
    places: BTreeMap<String, usize>,
    /// Where the time of each act stands, or the act itself.
    acts: Vec<usize>,
}

impl<'a> Reader<'a> {
    const fn new(text: &'a str, file: &'a str) -> Self {
        Self {
            text,
            file,
            errors: Vec::new(),
            places: BTreeMap::new(),
            acts: Vec::new(),
        }
    }

    fn error(&mut self, offset: usize, key: &str, problem: Problem) {
        self.errors.push(AnswerError {
            file: self.file.to_owned(),
            line: line_of(self.text, offset),
            key: key.to_owned(),
            what: problem.what,
            hint: problem.hint,
        });
    }

    fn finish<T>(mut self, value: T) -> Result<T, Vec<AnswerError>> {
        if self.errors.is_empty() {
            return Ok(value);
        }
        self.errors.sort_by_key(|error| error.line);
        self.errors.dedup();
        Err(self.errors)
    }

    fn document<'t>(&mut self, text: &'t str) -> Option<Spanned<DeTable<'t>>> {
        if text.len() > FILE_LIMIT {
            self.error(
                0,
                "file",
                Problem::new("the file is larger than 1 MiB", "write the answers only"),
            );
            return None;
        }
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut tables_known = true;
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            let key = key_at(text, offset);
            let line = text.lines().nth(line_of(text, offset) - 1);
            tables_known &= !line.is_some_and(|line| line.trim_start().starts_with('['));
            let message = error
                .message()
                .lines()
                .next()
                .unwrap_or("broken")
                .to_owned();
            self.error(
                offset,
                &key,
                Problem::new(
                    format!("this is no TOML: {message}"),
                    "write key = \"value\" below its [table]",
                ),
            );
        }
        // Below a broken header nobody knows which table a key belongs to, and each would be an error.
        tables_known.then_some(document)
    }

    fn tables(&mut self, document: &DeTable<'_>, answers: &mut Answers) {
        for (name, value) in document {
            let head: &str = name.get_ref();
            if head == "done" {
                let acts = self.done(value, Spans::Refused);
                answers.put_done(acts);
                continue;
            }
            let is_table = schema::KEYS
                .iter()
                .any(|key| key.path.split('.').next() == Some(head));
            match value.get_ref() {
                DeValue::Table(table) if is_table => self.table(head, table, answers),
                _ if is_table => self.error(
                    name.span().start,
                    head,
                    Problem::new(
                        format!("`{head}` is a table"),
                        format!("write [{head}] and its keys below it"),
                    ),
                ),
                _ => {
                    let heads = [
                        "call",
                        "client",
                        "tenant",
                        "noticed",
                        "credentials",
                        "activity",
                        "payment",
                        "accounts",
                        "done",
                    ];
                    let hint = match schema::nearest(head, heads) {
                        Some(meant) => format!("did you mean [{meant}]?"),
                        None => format!("the tables are {}", heads.join(", ")),
                    };
                    self.error(
                        name.span().start,
                        head,
                        Problem::new("there is no such key", hint),
                    );
                }
            }
        }
    }

    fn table(&mut self, head: &str, table: &DeTable<'_>, answers: &mut Answers) {
        for (name, value) in table {
            let path = format!("{head}.{}", name.get_ref());
            let offset = name.span().start;
            self.places.insert(path.clone(), offset);
            let Some(key) = schema::find(&path) else {
                let hint = match schema::nearest(&path, schema::KEYS.iter().map(|key| key.path)) {
                    Some(meant) => format!("did you mean {meant}?"),
                    None => format!("the keys of [{head}] are {}", keys_of(head)),
                };
                self.error(offset, &path, Problem::new("there is no such key", hint));
                continue;
            };
            match value::check(key.kind, &self.raw(value)) {
                Ok(value) => answers.put(key.path, value),
                Err(problem) => self.error(value.span().start, &path, problem),
            }
        }
    }

    fn done(&mut self, value: &Spanned<DeValue<'_>>, spans: Spans) -> Vec<ResponderAction> {
        let DeValue::Array(items) = value.get_ref() else {
            self.error(
                value.span().start,
                "done",
                Problem::new("`done` is a list of tables", "write [[done]] for each act"),
            );
            return Vec::new();
        };
        let mut acts = Vec::new();
        for item in items {
            let DeValue::Table(table) = item.get_ref() else {
                self.error(
                    item.span().start,
                    "done",
                    Problem::new("an act is a table", "write [[done]] and its keys below it"),
                );
                continue;
            };
            self.acts.push(item.span().start);
            let index = acts.len();
            if let Some(act) = self.act(table, index, spans) {
                acts.push(act);
            } else {
                self.acts.pop();
            }
        }
        acts
    }

    /// One act; nothing when it has an error, which is then noted. Without a word it is `other`.
    fn act(&mut self, table: &DeTable<'_>, index: usize, spans: Spans) -> Option<ResponderAction> {
        let before = self.errors.len();
        let mut act = ResponderAction {
            action: ActionKind::Other,
            channel: None,
            target: None,
            at: None,
            by: None,
        };
        for (name, value) in table {
            let path = format!("done.{}", name.get_ref());
            let offset = value.span().start;
            if !schema::DONE_KEYS.contains(&name.get_ref().as_ref()) {
                let hint = format!("the keys of [[done]] are {}", schema::DONE_KEYS.join(", "));
                self.error(
                    name.span().start,
                    &path,
                    Problem::new("there is no such key", hint),
                );
                continue;
            }
            let (Raw::Text(text) | Raw::Date(text)) = self.raw(value) else {
                let problem = Problem::new("this key takes a text", "write it in quotation marks");
                self.error(offset, &path, problem);
                continue;
            };
            if text == "unknown" && path != "done.channel" {
                continue;
            }
            if path == "done.at"
                && let Some(place) = self.acts.get_mut(index)
            {
                *place = name.span().start;
            }
            if let Err(problem) = fill(&mut act, &path, &text, spans) {
                self.error(offset, &path, problem);
            }
        }
        (self.errors.len() == before).then_some(act)
    }

    fn raw(&self, value: &Spanned<DeValue<'_>>) -> Raw {
        match value.get_ref() {
            DeValue::String(text) => Raw::Text(text.to_string()),
            DeValue::Integer(number) => Raw::Number(number.as_str().to_owned()),
            DeValue::Float(number) => Raw::Number(number.as_str().to_owned()),
            DeValue::Boolean(_) => Raw::Bool,
            DeValue::Datetime(time) => Raw::Date(
                self.text
                    .get(value.span())
                    .map_or_else(|| time.to_string(), str::to_owned),
            ),
            DeValue::Array(items) => Raw::List(items.iter().map(|item| self.raw(item)).collect()),
            DeValue::Table(_) => Raw::Table,
        }
    }

    fn contradictions(&mut self, answers: &Answers, now: Timestamp) {
        for one in check::contradictions(answers, now) {
            let offset = match one.act {
                Some(index) => self.acts.get(index).copied(),
                None => self.places.get(one.key).copied(),
            };
            self.error(
                offset.unwrap_or(0),
                one.key,
                Problem::new(one.what, one.hint),
            );
        }
    }
}

fn fill(act: &mut ResponderAction, path: &str, text: &str, spans: Spans) -> Result<(), Problem> {
    match path {
        "done.action" => {
            act.action = ActionKind::from_name(text).map_err(|_| {
                let names = ActionKind::ALL.iter().map(|kind| kind.name());
                let hint = match schema::nearest(text, names.clone()) {
                    Some(meant) => format!("did you mean {meant}?"),
                    None => format!("write one of {}", names.collect::<Vec<_>>().join(", ")),
                };
                Problem::new(format!("`{text}` is no act"), hint)
            })?;
        }
        "done.channel" => {
            act.channel = Some(Channel::from_name(text).map_err(|unknown| {
                Problem::new(
                    format!("`{text}` is no way to reset a password"),
                    format!("write one of {}", unknown.allowed),
                )
            })?);
        }
        "done.target" => act.target = Some(value::plain_text(text)?),
        "done.by" => act.by = Some(value::plain_text(text)?),
        _ => {
            act.at = Some(if spans == Spans::Allowed && text.starts_with('+') {
                ActionTime::parse(text).map_err(|error| {
                    Problem::new(
                        error.to_string(),
                        "write days, hours, minutes, such as +3d4h",
                    )
                })?
            } else {
                let moment = value::moment(text)?;
                ActionTime::At {
                    utc: moment.utc,
                    original: moment.original,
                }
            });
        }
    }
    Ok(())
}

fn keys_of(head: &str) -> String {
    let keys: Vec<&str> = schema::KEYS
        .iter()
        .filter_map(|key| key.path.split_once('.'))
        .filter(|(table, _)| *table == head)
        .map(|(_, name)| name)
        .collect();
    keys.join(", ")
}

/// The line of a byte, counted from 1.
fn line_of(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().iter().take(offset);
    before.filter(|byte| **byte == b'\n').count() + 1
}

/// The key on the line of a byte, with the table above it; for text that is no TOML.
fn key_at(text: &str, offset: usize) -> String {
    let line = line_of(text, offset);
    let mut table = String::new();
    for (index, content) in text.lines().enumerate() {
        let content = content.trim();
        let header = content
            .strip_prefix('[')
            .map(|rest| rest.trim_matches(|sign| matches!(sign, '[' | ']' | ' ')));
        if let Some(name) = header {
            name.clone_into(&mut table);
        }
        if index + 1 == line {
            if header.is_some() {
                return table;
            }
            let name = content.split('=').next().unwrap_or("").trim();
            let name: String = name.chars().take(60).collect();
            return match (table.is_empty(), name.is_empty()) {
                (true, _) => name,
                (false, true) => table,
                (false, false) => format!("{table}.{name}"),
            };
        }
    }
    table
}
