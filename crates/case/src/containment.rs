//! The worksheet of containment: from what scope says to an ordered plan for people.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hourzero_contain::{
    Account, AccountKind, Active, Address, Administrator, AppOwner, Done, HostileApp, Origin, Plan,
    Row, Situation, as_done, markdown, peers, plan, rows,
};
use hourzero_detect::ir::Expr;
use hourzero_model::{
    AccountVerdict, ActionTime, Change, Column, Finding, Log, Outcome, ResponderAction, Severity,
    Timestamp,
};
use hourzero_report::{Facts, csv};
use hourzero_scope::{ActiveVerdict, ContainmentRow};

use crate::attribution::{Attributed, is_service};
use crate::folder::write_whole;
use crate::investigate::{Answered, By, one_of, quoted, words};
use crate::{Case, CaseError};

/// From what the plan is made again: a derived file of `out/`.
const SITUATION: &str = "situation.json";

impl Case<'_> {
    /// Gathers what decides the order.
    pub(crate) fn situation(
        &self,
        by: By<'_>,
        answered: &Answered,
        facts: &Facts,
    ) -> Result<Situation, CaseError> {
        let found = answered
            .verdicts
            .iter()
            .filter(|one| one.verdict.is_found());
        let verdicts: Vec<&AccountVerdict> = found.collect();
        let ids = self.object_ids(&verdicts)?;
        let roles = self.roles()?;
        let answers = self.answers()?;
        let origin = match answers.text("tenant.hybrid") {
            Some("no") => Origin::Cloud,
            _ => Origin::Unknown,
        };
        let accounts: Vec<Account> = verdicts
            .iter()
            .map(|verdict| Account {
                upn: verdict.account.clone(),
                object_id: ids.get(&verdict.account).cloned().unwrap_or_default(),
                verdict: Some(verdict.verdict),
                kind: kind(&verdict.account),
                origin,
                roles: roles.get(&verdict.account).cloned().unwrap_or_default(),
                findings: about(&verdict.account, &facts.findings),
                confirmed_by: answered
                    .links
                    .iter()
                    .filter(|link| link.to == verdict.account)
                    .filter_map(|link| link.decision.as_ref())
                    .find(|word| word.accepted)
                    .map(|word| word.by.clone()),
                ..Account::default()
            })
            .collect();
        let administrators = roles
            .into_iter()
            .filter(|(upn, _)| !accounts.iter().any(|account| account.upn == *upn))
            .map(|(upn, roles)| Administrator {
                kind: kind(&upn),
                upn,
                roles,
                ..Administrator::default()
            })
            .collect();
        let situation = Situation {
            domain: self.settings.tenant.clone(),
            until: facts.logs.iter().filter_map(|log| log.last).max(),
            accounts,
            administrators,
            footholds: answered.hostile.clone(),
            apps: self.apps(by.attributed)?,
            addresses: self.addresses(by)?,
            done: done(&self.responder_actions()?, &answered.contained),
            money_in_flight: answers.has_payment_in_play(),
            active: match answered.activity.verdict {
                ActiveVerdict::Yes => Active::Yes,
                ActiveVerdict::NoEvidenceSince => Active::NoEvidence,
                ActiveVerdict::Unknown => Active::Unknown,
            },
            ..Situation::default()
        };
        Ok(situation.with_entries(&answered.ways))
    }

    /// Roles that the directory's log shows being given and not taken away again, by account.
    pub(crate) fn roles(&self) -> Result<BTreeMap<String, Vec<String>>, CaseError> {
        let filter = Expr::All(vec![
            one_of(Column::Operation, [GIVEN, TAKEN].concat()),
            one_of(
                Column::Source,
                [Log::DirectoryAudit.name(), Log::UnifiedAudit.name()],
            ),
        ]);
        let mut acts = Vec::new();
        self.each_event_that(&[filter], &mut |_, event| {
            let record = event.record;
            if record.result != Outcome::Failure {
                acts.push((record.event_time, record.record_id.clone(), record));
            }
            Ok(())
        })?;
        acts.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut roles: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, _, record) in acts {
            let account = record
                .target
                .name
                .as_deref()
                .unwrap_or_default()
                .to_lowercase();
            let named = |change: &&Change| change.name.eq_ignore_ascii_case("Role.DisplayName");
            let change = record.changed.iter().find(named);
            let side = |side: fn(&Change) -> &Option<String>| {
                role_name(
                    change
                        .and_then(|change| side(change).as_deref())
                        .unwrap_or_default(),
                )
            };
            let (old, new) = (side(|change| &change.old), side(|change| &change.new));
            let held = roles.entry(account).or_default();
            if GIVEN.contains(&record.operation.as_str()) {
                held.insert(new);
            } else {
                held.retain(|role| *role != old && *role != new);
            }
        }
        Ok(roles
            .into_iter()
            .map(|(account, mut held)| {
                held.remove("");
                (account, held.into_iter().collect::<Vec<_>>())
            })
            .filter(|(account, held)| account.contains('@') && !held.is_empty())
            .collect())
    }

    /// The attacker's addresses, with who else uses each.
    fn addresses(&self, by: By<'_>) -> Result<Vec<Address>, CaseError> {
        let found = &by.attributed.found;
        let innocent = |ip: IpAddr| {
            let mut users = by.survey.users(ip);
            users.any(|(account, success)| success && !found.accounts.contains_key(account))
        };
        Ok(found
            .ips
            .iter()
            .map(|ip| Address {
                ip: *ip,
                shared_with_innocents: innocent(*ip),
                microsoft: is_service(by.networks, *ip),
            })
            .collect())
    }

    /// Applications that acted from the attacker's places in their own name.
    fn apps(&self, attributed: &Attributed) -> Result<Vec<HostileApp>, CaseError> {
        let ids = attributed.found.apps();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = self.rows(&format!(
            "SELECT app_id, min(app_name) FROM events WHERE app_id IN ({}) GROUP BY app_id",
            quoted(&ids)
        ))?;
        let names: BTreeMap<String, String> = rows
            .iter()
            .map(|row| (words(row.first()), words(row.get(1))))
            .collect();
        Ok(ids
            .into_iter()
            .map(|app_id| HostileApp {
                name: names.get(&app_id).cloned().unwrap_or_default(),
                app_id,
                owner: AppOwner::Tenant,
                ..HostileApp::default()
            })
            .collect())
    }

    /// Object ids of accounts, where a record has both.
    fn object_ids(
        &self,
        verdicts: &[&AccountVerdict],
    ) -> Result<BTreeMap<String, String>, CaseError> {
        let list = quoted(verdicts.iter().map(|verdict| &verdict.account));
        if list.is_empty() {
            return Ok(BTreeMap::new());
        }
        let sql = format!(
            "SELECT actor, min(actor_id) FROM records WHERE source IN ('sign-in', 'directory-audit') \
             AND actor IN ({list}) AND actor_id IS NOT NULL GROUP BY actor ORDER BY actor"
        );
        let rows = self.rows(&sql)?;
        Ok(rows
            .iter()
            .map(|row| (words(row.first()), words(row.get(1))))
            .collect())
    }

    /// Writes the worksheet and what it is made from; gives its rows.
    pub(crate) fn write_worksheet(&self, situation: &Situation) -> Result<Vec<Row>, CaseError> {
        let out = self.folder.out();
        let worksheet = plan(situation);
        let text = serde_json::to_string_pretty(situation)
            .map_err(|error| CaseError::Internal(format!("the situation has no JSON: {error}")))?;
        write_whole(&out.join(SITUATION), (text + "\n").as_bytes())?;
        write_whole(&out.join("actions.md"), markdown(&worksheet).as_bytes())?;
        let rows = rows(&worksheet);
        let table = csv(hourzero_contain::COLUMNS, &rows)?;
        write_whole(&out.join("actions.csv"), table.as_bytes())?;
        Ok(rows)
    }

    /// The plan of containment, as the last investigation left it.
    ///
    /// # Errors
    /// When the case was not investigated, or its derived files cannot be read.
    pub fn containment(&self) -> Result<Plan, CaseError> {
        Ok(plan(&self.derived(SITUATION)?))
    }

    /// The plan as `[[done]]` tables from `at`, else from the end of the evidence.
    ///
    /// # Errors
    /// As [`Case::containment`], and when the evidence holds no time to begin at.
    pub fn containment_as_done(&self, at: Option<Timestamp>) -> Result<AsDone, CaseError> {
        let situation: Situation = self.derived(SITUATION)?;
        let from = at.or(situation.until).ok_or_else(|| {
            self.damaged(
                SITUATION,
                "the evidence holds no event, so it has no end; give a time with --at",
            )
        })?;
        Ok(AsDone {
            tables: as_done(&plan(&situation), from),
            from,
        })
    }
}

