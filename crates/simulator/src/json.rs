//! How a record is written: JSON with its keys in the order of the real log.
//!
//! Millions of records are written one after another; a tree of each would cost more than the record.

use std::fmt::{Display, Write as _};

/// An object that is being written. Keys stand in the order in which they are given.
#[derive(Debug)]
pub(crate) struct Object<'o> {
    out: &'o mut String,
    first: bool,
}

/// A list that is being written.
#[derive(Debug)]
pub(crate) struct List<'o> {
    out: &'o mut String,
    first: bool,
}

/// The text of one object.
pub(crate) fn object(fill: impl FnOnce(&mut Object<'_>)) -> String {
    let mut out = String::with_capacity(3_072);
    write_object(&mut out, fill);
    out
}

fn write_object(out: &mut String, fill: impl FnOnce(&mut Object<'_>)) {
    out.push('{');
    fill(&mut Object { out, first: true });
    out.push('}');
}

fn write_list(out: &mut String, fill: impl FnOnce(&mut List<'_>)) {
    out.push('[');
    fill(&mut List { out, first: true });
    out.push(']');
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    escape_into(out, text);
    out.push('"');
}

const fn needs_escape(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

/// Whether any sign of a text needs an escape. All bytes are looked at, so that many are looked at at once.
fn any_needs_escape(text: &str) -> bool {
    text.bytes()
        .fold(false, |found, byte| found | needs_escape(byte))
}

/// Adds a text as it stands between the quotes of a JSON string.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    if !any_needs_escape(text) {
        out.push_str(text);
        return;
    }
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !needs_escape(byte) {
            continue;
        }
        out.push_str(text.get(done..at).unwrap_or_default());
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => out.push_str(&format!("\\u{control:04x}")),
        }
        done = at + 1;
    }
    out.push_str(text.get(done..).unwrap_or_default());
}

/// Adds the text of a value between quotes; values that need no escape are written without a copy.
fn write_shown(out: &mut String, value: impl Display) {
    out.push('"');
    let begins = out.len();
    if write!(out, "{value}").is_err() {
        out.truncate(begins);
    }
    let written = out.get(begins..).unwrap_or_default();
    if any_needs_escape(written) {
        let written = written.to_owned();
        out.truncate(begins);
        escape_into(out, &written);
    }
    out.push('"');
}

/// A text with its quotes, as JSON.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(&mut out, text);
    out
}

impl Object<'_> {
    fn key(&mut self, key: &str) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        // Keys are Microsoft's, never text from outside, and half of a record is keys.
        debug_assert!(!any_needs_escape(key), "a key that is no word: {key}");
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// A key with a text.
    pub(crate) fn text(&mut self, key: &str, value: impl AsRef<str>) -> &mut Self {
        self.key(key);
        write_text(self.out, value.as_ref());
        self
    }

    /// A key with the text of a value, such as a GUID or a time.
    pub(crate) fn shown(&mut self, key: &str, value: impl Display) -> &mut Self {
        self.key(key);
        write_shown(self.out, value);
        self
    }

    /// A key with a text, left out where there is none.
    pub(crate) fn maybe(&mut self, key: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.shown(key, value);
        }
        self
    }

    /// A key with an integer.
    pub(crate) fn number(&mut self, key: &str, value: impl Into<i64>) -> &mut Self {
        let value: i64 = value.into();
        self.key(key);
        self.out.push_str(&value.to_string());
        self
    }

    /// A key with true or false.
    pub(crate) fn flag(&mut self, key: &str, value: bool) -> &mut Self {
        self.raw(key, if value { "true" } else { "false" })
    }

    /// A key with null.
    pub(crate) fn null(&mut self, key: &str) -> &mut Self {
        self.raw(key, "null")
    }

    /// A key with JSON that is written already, such as a number with a fraction.
    pub(crate) fn raw(&mut self, key: &str, json: &str) -> &mut Self {
        self.key(key);
        self.out.push_str(json);
        self
    }

    /// Keys with values that are written already, with commas between and none around.
    pub(crate) fn members(&mut self, json: &str) -> &mut Self {
        if !json.is_empty() {
            if !self.first {
                self.out.push(',');
            }
            self.first = false;
            self.out.push_str(json);
        }
        self
    }

    /// A key with an object.
    pub(crate) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.key(key);
        write_object(self.out, fill);
        self
    }

    /// A key with a list.
    pub(crate) fn list(&mut self, key: &str, fill: impl FnOnce(&mut List<'_>)) -> &mut Self {
        self.key(key);
        write_list(self.out, fill);
        self
    }

    /// A key with a list of texts.
    pub(crate) fn texts(
        &mut self,
        key: &str,
        values: impl IntoIterator<Item: AsRef<str>>,
    ) -> &mut Self {
        self.list(key, |list| {
            for value in values {
                list.text(value);
            }
        })
    }
}

impl List<'_> {
    fn comma(&mut self) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
    }

    /// A text.
    pub(crate) fn text(&mut self, value: impl AsRef<str>) -> &mut Self {
        self.comma();
        write_text(self.out, value.as_ref());
        self
    }

    /// An object.
    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Object<'_>)) -> &mut Self {
        self.comma();
        write_object(self.out, fill);
        self
    }

    /// A `{"Name": …, "Value": …}` pair, as the unified audit log has by the dozen.
    pub(crate) fn pair(&mut self, name: &str, value: impl AsRef<str>) -> &mut Self {
        self.object(|pair| {
            pair.text("Name", name).text("Value", value);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_inside_its_quotes() {
        let text = object(|record| {
            record
                .text("a", "\u{1b}[2J\r\n\\ \u{202e}é")
                .number("n", 3)
                .maybe("left out", None::<&str>)
                .list("l", |list| {
                    list.pair("Name", "x").text("y");
                });
        });
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["a"], "\u{1b}[2J\r\n\\ \u{202e}é");
        assert_eq!(read["l"][0]["Value"], "x");
        assert_eq!(read.as_object().unwrap().len(), 3);
    }
}
