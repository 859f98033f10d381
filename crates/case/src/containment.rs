//! The worksheet of containment: from what scope says to an ordered plan for people.

use std::collections::{BTreeMap, BTreeSet};

use hourzero_contain::{
    Account, AccountKind, Active, Address, AppOwner, Done, HostileApp, Plan, Situation, as_done,
    markdown, plan, rows,
};
use hourzero_model::{AccountVerdict, Foothold, Timestamp};
use hourzero_report::csv;

use crate::attribution::Attributed;
use crate::folder::write_whole;
use crate::investigate::words;
use crate::{Case, CaseError};

/// From what the plan is made again: a derived file of `out/`.
const SITUATION: &str = "situation.json";

impl Case<'_> {
    /// Gathers what decides the order.
    pub(crate) fn situation(
        &self,
        attributed: &Attributed,
        (verdicts, footholds): (&[AccountVerdict], Vec<Foothold>),
        until: Option<Timestamp>,
    ) -> Result<Situation, CaseError> {
        let ids = self.object_ids(verdicts)?;
        let accounts = verdicts
            .iter()
            .map(|verdict| Account {
                upn: verdict.account.clone(),
                object_id: ids.get(&verdict.account).cloned().unwrap_or_default(),
                verdict: Some(verdict.verdict),
                kind: kind(&verdict.account),
                ..Account::default()
            })
            .collect();
        let done = self
            .responder_actions()?
            .into_iter()
            .map(|action| Done {
                action,
                in_logs: false,
            })
            .collect();
        Ok(Situation {
            domain: self.settings.tenant.clone(),
            until,
            accounts,
            footholds,
            apps: apps(attributed),
            addresses: attributed
                .found
                .ips
                .iter()
                .map(|ip| Address {
                    ip: *ip,
                    shared_with_innocents: false,
                    microsoft: false,
                })
                .collect(),
            done,
            active: Active::Unknown,
            ..Situation::default()
        })
    }

    /// Object ids of accounts, where a record has both.
    fn object_ids(
        &self,
        verdicts: &[AccountVerdict],
    ) -> Result<BTreeMap<String, String>, CaseError> {
        let list: Vec<String> = verdicts
            .iter()
            .map(|verdict| format!("'{}'", verdict.account.replace('\'', "''")))
            .collect();
        if list.is_empty() {
            return Ok(BTreeMap::new());
        }
        let sql = format!(
            "SELECT actor, min(actor_id) FROM records WHERE source IN ('sign-in', 'directory-audit') \
             AND actor IN ({}) AND actor_id IS NOT NULL GROUP BY actor ORDER BY actor",
            list.join(", ")
        );
        let rows = self.rows(&sql)?;
        Ok(rows
            .iter()
            .map(|row| (words(row.first()), words(row.get(1))))
            .collect())
    }

    /// Writes the worksheet and what it is made from.
    pub(crate) fn write_worksheet(&self, situation: &Situation) -> Result<(), CaseError> {
        let out = self.folder.out();
        let worksheet = plan(situation);
        let text = serde_json::to_string_pretty(situation)
            .map_err(|error| CaseError::Internal(format!("the situation has no JSON: {error}")))?;
        write_whole(&out.join(SITUATION), (text + "\n").as_bytes())?;
        write_whole(&out.join("actions.md"), markdown(&worksheet).as_bytes())?;
        let table = csv(hourzero_contain::COLUMNS, &rows(&worksheet))?;
        write_whole(&out.join("actions.csv"), table.as_bytes())
    }

    /// The plan of containment, as the last investigation left it.
    ///
    /// # Errors
    /// When the case was not investigated, or its derived files cannot be read.
    pub fn containment(&self) -> Result<Plan, CaseError> {
        Ok(plan(&self.read_situation()?))
    }

    /// The plan as `[[done]]` tables from `at`, else from the end of the evidence.
    ///
    /// # Errors
    /// As [`Case::containment`], and when the evidence holds no time to begin at.
    pub fn containment_as_done(&self, at: Option<Timestamp>) -> Result<String, CaseError> {
        let situation = self.read_situation()?;
        let from = at.or(situation.until).ok_or_else(|| CaseError::Derived {
            path: self.folder.out().join(SITUATION),
            why: "the evidence holds no event, so it has no end; give a time with --at".to_owned(),
        })?;
        Ok(as_done(&plan(&situation), from))
    }

    fn read_situation(&self) -> Result<Situation, CaseError> {
        let path = self.folder.out().join(SITUATION);
        let text = std::fs::read_to_string(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => CaseError::NotInvestigated { path: path.clone() },
            _ => CaseError::read(&path, error),
        })?;
        serde_json::from_str(&text).map_err(|error| CaseError::Derived {
            path,
            why: error.to_string(),
        })
    }
}

/// What an account is, as far as its name tells.
fn kind(account: &str) -> AccountKind {
    let local = account.split('@').next().unwrap_or_default();
    if account.contains("#ext#") {
        AccountKind::Guest
    } else if local.starts_with("sync_") || local.starts_with("adtoaadsyncserviceaccount") {
        AccountKind::Synchronisation
    } else {
        AccountKind::Member
    }
}

/// Applications that acted from the attacker's places in their own name.
fn apps(attributed: &Attributed) -> Vec<HostileApp> {
    let ids: BTreeSet<&str> = attributed
        .found
        .hostile
        .keys()
        .map(|key| key.account.as_str())
        .filter(|account| !account.contains('@') && account.len() == 36)
        .collect();
    ids.into_iter()
        .map(|app_id| HostileApp {
            app_id: app_id.to_owned(),
            owner: AppOwner::Tenant,
            ..HostileApp::default()
        })
        .collect()
}
