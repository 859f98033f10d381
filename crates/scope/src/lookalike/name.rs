//! A domain taken apart for comparison: its label, and what the label looks like.
//!
//! Takes text and gives names. It must not compare two of them.

use unicode_security::skeleton;

/// A registrable domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// In lower case, as in DNS (`xn--` where there are letters beyond ASCII).
    pub(super) domain: String,
    /// The part that its owner chose, decoded: `fabrikam` of `fabrikam.co.uk`.
    pub(super) label: String,
}

impl Name {
    /// The domain that was registered, by the list of public suffixes. Nothing for what is no domain,
    /// such as a public suffix alone.
    pub(super) fn of(text: &str) -> Option<Self> {
        let host = host(text)?;
        let domain = psl::domain_str(&host)?.to_owned();
        let first = domain.split('.').next().unwrap_or_default();
        let (label, _) = idna::domain_to_unicode(first);
        Some(Self { label, domain })
    }

    /// What the label looks like: labels of one look have one skeleton. Unicode's confusable characters,
    /// and the pairs that only deceive in a domain. `i` becomes `l`, because DNS ignores case and a
    /// capital `I` is drawn like an `l`.
    pub(super) fn look(&self) -> String {
        let drawn: String = skeleton(&self.label).collect();
        drawn
            .to_lowercase()
            .replace("rn", "m")
            .replace("vv", "w")
            .replace("cl", "d")
            .replace('0', "o")
            .replace(['1', 'i', '|'], "l")
            .replace('5', "s")
    }

    /// The label without hyphens.
    pub(super) fn joined(&self) -> String {
        self.label.replace('-', "")
    }
}

/// A host or domain in the form of DNS, lower-case.
pub(super) fn host(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('.');
    // DNS allows 253 bytes; longer text is no domain.
    if text.is_empty() || text.len() > 253 {
        return None;
    }
    let ascii = idna::domain_to_ascii(text).unwrap_or_else(|_| text.to_lowercase());
    ascii.contains('.').then_some(ascii)
}
