//! Checks on one value, made ready for many.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::net::IpAddr;

use aho_corasick::AhoCorasick;
use hourzero_detect::ir::{Check, Comparison, Field, Pattern, Piece};
use hourzero_model::canonical_ip;
use memchr::memmem::Finder;
use regex::{Regex, RegexBuilder};

use crate::shape::Lengths;

/// A compiled regular expression may take so many bytes: a user's rule must not fill the memory.
const REGEX_BYTES: usize = 16 << 20;

/// A check made ready.
#[derive(Debug)]
pub(super) enum Ready {
    /// Text patterns.
    Patterns(Patterns),
    /// A regular expression.
    Regex(Regex),
    /// Networks.
    Cidr(Vec<(IpAddr, u8)>),
    /// A number.
    Compare(Comparison, f64),
    /// Any value passes.
    Present,
    /// No value passes, and only then.
    Absent,
    /// Equal to a value of another field.
    SameAs(Field),
}

impl Ready {
    pub(super) fn of(check: &Check) -> Result<Self, String> {
        Ok(match check {
            Check::Matches { patterns, cased } => Self::Patterns(Patterns::of(patterns, *cased)?),
            Check::Regex(source) => Self::Regex(compiled(source)?),
            Check::Cidr(networks) => Self::Cidr(networks.clone()),
            Check::Compare { order, number } => Self::Compare(*order, *number),
            Check::Present => Self::Present,
            Check::Absent => Self::Absent,
            Check::SameAs(field) => Self::SameAs(field.clone()),
        })
    }

    /// Whether a value of such a length may pass.
    pub(super) fn may_pass(&self, lengths: Lengths) -> bool {
        match self {
            Self::Patterns(patterns) => patterns.may_pass(lengths),
            _ => true,
        }
    }

    /// Whether one value passes; [`Ready::Absent`] and [`Ready::SameAs`] are not about one value.
    pub(super) fn passes(&self, value: &str, scratch: &mut String) -> bool {
        match self {
            Self::Patterns(patterns) => patterns.passes(value, scratch),
            Self::Regex(regex) => regex.is_match(value),
            Self::Cidr(networks) => canonical_ip(value).is_some_and(|address| {
                networks
                    .iter()
                    .any(|(network, length)| within(address.ip, *network, *length))
            }),
            Self::Compare(order, number) => value
                .trim()
                .parse::<f64>()
                .is_ok_and(|value| compares(value, *order, *number)),
            Self::Present => true,
            Self::Absent | Self::SameAs(_) => false,
        }
    }
}

fn compiled(source: &str) -> Result<Regex, String> {
    RegexBuilder::new(source)
        .size_limit(REGEX_BYTES)
        .build()
        .map_err(|error| error.to_string())
}

fn compares(value: f64, order: Comparison, number: f64) -> bool {
    match order {
        Comparison::Less => value < number,
        Comparison::LessOrEqual => value <= number,
        Comparison::Greater => value > number,
        Comparison::GreaterOrEqual => value >= number,
    }
}

/// Whether the first `length` bits of two addresses of one family are the same.
fn within(ip: IpAddr, network: IpAddr, length: u8) -> bool {
    let (difference, width) = match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) => {
            let bits = ip.to_bits() ^ network.to_bits();
            (u128::from(bits), 32_u32)
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) => (ip.to_bits() ^ network.to_bits(), 128),
        _ => return false,
    };
    let ignored = width.saturating_sub(u32::from(length));
    difference.checked_shr(ignored).unwrap_or(0) == 0
}

/// Text patterns sorted by what finds them fastest.
#[derive(Debug)]
pub(super) struct Patterns {
    cased: bool,
    exact: BTreeSet<String>,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
    contains: Contains,
    globs: Vec<Regex>,
}

