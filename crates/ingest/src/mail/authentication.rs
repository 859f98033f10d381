//! What the receiving service found out about a mail's origin, read from the lines that it wrote.
//!
//! Takes `Authentication-Results` and `X-Forefront-Antispam-Report` values. It must not judge them.

/// The results of one `Authentication-Results` line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Results {
    /// Who wrote it; Microsoft's service does not name itself.
    pub(super) server: Option<String>,
    pub(super) methods: Vec<Method>,
}

/// One method: `spf=pass smtp.mailfrom=…`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) result: String,
    pub(super) properties: Vec<(String, String)>,
}

impl Method {
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl Results {
    pub(super) fn read(value: &str) -> Self {
        let mut results = Self::default();
        for (number, segment) in without_comments(value).split(';').enumerate() {
            let mut pairs = segment
                .split_whitespace()
                .filter_map(|word| word.split_once('='))
                .map(|(key, value)| {
                    let value = value.trim_matches('"').to_lowercase();
                    (key.to_lowercase(), super::clipped(&value))
                });
            match pairs.next() {
                Some((name, result)) => results.methods.push(Method {
                    name,
                    result,
                    properties: pairs.collect(),
                }),
                None if number == 0 => {
                    let server = segment.split_whitespace().next();
                    results.server = server.map(super::clipped);
                }
                None => {}
            }
        }
        results
    }

    pub(super) fn of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Method> {
        self.methods
            .iter()
            .filter(move |method| method.name == name)
    }
}

/// The text without what stands in parentheses, because a comment may hold `=` and `;`.
fn without_comments(value: &str) -> String {
    let mut depth = 0_usize;
    let mut plain = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    plain
}

/// The entries of an antispam report, `CIP:192.0.2.1;CTRY:DE;…`, the filled ones.
pub(super) fn antispam(value: &str) -> Vec<(&str, &str)> {
    value
        .split(';')
        .filter_map(|entry| entry.split_once(':'))
        .map(|(key, value)| (key.trim(), value.trim()))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}