impl Case<'_> {
    /// The orders that others publish as if they had been done, from the end of the evidence on: for comparison.
    ///
    /// # Errors
    /// As [`Case::containment_as_done`].
    pub fn published_orders_as_done(&self) -> Result<Vec<PublishedAsDone>, CaseError> {
        let AsDone { from, .. } = self.containment_as_done(None)?;
        let situation: Situation = self.derived(SITUATION)?;
        let orders = peers::ORDERS.iter().map(|order| {
            let tables = peers::tables(order, &situation, from);
            let destroyed = tables
                .done
                .iter()
                .filter(|act| !order.exports_first && peers::destroys(act.action))
                .count();
            PublishedAsDone {
                id: order.id,
                destroyed,
                as_done: AsDone {
                    tables: tables.text(),
                    from,
                },
            }
        });
        Ok(orders.collect())
    }
}

/// A published order as if it had been done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedAsDone {
    /// Its short name.
    pub id: &'static str,
    /// Acts that destroy what an investigator would read, with no export before.
    pub destroyed: usize,
    /// Its acts.
    pub as_done: AsDone,
}

/// The plan as if it had been done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsDone {
    /// The `[[done]]` tables.
    pub tables: String,
    /// When the first act is done, UTC.
    pub from: Timestamp,
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

