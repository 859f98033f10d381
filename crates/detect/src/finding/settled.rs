//! All hits known: which records stand behind findings, and the findings once those were seen whole.

use hourzero_model::{ArtefactId, Finding, Record};

use super::build::{self, Group as Built};
use super::microsoft::Alerts;
use super::store::{Fact, Member, Names, Place, Said};
use super::{said, told_from};
use crate::ir::Field;
use crate::pack::{Origin, Rule, RuleIndex, RulePack};

/// A finding with every record behind it, where the finding itself lists the first of them.
#[derive(Debug, Clone, PartialEq)]
pub struct BackedFinding {
    /// The finding.
    pub finding: Finding,
    /// Artefact and position of each record, sorted, each once.
    pub records: Vec<(ArtefactId, u64)>,
}

impl BackedFinding {
    pub(super) fn new(finding: Finding, members: &[Member<'_>], names: &Names) -> Self {
        let mut records: Vec<(ArtefactId, u64)> = members
            .iter()
            .map(|member| {
                let place = member.fact.place;
                (names.artefacts.id(place), place.position)
            })
            .collect();
        records.sort_unstable();
        records.dedup();
        Self { finding, records }
    }
}

/// Facts that are one finding.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) rule: RuleIndex,
    pub(super) key: String,
    pub(super) members: Vec<u32>,
}

/// Records behind findings that are held whole at once, a larger finding apart.
const HELD_AT_ONCE: usize = 32_768;

/// Reads records, with [`Settled::fields`] at least: gets artefact and position of each, sorted, each once.
type Reader<'r, E> = dyn FnMut(&[(ArtefactId, u64)], &mut dyn FnMut(&Record)) -> Result<(), E> + 'r;

/// What becomes findings, once the records behind them are read.
#[derive(Debug)]
pub struct Settled<'p> {
    pack: &'p RulePack,
    names: Names,
    facts: Vec<Fact>,
    said: Vec<Said>,
    groups: Vec<Group>,
    alerts: Alerts,
}

impl<'p> Settled<'p> {
    pub(super) fn new(
        pack: &'p RulePack,
        names: Names,
        (facts, said): (Vec<Fact>, Vec<Said>),
        (groups, alerts): (Vec<Group>, Alerts),
    ) -> Self {
        Self {
            pack,
            names,
            facts,
            said,
            groups,
            alerts,
        }
    }

    /// Artefact and position of every record behind a finding, sorted, each once.
    pub fn places(&self) -> Vec<(ArtefactId, u64)> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        let facts = members.filter_map(|number| self.facts.get(*number as usize));
        let of_groups = facts.map(|fact| fact.place);
        let mut places: Vec<(ArtefactId, u64)> = of_groups
            .chain(self.alerts.places())
            .map(|place| (self.names.artefacts.id(place), place.position))
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// What must be filled in the records that are read: the fields that findings are told from.
    pub fn fields(&self) -> Vec<Field> {
        told_from(self.pack)
    }

    /// Gives every finding with all records behind it, in no particular order; [`Finding::rank`] has the
    /// order. A record that `read` does not give is left out.
    ///
    /// # Errors
    /// What `read` or `on` fails with.
    pub fn finish<E>(
        mut self,
        read: &mut Reader<'_, E>,
        on: &mut dyn FnMut(BackedFinding) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut groups = std::mem::take(&mut self.groups);
        // Neighbours in the evidence are read together.
        groups.sort_by_key(|group| {
            let first = group.members.first()?;
            self.facts.get(*first as usize).map(|fact| fact.place)
        });
        let mut rest = groups.as_slice();
        while !rest.is_empty() {
            let mut held = 0;
            let fits = |group: &&Group| {
                held += group.members.len();
                held <= HELD_AT_ONCE
            };
            let (batch, after) = rest.split_at(rest.iter().take_while(fits).count().max(1));
            self.batch(batch, read, on)?;
            rest = after;
        }
        let microsoft = |rule: &&Rule| rule.origin == Origin::Microsoft;
        if let Some(rule) = self.pack.rules.iter().find(microsoft) {
            let alerts = std::mem::take(&mut self.alerts);
            alerts
                .finish(rule, &self.names)
                .into_iter()
                .try_for_each(on)?;
        }
        Ok(())
    }

