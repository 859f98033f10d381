//! Shapes: which parameters and changes a record has, and what the parameters with few values say.
//!
//! Most records of an operation look alike: the same names, the same few values of `RequestType`, `ClientAppId` or
//! `IsManagedDevice`, and one or two values of their own. The writer gives a number to each look of a file, so that most
//! questions about lists are answered once a look, without a list being read. A look hides values that are
//! long or many; what it hides stays to be read. It decides nothing by itself: no answer changes with it.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use hourzero_model::Record;
use serde::{Deserialize, Serialize};

/// Under this key a file notes its [`Shapes`].
pub(crate) const KEY: &str = "hourzero.shapes";

/// The shape of which nothing is told.
pub(crate) const UNTOLD: u32 = 0;

/// Different values of one parameter of an operation that are told; a parameter with more tells none.
const VALUES: usize = 24;
/// Bytes of a value that is told.
const VALUE_BYTES: usize = 64;
/// Names of an operation that are told. A number of a name takes seven bits.
const NAMES: usize = 120;
/// Shapes of an operation that tell values, and those that tell names alone.
const TELLING: usize = 2_048;
/// See [`TELLING`].
const NAMING: usize = 4_096;
/// Operations of a file that have shapes: a hostile export can invent any number.
const OPERATIONS: usize = 1_024;
/// Shapes of a file.
const SHAPES: usize = 32_768;

/// A value that is not told.
const HIDDEN: u8 = u8::MAX;
/// Stands in place of a value where the name is that of a change.
const CHANGE: u8 = u8::MAX - 1;

/// Gives numbers to the shapes of a file that is being written.
#[derive(Debug, Default)]
pub(crate) struct Shaper {
    operations: HashMap<String, Operation, RandomState>,
    shapes: Shapes,
    texts: HashMap<String, u32, RandomState>,
    names: u32,
    scratch: Vec<(u8, u8)>,
}

/// What was seen of an operation.
#[derive(Debug, Default)]
struct Operation {
    names: Vec<Name>,
    shapes: HashMap<Box<[(u8, u8)]>, u32, RandomState>,
}

/// A parameter or change of an operation.
#[derive(Debug)]
struct Name {
    text: String,
    is_change: bool,
    values: Vec<String>,
    is_hidden: bool,
    /// Its number among the names of the file.
    number: u32,
    hidden: Lengths,
}

/// How long hidden values are, as they stand and in lower case: what is longer or shorter is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lengths {
    /// Bytes of the shortest.
    pub(crate) least: usize,
    /// Bytes of the longest.
    pub(crate) most: usize,
}

impl Default for Lengths {
    fn default() -> Self {
        Self {
            least: usize::MAX,
            most: 0,
        }
    }
}

impl Lengths {
    const ANY: Self = Self {
        least: 0,
        most: usize::MAX,
    };

    fn add(&mut self, value: &str) {
        let mut take = |bytes: usize| {
            self.least = self.least.min(bytes);
            self.most = self.most.max(bytes);
        };
        take(value.len());
        if !value.is_ascii() {
            take(value.to_lowercase().len());
        }
    }
}

/// A value of a parameter, as far as its shape tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told<'a> {
    /// It is this.
    Value(&'a str),
    /// It is so long.
    Hidden(Lengths),
}

/// The shapes of a file; the first is [`UNTOLD`] and holds nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Shapes {
    /// Names and values, each once.
    texts: Vec<String>,
    shapes: Vec<Shape>,
    /// By number of a name the lengths of its hidden values.
    hidden: Vec<Lengths>,
}

/// A shape. Numbers are places in the list of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Shape {
    /// Parameters in the order of the record: name and value; of a hidden value the number of its lengths, counted from −1 down.
    parameters: Vec<(u32, i64)>,
    /// The names of changes.
    changes: Vec<u32>,
}

