//! What does not add up about the accounts of a case: their records, some accounts at a time, handed to `scope`.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::Expr;
use hourzero_lake::RecordKey;
use hourzero_model::{Column, EvidenceRef, Finding, Log, State, Timestamp};
use hourzero_scope::{CoverageRange, DayState, LogSpan, RuleSeen, UnusualInput, unusual};

use super::attack::Attack;
use super::events::one_of;
use super::facts::{number, quoted, words};
use super::lists::By;
use crate::found::FoundFindings;
use crate::{Case, CaseError};

/// So many records of accounts are held at a time; an account with more is looked at alone.
const AT_ONCE: u64 = 50_000;

impl Case<'_> {
    /// Adds the contradictions about these accounts to the findings.
    pub(super) fn contradictions(
        &self,
        by: By<'_>,
        (attack, spans): (&Attack, &[LogSpan]),
        found: &mut FoundFindings,
    ) -> Result<(), CaseError> {
        let rules = self.rules_seen(&attack.states);
        let mut said: BTreeMap<String, Finding> = BTreeMap::new();
        for some in in_batches(&attack.accounts, &attack.coverage.ranges) {
            for finding in self.contradictions_of(by, (some, attack), (spans, &rules))? {
                said.insert(finding.id.clone(), finding);
            }
        }
        for finding in said.into_values() {
            let keys: Vec<RecordKey> = finding
                .evidence
                .iter()
                .map(|evidence| RecordKey {
                    artefact: evidence.sha256,
                    position: evidence.position,
                })
                .collect();
            found.add(finding, keys.into_iter())?;
        }
        Ok(())
    }

    fn contradictions_of(
        &self,
        by: By<'_>,
        (accounts, attack): (&[String], &Attack),
        (spans, rules): (&[LogSpan], &[RuleSeen]),
    ) -> Result<Vec<Finding>, CaseError> {
        let names = || accounts.iter().map(String::as_str);
        let filter = [Expr::Any(vec![
            one_of(Column::Actor, names()),
            one_of(Column::Owner, names()),
        ])];
        let mut events = Vec::new();
        let mut countries = BTreeMap::new();
        self.each_concerned(&by.attributed.concerned, &filter, &mut |_, mut event| {
            if let Some(ip) = event.record.ip {
                let country = by.networks.of(ip, None).country;
                countries.extend(country.map(|country| (ip.to_string(), country)));
            }
            by.label(&mut event);
            event.record.changed.clear();
            events.push(event);
            Ok(())
        })?;
        Ok(unusual(&UnusualInput {
            events: &events,
            accounts,
            spans,
            done: &attack.contained,
            coverage: &attack.coverage,
            networks: &self.networks_before(by, (accounts, attack.told.acts.first()))?,
            countries: &countries,
            rules,
        }))
    }

    /// The networks of each account's successful sign-ins before the attacker's first act; an account without
    /// some days of history has none.
    fn networks_before(
        &self,
        by: By<'_>,
        (accounts, before): (&[String], Option<Timestamp>),
    ) -> Result<BTreeMap<String, BTreeSet<String>>, CaseError> {
        let Some(before) = before else {
            return Ok(BTreeMap::new());
        };
        let list = quoted(accounts);
        if list.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows = self.rows(&format!(
            "SELECT actor, ip, asn, count(DISTINCT date_trunc('day', event_time)) FROM events \
             WHERE source = 'sign-in' AND result = 'success' AND actor IN ({list}) AND ip IS NOT NULL \
             AND event_time < '{before}' GROUP BY actor, ip, asn ORDER BY actor, ip, asn"
        ))?;
        let mut networks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut days: BTreeMap<String, u64> = BTreeMap::new();
        for row in rows {
            let (account, ip) = (words(row.first()), words(row.get(1)));
            let logged = u32::try_from(number(row.get(2)))
                .ok()
                .filter(|asn| *asn > 0);
            let asn = ip
                .parse()
                .ok()
                .and_then(|ip| by.networks.of(ip, logged).asn)
                .or(logged);
            *days.entry(account.clone()).or_default() += number(row.get(3));
            let known = networks.entry(account).or_default();
            known.extend(asn.map(|asn| format!("AS{asn}")));
        }
        networks.retain(|account, known| {
            !known.is_empty() && days.get(account).is_some_and(|days| *days >= HISTORY_DAYS)
        });
        Ok(networks)
    }

    /// Inbox rules as the exports of the tenant's state show them.
    fn rules_seen(&self, states: &[State]) -> Vec<RuleSeen> {
        let names = self.names();
        let rules = states.iter().filter(|state| state.kind == "inbox-rule");
        rules
            .filter_map(|state| {
                let artefact = state.provenance.artefact;
                Some(RuleSeen {
                    account: state.owner.clone()?,
                    name: state.name.clone().unwrap_or_else(|| state.id.clone()),
                    as_of: state.as_of,
                    evidence: EvidenceRef {
                        record_id: state.id.clone(),
                        file: names.get(&artefact).cloned().unwrap_or_default(),
                        sha256: artefact,
                        position: state.provenance.position,
                    },
                })
            })
            .collect()
    }
}

/// With fewer days of sign-ins every network would be new.
const HISTORY_DAYS: u64 = 3;

/// Accounts in groups whose records fit into memory together.
fn in_batches<'a>(accounts: &'a [String], ranges: &[CoverageRange]) -> Vec<&'a [String]> {
    let mut records: BTreeMap<&str, u64> = BTreeMap::new();
    for range in ranges
        .iter()
        .filter(|range| range.state == DayState::Present && Log::from_name(&range.source).is_some())
    {
        *records.entry(&range.account).or_default() += range.records;
    }
    let mut batches = Vec::new();
    let (mut from, mut held) = (0, 0);
    for (at, account) in accounts.iter().enumerate() {
        let more = records.get(account.as_str()).copied().unwrap_or(0);
        if at > from && held + more > AT_ONCE {
            batches.extend(accounts.get(from..at));
            (from, held) = (at, 0);
        }
        held += more;
    }
    batches.extend(accounts.get(from..).filter(|rest| !rest.is_empty()));
    batches
}
