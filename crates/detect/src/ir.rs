//! The intermediate form of a predicate: what a Sigma detection becomes once its fields are mapped.
//!
//! It knows the columns of the model and nothing of an engine. The plain evaluator
//! ([`crate::evaluate`]) is its meaning; the lake lowers the same form to vectorised expressions, and
//! a property test holds the two to one answer.
//!
//! Meaning of a test: it holds when *any* value of the field passes the check. A field without value
//! passes only [`Check::Absent`], and `Not` is plain negation (so `Not(x = 1)` holds where x is absent),
//! as in Sigma.

use std::net::IpAddr;

use hourzero_model::Column;

/// A condition over one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// Always so.
    Const(bool),
    /// All hold; true when empty.
    All(Vec<Expr>),
    /// At least one holds; false when empty.
    Any(Vec<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// A field passes a check.
    Test(Test),
}

/// One field, one check.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What is looked at.
    pub field: Field,
    /// What must be so.
    pub check: Check,
}

/// What a test looks at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A scalar column.
    Column(Column),
    /// The values of a named fact in `parameters`; the name is compared without ASCII case.
    Parameter(String),
    /// The names of all facts in `parameters`.
    ParameterName,
    /// The values of all facts in `parameters`.
    AnyParameter,
    /// A side of what the act changed; of all changes, or of those of this name (without ASCII case).
    Changed {
        /// The property's name, `None` for any.
        name: Option<String>,
        /// Which side.
        side: Side,
    },
    /// A path of keys in the raw record, arrays walked through, keys compared without ASCII case, text
    /// that holds JSON entered. Also tried inside the wrappers that transports put around a record
    /// (`AuditData`, `RawEventData`, `properties`). Only the plain evaluator reads it, over the raw bytes.
    Raw(Vec<String>),
    /// The whole raw record as text (Sigma's keywords). Only the plain evaluator reads it.
    Text,
}

/// A side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The property's name.
    Name,
    /// The value before.
    Old,
    /// The value after.
    New,
}

/// What must be so.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// The value is one of these patterns.
    Matches {
        /// At least one.
        patterns: Vec<Pattern>,
        /// Whether case counts (`cased`); folding is Unicode lower-case.
        cased: bool,
    },
    /// The value matches this regular expression (Rust `regex` syntax, unanchored), flags included as
    /// inline flags.
    Regex(String),
    /// The value is an address in one of these networks.
    Cidr(Vec<(IpAddr, u8)>),
    /// The value is a number and compares so.
    Compare {
        /// How.
        order: Comparison,
        /// With what.
        number: f64,
    },
    /// There is a value (an empty text is one).
    Present,
    /// There is no value.
    Absent,
    /// The value equals a value of another field (`fieldref`), ASCII case ignored.
    SameAs(Field),
}

/// An order between numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A piece of text to find, wildcards taken apart so that an engine can use its fastest kernel.
/// Already folded to lower case where the check ignores case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// The whole value.
    Exact(String),
    /// Its beginning.
    Prefix(String),
    /// Its end.
    Suffix(String),
    /// Anywhere in it.
    Contains(String),
    /// Anything with wildcards in between: the literal pieces, with `*` as [`Piece::Many`] and `?` as
    /// [`Piece::One`]; anchored at both ends.
    Glob(Vec<Piece>),
}

/// A piece of a [`Pattern::Glob`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// These characters.
    Literal(String),
    /// Exactly one character.
    One,
    /// Any number of characters.
    Many,
}

impl Expr {
    /// Every field that the condition looks at, in order of appearance.
    pub fn fields(&self) -> Vec<&Field> {
        let mut found = Vec::new();
        self.collect_fields(&mut found);
        found
    }

    fn collect_fields<'a>(&'a self, found: &mut Vec<&'a Field>) {
        match self {
            Self::Const(_) => {}
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_fields(found));
            }
            Self::Not(inner) => inner.collect_fields(found),
            Self::Test(test) => {
                found.push(&test.field);
                if let Check::SameAs(other) = &test.check {
                    found.push(other);
                }
            }
        }
    }

    /// Whether columns alone decide it: no raw path, no keywords.
    pub fn is_columnar(&self) -> bool {
        self.fields()
            .iter()
            .all(|field| !matches!(field, Field::Raw(_) | Field::Text))
    }
}
