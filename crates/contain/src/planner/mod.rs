//! From a situation to a plan: the one order of `facts/contain.md` §7.
//!
//! Pure and deterministic: the same situation, in whatever order its lists are, gives the same plan. It must
//! never make a choice that the situation leaves open; it writes the open decision into the action.

mod accounts;
mod draft;
mod footholds;
mod kind;
mod others;
mod targets;

use hourzero_model::ActionKind;

use crate::plan::{Act, Action, Plan, Stage};
use crate::situation::{AccountKind, AppOwner, Situation};
use kind::Kind;
use targets::{How, Targets, same};

/// The order in which persistence is taken away: what carries mail out first, methods last.
const PERSISTENCE: [Kind; 13] = [
    Kind::Forwarding,
    Kind::TransportRule,
    Kind::Connector,
    Kind::Rule,
    Kind::SweepRule,
    Kind::Delegate,
    Kind::AddIn,
    Kind::Grant,
    Kind::AppRole,
    Kind::AppOwner,
    Kind::Key,
    Kind::AppPassword,
    Kind::Method,
];

/// Control of the tenant: a unit first, because its protection lingers and refuses the cut.
const TENANT: [Kind; 7] = [
    Kind::RestrictedUnit,
    Kind::Federation,
    Kind::Role,
    Kind::Group,
    Kind::Policy,
    Kind::Partner,
    Kind::Audit,
];

/// The plan for a situation.
pub fn plan(situation: &Situation) -> Plan {
    let targets = Targets::of(situation);
    let mut actions = others::prepare(situation, &targets);
    preserve(&targets, &mut actions);
    tenant(&targets, &mut actions);
    cut(&targets, &mut actions);
    block(situation, &targets, &mut actions);
    persistence(&targets, &mut actions);
    collaboration(&targets, &mut actions);
    hand_back(&targets, &mut actions);
    if !actions.is_empty() {
        actions.extend(others::verify(&targets, situation));
    }
    clean_up(&targets, &mut actions);
    for action in &mut actions {
        mark_done(situation, action);
    }
    let mut held_back = targets.held_back;
    held_back.sort();
    Plan::new(situation.domain.clone(), unique(actions), held_back)
}

fn preserve(targets: &Targets, actions: &mut Vec<Action>) {
    actions.extend(targets.accounts.iter().map(accounts::export));
    let suspected = targets.accounts.iter().map(|target| &target.account);
    actions.extend(
        suspected
            .filter(|account| account.computer_suspected)
            .map(accounts::isolate),
    );
    actions.extend(others::preserve(targets));
}

fn tenant(targets: &Targets, actions: &mut Vec<Action>) {
    for kind in TENANT {
        actions.extend(
            targets
                .of_kind(kind)
                .map(|foothold| footholds::remove(kind, foothold)),
        );
        if kind == Kind::RestrictedUnit {
            actions.extend(units_without_a_maker(targets));
        }
    }
    actions.extend(
        targets
            .apps
            .iter()
            .filter(|app| acts_by_itself(targets, app))
            .map(|app| others::disable_app(app, Stage::Tenant)),
    );
}

/// An account that stands in a unit which the attacker did not make (executives) has to be taken out as well.
fn units_without_a_maker(targets: &Targets) -> Vec<Action> {
    let made: Vec<&str> = targets
        .of_kind(Kind::RestrictedUnit)
        .map(|foothold| foothold.account.as_str())
        .collect();
    targets
        .accounts
        .iter()
        .filter(|target| target.account.restricted)
        .filter(|target| !made.iter().any(|one| same(one, &target.account.upn)))
        .map(|target| {
            let mut action =
                footholds::remove(Kind::RestrictedUnit, &foothold_of_unit(&target.account.upn));
            action.footholds.clear();
            action
        })
        .collect()
}

fn foothold_of_unit(upn: &str) -> hourzero_model::Foothold {
    let never = hourzero_model::Timestamp::from_micros(0);
    hourzero_model::Foothold {
        id: String::new(),
        kind: "restricted-unit".to_owned(),
        target: String::new(),
        object_id: String::new(),
        account: upn.to_owned(),
        detail: String::new(),
        created: never,
        by: String::new(),
        state: hourzero_model::FootholdState::Present,
        as_of: never,
        evidence: Vec::new(),
    }
}

