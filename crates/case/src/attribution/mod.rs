//! Who did what: aggregates out of the lake into `scope`, and its answer back over the events.

mod applications;
mod calendar;
mod others;
mod outside;
mod traces;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

pub(crate) use others::at_work;

use hourzero_detect::ir::{Check, Expr, Field, Pattern, Test};
use hourzero_model::{Column, Log};
use hourzero_scope::Heard;
use hourzero_scope::attribution::{
    ADDED_KEY, Attribution, DEED_OPERATIONS, Deed, Input, RESET_OPERATIONS, Reset, account_of,
    attribute, deed, drops, reset,
};

use self::applications::Consents;
use self::calendar::Calendar;
use crate::concerned::Concerned;
use crate::investigate::one_of;
use crate::networks::{MicrosoftClass, Networks};
use crate::survey::Survey;
use crate::{Case, CaseError};

/// The answer over one case's events.
pub(crate) struct Attributed {
    /// What scope says.
    pub(crate) found: Attribution,
    /// Every event that can carry the attacker's label, and what else concerns the accounts that he touched.
    pub(crate) concerned: Concerned,
    /// The tenant's own mail domains.
    pub(crate) domains: Vec<String>,
}

impl Case<'_> {
    /// Finds the attacker's seats and what they lead to.
    pub(crate) fn attributed(
        &self,
        (networks, survey): (&Networks, &Survey),
        look_alikes: &BTreeSet<String>,
    ) -> Result<Attributed, CaseError> {
        let domains = survey.domains.clone();
        let calendar = Calendar::of(survey);
        let begins = calendar.as_ref().map(Calendar::begins);
        let heard = Heard::of(Log::UnifiedAudit, &survey.hours);
        let mut refused = self.refused()?;
        refused.extend(self.told_places(|ip| is_service(networks, ip))?);
        let (deeds, consents) = self.deeds(networks)?;
        let accepted = self.accepted()?;
        let mut input = Input {
            deeds,
            domains: domains.clone(),
            resets: self.resets(networks)?,
            refused,
            known: self.known_addresses(begins)?,
            targets: BTreeMap::new(),
            used: self.uses_of(&accepted, networks)?,
            created: BTreeSet::new(),
            apps: accepted.clone(),
            accepted,
        };
        loop {
            let mut found = attribute(self.seats(networks, calendar.as_ref())?, &input);
            found.look_alikes.clone_from(look_alikes);
            found.forgers = self.forgers(networks, (&found, &domains), (begins, heard.as_ref()))?;
            let concerned = self.concerned(&mut found, networks)?;
            // Who has mail of another account sent to the same place as he, or consented to the same application, led him
            // further, and so does an application that signs in elsewhere with a key of his, or an account that he made:
            // every round knows more places, applications, keys or accounts, and there is none without a new one.
            let shared = shared_targets(&found, &input.deeds);
            let apps = self.consented_apps((networks, &consents), &found, &input.apps)?;
            let is_known = |target: &String| input.targets.contains_key(target);
            let with_keys = self.uses_of_keys(networks, &found, &input.apps)?;
            let no_app = apps.is_empty() && with_keys.is_empty();
            if no_app && shared.keys().all(is_known) && found.created.is_subset(&input.created) {
                return Ok(Attributed {
                    found,
                    concerned,
                    domains,
                });
            }
            input.created.extend(found.created);
            input.targets.extend(shared);
            input.used.extend(self.uses_of(&apps, networks)?);
            input.apps.extend(apps);
            for one in with_keys {
                input.apps.insert(one.app.clone(), ADDED_KEY.to_owned());
                input.used.insert(one);
            }
        }
    }

    /// Every event that concerns what was found, and what they teach.
    fn concerned(
        &self,
        found: &mut Attribution,
        networks: &Networks,
    ) -> Result<Concerned, CaseError> {
        let service = |ip: IpAddr| is_service(networks, ip);
        let mut concerned = Concerned::new(&self.folder.temporary());
        if found.is_empty() {
            return Ok(concerned);
        }
        let touched = touched(found);
        self.keep_events(&mut concerned, touched.clone(), &mut |event| {
            found.learn(&event.record, service);
        })?;
        found.settle();
        // What was learnt from these events leads to others: tokens in other hands, mail brought out.
        let late = learnt(found);
        if !late.is_empty() {
            let late = Expr::All(vec![Expr::Any(late), Expr::Not(Box::new(touched))]);
            self.keep_events(&mut concerned, late, &mut |_| {})?;
        }
        Ok(concerned)
    }

    /// When an account got a new password or a temporary pass.
    fn resets(&self, networks: &Networks) -> Result<BTreeMap<String, BTreeSet<Reset>>, CaseError> {
        let mut resets: BTreeMap<String, BTreeSet<Reset>> = BTreeMap::new();
        let filter = one_of(Column::Operation, RESET_OPERATIONS.iter().copied());
        self.each_event_that(&[filter], &mut |_, event| {
            if let Some((account, one)) = reset(&event.record, |ip| is_service(networks, ip)) {
                resets.entry(account).or_default().insert(one);
            }
            Ok(())
        })?;
        Ok(resets)
    }

    /// Acts that weigh by themselves, and who consented to which application.
    fn deeds(&self, networks: &Networks) -> Result<(Vec<Deed>, Consents), CaseError> {
        let (mut deeds, mut consents) = (Vec::new(), Consents::default());
        let filter = one_of(Column::Operation, DEED_OPERATIONS.iter().copied());
        self.each_event_that(&[filter], &mut |_, event| {
            let record = &event.record;
            consents.take(record);
            if let Some((points, text)) = deed(record) {
                deeds.push(Deed {
                    account: account_of(record),
                    session: record.session_id.clone().unwrap_or_default(),
                    ip: record.ip.filter(|ip| !is_service(networks, *ip)),
                    points,
                    text: text.to_owned(),
                    drops: drops(record).collect(),
                });
            }
            Ok(())
        })?;
        Ok((deeds, consents))
    }
}

