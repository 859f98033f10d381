//! Hits to findings: series, correlations and Microsoft's alerts, each with its records.
//!
//! Takes hits one by one in any order and gives findings, in two steps: hits come with the few columns that
//! tie them together; when all are known, [`Settled`] reads what findings say of the records behind them, a batch of
//! findings at a time. It never decides whether a record is a hit.

mod app;
mod build;
mod mail;
mod microsoft;
mod sentence;
mod settled;
pub(crate) mod slot;
pub(crate) mod store;

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;
use hourzero_model::{ActorKind, ArtefactId, Column, Finding, Record};

use crate::correlate::Correlator;
use crate::correlate::waiting::{Seen, Stretches, Waiting};
use crate::evaluate::{RawRecord, values};
use crate::ir::{Expr, Field, Side};
use crate::knowledge::Knowledge;
use crate::pack::{Alerting, Origin, Rule, RuleIndex, RulePack, SystemActors};
pub(crate) use sentence::placeholders;
pub use settled::{BackedFinding, Settled};
use slot::{Slot, Slots};
use store::{By, Fact, Names, Place, Said, Text, Texts};

/// Collects the hits of a scan.
#[derive(Debug)]
pub struct Detection<'p> {
    pack: &'p RulePack,
    names: Names,
    facts: Vec<Fact>,
    said: Vec<Said>,
    /// Record → its fact, for rules that take nothing of their own from it: most records are hit by
    /// several rules.
    known: HashMap<Place, u32, RandomState>,
    /// Rule and group → facts.
    series: BTreeMap<(RuleIndex, Text), Vec<u32>>,
    correlator: Correlator,
    alerts: microsoft::Alerts,
}

/// What a rule's next steps take from the records that it hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needs {
    /// All of it.
    Whole,
    /// Its place and time, and the values of these fields: what it says of a finding is read when all hits
    /// are known, because most hits are first steps of correlations and never become one.
    Fields(Vec<Field>),
}

/// A record that a rule hit.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    /// The record.
    pub record: &'a Record,
    /// The record as received, where a field of the rule is read from it.
    pub raw: Option<RawRecord<'a>>,
    /// The file that the record stands in, for a reader.
    pub file: &'a str,
    /// The place of the record that speaks for the happening: witnesses share it, and count as one event.
    pub speaker: (ArtefactId, u64),
}

impl<'p> Detection<'p> {
    /// For the rules of a pack.
    pub fn new(pack: &'p RulePack) -> Self {
        Self {
            pack,
            names: Names::default(),
            facts: Vec::new(),
            said: Vec::new(),
            known: HashMap::default(),
            series: BTreeMap::new(),
            correlator: Correlator::new(pack),
            alerts: microsoft::Alerts::default(),
        }
    }

    /// What the records that a rule hits must hold when they are given to [`Detection::hit`].
    pub fn needs(&self, rule: RuleIndex) -> Needs {
        let Some(of) = self.pack.rule(rule) else {
            return Needs::Fields(Vec::new());
        };
        if of.origin == Origin::Microsoft {
            return Needs::Whole;
        }
        let mut fields = self.correlator.fields(self.pack, rule);
        if of.alerting == Alerting::Reported {
            if of.assembly.group_by.is_empty() {
                fields.extend(NAMING.map(Field::Column));
            }
            fields.extend(of.assembly.group_by.iter().flatten().cloned());
        }
        fields.sort();
        fields.dedup();
        Needs::Fields(fields)
    }

    /// Whether the hits of a rule may be kept back, to be asked for in [`Detection::gather`] as far as they
    /// matter.
    pub fn may_wait(&self, rule: RuleIndex) -> bool {
        let kept_back = |of: &Rule| of.alerting == Alerting::Base && of.origin != Origin::Microsoft;
        self.pack.rule(rule).is_some_and(kept_back) && self.correlator.may_wait(self.pack, rule)
    }

