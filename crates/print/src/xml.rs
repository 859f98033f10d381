//! XML as it is written: every element that is opened is closed, every text and attribute is escaped.

use crate::text::shown;

/// The first line of every part.
pub(crate) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// An attribute: name and value.
pub(crate) type Attribute<'a> = (&'a str, &'a str);

/// XML being written.
#[derive(Default)]
pub(crate) struct Xml {
    out: String,
}

impl Xml {
    /// A part of a package, with nothing in it yet.
    pub(crate) fn part() -> Self {
        Self {
            out: HEAD.to_owned(),
        }
    }

    /// An element with what is inside.
    pub(crate) fn element(
        &mut self,
        name: &str,
        attributes: &[Attribute<'_>],
        inside: impl FnOnce(&mut Self),
    ) {
        self.start(name, attributes);
        self.out.push('>');
        inside(self);
        self.close(name);
    }

    /// An element with nothing inside.
    pub(crate) fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.start(name, attributes);
        self.out.push_str("/>");
    }

    /// The beginning of an element that is longer than what is held in memory; [`Self::close`] ends it.
    pub(crate) fn open(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.start(name, attributes);
        self.out.push('>');
    }

    /// The end of an element.
    pub(crate) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Text inside an element.
    pub(crate) fn text(&mut self, text: &str) {
        self.escaped(text, false);
    }

    /// How many bytes are held.
    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    /// The bytes so far; none are held afterwards.
    pub(crate) fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    fn start(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            self.out.push(' ');
            self.out.push_str(key);
            self.out.push_str("=\"");
            self.escaped(value, true);
            self.out.push('"');
        }
    }

    fn escaped(&mut self, text: &str, is_attribute: bool) {
        for letter in shown(text).chars() {
            match letter {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' if is_attribute => self.out.push_str("&quot;"),
                // A reader turns white space in an attribute into blanks unless it is written as its number.
                '\n' if is_attribute => self.out.push_str("&#10;"),
                '\t' if is_attribute => self.out.push_str("&#9;"),
                other => self.out.push(other),
            }
        }
    }
}
