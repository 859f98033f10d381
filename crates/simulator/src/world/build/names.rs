//! What people are called: names of many cultures, and the user names made of them.

use std::collections::BTreeMap;

use crate::random::Stream;
use crate::world::data::{ascii, field, fields, lines};

const NAMES: &str = include_str!("../../../data/world/names.txt");

/// Given and family names of a culture, with `_` for blanks.
struct Culture {
    name: &'static str,
    given: Vec<&'static str>,
    family: Vec<&'static str>,
}

/// Draws names, no two alike.
pub(super) struct Names {
    cultures: Vec<Culture>,
    weights: Vec<(&'static str, u64)>,
    displayed: BTreeMap<String, u32>,
    user_names: BTreeMap<String, u32>,
}

/// A person's names.
#[derive(Debug, Clone)]
pub(super) struct PersonName {
    pub(super) given: String,
    pub(super) family: String,
    pub(super) display: String,
}

/// How a company makes user names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UserNameStyle {
    /// `anna.schmidt`
    GivenDotFamily,
    /// `aschmidt`
    InitialFamily,
    /// `a.schmidt`
    InitialDotFamily,
    /// `anna`
    Given,
}

impl Names {
    /// Names for a country's mixture of cultures.
    pub(super) fn new(weights: &[(&'static str, u64)]) -> Self {
        let cultures = lines(NAMES)
            .map(|line| {
                let fields = fields(line);
                let names =
                    |at| -> Vec<&'static str> { field(&fields, at).split_whitespace().collect() };
                Culture {
                    name: field(&fields, 0),
                    given: names(1),
                    family: names(2),
                }
            })
            .collect();
        Self {
            cultures,
            weights: weights.to_vec(),
            displayed: BTreeMap::new(),
            user_names: BTreeMap::new(),
        }
    }

    /// A person's names; `family_first` for companies that list people as `Schmidt, Anna`.
    pub(super) fn person(&mut self, family_first: bool, stream: &mut Stream) -> PersonName {
        let (given, family) = self.draw(stream);
        let shown = |given: &str| {
            if family_first {
                format!("{family}, {given}")
            } else {
                format!("{given} {family}")
            }
        };
        let mut display = shown(&given);
        let count = self.displayed.entry(display.clone()).or_insert(0);
        *count += 1;
        let mut nth = *count;
        // A second Anna Schmidt gets a middle initial, as directories do; the 27th two of them.
        while nth > 1 {
            let middle = initials(nth - 2);
            display = shown(&format!("{given} {middle}"));
            nth = if self.displayed.contains_key(&display) {
                nth + 1
            } else {
                1
            };
        }
        self.displayed.entry(display.clone()).or_insert(1);
        PersonName {
            given,
            family,
            display,
        }
    }

    fn draw(&self, stream: &mut Stream) -> (String, String) {
        let culture = stream.weighted(&self.weights).copied().unwrap_or("english");
        let of = |name: &str| self.cultures.iter().find(|culture| culture.name == name);
        let Some(own) = of(culture).or_else(|| self.cultures.first()) else {
            return ("Anna".to_owned(), "Smith".to_owned());
        };
        let spaced = |name: &&str| name.replace('_', " ");
        let given = stream.pick(&own.given).map(spaced).unwrap_or_default();
        // Some marry into another culture or keep both names.
        let other = if stream.chance(40) {
            let mixed = stream.weighted(&self.weights).copied().unwrap_or(culture);
            of(mixed).unwrap_or(own)
        } else {
            own
        };
        let family = stream.pick(&other.family).map(spaced).unwrap_or_default();
        let doubled = stream.chance(25);
        let second = stream.pick(&own.family).map(spaced).unwrap_or_default();
        if doubled && second != family && !family.contains('-') && !second.contains([' ', '-']) {
            return (given, format!("{family}-{second}"));
        }
        (given, family)
    }

    /// A user name that nobody else has, in lower case of ASCII letters, digits, dots, hyphens and now and
    /// then an apostrophe.
    pub(super) fn user_name(
        &mut self,
        name: &PersonName,
        style: UserNameStyle,
        stream: &mut Stream,
    ) -> String {
        let keeps_apostrophe = stream.chance(400);
        let plain = |text: &str| -> String {
            ascii(text)
                .to_lowercase()
                .chars()
                .filter(|sign| {
                    sign.is_ascii_alphanumeric()
                        || *sign == '-'
                        || (*sign == '\'' && keeps_apostrophe)
                })
                .collect()
        };
        let (given, family) = (plain(&name.given), plain(&name.family));
        let initial: String = given.chars().take(1).collect();
        let wanted = match style {
            UserNameStyle::GivenDotFamily => format!("{given}.{family}"),
            UserNameStyle::InitialFamily => format!("{initial}{family}"),
            UserNameStyle::InitialDotFamily => format!("{initial}.{family}"),
            UserNameStyle::Given => given,
        };
        self.unique(&wanted)
    }

    /// A user name that nobody else has: as it is, or with the next number.
    pub(super) fn unique(&mut self, wanted: &str) -> String {
        // User principal names have 64 characters at most before the @.
        let wanted: String = wanted.chars().take(60).collect();
        let mut count = self.user_names.get(&wanted).copied().unwrap_or(0);
        loop {
            count += 1;
            let name = if count == 1 {
                wanted.clone()
            } else {
                format!("{wanted}{count}")
            };
            if !self.user_names.contains_key(&name)
                || (count == 1 && !self.user_names.contains_key(&wanted))
            {
                self.user_names.insert(wanted, count);
                self.user_names.entry(name.clone()).or_insert(1);
                return name;
            }
        }
    }
}

/// `A.` to `Z.`, then `A. A.` and so on.
fn initials(nth: u32) -> String {
    let letter = |at: u32| char::from_u32(u32::from(b'A') + at % 26).unwrap_or('X');
    if nth < 26 {
        format!("{}.", letter(nth))
    } else {
        format!("{}. {}.", letter(nth / 26 - 1), letter(nth))
    }
}

/// A user name as Exchange shows it: with capitals where the company writes them.
pub(super) fn capitals(user_name: &str) -> String {
    let mut up = true;
    user_name
        .chars()
        .map(|sign| {
            let shown = if up { sign.to_ascii_uppercase() } else { sign };
            up = matches!(sign, '.' | '-' | '\'');
            shown
        })
        .collect()
}
