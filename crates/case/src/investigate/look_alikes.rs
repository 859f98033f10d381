//! Domains that look like another one, out of the case's mail: the pairs, and those that are findings.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_detect::ir::{Check, Expr, Field, Pattern, Test};
use hourzero_lake::{Hit, RecordKey};
use hourzero_model::{Column, Finding, Timestamp};
use hourzero_scope::{
    Correspondent, Event, LookAlike, LookAlikeRow, Window, is_about_money, is_of, is_suspect,
    look_alike_finding, look_alike_row, look_alikes, money_threads, suspicion,
};

use super::facts::{number, words};
use crate::{Case, CaseError};

/// The records that are mail: one a message and recipient, or one a message that names them all.
const MAIL: &str = "operation IN ('Message trace', 'Email', 'Email received', 'Email sent', \
                    'Email internal', 'Mail') \
                    AND source IN ('message-trace', 'email-hunting', 'mail')";

/// What the case's mail says of domains that look alike.
#[derive(Default)]
pub(super) struct LookAlikes {
    /// Every pair, by domain.
    pub(super) rows: Vec<LookAlikeRow>,
    /// Those that are findings, each with every record behind it.
    pub(super) findings: Vec<(Finding, Vec<RecordKey>)>,
}

impl Case<'_> {
    /// Finds the pairs and judges them; `findings` are those of the rules.
    pub(super) fn look_alikes(
        &self,
        own: &[String],
        findings: &[Finding],
    ) -> Result<LookAlikes, CaseError> {
        let correspondents = self.correspondents(own)?;
        let times = |of: fn(&Correspondent) -> Timestamp| correspondents.iter().map(of);
        let (Some(since), Some(until)) =
            (times(|one| one.first).min(), times(|one| one.last).max())
        else {
            return Ok(LookAlikes::default());
        };
        let window = Window::of(suspicion(findings).since, since, until);
        let pairs = look_alikes(own, &correspondents);
        let suspects: Vec<&LookAlike> = pairs
            .iter()
            .filter(|pair| is_suspect(pair, &window))
            .collect();
        let mail = self.mail_with(&suspects)?;
        let threads = self.mail_of(&mail)?;
        let mut found = LookAlikes::default();
        for pair in &pairs {
            let finding = mail.get(pair.domain.as_str()).and_then(|mail| {
                let finding = look_alike_finding(pair, &window, (mail, &threads), own)?;
                let about = mail.iter().filter(|event| is_about_money(event));
                Some((finding, about.map(key).collect()))
            });
            let id = finding
                .as_ref()
                .map(|(finding, _): &(Finding, _)| finding.id.as_str());
            found.rows.push(look_alike_row(pair, id));
            found.findings.extend(finding);
        }
        Ok(found)
    }

    /// Every domain that mail came from or went to, but the tenant's own, by domain.
    fn correspondents(&self, own: &[String]) -> Result<Vec<Correspondent>, CaseError> {
        let mut all: BTreeMap<String, Correspondent> = BTreeMap::new();
        let mut count =
            |domain: &str, is_sent: bool, (count, first, last): (u64, Timestamp, Timestamp)| {
                if domain.is_empty() || own.iter().any(|own| own == domain) {
                    return;
                }
                let one = all
                    .entry(domain.to_owned())
                    .or_insert_with(|| Correspondent {
                        domain: domain.to_owned(),
                        sent: 0,
                        received: 0,
                        first,
                        last,
                    });
                let side = if is_sent {
                    &mut one.sent
                } else {
                    &mut one.received
                };
                *side = side.saturating_add(count);
                one.first = one.first.min(first);
                one.last = one.last.max(last);
            };
        for row in self.rows(&flows())? {
            let time = |at: usize| {
                let text = row.get(at).and_then(serde_json::Value::as_str)?;
                Timestamp::parse(text).ok()
            };
            let (Some(first), Some(last)) = (time(3), time(4)) else {
                continue;
            };
            let (from, to) = (words(row.first()), words(row.get(1)));
            let seen = (number(row.get(2)), first, last);
            let is_sent = own.contains(&from);
            count(&from, false, seen);
            count(&to, is_sent, seen);
        }
        self.lake.records(&lists_recipients(), &mut |hit: &Hit| {
            if !hit.speaks {
                return;
            }
            let record = &hit.record;
            let from = domain_of(record.actor.upn.as_deref());
            let is_sent = own.iter().any(|own| own == from);
            let seen = (1, record.event_time, record.event_time);
            for recipient in record.parameter("Recipient") {
                count(from, false, seen);
                count(domain_of(Some(recipient)), is_sent, seen);
            }
        })?;
        Ok(all.into_values().collect())
    }

    /// All mail with the suspects, by domain, each by time.
    fn mail_with<'p>(
        &self,
        suspects: &[&'p LookAlike],
    ) -> Result<BTreeMap<&'p str, Vec<Event>>, CaseError> {
        let domains: BTreeSet<&str> = suspects.iter().map(|pair| pair.domain.as_str()).collect();
        let ends: Vec<String> = domains
            .iter()
            .flat_map(|domain| [format!("@{domain}"), format!(".{domain}")])
            .collect();
        let party = |field: Field| ends_with(field, &ends);
        let [events] = self.events_that(&[Expr::All(vec![
            is_mail(),
            Expr::Any(vec![
                party(Field::Column(Column::Actor)),
                party(Field::Column(Column::Owner)),
                party(Field::Parameter("Recipient".to_owned())),
            ]),
        ])])?;
        let mut by_domain: BTreeMap<&str, Vec<Event>> = BTreeMap::new();
        for event in events {
            let record = &event.record;
            let addresses = [record.actor.upn.as_deref(), record.owner.as_deref()];
            let addresses = addresses.into_iter().flatten();
            let hosts: Vec<&str> = addresses
                .chain(record.parameter("Recipient"))
                .filter_map(|address| address.rsplit_once('@').map(|(_, host)| host))
                .collect();
            let of = domains
                .iter()
                .filter(|domain| hosts.iter().any(|host| is_of(host, domain)));
            for domain in of {
                by_domain.entry(domain).or_default().push(event.clone());
            }
        }
        Ok(by_domain)
    }

    /// All mail of the threads about money among these.
    fn mail_of(&self, mail: &BTreeMap<&str, Vec<Event>>) -> Result<Vec<Event>, CaseError> {
        let threads: BTreeSet<String> =
            mail.values().flat_map(|mail| money_threads(mail)).collect();
        let subjects: Vec<String> = threads.into_iter().collect();
        let [events] = self.events_that(&[Expr::All(vec![
            is_mail(),
            ends_with(Field::Column(Column::Subject), &subjects),
        ])])?;
        Ok(events)
    }
}