#[derive(Debug)]
enum Contains {
    Nothing,
    One(Box<Finder<'static>>),
    Many(AhoCorasick),
}

impl Patterns {
    fn of(patterns: &[Pattern], cased: bool) -> Result<Self, String> {
        let mut ready = Self {
            cased,
            exact: BTreeSet::new(),
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            contains: Contains::Nothing,
            globs: Vec::new(),
        };
        let mut contains = Vec::new();
        for pattern in patterns {
            match pattern {
                Pattern::Exact(text) => drop(ready.exact.insert(text.clone())),
                Pattern::Prefix(text) => ready.prefixes.push(text.clone()),
                Pattern::Suffix(text) => ready.suffixes.push(text.clone()),
                Pattern::Contains(text) => contains.push(text.as_str()),
                Pattern::Glob(pieces) => ready.globs.push(glob(pieces)?),
            }
        }
        ready.contains = match contains.as_slice() {
            [] => Contains::Nothing,
            [one] => Contains::One(Box::new(Finder::new(one).into_owned())),
            many => Contains::Many(AhoCorasick::new(many).map_err(|error| error.to_string())?),
        };
        Ok(ready)
    }

    fn passes(&self, value: &str, scratch: &mut String) -> bool {
        if self.only_exact() && value.is_ascii() && self.exact.len() <= 4 {
            return self.exact.iter().any(|text| self.equals(value, text));
        }
        let value = if self.cased {
            value
        } else {
            folded(value, scratch)
        };
        self.exact.contains(value)
            || self
                .prefixes
                .iter()
                .any(|text| value.starts_with(text.as_str()))
            || self
                .suffixes
                .iter()
                .any(|text| value.ends_with(text.as_str()))
            || match &self.contains {
                Contains::Nothing => false,
                Contains::One(finder) => finder.find(value.as_bytes()).is_some(),
                Contains::Many(automaton) => automaton.is_match(value),
            }
            || self.globs.iter().any(|glob| glob.is_match(value))
    }

    fn may_pass(&self, lengths: Lengths) -> bool {
        let fits = |text: &String| text.len() <= lengths.most;
        let contains = match &self.contains {
            Contains::Nothing => false,
            Contains::One(finder) => finder.needle().len() <= lengths.most,
            Contains::Many(automaton) => automaton.min_pattern_len() <= lengths.most,
        };
        let is_between = |text: &String| text.len() >= lengths.least && fits(text);
        contains
            || !self.globs.is_empty()
            || self.exact.iter().any(is_between)
            || self.prefixes.iter().any(fits)
            || self.suffixes.iter().any(fits)
    }

    fn only_exact(&self) -> bool {
        self.prefixes.is_empty()
            && self.suffixes.is_empty()
            && matches!(self.contains, Contains::Nothing)
            && self.globs.is_empty()
    }

    /// Equality of an ASCII value with a folded pattern, without making a folded copy.
    fn equals(&self, value: &str, text: &str) -> bool {
        let fold = |byte: u8| {
            if self.cased {
                byte
            } else {
                byte.to_ascii_lowercase()
            }
        };
        value.len() == text.len() && value.bytes().zip(text.bytes()).all(|(a, b)| fold(a) == b)
    }
}

/// Unicode lower case, in a buffer that is used again.
fn folded<'a>(value: &str, scratch: &'a mut String) -> &'a str {
    scratch.clear();
    if value.is_ascii() {
        scratch.push_str(value);
        scratch.make_ascii_lowercase();
    } else {
        // Lower case of the whole, because a final sigma depends on what stands before it.
        scratch.push_str(&value.to_lowercase());
    }
    scratch
}

fn glob(pieces: &[Piece]) -> Result<Regex, String> {
    let mut source = String::from(r"(?s)\A");
    for piece in pieces {
        source.push_str(&match piece {
            Piece::Literal(text) => Cow::Owned(regex::escape(text)),
            Piece::One => Cow::Borrowed("."),
            Piece::Many => Cow::Borrowed(".*"),
        });
    }
    source.push_str(r"\z");
    compiled(&source)
}
