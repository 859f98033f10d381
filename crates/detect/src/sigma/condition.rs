//! The condition line of a rule: words, parentheses, `1 of selection*`, and the old aggregations.
//!
//! Takes the text and gives a tree over names. It never knows what the names stand for.

use crate::error::RuleError;

/// Parentheses and negations may nest so deep.
const DEPTH_LIMIT: usize = 64;
/// Characters of a condition.
const LENGTH_LIMIT: usize = 10_000;

/// A condition over search identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    /// All hold.
    All(Vec<Condition>),
    /// At least one holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// The search of this name holds.
    Name(String),
    /// So many of the searches that the pattern names hold; `None` for all of them.
    Of(Option<usize>, String),
}

/// An aggregation behind a bar, as rules wrote it before correlations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aggregation {
    /// The field whose distinct values count; `None` counts events.
    pub(crate) field: Option<String>,
    /// Grouped by these.
    pub(crate) by: Vec<String>,
    /// `gt`, `gte`, `lt`, `lte` or `eq`.
    pub(crate) order: &'static str,
    /// The number compared with.
    pub(crate) number: f64bits::Number,
}

/// A number that can be compared for equality because it came from a text.
pub(crate) mod f64bits {
    /// The bits of the number.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Number(u64);

    impl Number {
        /// From the number.
        pub(crate) fn new(number: f64) -> Self {
            Self(number.to_bits())
        }

        /// The number.
        pub(crate) fn get(self) -> f64 {
            f64::from_bits(self.0)
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    Word(String),
}

struct Parser<'a> {
    text: &'a str,
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

/// Reads a condition, and the aggregation behind it where there is one.
///
/// # Errors
/// Where the grammar does not hold.
pub(crate) fn parse(text: &str) -> Result<(Condition, Option<Aggregation>), RuleError> {
    let wrong = |problem: &str| RuleError::Condition {
        condition: text.chars().take(200).collect(),
        problem: problem.to_owned(),
    };
    if text.len() > LENGTH_LIMIT {
        return Err(wrong("it is too long"));
    }
    let (logic, tail) = match text.split_once('|') {
        Some((logic, tail)) => (logic, Some(tail)),
        None => (text, None),
    };
    let mut parser = Parser {
        text,
        tokens: tokens(logic).into_iter().peekable(),
    };
    let condition = parser.any(0)?;
    if parser.tokens.peek().is_some() {
        return Err(wrong("there are words behind its end"));
    }
    let aggregation = tail.map(|tail| aggregation(tail).map_err(|problem| wrong(&problem)));
    Ok((condition, aggregation.transpose()?))
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word = String::new();
    for character in text.chars() {
        let separator = match character {
            '(' => Some(Some(Token::Open)),
            ')' => Some(Some(Token::Close)),
            c if c.is_whitespace() => Some(None),
            _ => None,
        };
        match separator {
            Some(token) => {
                if !word.is_empty() {
                    found.push(Token::Word(std::mem::take(&mut word)));
                }
                found.extend(token);
            }
            None => word.push(character),
        }
    }
    if !word.is_empty() {
        found.push(Token::Word(word));
    }
    found
}

impl Parser<'_> {
    fn wrong(&self, problem: &str) -> RuleError {
        RuleError::Condition {
            condition: self.text.chars().take(200).collect(),
            problem: problem.to_owned(),
        }
    }

    fn keyword(&mut self, wanted: &str) -> bool {
        let is = matches!(self.tokens.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if is {
            self.tokens.next();
        }
        is
    }

    fn any(&mut self, depth: usize) -> Result<Condition, RuleError> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Condition, RuleError> {
        let mut parts = vec![self.unary(depth)?];
        while self.keyword("and") {
            parts.push(self.unary(depth)?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn unary(&mut self, depth: usize) -> Result<Condition, RuleError> {
        if depth > DEPTH_LIMIT {
            return Err(self.wrong("it is nested too deeply"));
        }
        if self.keyword("not") {
            return Ok(Condition::Not(Box::new(self.unary(depth + 1)?)));
        }
        match self.tokens.next() {
            Some(Token::Open) => {
                let inner = self.any(depth + 1)?;
                match self.tokens.next() {
                    Some(Token::Close) => Ok(inner),
                    _ => Err(self.wrong("a parenthesis is not closed")),
                }
            }
            Some(Token::Close) => Err(self.wrong("a parenthesis closes that was not opened")),
            Some(Token::Word(word)) => self.name(word),
            None => Err(self.wrong("it ends where a search identifier is needed")),
        }
    }

    fn name(&mut self, word: String) -> Result<Condition, RuleError> {
        if !matches!(self.tokens.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case("of"))
        {
            if ["and", "or", "of"]
                .iter()
                .any(|key| word.eq_ignore_ascii_case(key))
            {
                return Err(self.wrong(&format!(
                    "`{word}` stands where a search identifier is needed"
                )));
            }
            return Ok(Condition::Name(word));
        }
        self.tokens.next();
        let count = match word.to_ascii_lowercase().as_str() {
            "all" => None,
            "any" => Some(1),
            number => Some(
                number
                    .parse::<usize>()
                    .ok()
                    .filter(|count| *count > 0)
                    .ok_or_else(|| {
                        self.wrong(&format!(
                            "`{word} of`: needs `1`, another number, `any` or `all`"
                        ))
                    })?,
            ),
        };
        match self.tokens.next() {
            Some(Token::Word(pattern)) => Ok(Condition::Of(count, pattern)),
            _ => Err(self.wrong("`of` needs a name, a name with `*` or `them`")),
        }
    }
}

fn one_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            many(parts)
        }
        (None, _) => many(parts),
    }
}

fn aggregation(tail: &str) -> Result<Aggregation, String> {
    let unsupported = || {
        format!(
            "the aggregation `{}` is not supported; `count() by field > number` and correlation rules are",
            tail.trim()
        )
    };
    let rest = tail.trim().strip_prefix("count(").ok_or_else(unsupported)?;
    let (field, rest) = rest.split_once(')').ok_or_else(unsupported)?;
    let sign = rest.find(['<', '>', '=']).ok_or_else(unsupported)?;
    let (by, comparison) = rest.split_at_checked(sign).ok_or_else(unsupported)?;
    let signs = [
        (">=", "gte"),
        ("<=", "lte"),
        ("==", "eq"),
        (">", "gt"),
        ("<", "lt"),
        ("=", "eq"),
    ];
    let (order, number) = signs
        .iter()
        .find_map(|(sign, order)| comparison.strip_prefix(sign).map(|number| (*order, number)))
        .ok_or_else(unsupported)?;
    let number: f64 = number.trim().parse().map_err(|_| unsupported())?;
    let by = by.trim();
    let by = match (by.is_empty(), by.strip_prefix("by ")) {
        (true, _) => Vec::new(),
        (false, Some(fields)) => fields
            .split(',')
            .map(|field| field.trim().to_owned())
            .collect(),
        (false, None) => return Err(unsupported()),
    };
    let field = field.trim();
    Ok(Aggregation {
        field: (!field.is_empty() && field != "*").then(|| field.to_owned()),
        by,
        order,
        number: f64bits::Number::new(number),
    })
}