/// Where the attacker has mail sent to and of which accounts, as far as somebody whom nobody suspects has mail sent there
/// too.
fn shared_targets(found: &Attribution, deeds: &[Deed]) -> BTreeMap<String, BTreeSet<String>> {
    let (his, others): (Vec<&Deed>, Vec<&Deed>) = deeds
        .iter()
        .partition(|deed| found.accounts.contains_key(&deed.account));
    let mut shared = BTreeMap::new();
    for drop in others.iter().flat_map(|deed| &deed.drops) {
        if found.targets.contains(drop) && !found.is_own(drop) {
            let of = his.iter().filter(|deed| deed.drops.contains(drop));
            let accounts = of.map(|deed| deed.account.clone()).collect();
            shared.insert(drop.clone(), accounts);
        }
    }
    shared
}

/// Whether an address is one of Microsoft's published front ends, which say nothing about who acted.
pub(crate) fn is_service(networks: &Networks, ip: IpAddr) -> bool {
    networks.of(ip, None).microsoft == Some(MicrosoftClass::Service)
}

/// Events of accounts that the attacker touched and about them, from his addresses and in his sessions.
fn touched(found: &Attribution) -> Expr {
    let accounts: BTreeSet<&str> = found
        .hostile
        .keys()
        .map(|key| key.account.as_str())
        .chain(found.accounts.keys().map(String::as_str))
        .collect();
    let sessions = found.sessions.iter().map(|(_, session)| session.as_str());
    let ips: Vec<String> = found.ips.iter().map(IpAddr::to_string).collect();
    let mut any: Vec<Expr> = [
        Column::Actor,
        Column::ActorId,
        Column::AppId,
        Column::Owner,
        Column::Target,
    ]
    .into_iter()
    .map(|column| one_of(column, accounts.iter().copied()))
    .collect();
    if !found.look_alikes.is_empty() || !found.forgers.is_empty() || !found.senders.is_empty() {
        let forgers: Vec<String> = found.forgers.iter().map(IpAddr::to_string).collect();
        any.push(Expr::All(vec![
            one_of(
                Column::Source,
                [Log::MessageTrace.name(), Log::EmailHunting.name()],
            ),
            Expr::Any(vec![
                at_domain(&found.look_alikes),
                one_of(Column::Actor, found.senders.iter().map(String::as_str)),
                one_of(Column::Ip, forgers.iter().map(String::as_str)),
            ]),
        ]));
    }
    any.push(one_of(Column::SessionId, sessions));
    any.push(one_of(Column::Ip, ips.iter().map(String::as_str)));
    Expr::Any(any)
}

/// Events that only what was learnt leads to.
fn learnt(found: &Attribution) -> Vec<Expr> {
    let mut any = Vec::new();
    if !found.tokens.is_empty() {
        any.push(one_of(
            Column::TokenId,
            found.tokens.iter().map(String::as_str),
        ));
    }
    if !found.targets.is_empty() {
        any.push(Expr::All(vec![
            one_of(
                Column::Source,
                [Log::MessageTrace.name(), Log::EmailHunting.name()],
            ),
            one_of(Column::Owner, found.targets.iter().map(String::as_str)),
        ]));
    }
    if !found.created.is_empty() {
        any.push(one_of(
            Column::Actor,
            found.created.iter().map(String::as_str),
        ));
    }
    if !found.made.is_empty() {
        any.push(one_of(Column::AppId, found.made.iter().map(String::as_str)));
    }
    if !found.invited.is_empty() {
        any.push(Expr::All(vec![
            one_of(
                Column::Source,
                [Log::MessageTrace.name(), Log::EmailHunting.name()],
            ),
            starts_with(Column::Actor, "no-reply@"),
            one_of(Column::Owner, found.invited.keys().map(String::as_str)),
        ]));
    }
    any
}

fn starts_with(column: Column, text: &str) -> Expr {
    Expr::Test(Test {
        field: Field::Column(column),
        check: Check::Matches {
            patterns: vec![Pattern::Prefix(text.to_owned())],
            cased: false,
        },
    })
}

/// The actor's address lies in one of these domains; false for none.
fn at_domain(domains: &BTreeSet<String>) -> Expr {
    if domains.is_empty() {
        return Expr::Const(false);
    }
    Expr::Test(Test {
        field: Field::Column(Column::Actor),
        check: Check::Matches {
            patterns: domains
                .iter()
                .map(|domain| Pattern::Suffix(format!("@{}", domain.to_lowercase())))
                .collect(),
            cased: false,
        },
    })
}
