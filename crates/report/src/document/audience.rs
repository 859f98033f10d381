//! Who reads what (`contract.md`, the table of `report`).

use crate::base::{Section, Statement, StatementKind};

/// For whom a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everything.
    Full,
    /// Facts, no fault, no advice.
    Insurer,
    /// What the insurer's copy leaves out: a document of its own.
    Recommendations,
    /// Fact and opinion apart.
    Counsel,
    /// Two pages.
    Leadership,
    /// What to do and what was done.
    Client,
    /// It was no incident.
    NoIncident,
}

impl Audience {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Full,
        Self::Insurer,
        Self::Recommendations,
        Self::Counsel,
        Self::Leadership,
        Self::Client,
        Self::NoIncident,
    ];

    /// The word on the command line and in file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Insurer => "insurer",
            Self::Recommendations => "recommendations",
            Self::Counsel => "counsel",
            Self::Leadership => "leadership",
            Self::Client => "client",
            Self::NoIncident => "no-incident",
        }
    }

    /// What the document calls itself.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Full => "Incident report",
            Self::Insurer => "Statement of facts for the insurer",
            Self::Recommendations => "Recommendations",
            Self::Counsel => "Report to counsel",
            Self::Leadership => "Briefing for leadership",
            Self::Client => "What was done and what to do",
            Self::NoIncident => "No incident found",
        }
    }

    /// How it shows a section; nothing where it leaves it out.
    pub const fn rule(self, section: Section) -> Option<Rule> {
        use Section as S;
        match self {
            Self::Full => Some(Rule::Whole),
            Self::Counsel => match section {
                S::Glossary => None,
                _ => Some(Rule::Apart),
            },
            Self::Insurer => match section {
                S::Recommendations | S::Hardening | S::HandBack | S::Findings | S::Glossary => None,
                S::People => Some(Rule::Numbers),
                _ => Some(Rule::Facts),
            },
            Self::Recommendations => match section {
                S::Recommendations | S::Hardening | S::HandBack => Some(Rule::Whole),
                _ => None,
            },
            Self::Leadership => match section {
                S::Summary | S::Scope | S::Exposure | S::People | S::Payments | S::Clocks => {
                    Some(Rule::Brief)
                }
                S::Recommendations => Some(Rule::Three),
                _ => None,
            },
            Self::Client => match section {
                S::Summary
                | S::Payments
                | S::Containment
                | S::Hardening
                | S::HandBack
                | S::Recommendations
                | S::Clocks => Some(Rule::Whole),
                _ => None,
            },
            Self::NoIncident => match section {
                S::Summary | S::Asked | S::Coverage | S::Findings | S::Method | S::Manifest => {
                    Some(Rule::Whole)
                }
                _ => None,
            },
        }
    }
}

/// A word that names no audience.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not one of full, insurer, recommendations, counsel, leadership, client, no-incident"
)]
pub struct UnknownAudience(pub String);

impl std::str::FromStr for Audience {
    type Err = UnknownAudience;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|one| one.name() == word)
            .ok_or_else(|| UnknownAudience(word.to_owned()))
    }
}

/// How a section is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// All of it.
    Whole,
    /// Facts first, then opinions under a heading of their own; no advice but where advice belongs.
    Apart,
    /// Only what records show, what was looked through and what somebody said.
    Facts,
    /// Only sentences that name a number.
    Numbers,
    /// The first sentences, no table but a short one.
    Brief,
    /// Three lines.
    Three,
}

impl Rule {
    /// Whether a sentence is shown.
    pub fn shows(self, statement: &Statement) -> bool {
        match self {
            Self::Whole | Self::Apart | Self::Brief | Self::Three => true,
            Self::Facts => !matches!(statement.kind, StatementKind::Advice),
            Self::Numbers => statement.text.bytes().any(|byte| byte.is_ascii_digit()),
        }
    }
}