/// An application with a key or permissions of its own needs no account: it is the tenant's plane.
fn acts_by_itself(targets: &Targets, app: &crate::situation::HostileApp) -> bool {
    app.owner == AppOwner::Tenant
        || targets
            .footholds
            .iter()
            .filter(|(kind, _)| matches!(kind, Kind::Key | Kind::AppRole))
            .any(|(_, foothold)| {
                same(&foothold.target, &app.name)
                    || same(&foothold.object_id, &app.app_id)
                    || same(&foothold.object_id, &app.principal_id)
            })
}

fn cut(targets: &Targets, actions: &mut Vec<Action>) {
    let disabled = || {
        targets
            .accounts
            .iter()
            .filter(|target| target.how == How::Disable)
    };
    for target in disabled() {
        actions.push(accounts::disable(target));
    }
    for target in disabled() {
        actions.push(accounts::revoke(
            &target.account,
            Stage::Cut,
            "right after all are disabled: a refresh token that is revoked while the account is enabled is simply asked for again",
        ));
    }
    for target in &targets.accounts {
        if let How::StaysEnabled(stays) = target.how {
            actions.extend(accounts::reset_at_once(target, stays));
            // Nobody waits for the next stages while the account is open.
            actions.extend(
                targets
                    .of_kind(Kind::Method)
                    .filter(|foothold| same(&foothold.account, &target.account.upn))
                    .map(|foothold| moved(footholds::remove(Kind::Method, foothold), Stage::Cut)),
            );
        }
    }
    actions.extend(targets.devices.iter().map(others::disable_device));
    actions.extend(
        targets
            .apps
            .iter()
            .filter(|app| !acts_by_itself(targets, app))
            .map(|app| others::disable_app(app, Stage::Cut)),
    );
}

fn moved(mut action: Action, stage: Stage) -> Action {
    action.stage = stage;
    action.id = crate::plan::action_id(stage, action.act, &action.object);
    "at once, because this account stays enabled; only what the attacker registered"
        .clone_into(&mut action.why);
    action
}

fn block(situation: &Situation, targets: &Targets, actions: &mut Vec<Action>) {
    let mut addresses = situation.addresses.clone();
    addresses.sort_by_key(|address| {
        // Where one entry of an address says that others use it, it is not blocked.
        (
            address.ip,
            !address.shared_with_innocents,
            !address.microsoft,
        )
    });
    addresses.dedup_by_key(|address| address.ip);
    let before = actions.len();
    actions.extend(addresses.iter().filter_map(others::block));
    let mut entries = situation.entries.clone();
    entries.sort_by_key(|entry| entry.name());
    entries.dedup();
    actions.extend(entries.into_iter().filter_map(others::close));
    if actions.len() == before {
        return;
    }
    for target in &targets.accounts {
        actions.push(accounts::revoke(
            &target.account,
            Stage::Block,
            "policies reach running sessions after hours, in the worst case a day; a revocation makes them ask again",
        ));
    }
}

fn persistence(targets: &Targets, actions: &mut Vec<Action>) {
    for kind in PERSISTENCE {
        for foothold in targets.of_kind(kind) {
            let at_the_cut = kind == Kind::Method
                && targets.accounts.iter().any(|target| {
                    matches!(target.how, How::StaysEnabled(_))
                        && same(&target.account.upn, &foothold.account)
                });
            if !at_the_cut {
                actions.push(footholds::remove(kind, foothold));
            }
        }
    }
    actions.extend(
        targets
            .of_kind(Kind::Other)
            .map(|foothold| footholds::remove(Kind::Other, foothold)),
    );
    actions.extend(
        targets
            .accounts
            .iter()
            .filter(|target| !target.account.made_by_attacker)
            .map(|target| accounts::sweep(&target.account)),
    );
}