impl Shaper {
    /// The number of a record's shape.
    pub(crate) fn number(&mut self, record: &Record) -> u32 {
        if !self.operations.contains_key(&record.operation) {
            if self.operations.len() >= OPERATIONS {
                return UNTOLD;
            }
            let operation = record.operation.clone();
            self.operations.insert(operation, Operation::default());
        }
        let Some(operation) = self.operations.get_mut(&record.operation) else {
            return UNTOLD;
        };
        if !operation.look(record, &mut self.names, &mut self.scratch) {
            return UNTOLD;
        }
        if let Some(known) = operation.shapes.get(self.scratch.as_slice()) {
            return *known;
        }
        if operation.shapes.len() >= TELLING {
            operation.hide(&mut self.scratch);
            if let Some(known) = operation.shapes.get(self.scratch.as_slice()) {
                return *known;
            }
        }
        if operation.shapes.len() >= NAMING || self.shapes.shapes.len() >= SHAPES {
            return UNTOLD;
        }
        if self.shapes.shapes.is_empty() {
            self.shapes.shapes.push(Shape::default());
        }
        let number = u32::try_from(self.shapes.shapes.len()).unwrap_or(UNTOLD);
        let shape = operation.shape(&self.scratch, (&mut self.texts, &mut self.shapes.texts));
        self.shapes.shapes.push(shape);
        let scratch = self.scratch.as_slice();
        operation.shapes.insert(scratch.into(), number);
        number
    }

    /// The shapes, once all records were seen; none where there was no record.
    pub(crate) fn shapes(&mut self) -> Option<&Shapes> {
        let all = usize::try_from(self.names).unwrap_or(0);
        self.shapes.hidden = vec![Lengths::ANY; all];
        for name in self
            .operations
            .values()
            .flat_map(|operation| &operation.names)
        {
            let place = usize::try_from(name.number).ok();
            if let Some(place) = place.and_then(|place| self.shapes.hidden.get_mut(place)) {
                *place = name.hidden;
            }
        }
        (!self.shapes.shapes.is_empty()).then_some(&self.shapes)
    }
}

impl Operation {
    /// Writes how a record looks, as numbers of names and of their values; nothing can be told where it has too many names.
    fn look(&mut self, record: &Record, names: &mut u32, into: &mut Vec<(u8, u8)>) -> bool {
        into.clear();
        let mut near = 0;
        for (name, value) in &record.parameters {
            let Some((place, known)) = self.name((name, false), names, &mut near) else {
                return false;
            };
            into.push((place, known.value(value)));
        }
        for change in &record.changed {
            let Some((place, _)) = self.name((&change.name, true), names, &mut near) else {
                return false;
            };
            into.push((place, CHANGE));
        }
        true
    }

    /// The place of a name. Records of an operation mostly name the same in the same order, so the one after the last
    /// is looked at first.
    fn name(
        &mut self,
        (text, is_change): (&str, bool),
        names: &mut u32,
        near: &mut usize,
    ) -> Option<(u8, &mut Name)> {
        let is = |name: &Name| name.is_change == is_change && name.text == text;
        let place = if self.names.get(*near).is_some_and(is) {
            *near
        } else {
            match self.names.iter().position(is) {
                Some(place) => place,
                None if self.names.len() >= NAMES || text.len() > VALUE_BYTES => return None,
                None => {
                    self.names.push(Name {
                        text: text.to_owned(),
                        is_change,
                        values: Vec::new(),
                        is_hidden: false,
                        number: *names,
                        hidden: Lengths::default(),
                    });
                    *names += 1;
                    self.names.len() - 1
                }
            }
        };
        *near = place + 1;
        let number = u8::try_from(place).ok()?;
        Some((number, self.names.get_mut(place)?))
    }

    /// Tells names alone of a look.
    fn hide(&mut self, look: &mut [(u8, u8)]) {
        for (place, value) in look.iter_mut().filter(|(_, value)| *value != CHANGE) {
            if let Some(name) = self.names.get_mut(usize::from(*place)) {
                let told = name.values.get(usize::from(*value));
                told.into_iter().for_each(|told| name.hidden.add(told));
            }
            *value = HIDDEN;
        }
    }

