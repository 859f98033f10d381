//! One happening as the analysis sees it: the record that speaks, its file, its witnesses.

use hourzero_model::{ActorKind, Attribution, EvidenceRef, Record};

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
}

impl Event {
    /// Who did it, as far as one record can tell: the service where the log itself says so.
    pub fn attribution(&self) -> Attribution {
        match self.record.actor.kind {
            ActorKind::System | ActorKind::Service => Attribution::Service,
            _ => Attribution::Unknown,
        }
    }

    /// The reason for [`Event::attribution`], as a sentence.
    pub fn reason(&self) -> &'static str {
        match self.attribution() {
            Attribution::Service => "the log names the service itself as the actor",
            _ => "no attribution yet: one record alone does not tell owner from attacker",
        }
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