/// Operations that give a role, and those that take one.
const GIVEN: &[&str] = &[
    "Add member to role",
    "Add member to role.",
    "Add eligible member to role",
];
const TAKEN: &[&str] = &[
    "Remove member from role",
    "Remove member from role.",
    "Remove eligible member from role",
];

/// A role's name without the quotation marks in which the directory's log writes it.
fn role_name(logged: &str) -> String {
    logged.trim_matches('"').to_owned()
}

/// The gravest findings about an account.
fn about(account: &str, findings: &[Finding]) -> Vec<String> {
    /// So many ids fit a line of the worksheet.
    const NAMED: usize = 10;
    findings
        .iter()
        .filter(|one| one.severity >= Severity::Medium)
        .filter(|one| one.accounts.iter().any(|name| name == account))
        .take(NAMED)
        .map(|one| one.id.clone())
        .collect()
}

/// What people say was done, and what the logs show of it.
fn done(told: &[ResponderAction], shown: &[ContainmentRow]) -> Vec<Done> {
    let names = |row: &ContainmentRow, target: &String| {
        target.eq_ignore_ascii_case(&row.target) || target.eq_ignore_ascii_case(&row.target_id)
    };
    let is_shown = |action: &ResponderAction| {
        let mut same = shown.iter().filter(|row| row.action == action.action);
        let target = action.target.as_ref();
        same.any(|row| target.is_none_or(|target| names(row, target)))
    };
    let said = told.iter().map(|action| Done {
        in_logs: is_shown(action),
        action: action.clone(),
    });
    // What is said without its object does not stand for what the logs name.
    let unsaid = shown.iter().filter(|row| {
        let mut same = told.iter().filter(|action| action.action == row.action);
        !same.any(|action| {
            action
                .target
                .as_ref()
                .is_some_and(|target| names(row, target))
        })
    });
    said.chain(unsaid.map(|row| Done {
        in_logs: true,
        action: ResponderAction {
            action: row.action,
            channel: None,
            target: Some(row.target.clone()).filter(|target| !target.is_empty()),
            at: Some(ActionTime::At {
                utc: row.time,
                original: row.time.to_string(),
            }),
            by: Some(row.by.clone()).filter(|by| !by.is_empty()),
        },
    }))
    .collect()
}
