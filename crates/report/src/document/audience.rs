//! Who reads what (`contract.md`, the table of `report`).

use hourzero_model::words;

use crate::base::{Section, Statement, StatementKind};

words! {
    /// For whom a document is.
    Audience, "full, insurer, recommendations, counsel, leadership, client, no-incident", {
        /// Everything.
        Full = "full",
        /// Facts, no fault, no advice; the recommendations are a document of their own beside it.
        Insurer = "insurer",
        /// What the insurer's copy leaves out: a document of its own.
        Recommendations = "recommendations",
        /// Fact and opinion apart.
        Counsel = "counsel",
        /// Two pages.
        Leadership = "leadership",
        /// What was done and what to do.
        Client = "client",
        /// That it was no incident, once somebody has decided so.
        NoIncident = "no-incident",
    }
}

impl Audience {
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