/// Who wrote to whom, by domain: how often, first and last. Mail that names its recipients one by one.
fn flows() -> String {
    format!(
        "SELECT split_part(actor, '@', 2), split_part(owner, '@', 2), count(*), min(event_time), \
         max(event_time) FROM events WHERE {MAIL} AND source <> 'mail' AND owner IS NOT NULL \
         GROUP BY 1, 2"
    )
}

/// Mail whose records name all recipients of a message.
fn lists_recipients() -> Expr {
    let no_owner = Expr::Test(Test {
        field: Field::Column(Column::Owner),
        check: Check::Absent,
    });
    Expr::All(vec![
        is_mail(),
        Expr::Any(vec![
            super::events::one_of(Column::Source, ["mail"]),
            no_owner,
        ]),
    ])
}

fn domain_of(address: Option<&str>) -> &str {
    let parts = address.and_then(|address| address.rsplit_once('@'));
    parts.map_or("", |(_, domain)| domain)
}

fn is_mail() -> Expr {
    super::events::one_of(Column::Source, ["message-trace", "email-hunting", "mail"])
}

fn ends_with(field: Field, ends: &[String]) -> Expr {
    if ends.is_empty() {
        return Expr::Const(false);
    }
    Expr::Test(Test {
        field,
        check: Check::Matches {
            patterns: ends.iter().cloned().map(Pattern::Suffix).collect(),
            cased: false,
        },
    })
}

fn key(event: &Event) -> RecordKey {
    RecordKey {
        artefact: event.record.provenance.artefact,
        position: event.record.provenance.position,
    }
}