    fn batch<E>(
        &mut self,
        groups: &[Group],
        read: &mut Reader<'_, E>,
        on: &mut dyn FnMut(BackedFinding) -> Result<(), E>,
    ) -> Result<(), E> {
        let mark = (self.said.len(), self.names.texts.len());
        let missing = self.missing(groups);
        let mut places: Vec<(ArtefactId, u64)> = missing
            .iter()
            .map(|(place, _)| (self.names.artefacts.id(*place), place.position))
            .collect();
        places.sort_unstable();
        places.dedup();
        read(&places, &mut |record| self.take(record, &missing))?;
        for group in groups {
            if let Some(found) = self.finding(group) {
                on(found)?;
            }
        }
        for (_, number) in missing {
            if let Some(fact) = self.facts.get_mut(number as usize) {
                fact.said = None;
            }
        }
        self.said.truncate(mark.0);
        self.names.texts.truncate(mark.1);
        Ok(())
    }

    /// Facts of groups whose record was not seen whole, by place.
    fn missing(&self, groups: &[Group]) -> Vec<(Place, u32)> {
        let mut missing: Vec<(Place, u32)> = groups
            .iter()
            .flat_map(|group| &group.members)
            .filter_map(|number| Some((self.facts.get(*number as usize)?, *number)))
            .filter(|(fact, _)| fact.said.is_none())
            .map(|(fact, number)| (fact.place, number))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    }

    /// Takes in a whole record for the facts that wait for it.
    fn take(&mut self, record: &Record, missing: &[(Place, u32)]) {
        let at = &record.provenance;
        let Some(place) = self.names.artefacts.find((at.artefact, at.position)) else {
            return;
        };
        let from = missing.partition_point(|(other, _)| *other < place);
        let waiting = missing.iter().skip(from);
        for (_, number) in waiting.take_while(|(other, _)| *other == place) {
            if let Some(fact) = self.facts.get_mut(*number as usize) {
                let own = fact.rule.map(|rule| RuleIndex(rule as usize));
                let own = own.and_then(|rule| self.pack.rule(rule));
                fact.said = u32::try_from(self.said.len()).ok();
                let knowledge = &self.pack.mappings.knowledge;
                let said = said(knowledge, own, (record, None), &mut self.names.texts);
                self.said.push(said);
            }
        }
    }

    fn finding(&self, group: &Group) -> Option<BackedFinding> {
        let names = &self.names;
        let mut members: Vec<Member<'_>> = group
            .members
            .iter()
            .filter_map(|number| {
                let fact = *self.facts.get(*number as usize)?;
                let said = self.said.get(fact.said? as usize)?;
                Some(Member { fact, said })
            })
            .collect();
        members.sort_by(|a, b| names.order(a).cmp(&names.order(b)));
        let built = Built {
            rule: self.pack.rule(group.rule)?,
            key: &group.key,
            members: &members,
        };
        let finding = build::finding(&built, names)?;
        Some(BackedFinding::new(finding, &members, names))
    }
}

/// Leaves only the facts that a group has, and numbers them anew.
pub(super) fn keep_used(facts: &mut Vec<Fact>, groups: &mut [Group]) {
    const UNUSED: u32 = u32::MAX;
    let mut anew = vec![UNUSED; facts.len()];
    for member in groups.iter().flat_map(|group| &group.members) {
        if let Some(place) = anew.get_mut(*member as usize) {
            *place = 0;
        }
    }
    let used = anew.iter_mut().filter(|place| **place != UNUSED);
    for (next, place) in (0..).zip(used) {
        *place = next;
    }
    let mut kept = anew.iter().map(|place| *place != UNUSED);
    facts.retain(|_| kept.next().unwrap_or(false));
    facts.shrink_to_fit();
    for member in groups.iter_mut().flat_map(|group| &mut group.members) {
        if let Some(place) = anew.get(*member as usize) {
            *member = *place;
        }
    }
}
