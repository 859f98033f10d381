//! The modifiers behind a field name, taken together: what kind of check they make of the values.

use crate::error::RuleError;
use crate::ir::Comparison;
use crate::sigma::pattern::{Case, Place};
use crate::sigma::search::Item;

/// What the modifiers of an item ask for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// The kind of check.
    pub(crate) kind: Kind,
    /// Where the text must stand.
    pub(crate) place: Place,
    /// Whether case counts.
    pub(crate) cased: Case,
    /// Whether all values must be found, instead of one.
    pub(crate) every: Every,
    /// Whether the check is turned round (`neq`).
    pub(crate) negated: Negated,
    /// Encodings in their order.
    pub(crate) encodings: Vec<Encoding>,
}

/// How many of the values must be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Every {
    /// One.
    One,
    /// All.
    All,
}

/// Whether a check is turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Negated {
    /// No.
    No,
    /// Yes.
    Yes,
}

/// The kind of check.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// Texts with wildcards.
    Text,
    /// Regular expressions with these inline flags.
    Regex(String),
    /// Networks.
    Network,
    /// An order between numbers.
    Order(Comparison),
    /// Whether there is a value.
    Exists,
    /// The value of another field.
    FieldReference,
    /// A part of a time, compared in this order, or equal.
    Time(TimePart, Option<Comparison>),
}

/// A part of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TimePart {
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// Of the month, 1 to 31.
    Day,
    /// Of the year by ISO 8601, 1 to 53.
    Week,
    /// 1 to 12.
    Month,
    /// The year.
    Year,
}

/// How a text is encoded before it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Base64.
    Base64,
    /// Base64 in its three shifts.
    Base64Offset,
    /// UTF-16, little end first.
    Utf16Little,
    /// UTF-16, big end first.
    Utf16Big,
    /// UTF-16 with byte order mark.
    Utf16Marked,
    /// Any dash for a dash.
    WindowsDash,
}

/// The plan of an item.
///
/// # Errors
/// Where a modifier is unknown or does not go with another.
pub(crate) fn plan(item: &Item) -> Result<Plan, RuleError> {
    let field = item.field.as_deref().unwrap_or("keywords");
    let wrong = |modifier: &str, problem: &str| RuleError::Modifier {
        field: field.to_owned(),
        modifier: modifier.to_owned(),
        problem: problem.to_owned(),
    };
    let mut plan = Plan {
        kind: Kind::Text,
        place: Place::Whole,
        cased: Case::Ignored,
        every: Every::One,
        negated: Negated::No,
        encodings: Vec::new(),
    };
    for modifier in &item.modifiers {
        let word = modifier.as_str();
        if let Some(order) = order(word) {
            plan.kind = match plan.kind {
                Kind::Text => Kind::Order(order),
                Kind::Time(part, None) => Kind::Time(part, Some(order)),
                _ => return Err(wrong(word, "does not go with the modifier before it")),
            };
            continue;
        }
        if let Some(kind) = kind(word) {
            if plan.kind != Kind::Text {
                return Err(wrong(word, "does not go with the modifier before it"));
            }
            plan.kind = kind;
            continue;
        }
        match word {
            "contains" => plan.place = Place::Anywhere,
            "startswith" => plan.place = Place::Start,
            "endswith" => plan.place = Place::End,
            "cased" => plan.cased = Case::Counts,
            "all" => plan.every = Every::All,
            "neq" => plan.negated = Negated::Yes,
            "expand" => {
                return Err(wrong(
                    word,
                    "placeholders are filled by the writer of a rule; write the values into it",
                ));
            }
            _ => {
                if let Some(flag) = flag(word) {
                    let Kind::Regex(flags) = &mut plan.kind else {
                        return Err(wrong(word, "stands only behind `re`"));
                    };
                    flags.push(flag);
                } else if let Some(encoding) = encoding(word) {
                    plan.encodings.push(encoding);
                } else {
                    return Err(wrong(word, "is not known"));
                }
            }
        }
    }
    if plan.kind != Kind::Text && (plan.place != Place::Whole || !plan.encodings.is_empty()) {
        return Err(wrong(&item.modifiers.join("|"), "these do not go together"));
    }
    Ok(plan)
}

fn order(word: &str) -> Option<Comparison> {
    match word {
        "lt" => Some(Comparison::Less),
        "lte" => Some(Comparison::LessOrEqual),
        "gt" => Some(Comparison::Greater),
        "gte" => Some(Comparison::GreaterOrEqual),
        _ => None,
    }
}

fn kind(word: &str) -> Option<Kind> {
    Some(match word {
        "re" => Kind::Regex(String::new()),
        "cidr" => Kind::Network,
        "exists" => Kind::Exists,
        "fieldref" => Kind::FieldReference,
        "minute" => Kind::Time(TimePart::Minute, None),
        "hour" => Kind::Time(TimePart::Hour, None),
        "day" => Kind::Time(TimePart::Day, None),
        "week" => Kind::Time(TimePart::Week, None),
        "month" => Kind::Time(TimePart::Month, None),
        "year" => Kind::Time(TimePart::Year, None),
        _ => return None,
    })
}

fn flag(word: &str) -> Option<char> {
    match word {
        "i" | "ignorecase" => Some('i'),
        "m" | "multiline" => Some('m'),
        "s" | "dotall" => Some('s'),
        _ => None,
    }
}

fn encoding(word: &str) -> Option<Encoding> {
    Some(match word {
        "base64" => Encoding::Base64,
        "base64offset" => Encoding::Base64Offset,
        "utf16le" | "wide" => Encoding::Utf16Little,
        "utf16be" => Encoding::Utf16Big,
        "utf16" => Encoding::Utf16Marked,
        "windash" => Encoding::WindowsDash,
        _ => return None,
    })
}