    fn shape(
        &self,
        look: &[(u8, u8)],
        (numbers, texts): (&mut HashMap<String, u32, RandomState>, &mut Vec<String>),
    ) -> Shape {
        let mut number = |text: &str| match numbers.get(text) {
            Some(number) => *number,
            None => {
                let next = u32::try_from(texts.len()).unwrap_or(u32::MAX);
                numbers.insert(text.to_owned(), next);
                texts.push(text.to_owned());
                next
            }
        };
        let mut shape = Shape::default();
        for (place, value) in look {
            let Some(name) = self.names.get(usize::from(*place)) else {
                continue;
            };
            if *value == CHANGE {
                shape.changes.push(number(&name.text));
            } else {
                let told = name.values.get(usize::from(*value));
                let hidden = -1 - i64::from(name.number);
                let told = told.map_or(hidden, |value| i64::from(number(value)));
                shape.parameters.push((number(&name.text), told));
            }
        }
        shape
    }
}

impl Name {
    /// The number of a value.
    fn value(&mut self, value: &str) -> u8 {
        if self.is_hidden || value.len() > VALUE_BYTES {
            self.hidden.add(value);
            return HIDDEN;
        }
        let place = match self.values.iter().position(|known| known == value) {
            Some(place) => place,
            None if self.values.len() >= VALUES => {
                // From now on values that were told before are hidden too.
                self.is_hidden = true;
                self.values.iter().for_each(|known| self.hidden.add(known));
                self.hidden.add(value);
                return HIDDEN;
            }
            None => {
                self.values.push(value.to_owned());
                self.values.len() - 1
            }
        };
        u8::try_from(place).unwrap_or(HIDDEN)
    }
}

impl Shapes {
    /// The shape of a number; none where nothing is told.
    pub(crate) fn get(&self, number: u32) -> Option<&Shape> {
        let number = usize::try_from(number).ok().filter(|number| *number > 0)?;
        self.shapes.get(number)
    }