    /// Takes in what matters of the hits that were kept back, when all others are known: `numbers` says how
    /// many each rule has. The findings are those of all hits.
    ///
    /// # Errors
    /// What the source fails with.
    pub fn gather<W: Waiting>(
        &mut self,
        numbers: BTreeMap<RuleIndex, u64>,
        source: &mut W,
    ) -> Result<(), W::Error> {
        let mut open = numbers;
        open.retain(|_, number| *number > 0);
        let (above, counts): (Vec<_>, Vec<_>) =
            self.correlator.counts(self.pack, &open).into_iter().unzip();
        let mut counted: BTreeMap<RuleIndex, Stretches> = BTreeMap::new();
        source.count(&counts, &mut |number, key, stretch, count| {
            if let Some(index) = above.get(number) {
                counted.entry(*index).or_default().add(key, stretch, count);
            }
        })?;
        let reach = self.correlator.reach(self.seen(), counted);
        while !open.is_empty() {
            let next = self.correlator.next(self.pack, &open);
            let wanted: Vec<(RuleIndex, Expr)> = next
                .iter()
                .map(|rule| {
                    (
                        *rule,
                        self.correlator.wanted(self.seen(), *rule, (&open, &reach)),
                    )
                })
                .filter(|(_, expr)| *expr != Expr::Const(false))
                .collect();
            source.hits(&wanted, &mut |rule, hit| self.hit(rule, hit))?;
            open.retain(|rule, _| !next.contains(rule));
        }
        Ok(())
    }

    fn seen(&self) -> Seen<'_> {
        Seen {
            pack: self.pack,
            facts: &self.facts,
            artefacts: &self.names.artefacts,
        }
    }

    /// A record that a rule hit; hits may come in any order. A rule that the pack does not have is
    /// ignored.
    pub fn hit(&mut self, rule: RuleIndex, hit: &Hit<'_>) {
        let Some(of) = self.pack.rule(rule) else {
            return;
        };
        if of.origin == Origin::Microsoft {
            self.alerts
                .hit(&self.pack.mappings.knowledge.alerts, hit, &mut self.names);
            return;
        }
        let Some(number) = self.number((rule, of), hit) else {
            return;
        };
        if of.alerting == Alerting::Reported {
            let group = self.names.texts.number(&group(of, hit));
            self.series.entry((rule, group)).or_default().push(number);
        }
        if self.correlator.takes(rule) {
            self.correlator
                .hit(self.pack, rule, number, (hit.record, hit.raw));
        }
    }

    /// The number of a hit's fact; nothing where there are more than can be numbered.
    fn number(&mut self, (index, rule): (RuleIndex, &Rule), hit: &Hit<'_>) -> Option<u32> {
        let takes_own = takes_own(rule);
        let provenance = &hit.record.provenance;
        let place = self
            .names
            .artefacts
            .place((provenance.artefact, provenance.position));
        if let Some(known) = self.known.get(&place).filter(|_| !takes_own) {
            return Some(*known);
        }
        let number = u32::try_from(self.facts.len()).ok()?;
        self.names.artefacts.name(place, hit.file);
        let mut fact = Fact {
            time: hit.record.event_time,
            place,
            speaker: self.names.artefacts.place(hit.speaker),
            rule: u32::try_from(index.0).ok().filter(|_| takes_own),
            said: None,
        };
        if takes_own && let Some(raw) = hit.raw {
            // What the rule takes for itself may stand in the raw record alone, which is at hand now.
            fact.said = u32::try_from(self.said.len()).ok();
            let knowledge = &self.pack.mappings.knowledge;
            let seen = (hit.record, Some(raw));
            let said = said(knowledge, Some(rule), seen, &mut self.names.texts);
            self.said.push(said);
        }
        self.facts.push(fact);
        if !takes_own {
            self.known.insert(place, number);
        }
        Some(number)
    }

    /// All findings, the gravest first, then by time and id, where the records that were hit are at hand.
    pub fn finish(self, records: &[Record]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let by_place: HashMap<(ArtefactId, u64), &Record, RandomState> = records
            .iter()
            .map(|record| {
                let place = &record.provenance;
                ((place.artefact, place.position), record)
            })
            .collect();
        let done: Result<(), std::convert::Infallible> = self.settle().finish(
            &mut |places, on| {
                let found = places.iter().filter_map(|place| by_place.get(place));
                found.for_each(|record| on(record));
                Ok(())
            },
            &mut |backed| {
                findings.push(backed.finding);
                Ok(())
            },
        );
        match done {
            Ok(()) => {}
            Err(never) => match never {},
        }
        findings.sort_by(|a, b| a.rank().cmp(&b.rank()));
        findings
    }

    /// Ends the collecting: says which records stand behind findings, and frees what the others took.
    pub fn settle(self) -> Settled<'p> {
        let Self {
            pack,
            names,
            mut facts,
            said,
            known,
            series,
            correlator,
            alerts,
        } = self;
        drop(known);
        let mut groups = Vec::new();
        for ((index, group), members) in series {
            let Some(rule) = pack.rule(index) else {
                continue;
            };
            let key = names.texts.text(group);
            for members in build::runs(members, rule.assembly.gap, &facts) {
                groups.push(settled::Group {
                    rule: index,
                    key: key.to_owned(),
                    members,
                });
            }
        }
        let reported =
            |index| pack.rule(index).map(|rule| rule.alerting) == Some(Alerting::Reported);
        let bursts = correlator.finish(pack, &facts, &names.artefacts);
        for (index, bursts) in bursts.into_iter().filter(|(index, _)| reported(*index)) {
            for burst in bursts {
                groups.push(settled::Group {
                    rule: index,
                    key: burst.group,
                    members: burst.members,
                });
            }
        }
        settled::keep_used(&mut facts, &mut groups);
        Settled::new(pack, names, (facts, said), (groups, alerts))
    }
}

