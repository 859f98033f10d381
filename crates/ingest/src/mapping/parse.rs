//! The text of a mapping file, checked key by key.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::time::TimeFormat;
use super::{Field, Held, Mapping, MappingError};

/// A longer file is no mapping.
const MAX_TEXT: usize = 1024 * 1024;

/// Constants of fields, and those under names of their own.
type Constants = (BTreeMap<Field, String>, BTreeMap<String, String>);

struct Parser<'a> {
    text: &'a str,
    file: &'a str,
}

pub(super) fn mapping(text: &str, file: &str) -> Result<Mapping, MappingError> {
    let parser = Parser { text, file };
    if text.len() > MAX_TEXT {
        return Err(parser.wrong(
            "",
            "the file is longer than 1 MiB: a mapping is a page of text",
        ));
    }
    let table: Table = toml::from_str(text).map_err(|error| MappingError {
        file: file.to_owned(),
        line: error.span().map(|span| parser.line_at(span.start)),
        key: String::new(),
        problem: format!(
            "the text is no TOML: {}",
            error.message().replace('\n', ", ")
        ),
    })?;
    parser.mapping(&table)
}

impl Parser<'_> {
    fn mapping(&self, table: &Table) -> Result<Mapping, MappingError> {
        let known = [
            "source",
            "container",
            "row",
            "files",
            "time",
            "columns",
            "constants",
            "values",
        ];
        self.only(table, &known)?;
        let (constants, extra) = self.constants(self.section(table, "constants")?)?;
        let mapping = Mapping {
            source: self.source(table)?,
            container: self.container(table)?,
            row: self.row(table)?,
            files: self.files(table)?,
            time: self.time(table)?,
            columns: self.columns(self.section(table, "columns")?)?,
            constants,
            extra,
            values: self.values(self.section(table, "values")?)?,
            text: self.text.to_owned(),
        };
        let says_action = mapping.columns.contains_key(&Field::Action)
            || mapping.constants.contains_key(&Field::Action);
        if !says_action {
            return Err(self.wrong(
                "action",
                "is missing: name its column under [columns], or write the act under [constants]",
            ));
        }
        Ok(mapping)
    }

    fn source(&self, table: &Table) -> Result<String, MappingError> {
        let source = table
            .get("source")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .trim();
        let is_name = !source.is_empty()
            && source.len() <= 64
            && source
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        if is_name {
            return Ok(source.to_lowercase());
        }
        Err(self.wrong(
            "source",
            "must name the product in letters, digits, `-`, `_` or `.`: \"okta\"",
        ))
    }

    fn container(&self, table: &Table) -> Result<Option<Held>, MappingError> {
        match table.get("container").map(Value::as_str) {
            None => Ok(None),
            Some(Some("csv")) => Ok(Some(Held::Csv)),
            Some(Some("json")) => Ok(Some(Held::Json)),
            Some(_) => Err(self.wrong("container", "must be \"csv\" or \"json\"")),
        }
    }

    fn row(&self, table: &Table) -> Result<Vec<String>, MappingError> {
        match table.get("row").map(Value::as_str) {
            None => Ok(Vec::new()),
            Some(Some(path)) if !path.trim().is_empty() => {
                Ok(path.split('.').map(str::to_owned).collect())
            }
            Some(_) => Err(self.wrong("row", "must be a path such as \"event.data\", or left out")),
        }
    }

    fn files(&self, table: &Table) -> Result<Vec<String>, MappingError> {
        let Some(value) = table.get("files") else {
            return Ok(Vec::new());
        };
        let names = self.names("files", value)?;
        if names.iter().any(|name| name.contains(['/', '\\'])) {
            return Err(self.wrong("files", "must be names of files without their folders"));
        }
        if names.iter().all(|name| name.chars().all(|c| c == '*')) {
            return Err(self.wrong(
                "files",
                "names every file, also those of Microsoft's logs: write a pattern such as \"vpn-*.csv\"",
            ));
        }
        Ok(names.iter().map(|name| name.to_lowercase()).collect())
    }

    fn time(&self, table: &Table) -> Result<TimeFormat, MappingError> {
        let missing = "is missing: write [time] with column = \"…\"";
        if !table.contains_key("time") {
            return Err(self.wrong("time", missing));
        }
        let time = self.section(table, "time")?;
        self.only(time, &["column", "format", "zone"])?;
        let column = time
            .get("column")
            .ok_or_else(|| self.wrong("time.column", missing))?;
        let columns = self.names("column", column)?;
        let text = |key: &str, default: &str| match time.get(key) {
            None => Ok(default.to_owned()),
            Some(Value::String(text)) => Ok(text.trim().to_owned()),
            Some(_) => Err(self.wrong(key, "must be a text")),
        };
        let (format, zone) = (text("format", "auto")?, text("zone", "UTC")?);
        TimeFormat::new(columns, &format, &zone).map_err(|(key, problem)| self.wrong(key, &problem))
    }

    fn columns(&self, table: &Table) -> Result<BTreeMap<Field, Vec<String>>, MappingError> {
        let mut columns = BTreeMap::new();
        for (key, value) in table {
            columns.insert(self.field(key)?, self.names(key, value)?);
        }
        Ok(columns)
    }

    fn constants(&self, table: &Table) -> Result<Constants, MappingError> {
        let mut constants = BTreeMap::new();
        let mut extra = BTreeMap::new();
        for (key, value) in table {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Integer(_) | Value::Boolean(_) | Value::Float(_) => value.to_string(),
                _ => return Err(self.wrong(key, "must be one text")),
            };
            match Field::of(key) {
                Some(field) => {
                    constants.insert(field, text);
                }
                None => {
                    extra.insert(key.clone(), text);
                }
            }
        }
        Ok((constants, extra))
    }

    fn values(
        &self,
        table: &Table,
    ) -> Result<BTreeMap<Field, BTreeMap<String, String>>, MappingError> {
        let mut values = BTreeMap::new();
        for (key, map) in table {
            let field = self.field(key)?;
            let problem = "must be a section of texts: [values.result] with \"OK\" = \"success\"";
            let map = map.as_table().ok_or_else(|| self.wrong(key, problem))?;
            let mut words = BTreeMap::new();
            for (from, to) in map {
                let to = to.as_str().ok_or_else(|| self.wrong(from, problem))?;
                let is_outcome = ["success", "failure", "interrupted", "unknown"].contains(&to);
                if field == Field::Result && !is_outcome {
                    let problem = "must become success, failure, interrupted or unknown";
                    return Err(self.wrong(from, problem));
                }
                words.insert(from.clone(), to.to_owned());
            }
            values.insert(field, words);
        }
        Ok(values)
    }

    fn field(&self, key: &str) -> Result<Field, MappingError> {
        let problem = || format!("is nothing that a record has; it can be {}", Field::names());
        Field::of(key).ok_or_else(|| self.wrong(key, &problem()))
    }

    /// One column, or a list of them.
    fn names(&self, key: &str, value: &Value) -> Result<Vec<String>, MappingError> {
        let names: Option<Vec<String>> = match value {
            Value::String(name) => Some(vec![name.trim().to_owned()]),
            Value::Array(names) => names
                .iter()
                .map(|name| name.as_str().map(|name| name.trim().to_owned()))
                .collect(),
            _ => None,
        };
        names
            .filter(|names| !names.is_empty() && names.iter().all(|name| !name.is_empty()))
            .ok_or_else(|| self.wrong(key, "must be a column's name, or a list of names"))
    }

    fn section<'t>(&self, table: &'t Table, key: &str) -> Result<&'t Table, MappingError> {
        static NONE: std::sync::LazyLock<Table> = std::sync::LazyLock::new(Table::new);
        match table.get(key) {
            None => Ok(&NONE),
            Some(Value::Table(section)) => Ok(section),
            Some(_) => Err(self.wrong(key, &format!("must be a section: [{key}]"))),
        }
    }

    fn only(&self, table: &Table, known: &[&str]) -> Result<(), MappingError> {
        match table.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => {
                let problem = format!("is not known here; the keys are {}", known.join(", "));
                Err(self.wrong(key, &problem))
            }
        }
    }

    fn wrong(&self, key: &str, problem: &str) -> MappingError {
        let name = key.rsplit('.').next().unwrap_or(key);
        let line = self.text.lines().position(|line| {
            let line = line.trim_start().trim_start_matches(['[', '"', '\'']);
            let rest = line.strip_prefix(name).filter(|_| !name.is_empty());
            rest.is_some_and(|rest| rest.starts_with([' ', '=', ']', '"', '\'', '.', '\t']))
        });
        MappingError {
            file: self.file.to_owned(),
            line: line.map(|line| line + 1),
            key: key.to_owned(),
            problem: problem.to_owned(),
        }
    }

    fn line_at(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        memchr::memchr_iter(b'\n', before).count() + 1
    }
}
