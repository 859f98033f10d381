//! Applications that are the attacker's in every account: what people said of them, and to which several accounts consented.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_detect::ir::{Expr, Field};
use hourzero_model::{Column, Log, Record};
use hourzero_scope::attribution::{
    AppUsed, Attribution, CONSENTED_APP, HomeUses, KEY_FACT, account_of, consented_app,
};

use super::is_service;
use crate::investigate::{any_of, one_of};
use crate::networks::Networks;
use crate::{Case, CaseError};

/// Who consented to which application.
#[derive(Default)]
pub(super) struct Consents(BTreeMap<String, BTreeSet<String>>);

impl Consents {
    /// Takes a record that may be a consent.
    pub(super) fn take(&mut self, record: &Record) {
        if let Some(app) = consented_app(record) {
            let by = account_of(record);
            self.0.entry(app).or_default().insert(by);
        }
    }
}

impl Case<'_> {
    /// Applications, beside those that are known, with which he entered an account and to which another account consented, as
    /// far as nobody uses them at home from day to day; each with the clause that says so.
    pub(super) fn consented_apps(
        &self,
        (networks, consents): (&Networks, &Consents),
        found: &Attribution,
        known: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, CaseError> {
        let is_shared = |(app, by): &(&String, &BTreeSet<String>)| {
            !known.contains_key(*app)
                && by
                    .iter()
                    .any(|account| found.has_entered_others_with(app, account))
        };
        let shared: BTreeSet<&str> = consents
            .0
            .iter()
            .filter(is_shared)
            .map(|(app, _)| app.as_str())
            .collect();
        let mut at_home = HomeUses::default();
        self.each_use(&shared, &mut |record| {
            at_home.take(record, found, |ip| is_service(networks, ip));
        })?;
        let new = shared.into_iter().filter(|app| !at_home.is_own(app));
        Ok(new
            .map(|app| (app.to_owned(), CONSENTED_APP.to_owned()))
            .collect())
    }

    /// Where these applications were used in the name of accounts.
    pub(super) fn uses_of(
        &self,
        apps: &BTreeMap<String, String>,
        networks: &Networks,
    ) -> Result<BTreeSet<AppUsed>, CaseError> {
        let service = |ip: IpAddr| is_service(networks, ip);
        let mut used = BTreeSet::new();
        self.each_use(&apps.keys().map(String::as_str).collect(), &mut |record| {
            used.extend(AppUsed::of(record, service));
        })?;
        Ok(used)
    }

    /// Where applications signed in with keys that he added, beside those that are known; nothing where all of it is known
    /// for his anyway.
    pub(super) fn uses_of_keys(
        &self,
        networks: &Networks,
        found: &Attribution,
        known: &BTreeMap<String, String>,
    ) -> Result<BTreeSet<AppUsed>, CaseError> {
        let keys = found.added_keys.iter();
        let new: Vec<&str> = keys
            .filter(|key| !known.contains_key(*key))
            .map(String::as_str)
            .collect();
        let mut used = BTreeSet::new();
        if new.is_empty() {
            return Ok(used);
        }
        let filter = Expr::All(vec![
            one_of(Column::Source, [Log::SignIn.name()]),
            any_of(Field::Parameter(KEY_FACT.to_owned()), new),
        ]);
        self.each_event_that(&[filter], &mut |_, event| {
            used.extend(AppUsed::of_key(&event.record, |ip| {
                is_service(networks, ip)
            }));
            Ok(())
        })?;
        if used.iter().all(|one| found.is_at_his_place(one)) {
            used.clear();
        }
        Ok(used)
    }

    fn each_use(
        &self,
        apps: &BTreeSet<&str>,
        take: &mut dyn FnMut(&Record),
    ) -> Result<(), CaseError> {
        if apps.is_empty() {
            return Ok(());
        }
        let filter = one_of(Column::AppId, apps.iter().copied());
        self.each_event_that(&[filter], &mut |_, event| {
            take(&event.record);
            Ok(())
        })
    }
}
