//! What is known of those who are not the attacker: what people told, who holds a role, whose technicians come in.

use std::collections::BTreeSet;
use std::net::IpAddr;

use hourzero_detect::ir::Expr;
use hourzero_model::{ActorKind, Column, Log};
use hourzero_scope::CONTAINING_OPERATIONS;
use hourzero_scope::attribution::{ADMINISTRATION_TYPES, Attribution, Others, ROLE_OPERATIONS};

use crate::investigate::{one_of, words};
use crate::{Case, CaseError};

impl Case<'_> {
    /// Ids of the places from which acts were done that people told as their own.
    pub(super) fn told_places(
        &self,
        service: impl Fn(IpAddr) -> bool,
    ) -> Result<BTreeSet<String>, CaseError> {
        let others = Others {
            told: self.responder_actions()?,
            ..Others::default()
        };
        let mut places = BTreeSet::new();
        if others.told.is_empty() {
            return Ok(places);
        }
        let filter = [one_of(
            Column::Operation,
            CONTAINING_OPERATIONS.iter().copied(),
        )];
        self.each_event_that(&filter, &mut |_, event| {
            places.extend(others.told_place(&event.record, &service));
            Ok(())
        })?;
        Ok(places)
    }

    /// What is known of others before it is known whom the case concerns.
    pub(crate) fn others(&self, found: &Attribution) -> Result<Others, CaseError> {
        Ok(Others {
            told: self.responder_actions()?,
            holders: self.roles()?.into_keys().collect(),
            partners: self.partners(found)?,
            concern: None,
        })
    }

    /// Technicians of partners: those of other tenants who signed in with delegated administration.
    fn partners(&self, found: &Attribution) -> Result<BTreeSet<String>, CaseError> {
        if !found.has_foreign_sign_ins() {
            return Ok(BTreeSet::new());
        }
        let rows = self.rows(
            "SELECT DISTINCT actor, actor_id FROM events WHERE source = 'sign-in' \
             AND lower(param(parameters, 'CrossTenantAccessType')) LIKE '%serviceprovider%'",
        )?;
        let mut partners: BTreeSet<String> = rows
            .iter()
            .flat_map(|row| [words(row.first()), words(row.get(1))])
            .collect();
        partners.remove("");
        Ok(partners)
    }
}

/// Events of which more may be known than their place: what administrators, responders and partners do.
pub(crate) fn at_work(others: &Others) -> Expr {
    let holders = || others.holders.iter().map(String::as_str);
    let partners = || others.partners.iter().map(String::as_str);
    let operations: BTreeSet<&str> = CONTAINING_OPERATIONS
        .iter()
        .chain(ROLE_OPERATIONS)
        .copied()
        .collect();
    Expr::Any(vec![
        one_of(Column::Operation, operations),
        Expr::All(vec![
            Expr::Any(vec![
                one_of(Column::Actor, holders()),
                one_of(Column::ActorKind, [ActorKind::Admin.name()]),
            ]),
            Expr::Any(vec![
                one_of(Column::Source, [Log::DirectoryAudit.name()]),
                one_of(Column::RecordType, ADMINISTRATION_TYPES.iter().copied()),
            ]),
        ]),
        one_of(Column::ActorKind, [ActorKind::Partner.name()]),
        one_of(Column::Actor, partners()),
        one_of(Column::ActorId, partners()),
    ])
}
