//! Who did what: aggregates out of the lake into `scope`, and its answer back over the events.

mod traces;

use std::collections::BTreeSet;
use std::net::IpAddr;

use hourzero_detect::ir::Expr;
use hourzero_model::{Column, Log};
use hourzero_scope::attribution::{
    Attribution, DEED_OPERATIONS, Deed, Input, account_of, attribute, deed,
};

use crate::investigate::one_of;
use crate::networks::{MicrosoftClass, Networks};
use crate::{Case, CaseError};

/// The answer over one case's events.
pub(crate) struct Attributed {
    /// What scope says.
    pub(crate) found: Attribution,
    /// Which events can carry the attacker's label: all of them and few others.
    pub(crate) filter: Expr,
    /// The tenant's own mail domains.
    pub(crate) domains: Vec<String>,
}

impl Case<'_> {
    /// Finds the attacker's seats and what they lead to.
    pub(crate) fn attributed(&self, networks: &Networks) -> Result<Attributed, CaseError> {
        let domains = self.own_domains()?;
        let mut found = attribute(Input {
            seats: self.seats(networks)?,
            deeds: self.deeds(networks)?,
            domains: domains.clone(),
        });
        let service = |ip: IpAddr| is_service(networks, ip);
        if !found.hostile.is_empty() {
            self.each_event_that(&[touched(&found)], &mut |_, event| {
                found.learn(&event.record, service);
                Ok(())
            })?;
        }
        found.settle();
        let filter = Expr::Any(vec![
            touched(&found),
            one_of(Column::TokenId, found.tokens.iter().map(String::as_str)),
        ]);
        Ok(Attributed {
            found,
            filter,
            domains,
        })
    }

    /// Acts that weigh by themselves.
    fn deeds(&self, networks: &Networks) -> Result<Vec<Deed>, CaseError> {
        let mut deeds = Vec::new();
        let filter = one_of(Column::Operation, DEED_OPERATIONS.iter().copied());
        self.each_event_that(&[filter], &mut |_, event| {
            let record = &event.record;
            if let Some((points, text)) = deed(record) {
                deeds.push(Deed {
                    account: account_of(record),
                    session: record.session_id.clone().unwrap_or_default(),
                    ip: record.ip.filter(|ip| !is_service(networks, *ip)),
                    points,
                    text: text.to_owned(),
                });
            }
            Ok(())
        })?;
        Ok(deeds)
    }
}

/// Whether an address is one of Microsoft's published front ends, which say nothing about who acted.
pub(crate) fn is_service(networks: &Networks, ip: IpAddr) -> bool {
    networks.of(ip, None).microsoft == Some(MicrosoftClass::Service)
}

/// Events of accounts that the attacker touched, from his addresses and in his sessions.
fn touched(found: &Attribution) -> Expr {
    let accounts: BTreeSet<&str> = found
        .hostile
        .keys()
        .map(|key| key.account.as_str())
        .chain(found.accounts.keys().map(String::as_str))
        .collect();
    let sessions = found.sessions.iter().map(|(_, session)| session.as_str());
    let ips: Vec<String> = found.ips.iter().map(IpAddr::to_string).collect();
    let mut any = vec![
        one_of(Column::Actor, accounts.iter().copied()),
        one_of(Column::ActorId, accounts.iter().copied()),
        one_of(Column::AppId, accounts.iter().copied()),
        one_of(Column::SessionId, sessions),
        one_of(Column::Ip, ips.iter().map(String::as_str)),
        Expr::All(vec![
            one_of(Column::Operation, ["Update user"]),
            one_of(Column::Target, accounts.iter().copied()),
        ]),
    ];
    if !found.targets.is_empty() {
        any.push(Expr::All(vec![
            one_of(
                Column::Source,
                [Log::MessageTrace.name(), Log::EmailHunting.name()],
            ),
            one_of(Column::Owner, found.targets.iter().map(String::as_str)),
        ]));
    }
    Expr::Any(any)
}