/// Whether a rule names fields of its own, so that its facts are no other rule's.
fn takes_own(rule: &Rule) -> bool {
    let assembly = &rule.assembly;
    !(assembly.accounts.is_empty() && assembly.targets.is_empty() && assembly.details.is_empty())
}

/// What a whole record says of a finding; `own` is the rule that takes something of its own.
/// The columns that findings are told from, beside the lists and what rules name themselves.
const SAID: [Column; 23] = [
    Column::EventTime,
    Column::Source,
    Column::Workload,
    Column::Operation,
    Column::RecordId,
    Column::Result,
    Column::ResultCode,
    Column::ActorKind,
    Column::Actor,
    Column::Owner,
    Column::TargetKind,
    Column::TargetId,
    Column::Target,
    Column::Ip,
    Column::UserAgent,
    Column::AppId,
    Column::AppName,
    Column::SessionId,
    Column::AuthProtocol,
    Column::MessageId,
    Column::NetworkMessageId,
    Column::Subject,
    Column::ObjectPath,
];

/// Every field that findings of a pack are told from, sorted.
fn told_from(pack: &RulePack) -> Vec<Field> {
    let own = pack.rules.iter().flat_map(|rule| {
        let assembly = &rule.assembly;
        let details = assembly.details.values().flatten();
        details.chain(&assembly.accounts).chain(&assembly.targets)
    });
    let mut fields: Vec<Field> = own
        .chain(&pack.mappings.knowledge.actor_fields)
        .cloned()
        .collect();
    fields.extend(SAID.map(Field::Column));
    fields.push(Field::AnyParameter);
    fields.push(Field::Changed {
        name: None,
        side: Side::New,
    });
    fields.sort();
    fields.dedup();
    fields
}

