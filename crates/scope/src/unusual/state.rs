//! Networks, countries, holes and rules that contradict what else is known.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_model::{Finding, Log, Outcome, Severity};

use super::{Contradiction, RuleSeen, UnusualInput, first_of};
use crate::{DayState, Event};

/// Acts and sign-ins from networks that an account had never used before.
pub(super) fn new_networks(input: &UnusualInput<'_>) -> Vec<Finding> {
    let mut seen: BTreeMap<(&str, String), Vec<&Event>> = BTreeMap::new();
    for event in input.events {
        let record = &event.record;
        let (Some(account), Some(asn)) = (record.actor.upn.as_deref(), record.asn) else {
            continue;
        };
        let Some(known) = input.networks.get(account) else {
            continue;
        };
        // The whole internet is refused at every door.
        if record.result == Outcome::Failure {
            continue;
        }
        let network = format!("AS{asn}");
        // The address of a service's front end says nothing of who acted.
        if event.network_class != Some("service") && !known.contains(&network) {
            seen.entry((account, network)).or_default().push(event);
        }
    }
    seen.iter()
        .filter_map(|((account, network), events)| {
            Contradiction {
                rule: "unusual/new-network",
                key: vec![account, network],
                title: format!("{account} was never seen in the network {network} before"),
                severity: Severity::Low,
                innocent: "Travel, a new provider, a mobile carrier, a VPN.",
                account,
            }
            .told_by(events)
        })
        .collect()
}

/// Addresses for which the log and the database of networks name different countries.
pub(super) fn other_countries(input: &UnusualInput<'_>) -> Vec<Finding> {
    let mut seen: BTreeMap<(&str, String), Vec<&Event>> = BTreeMap::new();
    for event in input.events {
        let record = &event.record;
        let Some(account) = record.actor.upn.as_deref() else {
            continue;
        };
        let (Some(ip), Some(logged)) = (record.ip, record.country.as_deref()) else {
            continue;
        };
        let ip = ip.to_string();
        if input
            .countries
            .get(&ip)
            .is_some_and(|known| !known.eq_ignore_ascii_case(logged))
        {
            seen.entry((account, ip)).or_default().push(event);
        }
    }
    seen.iter()
        .filter_map(|((account, ip), events)| {
            Contradiction {
                rule: "unusual/other-country",
                key: vec![account, ip],
                title: format!("Log and database name different countries for {ip}, used by {account}"),
                severity: Severity::Informational,
                innocent: "Databases of networks differ, most of all for mobile carriers and relays.",
                account,
            }
            .told_by(events)
        })
        .collect()
}

/// Days on which a log has nothing, and another log shows that the account was at work.
pub(super) fn holes(input: &UnusualInput<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let missing = |range: &&crate::CoverageRange| {
        range.account.is_empty()
            && range.state == DayState::Absent
            && matches!(
                Log::from_name(&range.source),
                Some(Log::SignIn | Log::UnifiedAudit)
            )
    };
    for range in input.coverage.ranges.iter().filter(missing) {
        let inside = Log::from_name(&range.source)
            .and_then(|log| first_of(input.spans, log))
            .is_some_and(|first| first.day() < range.from);
        if !inside {
            continue;
        }
        let mut by_account: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in input.events {
            let day = event.record.event_time.day();
            let log = event.record.log.name();
            if log != range.source
                && matches!(event.record.log, Log::SignIn | Log::UnifiedAudit)
                && (range.from.as_str()..=range.to.as_str()).contains(&day.as_str())
                && let Some(account) = event.record.actor.upn.as_deref()
            {
                by_account.entry(account).or_default().push(event);
            }
        }
        for (account, events) in &by_account {
            findings.extend(
                Contradiction {
                    rule: "unusual/hole",
                    key: vec![&range.source, &range.from, account],
                    title: format!(
                        "The {} log has nothing from {} to {}, and another log shows {account} at work",
                        range.source, range.from, range.to
                    ),
                    severity: Severity::Medium,
                    innocent: "The export is incomplete: pull these days again before anything is concluded.",
                    account,
                }
                .told_by(events),
            );
        }
    }
    findings
}

/// Inbox rules that a state shows and of which no record tells that they were made, where the log reaches back.
pub(super) fn rules_without_beginning(input: &UnusualInput<'_>) -> Vec<Finding> {
    const MAKING: &[&str] = &["New-InboxRule", "Set-InboxRule", "UpdateInboxRules"];
    let made: BTreeSet<(String, String)> = input
        .events
        .iter()
        .filter(|event| MAKING.contains(&event.record.operation.as_str()))
        .flat_map(|event| {
            let record = &event.record;
            let whose = record
                .owner
                .as_deref()
                .or(record.actor.upn.as_deref())
                .unwrap_or_default();
            record
                .parameter("Name")
                .chain(record.parameter("RuleName"))
                .chain(record.target.name.as_deref())
                .map(|name| (whose.to_owned(), last(name)))
                .collect::<Vec<_>>()
        })
        .collect();
    input
        .rules
        .iter()
        .filter(|rule| input.accounts.contains(&rule.account))
        .filter(|rule| !made.contains(&(rule.account.clone(), last(&rule.name))))
        .filter_map(|rule| finding(input, rule))
        .collect()
}

fn finding(input: &UnusualInput<'_>, rule: &RuleSeen) -> Option<Finding> {
    let since = first_of(input.spans, Log::UnifiedAudit)?;
    // A state is no event: the finding bears the time at which it was read.
    let read = rule.as_of.unwrap_or(since);
    let finding = Contradiction {
        rule: "unusual/rule-without-creation",
        key: vec![&rule.account, &rule.name],
        title: format!(
            "{} has the inbox rule “{}”, and no record since {since} tells of its making",
            rule.account, rule.name
        ),
        severity: Severity::Low,
        innocent: "The rule is older than the log.",
        account: &rule.account,
    }
    .at((read, read), vec![rule.evidence.clone()]);
    Some(Finding {
        targets: vec![rule.name.clone()],
        ..finding
    })
}

/// Exchange names a rule `alias\name` in one record and `name` in another.
fn last(name: &str) -> String {
    name.rsplit(['\\', '/'])
        .next()
        .unwrap_or(name)
        .to_lowercase()
}