fn collaboration(targets: &Targets, actions: &mut Vec<Action>) {
    for kind in [Kind::Flow, Kind::Sharing, Kind::Guest] {
        actions.extend(
            targets
                .of_kind(kind)
                .filter(|foothold| kind != Kind::Guest || !targets.is_target(&foothold.target))
                .map(|foothold| footholds::remove(kind, foothold)),
        );
    }
    if !targets.accounts.is_empty() {
        actions.push(others::other_systems());
    }
}

fn hand_back(targets: &Targets, actions: &mut Vec<Action>) {
    let returned: Vec<_> = targets
        .accounts
        .iter()
        .filter(|target| !target.account.made_by_attacker)
        .collect();
    // A guest's password is his home tenant's.
    let own = |target: &&&targets::Target| {
        target.how == How::Disable && target.account.kind != AccountKind::Guest
    };
    for target in returned.iter().filter(own) {
        actions.push(accounts::reset_last(&target.account));
        actions.extend(accounts::reset_twice(&target.account));
    }
    for target in &returned {
        if target.account.computer_suspected {
            actions.push(accounts::reinstall(&target.account));
        }
    }
    for target in &targets.accounts {
        actions.push(accounts::revoke(
            &target.account,
            Stage::GiveBack,
            "once more, after password, methods and computer",
        ));
    }
    for target in returned.iter().filter(|target| target.how == How::Disable) {
        actions.extend(accounts::enable(&target.account));
    }
    actions.extend(
        targets
            .apps
            .iter()
            .filter(|app| app.owner == AppOwner::Tenant)
            .map(others::renew_app),
    );
}

fn clean_up(targets: &Targets, actions: &mut Vec<Action>) {
    for (kind, foothold) in &targets.footholds {
        actions.extend(footholds::clean_up(*kind, foothold));
    }
    actions.extend(
        targets
            .apps
            .iter()
            .filter(|app| app.owner == AppOwner::Attacker)
            .map(others::delete_app),
    );
    actions.extend(targets.devices.iter().map(others::delete_device));
    actions.extend(
        targets
            .accounts
            .iter()
            .filter(|target| target.account.made_by_attacker && target.how == How::Disable)
            .map(|target| accounts::delete(&target.account)),
    );
}

/// Says of an action that somebody has done it before. It stays in the plan: it is checked, and done again
/// where that costs nothing.
fn mark_done(situation: &Situation, action: &mut Action) {
    let Some(table) = &action.as_done else {
        return;
    };
    let names = [
        &action.object.name,
        &action.object.id,
        &action.object.account,
    ];
    let before = situation.done.iter().filter(|done| {
        let Some(target) = done.action.target.as_deref() else {
            return false;
        };
        done.action.action == table.action
            && (table.target.as_deref().is_some_and(|own| same(own, target))
                || names.iter().any(|name| same(name, target)))
    });
    let mut said: Vec<String> = before
        .map(|done| {
            let at = done
                .action
                .at
                .as_ref()
                .map_or("at an unknown time", |at| at.original());
            let by = done.action.by.as_deref().unwrap_or("somebody");
            let seen = if done.in_logs {
                "the logs show it"
            } else {
                "no record shows it"
            };
            format!(
                "done {} by {}; {seen}",
                crate::call::shown(at),
                crate::call::shown(by)
            )
        })
        .collect();
    said.sort();
    said.dedup();
    if said.is_empty() {
        return;
    }
    if table.action == ActionKind::PasswordReset {
        said.push("a reset before the sweep does not count: it is done again here".to_owned());
    }
    action.already = said.join("; ");
}

/// One action for one act on one object in one stage; what the others answer is added to it.
fn unique(actions: Vec<Action>) -> Vec<Action> {
    let mut kept: Vec<Action> = Vec::new();
    for action in actions {
        // Two methods of one account are two lines, though one table does both.
        match kept.iter_mut().find(|one| one.id == action.id) {
            Some(known) if known.act != Act::RemoveMethod || known.object == action.object => {
                known.footholds.extend(action.footholds);
                known.footholds.sort();
                known.footholds.dedup();
            }
            _ => kept.push(action),
        }
    }
    kept
}