    /// Names and values of the parameters.
    pub(crate) fn parameters<'a>(
        &'a self,
        shape: &'a Shape,
    ) -> impl Iterator<Item = (&'a str, Told<'a>)> {
        let told = |value: i64| match u32::try_from(value) {
            Ok(number) => Told::Value(self.text(number)),
            Err(_) => {
                let number = usize::try_from(-1 - value).ok();
                let lengths = number.and_then(|number| self.hidden.get(number));
                Told::Hidden(lengths.copied().unwrap_or(Lengths::ANY))
            }
        };
        let parameters = shape.parameters.iter();
        parameters.map(move |(name, value)| (self.text(*name), told(*value)))
    }

    /// The names of the changes.
    pub(crate) fn changes<'a>(&'a self, shape: &'a Shape) -> impl Iterator<Item = &'a str> {
        shape.changes.iter().map(|name| self.text(*name))
    }

    fn text(&self, number: u32) -> &str {
        let place = usize::try_from(number).ok();
        place
            .and_then(|place| self.texts.get(place))
            .map_or("", String::as_str)
    }

    /// As it stands in a file's note.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        postcard::to_extend(self, Vec::new()).unwrap_or_default()
    }

    /// From a file's note. Nothing is told where it cannot be read, or names a text that is not there.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let shapes: Self = postcard::from_bytes(bytes).unwrap_or_default();
        let is_there =
            |number: &u32| usize::try_from(*number).is_ok_and(|at| at < shapes.texts.len());
        let is_whole = shapes.shapes.iter().all(|shape| {
            let values = shape.parameters.iter();
            let mut values = values.filter_map(|(_, value)| u32::try_from(*value).ok());
            let names = shape.parameters.iter().map(|(name, _)| name);
            values.all(|value| is_there(&value)) && names.chain(&shape.changes).all(is_there)
        });
        if is_whole { shapes } else { Self::default() }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use hourzero_model::{ArtefactId, Form, Log, Provenance, Record, Timestamp};

    use super::{Lengths, Shaper, Shapes, Told, UNTOLD, VALUES};

    pub(crate) fn record(operation: &str, parameters: &[(&str, &str)]) -> Record {
        let provenance = Provenance {
            artefact: ArtefactId::from_bytes([1; 32]),
            position: 1,
            offset: 0,
            length: 1,
        };
        let at = Timestamp::from_micros(0);
        let mut record = Record::new(provenance, Form("ual-json"), Log::UnifiedAudit, at);
        operation.clone_into(&mut record.operation);
        let owned = |(name, value): &(&str, &str)| ((*name).into(), (*value).into());
        record.parameters = parameters.iter().map(owned).collect();
        record
    }

    /// What the shape of a number tells, read back from a file's note.
    fn told(shaper: &mut Shaper, number: u32) -> Vec<(String, Option<String>)> {
        let bytes = shaper.shapes().expect("shapes").to_bytes();
        let shapes = Shapes::of_bytes(&bytes);
        let shape = shapes.get(number).expect("a shape");
        let value = |told: Told<'_>| match told {
            Told::Value(value) => Some(value.to_owned()),
            Told::Hidden(_) => None,
        };
        let parameters = shapes.parameters(shape);
        parameters
            .map(|(name, told)| (name.to_owned(), value(told)))
            .collect()
    }

    #[test]
    fn records_that_look_alike_have_one_number_and_values_of_their_own_are_hidden() {
        let mut shaper = Shaper::default();
        let mut numbers = Vec::new();
        for number in 0..VALUES + 10 {
            let id = format!("id-{number}");
            let of = record(
                "UserLoggedIn",
                &[("RequestType", "Login:login"), ("Id", &id)],
            );
            numbers.push(shaper.number(&of));
        }
        let (first, last) = (numbers[0], numbers[VALUES + 9]);
        assert_ne!(first, last);
        assert_eq!(numbers[VALUES + 8], last);
        let some = |value: &str| Some(value.to_owned());
        let name = |name: &str, value| (name.to_owned(), value);
        assert_eq!(
            told(&mut shaper, first),
            [
                name("RequestType", some("Login:login")),
                name("Id", some("id-0"))
            ]
        );
        assert_eq!(
            told(&mut shaper, last),
            [name("RequestType", some("Login:login")), name("Id", None)]
        );
    }

    #[test]
    fn hidden_values_are_told_by_their_length_also_in_lower_case() {
        let mut shaper = Shaper::default();
        let long = "x".repeat(70);
        let number = shaper.number(&record("Send", &[("Subject", &long)]));
        // A capital I with a dot takes two bytes, and three in lower case.
        shaper.number(&record("Send", &[("Subject", &"İ".repeat(40))]));
        let shapes = Shapes::of_bytes(&shaper.shapes().expect("shapes").to_bytes());
        let shape = shapes.get(number).expect("a shape");
        let (_, told) = shapes.parameters(shape).next().expect("a parameter");
        let lengths = Lengths {
            least: 70,
            most: 120,
        };
        assert_eq!(told, Told::Hidden(lengths));
    }

    #[test]
    fn what_was_invented_has_no_shape_and_damage_tells_nothing() {
        let mut shaper = Shaper::default();
        let names: Vec<String> = (0..200).map(|number| format!("name{number}")).collect();
        let parameters: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
        assert_eq!(shaper.number(&record("Odd", &parameters)), UNTOLD);
        let mut known = Shaper::default();
        let number = known.number(&record("Seen", &[("Name", "value")]));
        let whole = known.shapes().expect("shapes").clone();
        let of_no_text = Shapes {
            texts: Vec::new(),
            ..whole.clone()
        };
        let whole = whole.to_bytes();
        assert!(Shapes::of_bytes(&whole).get(number).is_some());
        let (half, _) = whole.split_at(whole.len() / 2);
        let of_no_text = of_no_text.to_bytes();
        for damaged in [[].as_slice(), &[7], half, &of_no_text] {
            assert!(
                Shapes::of_bytes(damaged).get(number).is_none(),
                "{damaged:?}"
            );
        }
    }
}