fn said(
    knowledge: &Knowledge,
    own: Option<&Rule>,
    (record, raw): (&Record, Option<RawRecord<'_>>),
    texts: &mut Texts,
) -> Said {
    let mut slots = slot::of(record, knowledge);
    if let Some(rule) = own {
        add_own(rule, (record, raw), &mut slots);
    }
    let actor = if knowledge.system_actors.holds(record, raw) {
        By::Background
    } else if matches!(record.actor.kind, ActorKind::System | ActorKind::Service) {
        By::Service
    } else {
        By::Somebody
    };
    Said {
        record_id: texts.number(&record.record_id),
        actor,
        slots: texts.keep(slots.0),
    }
}

/// The fields that a rule names for itself.
fn add_own(rule: &Rule, seen: (&Record, Option<RawRecord<'_>>), slots: &mut Slots) {
    let (record, raw) = seen;
    let assembly = &rule.assembly;
    let each = |fields: &[Field], slot: Slot, slots: &mut Slots| {
        for field in fields {
            for value in values(field, record, raw) {
                slots.add(slot.clone(), value);
            }
        }
    };
    for field in &assembly.accounts {
        for value in values(field, record, raw) {
            slots.account(Some(&value));
        }
    }
    each(&assembly.targets, Slot::Target, slots);
    for (key, fields) in &assembly.details {
        each(fields, Slot::Own(key.clone()), slots);
    }
}

/// The columns of which the first with a value names who did it or what it was done to.
const NAMING: [Column; 7] = [
    Column::Actor,
    Column::Owner,
    Column::ActorId,
    Column::ActorName,
    Column::AppId,
    Column::TargetId,
    Column::Target,
];

/// The key of the series that a hit belongs to: as the rule says, else the account, else the owner, else
/// whatever names who did it or what it was done to.
fn group(rule: &Rule, hit: &Hit<'_>) -> String {
    let record = hit.record;
    if rule.assembly.group_by.is_empty() {
        let named = NAMING.iter().find_map(|column| column.of(record));
        return named.map(|name| name.to_lowercase()).unwrap_or_default();
    }
    let parts: Vec<String> = rule
        .assembly
        .group_by
        .iter()
        .map(|fields| {
            let first = fields
                .iter()
                .find_map(|field| values(field, record, hit.raw).into_iter().next());
            first.map(|value| value.to_lowercase()).unwrap_or_default()
        })
        .collect();
    parts.join("\u{1f}")
}

/// Whether acts of Microsoft's own accounts are held down for a rule.
pub(crate) fn is_held_down(rule: &Rule) -> bool {
    rule.system_actors == SystemActors::Background
}

#[cfg(test)]
mod tests {
    use hourzero_model::{
        ActorKind, ArtefactId, Column, Form, Log, Outcome, Provenance, Record, Timestamp,
    };

    use super::{SAID, slot};
    use crate::Mappings;

    /// A record with every column filled.
    fn full() -> Record {
        let provenance = Provenance {
            artefact: ArtefactId::from_bytes([1; 32]),
            position: 1,
            offset: 0,
            length: 1,
        };
        let at = Timestamp::from_micros(1);
        let mut record = Record::new(provenance, Form("ual-json"), Log::UnifiedAudit, at);
        for column in Column::ALL {
            if let Some(place) = column.text_mut(&mut record) {
                *place = Some(format!("{} of the record", column.name()));
            }
        }
        record.operation = "MailItemsAccessed".to_owned();
        record.record_id = "id".to_owned();
        record.result = Outcome::Failure;
        record.actor.kind = ActorKind::User;
        record.actor.upn = Some("owner@example.com".to_owned());
        record.owner = Some("other@example.com".to_owned());
        record.target.kind = Some("user".to_owned());
        record.target.name = Some("target@example.com".to_owned());
        record.result_code = Some("50126".to_owned());
        record.ip = "192.0.2.7".parse().ok();
        (record.ip_port, record.asn) = (Some(443), Some(64_500));
        record
    }

    #[test]
    fn findings_are_told_from_the_columns_that_are_named_alone() {
        let full = full();
        let mut bare = full.clone();
        bare.form = Form("");
        (bare.ip_port, bare.asn) = (None, None);
        for column in Column::ALL.iter().filter(|column| !SAID.contains(column)) {
            if let Some(place) = column.text_mut(&mut bare) {
                *place = None;
            }
        }
        for column in Column::ALL {
            let (all, left) = (column.of(&full), column.of(&bare));
            assert!(
                all.as_ref().is_some_and(|text| !text.is_empty()),
                "{column:?}"
            );
            if SAID.contains(column) {
                assert_eq!(all, left, "{column:?}");
            } else {
                assert!(left.is_none_or(|text| text.is_empty()), "{column:?}");
            }
        }
        let mappings = Mappings::built_in().expect("mappings");
        let told = |record: &Record| slot::of(record, &mappings.knowledge).0;
        assert_eq!(told(&full), told(&bare));
    }
}
