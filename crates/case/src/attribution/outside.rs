//! Addresses that hand in mail in the tenant's own name although nobody of the tenant is ever there.

use std::collections::BTreeSet;
use std::net::IpAddr;

use hourzero_detect::ir::Expr;
use hourzero_model::{Column, Log, Timestamp};
use hourzero_scope::attribution::{Attribution, prefix};
use hourzero_scope::{Heard, canonical_message_id, message_id_forms};

use super::is_service;
use crate::investigate::{one_of, quoted, words};
use crate::networks::Networks;
use crate::{Case, CaseError};

/// A service that sends for the tenant comes again; whoever forges comes on a day or two.
const DAYS: u64 = 2;
/// With less history every sender is new.
const HISTORY_SECONDS: i64 = 3 * 86_400;
/// More mails than these are no forgery of a few.
const MAILS: usize = 10_000;

impl Case<'_> {
    /// Those addresses. A printer in the office and a newsletter service send in the tenant's name as well: the
    /// first lies in a network that people use, the second comes on many days. An application on a rented machine says
    /// nothing of the machines beside it.
    pub(super) fn forgers(
        &self,
        networks: &Networks,
        (found, domains): (&Attribution, &[String]),
        (begins, heard): (Option<Timestamp>, Option<&Heard>),
    ) -> Result<BTreeSet<IpAddr>, CaseError> {
        let (mut programs, mut used) = (BTreeSet::new(), BTreeSet::new());
        for (ip, is_app) in found.places() {
            if is_app {
                programs.insert(ip);
            } else {
                used.insert(prefix(ip));
            }
        }
        let own = quoted(domains);
        let Some(begins) = begins.filter(|_| !own.is_empty()) else {
            return Ok(BTreeSet::new());
        };
        let rows = self.rows(&format!(
            "SELECT ip, min(event_time), count(DISTINCT date_trunc('day', event_time)) FROM events \
             WHERE source = 'message-trace' AND ip IS NOT NULL AND split_part(actor, '@', 2) IN ({own}) \
             AND split_part(owner, '@', 2) IN ({own}) GROUP BY ip ORDER BY ip"
        ))?;
        let ips: BTreeSet<IpAddr> = rows
            .iter()
            .filter_map(|row| {
                let ip: IpAddr = words(row.first()).parse().ok()?;
                let first = Timestamp::parse(row.get(1)?.as_str()?).ok()?;
                let days = row.get(2)?.as_u64()?;
                let new = first.seconds_since(begins) >= HISTORY_SECONDS && days <= DAYS;
                let is_used = used.contains(&prefix(ip)) || programs.contains(&ip);
                (new && !is_used && !is_service(networks, ip)).then_some(ip)
            })
            .collect();
        self.without_senders(ips, found, heard)
    }

    /// Takes out the addresses of messages that a mailbox of the tenant says it sent, and of those that arrived from
    /// outside before: a rule that passes mail on keeps the first sender's address.
    fn without_senders(
        &self,
        ips: BTreeSet<IpAddr>,
        found: &Attribution,
        heard: Option<&Heard>,
    ) -> Result<BTreeSet<IpAddr>, CaseError> {
        if ips.is_empty() {
            return Ok(ips);
        }
        let texts: Vec<String> = ips.iter().map(IpAddr::to_string).collect();
        let mut mails: Vec<(String, IpAddr)> = Vec::new();
        let mut passed_on: BTreeSet<String> = BTreeSet::new();
        let filter = Expr::All(vec![
            one_of(Column::Source, [Log::MessageTrace.name()]),
            one_of(Column::Ip, texts.iter().map(String::as_str)),
        ]);
        self.each_event_that(&[filter], &mut |_, event| {
            let id = event.record.message_id.as_deref().map(canonical_message_id);
            let sender = event.record.actor.upn.as_deref().unwrap_or_default();
            if found.is_own(sender) {
                // In hours of which the audit log says nothing, no mailbox can be said to have sent nothing.
                let time = event.record.event_time;
                let is_heard = heard.is_none_or(|heard| heard.at(time));
                mails.extend(id.zip(event.record.ip).filter(|_| is_heard));
            } else {
                passed_on.extend(id);
            }
            Ok(())
        })?;
        if mails.len() > MAILS {
            return Ok(BTreeSet::new());
        }
        let ids = mails.iter().flat_map(|(id, _)| message_id_forms(id));
        let filter = Expr::All(vec![
            one_of(Column::Operation, ["Send", "SendAs", "SendOnBehalf"]),
            one_of(Column::MessageId, ids),
        ]);
        let mut sent: BTreeSet<String> = BTreeSet::new();
        self.each_event_that(&[filter], &mut |_, event| {
            sent.extend(event.record.message_id.as_deref().map(canonical_message_id));
            Ok(())
        })?;
        let senders: BTreeSet<IpAddr> = mails
            .iter()
            .filter(|(id, _)| sent.contains(id) || passed_on.contains(id))
            .map(|(_, ip)| *ip)
            .collect();
        let forgers = mails.into_iter().map(|(_, ip)| ip);
        Ok(forgers.filter(|ip| !senders.contains(ip)).collect())
    }
}
