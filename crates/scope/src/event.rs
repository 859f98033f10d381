//! One happening as the analysis sees it: the record that speaks, its file, its witnesses.

use hourzero_model::{ActorKind, Attribution, Confidence, EvidenceRef, Record};

/// A happening with what is known about it.
#[derive(Debug, Clone)]
pub struct Event {
    /// The record that speaks for it.
    pub record: Record,
    /// Where that record stands.
    pub evidence: EvidenceRef,
    /// Other logs that tell of it, by name, sorted.
    pub witnesses: Vec<String>,
    /// Ids of the findings it stands behind, sorted.
    pub findings: Vec<String>,
    /// What the client's address is where Microsoft announces it: `service`, `azure` or `unknown`
    /// (`design.md` §7).
    pub network_class: Option<&'static str>,
    /// Who did it, how sure, and why; nothing before scope has labelled it.
    pub label: Option<Label>,
}

/// Who did an event, how sure, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Who.
    pub attribution: Attribution,
    /// How sure; nothing where the attribution is unknown.
    pub confidence: Option<Confidence>,
    /// Why, as a sentence.
    pub reason: String,
}

impl Event {
    /// Who did it: as labelled, else as far as one record can tell, the service where the log itself says so.
    pub fn attribution(&self) -> Attribution {
        if let Some(label) = &self.label {
            return label.attribution;
        }
        match self.record.actor.kind {
            ActorKind::System | ActorKind::Service => Attribution::Service,
            _ => Attribution::Unknown,
        }
    }

    /// Whether it is the attacker's.
    pub fn is_attackers(&self) -> bool {
        self.attribution() == Attribution::Attacker
    }

    /// The reason for [`Event::attribution`], as a sentence.
    pub fn reason(&self) -> &str {
        if let Some(label) = &self.label {
            return &label.reason;
        }
        match self.attribution() {
            Attribution::Service => "the log names the service itself as the actor",
            _ => "no attribution yet: one record alone does not tell owner from attacker",
        }
    }

    /// How sure the attribution is; empty where it is unknown.
    pub fn confidence(&self) -> &'static str {
        self.label
            .as_ref()
            .and_then(|label| label.confidence)
            .map_or("", Confidence::name)
    }

    /// The account that the event concerns first: who acted if it was a person, else whose things they were.
    pub fn account(&self) -> Option<&str> {
        let acted = match self.record.actor.kind {
            ActorKind::System | ActorKind::Service | ActorKind::App => None,
            _ => self.record.actor.upn.as_deref(),
        };
        acted
            .or(self.record.owner.as_deref())
            .or(self.record.actor.upn.as_deref())
            .or(self.record.actor.id.as_deref())
    }
}
